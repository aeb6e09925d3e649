"""When a server removes the bot its links end, if the operator wants that; never for less than that."""

from __future__ import annotations

import pytest

from adapters.discord.config import Removed
from tests.adapters.discord.dialog.home import build_home, living


async def elsewhere(home):
    """Another server's link."""
    other = await build_home(home.server, home.clock, home.folder, "Herons")
    await home.publish(who=other.ana, place=other.thread)
    return other


async def test_the_links_of_a_server_that_removes_the_bot_end_and_no_others(home):
    await home.publish()
    other = await elsewhere(home)
    home.server.build.remove_bot(home.guild)
    await home.slash("shares", subcommand="list", who=other.ana, place=other.thread)
    assert await home.links() == []
    assert len(await home.links(other.ana, other.guild)) == 1


async def test_links_stay_where_the_operator_wants_that(server, clock, tmp_path):
    home = await build_home(server, clock, tmp_path)
    async with living(home, removed=Removed.KEEP):
        await home.publish()
        other = await elsewhere(home)
        server.build.remove_bot(home.guild)
        await home.slash("shares", subcommand="list", who=other.ana, place=other.thread)
        assert len(await home.links()) == 1


@pytest.mark.parametrize("comes_back", [False, True])
async def test_an_outage_of_a_server_ends_nothing(home, comes_back):
    await home.publish()
    home.server.build.outage(home.guild)
    if comes_back:
        home.server.build.outage(home.guild, over=True)
    other = await elsewhere(home)
    assert len(await home.links()) == 1
    assert len(await home.links(other.ana, other.guild)) == 1


async def test_a_server_that_is_removed_during_its_outage_has_left_too(home):
    await home.publish()
    home.server.build.outage(home.guild)
    home.server.build.remove_bot(home.guild)
    await elsewhere(home)
    assert await home.links() == []
