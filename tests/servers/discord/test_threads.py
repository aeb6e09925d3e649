"""Threads in the local Discord: their three beginnings, their sleep, their locks."""

from __future__ import annotations

import discord
import pytest

from tests.servers.discord import Can, Kind, Refused
from tests.servers.discord.conftest import Scene, refused


def _text(scene: Scene) -> discord.TextChannel:
    found = scene.bot.get_channel(scene.channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_a_thread_from_a_message_has_its_id_and_a_stub_that_points_to_it(scene: Scene):
    first = await scene.server.write.post(scene.ana, scene.channel, "first")
    thread = await scene.server.write.thread(scene.ana, first, "Plans")
    assert thread.id == first.id
    stub = await scene.newest(thread)
    assert (stub["type"], stub["content"], stub["referenced_message"]["content"]) == (21, "", "first")
    parent = await scene.newest()
    assert (parent["content"], parent["thread"]["id"], parent["flags"] & 32) == ("first", str(thread.id), 32)
    await scene.server.heard()
    found = scene.bot.get_channel(thread.id)
    assert isinstance(found, discord.Thread)
    assert (found.message_count, found.name) == (0, "Plans")


async def test_the_stub_says_null_for_a_deleted_start_and_nothing_where_it_was_not_looked_up(scene: Scene):
    first = await scene.server.write.post(scene.ana, scene.channel, "first")
    thread = await scene.server.write.thread(scene.ana, first, "Plans")
    scene.server.build.leave_untold(thread.messages[0])
    assert "referenced_message" not in await scene.newest(thread)
    other = await scene.server.write.post(scene.ana, scene.channel, "second")
    thread = await scene.server.write.thread(scene.ana, other, "More")
    await scene.server.write.delete(scene.ana, other)
    assert (await scene.newest(thread))["referenced_message"] is None


async def test_one_message_begins_one_thread(scene: Scene):
    first = await scene.server.write.post(scene.ana, scene.channel, "first")
    partial = _text(scene).get_partial_message(first.id)
    made = await partial.create_thread(name="Plans")
    assert made.id == first.id
    with refused(160004, status=400):
        await partial.create_thread(name="Plans")


async def test_a_thread_from_nothing_is_private_unless_told_otherwise(scene: Scene):
    scene.server.build.permit(
        scene.guild, scene.guild.roles[_bot_role(scene)], BOT | Can.CREATE_PRIVATE_THREADS
    )
    made = await _text(scene).create_thread(name="a")
    assert made.type is discord.ChannelType.private_thread
    made = await _text(scene).create_thread(name="b", type=discord.ChannelType.public_thread)
    assert made.type is discord.ChannelType.public_thread
    notice = await scene.newest()
    assert (notice["type"], notice["content"], notice["message_reference"]["channel_id"]) == (
        18,
        "b",
        str(made.id),
    )
    assert len(scene.server.world.channel(made.id).messages) == 0


BOT = Can.VIEW_CHANNEL | Can.SEND_MESSAGES | Can.CREATE_PUBLIC_THREADS | Can.READ_MESSAGE_HISTORY


def _bot_role(scene: Scene) -> int:
    return scene.guild.members[scene.server.world.bot.id].roles[0].id


async def test_names_and_rights_of_new_threads_are_checked(scene: Scene):
    public = discord.ChannelType.public_thread
    for name in ("", "x" * 101):
        with refused(50035):
            await _text(scene).create_thread(name=name, type=public)
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, deny=Can.CREATE_PUBLIC_THREADS)
    with refused(50013, status=403):
        await _text(scene).create_thread(name="a", type=public)
    scene.server.build.overwrite(scene.channel, scene.server.world.bot)
    scene.guild.max_active_threads = 0
    with refused(160006):
        await _text(scene).create_thread(name="a", type=public)


async def test_threads_of_announcement_channels_are_announcement_threads(scene: Scene):
    news = scene.server.build.channel(scene.guild, "news", Kind.ANNOUNCEMENT)
    first = await scene.server.write.post(scene.ana, news, "first")
    thread = await scene.server.write.thread(scene.ana, first, "Plans")
    assert (await scene.rest("GET", f"/channels/{thread.id}"))["type"] == 10


@pytest.mark.parametrize("kind", [Kind.FORUM, Kind.MEDIA])
async def test_a_forum_takes_posts_with_their_tags_and_nothing_else(scene: Scene, kind: Kind):
    forum = scene.server.build.channel(scene.guild, "help", kind, tags=["bug", "idea"], require_tag=True)
    await scene.server.heard()
    there = scene.bot.get_channel(forum.id)
    assert isinstance(there, discord.ForumChannel)
    with refused(40067, status=400):
        await there.create_thread(name="It breaks", content="how")
    made = await there.create_thread(name="It breaks", content="how", applied_tags=[there.available_tags[0]])
    assert (made.message.id, made.message.type) == (made.thread.id, discord.MessageType.default)
    assert [tag.name for tag in made.thread.applied_tags] == ["bug"]
    assert made.thread.message_count == 0
    with refused(50008):
        await scene.there(forum).send("x")
    with refused(50035, saying="message"):
        await scene.rest("POST", f"/channels/{forum.id}/threads", {"name": "x"})
    with pytest.raises(Refused):
        await scene.server.write.forum_post(scene.ana, forum, "x", "y")


