"""Prepare, publish, update, open, list, revoke, expire: the promises of one link."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.playground.records import Post, Role
from bot.model import FileCopy, Message, Names
from bot.platforms import PlatformError
from bot.richtext.nodes import Paragraph, Text
from bot.richtext.plain import plain
from bot.sharing import DraftGone, Gone, Refused, SecretsFound
from bot.store import drafts, outbox, shares


async def text_of(town, share) -> str:
    return "\n".join(
        [
            plain(m.body)
            for chunk in [c async for c in town.sharing.chunks(share.id, share.revision)]
            for m in chunk
        ]
    )


async def say(town, thread, who, text):
    author = town.actor(who).user
    message = Message("", author, town.chat.now(), body=(Paragraph((Text(text),)),))
    return await town.chat.add_post(Post(thread.thread, message))


async def cards(town, thread):
    return [
        p
        for p in await town.chat.posts(thread.thread, after=0, until=town.chat.now(), limit=1000)
        if p.role is Role.CARD
    ]


async def test_a_published_share_opens_and_its_card_stands_in_the_thread(town):
    thread = await town.thread()
    done = await town.publish("ana", thread)
    token = town.sharing.links.token_of(done.url)
    standing = await town.sharing.standing(token)
    assert standing.share_id == done.share.id
    page = await town.sharing.page(done.share.id, 1)
    assert len(page.messages) == done.share.header.message_count > 0
    [card] = await cards(town, thread)
    assert done.card_posted
    assert card.card.url == done.url
    assert town.actor("ana").name in " ".join(card.card.lines)


async def test_a_later_message_never_joins_a_published_share(town):
    thread = await town.thread()
    done = await town.publish("ana", thread)
    await say(town, thread, "jonas", "a zebra came later")
    assert "zebra" not in await text_of(town, done.share)


async def test_a_title_that_is_too_long_ends_with_a_whole_word(town):
    draft = await town.sharing.prepare(
        town.actor("ana"), await town.thread(), title=f"{'word ' * 29}Quirinus and more"
    )
    assert draft.choices.title == f"{'word ' * 28}word…"


async def test_people_who_are_only_talked_about_appear_under_no_name_either(town):
    thread = await town.thread("mei", containing="support rota")
    done = await town.publish("mei", thread, title="Jonas and the rota")
    told = await text_of(town, done.share)
    assert "someone asked to leave the support rota" in told
    assert done.share.header.title == "someone and the rota"
    assert "Jonas" not in repr(done.share)


async def test_cancelling_leaves_nothing_behind(town):
    thread = await town.thread(containing="")
    draft = await town.sharing.prepare(town.actor("ana"), thread)
    await town.sharing.cancel(draft.id, town.actor("ana"))
    await town.world.outbox.drain()
    assert await town.world.store.read(lambda tx: drafts.get(tx, draft.id)) is None
    assert not list(await town.world.files.list())
    assert await cards(town, thread) == []


async def test_publishing_a_draft_twice_gives_one_link(town):
    thread = await town.thread()
    ana = town.actor("ana")
    draft = await town.sharing.prepare(ana, thread)
    done = await asyncio.gather(*(town.sharing.publish(draft.id, ana) for _ in range(10)))
    assert len({one.url for one in done}) == 1
    await town.world.outbox.drain()
    assert len(await cards(town, thread)) == 1
    assert len(await town.sharing.owned(ana)) == 1


async def test_a_draft_is_nobody_elses(town):
    draft = await town.sharing.prepare(town.actor("ana"), await town.thread())
    for attempt in (town.sharing.publish, town.sharing.cancel, town.sharing.review):
        with pytest.raises(DraftGone):
            await attempt(draft.id, town.actor("jonas"))


async def test_a_suspected_secret_blocks_publishing_until_something_is_decided(town):
    ana, thread = town.actor("ana"), await town.thread()
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    await say(town, thread, "ana", f"the token is {secret} ok")
    draft = await town.sharing.prepare(ana, thread)
    with pytest.raises(SecretsFound):
        await town.sharing.publish(draft.id, ana)
    assert await town.sharing.owned(ana) == []
    found = (await town.sharing.review(draft.id, ana)).open
    await town.sharing.choose(draft.id, ana, replace(draft.choices, masked=frozenset(f.id for f in found)))
    done = await town.sharing.publish(draft.id, ana)
    assert secret not in await text_of(town, done.share)


async def test_messages_left_out_are_nowhere_in_what_is_stored(town):
    ana, thread = town.actor("ana"), await town.thread()
    post = await say(town, thread, "jonas", "a walrus nobody needs to see")
    draft = await town.sharing.prepare(ana, thread)
    await town.sharing.choose(draft.id, ana, replace(draft.choices, left_out=frozenset({post.id})))
    done = await town.sharing.publish(draft.id, ana)
    assert "walrus" not in await text_of(town, done.share)
    assert done.share.header.message_count == draft.header.message_count - 1


async def test_an_update_keeps_link_pseudonyms_and_what_was_left_out(town):
    ana, thread = town.actor("ana"), await town.thread()
    hidden = await say(town, thread, "jonas", "a walrus nobody needs to see")
    first = await town.publish("ana", thread, names=Names.PSEUDONYMS, left_out=frozenset({hidden.id}))
    await say(town, thread, "jonas", "one more zebra")
    draft = await town.sharing.prepare(ana, thread)
    assert draft.updates == first.share.id
    _, new = await town.sharing.earlier_of(draft)
    assert new == 1
    second = await town.publish("ana", thread)
    assert second.url == first.url
    assert (first.share.revision, second.share.revision) == (1, 2)
    text = await text_of(town, second.share)
    assert "zebra" in text
    assert "walrus" not in text
    names = lambda done: {p.name for p in done.share.header.participants}  # noqa: E731
    assert names(first) <= names(second)
    assert len(await cards(town, thread)) == 1


async def test_a_new_link_can_be_made_beside_the_earlier_one(town):
    ana, thread = town.actor("ana"), await town.thread()
    first = await town.publish("ana", thread)
    draft = await town.sharing.prepare(ana, thread)
    await town.sharing.choose(draft.id, ana, draft.choices, update=False)
    second = await town.sharing.publish(draft.id, ana)
    assert second.url != first.url
    assert len(await town.sharing.owned(ana)) == 2


async def test_revoking_ends_the_link_at_once_and_closes_its_card(town):
    thread = await town.thread()
    done = await town.publish("ana", thread)
    token = town.sharing.links.token_of(done.url)
    before = town.sharing.tick()
    await town.sharing.revoke(done.url, town.actor("ana"))
    assert town.sharing.tick() != before
    assert await town.sharing.standing(token) == Gone("revoked")
    assert await town.sharing.page(done.share.id, 1) is None
    await town.world.outbox.drain()
    [card] = await cards(town, thread)
    assert card.card.revoked
    assert card.card.url == ""


async def test_only_owner_and_moderators_revoke_and_others_learn_nothing(town):
    thread = await town.thread()
    done = await town.publish("ana", thread)
    with pytest.raises(Refused) as stranger:
        await town.sharing.revoke(done.url, town.actor("jonas"))
    assert done.share.header.title not in str(stranger.value)
    await town.sharing.revoke(done.url, town.actor("mei"))
    assert await town.sharing.owned(town.actor("ana")) == []


async def test_revoking_works_when_the_source_thread_is_gone(town):
    thread = await town.thread()
    done = await town.publish("ana", thread)
    await town.chat.delete_thread(thread.thread)
    await town.sharing.revoke(done.url, town.actor("ana"))
    await town.world.outbox.drain()
    assert await town.world.store.read(outbox.pending) == 0


async def test_revoking_all_ends_ones_own_links_only(town):
    mine = await town.publish("ana", await town.thread("ana"))
    theirs = await town.publish("jonas", await town.thread("jonas", index=1))
    assert await town.sharing.revoke_all(town.actor("ana")) == 1
    assert await town.sharing.share(mine.share.id) is None
    assert await town.sharing.share(theirs.share.id) is not None


async def test_an_expired_link_is_gone_before_and_after_the_sweep(town):
    done = await town.publish("ana", await town.thread(), expires_days=1)
    token = town.sharing.links.token_of(done.url)
    town.later(timedelta(days=1, seconds=1))
    assert await town.sharing.standing(token) == Gone("expired")
    await town.sharing.sweep()
    assert await town.sharing.standing(token) == Gone("expired")
    assert await town.sharing.share(done.share.id) is None


async def test_a_dead_draft_is_swept_with_its_files(town):
    draft = await town.sharing.prepare(town.actor("ana"), await town.thread())
    town.later(timedelta(hours=1, seconds=1))
    with pytest.raises(DraftGone):
        await town.sharing.publish(draft.id, town.actor("ana"))
    await town.sharing.sweep()
    await town.world.outbox.drain()
    assert await town.world.store.read(lambda tx: drafts.get(tx, draft.id)) is None
    assert not list(await town.world.files.list())


@pytest.mark.parametrize("ended", ["revoked", "expired"])
async def test_an_update_that_waits_for_a_decision_ends_with_its_link(town, tmp_path, ended):
    mei, thread = town.actor("mei"), await anext(_threads_with_files(town))
    done = await town.publish("mei", thread, expires_days=1)
    await say(town, thread, "jonas", "quokkaquokka came later")
    update = await town.sharing.prepare(mei, thread)
    beside = await town.sharing.prepare(mei, thread)
    await town.sharing.choose(beside.id, mei, beside.choices, update=False)
    others = await town.sharing.prepare(town.actor("jonas"), thread)
    assert (update.updates, others.updates) == (done.share.id, None)
    if ended == "revoked":
        await town.sharing.revoke(done.url, mei)
    else:
        clock = town.sharing.clock
        town.sharing.clock = lambda: clock() + timedelta(days=1, seconds=1)
        await town.sharing.end(done.share.id, "expired")
        town.sharing.clock = clock
    with pytest.raises(DraftGone):
        await town.sharing.publish(update.id, mei)
    assert (await town.sharing.draft(beside.id, mei)).updates is None
    assert await town.sharing.draft(others.id, town.actor("jonas"))
    for draft, who in ((beside, mei), (others, town.actor("jonas"))):
        await town.sharing.cancel(draft.id, who)
    await town.world.outbox.drain()
    assert not list(await town.world.files.list())
    data = tmp_path / "data"
    assert [str(p) for p in data.rglob("*") if p.is_file() and b"quokkaquokka" in p.read_bytes()] == []


async def test_who_may_not_read_a_thread_cannot_share_it(town):
    threads = [
        t for t in await town.chat.threads(town.actor("mei").user) if town.chat.channels[t.channel].members
    ]
    private = await town.thread("mei", containing=threads[0].title)
    with pytest.raises(PlatformError) as hidden:
        await town.sharing.prepare(town.actor("jonas"), private)
    with pytest.raises(PlatformError) as missing:
        await town.sharing.prepare(town.actor("jonas"), replace(private, thread="T0NOTHING"))
    assert str(hidden.value) == str(missing.value)


async def test_the_right_to_read_is_asked_again_at_publish(town):
    ana = town.actor("ana")
    thread = await town.thread("ana")
    draft = await town.sharing.prepare(ana, thread)
    await town.chat.delete_thread(thread.thread)
    with pytest.raises(Refused):
        await town.sharing.publish(draft.id, ana)
    assert await town.sharing.owned(ana) == []


async def test_nothing_is_published_where_the_card_is_refused(town, monkeypatch):
    ana, thread = town.actor("ana"), await town.thread("ana")
    draft = await town.sharing.prepare(ana, thread)

    async def still_readable(*_args):
        return True

    monkeypatch.setattr(town.platform, "may_read", still_readable)
    await town.chat.delete_thread(thread.thread)
    with pytest.raises(Refused, match="Nothing was published"):
        await town.sharing.publish(draft.id, ana)
    assert await town.sharing.owned(ana) == []


async def test_after_revoking_the_text_is_in_no_byte_on_disk(town, tmp_path):
    ana, thread = town.actor("ana"), await town.thread()
    await say(town, thread, "jonas", "quokkaquokka in the text")
    done = await town.publish("ana", thread, title="numbatnumbat in the title")
    data = tmp_path / "data"

    def found(needle: bytes) -> list[str]:
        return [str(path) for path in data.rglob("*") if path.is_file() and needle in path.read_bytes()]

    await town.world.outbox.drain()  # what publishing had promised must not do the work of revoking
    assert found(b"quokkaquokka")
    await town.sharing.revoke(done.url, ana)
    await town.world.outbox.drain()
    assert found(b"quokkaquokka") == []
    assert found(b"numbatnumbat") == []
    assert not list(await town.world.files.list())


async def test_files_travel_with_the_share_and_die_with_it(town):
    thread = await anext(_threads_with_files(town))
    done = await town.publish("mei", thread)
    kept = [f for f in done.share.header.files if f.blob]
    assert kept
    async with town.sharing.open_blob(kept[0].blob) as stream:
        assert len(b"".join([part async for part in stream])) == kept[0].size
    await town.sharing.revoke(done.url, town.actor("mei"))
    await town.world.outbox.drain()
    assert not list(await town.world.files.list())


async def test_an_update_keeps_no_copy_of_the_files_it_replaces(town):
    thread, mei = await anext(_threads_with_files(town)), town.actor("mei")
    first = await town.publish("mei", thread)
    second = await town.publish("mei", thread)
    assert second.updated
    await town.world.outbox.drain()
    old, new = ({f.blob for f in one.share.header.files if f.blob} for one in (first, second))
    assert old.isdisjoint(new)
    assert set(await town.world.files.list()) == new
    await town.sharing.revoke(second.url, mei)
    await town.world.outbox.drain()
    assert not list(await town.world.files.list())


async def _threads_with_files(town):
    for i in range(len(await town.chat.threads(town.actor("mei").user))):
        thread = await town.thread("mei", index=i)
        if await town.chat.thread_files(thread.thread):
            yield thread


async def test_views_are_counted_and_flushed(town):
    done = await town.publish("ana", await town.thread())
    for _ in range(3):
        town.sharing.count_view(done.share.id)
    await town.sharing.flush_views()
    assert (await town.sharing.share(done.share.id)).views == 3


async def test_the_database_holds_no_token(town, tmp_path):
    done = await town.publish("ana", await town.thread())
    token = town.sharing.links.token_of(done.url).encode()
    files = [p for p in (tmp_path / "data").rglob("*") if p.is_file()]
    assert files
    assert not [p for p in files if token in p.read_bytes()]
    assert await town.world.store.read(lambda tx: shares.cipher(tx, done.share.id))


async def test_a_copy_that_nobody_owns_is_swept_after_a_while(town):
    async def stream():
        yield b"left behind by a crash"

    await town.world.files.copy(FileCopy("x", "x.txt"), stream(), limit=100)
    owned = await town.publish("mei", await anext(_threads_with_files(town)))
    kept = {f.blob for f in owned.share.header.files if f.blob}
    await town.sharing.sweep_files()
    assert len(await town.world.files.list()) == len(kept) + 1
    town.later(timedelta(hours=3))
    await town.sharing.sweep_files()
    assert await town.world.files.list() == kept


async def test_a_copy_cut_off_by_a_crash_is_swept_after_a_while(town, tmp_path):
    """The file store lists no such file. It tidies up behind a cancellation, so another file stands for the crash."""
    begun = asyncio.Event()

    async def stream():
        for _ in range(4):
            yield b"left behind by a crash" * 300_000  # the store keeps less in memory
        begun.set()
        await asyncio.Event().wait()

    copying = asyncio.create_task(town.world.files.copy(FileCopy("x", "x.txt"), stream(), limit=10**9))
    await begun.wait()
    folder = tmp_path / "data" / "files"
    [half] = folder.iterdir()
    copying.cancel()
    await asyncio.gather(copying, return_exceptions=True)
    left = folder / (secrets.token_hex(16) + half.name[32:])
    left.write_bytes(b"left behind")
    await town.sharing.sweep_files()
    assert left.exists()
    town.later(timedelta(hours=3))
    await town.sharing.sweep_files()
    assert not left.exists()
