"""What a capture holds: every message, with everything on it, and nothing of ours."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model import FileState, MessageKind, Participant, ParticipantKind, Source
from bot.platforms import NotAllowed, RateLimited, ThreadNotFound, Unavailable
from bot.richtext.nodes import ChannelMention, Mention
from bot.richtext.plain import plain
from tests.adapters.discord.reading.desk import authors, only, texts
from tests.adapters.stage import Counting, Ledger
from tests.servers.discord import DROPPED, Can, Kind


async def test_a_thread_is_captured_with_its_first_message_its_name_and_where_it_was(desk):
    thread = await desk.thread("Shall we?", "Let us", name="Plans for Thursday")
    snapshot = await desk.capture(thread)
    assert texts(snapshot) == ["Shall we?", "Let us"]
    assert authors(snapshot) == ["Ana Moreno", "jonas"]
    assert snapshot.header.title == "Plans for Thursday"
    assert snapshot.header.source == Source("Discord", "Otters", "general")
    assert snapshot.header.message_count == 2
    assert snapshot.messages[0].id == str(thread.id)


@pytest.mark.parametrize("count", [0, 98, 99, 100, 101, 199, 200, 250])
async def test_no_message_is_lost_or_doubled_at_the_edge_of_a_page(desk, count):
    thread = await desk.thread("First")
    for i in range(count):
        await desk.post(f"Line {i}", thread)
    progress = Counting()
    snapshot = await desk.capture(thread, progress=progress)
    assert texts(snapshot) == ["First", *(f"Line {i}" for i in range(count))]
    assert [done for done, _ in progress.told] == sorted(done for done, _ in progress.told)
    assert all(total is None or done <= total for done, total in progress.told)


async def test_two_thousand_messages_are_read_in_twenty_one_pages(desk):
    thread = await desk.thread("First")
    for i in range(2000):
        await desk.post(f"Line {i}", thread, desk.ana if i % 2 else desk.jonas)
    snapshot = await desk.capture(thread)
    assert texts(snapshot) == ["First", *(f"Line {i}" for i in range(2000))]
    assert len(desk.asked("GET", f"{thread.id}/messages")) == 21


async def test_what_was_written_later_is_left_out_also_while_it_is_read(desk):
    thread = await desk.thread("First")
    for i in range(150):
        await desk.post(f"Line {i}", thread)
    until = desk.clock()

    async def meanwhile(_done, _total):
        await desk.post("Much later", thread)

    snapshot = await desk.capture(thread, until=until, progress=meanwhile)
    assert texts(snapshot) == ["First", *(f"Line {i}" for i in range(150))]


async def test_a_message_deleted_while_its_page_was_the_last_one_read_loses_nothing_else(desk):
    thread = await desk.thread("First")
    posts = [await desk.post(f"Line {i}", thread) for i in range(250)]

    async def meanwhile(done, _total):
        if done == 100:
            for post in posts[:151]:
                await desk.server.write.delete(desk.ana, post)

    snapshot = await desk.capture(thread, progress=meanwhile)
    assert texts(snapshot) == ["First", *(f"Line {i}" for i in range(150, 250))]


class TestFirstMessages:
    async def test_where_discord_does_not_tell_it_is_fetched(self, desk):
        thread = await desk.thread("Shall we?", "Let us")
        desk.server.build.leave_untold(thread.messages[0])
        assert texts(await desk.capture(thread)) == ["Shall we?", "Let us"]

    async def test_it_keeps_what_it_answered(self, desk):
        before = await desk.post("Who comes?", who=desk.jonas)
        first = await desk.post("I do", reply_to=before)
        thread = await desk.server.write.thread(desk.ana, first, "Plans")
        answer = only(await desk.capture(thread)).reply_to
        assert (answer.message, plain_of(answer)) == (str(before.id), "Who comes?")

    async def test_a_deleted_one_leaves_a_placeholder(self, desk):
        thread = await desk.thread("Shall we?", "Let us")
        await desk.server.write.delete(desk.ana, desk.channel.messages.get(thread.id))
        snapshot = await desk.capture(thread)
        assert [m.kind for m in snapshot.messages] == [MessageKind.DELETED, MessageKind.NORMAL]
        assert texts(snapshot) == ["", "Let us"]

    async def test_a_thread_without_one_has_none(self, desk):
        thread = await desk.server.write.thread(desk.ana, desk.channel, "Plans")
        await desk.post("Let us", thread)
        assert texts(await desk.capture(thread)) == ["Let us"]

    async def test_it_is_found_where_the_notice_of_it_was_removed(self, desk):
        thread = await desk.thread("Shall we?", "Let us")
        thread.messages.remove(thread.messages[0])
        assert texts(await desk.capture(thread)) == ["Shall we?", "Let us"]

    @pytest.mark.parametrize("kind", [Kind.FORUM, Kind.MEDIA])
    async def test_that_of_a_post_stands_inside(self, desk, kind):
        forum = desk.server.build.channel(desk.guild, "help", kind)
        post = await desk.server.write.forum_post(desk.ana, forum, "How?", "Please tell")
        await desk.post("So", post)
        snapshot = await desk.capture(post)
        assert texts(snapshot) == ["Please tell", "So"]
        assert snapshot.header.source.channel == "help"

    async def test_a_deleted_one_of_a_post_leaves_a_placeholder(self, desk):
        forum = desk.server.build.channel(desk.guild, "help", Kind.FORUM)
        post = await desk.server.write.forum_post(desk.ana, forum, "How?", "Please tell")
        await desk.post("So", post)
        await desk.server.write.delete(desk.ana, post.messages[0])
        snapshot = await desk.capture(post)
        assert [m.kind for m in snapshot.messages] == [MessageKind.DELETED, MessageKind.NORMAL]


def plain_of(answer) -> str:
    return "".join(node.text for node in answer.excerpt)


class TestStretches:
    async def test_a_stretch_of_a_channel_is_titled_by_its_first_words(self, desk):
        posts = [await desk.post(f"Line {i}") for i in range(5)]
        snapshot = await desk.capture(desk.part(posts[1], posts[3]))
        assert texts(snapshot) == ["Line 1", "Line 2", "Line 3"]
        assert snapshot.header.title == "Line 1"

    async def test_an_open_one_goes_to_the_end_and_over_pages(self, desk):
        posts = [await desk.post(f"Line {i}") for i in range(230)]
        snapshot = await desk.capture(desk.part(posts[5]))
        assert texts(snapshot) == [f"Line {i}" for i in range(5, 230)]

    async def test_pages_before_it_are_not_read(self, desk):
        posts = [await desk.post(f"Line {i}") for i in range(330)]
        await desk.capture(desk.part(posts[300]))
        assert len(desk.asked("GET", f"{desk.channel.id}/messages")) == 1

    async def test_one_within_a_thread_has_the_threads_name_and_first_message_only_where_it_begins_there(
        self, desk
    ):
        thread = await desk.thread("Shall we?", "One", "Two", "Three")
        part = await desk.capture(desk.part(thread.messages[2], thread.messages[2]))
        assert (texts(part), part.header.title) == (["Two"], "Plans")
        whole = desk.ref(thread)
        begun = replace(whole, thread=f"{thread.id}:{thread.id}-{thread.messages[1].id}")
        assert texts(await desk.capture(begun)) == ["Shall we?", "One"]

    async def test_a_long_first_line_is_cut_between_words(self, desk):
        post = await desk.post("word " * 40)
        title = (await desk.capture(desk.part(post, post))).header.title
        assert title == ("word " * 16).strip() + "…"


class TestWhatAMessageHas:
    async def test_forwards_polls_stickers_embeds_and_voice(self, desk):
        write, thread = desk.server.write, await desk.thread("First")
        helper = desk.server.build.user("Helper", bot=True)
        desk.server.build.join(desk.guild, helper)
        elsewhere = await desk.post("Said elsewhere", who=desk.jonas)
        await write.forward(desk.ana, elsewhere, thread)
        await write.poll(desk.ana, thread, "When?", ["Today", "Never"])
        await desk.post("", thread, stickers=[desk.server.build.sticker("wave")])
        await desk.post("", thread, helper, embeds=[{"title": "Build passed", "type": "rich"}])
        await write.voice(desk.ana, thread, seconds=65)
        panel = [{"type": 17, "components": [{"type": 10, "content": "Only *here*"}]}]
        await desk.post("", thread, helper, components=panel, flags=1 << 15)
        _, forward, poll, sticker, embed, voice, panel = (await desk.capture(thread)).messages
        assert plain(forward.forwards[0].body) == "Said elsewhere"
        assert [plain_inline(option.text) for option in poll.poll.options] == ["Today", "Never"]
        assert sticker.attachments[0].description == "wave"
        assert plain_inline(embed.cards[0].title) == "Build passed"
        assert "1:05" in voice.attachments[0].description
        assert plain(panel.body) == "Only here"

    async def test_an_app_under_its_own_name_is_a_bot_and_a_webhook_is_a_person(self, desk):
        thread = await desk.thread("First")
        helper = desk.server.build.user("Helper", bot=True)
        desk.server.build.join(desk.guild, helper)
        await desk.post("Built", thread, helper)
        await desk.post("From the bridge", thread, helper, webhook_id=77, shown_name="Mei (IRC)")
        snapshot = await desk.capture(thread)
        kinds = {p.name: p.kind for p in snapshot.header.participants}
        assert kinds["Helper"] is ParticipantKind.BOT
        assert kinds["Mei (IRC)"] is ParticipantKind.PERSON

    async def test_people_roles_and_open_channels_are_named_and_hidden_ones_are_not(self, desk):
        build = desk.server.build
        crew = build.role(desk.guild, "Crew")
        secret = build.channel(desk.guild, "secret")
        build.hide(secret, desk.bot_role)
        thread = await desk.thread("First")
        text = f"<@{desk.jonas.id}> <@{desk.ana.id}> <@&{crew.id}> <#{desk.channel.id}> <#{secret.id}> <#{thread.id}>"
        await desk.post(text, thread)
        (paragraph,) = (await desk.capture(thread)).messages[1].body
        named = [node.name for node in paragraph.children if isinstance(node, Mention | ChannelMention)]
        assert named == ["jonas", "Ana Moreno", "Crew", "general", "unknown-channel", "Plans"]

    async def test_reactions_edits_and_replies_are_kept(self, desk):
        thread = await desk.thread("First", "Second")
        second = thread.messages[1]
        emoji = desk.server.build.emoji(desk.guild, "otter")
        await desk.server.write.react(desk.ana, second, emoji)
        await desk.server.write.edit(desk.jonas, second, "Second, better")
        await desk.post("Yes", thread, reply_to=second)
        snapshot = await desk.capture(thread)
        _, second, third = snapshot.messages
        assert second.edited_at is not None
        assert (second.reactions[0].count, second.reactions[0].emoji.name) == (1, "otter")
        assert third.reply_to.message == second.id
        assert second.reactions[0].emoji.file in {file.id for file in snapshot.header.files}

    async def test_files_and_avatars_can_be_fetched(self, desk):
        mia = desk.server.build.user("mia", avatar=b"her face")
        desk.server.build.join(desk.guild, mia)
        thread = await desk.thread("First")
        await desk.post("Here", thread, mia, files={"a.csv": b"1,2"})
        snapshot = await desk.capture(thread)
        fetched = {}
        for file in snapshot.header.files:
            assert file.state is FileState.PENDING
            async with desk.downloads.open(file.locator) as chunks:
                fetched[file.name] = b"".join([chunk async for chunk in chunks])
        assert fetched == {"a.csv": b"1,2", "": b"her face"}


def plain_inline(nodes) -> str:
    return "".join(node.text for node in nodes)


class TestPeople:
    async def test_who_left_is_known_as_discord_still_knows_them(self, desk):
        thread = await desk.thread("First", "Bye")
        desk.server.build.leave(desk.guild, desk.jonas)
        assert authors(await desk.capture(thread)) == ["Ana Moreno", "jonas"]

    async def test_a_nickname_is_asked_for_once(self, desk):
        thread = await desk.thread("First", "Second")
        for _ in range(3):
            await desk.capture(thread)
        asked = desk.asked("GET", f"/members/{desk.jonas.id}")
        assert len(asked) == 1

    async def test_no_capture_fails_for_a_nickname(self, desk):
        thread = await desk.thread("First", "Second")
        fault = desk.server.faults.fail_next("GET", f"/guilds/*/members/{desk.jonas.id}", status=503, times=9)
        assert authors(await desk.capture(thread)) == ["Ana Moreno", "jonas"]
        assert fault.struck

    async def test_no_more_than_five_are_asked_for_at_once(self, desk):
        thread = await desk.thread("First")
        for i in range(12):
            user = desk.server.build.user(f"user{i}")
            desk.server.build.join(desk.guild, user)
            await desk.post("Hello", thread, user)
        hold = desk.server.faults.hold("GET", "/guilds/*/members/*")
        task = asyncio.create_task(desk.capture(thread, actor=desk.actor(desk.ana)))
        seen = 0
        while not task.done():
            await desk.server.until(lambda: hold.waiting or task.done())
            seen = max(seen, hold.waiting)
            break
        hold.release()
        assert len(texts(await task)) == 13
        assert seen <= 5


class TestNeverAPart:
    async def test_without_read_message_history_it_is_refused_and_not_empty(self, desk):
        thread = await desk.thread("First", "Second")
        desk.server.build.permit(desk.guild, desk.guild.everyone, Can.VIEW_CHANNEL | Can.SEND_MESSAGES)
        boss = desk.actor(desk.guild.owner)
        desk.server.build.permit(desk.guild, desk.bot_role, Can.VIEW_CHANNEL)
        desk.server.build.overwrite(desk.channel, desk.guild.everyone, allow=Can.READ_MESSAGE_HISTORY)
        desk.server.build.overwrite(desk.channel, desk.bot_role, deny=Can.READ_MESSAGE_HISTORY)
        with pytest.raises(NotAllowed, match="Read Message History"):
            await desk.capture(thread, actor=boss)

    async def test_a_history_that_closes_while_it_is_read_is_no_end(self, desk):
        thread = await desk.thread("First")
        for i in range(250):
            await desk.post(f"Line {i}", thread)

        async def close(_done, _total):
            desk.server.build.overwrite(desk.channel, desk.bot_role, deny=Can.READ_MESSAGE_HISTORY)

        with pytest.raises(NotAllowed, match="Read Message History"):
            await desk.capture(thread, progress=close)

    async def test_a_thread_deleted_while_it_is_read_is_not_found(self, desk):
        thread = await desk.thread("First")
        for i in range(250):
            await desk.post(f"Line {i}", thread)

        async def delete(_done, _total):
            if not thread.deleted:
                desk.server.build.delete_channel(thread)

        with pytest.raises(ThreadNotFound):
            await desk.capture(thread, progress=delete)

    async def test_hidden_content_is_refused_for_the_operator_to_mend(self, desk):
        thread = await desk.thread("First", "Second")
        desk.server.world.app.message_content = False
        with pytest.raises(NotAllowed, match="Message Content Intent"):
            await desk.capture(thread)

    async def test_hidden_content_is_noticed_where_a_mention_of_the_bot_shows_through(self, desk):
        thread = await desk.thread("First", f"<@{desk.server.world.bot.id}> look")
        desk.server.world.app.message_content = False
        with pytest.raises(NotAllowed, match="Message Content Intent"):
            await desk.capture(thread)

    async def test_stickers_alone_are_no_hidden_content(self, desk):
        thread = await desk.server.write.thread(desk.ana, desk.channel, "Waves")
        await desk.post("", thread, stickers=[desk.server.build.sticker("wave")])
        assert len((await desk.capture(thread)).messages) == 1

    async def test_a_failure_in_the_middle_is_asked_again(self, desk):
        thread = await desk.thread("First")
        for i in range(250):
            await desk.post(f"Line {i}", thread)
        fault = desk.server.faults.fail_next("GET", f"/channels/{thread.id}/messages", status=503, skip=1)
        snapshot = await desk.capture(thread)
        assert texts(snapshot) == ["First", *(f"Line {i}" for i in range(250))]
        assert (fault.struck, desk.waits) == (1, [0.5])

    @pytest.mark.parametrize("status", [503, DROPPED])
    async def test_where_discord_stays_silent_nothing_is_captured(self, desk, status):
        thread = await desk.thread("First")
        for i in range(250):
            await desk.post(f"Line {i}", thread)
        pattern = f"/channels/{thread.id}/messages"
        desk.server.faults.fail_next("GET", pattern, status=status, skip=1, times=40)
        with pytest.raises(Unavailable):
            await desk.capture(thread)

    async def test_a_short_rate_limit_is_waited_out(self, desk):
        thread = await desk.thread("First", "Second")
        fault = desk.server.faults.fail_next("GET", f"/channels/{thread.id}/messages", status=429)
        assert texts(await desk.capture(thread)) == ["First", "Second"]
        assert fault.struck == 1

    async def test_a_ban_by_cloudflare_is_told_at_once(self, desk):
        thread = await desk.thread("First", "Second")
        pattern = f"/channels/{thread.id}/messages"
        fault = desk.server.faults.fail_next("GET", pattern, status=429, via=False, retry_after=600, times=9)
        with pytest.raises(RateLimited, match="10 minutes") as limited:
            await desk.capture(thread)
        assert limited.value.seconds == 600
        assert fault.struck == 1

    async def test_a_cancelled_capture_ends_cleanly(self, desk):
        thread = await desk.thread("First", "Second")
        hold = desk.server.faults.hold("GET", f"/channels/{thread.id}/messages")
        task = asyncio.create_task(desk.capture(thread))
        await hold.reached()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        hold.release()
        desk.server.faults.clear()
        assert texts(await desk.capture(thread)) == ["First", "Second"]


class TestOurOwn:
    async def test_what_the_bot_posts_is_left_out_and_so_is_that_it_was_answered(self, desk):
        bot, thread = desk.server.world.bot, await desk.thread("First", "Second")
        card = await desk.post("A card", thread, bot)
        await desk.post("Nice card", thread, reply_to=card)
        snapshot = await desk.capture(thread)
        assert texts(snapshot) == ["First", "Second", "Nice card"]
        assert snapshot.messages[2].reply_to is None
        assert {p.name for p in snapshot.header.participants} == {"Ana Moreno", "jonas"}

    async def test_a_thread_on_a_post_of_ours_begins_after_it(self, desk):
        head = await desk.post("Continued from", who=desk.server.world.bot)
        thread = await desk.server.write.thread(desk.server.world.bot, head, "Plans (continued)")
        await desk.post("Go on", thread)
        assert texts(await desk.capture(thread)) == ["Go on"]
        await desk.server.write.delete(desk.server.world.bot, head)
        assert texts(await desk.capture(thread)) == ["Go on"]

    async def test_a_forum_post_of_ours_begins_after_its_head(self, desk):
        forum = desk.server.build.channel(desk.guild, "help", Kind.FORUM)
        post = await desk.server.write.forum_post(desk.server.world.bot, forum, "How?", "Continued from")
        await desk.post("Go on", post)
        assert texts(await desk.capture(post)) == ["Go on"]
        post.messages.remove(post.messages[0])
        assert texts(await desk.capture(post)) == ["Go on"]

    async def test_copied_turns_are_captured_as_their_original_people(self, desk):
        otter, crane = Participant("p1", "Quiet Otter"), Participant("p2", "Kind Crane")
        bot, app = desk.server.world.bot, desk.server.world.app
        head = await desk.post("Continued from", who=bot)
        thread = await desk.server.write.thread(bot, head, "Plans (continued)")
        by_bot = await desk.post(
            "**\u2063Quiet Otter (shared)**\nAsk @Kind Crane\n-# \u2063a.zip was not carried over",
            thread,
            bot,
        )
        by_webhook = await desk.post(
            "Yes @Quiet Otter",
            thread,
            bot,
            webhook_id=9,
            application_id=app.id,
            shown_name="Kind Crane (shared)",
        )
        await desk.post("So?", thread, reply_to=by_webhook)
        ledger = Ledger({str(by_bot.id): (otter, crane), str(by_webhook.id): (crane,)})
        snapshot = await desk.capture(thread, ledger=ledger)
        assert texts(snapshot) == ["Ask @Kind Crane", "Yes @Quiet Otter", "So?"]
        assert authors(snapshot) == ["Quiet Otter", "Kind Crane", "Ana Moreno"]
        mentions = [n for m in snapshot.messages for n in m.body[0].children if isinstance(n, Mention)]
        assert [node.person for node in mentions] == ["p2", "p1"]
        assert snapshot.messages[2].reply_to.author == "p2"
        assert [p.key for p in snapshot.header.participants[:2]] == ["p1", "p2"]

    async def test_a_copy_that_no_ledger_knows_is_still_somebodys_words(self, desk):
        bot, app = desk.server.world.bot, desk.server.world.app
        thread = await desk.thread("First")
        more = {"webhook_id": 9, "application_id": app.id, "shown_name": "Kind Crane (shared)"}
        await desk.post("Indeed", thread, bot, **more)
        await desk.post("**\u2063\u2063Quiet\\_Otter (shared)**\nIt is", thread, bot)
        snapshot = await desk.capture(thread)
        assert texts(snapshot) == ["First", "Indeed", "It is"]
        assert authors(snapshot) == ["Ana Moreno", "Kind Crane", "Quiet_Otter"]

    async def test_the_ledger_is_asked_for_the_thread_also_for_a_part_of_it(self, desk):
        thread = await desk.thread("First", "Second")
        post = await desk.post("Copied", thread, desk.server.world.bot)
        asked = []

        class Remembering(Ledger):
            async def replayed_by(self, ref, posts):
                asked.append((ref, list(posts)))
                return await super().replayed_by(ref, posts)

        await desk.capture(desk.part(thread.messages[1]), ledger=Remembering())
        assert asked == [(desk.ref(thread), [str(post.id)])]


@pytest.mark.parametrize("locked", [False, True])
async def test_an_archived_thread_is_read_as_it_is_and_stays_archived(desk, locked):
    thread = await desk.thread("First", "Second")
    await desk.server.write.archive(desk.guild.owner, thread, locked=locked)
    assert texts(await desk.capture(thread)) == ["First", "Second"]
    assert (thread.thread.archived, thread.thread.locked) == (True, locked)
    assert not desk.asked("PATCH", "")


async def test_reading_asks_for_nothing_but_reading(desk):
    thread = await desk.thread("First", "Second")
    await desk.capture(thread)
    assert {one.method for one in desk.server.requests} <= {"GET"}
