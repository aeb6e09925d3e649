"""From the chat's posts to a snapshot in captured form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.playground import words
from adapters.playground.parse import descendants
from adapters.playground.records import Post, Role
from bot.model import (
    Attachment,
    FileCopy,
    FileState,
    Header,
    LinkCard,
    Message,
    Participant,
    Snapshot,
    Source,
)
from bot.richtext.nodes import Body, Emoji, Mention

CAPTURED = (Role.MESSAGE, Role.TURN)
"""What people said, themselves or in a replay; the bot's own posts are left out."""


@dataclass
class Capturing:
    """What a capture has gathered so far."""

    messages: list[Message] = field(default_factory=list)
    people: dict[str, Participant] = field(default_factory=dict)
    mentioned: dict[str, None] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def add(self, post: Post, originals: Sequence[Participant]) -> None:
        """`originals`: of a replayed turn, its author and whoever else it brought along."""
        message = post.message
        if post.role is Role.TURN:
            brought = tuple(originals) or ((post.speaker,) if post.speaker else ())
            self.people.update((person.key, person) for person in brought)
            message = replace(message, author=brought[0].key if brought else message.author)
        self.mentioned.update(dict.fromkeys(_people_of(message)))
        self.files.update(_files_of(message))
        self.messages.append(message)

    def snapshot(
        self,
        title: str,
        channel: str,
        known: dict[str, Participant],
        files: Sequence[FileCopy],
        taken_at: datetime,
    ) -> Snapshot:
        everyone = {**known, **self.people}
        header = Header(
            title,
            Source(words.LABEL, channel=channel),
            taken_at,
            participants=tuple(everyone[key] for key in self.mentioned if key in everyone),
            bystanders=tuple(person for key, person in known.items() if key not in self.mentioned),
            files=tuple(_pending(file) for file in files if file.id in self.files),
            message_count=len(self.messages),
            first_at=self.messages[0].sent_at if self.messages else None,
            last_at=self.messages[-1].sent_at if self.messages else None,
        )
        return Snapshot(header, tuple(self.messages))


def _pending(file: FileCopy) -> FileCopy:
    state = FileState.MISSING if file.state is FileState.MISSING else FileState.PENDING
    return replace(file, state=state, blob="", width=None, height=None)


def _bodies(message: Message) -> Iterator[Body]:
    yield message.body
    for forward in message.forwards:
        yield forward.body
        yield from (card.body for card in forward.cards)
    yield from (card.body for card in message.cards)


def _people_of(message: Message) -> Iterator[str]:
    if message.author:
        yield message.author
    for body in _bodies(message):
        yield from (n.person for n in descendants(body) if isinstance(n, Mention) and n.person)
    if message.reply_to and message.reply_to.author:
        yield message.reply_to.author
    for reaction in message.reactions:
        yield from reaction.people


def _files_of(message: Message) -> Iterator[str]:
    attachments: list[Attachment] = [*message.attachments]
    cards: list[LinkCard] = [*message.cards]
    for forward in message.forwards:
        attachments += forward.attachments
        cards += forward.cards
    yield from (attachment.file for attachment in attachments)
    for card in cards:
        yield from (file for file in (card.image, card.thumbnail) if file)
    for body in _bodies(message):
        yield from (node.file for node in descendants(body) if isinstance(node, Emoji) and node.file)
