"""Interactions with the real client: acknowledging, following up, dying."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from tests.servers.discord import Answer, Refused
from tests.servers.discord.conftest import Scene, refused

SHARE = {"name": "share", "description": "Share this thread", "type": 1}


async def _arrived(scene: Scene, options: list[dict] | None = None, times: int = 1):
    """A slash command, what the bot made of it, and the client's side of it."""
    await scene.register({**SHARE, "options": options or []})
    asked = await scene.server.people.slash(scene.ana, scene.channel, "share", times=times)
    await scene.server.until(lambda: len(scene.heard) >= times)
    return asked, scene.heard[-1]


async def test_a_command_carries_who_where_and_what_they_may(scene: Scene):
    _, heard = await _arrived(scene)
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
    asked, heard = await _arrived(scene)
    await heard.response.defer(ephemeral=True)
    assert (asked.answer, asked.thinking, asked.messages) == (Answer.DEFERRED_MESSAGE, True, [])
    assert asked.ack_seconds < 3
    await heard.edit_original_response(content="done")
    assert (asked.message.content, asked.ephemeral, asked.edits) == ("done", True, 1)
    assert asked.message.seen_by is scene.ana
    assert len(scene.channel.messages) == 0
    fetched = await heard.original_response()
    assert fetched.flags.ephemeral
    assert not fetched.flags.loading


async def test_the_first_follow_up_fills_the_deferral_and_takes_its_visibility(scene: Scene):
    asked, heard = await _arrived(scene)
    await heard.response.defer(ephemeral=True)
    await heard.followup.send("one", ephemeral=False)
    await heard.followup.send("two", ephemeral=False)
    assert [(m.content, m.ephemeral) for m in asked.messages] == [("one", True), ("two", False)]
    assert [m.content for m in scene.channel.messages] == ["two"]


async def test_a_public_answer_stands_in_the_channel_and_says_whose_it_is(scene: Scene):
    asked, heard = await _arrived(scene)
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
    asked, _ = await _arrived(scene, times=2)
    first, second = scene.heard
    await first.response.defer()
    with refused(40060, status=400):
        await second.response.send_message("again")
    assert asked.refusals == [40060]


async def test_after_three_seconds_it_cannot_be_acknowledged(scene: Scene):
    asked, heard = await _arrived(scene)
    scene.clock.advance(3.1)
    with refused(10062, status=404):
        await heard.response.defer()
    assert asked.refusals == [10062]
    assert scene.server.see(asked) == "(The application did not respond)"


async def test_before_the_acknowledgement_there_is_nothing_to_follow_up(scene: Scene):
    _, heard = await _arrived(scene)
    with refused(10015, status=404):
        await heard.followup.send("early")


async def test_after_fifteen_minutes_the_token_is_dead(scene: Scene):
    asked, heard = await _arrived(scene)
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


