"""conversations.*: where the app is and may go. Reading messages is in `reading`."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.call import Call, method, page
from tests.servers.slack.errors import ApiError, bad_arguments
from tests.servers.slack.shapes import channel_json
from tests.servers.slack.state import Channel

Json = dict[str, Any]
_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("conversations.info", "channel", "include_locale include_num_members", tier=3)
async def info(call: Call) -> Json:
    channel = call.channel(right="read")
    shown = channel_json(channel, call.app.user)
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.members", "channel", "cursor limit", tier=4)
async def members(call: Call) -> Json:
    channel = call.channel(right="read")
    found, more = page(channel.members, call, default=100)
    return {"members": found, **more}


@method("conversations.open", "", "users channel return_im prevent_creation", tier=3)
async def open_direct(call: Call) -> Json:
    ids = [name for name in call.text("users").split(",") if name]
    if not ids and not call.text("channel"):
        raise ApiError("users_list_not_supplied")
    call.need("im:write" if len(ids) < 2 else "mpim:write")
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    people = [call.workspace.users.get(name) for name in ids]
    if not all(people):
        raise ApiError("user_not_found")
    if any(person.deleted for person in people if person):
        raise ApiError("user_disabled")
    direct = call.world.direct(call.workspace, call.app.user, *filter(None, people))
    shown = channel_json(direct, call.app.user) if call.flag("return_im") else {"id": direct.id}
    return {"channel": shown, "no_op": bool(direct.messages), "already_open": bool(direct.messages)}


@method("conversations.join", "channel", tier=3, scopes="channels:join")
async def join(call: Call) -> Json:
    channel = call.world.seen_from(call.workspace, call.text("channel"))
    member = channel and call.app.user.id in channel.members
    if channel is None or (channel.is_private and not member):
        raise ApiError("channel_not_found")
    if channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    channel.members_of([call.app.user])
    shown: Json = {"channel": channel_json(channel, call.app.user)}
    return shown | ({"warning": "already_in_channel"} if member else {})


@method("conversations.list", "", "cursor limit types exclude_archived", tier=2)
async def list_channels(call: Call) -> Json:
    bot = call.app.user.id
    channels = [one for one in call.workspace.channels.values() if not one.is_private or bot in one.members]
    return _listed(call, channels)


@method("users.conversations", "", "cursor limit types exclude_archived user", tier=3)
async def conversations_of(call: Call) -> Json:
    bot, user = call.app.user.id, call.text("user") or call.app.user.id
    if user not in call.workspace.users:
        raise ApiError("user_not_found")
    mine = [one for one in call.workspace.channels.values() if user in one.members]
    return _listed(call, [one for one in mine if not one.is_private or bot in one.members])


def _listed(call: Call, channels: list[Channel]) -> Json:
    types = (call.text("types") or "public_channel").replace(" ", "").split(",")
    if unknown := set(types) - _KINDS.keys():
        raise bad_arguments(f"invalid types: {', '.join(sorted(unknown))}")
    scopes = {"public_channel": "channels", "private_channel": "groups"}
    for kind in types:
        call.need(f"{scopes.get(kind, kind)}:read")
    kinds = {_KINDS[kind] for kind in types}
    hide = call.flag("exclude_archived")
    shown = [one for one in channels if one.kind in kinds and not (hide and one.is_archived)]
    found, more = page(shown, call, default=100)
    return {"channels": [channel_json(one, call.app.user) for one in found], **more}
