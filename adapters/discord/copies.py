"""Copied turns, read back: what we put into a copy beside what was said is taken out again, and names behind
an "@", which had to be said without pinging anybody, become mentions again. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from adapters.discord.marks import without_additions
from adapters.discord.parse_fields import Raw, string
from adapters.discord.parse_marks import join
from bot.model import Message, Participant
from bot.privacy.walk import Visitor, Words, map_message
from bot.richtext.nodes import Inline, Mention, Text


def without_ours(raw: Raw) -> Raw:
    """A raw copy with only what was said in it."""
    content = string(raw, "content")
    said = without_additions(content)
    return raw if said == content else {**raw, "content": said}


def named(name: str) -> Participant:
    """Who said what a copy brings that no ledger knows."""
    return Participant(f"copy:{name}", name)


class Mentioned(Visitor):
    """Puts mentions where a copy has an "@" before the name of one of `people`; of two with the same name, the
    first is meant.
    """

    def __init__(self, people: Iterable[Participant]) -> None:
        self._keys: dict[str, str] = {}
        for person in people:
            if person.name:
                self._keys.setdefault(person.name, person.key)
        names = sorted(self._keys, key=len, reverse=True)
        self._names = re.compile("@(" + "|".join(map(re.escape, names)) + r")(?!\w)") if names else None

    def words(self, nodes: Words) -> tuple[Inline, ...]:
        names = self._names
        if names is None:
            return nodes
        return tuple(
            one
            for node in nodes
            for one in (self._mentioned(node.text, names) if isinstance(node, Text) else (node,))
        )

    def _mentioned(self, text: str, names: re.Pattern[str]) -> tuple[Inline, ...]:
        parts: list[Inline | str] = []
        done = 0
        for match in names.finditer(text):
            parts += [text[done : match.start()], Mention("person", match[1], self._keys[match[1]])]
            done = match.end()
        return join([part for part in (*parts, text[done:]) if part])


def restored(message: Message, by: Participant, people: Mentioned) -> Message:
    """A parsed copy as its original author's, with its mentions."""
    return replace(map_message(message, people), author=by.key)
