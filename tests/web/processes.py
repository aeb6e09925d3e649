"""Threadlink as operators run it: `python -m bot` in processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import unused_port

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    port: int
    process: asyncio.subprocess.Process

    async def stop(self) -> int:
        """Asks it to end as a service manager does; returns its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("THREADLINK_")}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


@asynccontextmanager
async def server(command: str, settings: Mapping[str, str], folder: Path) -> AsyncIterator[Server]:
    """`python -m bot {command}` on a free port, once it says that it serves."""
    port = unused_port()
    own = {"THREADLINK_LISTEN": f"127.0.0.1:{port}", "THREADLINK_METRICS_LISTEN": "off"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command,
        cwd=folder, env=environment({**settings, **own}), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said = await process.stderr.readline()
    reading = asyncio.create_task(process.stderr.read())  # a full pipe would stop it
    try:
        assert b"Threadlink" in said, (said + await reading)[-2000:]
        yield Server(port, process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


@asynccontextmanager
async def servers(number: int, settings: Mapping[str, str], folder: Path) -> AsyncIterator[list[Server]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(server("serve", settings, folder)) for _ in range(number)]


async def command(settings: Mapping[str, str], folder: Path, *words: str) -> int:
    """Runs `python -m bot {words}` to its end; returns its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=environment(settings),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()
