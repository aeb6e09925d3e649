"""Names of several words, looked up word by word, and what may part their words.

No pattern is made of a name: a message may hold thousands of names, and making one takes far longer than reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bot.privacy.callings import WORD, Term, When, is_mark
from bot.privacy.edits import BARRIER, Edit

_SURE = 16
"""So many words of a name mean it, whatever follows: no longer one is looked for in vain."""
_NAMESAKES = 6
"""Where more names than these consist of the same words, what parts the words tells nobody."""
_LOOSEST = 8
"""So many characters may part them then."""
_LETTERS = "0"
"""Before it, no character is a letter, digit or mark."""

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
    """Somebody's name of several words, parted by `joints` as it is written, and with `tail` behind the last.
    Without `exact`, anything short may part the words.
    """

    term: Term
    joints: tuple[str, ...]
    tail: str
    exact: bool = True


class Node:
    """The names that end with some word, or whose first words do; and how those go on that do not."""

    __slots__ = ("names", "next")

    def __init__(self) -> None:
        self.names: list[Named] = []
        self.next: dict[str, Node] = {}

    def add(self, named: Named, shared: str) -> None:
        """Puts `named` behind the others, with `shared` for them all where they are too many."""
        if not self.names or (len(self.names) < _NAMESAKES and self.names[0].exact):
            self.names.append(named)
            return
        by = named.term.by if all(one.term.by == named.term.by for one in self.names) else shared
        words = named.term.words[:_SURE]
        self.names = [Named(named.term._replace(by=by, words=words), (), "", exact=False)]


def tree(terms: Iterable[Term], shared: str) -> Node:
    """All `terms` by their words; of those with the same words, the first is the first to be looked for."""
    first = Node()
    for term in terms:
        node = first
        for word in term.words[:_SURE]:
            node = node.next.setdefault(word, Node())
        _, *joints, tail = WORD.split(term.text)
        node.add(Named(term, tuple(joints), tail), shared)
    return first


def longest(node: Node, line: Line, at: int, start: int, doubtful: set[str]) -> Edit | None:
    """What to replace of the names that begin with word `at`, which leads to `node`; the longest wins. Names
    that stand there but may be none are added to `doubtful`.
    """
    text, words, last = line.text, line.words, at
    reached = [(at, node.names)] if node.names else []
    while after := node.next.get(words[last := last + 1]):
        node = after
        if node.names:
            reached.append((last, node.names))
    while reached:
        last, names = reached.pop()
        parted = tuple(line.between[at + 1 : last + 1])
        for named in names:
            term, joints, tail, _ = named
            end = line.ends[last] if joints == parted and not tail else _end(named, parted, line, at)
            if end is None or (text[end : end + 1] >= _LETTERS and goes_on(text, end)):
                continue
            if (
                term.when is When.ANYWHERE
                or text[start - 1 : start] == "@"
                or as_written(term, text[start:end])
            ):
                return Edit(start, end, term.by)
            if text[start:end] == term.text != term.by:
                doubtful.add(term.text)
    return None


def as_written(term: Term, said: str) -> bool:
    """Whether `said` is the very name, and that is enough."""
    return said == term.text and term.when is When.AS_WRITTEN


def goes_on(text: str, at: int) -> bool:
    """Whether the word that ends before `at` goes on there."""
    if at >= len(text):
        return False
    return is_mark(text[at]) or (text[at].isalnum() and (text[at - 1].isalnum() or is_mark(text[at - 1])))


def _end(named: Named, parted: tuple[str, ...], line: Line, at: int) -> int | None:
    """Where `named` ends if it begins with word `at`; its words do, and are `parted` so."""
    term, joints, tail, exact = named
    last = at + len(parted)
    if not exact:
        return line.ends[last] if all(map(_loose, parted)) else None
    if len(joints) > len(parted):  # enough of its words: as far as it goes on
        while last < at + len(joints) and term.words[last + 1 - at] == line.words[last + 1]:
            last += 1
        parted = tuple(line.between[at + 1 : last + 1])
        tail = tail if len(joints) == len(parted) else ""
    if not _fit(joints[: len(parted)], parted):
        return None
    if not tail:
        return line.ends[last]
    return line.ends[last] + len(tail) if fits(tail, line.between[last + 1][: len(tail)]) else None


def _loose(said: str) -> bool:
    return len(said) <= _LOOSEST and "\n\n" not in said and BARRIER not in said


@lru_cache(maxsize=4096)
def _fit(joints: tuple[str, ...], parted: tuple[str, ...]) -> bool:
    return all(map(fits, joints, parted))


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
