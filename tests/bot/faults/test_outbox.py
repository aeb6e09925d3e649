"""Cards come to stand exactly once, or their links go; one bad job holds up no other."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.playground.records import PLATFORM, Role
from bot.outbox import TRIES
from bot.platforms import NotAllowed, PostGone, ThreadNotFound, Unavailable
from bot.sharing import Gone, Refused
from bot.store import outbox
from tests.bot.faults.flaky import FlakyPlatform, limited
from tests.bot.faults.small import said, small_town
from tests.bot.faults.whole import check_whole

DAY = timedelta(days=1)
AWAY = Unavailable("No answer.")


@pytest.fixture
async def flaky(town):
    """The town on a platform that can fail, with a clock that stands."""
    town.platform = FlakyPlatform(town.chat)
    platforms = {PLATFORM: town.platform}
    town.sharing.platforms = town.world.outbox.platforms = town.world.continuing.platforms = platforms
    moment = town.sharing.clock() + timedelta(minutes=5)  # later than all that is said
    town.sharing.clock = town.world.outbox.clock = lambda: moment
    return await small_town(town)


async def drain(flaky):
    return await flaky.town.world.outbox.drain()


async def pending(flaky):
    return await flaky.town.world.store.read(outbox.pending)


async def pass_a_day(flaky):
    """Drains at every hour of it."""
    for _ in range(24):
        flaky.town.later(timedelta(hours=1))
        await drain(flaky)


async def standing(flaky, url):
    return await flaky.sharing.standing(flaky.sharing.links.token_of(url))


async def cards(flaky):
    return [post.card for post in await flaky.posts(Role.CARD)]


async def test_a_rate_limit_is_waited_out_and_the_card_stands_once(flaky):
    flaky.town.platform.fail(limited(60), limited(60))
    done = await flaky.share()
    assert not done.card_posted
    await drain(flaky)
    before = flaky.town.platform.calls
    flaky.town.later(timedelta(seconds=59))
    await drain(flaky)
    assert flaky.town.platform.calls == before, "asked again before it was allowed"
    flaky.town.later(timedelta(seconds=1))
    await drain(flaky)
    assert [card.url for card in await cards(flaky)] == [done.url]
    assert await pending(flaky) == 0


async def test_a_platform_that_limits_again_and_again_does_not_use_up_the_tries_at_once(flaky):
    flaky.town.platform.fail(*[limited(0)] * 20)
    done = await flaky.share()
    for _ in range(100):
        await drain(flaky)
    assert flaky.town.platform.calls < 5
    await pass_a_day(flaky)
    assert [card.url for card in await cards(flaky)] == [done.url]


async def test_a_card_whose_answer_was_lost_stands_once(flaky):
    flaky.town.platform.fail(AWAY, AWAY, after=True)
    done = await flaky.share()
    assert not done.card_posted
    await pass_a_day(flaky)
    assert [card.url for card in await cards(flaky)] == [done.url]
    await check_whole(flaky.town.world)


@pytest.mark.parametrize("refusal", [NotAllowed("I may not."), PostGone("Gone."), ThreadNotFound("Gone.")])
async def test_a_card_refused_for_good_withdraws_its_link_at_once(flaky, refusal):
    flaky.town.platform.fail(refusal)
    with pytest.raises(Refused, match="Nothing was published"):
        await flaky.share()
    assert await flaky.sharing.owned(flaky.ana) == []
    await drain(flaky)
    assert await pending(flaky) == 0
    assert not await flaky.town.world.files.list()
    flaky.town.platform.always = lambda _: None
    assert (await flaky.share()).card_posted


async def test_a_card_refused_later_withdraws_its_link_and_tells_the_owner(flaky):
    flaky.town.platform.fail(AWAY, NotAllowed("I was thrown out."))
    done = await flaky.share()
    await pass_a_day(flaky)
    assert await standing(flaky, done.url) == Gone("revoked")
    [told] = flaky.town.platform.told
    assert "Nothing was published" in said(told)
    assert "thrown out" in said(told)


async def test_a_link_whose_card_never_came_to_stand_is_withdrawn_after_the_last_try(flaky):
    flaky.town.platform.always = lambda _: AWAY
    done = await flaky.share()
    for _ in range(2):
        await pass_a_day(flaky)
    assert flaky.town.platform.calls == TRIES + 1
    assert await standing(flaky, done.url) == Gone("revoked")
    assert len(flaky.town.platform.told) == 1
    assert await pending(flaky) == 0


async def test_an_update_keeps_its_link_where_the_card_cannot_be_edited(flaky):
    url = (await flaky.share()).url
    await drain(flaky)
    flaky.town.platform.always = lambda _: NotAllowed("I was thrown out.")
    assert (await flaky.share()).url == url
    await pass_a_day(flaky)
    assert (await standing(flaky, url)).revision == 2


async def test_a_link_whose_card_stands_outlives_a_refused_edit_and_the_edit_is_tried_again(flaky):
    done = await flaky.share()
    flaky.town.platform.always = lambda _: NotAllowed("I was thrown out.")
    await drain(flaky)
    assert (await standing(flaky, done.url)).revision == 1
    assert flaky.town.platform.told == []
    assert await pending(flaky) == 1
    flaky.town.platform.always = lambda _: None
    await pass_a_day(flaky)
    assert await pending(flaky) == 0


async def test_one_channel_that_does_not_answer_holds_up_no_other(flaky):
    other = await small_town(flaky.town)
    flaky.town.platform.always = lambda thread: AWAY if thread == flaky.thread else None
    await flaky.share()
    assert not await cards(flaky)
    done = await other.share()
    assert [card.url for card in await cards(other)] == [done.url]
    flaky.town.platform.always = lambda _: None
    await pass_a_day(flaky)
    assert len(await cards(flaky)) == 1


async def test_cards_are_posted_in_the_order_of_their_publishing(flaky):
    towns = [flaky, await small_town(flaky.town), await small_town(flaky.town)]
    flaky.town.platform.fail(AWAY, AWAY, AWAY)
    for one in towns:
        await one.share()
    await drain(flaky)
    assert flaky.town.platform.posted == [one.thread.thread for one in towns]


async def test_a_poisoned_job_is_given_up_and_blocks_no_other(flaky):
    town = flaky.town

    async def poison(tx):
        for kind, payload in (
            ("dance", ""),
            ("close_card", "{"),
            ("delete_files", "[1]"),
            ("card", "\ud800"),
        ):
            await outbox.add(tx, kind, payload, town.sharing.clock())

    await town.world.store.write(poison)
    town.platform.fail(AWAY)
    done = await flaky.share()
    await drain(flaky)
    assert [card.url for card in await cards(flaky)] == [done.url]
    for _ in range(2):
        await pass_a_day(flaky)
    given_up = await town.world.store.read(outbox.failed)
    assert {job.kind for job in given_up} >= {"dance", "close_card"}
    assert all(job.error for job in given_up)
    assert await pending(flaky) == 0


async def test_a_revoke_while_the_card_is_being_posted_leaves_no_live_card(flaky):
    platform = flaky.town.platform
    post_card = platform.post_card

    async def revoked_meanwhile(thread, card, key):
        post = await post_card(thread, card, key)
        [share] = await flaky.sharing.owned(flaky.ana)
        await flaky.sharing.end(share.id, "revoked")
        return post

    platform.post_card = revoked_meanwhile
    await flaky.share()
    await drain(flaky)
    [card] = await cards(flaky)
    assert card.revoked


async def test_a_card_of_an_ended_link_is_closed_even_while_it_is_being_shown(flaky):
    await flaky.share()
    await drain(flaky)
    platform = flaky.town.platform
    edit_card, closing = platform.edit_card, []

    async def revoked_before_the_edit_arrives(post, card):
        platform.edit_card = edit_card
        [share] = await flaky.sharing.owned(flaky.ana)
        await flaky.sharing.end(share.id, "revoked")
        closing.append(asyncio.create_task(drain(flaky)))
        await asyncio.wait(closing, timeout=0.3)  # it has to wait for this edit, so it will not end now
        await edit_card(post, card)

    platform.edit_card = revoked_before_the_edit_arrives
    await flaky.share()
    await asyncio.gather(*closing)
    [card] = await cards(flaky)
    assert card.revoked
