"""The connection comes up, comes back, and says in one line what only the operator can mend."""

from __future__ import annotations

import asyncio
import secrets

import discord
import pytest

from adapters.discord.clients import login, make_client, point_at, reads_content
from adapters.discord.config import DiscordConfig
from adapters.discord.gateway import Gateway
from bot.platforms import NotAllowed, Unavailable
from tests.adapters.discord.dialog.booth import config_for


@pytest.fixture
async def open_gateway(server):
    """Logs in and connects as `config` says; everything is closed at the end."""
    opened = []

    async def connect(shards=1, **changes):
        config = config_for(server, **changes)
        point_at(config)
        client = make_client(config, shards)
        gateway = Gateway(client, config.token)
        opened.append(gateway)
        await login(client, config.token)
        await gateway.start()
        return gateway

    yield connect
    for gateway in opened:
        await gateway.stop()


async def test_the_gateway_is_asked_for_servers_and_nothing_else(server, open_gateway):
    gateway = await open_gateway()
    [identify] = server.gateway.identifies
    assert identify["intents"] == 1
    assert gateway.state().startswith("connected")


async def test_a_wrong_token_is_told_with_its_remedy(server, open_gateway):
    with pytest.raises(NotAllowed, match="DISCORD_TOKEN"):
        await open_gateway(token="x." + secrets.token_hex(8))


async def test_a_token_that_is_withdrawn_later_is_told_too(server, open_gateway):
    gateway = await open_gateway()
    server.world.token = secrets.token_hex(16)
    server.gateway.drop(4004)
    runner = gateway._runner
    await asyncio.wait([runner], timeout=5)
    with pytest.raises(NotAllowed, match="DISCORD_TOKEN"):
        gateway.state()


async def test_an_endpoint_that_takes_the_commands_away_is_told(server, open_gateway):
    server.world.app.more["interactions_endpoint_url"] = "https://elsewhere.example.org"
    with pytest.raises(NotAllowed, match="Interactions Endpoint URL"):
        await open_gateway()


@pytest.mark.parametrize("code", [1006, 4000, 4009])
async def test_a_lost_connection_is_resumed_by_itself(server, open_gateway, code):
    gateway = await open_gateway()
    session = server.gateway.connected[0]
    server.gateway.drop(code)
    await server.until(lambda: session.resumed, timeout=15)
    assert len(server.gateway.identifies) == 1
    await asyncio.wait_for(gateway._connected(), 5)
    assert gateway.state().startswith("connected")


async def test_while_the_connection_is_away_the_state_says_so_and_after_a_minute_it_is_an_error(
    server, open_gateway
):
    gateway = await open_gateway()
    await gateway._fall()
    assert gateway.state() == "reconnecting"
    gateway._down_since -= 61
    with pytest.raises(Unavailable, match="61 seconds"):
        gateway.state()
    await gateway._rise()
    assert gateway.state().startswith("connected")


async def test_several_shards_connect_each_for_itself(server, open_gateway):
    gateway = await open_gateway(shards=2)
    assert sorted(one["shard"] for one in server.gateway.identifies) == [[0, 2], [1, 2]]
    assert isinstance(gateway._client, discord.AutoShardedClient)
    await gateway._fall(1)
    assert gateway.state() == "reconnecting"


async def test_a_process_runs_the_shards_that_it_is_told_to(server, open_gateway):
    await open_gateway(shards=4, shard_ids=(2,), shard_count=4)
    assert [one["shard"] for one in server.gateway.identifies] == [[2, 4]]


async def test_message_content_is_known_from_the_application(server):
    for on in (True, False):
        server.world.app.message_content = on
        config = config_for(server)
        point_at(config)
        client = make_client(config, 1)
        assert reads_content(client) is None
        await login(client, config.token)
        assert reads_content(client) is on
        await client.close()


async def test_a_client_keeps_no_members_and_no_messages_and_pings_nobody():
    client = make_client(DiscordConfig("https://share.example.org"), 1)
    assert client.intents.value == 1
    assert client._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert client._connection.max_messages is None
    assert client.allowed_mentions.to_dict() == {"parse": []}
    assert (client.http.max_ratelimit_timeout or 0) >= 30
