"""One message as DiscordChatExporter writes it -> the shape that Discord's API gives.

Its JSON has names of its own and types as words, content sometimes with mentions already written
out, and paths of saved media where the API has addresses. Pure: dicts in, dicts out. What is not
as expected is left out of the result, so that the parser meets only shapes it knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote

Raw = dict[str, Any]

_SAVED = "https://export.invalid/"
"""Begins the addresses that saved media get, which have none: the parser knows only addresses."""

_MESSAGE_TYPES = {
    "Default": 0,
    "RecipientAdd": 1,
    "RecipientRemove": 2,
    "Call": 3,
    "ChannelNameChange": 4,
    "ChannelIconChange": 5,
    "ChannelPinnedMessage": 6,
    "GuildMemberJoin": 7,
    "ThreadCreated": 18,
    "Reply": 19,
}
"""Its `MessageKind`. Other types are written as their number, in a string."""

_TOLD_TYPES = frozenset({1, 2, 3, 4, 5, 6, 7, 18})
"""Of these it replaces the content by a sentence of its own ("Pinned a message."); so does our parser."""

_RENAMED = "Changed the channel name to "

_STICKER_FORMATS = {"Png": 1, "Apng": 2, "Lottie": 3, "Gif": 4}
_COMPONENT_TYPES = {"ActionRow": 1, "Button": 2}
_BUTTON_STYLES = {"Primary": 1, "Secondary": 2, "Success": 3, "Danger": 4, "Link": 5, "Premium": 6}
_NO_DISCRIMINATOR = "0000"
_COLOR = re.compile(r"#([0-9a-fA-F]{6})")


def to_api_message(exported: Mapping[str, Any], answered: Mapping[str, Any] | None = None) -> Raw:
    """`exported` as the API's message object; `answered` is the exported message it refers to."""
    kind = message_type(exported.get("type"))
    raw: Raw = {
        "id": _string(exported.get("id")),
        "type": kind,
        "timestamp": exported.get("timestamp"),
        "edited_timestamp": exported.get("timestampEdited"),
        "pinned": exported.get("isPinned") is True,
        "author": to_api_user(_object(exported.get("author"))),
        "mentions": _each(exported.get("mentions"), to_api_user),
        "reactions": _each(exported.get("reactions"), _reaction),
        "components": _each(exported.get("components"), _component),
        **_content(exported),
    }
    if kind in _TOLD_TYPES:
        raw["content"] = _new_name(raw["content"])
        raw["call"] = {"ended_timestamp": exported.get("callEndedTimestamp")}
    if is_webhook(_object(exported.get("author"))):
        raw["webhook_id"] = raw["author"]["id"]
    if reference := _object(exported.get("reference")):
        raw["message_reference"] = _reference(reference)
        if answered:
            raw["referenced_message"] = to_api_message(answered)
    if forwarded := _object(exported.get("forwardedMessage")):
        raw["message_reference"] = {**raw.get("message_reference", {}), "type": 1}
        raw["message_snapshots"] = [{"message": {"type": 0, **_forwarded(forwarded)}}]
    if interaction := _object(exported.get("interaction")):
        raw["interaction"] = {
            "id": _string(interaction.get("id")),
            "type": 2,
            "name": _string(interaction.get("name")),
            "user": to_api_user(_object(interaction.get("user"))),
        }
    return raw


def message_type(value: object) -> int:
    """The API's number of a type; 0 for a word that is new to us: its content still shows."""
    word = _string(value)
    if re.fullmatch(r"[0-9]{1,3}", word):
        return int(word)
    return _MESSAGE_TYPES.get(word, 0)


def to_api_user(exported: Mapping[str, Any]) -> Raw:
    """A user object. The nickname, where it differs, is the name that people see."""
    name = _string(exported.get("name"))
    return {
        "id": _string(exported.get("id")),
        "username": name,
        "global_name": _string(exported.get("nickname")) or None,
        "discriminator": _string(exported.get("discriminator")),
        "bot": exported.get("isBot") is True and not is_webhook(exported),
        "avatar": None,
    }


def _new_name(sentence: str) -> str:
    """The channel's new name in the sentence about it; "" for the other sentences."""
    if not sentence.startswith(_RENAMED):
        return ""
    return sentence.removeprefix(_RENAMED).removesuffix(".").strip("*")