async def test_a_private_thread_is_closed_to_those_who_are_not_in_it(scene: Scene):
    thread = await scene.server.write.thread(scene.ana, scene.channel, "secret", private=True)
    await scene.server.write.post(scene.ana, thread, "psst")
    with refused(50001, status=403):
        await scene.newest(thread)
    with pytest.raises(Refused):
        await scene.server.write.post(scene.jonas, thread, "me too")
    await scene.server.write.add_to_thread(scene.ana, thread, scene.server.world.bot)
    assert (await scene.newest(thread))["content"] == "psst"
    await scene.server.heard()
    assert scene.bot.get_channel(thread.id)
    await scene.server.write.leave_thread(scene.server.world.bot, thread)
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, allow=Can.MANAGE_THREADS)
    assert (await scene.newest(thread))["content"] == "psst"


async def test_in_an_archived_thread_nothing_changes_until_it_is_woken(scene: Scene):
    thread = await _started(scene)
    sent = await scene.there(thread).send("card")
    await scene.server.write.archive(scene.ana, thread)
    with refused(50083, status=400):
        await sent.edit(content="x")
    with refused(50083):
        await sent.add_reaction("🎉")
    with refused(50083):
        await scene.rest("PUT", f"/channels/{thread.id}/thread-members/@me")
    with refused(50083):
        await scene.rest("PATCH", f"/channels/{thread.id}", {"name": "x"})
    assert len([m async for m in scene.there(thread).history()]) == 2
    await scene.rest("PATCH", f"/channels/{thread.id}", {"archived": False})
    assert (await sent.edit(content="x")).content == "x"
    with refused(50013, status=403):
        await scene.rest("PATCH", f"/channels/{thread.id}", {"archived": True})


async def _started(scene: Scene):
    first = await scene.server.write.post(scene.ana, scene.channel, "first")
    return await scene.server.write.thread(scene.ana, first, "Plans")


async def test_a_message_wakes_an_archived_thread_but_not_a_locked_one(scene: Scene):
    thread = await _started(scene)
    await scene.server.write.archive(scene.ana, thread)
    await scene.there(thread).send("up")
    assert not thread.thread.archived
    await scene.server.write.archive(scene.guild.owner, thread, locked=True)
    with refused(160005):
        await scene.there(thread).send("up")
    with refused(160005):
        await scene.rest("PATCH", f"/channels/{thread.id}", {"archived": False})
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, allow=Can.MANAGE_THREADS)
    await scene.rest("PATCH", f"/channels/{thread.id}", {"archived": False, "locked": False})
    await scene.there(thread).send("up")


async def test_a_thread_falls_asleep_when_nothing_is_said(scene: Scene):
    thread = await _started(scene)
    scene.clock.advance(hours=25)
    raw = await scene.rest("GET", f"/channels/{thread.id}")
    assert raw["thread_metadata"]["archived"]
    listed = await scene.rest("GET", f"/channels/{scene.channel.id}/threads/archived/public")
    assert [one["id"] for one in listed["threads"]] == [str(thread.id)]
    assert (await scene.rest("GET", f"/guilds/{scene.guild.id}/threads/active"))["threads"] == []


async def test_messages_of_a_thread_are_counted_without_its_first_and_the_deleted_ones(scene: Scene):
    thread = await _started(scene)
    said = [await scene.server.write.post(scene.ana, thread, str(i)) for i in range(3)]
    await scene.server.write.delete(scene.ana, said[0])
    raw = await scene.rest("GET", f"/channels/{thread.id}")
    assert (raw["message_count"], raw["total_message_sent"]) == (2, 3)


async def test_direct_messages_reach_those_who_take_them(scene: Scene):
    server = scene.server
    ana = await scene.bot.fetch_user(scene.ana.id)
    await ana.send("hello")
    assert [m.content for m in server.world.dm(scene.ana).messages] == ["hello"]
    scene.jonas.takes_dms = False
    jonas = await scene.bot.fetch_user(scene.jonas.id)
    with refused(50007, status=403):
        await jonas.send("hello")


async def test_names_of_members_are_given_one_by_one_and_not_as_a_list(scene: Scene):
    guild = scene.bot.get_guild(scene.guild.id)
    assert (await guild.fetch_member(scene.ana.id)).nick == "Ana Moreno"
    stranger = scene.server.build.user("stranger")
    with refused(10007, status=404):
        await guild.fetch_member(stranger.id)
    with refused(10013, status=404):
        await guild.fetch_member(12345)
    with refused(50001, status=403):
        await scene.http.get_members(guild.id, 10, None)


async def test_a_deleted_channel_takes_its_threads_along(scene: Scene):
    thread = await _started(scene)
    scene.server.build.delete_channel(scene.channel)
    for gone in (thread, scene.channel):
        with refused(10003, status=404):
            await scene.newest(gone)
    await scene.server.heard()
    assert scene.bot.get_channel(scene.channel.id) is None
