"""Whom a post notifies, and for which addresses Discord adds a preview of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.model import Channel, Flag, Guild, Role, User
from tests.servers.discord.permissions import Can, may_view, permissions

_USER, _ROLE = re.compile(r"<@!?(\d{1,20})>"), re.compile(r"<@&(\d{1,20})>")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_ADDRESS = re.compile(r"(<)?(https?://[^\s<>]+?)(?=[\s<>)\]]|[.,;:!?](?:\s|$)|$)")

MOST_PREVIEWS = 5


@dataclass
class Mentioned:
    """`users`, `roles` and `everyone` as the message shows them; `pinged` are the notified people's ids."""

    users: list[User] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    everyone: bool = False
    pinged: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Allowed:
    """`allowed_mentions` of a request. None for users or roles: all that the text names."""

    everyone: bool = True
    users: frozenset[int] | None = None
    roles: frozenset[int] | None = None
    replied_user: bool = True


EVERYTHING = Allowed()
"""What holds for bots and people."""

PEOPLE_ONLY = Allowed(everyone=False, roles=frozenset())
"""What holds for webhooks and interactions where the request does not say."""


def allowed_of(raw: object, default: Allowed) -> Allowed:
    """Reads `allowed_mentions`; refuses naming people both one by one and all together."""
    if not isinstance(raw, dict):
        return default
    parse = raw.get("parse", [])
    for key in ("users", "roles"):
        if key in parse and raw.get(key):
            text = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            errors: Json = {"allowed_mentions": {"_errors": [{"code": "INVALID", "message": text}]}}
            raise ApiError(400, 50035, "Invalid Form Body", errors=errors)
    return Allowed(
        everyone="everyone" in parse,
        users=None if "users" in parse else frozenset(map(int, raw.get("users") or [])),
        roles=None if "roles" in parse else frozenset(map(int, raw.get("roles") or [])),
        replied_user=bool(raw.get("replied_user", False)),
    )


def mentioned_in(
    texts: Iterable[str],
    channel: Channel,
    author: User,
    allowed: Allowed,
    *,
    webhook: bool = False,
    replied: User | None = None,
) -> Mentioned:
    """What `texts`, written by `author` in `channel`, mention."""
    found = Mentioned()
    text = _CODE.sub("", "\n".join(texts))
    people = {u.id: u for u in _people(channel)}
    for user_id in dict.fromkeys(map(int, _USER.findall(text))):
        if user_id in people and (allowed.users is None or user_id in allowed.users):
            found.users.append(people[user_id])
    if replied and allowed.replied_user and replied not in found.users:
        found.users.append(replied)
    if channel.guild:
        _roles_and_everyone(found, text, channel, channel.guild, author, allowed, webhook=webhook)
    found.pinged |= {user.id for user in found.users if may_view(user, channel)}
    found.pinged.discard(author.id)
    return found


def _roles_and_everyone(
    found: Mentioned,
    text: str,
    channel: Channel,
    guild: Guild,
    author: User,
    allowed: Allowed,
    *,
    webhook: bool,
) -> None:
    loud = webhook or bool(permissions(author, channel) & Can.MENTION_EVERYONE)
    for role_id in dict.fromkeys(map(int, _ROLE.findall(text))):
        role = guild.roles.get(role_id)
        if role and (allowed.roles is None or role_id in allowed.roles):
            found.roles.append(role)
            if role.mentionable or loud:
                found.pinged |= {m.user.id for m in guild.members.values() if role in m.roles}
    if loud and allowed.everyone and re.search(r"@(?:everyone|here)\b", text):
        found.everyone = True
        found.pinged |= set(guild.members)
    found.pinged = {i for i in found.pinged if may_view(guild.members[i].user, channel)}


def _people(channel: Channel) -> list[User]:
    if channel.guild is None:
        return channel.recipients
    return [member.user for member in channel.guild.members.values()]


def previews_of(content: str, flags: Flag) -> list[str]:
    """Addresses in `content` that Discord shows a preview of: bare ones and those behind a label,
    in no code and without angle brackets around them; the same address once, five at the most.
    """
    if flags & (Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2):
        return []
    bare = (m[2] for m in _ADDRESS.finditer(_CODE.sub("", content)) if not m[1])
    return list(dict.fromkeys(bare))[:MOST_PREVIEWS]
