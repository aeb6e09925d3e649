"""Small steps that every Slack format shares on its way to the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from typing import TypeAlias

from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_raw import Raw, string
from bot.richtext.nodes import (
    Block,
    Body,
    Bold,
    Code,
    CodeBlock,
    Heading,
    Inline,
    Italic,
    LineBreak,
    Link,
    Mention,
    Paragraph,
    Strike,
    Subtext,
    Text,
    Underline,
    Unsupported,
    make_link,
    text_nodes,
)
from bot.richtext.plain import plain, plain_inline

NEST_LIMIT = 8
"""How deep lists, quotes and blocks within blocks are followed. Slack allows lists 9 levels, the rest
fewer; with the inlines inside, a tree stays well within the tree's own limit. Deeper is flattened."""

MARKS_LIMIT = 2_000
"""How many marks one text may have; what looks like more is text. Bounds the time of hostile texts."""
STYLED_LIMIT = 1_000
"""How many pieces and lines of one rich text may have a style."""

_BREAK = LineBreak()
_TEXT, _END = b"\x01", b"\x02"

Span: TypeAlias = tuple[frozenset[str], Inline]
"""An inline with the styles it stands in."""

STYLES: dict[str, type[Bold | Italic | Underline | Strike]] = {
    "bold": Bold,
    "italic": Italic,
    "underline": Underline,
    "strike": Strike,
}
EMOJI = re.compile(r":([\w+'-]{1,100}(?:::skin-tone-[2-6])?)(?=:)")
"""A short name between colons; the second colon may be the first of the next name."""


def unescape(text: str) -> str:
    """Undo Slack's escapes: exactly these three, each once."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain_nodes(text: str, lookup: Lookup) -> tuple[Inline, ...]:
    """Text without markup, as in plain_text objects: escapes undone, `:emoji:` shown."""
    nodes: list[Inline] = []
    done = 0
    for match in islice(EMOJI.finditer(text), MARKS_LIMIT):
        if match.start() >= done and (emoji := lookup.written_emoji(match[1])):
            if match.start() > done:
                nodes += text_nodes(unescape(text[done : match.start()]))
            nodes.append(emoji)
            done = match.end() + 1
    return (*nodes, *text_nodes(unescape(text[done:])))


def nest(spans: Sequence[Span]) -> tuple[Inline, ...]:
    """Styled spans as nested nodes: neighbours on a line that share a style share its node.

    Past the limit styles are left away: nobody reads a text of so many.
    """
    if len(spans) == 1 and not spans[0][0]:
        return (spans[0][1],)
    used = frozenset().union(*[styled for styled, _ in spans])
    if not used:
        return merge_text([inline for _, inline in spans])
    nodes: list[Inline] = []
    line: list[Span] = []
    styles = [style for style in STYLES if style in used]
    for span in spans[:STYLED_LIMIT]:
        if isinstance(span[1], LineBreak):
            nodes += _nest_line(line, styles)
            nodes.append(span[1])
            line = []
        else:
            line.append(span)
    nodes += _nest_line(line, styles)
    nodes += [inline for _, inline in spans[STYLED_LIMIT:]]
    return tuple(nodes) if _TEXT + _TEXT not in _kinds(nodes) else merge_text(nodes)


def _nest_line(spans: Sequence[Span], styles: Sequence[str]) -> tuple[Inline, ...]:
    if not styles or not any(styled for styled, _ in spans):
        return merge_text([inline for _, inline in spans])
    name, *others = styles
    nodes: list[Inline] = []
    for styled, group in groupby(spans, key=lambda span: name in span[0]):
        inner = _nest_line(list(group), others)
        nodes += (STYLES[name](inner),) if styled else inner
    return tuple(nodes)


def merge_text(nodes: Iterable[Inline | str]) -> tuple[Inline, ...]:
    """`nodes` with neighbouring texts joined. A bare string is text without a line end."""
    merged: list[Inline] = []
    run: list[Text | str] = []
    for node in nodes:
        if isinstance(node, (Text, str)):
            run.append(node)
            continue
        if run:
            merged.append(_joined(run))
            run = []
        merged.append(node)
    if run:
        merged.append(_joined(run))
    return tuple(merged)


def _joined(run: Sequence[Text | str]) -> Text:
    if len(run) == 1 and isinstance(run[0], Text):
        return run[0]
    return Text("".join(part if isinstance(part, str) else part.text for part in run))


def _kinds(nodes: Sequence[Inline]) -> bytes:
    """`_TEXT`, `_END` or NUL for each of `nodes`: to be searched at once, where a loop would take its time."""
    return bytes([1 if type(node) is Text else 2 if type(node) is LineBreak else 0 for node in nodes])


def paragraphs(nodes: Sequence[Inline]) -> Body:
    """Inlines as paragraphs: an empty line parts them, line ends at either end fall away."""
    kinds = _kinds(nodes)
    first, last = len(kinds) - len(kinds.lstrip(_END)), len(kinds.rstrip(_END))
    if first < last and _END + _END not in kinds[first:last]:
        whole = Paragraph(tuple(nodes[first:last]))
        return () if _is_blank(whole) else (whole,)
    blocks: list[Block] = []
    current: list[Inline] = []
    breaks = 0
    for node in nodes:
        if isinstance(node, LineBreak):
            breaks += 1
            continue
        if current and breaks > 1:
            blocks.append(Paragraph(tuple(current)))
            current = []
        elif current and breaks:
            current.append(_BREAK)
        breaks = 0
        current.append(node)
    if current:
        blocks.append(Paragraph(tuple(current)))
    return tuple([block for block in blocks if not _is_blank(block)])


def _is_blank(block: Block) -> bool:
    for node in block.children if isinstance(block, Paragraph) else ():
        if not isinstance(node, Text | LineBreak) or (isinstance(node, Text) and not _is_space(node.text)):
            return False
    return True


def _is_space(text: str) -> bool:
    return not text or text.isspace()


def ticked(box: str, item: Body) -> Body:
    """A list item with its tick box in front."""
    if not box:
        return item
    if item and isinstance(item[0], Paragraph):
        return (Paragraph(merge_text((box, *item[0].children))), *item[1:])
    return (Paragraph((Text(box),)), *item)


def inlines_of(body: Iterable[Block]) -> tuple[Inline, ...]:
    """Blocks where only inlines may stand (titles, cells, small print): a line each."""
    nodes: list[Inline] = []
    for block in body:
        if nodes:
            nodes.append(_BREAK)
        match block:
            case Paragraph(children) | Heading(_, children) | Subtext(children):
                nodes += children
            case CodeBlock(code):
                nodes.append(Code(code))
            case Unsupported():
                nodes.append(block)
            case _:
                nodes += text_nodes(plain((block,)))
    return tuple(nodes)


def words_of(nodes: Iterable[Inline]) -> str:
    """What a reader sees of `nodes`, links by their label: for code and for fallbacks."""
    return "".join([node.text if isinstance(node, Text) else _words(node) for node in nodes])


def _words(node: Inline) -> str:
    match node:
        case Code(text):
            return text
        case LineBreak():
            return "\n"
        case Link(_, children):
            return words_of(children)
    return plain_inline((node,))


def linked(url: str, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """`label` as a link where there is an address, else as it is."""
    return make_link(url, label) if url.strip() else label


def broadcast(reach: str) -> Mention:
    """@here, @channel, @everyone."""
    return Mention("everyone", reach or "everyone")


def titled(raw: Raw, key: str, lookup: Lookup) -> tuple[Inline, ...]:
    """A plain string under `key`, as inlines."""
    return plain_nodes(string(raw, key), lookup)
