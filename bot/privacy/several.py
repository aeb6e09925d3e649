"""Names of several words, looked up word by word, and what may part their words.

No pattern is made of a name: a message may hold thousands of names, and making one takes far longer than reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.privacy.callings import WORD, Term
from bot.privacy.edits import BARRIER

_SURE = 16
"""So many words of a name mean it, whatever follows: no longer one is looked for in vain."""
_NAMESAKES = 6
"""Where more names than these consist of the same words, what parts the words tells nobody."""
_LOOSEST = 8
"""So many characters may part them then."""

_SPACES = re.compile(r"\s+")
_SPACING = re.compile(r"[^\S\n]{1,3}|\n|[._+-]|%20")
_ALIKE = {"’": "'", "ʼ": "'", "‐": "-", "‑": "-"}


class Line(NamedTuple):
    """The words of `text`, folded, and "" behind them. `between[i]` stands before word i, the last one after all."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    between: list[str]


class Named(NamedTuple):
    """Somebody's name of several words. `joints`: what follows each of its words, as it is written; none
    where anything short may.
    """

    term: Term
    joints: tuple[str, ...]


class Node:
    """The names that end with some word, and how those go on that do not."""

    __slots__ = ("names", "next")

    def __init__(self) -> None:
        self.names: list[Named] = []
        self.next: dict[str, Node] = {}

    def add(self, named: Named, shared: str) -> None:
        """Puts `named` behind the others, with `shared` for them all where they are too many."""
        if len(self.names) < _NAMESAKES and (not self.names or self.names[0].joints):
            self.names.append(named)
        elif self.names[0].joints or self.names[0].term.by != shared:
            self.names = [self._crowd(named, shared)]

    def _crowd(self, named: Named, shared: str) -> Named:
        terms = [one.term for one in (*self.names, named)]
        by = terms[0].by if len({term.by for term in terms}) == 1 else shared
        return Named(terms[0]._replace(by=by, words=terms[0].words[:_SURE]), ())


def tree(terms: Iterable[Term], shared: str) -> Node:
    """All `terms` by their words; of those with the same words, the first is the first to be looked for."""
    first = Node()
    for term in terms:
        node = first
        for word in term.words[:_SURE]:
            node = node.next.setdefault(word, Node())
        node.add(Named(term, tuple(WORD.split(term.text)[1:])), shared)
    return first


def beginning(node: Node, line: Line, at: int) -> Sequence[Named]:
    """The names that may begin with word `at`, which leads to `node`; the longest first."""
    names, words = node.names, line.words
    while after := node.next.get(words[at := at + 1]):
        node = after
        names = [*node.names, *names] if node.names else names
    return names


def end_of(named: Named, line: Line, at: int) -> int | None:
    """Where `named`, one of those `beginning` with word `at`, ends in the text of `line`."""
    words, joints = named.term.words, named.joints
    count = len(words) if len(words) <= _SURE else _alike(words, line.words, at)
    said = tuple(line.between[at + 1 : at + count])
    end = line.ends[at + count - 1]
    if not joints:
        return end if all(map(_loose, said)) else None
    if said != joints[: count - 1] and not _fit(joints[: count - 1], said):
        return None
    tail = joints[-1] if count == len(words) else ""
    after = line.between[at + count][: len(tail)]
    return end + len(tail) if after == tail or fits(tail, after) else None


def _alike(words: Sequence[str], said: Sequence[str], at: int) -> int:
    """How many of `words` stand in `said` from `at` on."""
    count = _SURE
    while count < len(words) and words[count] == said[at + count]:
        count += 1
    return count


def _loose(said: str) -> bool:
    return len(said) <= _LOOSEST and "\n\n" not in said and BARRIER not in said


@lru_cache(maxsize=4096)
def _fit(joints: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return all(map(fits, joints, said))


@lru_cache(maxsize=4096)
def fits(joint: str, said: str) -> bool:
    """Whether the words that `joint` parts in a name may be parted by `said` in a text: with any apostrophe,
    hyphen and spacing, that of addresses included.
    """
    at = 0
    for char in _SPACES.sub(" ", joint):
        if char == " ":
            space = _SPACING.match(said, at)
            if space is None:
                return False
            at = space.end()
        elif at < len(said) and _plain(char) == _plain(said[at]):
            at += 1
        else:
            return False
    return at == len(said)


def _plain(char: str) -> str:
    return _ALIKE.get(char) or char.lower()