def is_webhook(author: Mapping[str, Any]) -> bool:
    """A webhook's message is one by a bot without a discriminator: apps have kept theirs."""
    return author.get("isBot") is True and author.get("discriminator") in (_NO_DISCRIMINATOR, "0", "")


def saved_path(locator: str) -> str | None:
    """The path of saved media in an export, from the locator that the parser gave; None for others."""
    return unquote(locator.removeprefix(_SAVED)) if locator.startswith(_SAVED) else None


def _address(value: object) -> str:
    text = _string(value)
    return text if "://" in text or not text else _SAVED + quote(text.replace("\\", "/"))


def _content(exported: Mapping[str, Any]) -> Raw:
    """What messages and forwarded messages have in common."""
    return {
        "content": _string(exported.get("content")),
        "attachments": _each(exported.get("attachments"), _attachment),
        "embeds": _each(exported.get("embeds"), _embed),
        "sticker_items": _each(exported.get("stickers"), _sticker),
    }


def _forwarded(exported: Mapping[str, Any]) -> Raw:
    return {
        **_content(exported),
        "timestamp": exported.get("timestamp"),
        "edited_timestamp": exported.get("timestampEdited"),
    }


def _reference(exported: Mapping[str, Any]) -> Raw:
    return {
        "type": 1 if exported.get("type") == "Forward" else 0,
        "message_id": _string(exported.get("messageId")) or None,
        "channel_id": _string(exported.get("channelId")) or None,
        "guild_id": _string(exported.get("guildId")) or None,
    }


def _attachment(exported: Mapping[str, Any]) -> Raw:
    size = exported.get("fileSizeBytes")
    return {
        "id": _string(exported.get("id")),
        "filename": _string(exported.get("fileName")),
        "size": size if type(size) is int and size >= 0 else 0,
        "url": _address(exported.get("url")),
    }


def _embed(exported: Mapping[str, Any]) -> Raw:
    images = _each(exported.get("images"), _image)
    color = _COLOR.fullmatch(_string(exported.get("color")))
    author, footer = _object(exported.get("author")), _object(exported.get("footer"))
    embed: Raw = {
        "type": "rich",
        "title": _string(exported.get("title")),
        "url": exported.get("url"),
        "description": _string(exported.get("description")),
        "timestamp": exported.get("timestamp"),
        "color": int(color[1], 16) if color else None,
        "author": {"name": _string(author.get("name")), "url": author.get("url")} if author else None,
        "footer": {"text": _string(footer.get("text"))} if footer else None,
        "fields": _each(exported.get("fields"), _field),
        "thumbnail": _image(_object(exported.get("thumbnail"))),
        "image": _image(_object(exported.get("image"))) or next(iter(images), None),
        "video": _image(_object(exported.get("video"))),
    }
    return {key: value for key, value in embed.items() if value}


def _image(exported: Mapping[str, Any]) -> Raw:
    url = _address(exported.get("url"))
    return {"url": url, "width": exported.get("width"), "height": exported.get("height")} if url else {}


def _field(exported: Mapping[str, Any]) -> Raw:
    return {
        "name": _string(exported.get("name")),
        "value": _string(exported.get("value")),
        "inline": exported.get("isInline") is True,
    }


def _sticker(exported: Mapping[str, Any]) -> Raw:
    return {
        "id": _string(exported.get("id")),
        "name": _string(exported.get("name")),
        "format_type": _STICKER_FORMATS.get(_string(exported.get("format")), 1),
    }


def _reaction(exported: Mapping[str, Any]) -> Raw:
    count = exported.get("count")
    return {
        "emoji": _emoji(_object(exported.get("emoji"))),
        "count": count if type(count) is int and count > 0 else 1,
    }


def _emoji(exported: Mapping[str, Any]) -> Raw:
    return {
        "id": _string(exported.get("id")) or None,
        "name": _string(exported.get("name")),
        "animated": exported.get("isAnimated") is True,
    }


def _component(exported: Mapping[str, Any]) -> Raw:
    component: Raw = {
        "type": _COMPONENT_TYPES.get(_string(exported.get("type")), 0),
        "style": _BUTTON_STYLES.get(_string(exported.get("style"))),
        "label": exported.get("label"),
        "url": exported.get("url"),
        "emoji": _emoji(_object(exported["emoji"])) if exported.get("emoji") else None,
        "components": _each(exported.get("components"), _component),
    }
    return {key: value for key, value in component.items() if value}


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _each(value: object, convert: Callable[[Mapping[str, Any]], Raw]) -> list[Raw]:
    return [convert(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
