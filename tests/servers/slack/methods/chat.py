"""chat.postMessage, postEphemeral, update, delete, getPermalink."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.call import Call, method
from tests.servers.slack.composing import author_of, content_of, drawn, metadata_of
from tests.servers.slack.errors import ApiError
from tests.servers.slack.messages import Message
from tests.servers.slack.state import Channel

Json = dict[str, Any]
_CONTENT = (
    "text blocks attachments markdown_text thread_ts username icon_url icon_emoji mrkdwn parse link_names"
)


@method(
    "chat.postMessage",
    "channel",
    f"{_CONTENT} reply_broadcast unfurl_links unfurl_media unfurl_app_links metadata as_user",
    scopes="chat:write",
)
async def post(call: Call) -> Json:
    channel = _open(call, _destination(call))
    _check_thread(call, channel)
    raw = content_of(call)
    raw = drawn({"text": "", **raw} | author_of(call))
    if metadata := metadata_of(call):
        raw["metadata"] = metadata
    if call.text("thread_ts"):
        raw["thread_ts"] = call.text("thread_ts")
        if call.flag("reply_broadcast"):
            raw["subtype"] = "thread_broadcast"
    names = call.flag("link_names") or call.text("parse") == "full"
    message = call.world.add(channel, raw, link_names=names)
    return {"channel": channel.id, "ts": message.ts, "message": message.json(all_metadata=True)}


@method("chat.postEphemeral", "channel user", f"{_CONTENT} metadata as_user", tier=4, scopes="chat:write")
async def whisper(call: Call) -> Json:
    channel = _open(call, call.joined())
    if call.text("user") not in channel.members:
        raise ApiError("user_not_in_channel")
    _check_thread(call, channel)
    raw = drawn({"text": "", **content_of(call)} | author_of(call))
    thread = call.text("thread_ts")
    if thread:
        raw["thread_ts"] = thread
    message = call.world.whisper(channel, call.text("user"), raw)
    # "Ephemeral messages in threads are only shown if there is already an active thread."
    message.shown = not thread or thread in channel.threads
    return {"message_ts": message.ts}


@method(
    "chat.update",
    "channel ts",
    "text blocks attachments markdown_text as_user link_names parse reply_broadcast metadata file_ids",
    tier=3,
    scopes="chat:write",
)
async def update(call: Call) -> Json:
    channel, message = _own(call, "cant_update_message")
    metadata = metadata_of(call)
    content = {} if metadata is not None and not _has_content(call) else content_of(call, update=True)
    if "text" in content and "blocks" not in content:
        content["blocks"] = drawn({"text": content["text"]}).get("blocks")
    if content.get("blocks") == []:
        content["blocks"] = None
    if metadata is not None:
        content["metadata"] = metadata or None
    # Only a text without blocks shows "(edited)".
    by = message.user if "text" in call.args and "blocks" not in call.args else None
    call.world.edit(message, content, by=by)
    shown = message.json(all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "channel ts", "as_user", tier=3, scopes="chat:write")
async def delete(call: Call) -> Json:
    channel, message = _own(call, "cant_delete_message")
    call.world.delete(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", "channel message_ts")
async def permalink(call: Call) -> Json:
    channel = call.channel()
    message = channel.messages.get(call.text("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    return {"channel": channel.id, "permalink": permalink_of(call.workspace.domain, message)}


def permalink_of(domain: str, message: Message) -> str:
    """As "Copy link" gives it."""
    address = f"https://{domain}.slack.com/archives/{message.channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        address += f"?thread_ts={message.raw['thread_ts']}&cid={message.channel.id}"
    return address


def _has_content(call: Call) -> bool:
    return any(name in call.args for name in ("text", "blocks", "attachments", "markdown_text"))


def _destination(call: Call) -> Channel:
    """The channel; a user's id opens the direct conversation with them."""
    user = call.workspace.users.get(call.text("channel"))
    if user is None:
        return call.joined()
    if user.deleted or user.is_bot:
        raise ApiError("channel_not_found")
    return call.world.direct(call.workspace, call.app.user, user)


def _open(call: Call, channel: Channel) -> Channel:
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.read_only:
        raise ApiError("restricted_action_read_only_channel")
    return channel


def _check_thread(call: Call, channel: Channel) -> None:
    thread = call.text("thread_ts")
    if not thread:
        return
    parent = channel.messages.get(thread)
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.is_reply:
        # Slack only advises against a reply's ts; here it is always a mistake.
        raise ApiError("cannot_reply_to_message")
    if thread in channel.locked_threads:
        raise ApiError("restricted_action_thread_locked")


def _own(call: Call, refusal: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = channel.messages.get(call.text("ts"))
    if message is None or message.is_tombstone:
        raise ApiError("message_not_found")
    if message.raw.get("bot_id") != call.app.bot.id:
        raise ApiError(refusal)
    if channel.is_archived:
        raise ApiError("is_inactive" if refusal == "cant_update_message" else refusal)
    return channel, message
