"""Everything that is true in this Slack, and the few ways in which it changes."""

from __future__ import annotations

import bisect
import secrets
from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol

from tests.servers.slack.changes import Changes
from tests.servers.slack.clock import Clock, RealClock
from tests.servers.slack.files import FileRoom
from tests.servers.slack.limits import Limits
from tests.servers.slack.linking import LinkRoom
from tests.servers.slack.mentions import whom_it_pings
from tests.servers.slack.messages import Message, Ping
from tests.servers.slack.state import (
    Bot,
    Channel,
    Ids,
    Installation,
    SlackApp,
    User,
    UserGroup,
    Workspace,
)
from tests.servers.slack.tickets import Tickets
from tests.servers.slack.traits import Traits
from tests.servers.slack.views import ViewRoom

Json = dict[str, Any]


class Comings(Protocol):
    """How an installation ends, with the events that follow."""

    async def revoke(self, installation: Installation) -> None: ...
    async def uninstall(self, installation: Installation) -> None: ...


class World:
    """All state. `base_url` is known once the server listens."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or RealClock()
        self.changes = Changes()
        self.ids = Ids()
        self.app = SlackApp(self.ids.new("A"))
        self.workspaces: dict[str, Workspace] = {}
        self.installations: list[Installation] = []
        self.base_url = ""
        self.pings: list[Ping] = []
        self.complaints: list[str] = []
        self.files = FileRoom(self)
        self.views = ViewRoom(self)
        self.tickets = Tickets(self.clock)
        self.limits = Limits(self.clock)
        self.traits = Traits()
        self.links = LinkRoom(self)
        self.socket_tickets: set[str] = set()
        self.comings: Comings
        """Given by the server, which can tell the app."""

    def complain(self, what: str) -> None:
        """Notes what Slack would have shown as an error to people, or swallowed."""
        self.complaints.append(what)
        self.changes.tell()

    # Making things

    def workspace(self, name: str, *, domain: str = "", enterprise_id: str | None = None) -> Workspace:
        """A workspace with a general channel, where the app is not installed yet."""
        made = Workspace(self.ids.new("T"), name, domain or name.lower().replace(" ", "-"), enterprise_id)
        self.workspaces[made.id] = made
        return made

    def user(self, workspace: Workspace, real_name: str, **fields: Any) -> User:
        handle = fields.pop("handle", real_name.lower().replace(" ", "."))
        made = User(self.ids.new("U"), workspace.id, handle, real_name, **fields)
        workspace.users[made.id] = made
        return made

    def bot(self, workspace: Workspace, name: str, *, app_id: str = "", handle: str = "") -> User:
        """The bot user of an app (another one, unless `app_id` says so)."""
        app_id = app_id or self.ids.new("A")
        handle = handle or name.lower().replace(" ", "-")
        user = self.user(workspace, name, handle=handle, is_bot=True, app_id=app_id, bot_id=self.ids.new("B"))
        assert user.bot_id
        workspace.bots[user.bot_id] = Bot(user.bot_id, app_id, user.id, name)
        return user

    def channel(
        self, workspace: Workspace, name: str, members: Iterable[User] = (), **fields: Any
    ) -> Channel:
        prefix = {"im": "D", "mpim": "G"}.get(fields.get("kind", "public"), "C")
        made = Channel(self.ids.new(prefix), workspace.id, name, **fields)
        made.members_of(members)
        made.creator = made.creator or next(iter(made.members), "")
        workspace.channels[made.id] = made
        return made

    def usergroup(self, workspace: Workspace, handle: str, members: Iterable[User] = ()) -> UserGroup:
        made = UserGroup(self.ids.new("S"), handle, handle.title(), [person.id for person in members])
        workspace.usergroups[made.id] = made
        return made

    def install(
        self, workspace: Workspace, *, scopes: Iterable[str] | None = None, by: User | None = None
    ) -> Installation:
        """The app in `workspace`, with a bot user; installed again, it keeps its bot user and its token."""
        before = next((one for one in self.installations if one.workspace is workspace), None)
        app = self.app
        live = workspace.installation
        if live:
            live.scopes = tuple(app.scopes if scopes is None else scopes)
            return live
        user = before.user if before else self.bot(workspace, app.name, app_id=app.id, handle=app.handle)
        user.deleted = False
        assert user.bot_id
        granted = tuple(app.scopes if scopes is None else scopes)
        token = "xoxb-" + secrets.token_hex(16)
        made = Installation(
            workspace, user, workspace.bots[user.bot_id], token, granted, by.id if by else user.id
        )
        workspace.installation = made
        self.installations.append(made)
        self.changes.tell()
        return made

    # Finding things

    def seen_from(self, workspace: Workspace, channel_id: str) -> Channel | None:
        """The channel if it belongs to `workspace` or is shared with it."""
        if channel := workspace.channels.get(channel_id):
            return channel
        others = (other.channels.get(channel_id) for other in self.workspaces.values())
        return next((one for one in others if one and workspace.id in one.shared_teams), None)

    def person(self, user_id: str) -> User | None:
        found = (workspace.users.get(user_id) for workspace in self.workspaces.values())
        return next(filter(None, found), None)

    def home_of(self, thing: Channel | User) -> Workspace:
        return self.workspaces[thing.team_id]

    def direct(self, workspace: Workspace, *people: User) -> Channel:
        """The direct conversation of these people, made when there is none."""
        whom = [person.id for person in people]
        kind = "mpim" if len(people) > 2 else "im"
        for channel in workspace.channels.values():
            if channel.kind == kind and sorted(channel.members) == sorted(whom):
                return channel
        return self.channel(workspace, "-".join(whom), people, kind=kind)

    # What happens to messages

    def next_ts(self, channel: Channel, at: float | None = None) -> str:
        """Unique in its channel, and later than all before it unless `at` says when."""
        moment = round(at if at is not None else max(self.clock.now(), channel.last_ts + 0.000001), 6)
        while (ts := f"{moment:.6f}") in channel.messages:
            moment = round(moment + 0.000001, 6)
        channel.last_ts = max(channel.last_ts, moment)
        return ts

    def add(
        self, channel: Channel, raw: Json, *, at: float | None = None, link_names: bool = False
    ) -> Message:
        """`raw` as a new message, its notifications counted."""
        message = Message(channel, self.next_ts(channel, at), raw)
        channel.messages[message.ts] = message
        bisect.insort(channel.order, message.ts, key=float)
        if message.is_reply:
            replies = channel.threads.setdefault(raw["thread_ts"], [])
            bisect.insort(replies, message.ts, key=float)
            channel.repliers.setdefault(raw["thread_ts"], Counter())[message.replier] += 1
        whom = whom_it_pings(raw, self.home_of(channel), link_names=link_names)
        message.pings = [Ping(channel.id, message.ts, one) for one in whom]
        if raw.get("app_id") == self.app.id:
            self.pings += message.pings
        self.changes.tell()
        return message

    def whisper(self, channel: Channel, user_id: str, raw: Json) -> Message:
        """Shown to one person, and in no history."""
        message = Message(channel, self.next_ts(channel), raw, for_user=user_id)
        channel.ephemerals.append(message)
        self.changes.tell()
        return message

    def edit(self, message: Message, changes: Json, *, by: str | None) -> None:
        message.versions.append(dict(message.raw))
        message.raw.update(changes)
        for key in [key for key, value in message.raw.items() if value is None]:
            del message.raw[key]
        if by:
            message.raw["edited"] = {"user": by, "ts": f"{self.clock.now():.6f}"}
        self.changes.tell()

    def delete(self, message: Message) -> None:
        """Gone; a parent with replies leaves a tombstone."""
        channel, ts = message.channel, message.ts
        message.deleted = True
        if message.for_user:
            channel.ephemerals.remove(message)
        elif channel.threads.get(ts):
            grave = {"subtype": "tombstone", "user": "USLACKBOT", "hidden": True, "thread_ts": ts}
            text = "This message was deleted."
            channel.messages[ts] = Message(channel, ts, {**grave, "text": text})
        else:
            self._forget(message)
        self.changes.tell()

    def _forget(self, message: Message) -> None:
        channel, ts = message.channel, message.ts
        del channel.messages[ts]
        channel.order.remove(ts)
        parent = str(message.raw.get("thread_ts"))
        if message.is_reply and parent in channel.threads:
            channel.threads[parent].remove(ts)
            channel.repliers[parent][message.replier] -= 1
            if not channel.threads[parent]:
                del channel.threads[parent]
                if channel.messages[parent].is_tombstone:
                    self._forget(channel.messages[parent])
