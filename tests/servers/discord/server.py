"""Discord itself: REST, gateway and CDN on one port of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.servers.discord.building import Building
from tests.servers.discord.calls import PREFIX, Calls, Seen
from tests.servers.discord.cdn import Cdn
from tests.servers.discord.clock import Now, real_now
from tests.servers.discord.errors import Json
from tests.servers.discord.faults import Faults
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interaction import Interaction
from tests.servers.discord.looking import see
from tests.servers.discord.model import Message
from tests.servers.discord.people import People
from tests.servers.discord.rates import Rates
from tests.servers.discord.rest_channels import ChannelsApi
from tests.servers.discord.rest_commands import CommandsApi
from tests.servers.discord.rest_guilds import GuildsApi
from tests.servers.discord.rest_interactions import InteractionsApi
from tests.servers.discord.rest_messages import MessagesApi
from tests.servers.discord.rest_webhooks import WebhooksApi
from tests.servers.discord.world import World
from tests.servers.discord.writing import Writing


class LocalDiscord:
    """See the package's docstring for a tour."""

    def __init__(self, now: Now = real_now, *, port: int = 0, heartbeat: float = 41.25) -> None:
        self.world = World(now)
        self.build = Building(self.world)
        self.gateway = Gateway(self.world, heartbeat)
        self.people = People(self.world, self.gateway)
        self.write = Writing(self.world)
        self.faults = Faults()
        self.rates = Rates(channel_of=self._channel_of)
        self.cdn = Cdn(self.world, self.faults)
        self.guilds = GuildsApi(self.world)
        self.commands = CommandsApi(self.world)
        apis = (
            InteractionsApi(self.world),
            self.guilds,
            self.commands,
            ChannelsApi(self.world),
            MessagesApi(self.world, self.rates),
            WebhooksApi(self.world),
        )
        routes = [route for api in apis for route in api.routes()]
        self._calls = Calls(self.world, self.faults, self.rates, routes)
        self._port = port
        self._runner: web.AppRunner | None = None

    def _channel_of(self, webhook: str) -> str:
        known = self.world.webhooks.get(int(webhook.rpartition("/")[2]))
        return f"/channels/{known.channel.id}" if known else webhook

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if self._calls.crashes and error is None:
            raise self._calls.crashes[0]

    async def start(self) -> None:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._calls.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self.cdn.handle)
        app.router.add_get("/{rest:(?:avatars|guilds|emojis|stickers|embed|icons)/.*}", self.cdn.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.world.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        self.faults.clear()
        for connection in list(self.gateway.connections):
            connection.close(1001)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def token(self) -> str:
        """DISCORD_TOKEN."""
        return self.world.token

    @property
    def api_url(self) -> str:
        """DISCORD_API_URL, for `discord.http.Route.BASE`."""
        return self.world.url + PREFIX

    @property
    def gateway_url(self) -> str:
        """DISCORD_GATEWAY_URL, for `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY`."""
        return self.world.url.replace("http", "ws", 1) + "/gateway/"

    @property
    def cdn_url(self) -> str:
        """For `discord.asset.Asset.BASE`."""
        return self.world.url

    @property
    def requests(self) -> list[Seen]:
        """Every REST request so far."""
        return self._calls.seen

    @property
    def invalid_requests(self) -> list[Seen]:
        """Those that Discord counts: 10,000 of them in 10 minutes ban an address."""
        return [seen for seen in self.requests if seen.status in (401, 403, 429)]

    @property
    def pings(self) -> int:
        """How many notifications the bot's posts sent to people so far."""
        return sum(len(message.pings) for message in self.world.posted)

    async def until(self, condition: Callable[[], object], timeout: float = 5) -> None:
        """Waits until `condition()` is true, looking whenever something changed here (and now and then, as
        it may be about the bot itself); raises TimeoutError after `timeout` real seconds.
        """
        await self.world.changes.until(condition, timeout)

    async def heard(self, timeout: float = 5) -> None:
        """Waits until the bot has seen every event so far: its caches are up to date then, and its
        listeners have begun.
        """
        self.gateway.ask_for_heartbeats()
        await self.until(lambda: self.gateway.heard, timeout)

    async def ready(self, shards: int = 1, timeout: float = 5) -> None:
        """Waits until so many shards of the bot are connected and have heard of their servers."""
        await self.until(lambda: len(self.gateway.connected) >= shards, timeout)
        await self.heard(timeout)

    def see(self, what: Message | Interaction) -> str:
        """What a person sees of it, as plain text."""
        return see(what)

    def deliver(self, event: str, data: Json, times: int = 1) -> int:
        """Sends any event to every session, e.g. one that no client of today knows."""
        return self.gateway.deliver(event, data, None, times)

    async def quiet(self, seconds: float = 0.05) -> None:
        """Waits until nothing has been asked for `seconds`, for tests that nothing more happens."""
        while True:
            before = len(self.requests)
            await asyncio.sleep(seconds)
            if len(self.requests) == before:
                return
