"""Where a link's life could be mistaken: titles that say too much or nothing, the last moment, old names."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import Request
from bot.links import Keyring, Links
from bot.model import Names
from bot.privacy.words import ADJECTIVES, ANIMALS
from bot.richtext.plain import plain
from bot.sharing import Gone, Refused
from bot.store import shares


async def test_a_title_made_of_a_message_that_is_left_out_is_not_published(town):
    ana, thread = town.actor("ana"), await town.thread()
    draft = await town.sharing.prepare(ana, thread)
    first = (await town.sharing.captured(draft)).messages[0]
    choices = replace(
        draft.choices, title=plain(first.body).split("\n")[0][:60], left_out=frozenset({first.id})
    )
    await town.sharing.choose(draft.id, ana, choices)
    with pytest.raises(Refused, match="title repeats"):
        await town.sharing.publish(draft.id, ana)
    await town.sharing.choose(draft.id, ana, replace(choices, title="Another title"))
    assert (await town.sharing.publish(draft.id, ana)).share.header.title == "Another title"


@pytest.mark.parametrize("title", ["", "   ", "\u202e\u2066", "\u200b \u2060"])
async def test_a_title_that_nobody_can_see_is_none(town, title):
    ana = town.actor("ana")
    draft = await town.sharing.prepare(ana, await town.thread())
    with pytest.raises(Refused, match="needs a title"):
        await town.sharing.choose(draft.id, ana, replace(draft.choices, title=title))


async def test_the_sharers_name_turns_no_text_around(town):
    trickster = replace(town.actor("ana"), name="Ana\u202e\u2066")
    draft = await town.sharing.prepare(trickster, await town.thread())
    await town.sharing.choose(draft.id, trickster, replace(draft.choices, show_sharer=True))
    assert (await town.sharing.publish(draft.id, trickster)).share.sharer == "Ana"


async def test_an_expired_link_is_not_brought_back_by_an_update(town):
    ana, thread = town.actor("ana"), await town.thread()
    done = await town.publish("ana", thread, expires_days=1)
    draft = await town.sharing.prepare(ana, thread)
    assert draft.updates == done.share.id
    sealed = await town.world.store.read(lambda tx: shares.get(tx, done.share.id))
    moved = replace(sealed, expires_at=town.sharing.clock())
    await town.world.store.write(lambda tx: shares.update(tx, moved, []))
    with pytest.raises(Refused, match="expired"):
        await town.sharing.publish(draft.id, ana)


async def test_a_sweep_spares_a_link_that_an_update_has_just_given_more_time(town):
    done = await town.publish("ana", await town.thread(), expires_days=30)
    assert await town.sharing.end(done.share.id, "expired") is False
    token = town.sharing.links.token_of(done.url)
    assert not isinstance(await town.sharing.standing(token), Gone)
    town.later(timedelta(days=31))
    assert await town.sharing.end(done.share.id, "expired") is True


async def test_an_update_gives_nobody_the_pseudonym_of_somebody_who_is_gone(town):
    ana, thread = town.actor("ana"), await town.thread()
    done = await town.publish("ana", thread, names=Names.PSEUDONYMS)
    known = await town.world.store.read(lambda tx: shares.people(tx, done.share.id))
    gone = {f"{a} {b}" for a in ADJECTIVES for b in ANIMALS if a != "Amber"} - set(known.values())
    old = {name.encode(): name for name in gone}
    await town.world.store.write(lambda tx: shares.remember_people(tx, done.share.id, old))
    draft = await town.sharing.prepare(ana, thread)
    names = await town.sharing.pseudonyms(replace(draft, updates=done.share.id))
    assert gone.isdisjoint(names.values())


async def test_choices_made_at_the_same_moment_are_all_kept(town):
    ana = town.actor("ana")
    draft = await town.sharing.prepare(ana, await town.thread())
    signed = town.sharing.preview_url(draft).rpartition("/")[2]
    first, second, *_ = (await town.sharing.captured(draft)).messages

    async def leave_out(message):
        await town.sharing.choose_messages(signed, left_out=[message.id], kept=[], findings={})

    titled = Request(ana, "choose", draft.id, values={"title": "A new title"})
    await asyncio.gather(leave_out(first), town.world.commands.handle(titled), leave_out(second))
    choices = (await town.sharing.draft(draft.id, ana)).choices
    assert (choices.left_out, choices.title) == ({first.id, second.id}, "A new title")


async def test_a_message_left_out_while_publish_is_pressed_is_not_published(town):
    ana = town.actor("ana")
    draft = await town.sharing.prepare(ana, await town.thread())
    signed = town.sharing.preview_url(draft).rpartition("/")[2]
    first, *_ = (await town.sharing.captured(draft)).messages
    pressed = Request(ana, "publish", draft.id, values={"title": "A new title"})
    await asyncio.gather(
        town.sharing.choose_messages(signed, left_out=[first.id], kept=[], findings={}),
        town.world.commands.handle(pressed),
    )
    for share in await town.sharing.owned(ana):
        assert share.header.message_count == draft.header.message_count - 1


async def test_a_link_of_a_lost_key_is_not_updated_since_nobody_knows_what_it_left_out(town):
    mei, thread = town.actor("mei"), await town.thread()
    draft = await town.sharing.prepare(mei, thread)
    first, *_ = (await town.sharing.captured(draft)).messages
    old = await town.publish("mei", thread, left_out=frozenset({first.id}))
    assert (await town.sharing.prepare(mei, thread)).choices.left_out == {first.id}
    town.sharing.links = Links(town.sharing.base_url, Keyring(secrets.token_hex(32)))
    draft = await town.sharing.prepare(mei, thread)
    assert draft.updates is None
    assert (await town.sharing.choose(draft.id, mei, draft.choices, update=True)).updates is None
    assert [share.id for share in await town.sharing.owned(mei)] == [old.share.id]
    await town.sharing.revoke(old.share.id, mei)
    assert await town.sharing.owned(mei) == []


async def test_an_expired_link_is_not_continued_by_its_cards_button_before_the_sweep(town):
    done = await town.publish("ana", await town.thread(), expires_days=1)
    pressed = Request(town.actor("ana"), "continue", done.share.id, place=town.channel("general"))
    town.later(timedelta(days=2))
    said = await town.world.commands.handle(pressed)
    assert said.error
    assert said.thread is None
