"""The tree's blocks -> a flat row of pieces, each of which Slack can draw: what `render_split` divides into posts.

Slack's rich text does not nest: a list within a list is an indented one beside it, and what stands in a
quote has a border. docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import count
from typing import assert_never

from adapters.slack.parse_raw import clean
from adapters.slack.render_inline import Element, elements, restyled, shown, size, text_element, words_of
from bot.richtext.nodes import (
    Block,
    Body,
    Bold,
    ChannelMention,
    CodeBlock,
    Divider,
    Emoji,
    Heading,
    Inline,
    LineBreak,
    List,
    Mention,
    Paragraph,
    Quote,
    Subtext,
    Table,
    Text,
    Unsupported,
)
from bot.richtext.plain import plain_inline, unsupported_text

HEADING_LIMIT = 150
SMALL_LIMIT = 2000
DEEPEST = 8
"""The largest indent that Slack takes."""

_LANGUAGE_LIMIT = 64
_COLUMN_LIMIT = 60
_LARGEST_NUMBER = 10**5
_RULE = "———"


class Kind(Enum):
    FLOW = auto()
    CODE = auto()
    ITEM = auto()
    HEADING = auto()
    SMALL = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`quote`: which quote it stands in, 0 for none. Of an ITEM, `number` is its place in an ordered list, 0 in
    another. Code is one text element.
    """

    kind: Kind
    elements: tuple[Element, ...] = ()
    quote: int = 0
    indent: int = 0
    number: int = 0
    language: str = ""

    @property
    def size(self) -> int:
        return sum(map(size, self.elements))

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        marker = "" if self.kind is not Kind.ITEM else f"{self.number}. " if self.number else "• "
        said = "  " * self.indent + marker + (words_of(self.elements) or _RULE * (self.kind is Kind.RULE))
        return "\n".join(f"> {line}" for line in said.split("\n")) if self.quote else said


@dataclass(slots=True)
class _Flat:
    """Where a walk stands: inside which quote, how deep in lists."""

    quotes: Iterator[int] = field(default_factory=lambda: count(1))
    quote: int = 0

    def body(self, blocks: Iterable[Block], *, inside: bool = False) -> list[Piece]:
        return [piece for block in blocks for piece in self.block(block, inside=inside)]

    def block(self, block: Block, *, inside: bool = False) -> Sequence[Piece]:
        """`inside` a quote or list only flows and code can stand."""
        match block:
            case Paragraph(children):
                return self.flow(elements(children))
            case Heading(_, children):
                return self.heading(children, inside=inside)
            case Subtext(children):
                return self.small(children, inside=inside)
            case Quote(children):
                return self.quoted(children)
            case CodeBlock(code, language):
                return self.code(code, language)
            case List():
                return self.items(block, 0)
            case Table():
                return self.code(_table_text(block))
            case Divider():
                return self.flow((text_element(_RULE),)) if inside else (Piece(Kind.RULE),)
            case Unsupported():
                return self.flow(elements((Text(unsupported_text(block)),)))
            case _:
                assert_never(block)

    def flow(self, made: tuple[Element, ...]) -> Sequence[Piece]:
        made = _trimmed(made)
        return (Piece(Kind.FLOW, made, self.quote),) if made else ()

    def heading(self, children: tuple[Inline, ...], *, inside: bool) -> Sequence[Piece]:
        title = " ".join(words_of(elements(children)).split())
        if inside or len(title) > HEADING_LIMIT or not title or _is_styled(children):
            return self.flow(restyled(children, "bold"))
        return (Piece(Kind.HEADING, (text_element(title),)),)

    def small(self, children: tuple[Inline, ...], *, inside: bool) -> Sequence[Piece]:
        text = shown(plain_inline(children)).strip()
        if inside or _is_styled(children) or not text or len(text) > SMALL_LIMIT:
            return self.flow(elements(children))
        return (Piece(Kind.SMALL, (text_element(text),)),)

    def quoted(self, children: Body) -> Sequence[Piece]:
        if self.quote:
            return self.body(children, inside=True)
        self.quote = next(self.quotes)
        made = self.body(children, inside=True)
        self.quote = 0
        return made

    def code(self, code: str, language: str = "") -> Sequence[Piece]:
        text = shown(code).strip("\n") if not code.strip() else shown(code)
        if not text.strip():
            return ()
        return (
            Piece(
                Kind.CODE,
                (text_element(text),),
                self.quote,
                language=clean(language).strip()[:_LANGUAGE_LIMIT],
            ),
        )

    def items(self, block: List, indent: int) -> Sequence[Piece]:
        """Each item by its first paragraph, what else it holds behind it: lists deeper, code on its own."""
        made: list[Piece] = []
        number = min(max(block.start, 1), _LARGEST_NUMBER)
        for item in block.items:
            inside = [
                piece
                for part in item
                for piece in (
                    self.items(part, indent + 1) if isinstance(part, List) else self.block(part, inside=True)
                )
            ]
            place = number if block.ordered else 0
            made += _item(inside, min(indent, DEEPEST), place, self.quote)
            number += 1
        return made


