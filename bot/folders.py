"""Folders that hold what people wrote: for nobody but the user we run as."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

_UNFINISHED = re.compile(r"[0-9a-f]{32}#\d+")
"""How obstore calls a file until it is written to its end. It never lists them."""


def make_private_folder(folder: Path) -> None:
    """Makes `folder` and its missing parents with mode 0700; those there already stay as they are.
    Raises OSError.
    """
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)


def drop_unfinished(folder: Path, before: datetime) -> None:
    """Deletes the half-written copies in `folder` that nobody has written to since `before`. Raises OSError."""
    for path in folder.iterdir():
        if _UNFINISHED.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
