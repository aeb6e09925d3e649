"""SIGTERM ends a running Threadlink in good order; what it was doing goes on at the next start."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse, ClientSession

from adapters.playground.chat import Chat
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, Role
from bot.cli.world import World, open_world
from bot.model import ContinuationState
from bot.settings import load_settings
from bot.store import continuations
from tests.bot.jobs.conftest import Town, seeded_chat
from tests.bot.store.samples import drafts_of
from tests.web.processes import Server, server

__all__ = ["seeded_chat"]

SECONDS = 30
"""No test waits longer for anything. A service manager kills after as many, or more."""


@pytest.fixture
def settings(tmp_path, seeded_chat):
    shutil.copytree(seeded_chat, tmp_path / "data" / "playground")
    return {"THREADLINK_DATA": str(tmp_path / "data")}


@asynccontextmanager
async def town(settings: dict[str, str]) -> AsyncIterator[Town]:
    """The same data as the server's, in this process."""
    loaded = load_settings(settings, env_file=None)
    chat = await Chat.open(loaded.data / "playground")
    platform = PlaygroundPlatform(chat)
    try:
        async with open_world(loaded, {PLATFORM: platform}) as world:
            yield Town(chat, platform, world)
    finally:
        await chat.close()


def request(session: ClientSession, online: Server, method: str, path: str, **more):
    origin = f"http://127.0.0.1:{online.port}"
    return session.request(
        method,
        f"{origin}/playground/api/{path}",
        params={"as": "U03MEI9T", "tab": "t1"},
        headers={"Origin": origin, "Content-Type": "application/json"},
        **more,
    )


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await condition():
            await asyncio.sleep(0.02)  # to look is work, too


async def exit_code(online: Server) -> int:
    async with asyncio.timeout(SECONDS):
        return await online.stop()


async def test_a_request_that_has_begun_is_answered_before_the_end_which_no_open_tab_delays(
    tmp_path, settings
):
    async with town(settings) as one:
        thread = await one.thread("mei", index=-1)
    body = {"text": "/share", "thread": thread.thread, "tab": "t1", "delivery": "delivery-1"}
    async with server("demo", settings, tmp_path) as online, ClientSession() as session:

        async def ask() -> None:
            async with request(
                session, online, "POST", "command", data=json.dumps(body).encode()
            ) as response:
                await check_preview(response)

        async with request(session, online, "GET", "events") as stream:
            asking = asyncio.create_task(ask())
            async for line in stream.content:
                if b"progress" in line:
                    break
            assert await exit_code(online) == 0
            await asking
    async with town(settings) as one:
        assert len(await one.world.store.read(lambda tx: drafts_of(tx, one.actor("mei")))) == 1


async def check_preview(response: ClientResponse) -> None:
    reply = await response.json()
    assert response.status == 200
    assert not reply["error"]
    assert "anyone with the link" in reply["html"]


async def test_a_replay_that_was_cut_off_goes_on_at_the_next_start(tmp_path, settings):
    async with town(settings) as one:
        done = await one.publish("mei", await one.thread("mei", index=-1))
        place = one.channel("general")
    command = json.dumps(
        {"text": f"/continue {done.url} all", "channel": place.channel, "delivery": "delivery-1"}
    )
    async with open_world(load_settings(settings, env_file=None)) as world, ClientSession() as session:
        async with server("demo", settings, tmp_path) as online:
            async with request(session, online, "POST", "command", data=command.encode()) as response:
                assert not (await response.json())["error"]
            await until(lambda: posted(world, done.share.id, 5))
            assert await exit_code(online) == 0
        [cut_off] = await continued(world, done.share.id)
        assert cut_off.state is ContinuationState.RUNNING
        assert 5 <= cut_off.done < cut_off.total
        async with server("demo", settings, tmp_path) as online:
            await until(lambda: posted(world, done.share.id, cut_off.total))
            assert await exit_code(online) == 0
        [whole] = await continued(world, done.share.id)
        assert whole.done == whole.total
    async with town(settings) as one:
        posts = await one.chat.posts(whole.thread.thread, after=0, until=one.chat.now(), limit=10_000)
        assert len([post for post in posts if post.role is Role.TURN]) == whole.total


async def continued(world: World, share: str):
    return await world.store.read(lambda tx: continuations.of_share(tx, share))


async def posted(world: World, share: str, turns: int) -> bool:
    return any(one.done >= turns for one in await continued(world, share))
