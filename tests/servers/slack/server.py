"""The local Slack itself: its server, its life, and everything a test does with it."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from tests.servers.slack.call import Call
from tests.servers.slack.clock import Clock
from tests.servers.slack.delivery import Courier, Delivery
from tests.servers.slack.faults import Delay, Fault, Faults, Gate
from tests.servers.slack.installing import Installing, LeavingByApi
from tests.servers.slack.interacting import Interacting
from tests.servers.slack.limits import Limits
from tests.servers.slack.messages import Message, Ping
from tests.servers.slack.methods.chat import permalink_of
from tests.servers.slack.modals import Modals
from tests.servers.slack.responding import Responses
from tests.servers.slack.see import Eyes
from tests.servers.slack.signed import SignedPosts
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.state import Channel, SlackApp, User, UserGroup, Workspace
from tests.servers.slack.talking import Talking
from tests.servers.slack.traits import Traits
from tests.servers.slack.views import View
from tests.servers.slack.webapi import WebApi
from tests.servers.slack.world import World

Seen = TypeVar("Seen")
Json = dict[str, Any]


class LocalSlack(Talking, Interacting, Modals, Installing):
    """One Slack with one app under test. See the package's docstring."""

    def __init__(self, clock: Clock | None = None, *, seed: int = 0) -> None:
        self.world = World(clock)
        self.faults = Faults()
        self.api = WebApi(self.world, self.faults)
        self.responses = Responses(self.world, self.faults)
        self.sockets = Sockets(self.world, seed)
        self.courier = Courier(self.world, self.sockets)
        self.world.comings = LeavingByApi(self)
        self.world.files.faults = self.faults
        self._eyes = Eyes(self.world)
        self._posts: SignedPosts | None = None
        self._runner: web.AppRunner | None = None

    # Its life

    @classmethod
    @asynccontextmanager
    async def started(cls, clock: Clock | None = None, *, seed: int = 0) -> AsyncIterator[LocalSlack]:
        slack = cls(clock, seed=seed)
        await slack.start()
        try:
            yield slack
        finally:
            await slack.stop()

    async def start(self, port: int = 0, more: Iterable[web.RouteDef] = ()) -> None:
        """Listens on 127.0.0.1, on a random port unless one is given. `more`: routes beside Slack's own."""
        app = web.Application(client_max_size=64 * 2**20, middlewares=[self._admit_mistakes])
        app.router.add_get("/link", self.sockets.connect)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_routes([*self.world.files.routes(), *self.responses.routes(), *more])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.world.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.faults.stop()
        await self.courier.stop()
        await self.sockets.stop()
        if self._posts:
            await self._posts.stop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return self.world.base_url

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL and AsyncWebClient(base_url=…)."""
        return f"{self.world.base_url}/api/"

    @property
    def app(self) -> SlackApp:
        return self.world.app

    @property
    def clock(self) -> Clock:
        return self.world.clock

    # Making things: see World for the keywords

    def workspace(
        self, name: str, *, install: bool = True, scopes: Iterable[str] | None = None, **fields: Any
    ) -> Workspace:
        """A workspace, with the app installed unless told otherwise."""
        made = self.world.workspace(name, **fields)
        if install:
            self.world.install(made, scopes=scopes)
        return made

    def user(self, workspace: Workspace, real_name: str, **fields: Any) -> User:
        return self.world.user(workspace, real_name, **fields)

    def bot(self, workspace: Workspace, name: str, **fields: Any) -> User:
        """The bot user of somebody else's app; posts like a person, by `post`."""
        return self.world.bot(workspace, name, **fields)

    def channel(
        self,
        workspace: Workspace,
        name: str,
        members: Iterable[User] = (),
        *,
        bot: bool = True,
        **fields: Any,
    ) -> Channel:
        """A channel that the app was invited to, unless bot=False."""
        made = self.world.channel(workspace, name, members, **fields)
        if bot and workspace.installation:
            made.members_of([workspace.installation.user])
        return made

    def direct(self, user: User, *others: User) -> Channel:
        """The direct conversation of these people; of one alone, with the app."""
        workspace = self.world.home_of(user)
        return self.world.direct(workspace, *((user, *others) if others else (workspace.app.user, user)))

    def usergroup(self, workspace: Workspace, handle: str, members: Iterable[User] = ()) -> UserGroup:
        return self.world.usergroup(workspace, handle, members)

    def delete_file(self, message: Message, number: int = 0) -> None:
        """The file of a message is deleted; the message stays, with a tombstone in its place."""
        self.world.files.delete(self.world.files.stored[message.raw["files"][number]["id"]])

    # Looking

    def see(self, what: Message | View) -> str:
        """As a person sees it, in plain text."""
        return self._eyes.see(what)

    def ephemerals(self, user: User, channel: Channel | None = None) -> list[Message]:
        """What `user` sees that others do not, oldest first."""
        channels = [channel] if channel else list(self._channels())
        return [m for one in channels for m in one.ephemerals if m.for_user == user.id and m.shown]

    def posts(self, channel: Channel | None = None) -> list[Message]:
        """What the app posted and is still there, oldest first."""
        channels = [channel] if channel else list(self._channels())
        everything = [one.messages[ts] for one in channels for ts in one.order]
        return [message for message in everything if message.raw.get("app_id") == self.app.id]

    def permalink(self, message: Message) -> str:
        return permalink_of(self.world.home_of(message.channel).domain, message)

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far."""
        return self.api.calls

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        return self.courier.log

    @property
    def pings(self) -> list[Ping]:
        """Notifications that the app's posts caused."""
        return self.world.pings

    @property
    def complaints(self) -> list[str]:
        """What Slack would have shown as an error to people, or swallowed."""
        return self.world.complaints

    async def until(self, seen: Callable[[], Seen], timeout: float = 5) -> Seen:
        """What `seen` returns once it is truthy; looked at again after every change in this Slack."""
        return await self.world.changes.until(seen, timeout, self.lately)

    def lately(self) -> str:
        """The last calls and deliveries, for people who wonder."""
        calls = [f"{call.method} -> {call.error or call.status or '…'}" for call in self.calls[-12:]]
        sent = [
            f"{one.kind} {one.failure or ('acked' if one.acked else '…')}" for one in self.deliveries[-6:]
        ]
        return "\n".join([*calls, *sent, *self.complaints[-3:]])

    # Trouble

    @property
    def limits(self) -> Limits:
        return self.world.limits

    @property
    def traits(self) -> Traits:
        return self.world.traits

    def fail_next(self, method: str = "*", **how: Any) -> Fault:
        """The next calls of `method` fail; keywords of Fault: status, error, retry_after, drop, hang,
        after_effect, times, skip, when. Also "response_url", "files.download", "files.upload".
        """
        return self.faults.order(Fault(method, **how))

    def hold(self, method: str, *, after_effect: bool = False) -> Gate:
        """Calls of `method` wait until `gate.release()`; `await gate.reached.wait()` tells of the first."""
        return self.faults.hold(method, after_effect=after_effect)

    def slow(self, method: str, seconds: float) -> Delay:
        """Answers calls of `method` so much later, until it is released."""
        return self.faults.slow(method, seconds)

    @web.middleware
    async def _admit_mistakes(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A fault of this server itself is no fault of the app: said aloud, in `complaints`."""
        try:
            return await handler(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:
            self.world.complain(f"the local Slack itself failed at {request.path}:\n{traceback.format_exc()}")
            raise

    # How the app is reached

    def by_http(self, events_url: str, commands_url: str = "", interactivity_url: str = "") -> SignedPosts:
        """From now on by signed requests instead of sockets."""
        session = aiohttp.ClientSession()
        self._posts = SignedPosts(self.world, events_url, commands_url, interactivity_url, session=session)
        self.courier.door = self._posts
        return self._posts

    async def connected(self, number: int = 1, timeout: float = 5) -> None:
        """Until `number` sockets are open."""
        await self.until(lambda: len(self.sockets.open) >= number, timeout)

    def _channels(self) -> Iterable[Channel]:
        return (c for workspace in self.world.workspaces.values() for c in workspace.channels.values())
