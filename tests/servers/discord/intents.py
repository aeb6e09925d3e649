"""Which intent each event needs (docs: events/gateway, List of Intents)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.discord.world import Event

GUILDS = 1 << 0
MEMBERS = 1 << 1
EXPRESSIONS = 1 << 3
WEBHOOKS = 1 << 5
PRESENCES = 1 << 8
MESSAGES = 1 << 9
REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15

_NEEDED = (
    ("GUILD_MEMBER_", MEMBERS),
    ("GUILD_EMOJIS_", EXPRESSIONS),
    ("GUILD_", GUILDS),
    ("CHANNEL_", GUILDS),
    ("THREAD_", GUILDS),
    ("WEBHOOKS_", WEBHOOKS),
)


def hears(intents: int, event: Event) -> bool:
    """Whether a session with `intents` is told of `event`."""
    if event.name == "INTERACTION_CREATE":
        return True
    if event.name.startswith("MESSAGE_REACTION_"):
        return bool(intents & (REACTIONS if event.guild else DIRECT_REACTIONS))
    if event.name.startswith("MESSAGE_"):
        return bool(intents & (MESSAGES if event.guild else DIRECT_MESSAGES))
    return any(event.name.startswith(prefix) and intents & bit for prefix, bit in _NEEDED)
