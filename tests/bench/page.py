"""Serving a page of 200 messages, as a share of what aiohttp can do at all.

    python -m tests.bench.page [ROUNDS] [SECONDS]

The floor is the barest aiohttp handler: no middleware, a fixed path, the same ready bytes and the
same headers. The page is the real application on a real SQLite file in WAL mode: the right to serve
asked on every request, views counted and written every second by another connection (each write
moves the tick), metrics on. Both run in one process, asked by another one, in turns.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop
from aiohttp import ClientSession, web
from multidict import CIMultiDict
from prometheus_client import CollectorRegistry

from bot.model import Snapshot
from tests.bench.sharing import open_sharing
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


async def _rate(port: int, path: str, seconds: float) -> float:
    if shutil.which("wrk"):
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{max(1, round(seconds))}",
            "-H",
            "Accept-Encoding: br",
        ]
        command += ["-H", "User-Agent: Mozilla/5.0 Firefox/140.0", f"http://127.0.0.1:{port}{path}"]
    else:
        command = [sys.executable, "-m", "tests.bench.load", str(port), path, str(CONNECTIONS), str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    words = out.decode().split()
    return float(words[words.index("Requests/sec:") + 1] if "Requests/sec:" in words else words[0])


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


async def run(rounds: int = 9, seconds: float = 1.0) -> float:
    """Measures and prints; gives the median of the ratios of each round."""
    with tempfile.TemporaryDirectory() as folder:
        async with _servers(Path(folder)) as (floor_at, page_at, size):
            floors: list[float] = []
            pages: list[float] = []
            for _ in range(rounds):
                floors.append(await _rate(*floor_at, seconds))
                pages.append(await _rate(*page_at, seconds))
    ratio = statistics.median(page / floor for page, floor in zip(pages, floors, strict=True))
    print(
        f"page of 200 messages ({size:,} bytes of brotli, {os.cpu_count()} cores, {CONNECTIONS} connections): "
        f"{statistics.median(pages):,.0f}/s, floor {statistics.median(floors):,.0f}/s, "
        f"ratio {ratio:.2f} (to reach {TARGET})"
    )
    return ratio


if __name__ == "__main__":
    uvloop.run(run(*(kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False))))
