"""How one person is reached: by their last interaction while it lives, else by direct message."""

from __future__ import annotations

import aiohttp
import pytest

from adapters.slack.live import LIFE, USES, Live
from bot.model import Actor
from bot.wording import said
from tests.servers.slack import LocalSlack

ANA = Actor("slack", "T1", "U1")


async def test_five_times_by_the_interaction_then_by_direct_message(town):
    await town.slack.slash(town.ana, town.general, "/shares")
    await town.settled()
    for number in range(USES + 1):
        await town.app.platform.notify(town.actor(town.ana), said(f"News {number}"))
    assert len(town.slack.ephemerals(town.ana, town.general)) == USES
    direct = town.slack.posts(town.slack.direct(town.ana))
    assert [town.slack.see(post).partition("\n")[2] for post in direct] == ["News 4", "News 5"]


async def test_who_has_never_asked_is_reached_by_direct_message(town):
    await town.app.platform.notify(town.actor(town.jonas), said("News"))
    assert "News" in town.slack.see(town.slack.posts(town.slack.direct(town.jonas))[0])


async def test_an_interaction_that_slack_refuses_is_made_up_for_by_a_direct_message(town):
    town.slack.fail_next("response_url", status=404)
    await town.slack.slash(town.ana, town.general, "/shares")
    await town.settled()
    assert "You have no live links." in town.slack.see(town.slack.posts(town.slack.direct(town.ana))[0])


async def test_what_is_not_asked_for_is_acknowledged_and_nothing_else(town):
    town.slack.app.subscriptions.add("message.channels")
    message = await town.slack.post(town.ana, town.general, "Just talking")
    await town.settled()
    assert [delivery.acked for delivery in message.deliveries] == [True]
    assert town.slack.posts() == []


async def test_the_check_tells_when_slack_was_last_heard(town):
    before = await town.app.check()
    await town.slack.slash(town.ana, town.general, "/shares")
    await town.settled()
    assert before.startswith(("ok, listening, nothing heard yet", "ok, connected, last heard 0 s ago"))
    assert "last heard 0 s ago" in await town.app.check()


class TestAddress:
    @pytest.fixture
    async def live(self):
        async with aiohttp.ClientSession() as session:
            self.now = 1000.0
            yield Live(session, now=lambda: self.now)

    @pytest.fixture
    async def url(self):
        async with LocalSlack.started() as slack:
            acme = slack.workspace("Acme")
            ana = slack.user(acme, "Ana")
            general = slack.channel(acme, "general", [ana])
            address = slack.world.tickets.address(acme, general, ana, "commands")
            self.slack = slack
            yield slack.base_url + address.path

    async def test_it_lives_for_half_an_hour(self, live, url):
        live.remember(ANA, url)
        assert await live.tell(ANA, said("Now"))
        self.now += LIFE + 1
        assert not await live.tell(ANA, said("Too late"))

    async def test_one_that_comes_twice_has_its_uses_once(self, live, url):
        assert live.remember(ANA, url) is live.remember(ANA, url)
        for _ in range(USES):
            assert await live.tell(ANA, said("News"))
        assert not await live.tell(ANA, said("Once too often"))

    async def test_nobody_is_reached_by_the_interaction_of_another(self, live, url):
        live.remember(ANA, url)
        assert not await live.tell(Actor("slack", "T2", "U1"), said("For somebody else"))
        assert not await live.tell(Actor("slack", "T1", "U2"), said("For somebody else"))
        assert self.slack.responses.log == []

    async def test_an_interaction_without_an_address_changes_nothing(self, live, url):
        live.remember(ANA, url)
        live.remember(ANA, "")
        assert await live.tell(ANA, said("Still here"))

    async def test_where_nobody_answers_it_is_over(self, live):
        live.remember(ANA, "http://127.0.0.1:9/commands/T1/x")
        assert not await live.tell(ANA, said("Hello?"))
