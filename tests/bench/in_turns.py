"""Two ways to read the same thread, in turns, in a process of their own whose parent is the chat that they ask."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.cli.collector import collecting_when_quiet
from tests.bench.processes import peak_memory, processor_time

Reads = Callable[[Mapping[str, Any]], Awaitable[int]]
"""Reads what it is told to; how many messages that were."""


async def in_turns(given: Mapping[str, Any], paged: Reads, captured: Reads) -> dict[str, Any]:
    """By `paged` and `captured`: seconds of each round, of processor time here and in the chat together (`cost`),
    and of the clock (`wall`). `peak`: MB that this process took at most.
    """
    cost: dict[str, list[float]] = {"paged": [], "captured": []}
    wall: dict[str, list[float]] = {"paged": [], "captured": []}
    async with collecting_when_quiet():
        for _ in range(given["rounds"]):
            for name, read in (("paged", paged), ("captured", captured)):
                begun, spent = time.perf_counter(), _spent()
                count = await read(given)
                wall[name].append(time.perf_counter() - begun)
                cost[name].append(_spent() - spent)
                assert count == given["messages"], f"{name}: {count} messages"
    return {"cost": cost, "wall": wall, "peak": peak_memory(os.getpid())}


def compared(found: Mapping[str, Any]) -> tuple[float, str]:
    """The speed of capturing as a share of that of paging, by the clock: the median of all rounds. For people, the
    seconds of both, and the same share by processor time, as if the chat and we had one core between us.
    """
    wall, cost = found["wall"], found["cost"]
    seconds = [statistics.median(wall[name]) for name in ("captured", "paged")]
    note = f"{seconds[0]:.2f} s, {seconds[1]:.2f} s; of processor time {_share(cost):.2f}"
    return _share(wall), note


def _share(taken: Mapping[str, Sequence[float]]) -> float:
    """Each round's paging beside the captures before and after it, so that a machine that slows down tells nothing."""
    paged, captured = taken["paged"], taken["captured"]
    neighbours = [*zip(paged, captured, strict=True), *zip(paged[1:], captured, strict=False)]
    return statistics.median(alone / whole for alone, whole in neighbours)


def _spent() -> float:
    return processor_time(os.getpid()) + processor_time(os.getppid())


async def no_progress(_done: int, _total: int | None) -> None: ...


async def nothing_replayed(_thread: object, _posts: object) -> dict[str, Any]:
    return {}
