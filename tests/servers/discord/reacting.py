"""Reactions, by the bot and by people."""

from __future__ import annotations

from tests.servers.discord.errors import Json, unknown
from tests.servers.discord.model import Emoji, Message, Reaction, User
from tests.servers.discord.payloads import emoji_json
from tests.servers.discord.world import World


def same(emoji: Emoji | str, name: str) -> bool:
    """Whether `name`, a character or "name:id", means `emoji`."""
    if isinstance(emoji, str):
        return emoji == name
    return name.rpartition(":")[2] == str(emoji.id)


def emoji_named(world: World, name: str) -> Emoji | str:
    """Raises 10014 for a custom emoji that no server has."""
    ending = name.rpartition(":")[2]
    if not ending.isdigit() or ":" not in name:
        return name
    for guild in world.guilds.values():
        if int(ending) in guild.emojis:
            return guild.emojis[int(ending)]
    raise unknown("Emoji", 10014)


def add_reaction(world: World, message: Message, user: User, name: str) -> None:
    found = next((r for r in message.reactions if same(r.emoji, name)), None)
    if found is None:
        found = Reaction(emoji_named(world, name))
        message.reactions.append(found)
    if user not in found.users:
        found.users.append(user)
        _tell(world, "MESSAGE_REACTION_ADD", message, user, found)


def remove_reaction(world: World, message: Message, user: User, name: str) -> None:
    found = next((r for r in message.reactions if same(r.emoji, name)), None)
    if found is None or user not in found.users:
        raise unknown("Message", 10008)
    found.users.remove(user)
    if not found.users:
        message.reactions.remove(found)
    _tell(world, "MESSAGE_REACTION_REMOVE", message, user, found)


def _tell(world: World, event: str, message: Message, user: User, reaction: Reaction) -> None:
    channel = message.channel
    told: Json = {
        "user_id": str(user.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "emoji": emoji_json(reaction.emoji),
        "message_author_id": str(message.author.id),
        "burst": False,
        "type": 0,
        **({"guild_id": str(channel.guild.id)} if channel.guild else {}),
    }
    world.tell(event, lambda: told, channel=channel)
