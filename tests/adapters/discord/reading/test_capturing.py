"""What a capture holds: every message, with everything on it, and nothing of ours."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import FileState, Participant, ParticipantKind, Source
from bot.richtext.nodes import ChannelMention, Mention
from bot.richtext.plain import plain
from tests.adapters.discord.reading.desk import authors, texts
from tests.adapters.stage import Counting, Ledger
from tests.servers.discord import Kind


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
        build.overwrite(secret, desk.guild.everyone)
        desk.clock.advance(minutes=10)
        (paragraph,) = (await desk.capture(thread)).messages[1].body
        assert paragraph.children[-3] == ChannelMention("secret")

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

    async def test_a_nickname_is_believed_for_an_hour(self, desk):
        thread = await desk.thread("First", "Second")
        for _ in range(3):
            await desk.capture(thread)
        assert len(desk.asked("GET", f"/members/{desk.jonas.id}")) == 1
        desk.server.build.give(desk.guild, desk.jonas, nick="Jonas Weber")
        assert authors(await desk.capture(thread))[1] == "jonas"
        desk.clock.advance(hours=1)
        assert authors(await desk.capture(thread))[1] == "Jonas Weber"

    async def test_no_capture_fails_for_a_nickname_and_silence_is_not_asked_into(self, desk):
        thread = await desk.thread("First", "Second")
        silent = desk.server.faults.fail_next("GET", f"/guilds/*/members/{desk.jonas.id}", status=503)
        assert authors(await desk.capture(thread))[1] == "jonas"
        desk.server.build.give(desk.guild, desk.jonas, nick="Jonas Weber")
        assert authors(await desk.capture(thread))[1] == "jonas"
        assert silent.struck == len(desk.asked("GET", f"/members/{desk.jonas.id}"))
        desk.clock.advance(minutes=1)
        assert authors(await desk.capture(thread))[1] == "Jonas Weber"

    async def test_who_is_only_mentioned_is_named_and_who_deleted_their_account_is_not(self, desk):
        build, thread = desk.server.build, await desk.thread("First")
        stranger = build.user("stranger")
        await desk.post("Ask them", thread, more={"content": f"<@{stranger.id}> <@40404>"})
        (paragraph,) = (await desk.capture(thread)).messages[1].body
        names = [node.name for node in paragraph.children if isinstance(node, Mention)]
        assert names == ["stranger", "unknown-user"]

    async def test_channels_of_other_servers_and_private_threads_are_not_named(self, desk):
        build, write = desk.server.build, desk.server.write
        den = build.channel(build.guild("Herons"), "den")
        private = await write.thread(desk.ana, desk.channel, "Psst", private=True)
        await write.add_to_thread(desk.ana, private, desk.server.world.bot)
        thread = await desk.thread("First")
        await desk.post(f"<#{den.id}> <#{private.id}> <#{thread.id}>", thread)
        (paragraph,) = (await desk.capture(thread)).messages[1].body
        names = [node.name for node in paragraph.children if isinstance(node, ChannelMention)]
        assert names == ["unknown-channel", "unknown-channel", "Plans"]

    async def test_no_more_than_five_are_asked_for_at_once(self, desk):
        channels = [desk.server.build.channel(desk.guild, f"room{i}") for i in range(12)]
        thread = await desk.thread("First", " ".join(f"<#{channel.id}>" for channel in channels))
        holds = [desk.server.faults.hold("GET", f"/channels/{channel.id}") for channel in channels]
        task = asyncio.create_task(desk.capture(thread))
        await desk.server.until(lambda: sum(hold.waiting for hold in holds) >= 5)
        await desk.client.http.get_user(desk.ana.id)
        assert sum(hold.waiting for hold in holds) == 5
        desk.server.faults.clear()
        (paragraph,) = (await task).messages[1].body
        named = [node.name for node in paragraph.children if isinstance(node, ChannelMention)]
        assert named == [channel.name for channel in channels]


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
        assert len(desk.asked("GET", f"/members/{bot.id}")) == 1  # for its rights, and not for its name
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


async def test_a_flood_of_mentions_asks_discord_only_so_often(desk):
    people, channels = range(10**17, 10**17 + 450), range(10**17 + 500, 10**17 + 950)
    flood = [f"<@{one}>" for one in people] + [f"<#{one}>" for one in channels]
    thread = await desk.thread("First", *(" ".join(flood[i : i + 90]) for i in range(0, len(flood), 90)))
    before = len(desk.server.requests)
    assert len((await desk.capture(thread)).messages) == 11
    assert len(desk.server.requests) - before < 350
