"""Shares: found by their token, revised, counted, and ended for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.model import ChannelRef, ContinuationState, Header, Names, PostRef, Source
from bot.store import blobs, continuations, drafts, shares
from bot.store.shares import Standing
from bot.store.tables import metadata
from tests.bot.store.samples import (
    ANA,
    BOB,
    CHAT,
    HOUR,
    NOW,
    hash_of,
    make_continuation,
    make_draft,
    make_share,
    pages,
    storing,
)  # fmt: skip
from tests.builders import thread


async def test_a_share_is_found_by_id_and_by_token(store):
    share = make_share(sharer=None, expires_at=NOW + HOUR)
    await store.write(storing(share, make_share("s2")))
    assert await store.read(lambda tx: shares.get(tx, "s1")) == share
    assert await store.read(lambda tx: shares.by_token(tx, hash_of("s1"))) == share
    assert await store.read(lambda tx: shares.cipher(tx, "s1")) == b"cipher of s1"
    assert await store.read(lambda tx: shares.chunks(tx, "s1", 0, 99)) == pages(CHAT)
    assert await store.read(lambda tx: shares.chunk(tx, "s1", 1, 1)) == pages(CHAT)[1]


async def test_messages_are_read_by_slices_of_the_revision_that_stands(store):
    await store.write(storing(make_share(revision=2)))
    texts = pages(CHAT)
    assert await store.read(lambda tx: shares.chunks(tx, "s1", 1, 1)) == texts[1:2]
    assert await store.read(lambda tx: shares.chunks(tx, "s1", 1, 5)) == texts[1:]
    assert await store.read(lambda tx: shares.chunks(tx, "s1", 3, 5)) == []
    assert await store.read(lambda tx: shares.chunk(tx, "s1", 2, 2)) == texts[2]
    assert await store.read(lambda tx: shares.chunk(tx, "s1", 2, 3)) is None
    assert await store.read(lambda tx: shares.chunk(tx, "s1", 1, 2)) is None


async def test_an_unknown_token_finds_nothing(store):
    nothing = hash_of("never")
    assert await store.read(lambda tx: shares.by_token(tx, nothing)) is None
    assert await store.read(lambda tx: shares.standing(tx, nothing)) is None
    assert await store.read(lambda tx: shares.gone_reason(tx, nothing)) is None
    assert await store.read(lambda tx: shares.get(tx, "s1")) is None
    assert await store.read(lambda tx: shares.cipher(tx, "s1")) is None
    assert await store.read(lambda tx: shares.chunk(tx, "s1", 1, 0)) is None


async def test_no_two_shares_have_one_token(store):
    await store.write(storing(make_share()))
    with pytest.raises(IntegrityError) as caught:
        await store.write(lambda tx: shares.insert(tx, make_share("s2"), hash_of("s1"), b"", []))
    assert "A thread" not in str(caught.value)


async def test_the_standing_tells_what_a_cached_page_depends_on(store):
    await store.write(storing(make_share(expires_at=NOW + HOUR, revision=3)))
    standing = await store.read(lambda tx: shares.standing(tx, hash_of("s1")))
    assert standing == Standing("s1", 3, 0, NOW + HOUR)


async def test_an_update_replaces_what_is_read_and_keeps_the_link(store):
    await store.write(storing(make_share(views=5)))
    header = Header("New", Source("Slack"), NOW + HOUR)
    revised = make_share(
        header=header,
        names=Names.REAL,
        sharer=None,
        revision=2,
        updated_at=NOW + HOUR,
        expires_at=NOW + 9 * HOUR,
        views=5,
    )
    await store.write(
        lambda tx: shares.update(tx, replace(revised, owner=BOB, created_at=NOW + HOUR, views=0), ["[]"])
    )
    assert await store.read(lambda tx: shares.by_token(tx, hash_of("s1"))) == revised
    assert await store.read(lambda tx: shares.chunks(tx, "s1", 0, 99)) == ["[]"]


async def test_shares_are_listed_by_owner_place_and_thread_the_newest_first(store):
    there, elsewhere = thread("T2"), thread("T1", channel="C2")
    others = [
        make_share("old"),
        make_share("new", created_at=NOW + HOUR),
        make_share("bobs", owner=BOB, thread=there),
        make_share("away", thread=elsewhere, owner=replace(ANA, workspace="W2")),
    ]
    await store.write(storing(*others, chunks=[]))

    async def ids(query):
        return [share.id for share in await store.read(query)]

    assert await ids(lambda tx: shares.owned(tx, ANA)) == ["new", "old"]
    assert await ids(lambda tx: shares.in_channel(tx, ChannelRef("playground", "W1", "C1"))) == [
        "new",
        "bobs",
        "old",
    ]
    assert await ids(lambda tx: shares.in_channel(tx, ChannelRef("playground", "W2", "C1"))) == []
    assert await ids(lambda tx: shares.of_thread(tx, thread())) == ["new", "old"]
    assert await ids(lambda tx: shares.of_thread(tx, there, ANA)) == []
    assert await ids(lambda tx: shares.of_thread(tx, there, BOB)) == ["bobs"]
    assert await ids(shares.every) == ["new", "away", "bobs", "old"]


async def test_shares_expire_at_their_time_and_not_before(store):
    await store.write(storing(make_share("s1", expires_at=NOW), make_share("s2"), chunks=[]))
    assert await store.read(lambda tx: shares.expired(tx, NOW - timedelta(microseconds=1))) == []
    assert await store.read(lambda tx: shares.expired(tx, NOW)) == ["s1"]


async def test_views_add_up_and_those_of_a_gone_share_are_lost(store):
    await store.write(storing(make_share("s1"), make_share("s2"), chunks=[]))
    await store.write(lambda tx: shares.add_views(tx, {"s1": 2, "s2": 1, "gone": 7}))
    await store.write(lambda tx: shares.add_views(tx, {"s1": 40}))
    await store.write(lambda tx: shares.add_views(tx, {}))
    assert [(s.id, s.views) for s in await store.read(shares.every)] == [("s1", 42), ("s2", 1)]


async def test_continued_counts_the_threads_that_live(store):
    await store.write(storing(make_share(), chunks=[]))

    async def job(tx):
        for i, state in enumerate(ContinuationState):
            await continuations.insert(tx, make_continuation(f"c{i}", state=state), f"delivery {i}")

    await store.write(job)
    living = len(ContinuationState) - 1
    assert (await store.read(lambda tx: shares.get(tx, "s1"))).continued == living
    assert (await store.read(lambda tx: shares.standing(tx, hash_of("s1")))).continued == living


async def test_cards_are_remembered_once_each_in_order(store):
    posts = [PostRef(thread("T1"), "9"), PostRef(thread("T2"), "9"), PostRef(thread("T1"), "1")]
    await store.write(storing(make_share(), chunks=[]))
    for post in (*posts, posts[0]):
        await store.write(lambda tx, post=post: shares.set_card(tx, "s1", post))
    assert await store.read(lambda tx: shares.cards(tx, "s1")) == posts


async def test_a_pseudonym_once_given_stays(store):
    await store.write(storing(make_share(), chunks=[]))
    await store.write(lambda tx: shares.remember_people(tx, "s1", {b"a": "Otter", b"b": "Heron"}))
    await store.write(lambda tx: shares.remember_people(tx, "s1", {b"a": "Lynx", b"\0\xff": "Wren"}))
    await store.write(lambda tx: shares.remember_people(tx, "s1", {}))
    assert await store.read(lambda tx: shares.people(tx, "s1")) == {
        b"a": "Otter",
        b"b": "Heron",
        b"\0\xff": "Wren",
    }
    assert await store.read(lambda tx: shares.people(tx, "s2")) == {}


async def test_the_messages_left_out_are_those_of_last_time(store):
    await store.write(storing(make_share(), chunks=[]))
    for keys in ([b"a", b"b", b"a"], [b"b", b"c"]):
        await store.write(lambda tx, keys=keys: shares.remember_left_out(tx, "s1", iter(keys)))
        assert await store.read(lambda tx: shares.left_out(tx, "s1")) == set(keys)
    await store.write(lambda tx: shares.remember_left_out(tx, "s1", []))
    assert await store.read(lambda tx: shares.left_out(tx, "s1")) == set()


async def fill(tx):
    """A share with everything a share can have, and a second one like it."""
    await storing(make_share("s1"), make_share("s2"), make_draft("d1"), make_draft("d2"))(tx)
    for n in "12":
        share = f"s{n}"
        await blobs.insert(tx, f"b{n}", draft=f"d{n}", size=1)
        await blobs.move(tx, f"d{n}", share, [f"b{n}"])
        await drafts.set_published(tx, f"d{n}", share)
        await shares.set_card(tx, share, PostRef(thread(), "1"))
        await shares.remember_people(tx, share, {b"a": "Otter"})
        await shares.remember_left_out(tx, share, [b"m"])
        await continuations.insert(
            tx, make_continuation(f"c{n}", share=share, state=ContinuationState.DONE), n
        )


async def rows(tx):
    """How many rows each table has."""
    return {name: len((await tx.execute(table.select())).all()) for name, table in metadata.tables.items()}


async def test_deleting_a_share_takes_all_of_it_and_nothing_of_others(store):
    await store.write(fill)
    before = await store.read(rows)
    assert await store.write(lambda tx: shares.delete(tx, "s1", NOW, "revoked")) is True
    after = await store.read(rows)
    owned = {"shares", "share_chunks", "cards", "people", "left_out", "blobs", "drafts"}
    halved = {name: before[name] // 2 for name in owned}
    assert all(halved.values())
    assert after == {**before, **halved, "gone": 1}
    assert (await store.read(lambda tx: shares.get(tx, "s2"))).continued == 1
    assert await store.read(blobs.all) == {"b2"}


async def test_of_a_deleted_share_only_the_hash_is_remembered(store):
    await store.write(fill)
    await store.write(lambda tx: shares.delete(tx, "s1", NOW, "revoked"))
    (row,) = await store.read(lambda tx: _all(tx, metadata.tables["gone"]))
    assert tuple(row) == (hash_of("s1"), NOW, "revoked")
    assert await store.read(lambda tx: shares.gone_reason(tx, hash_of("s1"))) == "revoked"
    assert await store.read(lambda tx: shares.gone_reason(tx, hash_of("s2"))) is None
    assert await store.read(lambda tx: shares.standing(tx, hash_of("s1"))) is None


async def test_deleting_twice_is_told(store):
    await store.write(storing(make_share()))
    assert await store.write(lambda tx: shares.delete(tx, "s1", NOW, "revoked")) is True
    assert await store.write(lambda tx: shares.delete(tx, "s1", NOW, "expired")) is False


async def test_threads_continued_from_it_stay_without_its_title(store):
    await store.write(fill)
    running = make_continuation("c3")
    await store.write(lambda tx: continuations.insert(tx, running, "3"))
    await store.write(lambda tx: shares.delete(tx, "s1", NOW, "revoked"))
    done = await store.read(lambda tx: continuations.get(tx, "c1"))
    assert (done.share, done.title, done.state) == (None, "", ContinuationState.DONE)
    still = await store.read(lambda tx: continuations.get(tx, "c3"))
    assert (still.share, still.title) == (None, "A title")
    await store.write(lambda tx: continuations.set_state(tx, "c3", ContinuationState.STOPPED))
    assert (await store.read(lambda tx: continuations.get(tx, "c3"))).title == ""
    assert (await store.read(lambda tx: continuations.get(tx, "c2"))).title == "A title"


async def _all(tx, table):
    return (await tx.execute(table.select())).all()
