"""Archived threads: nothing in them can be changed, so they are woken for a moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from adapters.discord.errors import Job
from adapters.discord.identity import Where
from adapters.discord.parse_fields import mapping
from adapters.discord.rest import Rest
from bot.platforms import PlatformError

log = structlog.get_logger(__name__)


@asynccontextmanager
async def awake(rest: Rest, where: Where, job: Job) -> AsyncIterator[None]:
    """The thread, where `where` is one, is not archived inside the block; afterwards it is again, if it was.

    Raises PostGone where it was deleted, NotAllowed where it is locked. That it stays awake is no failure:
    Discord archives it by itself after a while.
    """
    if where.thread is None:
        yield
        return
    thread = await rest.channel(where.thread, job)
    asleep = mapping(thread, "thread_metadata").get("archived") is True
    if asleep:
        await rest.set_archived(where.thread, archived=False, job=job)
    try:
        yield
    finally:
        if asleep:
            try:
                await rest.set_archived(where.thread, archived=True, job=job)
            except PlatformError as failed:
                log.info("thread.stays_awake", error=type(failed).__name__)
