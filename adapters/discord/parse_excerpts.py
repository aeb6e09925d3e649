"""The first words of an answered message, flat, for the line above the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from adapters.discord.parse_marks import join
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
from bot.richtext.plain import timestamp_text, unsupported_text

EXCERPT_LIMIT = 100
"""Length of an excerpt in characters, give or take what cannot be cut."""


def excerpt(body: Iterable[Block]) -> tuple[Inline, ...]:
    """At most about `EXCERPT_LIMIT` characters of `body` in one line. Spoilers stay hidden, names
    and emoji stay what they are; formatting and addresses go.
    """
    return _Excerpt().read(body)


class _Excerpt:
    def __init__(self) -> None:
        self._left = EXCERPT_LIMIT

    def read(self, body: Iterable[Block]) -> tuple[Inline, ...]:
        found: list[Inline | str] = []
        for block in body:
            if self._left <= 0:
                break
            if found:
                found.append(" ")
            self._block(block, found)
        return join(found)

    def _block(self, block: Block, found: list[Inline | str]) -> None:
        match block:
            case Paragraph(children) | Heading(_, children) | Subtext(children):
                self._inlines(children, found)
            case Quote(children):
                found += self.read(children)
            case List(items):
                found += self.read(inner for item in items for inner in item)
            case CodeBlock(code):
                found.append(self._words(code))
            case Table(rows):
                for row in rows:
                    for cell in row:
                        self._inlines(cell, found)
            case Unsupported():
                found.append(self._words(unsupported_text(block)))
            case Divider():
                pass
            case _:
                assert_never(block)

    def _inlines(self, nodes: Iterable[Inline], found: list[Inline | str]) -> None:
        for node in nodes:
            if self._left <= 0:
                return
            match node:
                case Text(text) | Code(text):
                    found.append(self._words(text))
                case LineBreak():
                    found.append(" ")
                case Bold(inner) | Italic(inner) | Underline(inner) | Strike(inner) | Link(_, inner):
                    self._inlines(inner, found)
                case Spoiler(inner):
                    hidden: list[Inline | str] = []
                    self._inlines(inner, hidden)
                    found.append(Spoiler(join(hidden)))
                case Unsupported():
                    found.append(self._words(unsupported_text(node)))
                case Mention(_, name) | ChannelMention(name) | Emoji(name):
                    self._left -= len(name)
                    found.append(node)
                case Timestamp():
                    self._left -= len(timestamp_text(node))
                    found.append(node)
                case _:
                    assert_never(node)

    def _words(self, text: str) -> str:
        """As many words of `text` as there is room for, on one line. None is cut: half a name would be
        known for a name by readers, and by nobody else.
        """
        room = self._left
        words = text.replace("\n", " ")
        self._left -= len(words)
        if len(words) <= room:
            return words
        kept = words[: room + 1].rpartition(" ")[0] if " " in words else words[:room]
        return kept.rstrip() + "…"
