"""The bot's application, and webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.servers.discord.errors import Json
from tests.servers.discord.model import Channel, User


@dataclass(eq=False)
class Webhook:
    id: int
    token: str = field(repr=False)
    channel: Channel
    name: str
    owner: User
    application_id: int | None
    avatar: str | None = None


@dataclass(eq=False)
class Application:
    """The bot's entry in the developer portal."""

    id: int
    name: str
    owner: User
    message_content: bool = True
    """The portal's toggle. It rules REST and gateway alike; the intents sent at IDENTIFY do not
    change what REST gives."""
    approved: bool = False
    """Verified apps carry the full flag, others the limited one."""
    bot_public: bool = True
    guild_members: bool = False
    more: Json = field(default_factory=dict)
