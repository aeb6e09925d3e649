"""Interactions with the real client: acknowledging, following up, dying."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from tests.servers.discord import Answer, Refused
from tests.servers.discord.conftest import SHARE, Scene, refused


async def test_a_command_carries_who_where_and_what_they_may(scene: Scene):
    _, heard = await scene.arrived()
    assert isinstance(heard.user, discord.Member)
    assert (heard.user.nick, heard.guild_id, heard.channel_id) == (
        "Ana Moreno",
        scene.guild.id,
        scene.channel.id,
    )
    assert heard.permissions.send_messages
    assert not heard.permissions.manage_messages
    assert heard.app_permissions.manage_webhooks
    assert (heard.filesize_limit, heard.locale, heard.context.guild) == (
        10485760,
        discord.Locale("en-US"),
        True,
    )


async def test_in_a_thread_the_channel_tells_its_parent_and_state(scene: Scene):
    await scene.register(SHARE)
    thread = await scene.server.write.thread(scene.ana, scene.channel, "Plans")
    asked = await scene.server.people.slash(scene.ana, thread, "share")
    channel = asked.payload["channel"]
    assert (channel["parent_id"], channel["type"]) == (str(scene.channel.id), 11)
    assert channel["thread_metadata"]["archived"] is False


async def test_a_deferred_answer_is_filled_in_by_an_edit(scene: Scene):
    asked, heard = await scene.arrived()
    await heard.response.defer(ephemeral=True)
    assert (asked.answer, asked.thinking, asked.messages) == (Answer.DEFERRED_MESSAGE, True, [])
    assert (asked.ack_seconds or 9) < 3
    await heard.edit_original_response(content="done")
    assert (asked.message.content, asked.ephemeral, asked.edits) == ("done", True, 1)
    assert asked.message.seen_by is scene.ana
    assert len(scene.channel.messages) == 0
    fetched = await heard.original_response()
    assert fetched.flags.ephemeral
    assert not fetched.flags.loading


async def test_the_first_follow_up_fills_the_deferral_and_takes_its_visibility(scene: Scene):
    asked, heard = await scene.arrived()
    await heard.response.defer(ephemeral=True)
    await heard.followup.send("one", ephemeral=False)
    await heard.followup.send("two", ephemeral=False)
    assert [(m.content, m.ephemeral) for m in asked.messages] == [("one", True), ("two", False)]
    assert [m.content for m in scene.channel.messages] == ["two"]


async def test_a_public_answer_stands_in_the_channel_and_says_whose_it_is(scene: Scene):
    asked, heard = await scene.arrived()
    await heard.response.send_message("hello")
    raw = await scene.newest()
    assert (raw["type"], raw["application_id"], raw["webhook_id"]) == (
        20,
        raw["author"]["id"],
        raw["author"]["id"],
    )
    assert raw["interaction_metadata"]["user"]["id"] == str(scene.ana.id)
    assert asked.message.ephemeral is False
    await heard.delete_original_response()
    assert len(scene.channel.messages) == 0
    assert asked.messages == []


async def test_acknowledging_twice_is_refused(scene: Scene):
    asked, _ = await scene.arrived(times=2)
    first, second = scene.heard
    await first.response.defer()
    with refused(40060, status=400):
        await second.response.send_message("again")
    assert asked.refusals == [40060]


async def test_after_three_seconds_it_cannot_be_acknowledged(scene: Scene):
    asked, heard = await scene.arrived()
    scene.clock.advance(3.1)
    with refused(10062, status=404):
        await heard.response.defer()
    assert asked.refusals == [10062]
    assert scene.server.see(asked) == "(The application did not respond)"


async def test_before_the_acknowledgement_there_is_nothing_to_follow_up(scene: Scene):
    _, heard = await scene.arrived()
    with refused(10015, status=404):
        await heard.followup.send("early")


async def test_after_fifteen_minutes_the_token_is_dead(scene: Scene):
    asked, heard = await scene.arrived()
    await heard.response.defer(ephemeral=True)
    scene.clock.advance(minutes=14, seconds=59)
    await heard.edit_original_response(content="just in time")
    scene.clock.advance(1)
    with refused(50027, status=401):
        await heard.edit_original_response(content="late")
    with refused(50027, status=401):
        await heard.followup.send("late")
    assert asked.dead
    assert asked.message.content == "just in time"


async def test_nobody_connected_means_no_answer(scene: Scene):
    await scene.register(SHARE)
    await scene.bot.close()
    await scene.server.until(lambda: not scene.server.gateway.connected)
    asked = await scene.server.people.slash(scene.ana, scene.channel, "share")
    assert asked.delivered == 0
    assert scene.server.see(asked) == "(waiting)"
    scene.clock.advance(4)
    assert scene.server.see(asked) == "(The application did not respond)"


async def test_an_answer_may_notify_people_but_not_everyone(scene: Scene):
    asked, heard = await scene.arrived()
    await heard.response.send_message(f"<@{scene.jonas.id}> @everyone")
    assert asked.message.pings == {scene.jonas.id}


async def test_components_v2_come_with_an_edit_and_stay(scene: Scene):
    class Layout(discord.ui.LayoutView):
        text: discord.ui.Container = discord.ui.Container(
            discord.ui.TextDisplay("### Plans"), discord.ui.Separator()
        )

    asked, heard = await scene.arrived()
    await heard.response.defer(ephemeral=True)
    await heard.edit_original_response(view=Layout())
    assert "| ### Plans\n| ---" in scene.server.see(asked)
    with refused(50035):
        await heard.edit_original_response(content="x")


async def test_what_does_not_fit_the_interaction_is_refused(scene: Scene):
    _, heard = await scene.arrived()
    path = f"/interactions/{heard.id}/{heard.token}/callback"
    for wrong in (6, 7, 8, 1, "4", None):
        with refused(50035):
            await scene.rest("POST", path, {"type": wrong, "data": {"content": "x", "choices": []}})
    with refused(50035):
        await heard.response.send_message("x" * 2001)
    await heard.response.send_message("fits")


async def test_completions_are_offered(scene: Scene):
    option = {"name": "link", "description": "Which?", "type": 3, "autocomplete": True, "required": True}
    await scene.register({**SHARE, "options": [option]})

    async def complete(interaction: Any) -> None:
        assert interaction.data["options"][0] == {"name": "link", "type": 3, "value": "pla", "focused": True}
        await interaction.response.autocomplete([app_commands.Choice(name="Plans", value="1")])

    scene.bot.then = complete
    offered = await scene.server.people.autocomplete(
        scene.ana, scene.channel, "share", {"link": "pla"}, focused="link"
    )
    assert [(c["name"], c["value"]) for c in offered] == [("Plans", "1")]


async def test_a_menu_brings_its_message_with_content_also_without_message_content(scene: Scene):
    scene.server.world.app.message_content = False
    await scene.register({"name": "Share thread", "type": 3})
    first = await scene.server.write.post(scene.ana, scene.channel, "first")
    thread = await scene.server.write.thread(scene.ana, first, "Plans")
    await scene.server.write.archive(scene.ana, thread)
    with pytest.raises(Refused):
        await scene.server.people.message_menu(scene.ana, thread, thread.messages[0], "Share thread")
    asked = await scene.server.people.message_menu(scene.jonas, scene.channel, first, "Share thread")
    target = asked.payload["data"]["resolved"]["messages"][str(first.id)]
    assert (target["content"], target["thread"]["id"]) == ("first", str(thread.id))
    assert target["thread"]["thread_metadata"]["archived"]
