"""Buttons, selects and modals of the real client, as people use them."""

from __future__ import annotations

import discord
import pytest

from tests.servers.discord import Refused
from tests.servers.discord.conftest import Scene, refused


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
    asked, heard = await scene.arrived()
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
    asked, heard = await scene.arrived()
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
    _, heard = await scene.arrived()
    modal = _modal()
    modal.title = "x" * 46
    with refused(50035, saying="title"):
        await heard.response.send_modal(modal)
    await heard.response.defer()
    path = f"/interactions/{heard.id}/{heard.token}/callback"
    with refused(40060):
        await scene.rest("POST", path, {"type": 9, "data": _modal().to_dict()})


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
