"""A real `Sharing` on a SQLite file, for measurements: nothing of it is a stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.cli.world import open_world
from bot.model import Names, Snapshot
from bot.settings import load_settings
from bot.sharing import Sharing
from tests.builders import actor, thread

Publish = Callable[[Snapshot], Awaitable[str]]


async def _flush_for_ever(sharing: Sharing) -> None:
    while True:
        await asyncio.sleep(1)
        await sharing.flush_views()


@asynccontextmanager
async def open_sharing(folder: Path) -> AsyncIterator[tuple[Sharing, Publish]]:
    """Sharing jobs with their data in `folder`, views written every second, and a way to publish."""
    settings = load_settings({"THREADLINK_DATA": str(folder)}, env_file=None)
    owner = actor(platform="cli")

    async with open_world(settings) as world:

        async def publish(snapshot: Snapshot) -> str:
            """Publishes `snapshot` under its real names; gives the token of its link."""
            ref = thread(platform="archive")
            draft = await world.sharing.prepare_snapshot(owner, snapshot, ref, world.sharing.open_blob)
            await world.sharing.choose(draft.id, owner, replace(draft.choices, names=Names.REAL))
            return world.links.token_of((await world.sharing.publish(draft.id, owner)).url)

        flushing = asyncio.create_task(_flush_for_ever(world.sharing))
        try:
            yield world.sharing, publish
        finally:
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing
