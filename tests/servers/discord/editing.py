"""Rules that hold for whoever writes: bots, webhooks and answers to interactions alike."""

from __future__ import annotations

from datetime import timedelta

from tests.servers.discord.calls import Call
from tests.servers.discord.clock import iso
from tests.servers.discord.components import numbered
from tests.servers.discord.errors import ApiError, Json, archived, locked, no_permission
from tests.servers.discord.limits import check_message, check_not_empty, kept_embeds, legacy_fields, uploaded
from tests.servers.discord.mentions import Allowed, allowed_of
from tests.servers.discord.model import Channel, Flag, Message, User
from tests.servers.discord.permissions import Can, may, may_send
from tests.servers.discord.posting import Draft, changed, mark
from tests.servers.discord.world import World


def check_awake(channel: Channel) -> None:
    """In an archived thread nothing can be changed."""
    if channel.is_thread and channel.thread.archived:
        raise archived()


def check_may_send(channel: Channel, user: User) -> None:
    """Sending wakes an archived thread, but a locked one only for those who may manage threads."""
    if channel.guild is None:
        other = next(u for u in channel.recipients if u is not user)
        if not other.takes_dms:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        return
    if not may_send(user, channel):
        raise no_permission()
    if channel.is_thread and channel.thread.locked and not may(user, channel, Can.MANAGE_THREADS):
        raise locked()


def poll_of(world: World, raw: Json | None) -> Json | None:
    if not raw:
        return None
    expiry = world.now() + timedelta(hours=float(raw.get("duration", 24)))
    answers = [{"answer_id": i, **one} for i, one in enumerate(raw["answers"], start=1)]
    return {
        "question": raw["question"],
        "answers": answers,
        "expiry": iso(expiry),
        "allow_multiselect": bool(raw.get("allow_multiselect")),
        "layout_type": 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }


def apply_edit(world: World, message: Message, call: Call, default: Allowed) -> None:
    """Changes what the body names, and keeps the rest. Without `allowed_mentions` the default holds
    again, so that an edit may notify people whom the post spared.
    """
    body = call.json
    flags = message.flags
    if "flags" in body:
        settable = Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2
        flags = (flags & ~Flag.SUPPRESS_EMBEDS) | Flag(int(body["flags"] or 0)) & settable
    check_message(body, v2=bool(flags & Flag.COMPONENTS_V2), files=len(call.files))
    draft = Draft(message.channel, message.author, message.content, embeds=message.embeds)
    draft.components, draft.attachments = message.components, message.attachments
    draft.poll, draft.stickers, draft.snapshots = message.poll, message.stickers, message.snapshots
    if "content" in body:
        draft.content = (body["content"] or "").strip()
    if "embeds" in body:
        draft.embeds = kept_embeds(body["embeds"] or [])
    if "components" in body:
        draft.components = numbered(body["components"] or [])
    if "attachments" in body or call.files:
        told = body.get("attachments") or []
        stay = {str(entry.get("id")) for entry in told}
        kept = (
            message.attachments
            if "attachments" not in body
            else [a for a in message.attachments if str(a.id) in stay]
        )
        draft.attachments = [*kept, *uploaded(world, told, call.files)]
    check_not_empty(draft)
    if flags & Flag.COMPONENTS_V2 and (draft.content or draft.embeds or draft.poll or draft.stickers):
        raise legacy_fields()
    message.flags = flags & ~Flag.LOADING
    message.content, message.embeds = draft.content, draft.embeds
    message.components, message.attachments = draft.components, draft.attachments
    mark(world, message, allowed_of(body.get("allowed_mentions"), default))
    changed(world, message)
