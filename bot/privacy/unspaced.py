"""Names in scripts that do not part words, looked up character by character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.privacy.callings import Term, When
from bot.privacy.edits import Edit

_SURE = 32
"""So many characters of a name mean it, whatever follows: no longer one is looked for in vain."""
_NAMESAKES = 16
"""Of longer names that begin alike, so many are told apart by how they go on."""


class _Node:
    """The names that end with some character, or begin with so many; and how those go on that do not."""

    __slots__ = ("names", "next")

    def __init__(self) -> None:
        self.names: list[_Name] = []
        self.next: dict[str, _Node] = {}


class _Name(NamedTuple):
    """`wanted`: what is looked for, of which the last `length` characters are replaced by `by`."""

    wanted: str
    length: int
    by: str


class UnspacedNames:
    """`terms`: the first of two that are written alike is found."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._first = _Node()
        for term in terms:
            wanted = f"@{term.text}" if term.when is When.AFTER_AT else term.text
            node = self._first
            for char in wanted[:_SURE]:
                node = node.next.setdefault(char, _Node())
            if len(node.names) < (_NAMESAKES if len(wanted) > _SURE else 1):
                node.names.append(_Name(wanted, len(term.text), term.by))
        firsts = "".join(self._first.next)
        self._begin = re.compile(f"[{re.escape(firsts)}]") if firsts else None

    def edits(self, text: str) -> list[Edit]:
        """What to replace in `text`, in order; the longest name wins."""
        found: list[Edit] = []
        at = 0
        known: dict[str, list[_Name]] = {}
        for begin in self._begin.finditer(text) if self._begin else ():
            start = begin.start()
            if start < at:
                continue
            ahead = text[start : start + _SURE]
            names = known.get(ahead)
            if names is None:
                names = known[ahead] = self._first_in(ahead)
            if names:
                wanted, length, by = names[0]
                at = start + len(wanted)
                if len(wanted) > _SURE:
                    alike, wanted, length, by = max((_alike(one.wanted, text, start), *one) for one in names)
                    at = start + alike
                found.append(Edit(start + len(wanted) - length, at, by))
        return found

    def _first_in(self, text: str) -> list[_Name]:
        """The longest names that `text` begins with."""
        found: list[_Name] = []
        node = self._first
        for char in text:
            after = node.next.get(char)
            if after is None:
                break
            node = after
            found = node.names or found
        return found


def _alike(wanted: str, text: str, at: int) -> int:
    """How many characters of `wanted` stand in `text` from `at` on."""
    least, most = 0, len(wanted)
    while least < most:
        middle = (least + most + 1) // 2
        if text.startswith(wanted[:middle], at):
            least = middle
        else:
            most = middle - 1
    return least
