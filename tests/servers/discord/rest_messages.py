"""REST: reading, posting, editing and deleting messages, and reacting to them."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tests.servers.discord.calls import Call, Route, route
from tests.servers.discord.editing import apply_edit, check_awake, check_may_send, poll_of
from tests.servers.discord.errors import (
    ApiError,
    Form,
    Json,
    no_access,
    no_permission,
    unknown,
)
from tests.servers.discord.limits import check_message, check_not_empty, fill
from tests.servers.discord.mentions import Allowed, allowed_of
from tests.servers.discord.message_payloads import message_json
from tests.servers.discord.model import FORUMS, Channel, Flag, Kind, Message, Said
from tests.servers.discord.payloads import user_json
from tests.servers.discord.permissions import Can, may, may_view, permissions
from tests.servers.discord.posting import Draft, delete, put, reference_to
from tests.servers.discord.rates import Rates
from tests.servers.discord.reacting import add_reaction, remove_reaction, same
from tests.servers.discord.threads import settle

if TYPE_CHECKING:
    from tests.servers.discord.world import World

NONCE_WINDOW = timedelta(minutes=3)
""""The past few minutes" of the docs; how many is not known."""

OLD = timedelta(hours=1)
"""Older messages may be edited only now and then."""

TALKED_IN = frozenset(Kind) - FORUMS - {Kind.CATEGORY}


class MessagesApi:
    def __init__(self, world: World, rates: Rates) -> None:
        self._world, self._rates = world, rates
        self._nonces: dict[tuple[int, str], Message] = {}

    def routes(self) -> list[Route]:
        messages = "/channels/{channel_id}/messages"
        one = messages + "/{message_id}"
        reaction = one + "/reactions/{emoji}"
        return [
            route("GET", messages, self.history),
            route("POST", messages, self.create),
            route("GET", one, self.get),
            route("PATCH", one, self.edit),
            route("DELETE", one, self.delete),
            route("PUT", reaction + "/@me", self.react),
            route("DELETE", reaction + "/@me", self.unreact),
            route("GET", reaction, self.reacted),
            route("POST", "/channels/{channel_id}/typing", self.typing),
        ]

    def history(self, call: Call) -> list[Json]:
        """Newest first, also with `after`, which gives those that come right after its message; all
        cursors are exclusive. Without the right to read the history the list is empty, not refused.
        """
        channel = self.talked_in(call)
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            form = Form()
            form.wrong("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
            form.check()
        if not permissions(self._world.bot, channel) & Can.READ_MESSAGE_HISTORY:
            return []
        return [message_json(self._world, message) for message in _page(channel, call.query, limit)]

    def get(self, call: Call) -> Json:
        channel = self.talked_in(call)
        if not permissions(self._world.bot, channel) & Can.READ_MESSAGE_HISTORY:
            raise no_permission()
        return message_json(self._world, self._world.message(channel, call.ids["message_id"]))

    def create(self, call: Call) -> Json:
        channel, bot = self.talked_in(call), self._world.bot
        check_may_send(channel, bot)
        body = call.json
        check_message(body, v2=bool(int(body.get("flags") or 0) & Flag.COMPONENTS_V2), files=len(call.files))
        if call.files and not may(bot, channel, Can.ATTACH_FILES):
            raise no_permission()
        known = self._known(body)
        if known:
            return message_json(self._world, known)
        draft = fill(self._world, Draft(channel, bot), body, call.files)
        draft.allowed = allowed_of(body.get("allowed_mentions"), Allowed())
        draft.poll = poll_of(self._world, body.get("poll"))
        self._refer(draft, body.get("message_reference"))
        draft.embeds = draft.embeds if may(bot, channel, Can.EMBED_LINKS) else []
        check_not_empty(draft)
        message = put(self._world, draft)
        if draft.nonce and body.get("enforce_nonce"):
            self._nonces[bot.id, draft.nonce] = message
        return message_json(self._world, message)

    def edit(self, call: Call) -> Json:
        channel = self.talked_in(call)
        message = self._world.message(channel, call.ids["message_id"])
        check_awake(channel)
        body = call.json
        own = message.author is self._world.bot and message.webhook_id is None
        if not own and (set(body) - {"flags", "allowed_mentions"} or not body):
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if not own and not may(self._world.bot, channel, Can.MANAGE_MESSAGES):
            raise no_permission()
        if self._world.now() - message.at > OLD:
            self._check_old(channel)
        apply_edit(self._world, message, call, Allowed())
        return message_json(self._world, message)

    def _check_old(self, channel: Channel) -> None:
        wait = self._rates.old_edit(channel.id)
        if wait is not None:
            text = "Maximum number of edits to messages older than 1 hour reached. Try again later."
            more = {"retry_after": wait, "global": False}
            raise ApiError(429, 30046, text, more=more, headers={"Via": "1.1 google"})

    def delete(self, call: Call) -> None:
        channel = self.talked_in(call)
        message = self._world.message(channel, call.ids["message_id"])
        if message.author is not self._world.bot and not may(self._world.bot, channel, Can.MANAGE_MESSAGES):
            raise no_permission()
        delete(self._world, message)

    def react(self, call: Call) -> None:
        channel, message, name = self._reaction(call)
        check_awake(channel)
        bot = self._world.bot
        there = any(same(r.emoji, name) for r in message.reactions)
        if not may(bot, channel, Can.READ_MESSAGE_HISTORY) or not (
            there or may(bot, channel, Can.ADD_REACTIONS)
        ):
            raise no_permission()
        add_reaction(self._world, message, bot, name)

    def unreact(self, call: Call) -> None:
        _, message, name = self._reaction(call)
        remove_reaction(self._world, message, self._world.bot, name)

    def reacted(self, call: Call) -> list[Json]:
        _, message, name = self._reaction(call)
        users = [user for r in message.reactions if same(r.emoji, name) for user in r.users]
        after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 25))
        return [user_json(u) for u in sorted(users, key=lambda u: u.id) if u.id > after][:limit]

    def typing(self, call: Call) -> None:
        check_may_send(self.talked_in(call), self._world.bot)

    def _reaction(self, call: Call) -> tuple[Channel, Message, str]:
        channel = self.talked_in(call)
        message = self._world.message(channel, call.ids["message_id"])
        return channel, message, unquote(call.words["emoji"])

    def talked_in(self, call: Call) -> Channel:
        """A channel that the bot sees and that holds messages."""
        channel = self._world.channel(call.ids["channel_id"])
        settle(self._world, channel)
        if not may_view(self._world.bot, channel):
            raise no_access()
        if channel.kind not in TALKED_IN:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        return channel

    def _known(self, body: Json) -> Message | None:
        """The message that was made with the same nonce a short while ago."""
        if body.get("nonce") is None or not body.get("enforce_nonce"):
            return None
        known = self._nonces.get((self._world.bot.id, str(body["nonce"])))
        fresh = known and not known.deleted and self._world.now() - known.at < NONCE_WINDOW
        return known if fresh else None

    def _refer(self, draft: Draft, raw: Json | None) -> None:
        if not raw:
            return
        place = self._world.channels.get(int(raw.get("channel_id") or draft.channel.id))
        target = place.messages.get(int(raw["message_id"])) if place else None
        if raw.get("type") == 1:
            if target is None or not place or not may(self._world.bot, place, Can.READ_MESSAGE_HISTORY):
                raise unknown("Message", 10008)
            draft.snapshots, draft.reference = [copy.copy(target)], reference_to(target, kind=1)
            draft.flags |= Flag.HAS_SNAPSHOT
        elif target is not None and place is draft.channel:
            draft.kind, draft.reference = Said.REPLY, reference_to(target)
        elif raw.get("fail_if_not_exists", True):
            form = Form()
            form.wrong("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
            form.check()


def _page(channel: Channel, query: dict[str, str], limit: int) -> list[Message]:
    history = channel.messages
    if "around" in query:
        middle = int(query["around"])
        there = [history.get(middle)] if history.get(middle) else []
        found = [*history.before(middle, limit // 2), *there, *history.after(middle, limit // 2)]
        return [m for m in reversed(found) if m][:limit]
    if "after" in query:
        return list(reversed(history.after(int(query["after"]), limit)))
    before = int(query.get("before", (1 << 63) - 1))
    return list(reversed(history.before(before, limit)))
