"""Folders that hold what people wrote: for nobody but the user we run as."""

from __future__ import annotations

from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Makes `folder` and its missing parents with mode 0700; those there already stay as they are.
    Raises OSError.
    """
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)
