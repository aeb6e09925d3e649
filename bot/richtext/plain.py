"""Tree -> plain text: for notifications, excerpts, search and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.richtext.nodes import (
    Block,
    Bold,
    ChannelMention,
    Code,
    CodeBlock,
    Divider,
    Emoji,
    Heading,
    Inline,
    Italic,
    LineBreak,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Subtext,
    Table,
    Text,
    Timestamp,
    Underline,
    Unsupported,
)


def plain(body: Iterable[Block]) -> str:
    """The text of `body`, blocks apart by one line break, formatting gone, nothing shortened."""
    return "\n".join(_block(block) for block in body)


def plain_inline(nodes: Iterable[Inline]) -> str:
    """The text of `nodes` in one string; line breaks stay."""
    return "".join([node.text if isinstance(node, Text) else _inline(node) for node in nodes])


def _block(block: Block) -> str:
    match block:
        case Paragraph(children) | Heading(_, children) | Subtext(children):
            return plain_inline(children)
        case Quote(children):
            return "\n".join(f"> {line}" for line in plain(children).split("\n"))
        case CodeBlock(code):
            return code
        case List():
            return "\n".join(_item(block, i, item) for i, item in enumerate(block.items))
        case Table(rows):
            return "\n".join(" | ".join(map(plain_inline, row)) for row in rows)
        case Divider():
            return "———"
        case Unsupported():
            return unsupported_text(block)
        case _:
            assert_never(block)


def _item(parent: List, index: int, item: tuple[Block, ...]) -> str:
    marker = f"{parent.start + index}. " if parent.ordered else "• "
    return marker + plain(item).replace("\n", "\n" + " " * len(marker))


def _inline(node: Inline) -> str:
    match node:
        case Text(text) | Code(text):
            return text
        case LineBreak():
            return "\n"
        case Bold(children) | Italic(children) | Underline(children) | Strike(children) | Spoiler(children):
            return plain_inline(children)
        case Link(url, children):
            label = plain_inline(children)
            return label if label in (url, url.removeprefix("mailto:")) else f"{label} ({url})"
        case Mention(_, name):
            return f"@{name}"
        case ChannelMention(name):
            return f"#{name}"
        case Emoji(name, char):
            return char or f":{name}:"
        case Timestamp():
            return timestamp_text(node)
        case Unsupported():
            return unsupported_text(node)
        case _:
            assert_never(node)


def unsupported_text(node: Unsupported) -> str:
    """The words for what no renderer knows: its fallback, else its kind in brackets."""
    return node.fallback or f"[{node.kind}]"


def timestamp_text(node: Timestamp) -> str:
    """A moment in UTC, for readers whose zone is not known, e.g. "22 Nov 2026 14:05 UTC"."""
    if node.fallback:
        return node.fallback
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=node.at)
    except OverflowError:
        return f"{node.at} s"
    day = f"{moment.day} {moment:%b} {moment.year}"
    match node.style:
        case "t":
            return f"{moment:%H:%M} UTC"
        case "T":
            return f"{moment:%H:%M:%S} UTC"
        case "d" | "D":
            return day
        case "s" | "S":
            return f"{day} {moment:%H:%M:%S} UTC"
        case "F":
            return f"{moment:%A}, {day} {moment:%H:%M} UTC"
        case _:
            return f"{day} {moment:%H:%M} UTC"
