"""Channels, people and bots as the Web API shows them."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.state import Bot, Channel, User, Workspace
from tests.servers.slack.world import World

Json = dict[str, Any]
AVATAR_SIZES = (24, 32, 48, 72, 192, 512)


def channel_json(channel: Channel, reader: User) -> Json:
    """As conversations.info shows it to the bot user `reader`."""
    shown: Json = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": channel.team_id,
    }
    if channel.kind == "im":
        other = next((member for member in channel.members if member != reader.id), reader.id)
        return shown | {"user": other, "is_open": True, "priority": 0}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind != "mpim",
        "is_group": channel.kind == "private",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": False,
        "is_member": reader.id in channel.members,
        "is_read_only": channel.read_only,
        "creator": channel.creator,
        "shared_team_ids": [channel.team_id, *sorted(channel.shared_teams)],
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user_json(world: World, user: User, reader: Workspace) -> Json:
    """As users.info shows a person to the app in `reader`."""
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "profile": _profile(world, user),
    }
    if user.deleted:
        # Deactivated people come without names of their own beside the profile.
        return shown
    if user.team_id != reader.id:
        shown["is_stranger"] = True
    return shown | {
        "real_name": user.real_name,
        "tz": "Europe/Berlin",
        "is_admin": user.is_admin or user.is_owner,
        "is_owner": user.is_owner,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }


def _profile(world: World, user: User) -> Json:
    pictures = {f"image_{size}": world.files.avatar(user, size) for size in AVATAR_SIZES}
    bot = {"bot_id": user.bot_id, "api_app_id": user.app_id} if user.is_bot else {}
    return {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "avatar_hash": "g0",
        **({"is_custom_image": True} if user.has_picture else {}),
        "team": user.team_id,
        **pictures,
        **bot,
    }


def bot_json(world: World, bot: Bot, workspace: Workspace) -> Json:
    user = workspace.users[bot.user_id]
    return {
        "id": bot.id,
        "deleted": bot.deleted,
        "name": bot.name,
        "updated": 1_700_000_000,
        "app_id": bot.app_id,
        "user_id": bot.user_id,
        "icons": {f"image_{size}": world.files.avatar(user, size) for size in (36, 48, 72)},
    }


def bot_profile(world: World, bot: Bot, workspace: Workspace) -> Json:
    """What messages carry about the bot that posted them."""
    return bot_json(world, bot, workspace) | {"team_id": workspace.id}
