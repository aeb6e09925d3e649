"""Where addresses end, bare ones and those of masked links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.richtext.nodes import Inline, Text, is_safe_url

# Longer than any link may be: what is cut off here does not become one.
_ADDRESS = re.compile(r"[^\s<>\x00\x01]{0,5000}")
_ADDRESS_IN_LABEL = re.compile(r"[^\s<>\]\x00\x01]{0,5000}")
_SENTENCE_MARKS = ".,:;\"']"
_UNDERSCORE_BEFORE_NO_WORD = re.compile(r"_(?![A-Za-z0-9_])")
_TARGET_STOP = re.compile(r"[\s<>()\x00\x01]")
_IN_ANGLES = re.compile(r"<([^\s<>\x00\x01]*)>")
_SPACE = re.compile(r"\s*")
_TITLE_LIMIT = 512
_NESTED_PARENTHESES = 2
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Target:
    """What stands behind a masked link's label: its address, its title, and the place behind it."""

    url: str
    title: str
    end: int


def url_end(text: str, start: int, after_scheme: int, closers: Sequence[str], *, in_label: bool) -> int:
    """Where the address ends that begins at `start`: before a space, an angle bracket or one of
    `closers` (within a label, also "]"), and without the punctuation of the sentence around it.
    """
    found = (_ADDRESS_IN_LABEL if in_label else _ADDRESS).match(text, after_scheme)
    url = text[start : found.end() if found else after_scheme]
    for closer in closers:
        if closer == "_":
            match = _UNDERSCORE_BEFORE_NO_WORD.search(url)
            url = url[: match.start()] if match else url
        else:
            url = url.partition(closer)[0]
    url = url.rstrip(_SENTENCE_MARKS)
    surplus = min(url.count(")") - url.count("("), len(url) - len(url.rstrip(")")))
    if surplus > 0:
        url = url[:-surplus].rstrip(_SENTENCE_MARKS)
    return max(start + len(url), after_scheme)


def masked_target(text: str, at: int) -> Target | None:
    """Read "(address)", "(<address>)" or "(address "title")" at `at`; None where there is none
    that may be a link: Discord links http and https only, and knows no escapes inside.
    """
    if not text.startswith("(", at):
        return None
    if angles := _IN_ANGLES.match(text, at + 1):
        url, end = angles[1], angles.end()
    else:
        end = _target_end(text, at + 1)
        url = text[at + 1 : end]
    title, end = _title(text, end)
    if not text.startswith(")", end) or not url.lower().startswith(_WEB) or not is_safe_url(url):
        return None
    return Target(url, title, end + 1)


def _target_end(text: str, at: int) -> int:
    """The end of an address that may hold balanced parentheses. Their depth is bounded: in
    "](](](" every attempt would else read on to the end.
    """
    depth = 0
    while stop := _TARGET_STOP.search(text, at):
        at = stop.start()
        if stop[0] == "(" and depth < _NESTED_PARENTHESES:
            depth += 1
        elif stop[0] == ")" and depth:
            depth -= 1
        else:
            return at
        at += 1
    return len(text)


def _title(text: str, at: int) -> tuple[str, int]:
    """The title that stands in quotes behind an address, and the place behind it."""
    space = _SPACE.match(text, at)
    start = space.end() if space else at
    quote = text[start : start + 1]
    if start == at or quote not in {'"', "'"}:
        return "", start
    end = text.find(quote, start + 1, start + 1 + _TITLE_LIMIT)
    if end < 0:
        return "", at
    behind = _SPACE.match(text, end + 1)
    return " ".join(text[start + 1 : end].split()), behind.end() if behind else end + 1


def url_label_is_address(label: Sequence[Inline]) -> bool:
    """Whether a masked link's label would show another address than it leads to."""
    first = label[0]
    return isinstance(first, Text) and first.text.strip().lower().startswith(_WEB)
