"""REST: channels and threads, their members, and direct messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.calls import Call, Route, route
from tests.servers.discord.editing import check_may_send
from tests.servers.discord.errors import (
    ApiError,
    Form,
    Json,
    archived,
    locked,
    no_access,
    no_permission,
    unknown,
)
from tests.servers.discord.limits import check_message, check_not_empty, fill
from tests.servers.discord.mentions import Allowed, allowed_of
from tests.servers.discord.message_payloads import message_json
from tests.servers.discord.model import FORUMS, Channel, Flag, Kind
from tests.servers.discord.payloads import any_channel_json, thread_json, thread_member_json
from tests.servers.discord.permissions import Can, may, may_view, permissions
from tests.servers.discord.posting import Draft
from tests.servers.discord.starting import start_alone, start_from_message, start_post
from tests.servers.discord.threads import (
    add_member,
    delete_thread,
    kind_in,
    remove_member,
    set_archived,
    settle,
    updated,
)

if TYPE_CHECKING:
    from tests.servers.discord.world import World

ARCHIVE_AFTER = (60, 1440, 4320, 10080)
THREADED = frozenset({Kind.TEXT, Kind.ANNOUNCEMENT})


class ChannelsApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        channel = "/channels/{channel_id}"
        member = channel + "/thread-members"
        return [
            route("GET", channel, self.get),
            route("PATCH", channel, self.edit),
            route("DELETE", channel, self.delete),
            route("POST", channel + "/threads", self.start),
            route("POST", channel + "/messages/{message_id}/threads", self.start_from),
            route("GET", channel + "/threads/archived/public", self.archived_public),
            route("GET", "/guilds/{guild_id}/threads/active", self.active),
            route("GET", member, self.members),
            route("GET", member + "/{user_id}", self.member),
            route("PUT", member + "/@me", self.join),
            route("DELETE", member + "/@me", self.leave),
            route("PUT", member + "/{user_id}", self.add),
            route("DELETE", member + "/{user_id}", self.remove),
            route("POST", "/users/@me/channels", self.open_dm),
        ]

    def get(self, call: Call) -> Json:
        return any_channel_json(self._world, self._seen(call))

    def edit(self, call: Call) -> Json:
        channel = self._seen(call)
        form = Form()
        if "name" in call.json:
            form.too_long("name", call.json["name"], 100, least=1)
        form.check()
        if channel.is_thread:
            self._edit_thread(channel, call.json)
        else:
            self._need(channel, Can.MANAGE_CHANNELS)
            channel.name = call.json.get("name", channel.name)
            channel.topic = call.json.get("topic", channel.topic)
            channel.nsfw = call.json.get("nsfw", channel.nsfw)
            updated(self._world, channel)
        return any_channel_json(self._world, channel)

    def _edit_thread(self, thread: Channel, body: Json) -> None:
        """An archived thread takes no change but that it is woken (with others, at once); a locked one is
        woken and unlocked only by those who may manage threads.
        """
        bot, state = self._world.bot, thread.thread
        manages = may(bot, thread, Can.MANAGE_THREADS)
        wakes = body.get("archived") is False
        if state.archived and not wakes:
            raise archived()
        if state.archived and state.locked and not manages:
            raise locked()
        if not manages:
            own = state.owner_id == bot.id
            only_waking = set(body) <= {"archived"} and wakes
            if "locked" in body or not (
                own or (only_waking and may(bot, thread, Can.SEND_MESSAGES_IN_THREADS))
            ):
                raise no_permission()
        thread.name = body.get("name", thread.name)
        state.auto_archive = body.get("auto_archive_duration", state.auto_archive)
        state.applied_tags = [int(tag) for tag in body.get("applied_tags", state.applied_tags)]
        asked = body.get("archived")
        state.locked = body.get("locked", state.locked)
        set_archived(self._world, thread, archived=state.archived if asked is None else asked)

    def delete(self, call: Call) -> Json:
        channel = self._seen(call)
        if channel.is_thread:
            self._need(channel, Can.MANAGE_THREADS)
            told = any_channel_json(self._world, channel)
            delete_thread(self._world, channel)
            return told
        raise ApiError(403, 50013, "Missing Permissions")

    def start_from(self, call: Call) -> Json:
        parent = self._seen(call)
        _check_thread(call.json)
        if parent.kind not in THREADED:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        self._need(parent, Can.CREATE_PUBLIC_THREADS)
        message = self._world.message(parent, call.ids["message_id"])
        thread = start_from_message(
            self._world, message, call.json["name"], self._world.bot, auto_archive=_duration(call.json)
        )
        return thread_json(self._world, thread)

    def start(self, call: Call) -> Json:
        """A thread without message is private unless `type` says otherwise; a forum takes a post."""
        parent = self._seen(call)
        _check_thread(call.json)
        if parent.kind in FORUMS:
            return self._start_post(parent, call)
        kind = Kind(call.json.get("type", Kind.PRIVATE_THREAD))
        if parent.kind not in THREADED or kind not in (Kind.PRIVATE_THREAD, kind_in(parent)):
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        private = kind is Kind.PRIVATE_THREAD
        self._need(parent, Can.CREATE_PRIVATE_THREADS if private else Can.CREATE_PUBLIC_THREADS)
        thread = start_alone(
            self._world,
            parent,
            call.json["name"],
            self._world.bot,
            kind=kind,
            auto_archive=_duration(call.json),
            invitable=call.json.get("invitable", True),
        )
        return thread_json(self._world, thread)

    def _start_post(self, forum: Channel, call: Call) -> Json:
        self._need(forum, Can.SEND_MESSAGES)
        tags = [int(tag) for tag in call.json.get("applied_tags") or []]
        form = Form()
        form.too_many("applied_tags", tags, 5)
        if not isinstance(call.json.get("message"), dict):
            form.required("message")
        form.check()
        if forum.require_tag and not tags:
            raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
        if any(tag not in {known.id for known in forum.tags} for tag in tags):
            raise ApiError(400, 10087, "Unknown tag")
        body = call.json["message"]
        check_message(body, v2=bool(int(body.get("flags") or 0) & Flag.COMPONENTS_V2), files=len(call.files))
        draft = fill(self._world, Draft(forum, self._world.bot), body, call.files)
        draft.allowed = allowed_of(body.get("allowed_mentions"), Allowed())
        check_not_empty(draft)
        name, after = call.json["name"], _duration(call.json)
        thread, first = start_post(self._world, forum, name, draft, tags=tags, auto_archive=after)
        return {**thread_json(self._world, thread), "message": message_json(self._world, first)}

    def archived_public(self, call: Call) -> Json:
        parent = self._seen(call)
        self._need(parent, Can.READ_MESSAGE_HISTORY)
        assert parent.guild is not None
        found = [
            t
            for t in parent.guild.threads.values()
            if t.parent is parent and t.thread.archived and not t.is_private_thread
        ]
        found.sort(key=lambda t: t.thread.archive_changed_at, reverse=True)
        return {"threads": [thread_json(self._world, t) for t in found], "members": [], "has_more": False}

    def active(self, call: Call) -> Json:
        guild = self._world.guild(call.ids["guild_id"])
        found = [t for t in guild.threads.values() if not t.thread.archived and may_view(self._world.bot, t)]
        return {"threads": [thread_json(self._world, t) for t in found], "members": []}

    def members(self, call: Call) -> list[Json]:
        thread = self._thread(call)
        return [thread_member_json(thread, user_id) for user_id in thread.thread.members]

    def member(self, call: Call) -> Json:
        thread = self._thread(call)
        if call.ids["user_id"] not in thread.thread.members:
            raise unknown("Member", 10007)
        return thread_member_json(thread, call.ids["user_id"])

    def join(self, call: Call) -> None:
        thread = self._thread(call)
        _awake(thread)
        add_member(self._world, thread, self._world.bot)

    def leave(self, call: Call) -> None:
        thread = self._thread(call)
        _awake(thread)
        remove_member(self._world, thread, self._world.bot)

    def add(self, call: Call) -> None:
        thread = self._thread(call)
        _awake(thread)
        check_may_send(thread, self._world.bot)
        user = self._world.users.get(call.ids["user_id"])
        if user is None or thread.guild is None or user.id not in thread.guild.members:
            raise unknown("Member", 10007)
        add_member(self._world, thread, user)

    def remove(self, call: Call) -> None:
        thread = self._thread(call)
        _awake(thread)
        self._need(thread, Can.MANAGE_THREADS)
        if call.ids["user_id"] not in thread.thread.members:
            raise unknown("Member", 10007)
        remove_member(self._world, thread, self._world.users[call.ids["user_id"]])

    def open_dm(self, call: Call) -> Json:
        """Opening always succeeds; only writing to somebody who takes none is refused (50007)."""
        user = self._world.users.get(int(call.json["recipient_id"]))
        if user is None:
            raise unknown("User", 10013)
        if user.bot:
            raise ApiError(400, 50007, "Cannot send messages to this user")
        channel = self._world.dm(user)
        if channel is None:
            channel = Channel(self._world.ids.next(), Kind.DM, "", recipients=[self._world.bot, user])
            self._world.channels[channel.id] = channel
        return any_channel_json(self._world, channel)

    def _seen(self, call: Call) -> Channel:
        channel = self._world.channel(call.ids["channel_id"])
        settle(self._world, channel)
        if not may_view(self._world.bot, channel):
            raise no_access()
        return channel

    def _thread(self, call: Call) -> Channel:
        channel = self._seen(call)
        if not channel.is_thread:
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        return channel

    def _need(self, channel: Channel, wanted: Can) -> None:
        if permissions(self._world.bot, channel) & wanted != wanted:
            raise no_permission()


def _awake(thread: Channel) -> None:
    if thread.thread.archived:
        raise archived()


def _duration(body: Json) -> int:
    return int(body.get("auto_archive_duration") or 1440)


def _check_thread(body: Json) -> None:
    form = Form()
    form.too_long("name", body.get("name"), 100, least=1)
    if _duration(body) not in ARCHIVE_AFTER:
        form.wrong("auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_AFTER}.")
    form.check()
