"""All that the local Discord knows at this moment, how it is found, and who hears of its changes."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.apps import Application, Webhook
from tests.servers.discord.clock import Now, Snowflakes
from tests.servers.discord.errors import ApiError, Json, no_access, unknown_channel, unknown_message
from tests.servers.discord.model import (
    Attachment,
    Channel,
    Guild,
    Message,
    User,
)
from tests.servers.discord.permissions import may_view

if TYPE_CHECKING:
    from tests.servers.discord.interaction import Interaction


PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one dot, for whoever has none of their own."""


LOOK_AGAIN = 0.02
"""Seconds after which a condition is looked at even where nothing here changed."""


@dataclass(frozen=True)
class Event:
    """Something that the gateway may tell. `data` is made only when somebody is to hear it.

    `channel`: told only to whoever sees that channel.
    """

    name: str
    data: Callable[[], Json]
    guild: Guild | None = None
    channel: Channel | None = None


class Changes:
    """Wakes those who wait for a condition, whenever anything changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, condition: Callable[[], object], timeout: float = 5) -> None:
        """Returns once `condition()` is true; raises TimeoutError after `timeout` real seconds."""
        async with asyncio.timeout(timeout):
            while not condition():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._next.wait(), LOOK_AGAIN)


@dataclass
class Command:
    """One registered application command; `guild_id` None is global."""

    id: int
    payload: Json
    guild_id: int | None = None
    version: int = 0

    @property
    def name(self) -> str:
        return str(self.payload["name"])

    @property
    def kind(self) -> int:
        return int(self.payload.get("type", 1))


@dataclass(repr=False)
class World:
    now: Now
    url: str = ""
    """Where the server answers, e.g. "http://127.0.0.1:4004"; known once it was started."""
    ids: Snowflakes = field(init=False)
    changes: Changes = field(default_factory=Changes)
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    """Every channel, thread and direct message by its id."""
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    commands: dict[int, Command] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By token."""
    attachments: dict[int, tuple[Attachment, Message]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    """What the CDN gives at a path without signature, e.g. "/avatars/1/abc.png"."""
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    posted: list[Message] = field(default_factory=list)
    """All that the bot ever posted, itself, by webhooks or as answers, also what was deleted since."""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    app: Application = field(init=False)
    bot: User = field(init=False)
    token: str = field(init=False)
    """The bot's token, made anew for each server."""

    def __post_init__(self) -> None:
        self.ids = Snowflakes(self.now)
        operator = self.keep_user(User(self.ids.next(), "operator"))
        self.bot = self.keep_user(User(self.ids.next(), "Threadlink", bot=True))
        self.app = Application(self.bot.id, "Threadlink", operator)
        name = base64.urlsafe_b64encode(str(self.bot.id).encode()).decode().rstrip("=")
        self.pictures |= {f"/embed/avatars/{i}": PICTURE for i in range(6)}
        self.token = f"{name}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"

    def keep_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def tell(
        self, name: str, data: Callable[[], Json], guild: Guild | None = None, channel: Channel | None = None
    ) -> None:
        """Tells the gateway of an event, and everyone who waits of a change."""
        event = Event(name, data, guild or (channel.guild if channel else None), channel)
        for listener in self.listeners:
            listener(event)
        self.changes.tell()

    def channel(self, channel_id: int) -> Channel:
        """Raises 10003 where there is none."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise unknown_channel()
        return channel

    def visible(self, channel_id: int, user: User | None = None) -> Channel:
        """A channel that `user` (the bot unless told) sees; 10003 or 50001 otherwise."""
        channel = self.channel(channel_id)
        if not may_view(user or self.bot, channel):
            raise no_access()
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        message = channel.messages.get(message_id)
        if message is None:
            raise unknown_message()
        return message

    def guild(self, guild_id: int) -> Guild:
        """A server in which the bot is; Discord tells apart neither unknown nor foreign ones."""
        guild = self.guilds.get(guild_id)
        if guild is None or self.bot.id not in guild.members:
            raise ApiError(404, 10004, "Unknown Guild")
        return guild

    def own_guilds(self) -> list[Guild]:
        return [guild for guild in self.guilds.values() if self.bot.id in guild.members]

    def find(self, name: str, guild: Guild | None = None) -> Channel:
        """The one channel or thread of that name; for tests that speak in names."""
        found = [c for c in self.channels.values() if c.name == name and guild in (None, c.guild)]
        assert len(found) == 1, f"{len(found)} channels are called {name!r}"
        return found[0]

    def dm(self, user: User) -> Channel | None:
        """The direct messages between the bot and `user`, if there are any."""
        return next((c for c in self.channels.values() if c.guild is None and user in c.recipients), None)
