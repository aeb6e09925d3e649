"""Turns of a replay, read back: what we put into a copy beside what was said is taken out again, and what
had to be said without pinging anybody becomes a mention again. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.slack import words
from adapters.slack.marks import Mark
from adapters.slack.parse_inline import merge_text
from adapters.slack.parse_people import chosen_name
from adapters.slack.parse_raw import Raw, mappings, string
from adapters.slack.render import AUTHOR_BLOCK, FILES_BLOCK
from adapters.slack.render_inline import JOINER
from bot.model import Message, Participant
from bot.phrases import shared_name
from bot.privacy.walk import Leaf, Visitor, Words, map_message
from bot.richtext.nodes import Code, Inline, LineBreak, Mention, MentionKind, Text

_COPY = shared_name("")
_SPELT = re.compile(f"<{JOINER}(?=[@#!])")


def without_additions(raw: Raw) -> Raw:
    """A raw copy with only what was said in it."""
    blocks = mappings(raw, "blocks")
    kept = [block for block in blocks if string(block, "block_id") not in (AUTHOR_BLOCK, FILES_BLOCK)]
    if len(kept) == len(blocks):
        return raw
    return {**raw, "blocks": kept, "text": string(raw, "text") if kept else ""}


def speaker(raw: Raw, mark: Mark | None, originals: Sequence[Participant]) -> Participant:
    """Who said originally what a copy says: as the ledger knows, else as the copy itself tells."""
    if originals:
        return originals[0]
    name = mark.name if mark else chosen_name(raw).removesuffix(_COPY).strip()
    return Participant(f"copy/{(mark.by if mark else '') or name}", name or words.SOMEBODY)


def restored(message: Message, mark: Mark | None, originals: Sequence[Participant]) -> Message:
    """A parsed copy with its mentions. The mentioned are those of the ledger where they are known to it."""
    return map_message(message, _Mentions(mark, originals))


class _Mentions(Visitor):
    def __init__(self, mark: Mark | None, originals: Sequence[Participant]) -> None:
        self._keys = {person.name: person.key for person in reversed(originals)}
        self._kinds: dict[str, MentionKind] = {}
        if mark:
            self._kinds |= dict.fromkeys(mark.everyone, "everyone")
            self._kinds |= dict.fromkeys(mark.groups, "group")
            self._kinds |= dict.fromkeys(mark.people, "person")
        names = sorted(filter(None, self._kinds), key=len, reverse=True)
        self._names = re.compile("@(" + "|".join(map(re.escape, names)) + r")(?!\w)") if names else None

    def words(self, nodes: Words) -> tuple[Inline, ...]:
        said = (Text(self.code(node.text)) if isinstance(node, Text) else node for node in nodes)
        if not self._names:
            return tuple(said)
        return tuple(one for node in said for one in self._marked(node))

    def _marked(self, node: Text | LineBreak) -> tuple[Inline, ...]:
        return merge_text(self._mentioned(node.text)) if isinstance(node, Text) else (node,)

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        return (Code(self.code(node.text)),) if isinstance(node, Code) else (node,)

    def code(self, text: str) -> str:
        return _SPELT.sub("<", text)

    def _mentioned(self, text: str) -> Iterable[Inline]:
        assert self._names
        done = 0
        for match in self._names.finditer(text):
            if match.start() > done:
                yield Text(text[done : match.start()])
            kind = self._kinds[match[1]]
            yield Mention(kind, match[1], self._keys.get(match[1]) if kind == "person" else None)
            done = match.end()
        if done < len(text):
            yield Text(text[done:])


def by(message: Message, author: Participant) -> Message:
    return replace(message, author=author.key)
