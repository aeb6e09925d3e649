"""Webhooks of the local Discord."""

from __future__ import annotations

from io import BytesIO

import discord
import pytest

from tests.servers.discord import Can, Kind
from tests.servers.discord.conftest import Scene, refused
from tests.servers.discord.world import PICTURE


async def _made(scene: Scene) -> discord.Webhook:
    there = scene.bot.get_channel(scene.channel.id)
    assert isinstance(there, discord.TextChannel)
    return await there.create_webhook(name="Threadlink")


async def test_a_webhook_posts_into_a_thread_under_any_name_and_wakes_it(scene: Scene):
    webhook = await _made(scene)
    first = await scene.server.write.post(scene.ana, scene.channel, "first")
    thread = await scene.server.write.thread(scene.ana, first, "Plans")
    await scene.server.write.archive(scene.ana, thread)
    sent = await webhook.send(
        f"copied <@{scene.ana.id}> @everyone",
        username="Ana (shared)",
        avatar_url="https://cdn.example/a.png",
        thread=discord.Object(thread.id),
        wait=True,
        file=discord.File(BytesIO(b"1,2"), "a.csv"),
        allowed_mentions=discord.AllowedMentions.none(),
    )
    message = thread.messages[-1]
    assert (message.id, message.shown_as, message.webhook_id) == (sent.id, "Ana (shared)", webhook.id)
    assert message.pings == set()
    assert not thread.thread.archived
    raw = await scene.newest(thread)
    assert (raw["author"]["username"], raw["author"]["id"], raw["author"]["discriminator"]) == (
        "Ana (shared)",
        str(webhook.id),
        "0000",
    )
    assert await sent.author.display_avatar.read() == PICTURE
    assert raw["application_id"] == str(scene.server.world.app.id)
    assert raw["attachments"][0]["filename"] == "a.csv"


async def test_without_allowed_mentions_a_webhook_notifies_people_only(scene: Scene):
    webhook = await _made(scene)
    role = scene.server.build.role(scene.guild, "team", mentionable=True)
    scene.server.build.give(scene.guild, scene.jonas, role)
    await webhook.send(f"<@{scene.ana.id}> <@&{role.id}> @everyone")
    assert scene.channel.messages[-1].pings == {scene.ana.id}


async def test_a_thread_of_another_channel_is_unknown_to_a_webhook(scene: Scene):
    webhook = await _made(scene)
    other = scene.server.build.channel(scene.guild, "other")
    thread = await scene.server.write.thread(scene.ana, other, "Elsewhere")
    with refused(10003, status=404):
        await webhook.send("x", thread=discord.Object(thread.id))


async def test_a_webhook_knows_no_nonce(scene: Scene):
    webhook = await _made(scene)
    path = f"/webhooks/{webhook.id}/{webhook.token}"
    for _ in range(2):
        await scene.rest("POST", path, {"content": "x", "nonce": "1", "enforce_nonce": True})
    assert len(scene.channel.messages) == 2


@pytest.mark.parametrize("name", ["x" * 81, "clyde", "my Discord", "a@b", "a:b", "everyone"])
async def test_names_that_discord_forbids_are_refused(scene: Scene, name: str):
    webhook = await _made(scene)
    with refused(50035):
        await webhook.send("x", username=name)
    with refused(50035):
        await scene.rest("POST", f"/channels/{scene.channel.id}/webhooks", {"name": name})


async def test_a_channel_holds_fifteen_webhooks(scene: Scene):
    for _ in range(15):
        await _made(scene)
    with refused(30007, status=400):
        await _made(scene)
    there = scene.bot.get_channel(scene.channel.id)
    assert isinstance(there, discord.TextChannel)
    listed = await there.webhooks()
    assert len(listed) == 15
    assert all(webhook.token for webhook in listed)
    assert len(await there.guild.webhooks()) == 15


async def test_webhooks_need_their_right(scene: Scene):
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, deny=Can.MANAGE_WEBHOOKS)
    with refused(50013, status=403):
        await _made(scene)
    role = scene.guild.members[scene.server.world.bot.id].roles[0]
    scene.server.build.permit(scene.guild, role, Can.VIEW_CHANNEL)
    with refused(50013, status=403):
        await scene.rest("GET", f"/guilds/{scene.guild.id}/webhooks")


async def test_a_deleted_webhook_is_unknown_and_a_wrong_token_refused(scene: Scene):
    webhook = await _made(scene)
    with refused(50027, status=401):
        await scene.rest("POST", f"/webhooks/{webhook.id}/wrong", {"content": "x"})
    await webhook.delete()
    with refused(10015, status=404):
        await webhook.send("x")


async def test_a_webhook_edits_and_deletes_its_own_posts_only(scene: Scene):
    webhook = await _made(scene)
    sent = await webhook.send("x", wait=True)
    await webhook.edit_message(sent.id, content="y")
    assert scene.channel.messages[-1].content == "y"
    foreign = await scene.server.write.post(scene.ana, scene.channel, "mine")
    with refused(10008, status=404):
        await webhook.edit_message(foreign.id, content="y")
    await webhook.delete_message(sent.id)
    assert [m.content for m in scene.channel.messages] == ["mine"]


async def test_in_a_forum_a_webhook_needs_a_thread_or_a_name_for_one(scene: Scene):
    forum = scene.server.build.channel(scene.guild, "help", Kind.FORUM)
    await scene.server.heard()
    there = scene.bot.get_channel(forum.id)
    assert isinstance(there, discord.ForumChannel)
    webhook = await there.create_webhook(name="Threadlink")
    with refused(220001, status=400):
        await webhook.send("x")
    sent = await webhook.send("x", thread_name="New", wait=True)
    assert scene.server.world.channel(sent.id).name == "New"
    with refused(220003):
        await (await _made(scene)).send("x", thread_name="New")