def pieces(body: Body) -> list[Piece]:
    """The pieces of a body in order; what shows nothing is left away."""
    return _Flat().body(body)


def _item(inside: list[Piece], indent: int, number: int, quote: int) -> list[Piece]:
    """The leading flows are the item's own words; an item without any has a blank in their place."""
    own: list[Element] = []
    while inside and inside[0].kind is Kind.FLOW and inside[0].quote == quote:
        own += (text_element("\n\n"), *inside[0].elements) if own else inside[0].elements
        inside = inside[1:]
    words = tuple(own) or (text_element(" "),)
    return [Piece(Kind.ITEM, words, quote, indent, number), *inside]


def _is_styled(nodes: Iterable[Inline]) -> bool:
    """Whether a line holds what Slack's plain text does not."""
    return not all(
        isinstance(n, Text | LineBreak | Mention | ChannelMention | Unsupported)
        or (isinstance(n, Emoji) and bool(n.char))
        for n in nodes
    )


def _trimmed(made: tuple[Element, ...]) -> tuple[Element, ...]:
    """Without line ends at either end, which would show as empty lines; nothing where nothing shows."""
    if not words_of(made).strip():
        return ()
    kept = list(made)
    while kept and kept[0]["type"] == "text" and not (text := kept[0]["text"].lstrip("\n")):
        kept.pop(0)
    while kept and kept[-1]["type"] == "text" and not kept[-1]["text"].rstrip("\n"):
        kept.pop()
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if kept[at]["type"] == "text":
            text = strip(kept[at]["text"], "\n")
            kept[at] = kept[at] | {"text": text}
    return tuple(kept)


def _table_text(table: Table) -> str:
    """A table in letters of one width: Slack takes one table a message at most, this one everywhere. What is too
    long for a column stands below it in full.
    """
    whole = [[" ".join(plain_inline(cell).split()) for cell in row] for row in table.rows]
    long = [cell for row in whole for cell in row if len(cell) > _COLUMN_LIMIT]
    notes = {cell: f" [{number}]" for number, cell in enumerate(dict.fromkeys(long), 1)}
    rows = [[_in_column(cell, notes.get(cell, "")) for cell in row] for row in whole]
    columns = max(map(len, rows), default=0)
    widths = [max((len(row[at]) for row in rows if at < len(row)), default=0) for at in range(columns)]
    drawn = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) for row in rows]
    if table.header and len(drawn) > 1:
        drawn.insert(1, "-+-".join("-" * width for width in widths))
    drawn += ["", *(f"{note.strip()} {cell}" for cell, note in notes.items())] if notes else []
    return "\n".join(line.rstrip() for line in drawn)


def _in_column(cell: str, note: str) -> str:
    """A cell as it stands in the table: whole, or cut, with a `note` that leads to the whole of it."""
    return f"{cell[: _COLUMN_LIMIT - len(note) - 1].rstrip()}…{note}" if note else cell


def bold_line(text: str) -> Piece:
    """A line in bold."""
    return replace(Piece(Kind.FLOW), elements=elements((Bold((Text(" ".join(text.split())),)),)))
