"""Runs the real web server on a loopback socket, and asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from tests.web.memory_sharing import MemorySharing
from web.app import build_app, start_server

BASE = "https://threads.example"
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
NOBODY = "A" * 24
"""A token that never was."""


@asynccontextmanager
async def serving(
    sharing: MemorySharing, *, unpacked: bool = True, **settings: Any
) -> AsyncIterator[ClientSession]:
    """A client of the server for `sharing`; ask it for paths such as "/healthz". With
    `unpacked=False` it gives compressed bodies as they came."""
    settings.setdefault("base_url", BASE)
    runner = await start_server(build_app(sharing, **settings), "127.0.0.1", 0)
    try:
        port = runner.addresses[0][1]
        async with ClientSession(
            f"http://127.0.0.1:{port}", headers=PERSON, auto_decompress=unpacked
        ) as client:
            yield client
    finally:
        await runner.cleanup()
