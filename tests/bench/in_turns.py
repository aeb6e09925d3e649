"""Two ways to read the same thread, in turns, in a process of their own whose parent is the chat that they ask."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
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
    """The speed of capturing as a share of that of paging, the median of all rounds; and the clock's, for people."""
    cost, wall = found["cost"], found["wall"]
    pairs = zip(cost["paged"], cost["captured"], strict=True)
    seconds = [statistics.median(wall[name]) for name in ("captured", "paged")]
    return statistics.median(
        alone / whole for alone, whole in pairs
    ), f"{seconds[0]:.1f} s, {seconds[1]:.1f} s"


def _spent() -> float:
    return processor_time(os.getpid()) + processor_time(os.getppid())


async def no_progress(_done: int, _total: int | None) -> None: ...


async def nothing_replayed(_thread: object, _posts: object) -> dict[str, Any]:
    return {}
