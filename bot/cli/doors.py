"""The chat platforms of a running Threadlink, as `serve` opens, connects and watches them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Protocol

import structlog
from aiohttp import web

from adapters.playground.chat import Chat
from adapters.playground.listeners import mount
from adapters.playground.platform import PlaygroundPlatform
from bot.cli.configs import discord_config, slack_config
from bot.cli.world import Ground, WorldError
from bot.commands import Commands
from bot.platforms import NotAllowed, Platform, PlatformError
from bot.settings import Settings
from bot.store.locks import Locks
from web.render import render_message_parts

if TYPE_CHECKING:
    from adapters.slack.connection import Slack

log = structlog.get_logger(__name__)

STAND_BY_SECONDS = 5.0
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Door(Protocol):
    """One platform, opened: it can be asked, and listens once it was told to."""

    @property
    def platform(self) -> Platform: ...

    @property
    def alone(self) -> str:
        """The name of what only one process may listen to at a time, "" where several may."""
        ...

    def connect(self, commands: Commands) -> None:
        """Gives it the core, before anything is delivered."""

    def mount(self, app: web.Application) -> None:
        """Adds its HTTP routes."""

    async def listen(self) -> None:
        """Begins to receive; returns once it does. Raises NotAllowed where only the operator can help, and other
        PlatformErrors where it may be called again later.
        """

    async def check(self) -> str:
        """Its state, for /healthz; raises where nothing would reach it."""


class PlaygroundDoor:
    alone = ""

    def __init__(self, chat: Chat, port: int) -> None:
        self._chat = chat
        self._port = port
        self._commands: Commands | None = None
        self.platform: Platform = PlaygroundPlatform(chat)

    def connect(self, commands: Commands) -> None:
        self._commands = commands

    def mount(self, app: web.Application) -> None:
        assert self._commands is not None  # connect comes first
        assert isinstance(self.platform, PlaygroundPlatform)
        mount(
            app,
            chat=self._chat,
            platform=self.platform,
            commands=self._commands,
            render_message=render_message_parts,
            port=self._port,
        )

    async def listen(self) -> None: ...

    async def check(self) -> str:
        return "ok"


@asynccontextmanager
async def _open_playground(settings: Settings) -> AsyncIterator[Door]:
    if settings.listen.host not in _LOOPBACK:
        raise WorldError(
            "the playground lets everybody be anybody, so it runs on this machine only: set "
            f"THREADLINK_LISTEN to 127.0.0.1:{settings.listen.port}, or THREADLINK_PLAYGROUND to off"
        )
    chat = await Chat.open(settings.data / "playground")
    try:
        yield PlaygroundDoor(chat, settings.listen.port)
    finally:
        await chat.close()


class SlackDoor:
    """Several processes may hold a socket: each event reaches one of them."""

    alone = ""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self.platform: Platform = slack.platform
        self.connect = slack.connect
        self.mount = slack.mount
        self.check = slack.check

    async def listen(self) -> None:
        from adapters.slack.socket import CannotConnect

        try:
            await self._slack.listen()
        except CannotConnect as refused:
            raise NotAllowed(str(refused)) from refused


@asynccontextmanager
async def _open_slack(settings: Settings, ground: Ground) -> AsyncIterator[Door]:
    from adapters.slack.connection import open_slack

    async with open_slack(slack_config(settings), ground.installations) as slack:
        yield SlackDoor(slack)


@asynccontextmanager
async def _open_discord(settings: Settings) -> AsyncIterator[Door]:
    from adapters.discord.connection import open_discord

    async with open_discord(discord_config(settings)) as discord:
        yield discord


def doors_of(settings: Settings, ground: Ground) -> list[AbstractAsyncContextManager[Door]]:
    """The platforms that the settings ask for, still closed."""
    doors: list[AbstractAsyncContextManager[Door]] = []
    if settings.playground:
        doors.append(_open_playground(settings))
    if settings.has_slack:
        doors.append(_open_slack(settings, ground))
    if settings.has_discord:
        doors.append(_open_discord(settings))
    return doors


class Listening:
    """Makes one door listen and keeps trying; where only one process may, waits for its turn."""

    def __init__(self, door: Door, locks: Locks) -> None:
        self._door = door
        self._locks = locks
        self._state = "standing by: another process listens"
        self._ours = False
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Listens at once if that is possible. Raises WorldError where only the operator can help."""
        if not await self._has_turn() or not await self._try():
            self._task = asyncio.create_task(self._keep_trying(), name=f"listen {self._door.platform.name}")

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def check(self) -> str:
        """For /healthz. A process that stands by is well."""
        return await self._door.check() if self._ours else self._state

    async def _has_turn(self) -> bool:
        alone = self._door.alone
        self._ours = self._ours or not alone or await self._locks.acquire(f"listen {alone}")
        return self._ours

    async def _try(self) -> bool:
        try:
            await self._door.listen()
        except NotAllowed as refused:
            raise WorldError(str(refused)) from refused
        except PlatformError as failed:
            name = self._door.platform.name
            log.warning("listen.failed", platform=name, error=type(failed).__name__, why=str(failed))
            return False
        return True

    async def _keep_trying(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                if not await self._has_turn():
                    wait = STAND_BY_SECONDS
                elif await self._try():
                    return
                else:
                    wait = min(max(wait, FIRST_WAIT) * 2, LONGEST_WAIT)
            except WorldError as refused:
                log.warning("listen.refused", platform=self._door.platform.name, why=str(refused))
                wait = LONGEST_WAIT
            await asyncio.sleep(wait)
