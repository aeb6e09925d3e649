"""Text that stays text on Discord: what could be read as markup gets a backslash before it.

A backslash before any ASCII punctuation is not shown (docs: reference, message formatting; the clients'
rules as others recorded them). It does not keep the server from finding mentions: only
`allowed_mentions` does, which every request of ours sets.
"""

from __future__ import annotations

import re

_ALWAYS = re.compile(r"[\\*_~|`<\[\]]|:(?=//)|@(?=everyone|here)")
_LINE_START = re.compile(r"( *)(?:([0-9]{1,9})\.|[-#>*+])")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def escape(text: str) -> str:
    """`text` inside a line."""
    return _ALWAYS.sub(r"\\\g<0>", clean(text))


def escape_line(text: str) -> str:
    """`text` at the beginning of a line, where more can be read as markup."""
    found = _LINE_START.match(text)
    if found is None:
        return escape(text)
    if found[2]:
        return f"{found[1]}{found[2]}\\.{escape(text[found.end() :])}"
    return f"{found[1]}\\{text[found.end() - 1]}{escape(text[found.end() :])}"


def clean(text: str) -> str:
    """`text` without characters that no request can carry."""
    return _CONTROL.sub(_REPLACEMENT, text) if _CONTROL.search(text) else text


def size(text: str) -> int:
    """The length of `text` in UTF-16 units, as Discord's clients count: never less than its characters."""
    return len(text) + sum(1 for c in text if c > "\uffff") if not text.isascii() else len(text)


def cut(text: str, most: int) -> str:
    """`text` of at most `most` UTF-16 units, the last one "…" where some are missing."""
    if size(text) <= most:
        return text
    kept = text[: most - 1]
    while size(kept) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"
