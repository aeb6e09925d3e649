"""Text that stays text on Discord: what could be read as markup gets a backslash before it.

A backslash before any ASCII punctuation is not shown (docs: reference, message formatting; the clients'
rules as others recorded them). It does not keep the server from finding mentions: only
`allowed_mentions` does, which every request of ours sets.
"""

from __future__ import annotations

import re

from adapters.discord import parse_fields
from adapters.discord.marks import unmarked

__all__ = ["clean", "cut", "escape", "escape_cut", "escape_line", "fitting", "size"]

_MARKS = str.maketrans({c: f"\\{c}" for c in "\\*_~|`<[]"})
# Each begins with a character of its own, which the engine looks for at once.
_WORDS = re.compile(
    r":(?=//)|@(?=everyone|here)"
    r"|/(?i:(?<=discord\.gg/)|(?<=/invite/))"  # an invite is shown as a card, link or not
)
_LINE_START = re.compile(r"( *)(?:([0-9]{1,9})\.|[-#>*+])")


def clean(text: str) -> str:
    """`text` as it may stand in a post: see `parse_fields.clean`, and without marks that only we write."""
    return unmarked(parse_fields.clean(text))


def escape(text: str) -> str:
    """`text` inside a line."""
    escaped = clean(text).translate(_MARKS)
    return _WORDS.sub(r"\\\g<0>", escaped) if "/" in escaped or "@" in escaped else escaped


def escape_line(text: str) -> str:
    """`text` at the beginning of a line, where more can be read as markup."""
    found = _LINE_START.match(text)
    if found is None:
        return escape(text)
    if found[2]:
        return f"{found[1]}{found[2]}\\.{escape(text[found.end() :])}"
    return f"{found[1]}\\{text[found.end() - 1]}{escape(text[found.end() :])}"


def size(text: str) -> int:
    """The length of `text` in UTF-16 units, as Discord's clients count: never less than its characters."""
    return len(text) + sum(1 for c in text if c > "\uffff") if not text.isascii() else len(text)


def fitting(text: str, most: int) -> int:
    """How many of the first characters of `text` take no more than `most` UTF-16 units."""
    if size(text[:most]) <= most:
        return min(len(text), most)
    taken = 0
    for i, c in enumerate(text):
        taken += 2 if c > "\uffff" else 1
        if taken > most:
            return i
    return len(text)


def cut(text: str, most: int) -> str:
    """`text` of at most `most` UTF-16 units, the last one "…" where some are missing."""
    return text if size(text) <= most else text[: fitting(text, most - 1)].rstrip() + "…"


def escape_cut(text: str, most: int) -> str:
    """`escape_line(text)`, of which no more is taken than fits, and no backslash without its character."""
    whole = escape_line(text)
    if size(whole) <= most:
        return whole
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        fits = size(escape_line(text[:middle].rstrip())) < most
        low, high = (middle, high) if fits else (low, middle - 1)
    return escape_line(text[:low].rstrip()) + "…"
