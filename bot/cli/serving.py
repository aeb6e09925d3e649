"""Runs Threadlink: the web server, the background work, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from prometheus_client import CollectorRegistry

from adapters.playground.chat import Chat
from adapters.playground.listeners import mount
from adapters.playground.platform import PlaygroundPlatform
from bot.cli.world import World, WorldError, open_world
from bot.settings import Address, Settings
from bot.store import outbox
from web.app import Mount, build_app, start_server
from web.metrics import start_metrics
from web.render import render_message_parts

log = structlog.get_logger(__name__)

VIEWS_EVERY = 5.0
SWEEP_EVERY = 20.0
FILES_EVERY = 3600.0
LEAD_EVERY = 5.0
RESUME_EVERY = 60.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[World]:
    """A Threadlink that serves, until the block is left. Raises WorldError where it cannot."""
    async with contextlib.AsyncExitStack() as stack:
        chat = await stack.enter_async_context(_playground(settings)) if settings.playground else None
        platform = PlaygroundPlatform(chat) if chat else None
        world = await stack.enter_async_context(
            open_world(settings, {platform.name: platform} if platform else {})
        )
        mounts: list[Mount] = []
        if chat and platform:
            mounts.append(
                lambda app: mount(
                    app,
                    chat=chat,
                    platform=platform,
                    commands=world.commands,
                    render_message=render_message_parts,
                    port=settings.listen.port,
                )
            )
        begin = await stack.enter_async_context(_background(world))
        await stack.enter_async_context(_web(world, mounts))  # ends first: its last requests may leave work
        await begin()  # not before the port is ours: another Threadlink may be at that work already
        yield world


@asynccontextmanager
async def _playground(settings: Settings) -> AsyncIterator[Chat]:
    if settings.listen.host not in _LOOPBACK:
        raise WorldError(
            "the playground lets everybody be anybody, so it runs on this machine only: set "
            f"THREADLINK_LISTEN to 127.0.0.1:{settings.listen.port}, or THREADLINK_PLAYGROUND to off"
        )
    chat = await Chat.open(settings.data / "playground")
    try:
        yield chat
    finally:
        await chat.close()


@asynccontextmanager
async def _web(world: World, mounts: list[Mount]) -> AsyncIterator[None]:
    settings = world.settings
    registry = CollectorRegistry()
    app = build_app(
        world.sharing,
        base_url=settings.base_url,
        report=settings.report,
        trusted_proxies=settings.trusted_proxies,
        checks={"database": lambda: _database(world)},
        registry=registry,
        mounts=mounts,
    )
    host, port = settings.listen
    try:
        runner = await start_server(app, host, port)
    except OSError as error:
        raise _taken(settings.listen, "THREADLINK_LISTEN", error) from error
    metrics = None
    try:
        if settings.metrics_listen is not None:
            try:
                metrics = await start_metrics(*settings.metrics_listen, registry)
            except OSError as error:
                raise _taken(settings.metrics_listen, "THREADLINK_METRICS_LISTEN", error) from error
        yield
    finally:
        if metrics is not None:
            await metrics.cleanup()
        await runner.cleanup()


def _taken(address: Address, setting: str, error: OSError) -> WorldError:
    return WorldError(
        f"cannot listen on {address} ({error.strerror or error}): stop what runs there, or set {setting} "
        "to another host and port"
    )


async def _database(world: World) -> str:
    """For /healthz; raises where the database does not answer."""
    waiting = await world.store.read(outbox.pending)
    return f"ok, {waiting} jobs waiting"


@asynccontextmanager
async def _background(world: World) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Gives what begins the background work. It ends with the block."""
    jobs: list[asyncio.Task[None]] = []

    async def begin() -> None:
        jobs.append(asyncio.create_task(_regularly(VIEWS_EVERY, world.sharing.flush_views), name="views"))
        jobs.append(asyncio.create_task(_lead(world), name="background"))

    try:
        yield begin
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await world.continuing.close()
        await world.sharing.flush_views()


async def _lead(world: World) -> None:
    """What must run once for a database: interrupted replays go on, the outbox and the sweeps run. Of
    several processes one does it; the others wait to take over.
    """
    while not await _leads(world):  # noqa: ASYNC110  another process does
        await asyncio.sleep(LEAD_EVERY)
    async with asyncio.TaskGroup() as group:
        group.create_task(world.outbox.run(), name="outbox")
        group.create_task(_regularly(RESUME_EVERY, world.continuing.resume), name="replays")
        group.create_task(_regularly(SWEEP_EVERY, world.sharing.sweep), name="sweep")
        group.create_task(_regularly(FILES_EVERY, world.sharing.sweep_files), name="files")


async def _leads(world: World) -> bool:
    try:
        return await world.store.locks.acquire("background")
    except Exception:  # the database may be away for a while
        log.exception("background.failed")
        return False


async def _regularly(seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await job()
        except Exception:  # whatever it was, the next round may do better
            log.exception("background.failed")
        await asyncio.sleep(seconds)


async def until_stopped() -> None:
    """Returns on SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
