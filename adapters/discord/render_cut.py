"""Cutting runs where a post is full: between words, never inside code, links or marks that fit into a post."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from adapters.discord.render_inline import length
from adapters.discord.render_runs import CodeSpan, End, Linked, Ready, Run, Words, words

_JOINED = re.compile("[\u0300-\u036f\u200d\u20e3\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_LONGEST_CLUSTER = 16


def cut_runs(runs: Sequence[Run], room: int, *, whole: bool) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """What of `runs` fits into `room` UTF-16 units, and the rest. With `whole`, `room` is all that a post
    has: then something fits always, for even a word or code is cut, and a link that is longer becomes text.
    """
    head: list[Run] = []
    rest = deque(runs)
    while rest:
        run = rest.popleft()
        if (needed := _length(run, room)) <= room:
            head.append(run)
            room -= needed
            continue
        alone = whole and not head
        if isinstance(run.piece, Linked | Ready) and alone:
            rest.extendleft(reversed(list(words(run.piece.plain, run.marks))))
            continue
        first, second = _cut(run, room, anywhere=alone)
        head += [first] if first else []
        rest.extendleft([second] if second else [])
        break
    return tuple(head), _without_breaks(rest)


def cut_text(text: str, most: int) -> tuple[str, str]:
    """The longest beginning of `text` with at most `most` characters that ends behind a word or, in a single
    word, behind a whole character; and the rest. Neither has spaces at the cut.
    """
    if len(text) <= most:
        return text, ""
    at = _space(text, most) or _whole_character(text, most)
    return text[:at].rstrip(" \n"), text[at:].lstrip(" \n")


def _space(text: str, most: int) -> int:
    """The last space or line end behind a word and not behind place `most`; 0 where there is none."""
    at = max(text.rfind(" ", 0, most + 1), text.rfind("\n", 0, most + 1))
    return at if at > 0 and text[:at].strip(" \n") else 0


def _length(run: Run, room: int) -> int:
    """`length(run)`, or anything more than `room` where it is more."""
    plain = run.piece.text if isinstance(run.piece, Words | CodeSpan) else ""
    return len(plain) if len(plain) > room else length(run)


def _cut(run: Run, room: int, *, anywhere: bool) -> tuple[Run | None, Run | None]:
    piece = run.piece
    if not isinstance(piece, Words | CodeSpan) or (isinstance(piece, CodeSpan) and not anywhere):
        return None, run
    low, high = 0, min(len(piece.text), room)
    while low < high:  # how many characters fit
        middle = (low + high + 1) // 2
        fits = length(replace(run, piece=replace(piece, text=piece.text[:middle]))) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    if not anywhere and not _space(piece.text, low):
        return None, run
    first, second = cut_text(piece.text, max(low, 1))
    made = [replace(run, piece=replace(piece, text=part)) if part else None for part in (first, second)]
    return made[0], made[1]


def _whole_character(text: str, at: int) -> int:
    """A place not behind `at` that parts no emoji and no letter from its accents, if one is near."""
    for place in range(at, max(at - _LONGEST_CLUSTER, 0), -1):
        if not _JOINED.match(text, place) and text[place - 1] != "\u200d":
            return place
    return at


def _without_breaks(runs: deque[Run]) -> tuple[Run, ...]:
    """Without the line ends at which a cut was made."""
    while runs and isinstance(runs[0].piece, End):
        runs.popleft()
    return tuple(runs)
