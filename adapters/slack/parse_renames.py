"""Messages that tell of a channel's new name: its names become channels, as everywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.slack.parse_raw import Raw, string
from bot.richtext.nodes import Block, Body, ChannelMention, Inline, Paragraph, Text

RENAMES = frozenset({"channel_name", "group_name"})
"""Subtypes. Their `old_name` and `name` stand in their text in quotes (docs.slack.dev: message/channel_name)."""


def with_channels(body: Body, raw: Raw) -> Body:
    """`body`, the text of such a message, with a node for each channel that it names."""
    names = sorted({string(raw, "old_name"), string(raw, "name")} - {""}, key=len, reverse=True)
    if not names:
        return body
    either = "|".join(map(re.escape, names))
    pattern = re.compile(rf'"({either})"|(?<![\w-])#?({either})(?![\w-])')
    return tuple(_block(block, pattern) for block in body)


def _block(block: Block, pattern: re.Pattern[str]) -> Block:
    if not isinstance(block, Paragraph):
        return block
    return Paragraph(tuple(piece for node in block.children for piece in _pieces(node, pattern)))


def _pieces(node: Inline, pattern: re.Pattern[str]) -> Iterator[Inline]:
    if not isinstance(node, Text):
        yield node
        return
    at = 0
    for found in pattern.finditer(node.text):
        if found.start() > at:
            yield Text(node.text[at : found.start()])
        yield ChannelMention(found[1] or found[2])
        at = found.end()
    if at < len(node.text):
        yield Text(node.text[at:])
