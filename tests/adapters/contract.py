"""What every platform promises: one suite that each platform's tests inherit.

A test class names the abilities it has as its bases and supplies the fixtures:

    class TestSlackPlatform(PlatformContract, EditsPosts): ...

`stage` is the one fixture: a `stage.Stage` on which the fixed conversation of `stage.CONVERSATION` was told to the
platform's server, by the people in `PEOPLE`, in the platform's own format. What a platform cannot
carry is declared in its stage's `losses`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model import Attachment, FileCopy, FileState, MessageKind, Participant, ParticipantKind
from bot.platforms import NotAllowed, PlatformError, PostGone, ThreadNotFound, Turn
from bot.reply import Card, Reply
from bot.richtext.nodes import Mention
from bot.richtext.plain import plain
from tests.adapters.stage import (
    ADDRESS,
    CONVERSATION,
    COPIED,
    Counting,
    Ledger,
    Stage,
    a_card,
    a_head,
    a_turn,
    blobs,
    by_name,
    capture,
    conversation_of,
    line,
    text_of,
)


class PlatformContract:
    """What `bot.platforms.Platform` promises."""

    async def test_messages_come_in_order_and_none_is_missing(self, stage: Stage):
        snapshot = await capture(stage)
        told = [t for t in CONVERSATION if not (t.deleted and "deleted" in stage.losses)]
        assert len(snapshot.messages) == len(told) == snapshot.header.message_count
        assert [m.sent_at for m in snapshot.messages] == sorted(m.sent_at for m in snapshot.messages)
        assert snapshot.header.first_at == snapshot.messages[0].sent_at
        assert snapshot.header.last_at == snapshot.messages[-1].sent_at

    async def test_each_message_has_its_author(self, stage: Stage):
        snapshot = await capture(stage)
        names = {p.key: p.name for p in snapshot.header.participants}
        said = [names[m.author] for m in snapshot.messages if m.kind is MessageKind.NORMAL and m.author]
        assert said == [told.by for told in CONVERSATION if not told.deleted]
        assert {p.kind for p in snapshot.header.participants} == {ParticipantKind.PERSON}

    async def test_the_tree_is_the_one_that_was_told(self, stage: Stage):
        snapshot = await capture(stage)
        names = {p.key: p.name for p in snapshot.header.participants}
        bodies = [by_name(m.body, names) for m in snapshot.messages if m.kind is MessageKind.NORMAL]
        assert bodies == [told.body for told in CONVERSATION if not told.deleted]

    async def test_a_deleted_message_leaves_a_placeholder_without_words(self, stage: Stage):
        if "deleted" in stage.losses:
            pytest.skip("this platform does not tell that something was deleted")
        kinds = [m.kind for m in (await capture(stage)).messages]
        assert [kind is MessageKind.DELETED for kind in kinds] == [told.deleted for told in CONVERSATION]
        assert [m.body for m in (await capture(stage)).messages if m.kind is MessageKind.DELETED] == [()]

    async def test_edits_and_replies_are_marked(self, stage: Stage):
        snapshot = await capture(stage)
        told = [t for t in CONVERSATION if not t.deleted]
        said = [m for m in snapshot.messages if m.kind is MessageKind.NORMAL]
        assert [m.edited_at is not None for m in said] == [t.edited for t in told]
        if "replies" not in stage.losses:
            assert [m.reply_to.message if m.reply_to else None for m in said if m.reply_to] == [said[0].id]

    async def test_a_file_can_be_fetched_by_its_locator(self, stage: Stage):
        snapshot = await capture(stage)
        (file,) = [f for f in snapshot.header.files if f.name]
        assert (file.name, file.state, file.blob) == ("numbers.csv", FileState.PENDING, "")
        assert [a.file for m in snapshot.messages for a in m.attachments] == [file.id]
        async with stage.platform.open_file(file.locator) as chunks:
            assert b"".join([chunk async for chunk in chunks]) == b"a,b\n1,2\n"

    async def test_a_file_that_cannot_be_had_raises_on_entering(self, stage: Stage):
        with pytest.raises(PlatformError):
            async with stage.platform.open_file("nosuchfile"):
                pytest.fail("nothing to read")

    async def test_people_are_known_by_their_handles_too(self, stage: Stage):
        if "aliases" in stage.losses:
            pytest.skip("this platform has no handles")
        assert all(p.aliases for p in (await capture(stage)).header.participants)

    async def test_a_later_message_and_edit_do_not_change_a_snapshot(self, stage: Stage):
        before = await capture(stage)
        moment = stage.now()
        await stage.say(stage.thread, "Ana Moreno", "Much later")
        await stage.edit_first(stage.thread, "Something else")
        assert "Much later" not in text_of(await capture(stage, until=moment))
        assert "Shall we look at the numbers?" in text_of(before)
        assert "Much later" in text_of(await capture(stage))

    async def test_cards_heads_notices_and_progress_are_left_out(self, stage: Stage):
        before = text_of(await capture(stage))
        await stage.platform.post_card(stage.thread, a_card("Not captured"), "s1:card")
        await stage.platform.post_notice(stage.thread, (line("Not captured either"),), "c1:stopped")
        assert text_of(await capture(stage)) == before
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        assert (await capture(stage, made)).messages == ()

    async def test_a_long_thread_is_read_to_its_end_with_progress(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        await stage.say_many(made, "Ana Moreno", [f"Line {i}" for i in range(230)])
        progress = Counting()
        snapshot = await capture(stage, made, progress=progress)
        assert [plain(m.body) for m in snapshot.messages] == [f"Line {i}" for i in range(230)]
        assert len(progress.told) > 1
        assert [done for done, _ in progress.told] == sorted(done for done, _ in progress.told)

    async def test_what_is_not_there_and_what_is_not_allowed_look_the_same(self, stage: Stage):
        with pytest.raises(ThreadNotFound) as hidden:
            await capture(stage, stage.private, actor=stage.stranger)
        with pytest.raises(ThreadNotFound) as absent:
            await capture(stage, replace(stage.thread, thread="T404"), actor=stage.stranger)
        assert str(hidden.value) == str(absent.value)
        assert not await stage.platform.may_read(stage.stranger, stage.private)
        assert await stage.platform.may_read(stage.reader, stage.thread)

    async def test_moderators_may_moderate_even_a_channel_that_is_gone(self, stage: Stage):
        assert await stage.platform.may_moderate(stage.moderator, stage.place)
        assert await stage.platform.may_moderate(stage.moderator, replace(stage.place, channel="C404"))
        assert not await stage.platform.may_moderate(stage.stranger, stage.place)
        assert not await stage.platform.may_moderate(replace(stage.moderator, workspace="W404"), stage.place)

    async def test_a_turn_is_visibly_a_copy_and_can_be_found_again(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        assert await stage.platform.find_turn(made, a_turn()) is None
        posts = await stage.platform.post_turn(made, a_turn(), blobs({}))
        assert list(await stage.platform.find_turn(made, a_turn()) or ()) == list(posts)
        assert (await stage.names(made))[-1] == "Quiet Otter (shared)"

    async def test_a_replayed_turn_is_captured_as_its_original_person(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        otter = Participant("p1", "Quiet Otter")
        posts = await stage.platform.post_turn(made, a_turn(), blobs({}))
        snapshot = await capture(stage, made, ledger=Ledger(dict.fromkeys(posts, (otter,))))
        assert [(m.author, m.body) for m in snapshot.messages] == [("p1", COPIED)]
        assert snapshot.header.participants == (otter,)

    async def test_capture_continue_capture_gives_an_equal_conversation(self, stage: Stage):
        first = await capture(stage)
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        people = {p.key: Participant(f"p{i}", p.name) for i, p in enumerate(first.header.participants)}
        ledger = Ledger()
        for i, message in enumerate(m for m in first.messages if m.kind is MessageKind.NORMAL):
            author = people[message.author or ""]
            turn = Turn(f"c1:{i}", author, message.body, message.sent_at)
            posts = await stage.platform.post_turn(made, turn, blobs({}))
            ledger.posts.update(dict.fromkeys(posts, (author,)))
        assert conversation_of(await capture(stage, made, ledger=ledger)) == conversation_of(first)

    async def test_files_travel_along_up_to_a_limit_and_the_rest_is_named(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        small = FileCopy("f1", "small.csv", FileState.COPIED, blob="b1", media_type="text/csv", size=3)
        large = FileCopy("f2", "large.bin", FileState.COPIED, blob="b2", size=900_000_000)
        lost = FileCopy("f3", "lost.txt", FileState.MISSING, reason="it was deleted")
        turn = a_turn(files=(small, large, lost), attachments=tuple(Attachment(f"f{i}") for i in (1, 2, 3)))
        posts = await stage.platform.post_turn(made, turn, blobs({"b1": b"1,2"}))
        ledger = Ledger(dict.fromkeys(posts, (turn.author,)))
        snapshot = await capture(stage, made, ledger=ledger)
        assert [f.name for f in snapshot.header.files if f.name] == ["small.csv"]
        text = "\n".join(await stage.texts(made))
        assert "large.bin (900.0 MB)" in text
        assert "lost.txt" in text

    async def test_nothing_that_the_bot_posts_pings_anybody(self, stage: Stage):
        before = await stage.pings()
        loud = (
            line(Mention("everyone", "everyone"), Mention("person", "Ana Moreno", "p2"), "@here @everyone"),
        )
        made = await stage.platform.start_thread(stage.reader, stage.place, replace(a_head(), body=loud))
        await stage.platform.post_turn(made, a_turn(body=loud), blobs({}))
        await stage.platform.post_notice(made, loud, "c1:stopped")
        assert await stage.pings() == before

    async def test_a_thread_cannot_be_started_where_the_person_may_not_read(self, stage: Stage):
        with pytest.raises(NotAllowed):
            await stage.platform.start_thread(stage.stranger, stage.private.place, a_head())

    async def test_the_head_can_be_edited_to_show_progress(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        await stage.platform.edit_head(made, replace(a_head(), body=(line("Copying: 5 of 9."),)))
        assert (await stage.texts(made))[0].endswith("Copying: 5 of 9.")

    async def test_what_belongs_to_a_deleted_thread_is_gone(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        await stage.delete_thread(made)
        with pytest.raises(PostGone):
            await stage.platform.post_turn(made, a_turn(), blobs({}))
        with pytest.raises(PostGone):
            await stage.platform.edit_head(made, a_head())

    async def test_a_reply_reaches_its_person(self, stage: Stage):
        await stage.platform.notify(stage.reader, Reply((line("Only for you"),)))

    async def test_a_cancelled_capture_ends_cleanly(self, stage: Stage):
        reading = asyncio.Event()

        async def stop_here(_done: int, _total: int | None) -> None:
            reading.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(capture(stage, progress=stop_here))
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await capture(stage)).messages


class PostsOnce:
    """A platform that makes posting idempotent by its keys."""

    async def test_the_same_key_posts_once(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        assert await stage.platform.start_thread(stage.reader, stage.place, a_head()) == made
        turns = [await stage.platform.post_turn(made, a_turn(), blobs({})) for _ in range(2)]
        cards = [await stage.platform.post_card(made, a_card(), "s1:card") for _ in range(2)]
        for _ in range(2):
            await stage.platform.post_notice(made, (line("Stopped"),), "c1:stopped")
        assert list(turns[0]) == list(turns[1])
        assert cards[0] == cards[1]
        assert len(await stage.texts(made)) == 4

    async def test_the_same_key_posts_once_even_at_the_same_time(self, stage: Stage):
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        await asyncio.gather(*(stage.platform.post_turn(made, a_turn(), blobs({})) for _ in range(10)))
        assert len(await stage.texts(made)) == 2


class EditsPosts:
    """A platform that is `CanEditPosts`."""

    async def test_a_card_can_be_edited(self, stage: Stage):
        post = await stage.platform.post_card(stage.thread, a_card(), "s1:card")
        revoked = Card("This thread was shared", "", ("The link was revoked.",), (), revoked=True)
        await stage.platform.edit_card(post, revoked)  # type: ignore[attr-defined]
        assert "The link was revoked." in (await stage.texts(stage.thread))[-1]
        assert ADDRESS not in (await stage.texts(stage.thread))[-1]

    async def test_a_card_that_was_deleted_is_gone(self, stage: Stage):
        post = await stage.platform.post_card(stage.thread, a_card(), "s1:card")
        await stage.delete(post)
        with pytest.raises(PostGone):
            await stage.platform.edit_card(post, a_card())  # type: ignore[attr-defined]