class Card(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Publish", custom_id="publish"))
        self.add_item(discord.ui.Button(label="Off", custom_id="off", disabled=True))
        self.add_item(discord.ui.Button(label="Open", url="https://example.org"))
        options = [
            discord.SelectOption(label="One day", value="1d"),
            discord.SelectOption(label="Never", value="never"),
        ]
        self.add_item(discord.ui.Select(custom_id="expiry", options=options, placeholder="Expiry"))


async def _pressed(scene: Scene):
    asked, heard = await _arrived(scene)
    await heard.response.send_message("card", view=Card(), ephemeral=True)
    pressed = await scene.server.people.click(scene.ana, asked.message, "Publish")
    await scene.server.until(lambda: len(scene.heard) == 2)
    return asked, pressed, scene.heard[-1]


async def test_a_button_updates_its_message(scene: Scene):
    asked, pressed, heard = await _pressed(scene)
    assert heard.data["custom_id"] == "publish"
    assert heard.message.content == "card"
    await heard.response.edit_message(content="published", view=None)
    assert (asked.message.content, asked.message.components) == ("published", [])
    assert pressed.message is asked.message


async def test_a_deferred_update_edits_its_message_later(scene: Scene):
    asked, pressed, heard = await _pressed(scene)
    await heard.response.defer()
    assert not pressed.thinking
    await heard.edit_original_response(content="published")
    await heard.followup.send("more", ephemeral=True)
    assert [m.content for m in asked.messages] == ["published"]
    assert [m.content for m in pressed.messages] == ["published", "more"]


async def test_only_who_sees_a_message_uses_its_controls(scene: Scene):
    asked, _, _ = await _pressed(scene)
    people = scene.server.people
    for name in ("Off", "Open", "Nothing"):
        with pytest.raises(Refused):
            await people.click(scene.ana, asked.message, name)
    with pytest.raises(Refused):
        await people.click(scene.jonas, asked.message, "Publish")
    for values in ([], ["1d", "never"], ["2d"]):
        with pytest.raises(Refused):
            await people.select(scene.ana, asked.message, "expiry", values)
    chosen = await people.select(scene.ana, asked.message, "expiry", ["One day"])
    assert chosen.payload["data"]["values"] == ["1d"]


def _modal() -> discord.ui.Modal:
    class Edit(discord.ui.Modal, title="Edit share"):
        title_: discord.ui.Label = discord.ui.Label(
            text="Title", component=discord.ui.TextInput(custom_id="title", default="Plans", max_length=10)
        )
        names: discord.ui.Label = discord.ui.Label(
            text="Authors",
            component=discord.ui.RadioGroup(
                custom_id="names",
                options=[
                    discord.RadioGroupOption(label="Names", value="names", default=True),
                    discord.RadioGroupOption(label="Anonymous", value="anon"),
                ],
            ),
        )

    return Edit(custom_id="edit")


async def test_a_modal_is_filled_in_and_comes_back(scene: Scene):
    asked, heard = await _arrived(scene)
    await heard.response.send_modal(_modal())
    shown = scene.server.see(asked)
    assert "== Edit share ==\nTitle\n  [Plans]\nAuthors\n  (x) Names\n  ( ) Anonymous" in shown
    people = scene.server.people
    for values in ({"title": ""}, {"title": "x" * 11}, {"names": "x"}, {"nothing": "x"}):
        with pytest.raises(Refused):
            await people.submit_modal(scene.ana, asked, values)
    sent = await people.submit_modal(scene.ana, asked, {"names": "Anonymous"})
    await scene.server.until(lambda: len(scene.heard) == 2)
    title, names = sent.payload["data"]["components"]
    assert (title["component"]["value"], names["component"]["value"]) == ("Plans", "anon")
    with refused(50035):
        await scene.heard[-1].response.send_modal(_modal())
    await scene.heard[-1].response.send_message("saved", ephemeral=True)
    assert sent.message.content == "saved"


async def test_a_modal_of_a_button_may_update_the_buttons_message(scene: Scene):
    asked, pressed, heard = await _pressed(scene)
    await heard.response.send_modal(_modal())
    sent = await scene.server.people.submit_modal(scene.ana, pressed)
    await scene.server.until(lambda: len(scene.heard) == 3)
    await scene.heard[-1].response.edit_message(content="renamed")
    assert sent.message is asked.message
    assert asked.message.content == "renamed"


async def test_a_modal_cannot_follow_a_deferral_and_has_limits(scene: Scene):
    _, heard = await _arrived(scene)
    modal = _modal()
    modal.title = "x" * 46
    with refused(50035, saying="title"):
        await heard.response.send_modal(modal)
    await heard.response.defer()
    path = f"/interactions/{heard.id}/{heard.token}/callback"
    with refused(40060):
        await scene.rest("POST", path, {"type": 9, "data": _modal().to_dict()})


async def test_what_does_not_fit_the_interaction_is_refused(scene: Scene):
    _, heard = await _arrived(scene)
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


async def test_in_an_archived_thread_a_card_can_be_pressed_but_not_changed(scene: Scene):
    thread = await scene.server.write.thread(scene.ana, scene.channel, "Plans")
    sent = await scene.there(thread).send("card", view=Card())
    await scene.server.write.archive(scene.ana, thread)
    await scene.server.people.click(scene.ana, thread.messages[0], "publish")
    await scene.server.until(lambda: scene.heard)
    with refused(50083):
        await scene.heard[0].response.edit_message(content="x")
    await scene.heard[0].response.send_message("y", ephemeral=True)
    assert sent.id == thread.messages[0].id


async def test_an_answer_may_notify_people_but_not_everyone(scene: Scene):
    asked, heard = await _arrived(scene)
    await heard.response.send_message(f"<@{scene.jonas.id}> @everyone")
    assert asked.message.pings == {scene.jonas.id}


async def test_components_v2_come_with_an_edit_and_stay(scene: Scene):
    class Layout(discord.ui.LayoutView):
        text: discord.ui.Container = discord.ui.Container(
            discord.ui.TextDisplay("### Plans"), discord.ui.Separator()
        )

    asked, heard = await _arrived(scene)
    await heard.response.defer(ephemeral=True)
    await heard.edit_original_response(view=Layout())
    assert "| ### Plans\n| ---" in scene.server.see(asked)
    with refused(50035):
        await heard.edit_original_response(content="x")
