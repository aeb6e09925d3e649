"""The gateway of the local Discord: who hears what, and what happens when the wire breaks."""

from __future__ import annotations

import asyncio
import gc

import discord
import pytest

from tests.servers.discord import Clock, Kind, LocalDiscord
from tests.servers.discord.client import pointed_at, running
from tests.servers.discord.conftest import SHARE, Bot, Scene


async def _said(scene: Scene, times: int = 1):
    return await scene.server.people.slash(scene.ana, scene.channel, "share", times=times)


async def test_the_bot_comes_to_know_its_servers_channels_and_threads(scene: Scene):
    guild = scene.bot.get_guild(scene.guild.id)
    assert (guild.name, [channel.name for channel in guild.channels]) == ("Otters", ["general"])
    assert scene.server.gateway.identifies[0]["intents"] == 1
    forum = scene.server.build.channel(scene.guild, "help", Kind.FORUM, tags=["bug"])
    thread = await scene.server.write.thread(scene.ana, scene.channel, "Plans")
    await scene.server.write.rename(scene.ana, thread, "More plans")
    await scene.server.heard()
    assert guild.get_channel(forum.id).available_tags[0].name == "bug"
    assert guild.get_thread(thread.id).name == "More plans"
    scene.server.build.delete_channel(forum)
    scene.server.build.delete_channel(thread)
    await scene.server.heard()
    assert guild.get_channel(forum.id) is None
    assert guild.get_thread(thread.id) is None


async def test_threads_of_a_channel_are_told_when_the_bot_comes_to_see_it(scene: Scene):
    scene.server.build.hide(scene.channel, scene.ana)
    thread = await scene.server.write.thread(scene.ana, scene.channel, "Plans")
    await scene.server.heard()
    guild = scene.bot.get_guild(scene.guild.id)
    assert guild.get_thread(thread.id) is None
    scene.server.build.hide(scene.channel, scene.ana, scene.server.world.bot)
    await scene.server.heard()
    assert guild.get_thread(thread.id) is not None


async def test_without_the_intent_no_messages_are_told(scene: Scene):
    session = scene.server.gateway.connected[0]
    await scene.server.write.post(scene.ana, scene.channel, "hello")
    assert "MESSAGE_CREATE" not in [frame["t"] for frame in session.told]


async def test_with_message_intents_they_are_told_and_without_content_covered(server: LocalDiscord):
    guild, ana = server.build.guild("Otters"), server.build.user("ana")
    server.build.join(guild, ana)
    channel = server.build.channel(guild, "general")
    intents = discord.Intents(guilds=True, guild_messages=True)
    async with running(server, discord.Client(intents=intents, guild_ready_timeout=0.02)):
        await server.write.post(ana, channel, "hello")
        told = server.gateway.connected[0].told[-1]
    assert (told["t"], told["d"]["content"], told["d"]["author"]["username"]) == ("MESSAGE_CREATE", "", "ana")


