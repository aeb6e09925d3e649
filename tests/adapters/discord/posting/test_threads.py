"""Where a replay begins: a thread of its own, once, for those who may have one there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.discord.marks import key_mark
from bot.model import ChannelRef
from bot.platforms import NotAllowed, PostGone, RateLimited, Unavailable
from tests.adapters.discord.posting.turns import may, post, turn
from tests.adapters.stage import a_head, line
from tests.servers.discord import DROPPED, Can, Flag, Kind
from tests.servers.discord.building import BOT_MAY

HEAD = a_head()


async def start(stage, channel, head=HEAD, actor=None):
    return await stage.platform.start_thread(actor or stage.reader, stage.channel_ref(channel), head)


def without_mark(text):
    return text.replace(key_mark(HEAD.key), "")


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.ANNOUNCEMENT])
async def test_in_a_channel_it_begins_with_a_message_there(stage, kind):
    channel = stage.server.build.channel(stage.guild, "place", kind)
    thread = stage.channel(await start(stage, channel))
    head = channel.messages.get(thread.id)
    assert (thread.name, thread.parent) == ("Numbers (continued)", channel)
    assert thread.kind is (Kind.PUBLIC_THREAD if kind is Kind.TEXT else Kind.ANNOUNCEMENT_THREAD)
    assert without_mark(head.content) == "**Numbers (continued)**\nContinued from a snapshot."
    assert head.flags & Flag.SUPPRESS_EMBEDS


@pytest.mark.parametrize("kind", [Kind.FORUM, Kind.MEDIA])
async def test_in_a_forum_it_is_a_post(stage, kind):
    forum = stage.forum(kind=kind)
    thread = stage.channel(await start(stage, forum))
    assert (thread.name, thread.parent) == ("Numbers (continued)", forum)
    assert [message.id for message in thread.messages] == [thread.id]
    assert thread.thread.applied_tags == []


async def test_a_forum_that_wants_a_tag_gets_one_that_anybody_may_use(stage):
    forum = stage.forum(tags=["help", "news"], require_tag=True)
    thread = stage.channel(await start(stage, forum))
    assert thread.thread.applied_tags == [forum.tags[0].id]


async def test_a_forum_without_a_tag_to_use_is_refused_with_what_to_do(stage):
    forum = stage.forum(require_tag=True)
    with pytest.raises(NotAllowed, match="tag"):
        await start(stage, forum)


async def test_within_a_thread_it_becomes_a_sibling(stage):
    beside = replace(stage.place, channel=stage.thread.thread)
    made = await stage.platform.start_thread(stage.reader, beside, HEAD)
    assert made.channel == stage.thread.channel
    forum = stage.forum()
    first = stage.channel(await start(stage, forum))
    second = await start(stage, first, a_head("c2:head"))
    assert stage.channel(second).parent is forum
    assert second.thread != str(first.id)


async def test_a_title_is_cut_to_what_a_name_may_have(stage):
    made = await start(stage, stage.general, a_head(title="Long  \n title " * 20))
    name = stage.channel(made).name
    assert 90 < len(name) <= 100
    assert name.startswith("Long title Long")
    assert stage.channel(await start(stage, stage.general, a_head("c2", " "))).name == "A conversation"


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.FORUM])
async def test_the_same_head_makes_one_thread_even_at_the_same_time(stage, kind):
    channel = stage.forum(kind=kind)
    made = await asyncio.gather(*(start(stage, channel) for _ in range(5)))
    assert len(set(made)) == 1
    assert len([t for t in stage.guild.threads.values() if t.parent is channel]) == 1


@pytest.mark.parametrize("status", [503, DROPPED])
@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("path", ["/channels/*/messages", "/channels/*/messages/*/threads"])
async def test_a_lost_answer_makes_no_second_thread_in_a_channel(stage, server, path, after_effect, status):
    server.faults.fail_next("POST", path, status=status, after_effect=after_effect)
    with pytest.raises(Unavailable):
        await start(stage, stage.general)
    made = await start(stage, stage.general)
    ours = [one for one in stage.general.messages if one.author is server.world.bot]
    assert [str(one.id) for one in ours] == [made.thread]


@pytest.mark.parametrize("status", [500, 503, DROPPED])
async def test_a_lost_answer_makes_no_second_post_in_a_forum(stage, server, status):
    forum = stage.forum()
    await start(stage, forum, a_head("another"))
    server.faults.fail_next("POST", "/channels/*/threads", status=status, after_effect=True)
    made = await start(stage, forum)
    assert made == await start(stage, forum)
    assert len([t for t in stage.guild.threads.values() if t.parent is forum]) == 2
    server.faults.fail_next("POST", "/channels/*/threads", status=status)
    with pytest.raises(Unavailable):
        await start(stage, forum, a_head("third"))
    assert len([t for t in stage.guild.threads.values() if t.parent is forum]) == 2


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.FORUM, "/channels/*/threads"),
        (Kind.TEXT, "/channels/*/messages"),
        (Kind.TEXT, "/channels/*/messages/*/threads"),
    ],
)
async def test_what_a_process_began_that_died_is_found_and_used_by_the_next(stage, server, kind, path):
    channel = stage.forum(kind=kind)
    other = await start(stage, channel, a_head("another"))
    held = server.faults.hold("POST", path, after_effect=True)
    begun = asyncio.create_task(start(stage, channel))
    await held.reached()
    begun.cancel()
    server.faults.clear()
    stage.clock.advance(hours=1)  # no nonce is known any more
    stage.platform = stage.another()
    made = await start(stage, channel)
    assert made != other
    assert made == await start(stage, channel)
    assert len([one for one in stage.guild.threads.values() if one.parent is channel]) == 2
    assert len([one for one in channel.messages if one.author is server.world.bot]) == (
        0 if kind is Kind.FORUM else 2
    )
    await stage.platform.edit_head(made, replace(HEAD, title="Further"))
    stage.platform = stage.another()
    assert made == await start(stage, channel)


async def test_a_post_by_somebody_else_or_of_another_name_is_never_taken_for_ours(stage, server):
    forum, content = stage.forum(), f"Copied{key_mark(HEAD.key)}"
    await server.write.forum_post(stage.people["Ana Moreno"], forum, "Numbers (continued)", content)
    await server.write.forum_post(server.world.bot, forum, "Numbers", content)
    made = await start(stage, forum)
    assert len([one for one in stage.guild.threads.values() if one.parent is forum]) == 3
    assert stage.channel(made).thread.owner_id == server.world.bot.id


async def test_a_long_wait_is_left_to_the_core(stage, server):
    server.faults.fail_next("POST", "/channels/*/threads", status=429, retry_after=600)
    with pytest.raises(RateLimited):
        await start(stage, stage.forum())


@pytest.mark.parametrize("denied", [Can.VIEW_CHANNEL, Can.READ_MESSAGE_HISTORY, Can.SEND_MESSAGES_IN_THREADS])
async def test_a_person_without_the_right_starts_nothing(stage, denied):
    stage.server.build.overwrite(stage.general, stage.people["Ana Moreno"], deny=denied)
    with pytest.raises(NotAllowed):
        await start(stage, stage.general)
    assert not [one for one in stage.general.messages if one.author is stage.server.world.bot]


async def test_a_bot_without_the_right_says_which_and_leaves_nothing_behind(stage):
    may(stage, BOT_MAY & ~Can.CREATE_PUBLIC_THREADS)
    stage.server.build.overwrite(stage.general, stage.server.world.bot, deny=Can.CREATE_PUBLIC_THREADS)
    with pytest.raises(NotAllowed, match="Create Public Threads"):
        await start(stage, stage.general)
    assert not [one for one in stage.general.messages if one.author is stage.server.world.bot]


async def test_a_server_full_of_threads_is_told_so(stage):
    stage.guild.max_active_threads = 0
    for channel in (stage.general, stage.forum()):
        with pytest.raises(NotAllowed, match="as many active threads"):
            await start(stage, channel)


@pytest.mark.parametrize("channel", ["1", "C404", ""])
async def test_a_place_that_is_none_is_refused(stage, channel):
    with pytest.raises(NotAllowed):
        await stage.platform.start_thread(stage.reader, replace(stage.place, channel=channel), HEAD)
    elsewhere = ChannelRef("discord", "1", stage.place.channel)
    with pytest.raises(NotAllowed):
        await stage.platform.start_thread(stage.reader, elsewhere, HEAD)


async def test_a_kind_of_channel_without_threads_is_refused(stage):
    voice = stage.server.build.channel(stage.guild, "Lounge", Kind.VOICE)
    with pytest.raises(NotAllowed, match="no threads"):
        await start(stage, voice)


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.FORUM])
async def test_progress_is_shown_in_the_head_also_while_the_thread_is_archived(stage, kind):
    made = await start(stage, stage.forum(kind=kind))
    await post(stage, made, turn(0, "Hello"))
    await stage.server.write.archive(stage.guild.owner, stage.channel(made))
    await stage.platform.edit_head(made, replace(HEAD, body=(line("All of 9 are copied."),)))
    head = stage.messages(made)[0]
    assert head.content.endswith("All of 9 are copied.")
    assert head.flags & Flag.SUPPRESS_EMBEDS
    assert stage.channel(made).thread.archived


async def test_a_head_that_a_moderator_deleted_is_gone(stage):
    made = await start(stage, stage.general)
    await stage.server.write.delete(stage.guild.owner, stage.messages(made)[0])
    with pytest.raises(PostGone):
        await stage.platform.edit_head(made, HEAD)
