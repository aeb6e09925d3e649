"""REST: webhooks, and posting through them under any name."""

from __future__ import annotations

import hashlib
import re
import secrets

from aiohttp import web

from tests.servers.discord.apps import Webhook
from tests.servers.discord.calls import Call, Route, route
from tests.servers.discord.editing import apply_edit, check_awake, poll_of
from tests.servers.discord.errors import (
    ApiError,
    Form,
    Json,
    locked,
    no_access,
    no_permission,
    unknown,
    unknown_channel,
)
from tests.servers.discord.limits import check_message, check_not_empty, fill
from tests.servers.discord.mentions import PEOPLE_ONLY, allowed_of
from tests.servers.discord.message_payloads import message_json
from tests.servers.discord.model import FORUMS, Channel, Flag, Message, User
from tests.servers.discord.payloads import webhook_json
from tests.servers.discord.permissions import Can, base, may_view, permissions
from tests.servers.discord.posting import Draft, delete, put
from tests.servers.discord.starting import start_post
from tests.servers.discord.threads import settle
from tests.servers.discord.world import PICTURE, World

MOST_IN_CHANNEL, MOST_IN_GUILD = 15, 1000
FORBIDDEN = re.compile(r"clyde|discord|```|@|#|:", re.IGNORECASE)
RESERVED = frozenset({"everyone", "here"})


class WebhooksApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        one, hook = "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/{token}"
        message = hook + "/messages/{message_id}"
        return [
            route("POST", "/channels/{channel_id}/webhooks", self.create),
            route("GET", "/channels/{channel_id}/webhooks", self.in_channel),
            route("GET", "/guilds/{guild_id}/webhooks", self.in_guild),
            route("GET", one, self.get),
            route("PATCH", one, self.edit),
            route("DELETE", one, self.remove),
            route("GET", hook, self.get_by_token, open=True),
            route("DELETE", hook, self.remove_by_token, open=True),
            route("POST", hook, self.execute, open=True),
            route("GET", message, self.get_message, open=True),
            route("PATCH", message, self.edit_message, open=True),
            route("DELETE", message, self.delete_message, open=True),
        ]

    def create(self, call: Call) -> Json:
        channel = self._managed(call)
        if channel.is_thread:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        _check_name(call.json.get("name"), "name")
        those = list(self._world.webhooks.values())
        if sum(w.channel is channel for w in those) >= MOST_IN_CHANNEL:
            raise ApiError(400, 30007, f"Maximum number of webhooks reached ({MOST_IN_CHANNEL})")
        if sum(w.channel.guild is channel.guild for w in those) >= MOST_IN_GUILD:
            raise ApiError(400, 30058, f"Maximum number of webhooks per guild reached ({MOST_IN_GUILD})")
        name = str(call.json["name"]).strip()
        made = Webhook(
            self._world.ids.next(),
            secrets.token_urlsafe(51),
            channel,
            name,
            self._world.bot,
            self._world.app.id,
        )
        self._world.webhooks[made.id] = made
        self._told(channel)
        return webhook_json(made, with_token=True)

    def in_channel(self, call: Call) -> list[Json]:
        channel = self._managed(call)
        return [self._json(w) for w in self._world.webhooks.values() if w.channel is channel]

    def in_guild(self, call: Call) -> list[Json]:
        guild = self._world.guild(call.ids["guild_id"])
        if not base(guild, guild.members[self._world.bot.id]) & Can.MANAGE_WEBHOOKS:
            raise no_permission()
        return [self._json(w) for w in self._world.webhooks.values() if w.channel.guild is guild]

    def get(self, call: Call) -> Json:
        return self._json(self._known(call))

    def edit(self, call: Call) -> Json:
        webhook = self._known(call)
        self._need(webhook.channel)
        if "name" in call.json:
            _check_name(call.json["name"], "name")
            webhook.name = call.json["name"]
        if "channel_id" in call.json:
            webhook.channel = self._world.visible(int(call.json["channel_id"]))
        self._told(webhook.channel)
        return self._json(webhook)

    def remove(self, call: Call) -> None:
        webhook = self._known(call)
        self._need(webhook.channel)
        del self._world.webhooks[webhook.id]
        self._told(webhook.channel)

    def get_by_token(self, call: Call) -> Json:
        return {k: v for k, v in webhook_json(self._by_token(call), with_token=True).items() if k != "user"}

    def remove_by_token(self, call: Call) -> None:
        webhook = self._by_token(call)
        del self._world.webhooks[webhook.id]
        self._told(webhook.channel)

    def execute(self, call: Call) -> object:
        """Posts into the webhook's channel, into a thread of it (`thread_id`), or as a new forum post
        (`thread_name`). It wakes an archived thread. There is no nonce.
        """
        webhook, body = self._by_token(call), call.json
        channel = self._place(webhook, call)
        _check_name(body.get("username"), "username", optional=True)
        v2 = bool(int(body.get("flags") or 0) & Flag.COMPONENTS_V2)
        check_message(body, v2=v2, files=len(call.files))
        draft = fill(self._world, Draft(channel, self._author(webhook)), body, call.files)
        draft.allowed = allowed_of(body.get("allowed_mentions"), PEOPLE_ONLY)
        draft.poll = poll_of(self._world, body.get("poll"))
        draft.webhook_id, draft.application_id = webhook.id, webhook.application_id
        draft.nonce = None
        draft.shown_name = body.get("username") or webhook.name
        draft.shown_avatar = _avatar(body, webhook)
        if draft.shown_avatar:
            self._world.pictures[f"/avatars/{webhook.id}/{draft.shown_avatar}"] = PICTURE
        check_not_empty(draft)
        if channel.kind in FORUMS:
            tags = [int(tag) for tag in body.get("applied_tags") or []]
            if channel.require_tag and not tags:
                raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
            _, message = start_post(self._world, channel, body["thread_name"], draft, tags=tags)
        else:
            message = put(self._world, draft)
        return message_json(self._world, message) if call.flag("wait") else web.Response(status=204)

    def get_message(self, call: Call) -> Json:
        return message_json(self._world, self._own_message(call))

    def edit_message(self, call: Call) -> Json:
        message = self._own_message(call)
        check_awake(message.channel)
        apply_edit(self._world, message, call, PEOPLE_ONLY)
        return message_json(self._world, message)

    def delete_message(self, call: Call) -> None:
        delete(self._world, self._own_message(call))

    def _place(self, webhook: Webhook, call: Call) -> Channel:
        channel, thread_id = webhook.channel, call.query.get("thread_id")
        if channel.kind in FORUMS and not thread_id and not call.json.get("thread_name"):
            text = "Webhooks posted to forum channels must have a thread_name or thread_id"
            raise ApiError(400, 220001, text)
        if thread_id and call.json.get("thread_name"):
            text = "Webhooks posted to forum channels cannot have both a thread_name and thread_id"
            raise ApiError(400, 220002, text)
        if channel.kind not in FORUMS and call.json.get("thread_name"):
            raise ApiError(400, 220003, "Webhooks can only create threads in forum channels")
        if not thread_id:
            return channel
        thread = self._world.channels.get(int(thread_id))
        if thread is None or thread.parent is not channel or not thread.is_thread:
            raise unknown_channel()
        settle(self._world, thread)
        if thread.thread.archived and thread.thread.locked:
            raise locked()
        return thread

    def _own_message(self, call: Call) -> Message:
        webhook = self._by_token(call)
        thread_id = call.query.get("thread_id")
        place = self._world.channel(int(thread_id)) if thread_id else webhook.channel
        if thread_id and place.parent is not webhook.channel:
            raise unknown_channel()
        settle(self._world, place)
        message = self._world.message(place, call.ids["message_id"])
        if message.webhook_id != webhook.id:
            raise unknown("Message", 10008)
        return message

    def _author(self, webhook: Webhook) -> User:
        return User(webhook.id, webhook.name, bot=True, avatar=webhook.avatar)

    def _json(self, webhook: Webhook) -> Json:
        return webhook_json(webhook, with_token=webhook.application_id == self._world.app.id)

    def _by_token(self, call: Call) -> Webhook:
        webhook = self._world.webhooks.get(call.ids["webhook_id"])
        if webhook is None:
            raise unknown("Webhook", 10015)
        if not secrets.compare_digest(webhook.token, call.words["token"]):
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return webhook

    def _known(self, call: Call) -> Webhook:
        webhook = self._world.webhooks.get(call.ids["webhook_id"])
        if webhook is None:
            raise unknown("Webhook", 10015)
        return webhook

    def _managed(self, call: Call) -> Channel:
        channel = self._world.channel(call.ids["channel_id"])
        if not may_view(self._world.bot, channel):
            raise no_access()
        self._need(channel)
        return channel

    def _need(self, channel: Channel) -> None:
        if not permissions(self._world.bot, channel) & Can.MANAGE_WEBHOOKS:
            raise no_permission()

    def _told(self, channel: Channel) -> None:
        assert channel.guild is not None
        told = {"guild_id": str(channel.guild.id), "channel_id": str(channel.id)}
        self._world.tell("WEBHOOKS_UPDATE", lambda: told, guild=channel.guild)


def _check_name(name: object, field: str, *, optional: bool = False) -> None:
    """The docs state the forbidden words for a webhook's own name; for the one of a single message
    they are an assumption, on the safe side.
    """
    if optional and name is None:
        return
    form = Form()
    form.too_long(field, name, 80, least=1)
    if isinstance(name, str):
        found = FORBIDDEN.search(name)
        word = found[0].lower() if found else name.lower() if name.lower() in RESERVED else None
        if word:
            form.wrong(field, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    form.check()


def _avatar(body: Json, webhook: Webhook) -> str | None:
    """A message's own picture gets a hash of its address, as Discord keeps a copy of it."""
    if not body.get("avatar_url"):
        return webhook.avatar
    form = Form()
    form.too_long("avatar_url", body["avatar_url"], 2048)
    if not str(body["avatar_url"]).startswith(("http://", "https://")):
        form.wrong("avatar_url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")
    form.check()
    return hashlib.sha256(str(body["avatar_url"]).encode()).hexdigest()[:32]
