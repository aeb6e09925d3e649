"""What the playground's chat keeps, as values: people, channels, threads, posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import FileCopy, Message, Participant, ReplyTo
from bot.reply import Card
from bot.richtext.nodes import Text
from bot.richtext.plain import plain

PLATFORM = "playground"
WORKSPACE = "W01LOCAL"
APP = "U00THREADLINK"
"""The bot's own account, under which cards, thread heads and replayed turns are posted."""
_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Names:
    """What @ and # words may mean: people by their handle in lower case, channels by name."""

    people: Mapping[str, Participant]
    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """`live`: one of those whom the person at the browser may be; all others only appear."""

    participant: Participant
    handle: str
    live: bool = False
    moderator: bool = False

    @property
    def id(self) -> str:
        return self.participant.key

    @property
    def name(self) -> str:
        return self.participant.name


@dataclass(frozen=True, slots=True)
class Channel:
    """`members`: ids of those who may read it; None for everyone."""

    id: str
    name: str
    topic: str = ""
    members: frozenset[str] | None = None

    def readable_by(self, person: str) -> bool:
        return self.members is None or person in self.members


@dataclass(frozen=True, slots=True)
class Thread:
    id: str
    channel: str
    title: str
    starter: str
    messages: int
    active_at: datetime


class Role(StrEnum):
    """What a post is to the chat; the bot's own roles are left out of captures."""

    MESSAGE = "message"
    TURN = "turn"
    HEAD = "head"
    CARD = "card"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Post:
    """One row of the conversation.

    `source`: the text as it was typed, for editing it. `speaker`: under which person's name a
    replayed turn is shown. `card`: what a card says. `message.id` is the post's id.
    """

    thread: str
    message: Message
    role: Role = Role.MESSAGE
    source: str = ""
    speaker: Participant | None = None
    card: Card | None = None

    @property
    def id(self) -> str:
        return self.message.id


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the chat: `copy` as renderers take it, `thread` where it was posted, None until it is."""

    copy: FileCopy
    thread: str | None = None


def answer_to(message: Message) -> ReplyTo:
    """A reply's reference to `message`, with its first words."""
    words = " ".join(plain(message.body).split())
    excerpt = words if len(words) <= _EXCERPT else words[:_EXCERPT].rsplit(" ", 1)[0] + "…"
    return ReplyTo(message.id, message.author, (Text(excerpt),) if excerpt else ())
