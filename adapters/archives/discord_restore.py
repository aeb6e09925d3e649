"""Mentions and custom emoji that an export has written out as text -> nodes again.

DiscordChatExporter writes "@Ana" for `<@101>` and ":frob:" for `<:frob:301>` unless it is told not
to format markdown, and lists beside the message whom and what it means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bot.model import Message, Participant
from bot.privacy.walk import Visitor, Words, map_message
from bot.richtext.nodes import Emoji, Inline, Mention, Text

_MOST = 64
"""Different mentions and emoji that are looked for in one message."""


def restore(
    message: Message,
    mentioned: Iterable[Participant],
    emoji: Iterable[Mapping[str, Any]],
    pictures: Collection[str],
) -> Message:
    """`message` with a Mention for each "@name" of `mentioned`, and an Emoji for each ":name:" of
    the exported `emoji`, with its picture where `pictures` has it. Code stays as it is.
    """
    written: dict[str, Inline] = {}
    for person in mentioned:
        written.setdefault(f"@{person.name}", Mention("person", person.name, person.key))
    for one in emoji:
        name, key = str(one.get("name") or ""), f"emoji:{one.get('id')}"
        if name and one.get("id"):
            written.setdefault(f":{name}:", Emoji(name, file=key if key in pictures else None))
    if not written:
        return message
    return map_message(message, _Restorer(dict(list(written.items())[:_MOST])))


class _Restorer(Visitor):
    def __init__(self, written: Mapping[str, Inline]) -> None:
        self._written = written
        longest_first = sorted(written, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def words(self, nodes: Words) -> tuple[Inline, ...]:
        return tuple(
            one for node in nodes for one in (self._split(node.text) if isinstance(node, Text) else (node,))
        )

    def _split(self, text: str) -> Iterator[Inline]:
        at = 0
        for found in self._pattern.finditer(text):
            if found.start() > at:
                yield Text(text[at : found.start()])
            yield self._written[found[0]]
            at = found.end()
        if at < len(text):
            yield Text(text[at:])
