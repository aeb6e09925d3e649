"""Drafts: kept whole, changed in parts, gone without a trace."""

from __future__ import annotations

from bot.codec import load_messages
from bot.model import Choices, Names
from bot.store import blobs, drafts
from tests.bot.store.samples import ANA, CHAT, HOUR, NOW, make_draft, make_share, pages, storing


async def test_a_draft_comes_back_as_it_was(store):
    choices = Choices("T", Names.REAL, False, 30, frozenset({"M1", "M2"}), frozenset({"x"}), frozenset({"y"}))
    draft = make_draft(choices=choices, updates="s9")
    await store.write(storing(draft))
    assert await store.read(lambda tx: drafts.get(tx, "d1")) == draft


async def test_its_messages_come_back_in_order(store):
    await store.write(storing(make_draft()))
    texts = await store.read(lambda tx: drafts.chunks(tx, "d1"))
    assert texts == pages(CHAT)
    assert sum((load_messages(text) for text in texts), ()) == CHAT.messages


async def test_a_draft_without_messages_is_one(store):
    await store.write(storing(make_draft(), chunks=[]))
    assert await store.read(lambda tx: drafts.chunks(tx, "d1")) == []


async def test_what_is_not_there_is_none(store):
    assert await store.read(lambda tx: drafts.get(tx, "d1")) is None
    assert await store.write(lambda tx: drafts.delete(tx, "d1")) is False


async def test_choices_and_the_link_to_update_change_one_draft_alone(store):
    await store.write(storing(make_draft("d1"), make_draft("d2")))
    choices = Choices("Other", left_out=frozenset({"M3"}))
    await store.write(lambda tx: drafts.set_choices(tx, "d1", choices))
    await store.write(lambda tx: drafts.set_updates(tx, "d1", "s1"))
    changed = make_draft("d1", choices=choices, updates="s1")
    assert await store.read(lambda tx: drafts.get(tx, "d1")) == changed
    assert await store.read(lambda tx: drafts.get(tx, "d2")) == make_draft("d2")
    await store.write(lambda tx: drafts.set_updates(tx, "d1", None))
    assert (await store.read(lambda tx: drafts.get(tx, "d1"))).updates is None


async def test_a_published_draft_remembers_its_share_and_nothing_else(store):
    draft = make_draft()
    await store.write(storing(draft, make_share()))
    await store.write(lambda tx: drafts.set_published(tx, "d1", "s1"))
    thin = await store.read(lambda tx: drafts.get(tx, "d1"))
    assert (thin.share, thin.actor, thin.thread, thin.dies_at) == ("s1", ANA, draft.thread, draft.dies_at)
    assert (thin.header.title, thin.header.participants, thin.choices) == ("", (), Choices(""))
    assert await store.read(lambda tx: drafts.chunks(tx, "d1")) == []


async def test_deleting_a_draft_takes_its_messages_and_files_along(store):
    async def job(tx):
        await storing(make_draft("d1"), make_draft("d2"))(tx)
        await blobs.insert(tx, "b1", draft="d1", size=1)
        return await drafts.delete(tx, "d1")

    assert await store.write(job) is True
    assert await store.read(lambda tx: drafts.chunks(tx, "d1")) == []
    assert await store.read(blobs.all) == set()
    assert len(await store.read(lambda tx: drafts.chunks(tx, "d2"))) == 3


async def test_drafts_die_at_their_time_and_not_before(store):
    await store.write(
        storing(make_draft("now", dies_at=NOW), make_draft("later", dies_at=NOW + HOUR), chunks=[])
    )
    assert await store.read(lambda tx: drafts.dead(tx, NOW - HOUR)) == []
    assert await store.read(lambda tx: drafts.dead(tx, NOW)) == ["now"]
    assert await store.read(lambda tx: drafts.dead(tx, NOW + HOUR)) == ["now", "later"]
