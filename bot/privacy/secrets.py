"""Finding suspected secrets in a text.

Ordinary text is dismissed cheaply: nearly every secret is a long word, and each kind has keywords.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.privacy.rules import Rule

LONG_WORD = 16
"""Secrets whose rule is not `short` have at least so many characters without a space."""

_QUOTES = ('"', "'", "`")
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{1,60}-----|\x1e")
_PEM_REST = re.compile(r"[A-Za-z0-9+/= \t\r\n\\:,-]{0,8192}")


@dataclass(frozen=True, slots=True)
class Match:
    """A suspected secret: `kind` as `Rule.kind`, at `text[start:end]`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """Rules by what it takes to rule them out; each keyword with the numbers of its rules."""

    exact: tuple[tuple[str, int], ...]
    folded: tuple[tuple[str, int], ...]
    always: tuple[int, ...]


def _plan(rules: Sequence[Rule], *, short: bool) -> _Plan:
    """How to choose among the rules that are `short`, or among all others."""
    chosen = [(i, rule) for i, rule in enumerate(rules) if rule.short is short]
    return _Plan(
        tuple((word, i) for i, rule in chosen for word in rule.keywords if not rule.fold),
        tuple((word, i) for i, rule in chosen for word in rule.keywords if rule.fold),
        tuple(i for i, rule in chosen if not rule.keywords),
    )


class RuleBook:
    """Rules, made ready for searching; the first are the most telling. Build it once."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._short = _plan(self.rules, short=True)
        self._long = _plan(self.rules, short=False)

    def candidates(self, text: str) -> list[Rule]:
        """The rules that may find something in `text`, in their order."""
        numbers = _candidates(text, self._short)
        if max(map(len, text.split()), default=0) >= LONG_WORD:
            numbers += _candidates(text, self._long)
        return [self.rules[i] for i in sorted(set(numbers))]


def find_secrets(text: str, rules: RuleBook) -> tuple[Match, ...]:
    """The suspected secrets in `text`, in order, none touching another. Where finds overlap they are
    one, of the kind whose rule comes first in the book. Private key blocks are found by any rules.
    """
    found = [*_private_keys(text), *_by_rules(text, rules)] if text else []
    return _joined(found)


def _candidates(text: str, plan: _Plan) -> list[int]:
    numbers = [i for word, i in plan.exact if word in text]
    if plan.folded:
        folded = text.lower()
        numbers += [i for word, i in plan.folded if word in folded]
    return [*numbers, *plan.always]


def _by_rules(text: str, rules: RuleBook) -> Iterator[Match]:
    """What the rules find, in the order of the rules."""
    for rule in rules.candidates(text):
        group = "secret" if "secret" in rule.compiled.groupindex else 0
        at = 0
        while found := rule.compiled.search(text, at):
            start, end = found.span(group)
            at = found.end()
            if rule.check is None or rule.check(found[group]):
                yield Match(rule.kind, start, end)
            elif start > found.start() and text[end : end + 1] in _QUOTES:
                at = start  # a quoted word that is no secret may be the name of one: {"token": "key": "…"}


def _private_keys(text: str) -> Iterator[Match]:
    """Blocks from BEGIN to END. One that was never ended goes on as far as it looks like a key."""
    if "PRIVATE KEY" not in text:
        return
    at, ended = 0, True
    while begin := _PEM_BEGIN.search(text, at):
        end = _PEM_END.search(text, begin.end()) if ended else None
        ended = end is not None
        if end and end[0] != "\x1e":
            at = end.end()
        elif rest := _PEM_REST.match(text, begin.end()):
            at = begin.end() + len(rest[0].rstrip())
        yield Match("private key", begin.start(), at)


def _joined(found: list[Match]) -> tuple[Match, ...]:
    """`found`, given in the order of importance, without overlaps."""
    joined: list[tuple[int, Match]] = []
    for rank, match in sorted(enumerate(found), key=lambda item: (item[1].start, item[0])):
        if joined and match.start < joined[-1][1].end:
            before, last = joined[-1]
            kind = last.kind if before < rank else match.kind
            joined[-1] = (min(before, rank), Match(kind, last.start, max(last.end, match.end)))
        else:
            joined.append((rank, match))
    return tuple(match for _, match in joined)
