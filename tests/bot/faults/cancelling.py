"""Cancels a job at the N-th of its suspensions: the moments at which a cancellation can strike.

The suspensions of the tasks that the job starts count too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

EARLY = "early"
"""The cancellation reaches what is being waited for, before it has happened."""

LATE = "late"
"""What was waited for has happened, but its result is lost."""


@dataclass
class Strike:
    """Cancels `job` at suspension `at` (from 1; 0: never)."""

    at: int = 0
    when: str = EARLY
    job: asyncio.Task[Any] | None = None
    suspensions: int = 0

    def suspended(self, waited: asyncio.Future[Any] | None) -> None:
        self.suspensions += 1
        if self.suspensions != self.at:
            return
        if self.when == LATE and waited is not None:
            waited.add_done_callback(lambda _: self.job.cancel())  # before the task's own callback
        else:
            self.job.cancel()


_strike: ContextVar[Strike | None] = ContextVar("strike", default=None)


@dataclass
class _Stepping:
    """Awaits `work` and tells of its suspensions."""

    work: Coroutine[Any, Any, Any]
    tell: Callable[[asyncio.Future[Any] | None], None]

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self.work.__await__()
        step, value = inner.send, None
        while True:
            try:
                waited = step(value)
            except StopIteration as done:
                return done.value
            self.tell(waited)
            try:
                step, value = inner.send, (yield waited)
            except BaseException as error:  # noqa: BLE001  thrown on into the work
                step, value = inner.throw, error


def _task(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any
) -> asyncio.Task[Any]:
    strike = _strike.get()
    return asyncio.Task(_stepping(work, strike) if strike else work, loop=loop, **options)


async def _stepping(work: Coroutine[Any, Any, Any], strike: Strike) -> Any:
    return await _Stepping(work, strike.suspended)


async def _run(work: Coroutine[Any, Any, Any], strike: Strike) -> asyncio.Task[Any]:
    loop = asyncio.get_running_loop()
    loop.set_task_factory(_task)  # type: ignore[arg-type]  # its keyword arguments depend on the Python
    token = _strike.set(strike)
    try:
        strike.job = loop.create_task(work)
        await asyncio.wait({strike.job})
    finally:
        _strike.reset(token)
        loop.set_task_factory(None)
    return strike.job


async def count_suspensions(work: Coroutine[Any, Any, Any]) -> int:
    strike = Strike()
    (await _run(work, strike)).result()
    return strike.suspensions


async def cancelled_at(work: Coroutine[Any, Any, Any], at: int, when: str) -> bool:
    """Runs `work`, cancelled at suspension `at`. False where it ended all the same."""
    job = await _run(work, Strike(at, when))
    if job.cancelled():
        return True
    job.result()
    return False
