"""Every message is read, whatever Discord does meanwhile, or none at all."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.discord.clients import login
from bot.model import MessageKind
from bot.platforms import NotAllowed, PlatformError, RateLimited, ThreadNotFound, Unavailable
from tests.adapters.discord.reading.desk import only, texts
from tests.servers.discord import DROPPED, Can, Kind


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


async def test_what_was_written_before_the_capture_but_after_its_moment_is_left_out(desk):
    thread = await desk.thread("First", "Second")
    until = desk.clock()
    await desk.post("Much later", thread)
    assert texts(await desk.capture(thread, until=until)) == ["First", "Second"]


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
        desk.server.build.leave_untold(thread.messages[0])
        whole = desk.ref(thread)
        begun = replace(whole, thread=f"{thread.id}:{thread.id}-{thread.messages[1].id}")
        assert texts(await desk.capture(begun)) == ["Shall we?", "One"]

    @pytest.mark.parametrize("option", ["from", "to"])
    @pytest.mark.parametrize("inside", [False, True])
    async def test_one_that_is_to_begin_or_end_with_what_is_not_there_is_refused_and_not_made_longer(
        self, desk, option, inside
    ):
        place = await desk.thread() if inside else desk.channel
        posts = [await desk.post(f"Line {i}", place) for i in range(5)]
        part = desk.part(posts[1], posts[3])
        await desk.server.write.delete(desk.ana, posts[1 if option == "from" else 3])
        with pytest.raises(PlatformError, match=f"The message in “{option}” is not there"):
            await desk.capture(part)

    async def test_a_long_first_line_is_cut_between_words(self, desk):
        post = await desk.post("word " * 40)
        title = (await desk.capture(desk.part(post, post))).header.title
        assert title == ("word " * 16).strip() + "…"


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
        posts = [await desk.post(f"Line {i}") for i in range(250)]

        async def close(_done, _total):
            desk.server.build.overwrite(desk.channel, desk.bot_role, deny=Can.READ_MESSAGE_HISTORY)

        with pytest.raises(NotAllowed, match="Read Message History"):
            await desk.capture(desk.part(posts[0]), progress=close)

    async def test_more_than_anybody_can_share_is_not_read_to_its_end(self, desk):
        posts = [await desk.post(f"Line {i}") for i in range(450)]
        desk.set_up(replace(desk.config, max_messages=200))
        assert len((await desk.capture(desk.part(posts[200]))).messages) == 250
        with pytest.raises(PlatformError, match="more than 200 messages"):
            await desk.capture(desk.part(posts[0]))
        assert len(desk.asked("GET", f"{desk.channel.id}/messages")) == 6

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

    async def test_hidden_content_is_noticed_where_only_apps_write(self, desk):
        helper = desk.server.build.user("Helper", bot=True)
        desk.server.build.join(desk.guild, helper)
        post = await desk.post("Build passed", who=helper)
        desk.server.world.app.message_content = False
        with pytest.raises(NotAllowed, match="Message Content Intent"):
            await desk.capture(desk.part(post))

    async def test_hidden_content_is_noticed_whatever_the_flags_say(self, desk):
        thread = await desk.thread("First", "Second")
        desk.server.world.app.message_content = False
        desk.server.world.app.more = {"flags": 1 << 19}
        with pytest.raises(NotAllowed, match="Message Content Intent"):
            await desk.capture(thread)

    async def test_content_that_was_hidden_at_the_login_may_be_open_now(self, desk):
        app, thread = desk.server.world.app, await desk.server.write.thread(desk.ana, desk.channel, "Waves")
        await desk.post("", thread, stickers=[desk.server.build.sticker("wave")])
        app.message_content = False
        await login(desk.client, desk.config.token)
        with pytest.raises(NotAllowed, match="Message Content Intent"):
            await desk.capture(thread)
        app.message_content = True
        assert len((await desk.capture(thread)).messages) == 1

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


async def test_reading_asks_for_nothing_but_reading(desk):
    thread = await desk.thread("First", "Second")
    await desk.capture(thread)
    assert {one.method for one in desk.server.requests} <= {"GET"}
