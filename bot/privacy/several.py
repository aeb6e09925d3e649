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
_REMEMBERED = 4_096
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

    __slots__ = ("_follows", "_known", "joints", "names", "next")

    def __init__(self) -> None:
        self.names: list[Named] = []
        self.next: dict[str, Node] = {}
        self.joints: set[str] | None = set()
        """What may stand before the word, where it is a name's second; anything, if None."""
        self._follows: dict[str, bool] = {}
        self._known: dict[tuple[str, ...], list[Named]] = {}

    def add(self, named: Named, shared: str) -> None:
        """Puts `named` behind the others, with `shared` for them all where they are too many."""
        if not self.names or (len(self.names) < _NAMESAKES and self.names[0].exact):
            self.names.append(named)
            return
        by = named.term.by if all(one.term.by == named.term.by for one in self.names) else shared
        words = named.term.words[:_SURE]
        self.names = [Named(named.term._replace(by=by, words=words), (), "", exact=False)]

    def follows(self, said: str) -> bool:
        """Whether `said` may part the word, a name's second, from the first. Most that look alike end here."""
        found = self._follows.get(said)
        if found is None:
            if len(self._follows) >= _REMEMBERED:
                self._follows.clear()
            found = self.joints is None or any(fits(joint, said) or joint == said for joint in self.joints)
            self._follows[said] = found
        return found

    def parted(self, parted: tuple[str, ...]) -> list[Named]:
        """Those of the names whose words may be `parted` so."""
        found = self._known.get(parted)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[parted] = [named for named in self.names if _may_part(named, parted)]
        return found


def tree(terms: Iterable[Term], shared: str) -> Node:
    """All `terms` by their words; of those with the same words, the first is the first to be looked for."""
    first = Node()
    for term in terms:
        node, second = first, None
        for number, word in enumerate(term.words[:_SURE]):
            node = node.next.setdefault(word, Node())
            second = node if number == 1 else second
        _, *joints, tail = WORD.split(term.text)
        node.add(Named(term, tuple(joints), tail), shared)
        if second and not node.names[0].exact:
            second.joints = None
        elif second and second.joints is not None:
            second.joints.add(joints[0])
    return first


def longest(node: Node, line: Line, at: int, start: int, doubtful: set[str]) -> Edit | None:
    """What to replace of the names that begin with word `at`, which leads to `node`; the longest wins. Names
    that stand there but may be none are added to `doubtful`.
    """
    text, words, between, last = line.text, line.words, line.between, at
    reached = [(at, node)] if node.names else []
    while after := node.next.get(words[last := last + 1]):
        node = after
        if node.names:
            reached.append((last, node))
    while reached:
        last, node = reached.pop()
        for named in node.parted(tuple(between[at + 1 : last + 1])):
            term, joints, tail, exact = named
            plain = not exact or (not tail and len(joints) == last - at)
            end = line.ends[last] if plain else _end(named, line, at, last)
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


def _may_part(named: Named, parted: tuple[str, ...]) -> bool:
    """Whether as many words of `named` as `parted` parts may be parted so."""
    return _fit(named.joints[: len(parted)], parted) if named.exact else all(map(_loose, parted))


def _end(named: Named, line: Line, at: int, last: int) -> int | None:
    """Where `named` ends whose words stand from `at` to `last`: as many of them as are told by name."""
    term, joints, tail, _ = named
    told = last
    while last < at + len(joints) and term.words[last + 1 - at] == line.words[last + 1]:
        last += 1  # as far as it goes on
    if not _fit(joints[told - at : last - at], tuple(line.between[told + 1 : last + 1])):
        return None
    if not tail or last < at + len(joints):
        return line.ends[last]
    return line.ends[last] + len(tail) if fits(tail, line.between[last + 1][: len(tail)]) else None


def _loose(said: str) -> bool:
    return len(said) <= _LOOSEST and "\n\n" not in said and BARRIER not in said


def _fit(joints: tuple[str, ...], parted: tuple[str, ...]) -> bool:
    return joints == parted or all(map(fits, joints, parted))


@lru_cache(maxsize=_REMEMBERED)
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
