"""Who wrote a message, from the message itself and from user objects.

App accounts that post under their own name are bots; who posts under a name of their own choice
(webhooks, chat:write.customize) counts as a person, each name as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack import parse_words as words
from adapters.slack.parse_raw import Raw, flag, mapping, string
from bot.model import Participant, ParticipantKind

_SLACKBOT = "USLACKBOT"
_OF_APPS = frozenset({"bot_id", "bot_profile", "username"})
"""One of these keys is in every message that an app posted."""


def author_key(raw: Mapping[str, Any]) -> str:
    """The `Participant.key` of a message's author: user id, bot id, or "bot id/name" for a post
    under a chosen name. "" for a message of nobody.
    """
    if not of_app(raw):
        return string(raw, "user") or string(mapping(raw, "user"), "id")
    if name := chosen_name(raw):
        return f"{_bot_id(raw)}/{name}"
    return string(raw, "user") or string(mapping(raw, "user"), "id") or _bot_id(raw)


def of_app(raw: Mapping[str, Any]) -> bool:
    """Whether an app may have posted this message."""
    return isinstance(raw, dict) and not raw.keys().isdisjoint(_OF_APPS)


def chosen_name(raw: Mapping[str, Any]) -> str:
    """The name an app put on this post that is not its own; "" for none."""
    if not of_app(raw):
        return ""
    if not _bot_id(raw) and string(raw, "subtype") != "bot_message":
        return ""
    name = string(raw, "username").strip()
    return "" if name == string(mapping(raw, "bot_profile"), "name").strip() else name


def _bot_id(raw: Mapping[str, Any]) -> str:
    return string(raw, "bot_id") or string(mapping(raw, "bot_profile"), "id")


def participant(raw: Mapping[str, Any]) -> Participant | None:
    """The author of a raw message as far as the message itself tells, under the key that `parse`
    gives it; None where it tells nothing. Prefer what was looked up, except for chosen names.
    """
    key = author_key(raw)
    if name := chosen_name(raw):
        return Participant(key, name)
    if key == _SLACKBOT:
        return Participant(key, words.SLACKBOT, ParticipantKind.BOT)
    if name := string(mapping(raw, "bot_profile"), "name").strip():
        return Participant(key, name, ParticipantKind.BOT) if key else None
    embedded = mapping(raw, "user_profile")
    names = _names(embedded)
    return Participant(key, names[0], aliases=names[1:]) if key and names else None


def profile(raw_user: Mapping[str, Any]) -> Participant:
    """A user object (users.info, users.json) as a participant: display name, else full name, else
    handle; the others, and the e-mail address where there is one, as aliases.
    """
    details = mapping(raw_user, "profile")
    names = list(dict.fromkeys((*_names(details), *_names(raw_user))))
    names += [name for name in (string(details, "email"),) if name]
    is_bot = (
        flag(raw_user, "is_bot") or flag(raw_user, "is_workflow_bot") or string(raw_user, "id") == _SLACKBOT
    )
    nobody = words.UNKNOWN_BOT if is_bot else words.UNKNOWN_USER
    return Participant(
        string(raw_user, "id"),
        names[0] if names else nobody,
        ParticipantKind.BOT if is_bot else ParticipantKind.PERSON,
        aliases=tuple(names[1:]),
    )


def _names(raw: Raw) -> tuple[str, ...]:
    """The names an object carries, the one to show first, each once."""
    keys = ("display_name", "real_name", "name", "display_name_normalized", "real_name_normalized")
    return tuple(dict.fromkeys(filter(None, (string(raw, key).strip() for key in keys))))
