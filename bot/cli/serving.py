"""Runs Threadlink: the web server, the background work, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from prometheus_client import CollectorRegistry

from bot.cli.doors import Listening, doors_of
from bot.cli.world import World, WorldError, build_world, open_ground
from bot.settings import Address, Settings
from bot.store import outbox
from bot.wording import count
from web.app import Mount, build_app, start_server
from web.metrics import start_metrics

log = structlog.get_logger(__name__)

VIEWS_EVERY = 5.0
SWEEP_EVERY = 20.0
FILES_EVERY = 3600.0
LEAD_EVERY = 5.0
RESUME_EVERY = 60.0


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[World]:
    """A Threadlink that serves, until the block is left. Raises WorldError where it cannot."""
    async with contextlib.AsyncExitStack() as stack:
        ground = await stack.enter_async_context(open_ground(settings))
        doors = [await stack.enter_async_context(door) for door in doors_of(settings, ground)]
        world = build_world(ground, {door.platform.name: door.platform for door in doors})
        for door in doors:
            door.connect(world.commands)
        begin = await stack.enter_async_context(_background(world))
        listening = {door.platform.name: Listening(door, world.store.locks) for door in doors}
        # Ends first: its last requests may leave work.
        await stack.enter_async_context(_web(world, [door.mount for door in doors], listening))
        await begin()  # not before the port is ours: another Threadlink may be at that work already
        for one in listening.values():
            stack.push_async_callback(one.end)
            await one.begin()
        yield world


@asynccontextmanager
async def _web(world: World, mounts: list[Mount], listening: Mapping[str, Listening]) -> AsyncIterator[None]:
    settings = world.settings
    registry = CollectorRegistry()
    app = build_app(
        world.sharing,
        base_url=settings.base_url,
        report=settings.report,
        trusted_proxies=settings.trusted_proxies,
        command=command_of(settings),
        checks={
            "database": lambda: _database(world),
            **{name: one.check for name, one in listening.items()},
        },
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


def command_of(settings: Settings) -> str:
    """What a page tells its readers to type: Slack's prefix counts only where Slack is all there is."""
    prefix = settings.slack_command_prefix if settings.has_slack and not settings.has_discord else ""
    return f"/{prefix}continue"


def _taken(address: Address, setting: str, error: OSError) -> WorldError:
    return WorldError(
        f"cannot listen on {address} ({error.strerror or error}): stop what runs there, or set {setting} "
        "to another host and port"
    )


async def _database(world: World) -> str:
    """For /healthz; raises where the database does not answer."""
    waiting = await world.store.read(outbox.pending)
    given_up = len(await world.store.read(outbox.failed))
    return f"ok, {count(waiting, 'job')} waiting{f', {given_up} given up (see doctor)' if given_up else ''}"


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
