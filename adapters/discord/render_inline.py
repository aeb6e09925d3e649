"""Runs -> Discord's Markdown, on one or more lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeAlias, assert_never

from adapters.discord.render_escape import escape, escape_line, size
from adapters.discord.render_runs import (
    NO_MARKS,
    CodeSpan,
    End,
    Linked,
    Mark,
    Marks,
    Piece,
    Ready,
    Run,
    Words,
)

GAP = "\u200b"
"""A character of no width: it parts two marks, or a mark and a word, that would be misread together."""

_SIGNS = {Mark.SPOILER: "||", Mark.STRIKE: "~~", Mark.UNDERLINE: "__", Mark.BOLD: "**", Mark.ITALIC: "_"}
_MOST_SIGNS = sum(2 * len(sign) + 2 for sign in _SIGNS.values())
"""The most that marks and gaps around one run may add to its own length."""


@dataclass(eq=False)
class _Sign:
    """Where a mark begins (`opened` None) or ends."""

    mark: Mark
    text: str
    opened: _Sign | None = None


_Part: TypeAlias = "Run | _Sign"


def written(runs: Iterable[Run]) -> str:
    """The runs as they are sent, from the beginning of a line on."""
    runs = list(runs)
    if len(runs) == 1 and isinstance(runs[0].piece, Words) and not runs[0].marks:  # as most lines are
        return escape_line(runs[0].piece.text)
    parts = _with_signs(_tight(runs))
    _choose_stars(parts)
    out = ""
    before: _Part | None = None
    for part in parts:
        text = part.text if isinstance(part, _Sign) else _piece(part.piece, at_start=_starts_line(out))
        out += GAP if _misread(before, part, text) else ""
        out += text
        before = part
    return out


def length(run: Run) -> int:
    """The most UTF-16 units that `run` takes, whatever stands beside it."""
    return size(_piece(run.piece, at_start=False)) + (_MOST_SIGNS if run.marks else 2)


def least(run: Run) -> int:
    """The least characters that `run` takes."""
    return len(run.piece.text) if isinstance(run.piece, Words | CodeSpan) else 1


def _starts_line(out: str) -> bool:
    return not out or out.endswith("\n")


def _piece(piece: Piece, *, at_start: bool) -> str:
    match piece:
        case Words(text):
            return escape_line(text) if at_start else escape(text)
        case CodeSpan(text):
            return _code(text)
        case Linked(url, label):
            return f"[{written(label)}](<{url}>)"
        case Ready(text):
            return text
        case End():
            return "\n"
        case _:
            assert_never(piece)


def _code(text: str) -> str:
    """Code between single backticks, or double ones where it holds a single one: three would begin a block."""
    lengths = {len(found) for found in re.findall("`+", text)}
    if not lengths <= {2} and not lengths <= {1}:
        text, lengths = re.sub("`(?=`)", f"`{GAP}", text), {1}
    fence = "``" if 1 in lengths else "`"
    # A space keeps a backtick at the edge apart from its fence.
    return f"{fence}{' ' * text.startswith('`')}{text}{' ' * text.endswith('`')}{fence}"


def _tight(runs: list[Run]) -> list[Run]:
    """With italics that begin and end at a visible character, for a star beside a space is only a star,
    and with marks over the line ends between marked lines only.
    """
    found: list[Run] = []
    for i, run in enumerate(runs):
        before = runs[i - 1].marks if i else NO_MARKS
        after = runs[i + 1].marks if i + 1 < len(runs) else NO_MARKS
        if isinstance(run.piece, End):
            found.append(replace(run, marks=run.marks & _kept_open(before, after)))
        elif isinstance(run.piece, Words) and Mark.ITALIC in run.marks:
            found += _italics(run.piece.text, run.marks, left=before != run.marks, right=after != run.marks)
        else:
            found.append(run)
    return found


def _kept_open(before: Marks, after: Marks) -> Marks:
    """The marks that need not be closed between two runs."""
    both = zip(sorted(before), sorted(after), strict=False)
    return frozenset(one for one, _ in takewhile(lambda pair: pair[0] is pair[1], both))


def _italics(text: str, marks: Marks, *, left: bool, right: bool) -> list[Run]:
    upright = marks - {Mark.ITALIC}
    if not text.strip() and (left or right):
        return [Run(Words(text), upright)]
    start = len(text) - len(text.lstrip()) if left else 0
    stop = len(text.rstrip()) if right else len(text)
    parts = ((text[:start], upright), (text[start:stop], marks), (text[stop:], upright))
    return [Run(Words(part), kept) for part, kept in parts if part]


def _with_signs(runs: Sequence[Run]) -> list[_Part]:
    out: list[_Part] = []
    opened: list[_Sign] = []
    for run in (*runs, None):
        wanted = sorted(run.marks) if run else []
        kept = 0
        while kept < min(len(opened), len(wanted)) and opened[kept].mark is wanted[kept]:
            kept += 1
        while len(opened) > kept:
            sign = opened.pop()
            out.append(_Sign(sign.mark, sign.text, sign))
        for mark in wanted[kept:]:
            opened.append(_Sign(mark, _SIGNS[mark]))
            out.append(opened[-1])
        if run:
            out.append(run)
    return out


def _choose_stars(parts: Sequence[_Part]) -> None:
    """Gives italics stars where their underscores would touch underlining, or end before a word."""
    begins: dict[int, int] = {}
    for end, part in enumerate(parts):
        if not isinstance(part, _Sign) or part.mark is not Mark.ITALIC:
            continue
        if part.opened is None:
            begins[id(part)] = end
            continue
        begin = begins[id(part.opened)]
        after = parts[end + 1] if end + 1 < len(parts) else None
        beside = (parts[begin - 1] if begin else None, parts[begin + 1], parts[end - 1], after)
        touched = {one.mark for one in beside if isinstance(one, _Sign)}
        if Mark.UNDERLINE in touched or (Mark.BOLD not in touched and _begins_word(after)):
            part.text = part.opened.text = "*"


def _begins_word(part: _Part | None) -> bool:
    """Whether an underscore before `part` would end no italics."""
    if not isinstance(part, Run) or not isinstance(part.piece, Words):
        return False
    return part.piece.text[0].isascii() and part.piece.text[0].isalnum()


def _misread(before: _Part | None, part: _Part, text: str) -> bool:
    """Whether `part`, which is written as `text`, would be misread right behind `before`."""
    if isinstance(before, _Sign):
        if isinstance(part, _Sign):
            return before.text[-1] == text[0]
        return before.opened is not None and before.text == "_" and _begins_word(part)
    return (
        isinstance(before, Run)
        and isinstance(part, Run)
        and isinstance(before.piece, CodeSpan)
        and isinstance(part.piece, CodeSpan)
    )
