"""Block Kit blocks -> the tree. docs.slack.dev/reference/block-kit/blocks.

Pictures are not part of the tree: `Lookup.show` puts them with the message's attachments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.slack import parse_words as words
from adapters.slack.parse_cards import alert, call, card, plan, share_shortcut, task, video
from adapters.slack.parse_elements import element_line, element_text, text_inlines
from adapters.slack.parse_files import attach
from adapters.slack.parse_inline import NEST_LIMIT, merge_text, plain_nodes
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_markdown import markdown
from adapters.slack.parse_mrkdwn import mrkdwn
from adapters.slack.parse_raw import Raw, items, kind_of, mapping, mappings, string
from adapters.slack.parse_richtext import rich_inline, rich_text
from adapters.slack.parse_tables import chart, table
from adapters.slack.parse_texts import bold_line, text_blocks
from adapters.slack.parse_unknown import unknown
from bot.richtext.nodes import Block, Body, Divider, Heading, Inline, Paragraph, Subtext, Text, Unsupported

_HEADER_LEVEL = 2


def parse_blocks(blocks: Sequence[object], lookup: Lookup, depth: int = 0) -> Body:
    """Blocks in order. Blocks deeper within blocks than the limit are shown by their words."""
    if len(blocks) == 1 and isinstance(alone := blocks[0], dict) and depth <= NEST_LIMIT:
        return _block(alone, lookup, depth)  # as most messages have it
    found: list[Block] = []
    for raw in blocks:
        if isinstance(raw, dict):
            found += unknown(raw, lookup) if depth > NEST_LIMIT else _block(raw, lookup, depth)
        elif isinstance(raw, str) and raw.strip():
            found += mrkdwn(string({"text": raw}, "text"), lookup)
    return tuple(found)


def _block(raw: Raw, lookup: Lookup, depth: int) -> Body:
    kind = kind_of(raw)
    if simple := _SIMPLE.get(kind):
        return simple(raw, lookup)
    match kind:
        case "container":
            return _container(raw, lookup, depth)
        case "carousel":
            return parse_blocks(items(raw, "elements"), lookup, depth + 1)
    return unknown(raw, lookup)


def _section(raw: Raw, lookup: Lookup) -> Body:
    blocks: list[Block] = list(text_blocks(raw.get("text"), lookup))
    for field in items(raw, "fields"):
        blocks += text_blocks(field, lookup)
    accessory = mapping(raw, "accessory")
    if string(accessory, "type") == "image":
        lookup.show(lookup.picture(accessory, string(accessory, "alt_text")))
    elif accessory:
        blocks += element_line([accessory], lookup)
    return tuple(blocks)


def _header(raw: Raw, lookup: Lookup) -> Body:
    text = text_inlines(raw.get("text"), lookup)
    return (Heading(_HEADER_LEVEL, text),) if text else ()


def _context(raw: Raw, lookup: Lookup) -> Body:
    """Small print; its pictures are icons, shown by their alternative text."""
    nodes: list[Inline] = []
    for element in items(raw, "elements"):
        part = _context_part(element, lookup)
        nodes += (Text(" "), *part) if nodes and part else part
    return (Subtext(merge_text(nodes)),) if nodes else ()


def _context_part(element: object, lookup: Lookup) -> tuple[Inline, ...]:
    match string(element, "type"):
        case "image":
            return plain_nodes(string(element, "alt_text"), lookup)
        case "mrkdwn" | "plain_text":
            return text_inlines(element, lookup)
    return element_text(element, lookup)


def _image(raw: Raw, lookup: Lookup) -> Body:
    title = text_inlines(raw.get("title"), lookup)
    description = string(raw, "alt_text") or string(raw, "fallback")
    picture = lookup.picture(raw, description)
    lookup.show(picture)
    if picture is None and not title:
        title = plain_nodes(description, lookup)
    return (Subtext(title),) if title else ()


def _file(raw: Raw, lookup: Lookup) -> Body:
    """A file block names a remote file; some carry the file itself."""
    file = mapping(raw, "file")
    if not file:
        return (Unsupported("file", words.REMOTE_FILE),)
    lookup.show(attach(file, lookup))
    return ()


def _input(raw: Raw, lookup: Lookup) -> Body:
    hint = text_inlines(raw.get("hint"), lookup)
    return (
        *bold_line(raw.get("label"), lookup),
        *element_line([raw.get("element")], lookup),
        *((Subtext(hint),) if hint else ()),
    )


def _actions(raw: Raw, lookup: Lookup) -> Body:
    return element_line(items(raw, "elements"), lookup)


def _container(raw: Raw, lookup: Lookup, depth: int) -> Body:
    title = rich_inline(mapping(raw, "rich_text_title"), lookup)
    subtitle = text_inlines(raw.get("subtitle"), lookup)
    blocks: list[Block] = [Paragraph(title)] if title else list(bold_line(raw.get("title"), lookup))
    if subtitle:
        blocks.append(Subtext(subtitle))
    return (*blocks, *parse_blocks(mappings(raw, "child_blocks"), lookup, depth + 1))


def _markdown(raw: Raw, lookup: Lookup) -> Body:
    return markdown(string(raw, "text"), lookup)


def _divider(_raw: Raw, _lookup: Lookup) -> Body:
    return (Divider(),)


_SIMPLE: dict[str, Callable[[Raw, Lookup], Body]] = {
    "actions": _actions,
    "alert": alert,
    "call": call,
    "card": card,
    "context": _context,
    "context_actions": _actions,
    "data_table": table,
    "data_visualization": chart,
    "divider": _divider,
    "file": _file,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": plan,
    "rich_text": rich_text,
    "section": _section,
    "share_shortcut": share_shortcut,
    "table": table,
    "task_card": task,
    "video": video,
}
"""The blocks that hold no blocks. auth_provider is known by name only: it is shown as unknown."""
