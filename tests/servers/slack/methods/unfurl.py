"""chat.unfurl."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.servers.slack.blocks import check_message_blocks
from tests.servers.slack.call import Call, method
from tests.servers.slack.errors import ApiError
from tests.servers.slack.linking import Pasted
from tests.servers.slack.messages import Message
from tests.servers.slack.values import completed

Json = dict[str, Any]


@method(
    "chat.unfurl",
    "",
    "channel ts source unfurl_id unfurls metadata user_auth_blocks user_auth_message user_auth_required"
    " user_auth_url",
    tier=3,
    scopes="links:write",
)
async def unfurl(call: Call) -> Json:
    unfurls = _unfurls(call)
    pasted, message = _target(call)
    links = call.world.links
    for url, attachment in unfurls.items():
        _check_address(call, url, pasted, message)
        if "blocks" in attachment:
            check_message_blocks(attachment["blocks"], "unfurl", f"/unfurls/{url}/blocks")
        if call.world.traits.unfurl_needs_ack and not await links.acknowledged(url, pasted, message):
            raise ApiError("cannot_unfurl_url")
    about = {"app_id": call.app.bot.app_id, "bot_id": call.app.bot.id}
    drawn = {url: _completed(unfurl) | about | {"app_unfurl_url": url} for url, unfurl in unfurls.items()}
    if pasted:
        pasted.unfurls |= drawn
    if message:
        message.unfurls |= drawn
    return {}


def _completed(attachment: Json) -> Json:
    return attachment | ({"blocks": completed(attachment["blocks"])} if "blocks" in attachment else {})


def _unfurls(call: Call) -> dict[str, Json]:
    unfurls = call.object("unfurls", "invalid_unfurls_format")
    if unfurls is None:
        if call.args.get("metadata") or call.args.get("user_auth_required"):
            return {}
        raise ApiError("missing_unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise ApiError("invalid_unfurls_format")
    if not all(isinstance(attachment, dict) for attachment in unfurls.values()):
        raise ApiError("cannot_parse_attachment")
    return unfurls


def _target(call: Call) -> tuple[Pasted | None, Message | None]:
    """What was pasted in a composer, or the message."""
    if call.text("unfurl_id") or call.text("source"):
        for name in ("unfurl_id", "source"):
            if not call.text(name):
                raise ApiError(f"missing_{name}")
        if call.text("source") not in ("composer", "conversations_history"):
            raise ApiError("invalid_source")
        pasted = call.world.links.pasted.get(call.text("unfurl_id"))
        if pasted is None or pasted.workspace is not call.workspace or pasted.source != call.text("source"):
            raise ApiError("invalid_unfurl_id")
        return pasted, pasted.message
    for name in ("channel", "ts"):
        if not call.text(name):
            raise ApiError(f"missing_{name}")
    # Unfurling reaches every conversation, member or not.
    channel = call.world.seen_from(call.workspace, call.text("channel"))
    if channel is None:
        raise ApiError("cannot_find_channel")
    message = channel.messages.get(call.text("ts"))
    if message is None or message.is_tombstone:
        raise ApiError("cannot_find_message")
    return None, message


def _check_address(call: Call, url: str, pasted: Pasted | None, message: Message | None) -> None:
    world, host = call.world, urlsplit(url).hostname or ""
    if not world.links.claimed(host) or host in call.workspace.blocked_unfurl_domains:
        raise ApiError("cannot_unfurl_url")
    known = pasted.urls if pasted else world.links.of(message)
    if url not in known:
        raise ApiError("cannot_unfurl_message")
