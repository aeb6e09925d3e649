"""Short phrases that every platform says alike: sizes, times to wait, what a copy is called."""

from __future__ import annotations

from bot.model import FileCopy

_KILO = 1000
_MINUTE = 60


def file_size(size: int) -> str:
    """As people say it: 300 bytes, 12 kB, 3.4 MB."""
    if size < _KILO:
        return f"{size} bytes"
    return f"{size / _KILO:.0f} kB" if size < _KILO**2 else f"{size / _KILO**2:.1f} MB"


def wait(seconds: float) -> str:
    """A time to wait as people say it: "20 seconds", "2 minutes"."""
    if seconds <= _MINUTE:
        whole = max(1, round(seconds))
        return f"{whole} second{'' if whole == 1 else 's'}"
    return f"{-(-int(seconds) // _MINUTE)} minutes"


def shared_name(name: str) -> str:
    """How the author of a replayed turn is called: visibly a copy."""
    return f"{name} (shared)"


def left_behind(file: FileCopy, otherwise: str) -> str:
    """The line that stands for a file which was not carried over into a continued thread; `otherwise`: why, where
    the file itself does not tell.
    """
    size = "" if file.size is None else f" ({file_size(file.size)})"
    return f"{file.name or 'A file'}{size} was not carried over: {file.reason or otherwise}"
