"""What an app hands in to be posted, checked and turned into a message."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.slack.blocks import check_message_blocks
from tests.servers.slack.call import Call
from tests.servers.slack.errors import ApiError
from tests.servers.slack.mrkdwn import rich_text, stored
from tests.servers.slack.shapes import bot_profile
from tests.servers.slack.values import completed

Json = dict[str, Any]
TEXT = 40_000
UPDATED_TEXT_BYTES = 4_000
MARKDOWN_TEXT = 12_000
ATTACHMENTS = 100
RESERVED = ("slack", "slackbot", "here", "channel", "everyone", "group")


def content_of(call: Call, *, update: bool = False) -> Json:
    """text, blocks and attachments as the message keeps them; only what was handed in."""
    found: Json = {}
    if "markdown_text" in call.args:
        if call.text("text") or call.args.get("blocks"):
            raise ApiError("markdown_text_conflict")
        if len(call.text("markdown_text")) > MARKDOWN_TEXT:
            raise ApiError("msg_too_long")
        found |= {"text": call.text("markdown_text")}
        found["blocks"] = completed([{"type": "markdown", "text": call.text("markdown_text")}])
    blocks = call.object("blocks", "invalid_blocks_format")
    if blocks is not None:
        check_message_blocks(blocks)
        found["blocks"] = completed(blocks)
    attachments = call.object("attachments", "invalid_attachments")
    if attachments is not None:
        found["attachments"] = _attachments(attachments)
    if "text" in call.args:
        found["text"] = _text(call, update=update)
    if not (found.get("text") or "").strip() and not found.get("blocks") and not found.get("attachments"):
        raise ApiError("no_text")
    return found


def _text(call: Call, *, update: bool) -> str:
    text = stored(call.text("text"), link=call.text("parse") != "none")
    if update and len(text.encode()) > UPDATED_TEXT_BYTES:
        raise ApiError("msg_too_long")
    return text[:TEXT]


def _attachments(attachments: Any) -> list[Json]:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for number, attachment in enumerate(attachments):
        if "blocks" in attachment:
            check_message_blocks(attachment["blocks"], at=f"/attachments/{number}/blocks")
    return [
        {"id": number, **attachment, "blocks": completed(attachment["blocks"])}
        if "blocks" in attachment
        else {"id": number, **attachment}
        for number, attachment in enumerate(attachments, 1)
    ]


def drawn(raw: Json) -> Json:
    """`raw` with the rich text that Slack makes of a bot's plain text."""
    if raw.get("blocks") or raw.get("attachments") or not raw.get("text"):
        return raw
    return raw | {"blocks": completed([rich_text(raw["text"], "")])}


def metadata_of(call: Call) -> Json | None:
    """Checked metadata; None when absent, empty to remove it."""
    metadata = call.object("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if not metadata or "entities" in metadata:
        return metadata
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if set(metadata) - {"event_type", "event_payload"} or not isinstance(kind, str) or not kind:
        raise ApiError("invalid_metadata_schema")
    if not isinstance(payload, dict) or not all(map(_plain, payload.values())):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > call.world.traits.metadata_bytes:
        raise ApiError("metadata_too_large")
    return metadata


def _plain(value: Any) -> bool:
    """Scalars, lists and objects, one level deep."""
    return value is None or isinstance(value, str | int | float | bool | list | dict)


def author_of(call: Call) -> Json:
    """Who the message shows as its author: the bot, or a customised name and picture."""
    app = call.app
    shown: Json = {"bot_id": app.bot.id, "app_id": app.bot.app_id, "team": app.workspace.id}
    custom = {key: call.text(key) for key in ("username", "icon_url", "icon_emoji") if call.args.get(key)}
    if custom and not _may_customise(call):
        custom = {}
    if not custom:
        profile = bot_profile(call.world, app.bot, app.workspace)
        return shown | {"user": app.user.id, "bot_profile": profile}
    name = custom.get("username", app.bot.name)
    if name.lower().lstrip("@") in RESERVED:
        raise ApiError("reserved_username")
    icons: Json = {}
    if "icon_emoji" in custom:
        icons = {"emoji": ":" + custom["icon_emoji"].strip(":") + ":"}
    elif "icon_url" in custom:
        icons = {f"image_{size}": custom["icon_url"] for size in (36, 48, 72)}
    return shown | {"subtype": "bot_message", "username": name} | ({"icons": icons} if icons else {})


def _may_customise(call: Call) -> bool:
    if "chat:write.customize" in call.app.scopes:
        return True
    if not call.world.traits.ignores_names_without_scope:
        call.need("chat:write.customize")
    return False
