"""Failures and rate limits, as the real client lives through them."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import discord
import pytest

from tests.servers.discord import DROPPED, Clock, LocalDiscord
from tests.servers.discord.client import running
from tests.servers.discord.conftest import Bot, Scene, refused


def _said(scene: Scene) -> list[str]:
    return [message.content for message in scene.channel.messages]


async def test_a_429_is_waited_out(scene: Scene):
    fault = scene.server.faults.fail_next(
        "POST", "/channels/*/messages", status=429, times=2, retry_after=0.01
    )
    await scene.there(scene.channel).send("x")
    assert (fault.struck, _said(scene)) == (2, ["x"])
    assert [seen.status for seen in scene.server.invalid_requests] == [429, 429]


async def test_a_global_429_is_waited_out(scene: Scene):
    scene.server.faults.fail_next("*", "*", status=429, retry_after=0.01, is_global=True)
    await scene.there(scene.channel).send("x")
    assert _said(scene) == ["x"]


async def test_a_429_without_via_is_raised_at_once(scene: Scene):
    scene.server.faults.fail_next("POST", "/channels/*/messages", status=429, via=False)
    with refused(0, status=429):
        await scene.there(scene.channel).send("x")


async def test_a_long_429_is_raised_where_a_bot_asks_for_that(server: LocalDiscord):
    channel = server.build.channel(server.build.guild("Otters"), "general")
    server.faults.fail_next("POST", "/channels/*", status=429, retry_after=60)
    async with running(server, Bot(max_ratelimit_timeout=30)) as bot:
        with pytest.raises(discord.RateLimited):
            await bot.get_partial_messageable(channel.id).send("x")


async def test_a_502_after_the_effect_makes_one_message_by_its_nonce(scene: Scene):
    scene.server.faults.fail_next("POST", "/channels/*/messages", status=502, after_effect=True)
    await scene.there(scene.channel).send("x", nonce="share-1")
    assert _said(scene) == ["x"]


async def test_a_502_after_the_effect_makes_two_webhook_posts(scene: Scene):
    there = scene.bot.get_channel(scene.channel.id)
    assert isinstance(there, discord.TextChannel)
    webhook = await there.create_webhook(name="Threadlink")
    scene.server.faults.fail_next("POST", "/webhooks/*", status=502, after_effect=True)
    await webhook.send("x")
    assert _said(scene) == ["x", "x"]


async def test_a_503_is_not_tried_again(scene: Scene):
    scene.server.faults.fail_next("POST", "/channels/*/messages", status=503)
    with pytest.raises(discord.DiscordServerError):
        await scene.there(scene.channel).send("x")
    await scene.there(scene.channel).send("y")
    assert _said(scene) == ["y"]


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_connection_may_break_before_or_after_the_effect(scene: Scene, after_effect: bool):
    scene.server.faults.fail_next("POST", "/channels/*/messages", status=DROPPED, after_effect=after_effect)
    with pytest.raises(aiohttp.ClientError):
        await scene.there(scene.channel).send("x")
    assert _said(scene) == (["x"] if after_effect else [])


async def test_any_refusal_can_be_told_beforehand(scene: Scene):
    scene.server.faults.fail_next("PATCH", "/channels/*/messages/*", status=400, code=30046, skip=1)
    sent = await scene.there(scene.channel).send("x")
    await sent.edit(content="y")
    with refused(30046, status=400):
        await sent.edit(content="z")


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_request_can_be_held_at_the_moment_of_its_effect(scene: Scene, after_effect: bool):
    hold = scene.server.faults.hold("POST", "/channels/*/messages", after_effect=after_effect)
    sending = asyncio.create_task(scene.there(scene.channel).send("x"))
    await hold.reached()
    assert _said(scene) == (["x"] if after_effect else [])
    hold.release()
    await sending
    assert _said(scene) == ["x"]


async def test_five_messages_in_five_seconds_pass_and_the_client_paces_itself(scene: Scene):
    scene.server.rates.enforced, scene.server.rates.speed = True, 25
    started = asyncio.get_running_loop().time()
    for i in range(11):
        await scene.there(scene.channel).send(str(i))
    assert asyncio.get_running_loop().time() - started > 2 * 5 / 25
    assert scene.server.rates.denied == []


async def test_who_does_not_pace_is_denied(scene: Scene):
    scene.server.rates.enforced, scene.server.rates.speed = True, 25
    webhook = await scene.rest("POST", f"/channels/{scene.channel.id}/webhooks", {"name": "Threadlink"})
    url = f"{scene.server.api_url}/webhooks/{webhook['id']}/{webhook['token']}"
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(6):
            async with session.post(url, json={"content": "x"}) as response:
                statuses.append(response.status)
                body = await response.read()
        assert statuses == [204] * 5 + [429]
    told = json.loads(body)
    assert 0 < told["retry_after"] <= 2 / 25
    assert (response.headers["Via"], told["global"]) == ("1.1 google", False)
    assert len(scene.channel.messages) == 5


async def test_a_minute_holds_thirty_posts_by_webhook_in_a_channel_and_no_header_tells_it(scene: Scene):
    scene.server.rates.enforced, scene.server.rates.speed = True, 100
    there = scene.bot.get_channel(scene.channel.id)
    assert isinstance(there, discord.TextChannel)
    webhooks = [await there.create_webhook(name=f"Threadlink {i}") for i in range(2)]
    for i in range(32):
        await webhooks[i % 2].send(str(i))
    assert "webhook-minute" in [denied.limit.name for denied in scene.server.rates.denied]
    assert len(scene.channel.messages) == 32


async def test_old_messages_are_edited_now_and_then(scene: Scene):
    sent = await scene.there(scene.channel).send("x")
    scene.clock.advance(hours=2)
    scene.server.rates.enforced, scene.server.rates.speed = True, 200
    for i in range(4):
        await sent.edit(content=str(i))
    assert scene.channel.messages[0].content == "3"
    assert [denied.limit.name for denied in scene.server.rates.denied] == ["old-edits"]
    scene.server.faults.fail_next("PATCH", "*", status=429, code=30046, retry_after=0.01, times=5)
    with refused(30046, status=429):
        await sent.edit(content="z")


async def test_a_file_may_be_out_of_reach(scene: Scene):
    await scene.server.write.post(scene.ana, scene.channel, files={"a.csv": b"1,2"})
    file = (await anext(scene.there(scene.channel).history(limit=1))).attachments[0]
    scene.server.faults.fail_next("GET", "/attachments/*", status=DROPPED, times=2)
    with pytest.raises(aiohttp.ClientError):
        await file.read()
    assert await file.read() == b"1,2"
    assert len(scene.server.cdn.asked) == 3


async def test_fifty_requests_in_a_second_pass(scene: Scene):
    scene.server.rates.enforced, scene.server.rates.speed = True, 10
    await asyncio.gather(*(scene.rest("GET", f"/users/{scene.ana.id}") for _ in range(51)))
    assert {denied.limit.name for denied in scene.server.rates.denied} <= {"global"}
    assert len([seen for seen in scene.server.requests if seen.path == f"/users/{scene.ana.id}"]) >= 51


async def test_a_failure_of_this_server_fails_the_test(clock: Clock):
    async def ask() -> None:
        async with LocalDiscord(clock) as server, running(server, Bot()) as bot:
            channel = server.build.channel(server.build.guild("Otters"), "general")
            route = discord.http.Route("GET", "/channels/{channel_id}/messages", channel_id=channel.id)
            with pytest.raises(discord.HTTPException):
                await bot.http.request(route, params={"limit": "many"})

    with pytest.raises(ValueError, match="many"):
        await ask()
