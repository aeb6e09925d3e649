"""Small steps that every Slack format shares on its way to the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
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
_FEW = 100
_END = b"\x01"

Styles: TypeAlias = frozenset[str]
"""Names of `STYLES`."""

_PLAIN: Styles = frozenset()

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


def nest(nodes: Sequence[Inline], styles: Mapping[int, Styles]) -> tuple[Inline, ...]:
    """`nodes`, some of them with styles by their place, as nested nodes: neighbours on a line that share a style
    share its node.

    Past the limit styles are left away: nobody reads a text of so many.
    """
    if not styles:
        return merge_text(nodes) if len(nodes) > 1 else tuple(nodes)
    if len(styles) < _FEW and styles.keys().isdisjoint([place + 1 for place in styles]):
        return merge_text(_apart(nodes, styles))
    named = frozenset().union(*styles.values())
    used = [style for style in STYLES if style in named]
    nested: list[Inline] = []
    begin = 0  # of the line
    near = nodes[:STYLED_LIMIT]
    styled = [styles.get(place, _PLAIN) for place in range(len(near))]
    for place, node in enumerate(near):
        if type(node) is LineBreak:
            nested += _nest_line(near[begin:place], styled[begin:place], used)
            nested.append(node)
            begin = place + 1
    nested += _nest_line(near[begin:], styled[begin:], used)
    nested += nodes[STYLED_LIMIT:]
    return merge_text(nested)


def _apart(nodes: Sequence[Inline], styles: Mapping[int, Styles]) -> list[Inline]:
    """As most have them: styles that no neighbour could share."""
    nested = list(nodes)
    for place, styled in styles.items():
        node = nested[place]
        for name in reversed(STYLES) if type(node) is not LineBreak else ():
            if name in styled:
                node = STYLES[name]((node,))
        nested[place] = node
    return nested


def _nest_line(nodes: Sequence[Inline], styled: Sequence[Styles], used: Sequence[str]) -> tuple[Inline, ...]:
    """`styled`: the styles of each of `nodes`; those in `used` are still to be put around them."""
    if not used:
        return merge_text(nodes)
    name, *others = used
    nested: list[Inline] = []
    begin = 0
    for place in range(1, len(nodes) + 1):
        inside = name in styled[begin]
        if place == len(nodes) or (name in styled[place]) is not inside:
            inner = _nest_line(nodes[begin:place], styled[begin:place], others)
            nested += (STYLES[name](inner),) if inside else inner
            begin = place
    return tuple(nested)


def merge_text(nodes: Iterable[Inline | str]) -> tuple[Inline, ...]:
    """`nodes` with neighbouring texts joined. A bare string is text without a line end."""
    merged: list[Inline] = []
    run: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            run.append(node.text)
        elif isinstance(node, str):
            run.append(node)
        else:
            if run:
                merged.append(Text("".join(run)))
                run.clear()
            merged.append(node)
    if run:
        merged.append(Text("".join(run)))
    return tuple(merged)


def _line_ends(nodes: Sequence[Inline]) -> bytes:
    """`_END` or NUL for each of `nodes`: to be searched at once, where a loop would take its time."""
    return bytes([type(node) is LineBreak for node in nodes])


def paragraphs(nodes: Sequence[Inline]) -> Body:
    """Inlines as paragraphs: an empty line parts them, line ends at either end fall away."""
    if LineBreak not in map(type, nodes):  # as most
        return () if _is_blank(nodes) else (Paragraph(tuple(nodes)),)
    kinds = _line_ends(nodes)
    first, last = len(kinds) - len(kinds.lstrip(_END)), len(kinds.rstrip(_END))
    if first < last and _END + _END not in kinds[first:last]:
        return _paragraphs_of([nodes[first:last]])
    lines: list[list[Inline]] = []
    breaks = 2
    for node in nodes:
        if isinstance(node, LineBreak):
            breaks += 1
            continue
        if breaks > 1:
            lines.append([])
        elif breaks:
            lines[-1].append(_BREAK)
        breaks = 0
        lines[-1].append(node)
    return _paragraphs_of(lines)


def _paragraphs_of(runs: Iterable[Sequence[Inline]]) -> Body:
    """Each run of inlines as a paragraph; of blanks there is none."""
    return tuple([Paragraph(tuple(run)) for run in runs if not _is_blank(run)])


def _is_blank(nodes: Iterable[Inline]) -> bool:
    for node in nodes:
        if type(node) is Text:
            if not _is_space(node.text):
                return False
        elif type(node) is not LineBreak:
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
