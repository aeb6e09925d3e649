"""Discord opens, tells what only the operator can mend, waits for a Discord that is away, and closes."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from aiohttp.test_utils import unused_port

from adapters.discord.connection import open_discord
from bot.platforms import NotAllowed, Unavailable
from bot.sharing import Policy
from tests.adapters.discord.dialog.booth import Scripted, config_for
from tests.servers.discord import LocalDiscord


@dataclass
class Core(Scripted):
    """As much of `Commands` as a connection uses."""

    policy: Policy = field(default_factory=Policy)

    @property
    def sharing(self):
        return self


@asynccontextmanager
async def opened(server, core=None, **changes):
    commands: Any = core or Core()
    async with open_discord(config_for(server, **changes)) as made:
        made.connect(commands)
        yield made


async def test_commands_are_registered_when_they_differ_and_only_then(server):
    for _ in range(2):
        async with opened(server) as made:
            await made.listen()
    assert server.commands.syncs == 1
    async with opened(server, Core(policy=Policy(max_expiry=30))) as made:
        await made.listen()
    assert server.commands.syncs == 2
    names = sorted(command.name for command in server.world.commands.values())
    assert names == ["Share thread", "continue", "share", "shares"]


async def test_for_development_commands_are_registered_in_one_server_alone(server):
    guild = server.build.guild("Workshop")
    async with opened(server, sync_guild=guild.id) as made:
        await made.listen()
        await made.listen()
    assert {command.guild_id for command in server.world.commands.values()} == {guild.id}
    assert server.commands.syncs == 1


async def test_a_server_that_did_not_invite_the_commands_is_told_how_to(server):
    stranger = server.build.guild("Elsewhere", bot_joins=False)
    async with opened(server, sync_guild=stranger.id) as made:
        with pytest.raises(NotAllowed, match=r"applications\.commands"):
            await made.listen()


async def test_a_wrong_token_stops_the_start_with_one_line(server):
    with pytest.raises(NotAllowed, match="DISCORD_TOKEN") as refused:
        async with opened(server, token="x." + secrets.token_hex(8)):
            pass
    assert "\n" not in str(refused.value)


async def test_rest_works_before_anything_is_listened_to(server):
    async with opened(server) as made:
        assert made.platform.name == "discord"
        assert server.gateway.identifies == []
        assert await made.check() == "reconnecting, message content on"
        await made.listen()
        assert (await made.check()).startswith("connected")


async def test_several_shards_are_run_where_discord_asks_for_them(server):
    server.guilds.shards = 2
    async with opened(server) as made:
        await made.listen()
        assert isinstance(made._client, discord.AutoShardedClient)
        assert sorted(one["shard"] for one in server.gateway.identifies) == [[0, 2], [1, 2]]


async def test_a_process_with_some_of_the_shards_says_which_are_its_own(server):
    async with opened(server, shard_count=2, shard_ids=(1,)) as made:
        await made.listen()
        assert [one["shard"] for one in server.gateway.identifies] == [[1, 2]]
        assert made.alone == "discord 1/2"


async def test_a_discord_that_is_away_at_the_start_is_tried_again(clock):
    port = unused_port()
    async with LocalDiscord(clock, port=port) as server:
        await server.stop()
        async with opened(server) as made:
            with pytest.raises(Unavailable, match="does not answer"):
                await made.listen()
            assert await made.check() == "waiting for Discord to answer"
            await server.start()
            await made.listen()
            assert (await made.check()).startswith("connected")


async def test_a_missing_message_content_is_logged_and_no_reason_not_to_start(server, capsys):
    server.world.app.message_content = False
    async with opened(server) as made:
        await made.listen()
        assert await made.check() == f"{made._gateway.state()}, message content off"
    assert "Message Content Intent is off" in capsys.readouterr().out


async def test_closing_lets_what_is_being_done_end(server):
    guild = server.build.guild("Otters")
    ana = server.build.user("ana")
    server.build.join(guild, ana)
    channel = server.build.channel(guild, "general")
    core = Core()
    core.hold.clear()
    async with opened(server, core) as made:
        await made.listen()
        asked = await (await server.people.slash(ana, channel, "shares", {}, subcommand="list")).acked()
        closing = asyncio.create_task(made.close())
        await asyncio.wait({closing}, timeout=0.05)
        assert not closing.done()
        core.hold.set()
        await closing
    assert asked.message.content == "Done."
    assert server.gateway.connected == []