async def test_intents_that_the_portal_does_not_allow_are_refused(server: LocalDiscord):
    server.world.app.message_content = False
    client = discord.Client(intents=discord.Intents(message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(server, client):
            pass


async def test_a_wrong_token_is_refused(server: LocalDiscord):
    client = discord.Client(intents=discord.Intents.none())
    with pointed_at(server), pytest.raises(discord.LoginFailure):
        await client.login(server.token + "x")
    await client.close()


async def test_the_portals_toggle_shows_in_the_applications_flags(scene: Scene):
    flags = (await scene.bot.application_info()).flags
    assert (flags.gateway_message_content, flags.gateway_message_content_limited) == (False, True)
    scene.server.world.app.message_content = False
    assert not (await scene.bot.application_info()).flags.gateway_message_content_limited


async def test_an_event_is_delivered_as_often_as_asked(scene: Scene):
    await scene.register(SHARE)
    asked = await _said(scene, times=10)
    await scene.server.until(lambda: len(scene.heard) == 10)
    assert {heard.id for heard in scene.heard} == {asked.id}
    scene.server.people.again(asked, times=2)
    await scene.server.until(lambda: len(scene.heard) == 12)


@pytest.mark.parametrize("how", ["cut", "closed", "op 7", "op 9, resumable"])
async def test_a_broken_connection_is_resumed_and_misses_nothing(scene: Scene, how: str):
    await scene.register(SHARE)
    gateway = scene.server.gateway
    if how == "cut":
        gateway.drop()
    elif how == "closed":
        gateway.drop(4000)
    elif how == "op 7":
        gateway.ask_to_reconnect()
        await scene.server.until(lambda: not gateway.connected)
    else:
        gateway.invalidate(resumable=True)
    asked = await _said(scene)
    assert asked.delivered == 0
    await scene.server.until(lambda: scene.heard, timeout=10)
    assert [heard.id for heard in scene.heard] == [asked.id]
    assert [session.resumed for session in gateway.sessions.values()] == [1]


async def test_a_resume_may_tell_things_twice(scene: Scene):
    await scene.register(SHARE)
    scene.server.gateway.repeat_on_resume = 2
    scene.server.gateway.drop()
    await _said(scene)
    await scene.server.until(lambda: len(scene.heard) == 2, timeout=10)


async def test_an_invalid_session_forgets_what_was_not_heard(scene: Scene):
    await scene.register(SHARE)
    scene.server.gateway.drop()
    asked = await _said(scene)
    scene.server.gateway.forget_sessions()
    await scene.server.until(lambda: len(scene.server.gateway.identifies) == 2, timeout=15)
    await scene.server.ready()
    await scene.server.heard()
    assert scene.heard == []
    assert asked.answer is None


async def test_heartbeats_are_answered(clock: Clock):
    async with LocalDiscord(clock, heartbeat=0.05) as server, running(server, Bot()) as bot:
        connection = server.gateway.connected[0].connection
        await server.until(lambda: connection.heartbeats >= 3)
        assert bot.latency < 1


async def test_servers_are_spread_over_shards(server: LocalDiscord):
    class Sharded(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            """The real one waits 5 seconds between shards."""

    guilds = [server.build.guild(f"Otters {i}") for i in range(5)]
    server.guilds.shards = 2
    client = Sharded(intents=discord.Intents(guilds=True), guild_ready_timeout=0.02)
    async with running(server, client):
        await server.ready(2)
        shards = {guild.id: client.get_guild(guild.id).shard_id for guild in guilds}
    assert shards == {guild.id: (guild.id >> 22) % 2 for guild in guilds}
    assert set(shards.values()) == {0, 1}


async def test_a_server_that_is_out_of_reach_comes_back(scene: Scene):
    scene.server.build.outage(scene.guild)
    await scene.server.heard()
    assert scene.bot.get_guild(scene.guild.id).unavailable
    scene.server.build.outage(scene.guild, over=True)
    await scene.server.heard()
    assert not scene.bot.get_guild(scene.guild.id).unavailable


async def test_two_servers_do_not_see_each_other(scene: Scene):
    other = scene.server.build.guild("Badgers")
    hidden = scene.server.build.guild("Foxes", bot_joins=False)
    await scene.server.heard()
    assert scene.bot.get_guild(other.id).get_channel(scene.channel.id) is None
    assert scene.bot.get_guild(hidden.id) is None
    with pytest.raises(discord.NotFound):
        await scene.bot.fetch_guild(hidden.id)
    scene.server.build.remove_bot(other)
    await scene.server.heard()
    assert scene.bot.get_guild(other.id) is None


async def test_nothing_of_a_server_is_left_running(clock: Clock):
    before = asyncio.all_tasks()
    async with LocalDiscord(clock) as server, running(server, Bot()):
        pass
    gc.collect()
    assert {task for task in asyncio.all_tasks() - before if not task.done()} == set()
