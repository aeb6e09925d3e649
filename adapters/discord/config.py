"""What the operator decided about Discord."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Removed(StrEnum):
    """What happens to the shares of a server that removes the bot."""

    REVOKE = "revoke"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """Values only; `bot/settings` reads them from the environment.

    `base_url`: this Threadlink's public address, without a slash at its end. `api_url` and `gateway_url`: ""
    for Discord's own; else a proxy or a test server, such as http://127.0.0.1:4004/api/v10 and
    ws://127.0.0.1:4004/gateway. `shard_count`: None for what the gateway asks for; `shard_ids`: those
    of this process, empty for all. `sync_guild`: commands are synced to this server only, for development.
    `allow_*`: what may be shared beyond threads that everyone in the server can see.
    """

    base_url: str
    token: str = ""
    api_url: str = ""
    gateway_url: str = ""
    shard_count: int | None = None
    shard_ids: tuple[int, ...] = ()
    sync_guild: int | None = None
    allow_private: bool = False
    allow_restricted: bool = False
    """Channels that @everyone cannot view."""
    allow_age_restricted: bool = False
    removed: Removed = Removed.REVOKE
    max_file_bytes: int = 25 * 1024 * 1024
    max_messages: int = 10_000
    """Of one share: more need not be read."""
