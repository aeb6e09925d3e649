"""Several processes serve one database: once a revoke is acknowledged, none of them answers with
content to a request that starts afterwards, whichever process revoked.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest
from aiohttp import ClientPayloadError, ClientSession

from bot.cli.console import OPERATOR
from bot.cli.world import World, open_world
from bot.model import Attachment, FileState, ThreadRef
from bot.settings import load_settings
from tests.bot.store.fixtures import make_database, postgres
from tests.builders import conversation, file, message, snapshot
from tests.web.processes import Server, command, servers

__all__ = ["postgres"]

LONG = bool(os.environ.get("THREADLINK_LONG"))
PROCESSES = 4 if LONG else 2
LINKS = 40 if LONG else 2
"""So many are revoked one after the other, the last by the command line."""

WHILE_IT_STARTS = 0.02
"""The command line takes long to begin, and longer where its readers leave it no processor."""

KINDS = ("", ".md", ".json", ".png", "/file/f1", "/m1", "?page=1")
CONTENT = {200, 302, 304}


@asynccontextmanager
async def text_file(_locator):
    async def pieces():
        yield b"a list of birds"

    yield pieces()


async def publish(world: World, number: int) -> str:
    notes = file("F1", state=FileState.PENDING, locator="x")
    told = snapshot(
        message("Hello birds", attachments=(Attachment("F1"),)), *conversation(30).messages,
        files=[notes], title=f"Birds {number}", taken_at=datetime.now(UTC),
    )  # fmt: skip
    thread = ThreadRef("cli", "local", "export", str(number))
    draft = await world.sharing.prepare_snapshot(OPERATOR, told, thread, text_file)
    return (await world.sharing.publish(draft.id, OPERATOR)).url


@dataclass
class Readers:
    """One reader for each server and kind of address, who asks again and again."""

    session: ClientSession
    answers: list[tuple[float, int, str, int]] = field(default_factory=list)
    """When the request was started, of which server and kind, and its status."""
    pause: float = 0.0
    """Between two requests of a reader."""

    async def read(self, server: Server, path: str, kind: str) -> None:
        etag: dict[str, str] = {}
        while True:
            started = time.perf_counter()
            async with self.session.get(
                f"http://127.0.0.1:{server.port}{path}{kind}", headers=etag, allow_redirects=False
            ) as response:
                with suppress(ClientPayloadError):  # a revoke cuts off what is on its way
                    await response.read()
            self.answers.append((started, server.port, kind, response.status))
            if "ETag" in response.headers and not etag:
                etag = {"If-None-Match": response.headers["ETag"]}
            if self.pause:
                await asyncio.sleep(self.pause)

    async def until(self, condition) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.005)

    def seen(self, since: float = 0.0) -> set[tuple[int, str]]:
        return {(port, kind) for started, port, kind, _ in self.answers if started > since}


async def revoked_under_load(
    online: list[Server], session: ClientSession, url: str, revoke, *, pause: float = 0.0
) -> None:
    readers = Readers(session, pause=pause)
    path = "/share/" + url.rsplit("/", 1)[1]
    everyone = {(server.port, kind) for server in online for kind in KINDS}
    asking = [asyncio.create_task(readers.read(server, path, kind)) for server in online for kind in KINDS]
    try:
        await readers.until(lambda: len(readers.answers) > 2 * len(everyone) and readers.seen() == everyone)
        begun = time.perf_counter()
        await revoke()
        acknowledged = time.perf_counter()
        await readers.until(
            lambda: readers.seen(acknowledged) == everyone or any(one.done() for one in asking)
        )
    finally:
        for one in asking:
            one.cancel()
        ended = await asyncio.gather(*asking, return_exceptions=True)
    failed = [one for one in ended if not isinstance(one, asyncio.CancelledError)]
    assert not failed, failed
    assert {status for started, *_, status in readers.answers if started < begun} <= CONTENT | {410}
    assert any(status == 304 for *_, status in readers.answers)
    late = [answer for answer in readers.answers if answer[0] > acknowledged]
    assert [answer for answer in late if answer[3] in CONTENT] == []
    assert {answer[3] for answer in late} == {410}


async def check_revocation(settings: dict[str, str], folder) -> None:
    async with (
        open_world(load_settings(settings, env_file=None)) as world,
        servers(PROCESSES, settings, folder) as online,
        ClientSession() as session,
    ):
        for number in range(LINKS):
            url = await publish(world, number)
            if number < LINKS - 1:
                await revoked_under_load(online, session, url, partial(world.sharing.revoke, url, OPERATOR))
            else:
                by = partial(by_command, settings, folder, url)
                await revoked_under_load(online, session, url, by, pause=WHILE_IT_STARTS)


async def by_command(settings, folder, url) -> None:
    assert await command(settings, folder, "shares", "revoke", url) == 0


@pytest.mark.long
async def test_a_revoke_is_seen_by_every_process_at_once_on_sqlite(tmp_path):
    await check_revocation({"THREADLINK_DATA": str(tmp_path / "data")}, tmp_path)


@pytest.mark.long
@pytest.mark.postgres
async def test_a_revoke_is_seen_by_every_process_at_once_on_postgresql(tmp_path, postgres):
    address = await make_database(postgres, "revocation")
    await check_revocation(
        {"THREADLINK_DATA": str(tmp_path / "data"), "THREADLINK_DATABASE_URL": address}, tmp_path
    )
