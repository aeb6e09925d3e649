"""The link by which a server invites the bot, with exactly the permissions that it uses."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import discord

PERMISSIONS: Mapping[str, str] = {
    "view_channel": "see the channels whose threads are shared",
    "read_message_history": "read the thread that somebody shares",
    "send_messages": "post the card of a shared thread, and begin a continued one",
    "send_messages_in_threads": "post cards and copied messages into threads",
    "create_public_threads": "begin the thread in which a shared one goes on",
    "embed_links": "show the card with its facts",
    "attach_files": "take copied files along into a continued thread",
    "manage_webhooks": "post copied messages under their authors' names",
    "manage_threads": "edit cards in archived threads, and read private threads where the operator allows it",
}
"""Each permission that the invitation asks for, by discord.py's name, and what it is for."""

ESSENTIAL = frozenset(PERMISSIONS) - {"attach_files", "manage_webhooks", "manage_threads"}
"""Without these a job fails; without the others it is done less well."""

_SCOPES = ("bot", "applications.commands")


def permissions() -> discord.Permissions:
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def invite_url(application_id: int, guild: int | None = None) -> str:
    """Where a server's manager adds the bot; with `guild`, that server is chosen already."""
    return discord.utils.oauth_url(
        application_id,
        permissions=permissions(),
        guild=discord.Object(guild) if guild else discord.utils.MISSING,
        scopes=_SCOPES,
        disable_guild_select=bool(guild),
    )


def application_of(token: str) -> int:
    """The application's id, which the first part of a bot's token spells in base64. Raises ValueError."""
    first = token.strip().partition(".")[0]
    try:
        return int(base64.b64decode(first + "=" * (-len(first) % 4), validate=True))
    except (binascii.Error, ValueError):
        raise ValueError("that is not a bot's token") from None
