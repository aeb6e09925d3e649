"""What the bot says, a Body -> Slack's rich text blocks.

Rich text shows every character as it is, so that titles and names need no escaping and nothing in them
is read as markup. docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, assert_never

from adapters.slack.render_card import cut
from adapters.slack.render_inline import elements, restyled, text_element
from bot.richtext.nodes import (
    Block,
    Body,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Subtext,
    Table,
    Text,
    Unsupported,
)
from bot.richtext.plain import plain, plain_inline

Json = dict[str, Any]

BLOCK_TEXT = 2900
"""Characters of one block. Slack names no limit for rich text; this is that of its other texts."""


def said_blocks(body: Body) -> list[Json]:
    """`body` as blocks, one a paragraph; a list, quote or code goes with the paragraph before it."""
    blocks: list[Json] = []
    for block in body:
        if isinstance(block, Subtext):
            blocks += [small(text) for text in _cut(plain_inline(block.children))]
            continue
        if isinstance(block, Divider):
            blocks.append({"type": "divider"})
            continue
        parts = list(_parts(block))
        follows = isinstance(block, List | CodeBlock) and blocks and blocks[-1]["type"] == "rich_text"
        if follows and length([blocks[-1], parts]) <= BLOCK_TEXT:
            blocks[-1]["elements"] += parts
        else:
            blocks += _packed(parts)
    return blocks


def small(text: str) -> Json:
    """Small print."""
    shown = cut(text, BLOCK_TEXT) or "…"
    return {"type": "context", "elements": [{"type": "plain_text", "text": shown, "emoji": False}]}


def length(value: object) -> int:
    """Characters of every string in `value` as Slack counts them: a character beyond the first plane is two."""
    if isinstance(value, str):
        return len(value.encode("utf-16-le", "replace")) // 2
    if isinstance(value, dict):
        return sum(map(length, value.values()))
    return sum(map(length, value)) if isinstance(value, list) else 0


def _packed(parts: Iterable[Json]) -> Iterator[Json]:
    """Blocks of at most `BLOCK_TEXT` characters."""
    for held in _grouped(chain.from_iterable(map(_divided, parts))):
        yield {"type": "rich_text", "elements": held}


def _divided(part: Json) -> Iterator[Json]:
    """`part`, in several of its kind where it is too long for one block."""
    for held in _grouped(chain.from_iterable(map(_shorter, part["elements"]))):
        yield part | {"elements": held}


def _grouped(things: Iterable[Json]) -> Iterator[list[Json]]:
    """Neighbours together, as many as fit into one block."""
    held: list[Json] = []
    size = 0
    for thing in things:
        needed = length(thing)
        if held and size + needed > BLOCK_TEXT:
            yield held
            held, size = [], 0
        held.append(thing)
        size += needed
    if held:
        yield held


def _shorter(element: Json) -> Iterator[Json]:
    """`element`, in several where its text is too long for one block. A row of a list is one element."""
    if "elements" in element:
        yield from _divided(element)
    elif length(element) <= BLOCK_TEXT or not element.get("text"):
        yield element
    else:
        yield from (element | {"text": text} for text in _cut(element["text"]))


def _cut(text: str) -> Iterator[str]:
    """`text` in pieces that fit a block whatever their characters are."""
    most = BLOCK_TEXT // 4
    if length(text) <= BLOCK_TEXT:
        yield text
    else:
        yield from (text[at : at + most] for at in range(0, len(text), most))


def _parts(block: Block) -> Iterator[Json]:
    match block:
        case Paragraph(children) | Heading(_, children) | Subtext(children):
            yield from _part("rich_text_section", _inline(children, bold=isinstance(block, Heading)))
        case Quote(children):
            yield from _part("rich_text_quote", _lines(children))
        case CodeBlock(code):
            yield from _part("rich_text_preformatted", elements((Text(code),)))
        case List(items, ordered):
            rows = (_part("rich_text_section", _lines(item)) for item in items)
            style = "ordered" if ordered else "bullet"
            yield from _part("rich_text_list", chain.from_iterable(rows), style=style)
        case Table() | Unsupported() | Divider():
            yield from _part("rich_text_section", elements((Text(plain((block,))),)))
        case _:
            assert_never(block)


def _part(kind: str, made: Iterable[Json], **more: str) -> Iterator[Json]:
    """A part with what was `made`; nothing, where that is nothing: Slack takes no empty ones."""
    if found := list(made):
        yield {"type": kind, "elements": found, **more}


def _lines(body: Body) -> Iterator[Json]:
    """Blocks where only inlines may stand, each on lines of its own."""
    for number, block in enumerate(body):
        if number:
            yield text_element("\n")
        match block:
            case Paragraph(children) | Heading(_, children) | Subtext(children):
                yield from _inline(children, bold=isinstance(block, Heading))
            case _:
                yield from elements((Text(plain((block,))),))


def _inline(nodes: Sequence[Inline], *, bold: bool = False) -> Sequence[Json]:
    return restyled(nodes, "bold") if bold else elements(nodes)
