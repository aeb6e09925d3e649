"""Platforms deliver twice, and people click twice: it is done once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.playground.records import Role
from bot.store import continuations
from tests.bot.faults.restarting import restarted
from tests.bot.faults.small import said
from tests.bot.faults.whole import check_whole
from tests.bot.store.samples import drafts_of

TIMES = 10
ALREADY = "I have that already"


async def deliver(small, verb, argument, deliveries, **more):
    return await asyncio.gather(
        *(small.ask(verb, argument, delivery=delivery, **more) for delivery in deliveries)
    )


async def deliver_again(small, verb, argument, delivery):
    """The same again after a restart."""
    async with restarted(small.town) as world:
        return await world.commands.handle(small.request(verb, argument, delivery))


async def links(small):
    return [await small.sharing.url_of(share.id) for share in await small.sharing.owned(small.ana)]


async def cards(small):
    await small.settle()
    return await small.posts(Role.CARD)


async def test_a_command_delivered_ten_times_makes_one_preview(small):
    replies = await deliver(small, "share", "", ["one"] * TIMES)
    assert len([reply for reply in replies if reply.actions]) == 1
    assert len([reply for reply in replies if ALREADY in said(reply)]) == TIMES - 1
    assert ALREADY in said(await deliver_again(small, "share", "", "one"))
    assert len(await small.town.world.store.read(lambda tx: drafts_of(tx, small.ana))) == 1


async def test_a_click_delivered_ten_times_makes_one_link_and_one_card(small):
    draft = (await small.prepare()).id
    replies = await deliver(small, "publish", draft, ["one"] * TIMES)
    assert len([reply for reply in replies if reply.done]) == 1
    assert ALREADY in said(await deliver_again(small, "publish", draft, "one"))
    assert len(await links(small)) == len(await cards(small)) == 1
    await check_whole(small.town.world)


async def test_ten_clicks_on_one_preview_give_the_same_link_to_all(small):
    draft = (await small.prepare()).id
    values = {"title": "Better title", "names": "pseudonyms", "expires": "7"}
    replies = await deliver(small, "publish", draft, [f"click {i}" for i in range(TIMES)], values=values)
    again = await deliver_again(small, "publish", draft, "a late click")
    [url] = await links(small)
    assert [reply.actions[0].url for reply in [*replies, again]] == [url] * (TIMES + 1)
    assert len(await cards(small)) == 1
    assert (await small.sharing.owned(small.ana))[0].header.title == "Better title"
    await check_whole(small.town.world)


async def test_ten_clicks_on_a_preview_that_updates_make_one_revision(small):
    url = (await small.share()).url
    await small.say("four dodos")
    draft = (await small.prepare()).id
    replies = await deliver(small, "publish", draft, [f"click {i}" for i in range(TIMES)])
    assert {reply.actions[0].url for reply in replies} == {url}
    [share] = await small.sharing.owned(small.ana)
    assert (share.revision, share.header.message_count) == (2, 4)
    assert len(await cards(small)) == 1


async def test_two_previews_that_update_one_link_never_mix(small):
    await small.share()
    first, second = [await small.prepare() for _ in range(2)]
    results = await asyncio.gather(
        *(small.sharing.publish(draft.id, small.ana) for draft in (first, second)), return_exceptions=True
    )
    done = [one for one in results if not isinstance(one, Exception)]
    [share] = await small.sharing.owned(small.ana)
    assert share.revision == 1 + len(done)
    assert len({one.share.revision for one in done}) == len(done) >= 1
    await check_whole(small.town.world)


async def test_a_click_on_publish_and_one_on_cancel_end_in_what_is_told(small):
    draft = (await small.prepare()).id
    published, cancelled = await asyncio.gather(
        small.ask("publish", draft, delivery="p"), small.ask("cancel", draft, delivery="c")
    )
    assert published.done != cancelled.done
    assert len(await links(small)) == (1 if published.done else 0)
    await check_whole(small.town.world)


async def test_what_is_left_out_while_it_is_being_published_never_becomes_public(small):
    draft = await small.prepare()
    hidden = replace(draft.choices, left_out=frozenset({(await small.posts(Role.MESSAGE))[1].id}))
    may_read = small.town.platform.may_read

    async def left_out_meanwhile(actor, thread):
        await small.sharing.choose(draft.id, small.ana, hidden)
        return await may_read(actor, thread)

    small.town.platform.may_read = left_out_meanwhile
    refused = await small.ask("publish", draft.id)
    assert refused.error
    assert "choices were changed" in said(refused)
    assert await links(small) == []
    assert not (await small.ask("publish", draft.id)).error
    [share] = await small.sharing.owned(small.ana)
    assert share.header.message_count == 2


async def test_a_cancel_that_comes_too_late_says_so(small):
    draft = await small.prepare()
    drop = small.sharing._drop_draft

    async def published_meanwhile(draft_id, **how):
        await small.sharing.publish(draft_id, small.ana)
        await drop(draft_id, **how)

    small.sharing._drop_draft = published_meanwhile
    reply = await small.ask("cancel", draft.id)
    assert reply.error
    assert "Cancelled" not in said(reply)
    assert len(await links(small)) == 1
    await check_whole(small.town.world)


async def test_a_continue_delivered_ten_times_makes_one_thread(small):
    url = (await small.share()).url
    await deliver(small, "continue", url, ["one"] * TIMES)
    await deliver_again(small, "continue", url, "one")
    await small.settle()
    [share] = await small.sharing.owned(small.ana)
    [known] = await small.town.world.store.read(lambda tx: continuations.of_share(tx, share.id))
    assert len(await small.posts(Role.TURN, known.thread)) == known.total
    assert share.continued == 1


async def test_a_revoke_delivered_ten_times_ends_the_link_once_and_its_card_once(small):
    url = (await small.share()).url
    replies = await deliver(small, "revoke", url, [f"click {i}" for i in range(TIMES)])
    assert any(not reply.error for reply in replies)
    assert all("revoked" in said(reply) or "no longer opens" in said(reply) for reply in replies)
    [card] = await cards(small)
    assert card.card.revoked
    assert await links(small) == []
    await check_whole(small.town.world)
