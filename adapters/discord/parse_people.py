"""Users, members and webhooks -> participants, and where their pictures are."""

from __future__ import annotations

import re

from adapters.discord.parse_fields import Raw, identifier, is_snowflake, line, mapping, string, whole
from bot.model import FileCopy, Participant, ParticipantKind

UNKNOWN = "unknown-user"
"""Key and name of an author whom a message does not name."""

_AVATAR_HASH = re.compile(r"[A-Za-z0-9_]{1,64}")
_NO_DISCRIMINATOR = ("", "0", "0000")
_ANSWERS_TO_COMMANDS = (20, 23)


def participant(raw: Raw) -> Participant | None:
    """The author of a raw message, or a raw user, as the page shows them.

    Takes a message (has "author") or a user object. A webhook's author is a person under the
    name that the message gives. None where there is no user in `raw`.
    """
    if "author" not in raw:
        return profile(raw, None) if identifier(raw) else None
    author = mapping(raw, "author")
    if is_webhook(raw):
        name = name_of(author) or UNKNOWN
        picture = _picture(author, "avatar:webhook:")
        return Participant(author_key(raw), name, avatar=picture.id if picture else None)
    return profile(author, mapping(raw, "member"))


def author_key(raw: Raw) -> str:
    """`Participant.key` of a raw message's author."""
    author = mapping(raw, "author")
    if is_webhook(raw):
        return f"webhook:{identifier(raw, 'webhook_id')}:{name_of(author) or UNKNOWN}"
    return identifier(author) or UNKNOWN


def is_webhook(raw: Raw) -> bool:
    """Whether a message was posted through a webhook under a name of its own.

    An app's answer to a command has a webhook_id too: the app's own id, and the app is its author
    (discord.com/developers: resources/message, webhook_id; interactions/receiving-and-responding).
    """
    webhook = raw.get("webhook_id")
    if not webhook:
        return False
    answers = whole(raw, "type") in _ANSWERS_TO_COMMANDS or bool(mapping(raw, "interaction_metadata"))
    return not answers and webhook != raw.get("application_id")


def profile(raw_user: Raw, raw_member: Raw | None) -> Participant:
    """A user, with what the server's member object says of them where it is known.

    The shown name is the nickname, else the display name, else the username; the rest are aliases.
    """
    member = raw_member or {}
    username, discriminator = line(raw_user, "username"), string(raw_user, "discriminator")
    tag = f"{username}#{discriminator}" if username and discriminator not in _NO_DISCRIMINATOR else ""
    names = dict.fromkeys((line(member, "nick"), line(raw_user, "global_name"), username, tag))
    names.pop("", None)
    name, *aliases = names or (UNKNOWN,)
    is_app = raw_user.get("bot") is True or raw_user.get("system") is True
    picture = _picture(raw_user, "avatar:")
    return Participant(
        identifier(raw_user) or UNKNOWN,
        name,
        ParticipantKind.BOT if is_app else ParticipantKind.PERSON,
        picture.id if picture else None,
        tuple(aliases),
    )


def name_of(user: Raw, member: Raw | None = None) -> str:
    """The name that people see, of a user or of a channel; "" where there is none."""
    nick = line(member, "nick") if member else ""
    return nick or line(user, "global_name") or line(user, "username") or line(user, "name")


def avatar_file(raw: Raw) -> FileCopy | None:
    """The picture of a raw user, or of a raw message's author; None without one.

    Its id is `Participant.avatar`. discord.com/developers: reference, image formatting.
    """
    if "author" not in raw:
        return _picture(raw, "avatar:")
    return _picture(mapping(raw, "author"), "avatar:webhook:" if is_webhook(raw) else "avatar:")


def _picture(user: Raw, prefix: str) -> FileCopy | None:
    key, hash_ = identifier(user), string(user, "avatar")
    if not is_snowflake(key) or not _AVATAR_HASH.fullmatch(hash_):
        return None
    # One webhook may give every message another picture; a user has one.
    suffix = f":{hash_}" if prefix == "avatar:webhook:" else ""
    address = f"https://cdn.discordapp.com/avatars/{key}/{hash_}.webp?size=128"
    return FileCopy(f"{prefix}{key}{suffix}", "", locator=address)
