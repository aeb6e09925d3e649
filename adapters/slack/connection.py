"""Slack, connected: everything of this adapter put together, its routes, its socket, its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import structlog
from aiohttp import web

from adapters.slack import words_dialog as words
from adapters.slack.asking import Asking, Sleep
from adapters.slack.authorizing import make_app
from adapters.slack.background import Background
from adapters.slack.clients import Clients
from adapters.slack.config import SlackConfig
from adapters.slack.desk import Desk
from adapters.slack.dialogs import Dialogs
from adapters.slack.http import EventsDoor
from adapters.slack.leaving import Leaving
from adapters.slack.listeners import Listeners
from adapters.slack.live import Live
from adapters.slack.names import EVENTS_PATH
from adapters.slack.oauth import OAuthDoor
from adapters.slack.platform import SlackPlatform
from adapters.slack.render_reply import message_blocks
from adapters.slack.socket import CannotConnect, SlackSocket
from adapters.slack.workspaces import ManyWorkspaces, OneWorkspace
from bot.commands import Commands
from bot.installations import Installations
from bot.platforms import PlatformError, RateLimited, Unavailable

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_slack(
    config: SlackConfig, installations: Installations | None = None, *, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[Slack]:
    """Slack as `config` says, until the block is left: then what people have asked for is still finished.

    `installations`: where many workspaces are kept, needed with a client id. `sleep`: passes the time that Slack
    asks to wait. Nothing is contacted yet: `mount`, `connect`, then `listen`. Raises CannotConnect, one line, for
    settings that cannot work.
    """
    check_config(config, installations)
    async with aiohttp.ClientSession() as session:
        slack = Slack(config, session, installations, sleep)
        try:
            yield slack
        finally:
            await slack.close()


def check_config(config: SlackConfig, installations: Installations | None) -> None:
    """Raises CannotConnect where tokens or secrets are missing."""
    if not (config.app_token or config.signing_secret):
        raise CannotConnect(words.NO_WAY_IN)
    if bool(config.client_id) != bool(config.client_secret):
        raise CannotConnect(words.HALF_OAUTH)
    if not config.many_workspaces and not config.bot_token:
        raise CannotConnect(words.NO_BOT_KEY)
    if config.many_workspaces and installations is None:
        raise ValueError("many workspaces need a place where they are kept")


class Slack:
    """One app on Slack, for one workspace or for many."""

    def __init__(
        self,
        config: SlackConfig,
        session: aiohttp.ClientSession,
        installations: Installations | None,
        sleep: Sleep,
    ) -> None:
        self._config = config
        self._workspaces: OneWorkspace | ManyWorkspaces = (
            ManyWorkspaces(installations)
            if config.many_workspaces and installations is not None
            else OneWorkspace(config.bot_token)
        )
        self._clients = Clients(config, self._workspaces, session)
        asking, live = Asking(self._clients, sleep=sleep), Live(session)
        self.platform = SlackPlatform(asking, live, message_blocks)
        self.background = Background()
        self._desk = Desk(self.platform, asking, live)
        self._app = make_app(self._clients, self._workspaces)
        leaving = Leaving(config, self._desk, self._clients, self._workspaces)
        dialogs = Dialogs.on(self._desk, self.platform.patience.estimate)
        Listeners(config, dialogs, leaving, self.background).register(self._app)
        self._events = EventsDoor(config.signing_secret, self._app.async_dispatch)
        self._oauth = (
            OAuthDoor(config, self._clients, installations, self._workspaces)
            if isinstance(self._workspaces, ManyWorkspaces) and installations is not None
            else None
        )
        self.socket = (
            SlackSocket(self._app, config.app_token, self._clients.client("")) if config.socket_mode else None
        )

    def mount(self, app: web.Application) -> None:
        """Adds Slack's addresses: for events in HTTP mode, for installing where there are many workspaces."""
        if self.socket is None:
            app.router.add_post(EVENTS_PATH, self._events.handle)
        if self._oauth is not None:
            self._oauth.mount(app)

    def connect(self, commands: Commands) -> None:
        """Gives the listeners their core. Before anything is delivered: before `listen`, and before the server
        of `mount`'s addresses is started.
        """
        self._desk.connect(commands)

    async def listen(self) -> None:
        """Begins to hear Slack; returns once it does. Raises CannotConnect, one line, with the remedy; and
        Unavailable or RateLimited where trying again later is all there is to do.
        """
        if isinstance(self._workspaces, OneWorkspace):
            try:
                await self._workspaces.learn(self._clients)
            except (Unavailable, RateLimited):
                raise
            except PlatformError as refused:
                raise CannotConnect(words.BOT_KEY_REFUSED.format(why=refused)) from refused
        if self.socket is not None:
            await self.socket.open()

    async def check(self) -> str:
        """For /healthz: how it stands. Raises where Slack is not heard, or does not accept our token."""
        if isinstance(self._workspaces, OneWorkspace):
            await self._clients.identity_of(await self._workspaces.learn(self._clients))
            where = ""
        else:
            where = f", {len(await self._workspaces.all())} workspaces"
        return f"ok, {await self._hearing()}{where}"

    async def _hearing(self) -> str:
        if self.socket is not None:
            return f"connected, last heard {round(await self.socket.silence())} s ago"
        if self._events.heard_at is None:
            return "listening, nothing heard yet"
        return f"listening, last heard {round(time.time() - self._events.heard_at)} s ago"

    async def close(self) -> None:
        """Hears nothing more, then finishes what was asked. To be called before the core and its store are closed,
        where those were opened later; leaving `open_slack` does it, too.
        """
        if self.socket is not None:
            await self.socket.close()
        await self.background.close()
