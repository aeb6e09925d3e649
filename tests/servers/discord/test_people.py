"""What people may write and see in the local Discord, and how it looks."""

from __future__ import annotations

import discord
import pytest

from tests.servers.discord import Can, Clock, Kind, LocalDiscord, Refused
from tests.servers.discord.conftest import Scene
from tests.servers.discord.permissions import NONE, may_send, may_view, permissions


async def test_overwrites_are_applied_in_discords_order(scene: Scene):
    build, channel, ana = scene.server.build, scene.channel, scene.ana
    team = build.role(scene.guild, "team")
    build.give(scene.guild, ana, team)
    build.overwrite(channel, scene.guild.everyone, deny=Can.SEND_MESSAGES)
    assert not may_send(ana, channel)
    build.overwrite(channel, team, allow=Can.SEND_MESSAGES)
    assert may_send(ana, channel)
    build.overwrite(channel, ana, deny=Can.SEND_MESSAGES)
    assert not may_send(ana, channel)
    assert not permissions(ana, channel) & Can.ATTACH_FILES
    build.overwrite(channel, ana, deny=Can.VIEW_CHANNEL)
    assert permissions(ana, channel) == NONE
    assert may_send(scene.guild.owner, channel)
    build.permit(scene.guild, team, Can.ADMINISTRATOR)
    assert may_send(ana, channel)
    assert permissions(build.user("stranger"), channel) == NONE


async def test_the_client_computes_the_same_permissions(scene: Scene):
    build = scene.server.build
    build.overwrite(scene.channel, scene.guild.everyone, deny=Can.EMBED_LINKS)
    build.overwrite(scene.channel, scene.server.world.bot, allow=Can.MANAGE_MESSAGES, deny=Can.ATTACH_FILES)
    await scene.server.heard()
    channel = scene.bot.get_channel(scene.channel.id)
    assert isinstance(channel, discord.TextChannel)
    # In a text channel the client leaves out what concerns voice.
    here = permissions(scene.server.world.bot, scene.channel) & ~Can.CONNECT
    assert channel.permissions_for(channel.guild.me).value == int(here)


async def test_threads_take_their_parents_permissions(scene: Scene):
    thread = await scene.server.write.thread(scene.ana, scene.channel, "Plans")
    scene.server.build.overwrite(scene.channel, scene.guild.everyone, deny=Can.SEND_MESSAGES_IN_THREADS)
    assert not may_send(scene.ana, thread)
    assert may_send(scene.ana, scene.channel)
    scene.server.build.hide(scene.channel)
    assert not may_view(scene.ana, thread)


async def test_people_may_do_what_their_rights_allow(scene: Scene):
    write, build = scene.server.write, scene.server.build
    mine = await write.post(scene.ana, scene.channel, "mine")
    with pytest.raises(Refused):
        await write.edit(scene.jonas, mine, "yours")
    with pytest.raises(Refused):
        await write.delete(scene.jonas, mine)
    with pytest.raises(Refused):
        await write.pin(scene.jonas, mine)
    thread = await write.thread(scene.ana, mine, "Plans")
    with pytest.raises(Refused):
        await write.archive(scene.jonas, thread)
    await write.archive(scene.ana, thread)
    with pytest.raises(Refused):
        await write.react(scene.jonas, thread.messages[0], "🎉")
    await write.post(scene.jonas, thread, "awake")
    await write.archive(scene.guild.owner, thread, locked=True)
    with pytest.raises(Refused):
        await write.post(scene.jonas, thread, "again")
    with pytest.raises(Refused):
        await write.unarchive(scene.ana, thread)
    build.overwrite(scene.channel, scene.jonas, deny=Can.VIEW_CHANNEL)
    with pytest.raises(Refused):
        await write.post(scene.jonas, scene.channel, "x")
    with pytest.raises(Refused):
        await write.forward(scene.jonas, mine, build.channel(scene.guild, "other"))


async def test_pins_leave_a_notice(scene: Scene):
    message = await scene.server.write.post(scene.ana, scene.channel, "important")
    notice = await scene.server.write.pin(scene.guild.owner, message)
    assert (notice.kind, message.pinned) == (6, True)
    assert (await scene.newest())["message_reference"]["message_id"] == str(message.id)


async def test_a_message_is_shown_with_all_that_belongs_to_it(scene: Scene):
    write = scene.server.write
    sticker = scene.server.build.sticker("wave")
    message = await write.post(
        scene.ana, scene.channel, "see https://a.example", files={"a.csv": b"1,2"}, stickers=[sticker]
    )
    await write.react(scene.jonas, message, "🎉")
    await write.thread(scene.ana, message, "Plans")
    await write.edit(scene.ana, message, "look https://a.example")
    assert scene.server.see(message).splitlines() == [
        "Ana Moreno [edited]",
        "look https://a.example",
        "file: a.csv (3 bytes)",
        "sticker: wave",
        "preview: https://a.example",
        "reactions: 🎉 1",
        "thread: Plans",
    ]
    forwarded = await write.forward(scene.jonas, message, scene.channel)
    assert scene.server.see(forwarded).splitlines()[1] == "forwarded | look https://a.example"
    asked = await write.poll(scene.ana, scene.channel, "Which?", ["one", "two"])
    assert scene.server.see(asked).splitlines()[1:] == ["poll: Which?", "  o one", "  o two"]


async def test_an_embed_and_its_controls_are_shown(scene: Scene):
    embed = discord.Embed(title="Plans", url="https://example.org/s", description="12 messages")
    embed.add_field(name="Shared by", value="Ana").set_footer(text="Anyone with the link")
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Open", url="https://example.org/s"))
    view.add_item(discord.ui.Button(label="Revoke", custom_id="r", disabled=True))
    await scene.there(scene.channel).send(embed=embed, view=view)
    assert scene.server.see(scene.channel.messages[-1]).splitlines() == [
        "Threadlink [APP]",
        "| Plans <https://example.org/s>",
        "| 12 messages",
        "| Shared by: Ana",
        "| Anyone with the link",
        "[Open](https://example.org/s) [Revoke] (off)",
    ]


async def test_voice_messages_and_backdated_ones_can_be_told(scene: Scene):
    early = scene.clock()
    scene.clock.advance(days=3)
    await scene.server.write.post(scene.ana, scene.channel, "later")
    await scene.server.write.post(scene.jonas, scene.channel, "earlier", at=early)
    await scene.server.write.voice(scene.ana, scene.channel)
    found = [m async for m in scene.there(scene.channel).history(oldest_first=True)]
    assert [m.content for m in found] == ["earlier", "later", ""]
    assert (found[0].created_at, found[2].flags.voice, found[2].attachments[0].duration) == (early, True, 3)


async def test_conditions_are_waited_for_without_polling_and_in_vain_for_a_while(clock: Clock):
    async with LocalDiscord(clock) as server:
        with pytest.raises(TimeoutError):
            await server.until(lambda: False, timeout=0.05)
        channel = server.build.channel(server.build.guild("Otters"), "general", Kind.TEXT)
        assert server.world.find("general") is channel
        await server.until(lambda: channel in server.world.channels.values())
