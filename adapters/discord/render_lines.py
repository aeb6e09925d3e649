"""Blocks -> lines, each with what stands before it: quote marks, list markers, indentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from adapters.discord.render_escape import clean
from adapters.discord.render_inline import GAP
from adapters.discord.render_runs import (
    NO_MARKS,
    Mark,
    Run,
    Words,
    is_visible,
    lines_of,
    on_one_line,
    runs_of,
    words,
)
from bot.richtext.nodes import (
    Block,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Subtext,
    Table,
    Unsupported,
)
from bot.richtext.plain import plain_inline, unsupported_text

_DEEPEST_HEADING = 3
_DEEPEST_LIST = 10
_HIGHEST_NUMBER = 999_999_999
_LONGEST_LANGUAGE = 40
_LANGUAGE_MARKS = frozenset("+#._-")
_QUOTE = "> "
_RULE = "———"


@dataclass(frozen=True, slots=True)
class Line:
    """`first` stands before it, `rest` before what follows a line end in it, `again` before the part of it
    that begins another post. `gap`: the empty line that keeps it apart from what stands before, if it needs one.
    """

    runs: tuple[Run, ...]
    first: str = ""
    rest: str = ""
    again: str = ""
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code; `first` before its first line, `rest` before all others."""

    code: str
    language: str = ""
    first: str = ""
    rest: str = ""
    gap: str | None = None


Part: TypeAlias = Line | Fence


@dataclass(frozen=True, slots=True)
class _Place:
    """Where blocks stand. `first` comes before the very first line only, `rest` before all others;
    `quote` is the part of both that marks a quote, `markers` what stands before the markers of the list
    around. `depth` counts lists.
    """

    first: str = ""
    rest: str = ""
    quote: str = ""
    markers: str = ""
    depth: int = 0

    @property
    def later(self) -> _Place:
        return replace(self, first=self.rest)


_TOP = _Place()


def blocks_of(body: Iterable[Block]) -> Iterator[list[Part]]:
    """The parts of each block, for those that show anything."""
    before: Block | None = None
    for block in body:
        if parts := list(_block(block, _TOP)):
            if _runs_together(before, block, parts[0]):
                parts[0] = replace(parts[0], gap="")
            yield parts
            before = block


def _runs_together(before: Block | None, block: Block, part: Part) -> bool:
    """Whether Discord would take `block` for a part of the list or quote before it."""
    if isinstance(before, Quote):
        return isinstance(block, Quote)
    indented = isinstance(part, Line) and isinstance(piece := _first(part), Words) and piece.text[:1] == " "
    return isinstance(before, List) and (isinstance(block, List) or indented)


def _first(line: Line) -> object:
    return line.runs[0].piece if line.runs else None


def _block(block: Block, place: _Place) -> Iterator[Part]:
    match block:
        case Paragraph(children):
            yield from _line(runs_of(children), place)
        case Heading(level, children):
            yield from _heading(level, children, place)
        case Quote(children):
            yield from _quote(children, place)
        case CodeBlock(code, language):
            yield _fence(code, language, place)
        case List():
            yield from _list(block, place)
        case Table():
            yield _fence(_table(block), "", place)
        case Divider():
            yield from _line((Run(Words(_RULE)),), place)
        case Subtext(children):
            yield from _subtext(children, place)
        case Unsupported():
            yield from _line(tuple(words(unsupported_text(block))), place)
        case _:
            assert_never(block)


def _blocks(body: Iterable[Block], place: _Place) -> Iterator[Part]:
    for block in body:
        for part in _block(block, place):
            yield part
            place = place.later


def _line(runs: tuple[Run, ...], place: _Place, mark: str = "") -> Iterator[Line]:
    if place.depth:
        runs = _stripped(runs)
    if any(map(is_visible, runs)):
        yield Line(runs, place.first + mark, place.rest, place.quote + mark)


def _heading(level: int, children: Sequence[Inline], place: _Place) -> Iterator[Line]:
    """Discord has three levels and none within lists; deeper ones are bold."""
    small = level > _DEEPEST_HEADING or place.depth > 0
    runs = _stripped(on_one_line(runs_of(children, frozenset({Mark.BOLD}) if small else NO_MARKS)))
    yield from _line(runs, place, "" if small else f"{'#' * max(level, 1)} ")


def _subtext(children: Sequence[Inline], place: _Place) -> Iterator[Line]:
    for line in lines_of(runs_of(children)):
        if runs := _stripped(line):
            yield from _line(runs, place, "" if place.depth else "-# ")
            place = place.later


def _stripped(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Without the spaces that would keep the mark before a line from being one."""
    while runs and isinstance(piece := runs[0].piece, Words):
        if text := piece.text.lstrip():
            return (replace(runs[0], piece=Words(text)), *runs[1:])
        runs = runs[1:]
    return runs


def _quote(children: Sequence[Block], place: _Place) -> Iterator[Part]:
    """Quotes do not nest, nor stand in lists."""
    if place.quote or place.depth:
        yield from _blocks(children, place)
        return
    before: Block | None = None
    for block in children:
        for i, part in enumerate(_block(block, _Place(_QUOTE, _QUOTE, _QUOTE, _QUOTE))):
            apart = i == 0 and _runs_together(before, block, part)
            yield replace(part, gap=_QUOTE) if apart else part
        before = block


def _list(block: List, place: _Place) -> Iterator[Part]:
    if place.first != place.rest:  # the first thing in an item of a list around
        yield _blank(place)
    start = min(max(block.start, 0), _HIGHEST_NUMBER - len(block.items))
    markers = place.rest if place.depth < _DEEPEST_LIST else place.markers
    for i, item in enumerate(block.items):
        marker = f"{start + i}. " if block.ordered else "- "
        inside = _Place(markers + marker, markers + " " * len(marker), place.quote, markers, place.depth + 1)
        empty = True
        for part in _blocks(item, inside):
            yield part
            empty = False
        if empty:
            yield _blank(inside)


def _blank(place: _Place) -> Line:
    """A line that shows nothing but its marker."""
    return Line((Run(Words(GAP)),), place.first, place.rest, place.quote)


def _fence(code: str, language: str, place: _Place) -> Fence:
    code = clean(code).replace("```", f"``{GAP}`")
    kept = (c for c in language[:_LONGEST_LANGUAGE] if (c.isascii() and c.isalnum()) or c in _LANGUAGE_MARKS)
    return Fence(code if code.strip("\n") else GAP, "".join(kept), place.first, place.quote)


def _table(table: Table) -> str:
    rows = [[" ".join(clean(plain_inline(cell)).split()) for cell in row] for row in table.rows]
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows), default=0))]
    lines = [" | ".join(c.ljust(w) for c, w in zip(row, widths, strict=False)).rstrip() for row in rows]
    if table.header and len(lines) > 1:
        lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(lines)
