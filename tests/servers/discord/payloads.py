"""People, servers, channels and threads as Discord's JSON."""

from __future__ import annotations

from tests.servers.discord.apps import Application, Webhook
from tests.servers.discord.clock import iso
from tests.servers.discord.errors import Json
from tests.servers.discord.model import (
    FORUMS,
    Channel,
    Emoji,
    Guild,
    Kind,
    Member,
    Role,
    Said,
    User,
)
from tests.servers.discord.permissions import base, may_view, permissions
from tests.servers.discord.world import World

REQUIRE_TAG = 1 << 4


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "discriminator": "0",
        "global_name": user.global_name,
        "avatar": user.avatar,
        "public_flags": 0,
        "avatar_decoration_data": None,
        **({"bot": True} if user.bot else {}),
    }


def member_json(member: Member, *, with_user: bool = True) -> Json:
    return {
        **({"user": user_json(member.user)} if with_user else {}),
        "nick": member.nick,
        "avatar": member.avatar,
        "roles": [str(role.id) for role in member.roles],
        "joined_at": iso(member.joined_at),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }


def role_json(role: Role) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "managed": False,
        "mentionable": role.mentionable,
        "flags": 0,
    }


def emoji_json(emoji: Emoji | str) -> Json:
    """As in a reaction: a custom one has an id, the others are their own character."""
    if isinstance(emoji, str):
        return {"id": None, "name": emoji}
    return {"id": str(emoji.id), "name": emoji.name, "animated": emoji.animated}


def guild_json(guild: Guild) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": guild.icon,
        "description": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(guild.owner.id),
        "application_id": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [guild_emoji_json(emoji) for emoji in guild.emojis.values()],
        "stickers": [],
    }


def guild_emoji_json(emoji: Emoji) -> Json:
    rest = {"roles": [], "require_colons": True, "managed": False, "available": True}
    return {**emoji_json(emoji), **rest}


def guild_emojis_json(guild: Guild) -> Json:
    """GUILD_EMOJIS_UPDATE: all of them, whichever changed."""
    return {"guild_id": str(guild.id), "emojis": [guild_emoji_json(e) for e in guild.emojis.values()]}


def guild_create_json(world: World, guild: Guild) -> Json:
    """GUILD_CREATE: the server with its channels, the threads that the bot sees, and the bot itself."""
    threads = [t for t in guild.threads.values() if not t.thread.archived and may_view(world.bot, t)]
    me = guild.members[world.bot.id]
    return {
        **guild_json(guild),
        "joined_at": iso(me.joined_at),
        "large": len(guild.members) >= 250,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(me)],
        "channels": [channel_json(channel) for channel in guild.channels.values()],
        "threads": [thread_json(world, thread) for thread in threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def channel_json(channel: Channel) -> Json:
    if channel.kind is Kind.DM:
        return {
            "id": str(channel.id),
            "type": Kind.DM,
            "last_message_id": _id(channel.last_message_id),
            "flags": 0,
            "recipients": [user_json(user) for user in channel.recipients if not user.bot],
        }
    assert channel.guild is not None
    made: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "parent_id": str(channel.parent.id) if channel.parent else None,
        "position": channel.position,
        "permission_overwrites": [
            {"id": str(o.target), "type": o.kind, "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in channel.overwrites.values()
        ],
        "nsfw": channel.nsfw,
        "topic": channel.topic,
        "rate_limit_per_user": 0,
        "last_message_id": _id(channel.last_message_id),
        "flags": REQUIRE_TAG if channel.require_tag else 0,
    }
    if channel.kind in FORUMS:
        tags = [{"id": str(t.id), "name": t.name, "moderated": False} for t in channel.tags]
        made["available_tags"] = [{**tag, "emoji_id": None, "emoji_name": None} for tag in tags]
        made |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    if channel.kind in (Kind.VOICE, Kind.STAGE):
        made |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    return made


def thread_json(world: World, thread: Channel) -> Json:
    state = thread.thread
    assert thread.guild is not None
    assert thread.parent is not None
    first = thread.messages[0] if len(thread.messages) else None
    starter = 1 if first and (first.id == thread.id or first.kind == Said.THREAD_STARTER) else 0
    made: Json = {
        "id": str(thread.id),
        "type": int(thread.kind),
        "guild_id": str(thread.guild.id),
        "parent_id": str(thread.parent.id),
        "owner_id": str(state.owner_id),
        "name": thread.name,
        "last_message_id": _id(thread.last_message_id),
        "rate_limit_per_user": 0,
        "message_count": len(thread.messages) - starter,
        "member_count": min(50, len(state.members)),
        "total_message_sent": state.sent,
        "flags": state.flags,
        "applied_tags": [str(tag) for tag in state.applied_tags],
        "thread_metadata": thread_metadata_json(thread),
    }
    if world.bot.id in state.members:
        made["member"] = thread_member_json(thread, world.bot.id)
    return made


def thread_metadata_json(thread: Channel) -> Json:
    state = thread.thread
    made: Json = {
        "archived": state.archived,
        "archive_timestamp": iso(state.archive_changed_at),
        "auto_archive_duration": state.auto_archive,
        "locked": state.locked,
        "create_timestamp": iso(state.created_at),
    }
    return made | {"invitable": state.invitable} if thread.is_private_thread else made


def thread_member_json(thread: Channel, user_id: int) -> Json:
    joined = iso(thread.thread.members[user_id])
    return {"id": str(thread.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


def any_channel_json(world: World, channel: Channel) -> Json:
    return thread_json(world, channel) if channel.is_thread else channel_json(channel)


def partial_channel_json(world: World, channel: Channel, viewer: User) -> Json:
    """As in an interaction: with what `viewer` and the bot may do there."""
    made = any_channel_json(world, channel)
    for key in ("permission_overwrites", "available_tags", "default_reaction_emoji", "member"):
        made.pop(key, None)
    made["permissions"] = str(int(permissions(viewer, channel)))
    return made | {"app_permissions": str(int(permissions(world.bot, channel)))}


def member_in_channel_json(member: Member, channel: Channel) -> Json:
    """As in an interaction: with what the member may do in that channel."""
    return {**member_json(member), "permissions": str(int(permissions(member.user, channel)))}


def base_permissions(guild: Guild, member: Member) -> str:
    return str(int(base(guild, member)))


def application_json(app: Application) -> Json:
    content = (1 << 18) if app.approved else (1 << 19)
    members = (1 << 14) if app.approved else (1 << 15)
    flags = (content if app.message_content else 0) | (members if app.guild_members else 0)
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": app.bot_public,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "owner": user_json(app.owner),
        "team": None,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "integration_types_config": {"0": {}},
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        **app.more,
    }


def webhook_json(webhook: Webhook, *, with_token: bool) -> Json:
    assert webhook.channel.guild is not None
    return {
        "id": str(webhook.id),
        "type": 1,
        "guild_id": str(webhook.channel.guild.id),
        "channel_id": str(webhook.channel.id),
        "name": webhook.name,
        "avatar": webhook.avatar,
        "application_id": _id(webhook.application_id),
        "user": user_json(webhook.owner),
        **({"token": webhook.token} if with_token else {}),
    }


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
