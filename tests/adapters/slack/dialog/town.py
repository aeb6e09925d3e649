"""A workspace with people, a Threadlink that serves it, and how they are connected: the real thing from end to end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp.test_utils import unused_port

from adapters.slack.config import SlackConfig
from adapters.slack.connection import Slack, open_slack
from adapters.slack.identity import PLATFORM, workspace_key
from bot.cli.world import World, load_keyring, open_world
from bot.installations import Installations
from bot.model import Actor, Share
from bot.settings import load_settings
from bot.store.engine import Store
from tests.bot.store.fixtures import lay_database
from tests.servers.slack import Channel, LocalSlack, Message, User, View, Workspace
from web.app import build_app, start_server

MODES = ("socket", "http")
HOST = "threads.example.org"


async def at_once(_seconds: float) -> None:
    """Nobody waits: this Slack keeps to no limits unless a test tells it to."""
    await asyncio.sleep(0)


@dataclass
class Town:
    """`slack` is Slack itself, `app` our side of it, `world` the core."""

    slack: LocalSlack
    acme: Workspace
    ana: User
    jonas: User
    mei: User
    """An admin."""
    general: Channel
    folder: Path
    mode: str
    config: SlackConfig
    base_url: str
    port: int
    sleep: Any = at_once
    """Passes the time that Slack asks to wait."""
    app: Slack = field(init=False)
    world: World = field(init=False)
    installations: Installations = field(init=False)
    stack: AsyncExitStack = field(init=False)

    @property
    def workspace(self) -> str:
        return workspace_key(self.acme.id, self.acme.enterprise_id)

    def actor(self, user: User) -> Actor:
        return Actor(PLATFORM, self.workspace, user.id, user.name)

    async def start(self, **settings: str) -> None:
        """Threadlink begins, on what is there in its folder."""
        self.stack = AsyncExitStack()
        values = {"THREADLINK_DATA": str(self.folder), "THREADLINK_BASE_URL": self.base_url, **settings}
        known = load_settings(values, env_file=None)
        await lay_database(self.folder / "threadlink.db")
        store = await Store.open(known.database_url)
        self.stack.push_async_callback(store.close)
        self.installations = Installations(store, load_keyring(known))
        self.app = await self.stack.enter_async_context(
            open_slack(self.config, self.installations, sleep=self.sleep)
        )
        self.world = await self.stack.enter_async_context(open_world(known, {PLATFORM: self.app.platform}))
        self.stack.push_async_callback(self.world.continuing.close)
        await self.stack.enter_async_context(_running(self.world.outbox.run()))
        self.app.connect(self.world.commands)
        await self._serve()
        await self.app.listen()

    async def _serve(self) -> None:
        """The web server, with Slack's addresses in it."""
        web = build_app(self.world.sharing, base_url=self.base_url, mounts=[self.app.mount])
        runner = await start_server(web, "127.0.0.1", self.port)
        self.stack.push_async_callback(runner.cleanup)
        if self.mode == "http":
            self.slack.by_http(f"{self.address}/slack/events")

    @property
    def address(self) -> str:
        """Where the server really listens."""
        return f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Threadlink ends, as it does on SIGTERM."""
        await self.app.close()
        await self.stack.aclose()

    async def restart(self, **settings: str) -> None:
        await self.stop()
        await self.start(**settings)

    async def settled(self) -> None:
        """Until nothing is being worked on for anybody."""
        await self.app.background.settle()

    # What people do, several steps at once

    async def talk(self, channel: Channel | None = None, *lines: str) -> Message:
        """A thread by Ana and Jonas; its root."""
        channel = channel or self.general
        said = lines or ("Shall we look at the numbers?", "Here they are: 3, 5, 8.", "Thank you!")
        root = await self.slack.post(self.ana, channel, said[0], quiet=True)
        for number, line in enumerate(said[1:]):
            await self.slack.post((self.jonas, self.ana)[number % 2], channel, line, thread=root, quiet=True)
        return root

    async def preview(self, user: User, message: Message) -> View:
        """The preview modal of a message's thread, from its shortcut."""
        await self.slack.message_shortcut(user, message, "share_thread")
        await self.settled()
        return self.slack.modal(user)

    async def publish(self, user: User, message: Message, values: Mapping[str, Any] | None = None) -> Share:
        """The published share of a message's thread."""
        view = await self.preview(user, message)
        await self.slack.submit(view, values or {})
        await self.settled()
        await self.close_modal(user)
        return (await self.world.sharing.owned(self.actor(user)))[0]

    async def close_modal(self, user: User) -> None:
        await self.slack.close(self.slack.modal(user))
        await self.settled()

    async def shares(self, user: User) -> list[Share]:
        return await self.world.sharing.owned(self.actor(user))

    async def url(self, share: Share) -> str:
        return await self.world.sharing.url_of(share.id) or ""

    def cards(self, channel: Channel | None = None) -> list[Message]:
        """The cards that stand in a channel's threads."""
        posts = self.slack.posts(channel or self.general)
        return [post for post in posts if post.raw.get("metadata", {}).get("event_type") == "threadlink_card"]

    def seen(self, user: User) -> str:
        """What stands in the modal before a person."""
        return self.slack.see(self.slack.modal(user))

    def private(self, user: User, channel: Channel | None = None) -> str:
        """The last private message that a person sees."""
        return self.slack.see(self.slack.ephemerals(user, channel or self.general)[-1])


@asynccontextmanager
async def town_of(
    folder: Path,
    mode: str,
    *,
    base_url: str = f"http://{HOST}",
    oauth: bool = False,
    sleep: Any = at_once,
    **config: Any,
) -> AsyncIterator[Town]:
    """Everything started, until the block is left. `base_url`: "local" for where the server really listens. `oauth`:
    no workspace has installed the app yet. `config`: fields of SlackConfig.
    """
    async with LocalSlack.started() as slack:
        acme = slack.workspace("Acme", install=not oauth)
        ana = slack.user(acme, "Ana Moreno", display_name="Ana")
        jonas = slack.user(acme, "Jonas Weber", display_name="Jonas")
        mei = slack.user(acme, "Mei Tanaka", display_name="Mei", is_admin=True)
        general = slack.channel(acme, "general", [ana, jonas, mei])
        slack.app.unfurl_domains = [HOST]
        slack.app.commands = {"/share", "/continue", "/shares"}
        slack.app.callbacks = {"share_thread", "share_global"}
        slack.app.socket_mode = config.pop("socket_mode", mode == "socket")
        port = unused_port()
        base_url = f"http://127.0.0.1:{port}" if base_url == "local" else base_url
        slack.app.redirect_uris = [f"{base_url}/slack/oauth_redirect"]
        given = {
            "api_url": slack.api_url,
            **_ways_in(slack, mode),
            **_keys(slack, acme, oauth=oauth),
            **config,
        }
        made = SlackConfig(base_url=base_url, **given)
        town = Town(slack, acme, ana, jonas, mei, general, folder, mode, made, base_url, port, sleep)
        await town.start()
        try:
            yield town
        finally:
            await town.stop()


def _ways_in(slack: LocalSlack, mode: str) -> dict[str, str]:
    if mode == "socket":
        return {"app_token": slack.app.app_token}
    return {"signing_secret": slack.app.signing_secret}


def _keys(slack: LocalSlack, acme: Workspace, *, oauth: bool) -> dict[str, str]:
    if oauth:
        return {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    return {"bot_token": acme.app.token}


@asynccontextmanager
async def _running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
