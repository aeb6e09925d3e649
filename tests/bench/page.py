"""Serving a page of 200 messages, as a share of what aiohttp can do at all.

    python -m tests.bench.page [ROUNDS] [SECONDS]

The floor is the barest aiohttp handler: no middleware, a fixed path, the same ready bytes and the
same headers. The page is the real application on a real SQLite file in WAL mode: the right to serve
asked on every request, views counted and written every second by another connection (each write
moves the tick), metrics on. Both run in one process, asked by another one, in turns. What counts is
the processor time that an answer takes here: whoever asks, and what else the machine does, is not in it.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop
from aiohttp import ClientSession, web
from multidict import CIMultiDict
from prometheus_client import CollectorRegistry

from bot.model import Snapshot
from tests.bench.sharing import open_sharing
from tests.bench.table import Row, at_least, to_text
from tests.builders import message, person, snapshot
from web.app import build_app, start_server

CONNECTIONS = 32
TARGET = 0.8


async def _listen_plainly(app: web.Application) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def _port(runner: web.AppRunner) -> int:
    return int(runner.addresses[0][1])


def _thread() -> Snapshot:
    """200 messages of prose, by three people; no two alike."""
    dice = random.Random(1)
    words = ["".join(dice.choices("aeinorstlmdu", k=dice.randint(2, 9))) for _ in range(3000)]
    people = [person("Ana"), person("Bob"), person("Cleo")]
    texts = (" ".join(dice.choices(words, k=dice.randint(8, 40))) for _ in range(200))
    return snapshot(*(message(text, people[i % 3]) for i, text in enumerate(texts)), people=people)


def _floor(body: bytes, headers: CIMultiDict[str]) -> web.Application:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, headers=headers)

    app = web.Application()
    app.router.add_get("/floor", handler)
    return app


@dataclass(frozen=True, slots=True)
class Served:
    """Answers a second, and microseconds of this process's time for each."""

    rate: float
    cost: float


async def _serve(port: int, path: str, seconds: float) -> Served:
    command = [sys.executable, "-m", "tests.bench.load", str(port), path, str(CONNECTIONS), str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    before = time.process_time()
    out, _ = await process.communicate()
    spent = time.process_time() - before
    rate, answers = map(float, out.split())
    return Served(rate, spent * 1e6 / answers)


@asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[tuple[tuple[int, str], tuple[int, str], int]]:
    async with open_sharing(folder) as (sharing, publish):
        token = await publish(_thread())
        path = f"/share/{token}"
        app = build_app(sharing, base_url="https://threads.example", registry=CollectorRegistry())
        real = await start_server(app, "127.0.0.1", 0)
        port = _port(real)
        async with (
            ClientSession(auto_decompress=False) as client,
            client.get(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "br"}) as answer,
        ):
            body = await answer.read()
            headers = CIMultiDict(answer.headers)
        del headers["Date"]  # the server's own
        floor = await _listen_plainly(_floor(body, headers))
        try:
            yield (_port(floor), "/floor"), (port, path), len(body)
        finally:
            await floor.cleanup()
            await real.cleanup()


async def run(rounds: int, seconds: float) -> tuple[list[tuple[Served, Served]], int]:
    """The floor and the page in each round, and the size of the page."""
    with tempfile.TemporaryDirectory() as folder:
        async with _servers(Path(folder)) as (floor_at, page_at, size):
            return [
                (await _serve(*floor_at, seconds), await _serve(*page_at, seconds)) for _ in range(rounds)
            ], size


def measure(rounds: int = 15, seconds: float = 0.6) -> list[Row]:
    """The median of the ratios of each round."""
    both, size = uvloop.run(run(rounds, seconds))
    ratio = statistics.median(floor.cost / page.cost for floor, page in both)
    rates = [statistics.median(one.rate for one in side) for side in zip(*both, strict=True)]
    note = f"{rates[1]:,.0f}/s of {rates[0]:,.0f}/s, {size:,} bytes of brotli"
    return [at_least("a page of 200 messages served, of bare aiohttp", ratio, TARGET, note=note)]


if __name__ == "__main__":
    given = [kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False)]
    print(to_text(measure(*given)))
