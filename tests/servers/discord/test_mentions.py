"""Whom posts notify, and which addresses get an automatic preview."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.servers.discord import Can
from tests.servers.discord.conftest import Scene, refused

MISSING: Any = discord.utils.MISSING


async def _pings(scene: Scene, text: str, allowed: discord.AllowedMentions = MISSING) -> set[int]:
    sent = await scene.there(scene.channel).send(text, allowed_mentions=allowed)
    return scene.server.world.message(scene.channel, sent.id).pings


async def test_a_bot_notifies_everyone_whom_it_names_unless_told_otherwise(scene: Scene):
    bot, ana, jonas = scene.server.world.bot, scene.ana, scene.jonas
    role = scene.server.build.role(scene.guild, "team", mentionable=True)
    scene.server.build.give(scene.guild, jonas, role)
    assert await _pings(scene, f"<@{ana.id}> <@&{role.id}>") == {ana.id, jonas.id}
    assert await _pings(scene, "@everyone") == set()
    scene.server.build.overwrite(scene.channel, bot, allow=Can.MENTION_EVERYONE)
    assert await _pings(scene, "@here") == set(scene.guild.members) - {bot.id}
    loud = f"@everyone <@{ana.id}> <@&{role.id}>"
    assert await _pings(scene, loud, discord.AllowedMentions.none()) == set()
    assert await _pings(scene, loud, discord.AllowedMentions(users=[ana], everyone=False, roles=False)) == {
        ana.id
    }
    assert scene.server.pings == 2 + len(scene.guild.members) - 1 + 1


async def test_names_in_code_and_of_those_who_cannot_see_it_notify_nobody(scene: Scene):
    assert await _pings(scene, f"`<@{scene.ana.id}>`") == set()
    scene.server.build.hide(scene.channel, scene.server.world.bot)
    assert await _pings(scene, f"<@{scene.ana.id}>") == set()


async def test_an_answer_notifies_its_author_unless_told_otherwise(scene: Scene):
    asked = await scene.server.write.post(scene.ana, scene.channel, "?")
    partial = scene.there(scene.channel).get_partial_message(asked.id)
    for mention, expected in ((True, {scene.ana.id}), (False, set())):
        sent = await partial.reply("!", mention_author=mention)
        assert scene.server.world.message(scene.channel, sent.id).pings == expected


async def test_an_edit_without_allowed_mentions_falls_back_to_the_default(scene: Scene):
    none = discord.AllowedMentions.none()
    sent = await scene.there(scene.channel).send(f"<@{scene.ana.id}>", allowed_mentions=none)
    await sent.edit(content=f"<@{scene.ana.id}>!", allowed_mentions=none)
    assert scene.server.pings == 0
    await sent.edit(content=f"<@{scene.ana.id}>!!")
    assert scene.server.pings == 1


async def test_naming_people_both_ways_is_refused(scene: Scene):
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=scene.channel.id)
    both = {"parse": ["users"], "users": [str(scene.ana.id)]}
    with refused(50035, saying="mutually exclusive"):
        await scene.http.request(route, json={"content": "x", "allowed_mentions": both})


@pytest.mark.parametrize(
    ("content", "previews"),
    [
        ("see https://a.example/x.", ["https://a.example/x"]),
        ("see <https://a.example/x>", []),
        ("`https://a.example`", []),
        ("[here](https://a.example/x) https://b.example", ["https://a.example/x", "https://b.example"]),
        ("[here](<https://a.example/x>)", []),
        (" ".join(f"https://{i}.example" for i in range(7)), [f"https://{i}.example" for i in range(5)]),
    ],
)
async def test_a_bare_address_gets_a_preview(scene: Scene, content: str, previews: list[str]):
    sent = await scene.there(scene.channel).send(
        content, embed=discord.Embed(title="t", url="https://c.example")
    )
    assert scene.server.world.message(scene.channel, sent.id).previews == previews


async def test_suppressed_embeds_and_missing_rights_mean_no_preview(scene: Scene):
    sent = await scene.there(scene.channel).send("https://a.example", suppress_embeds=True)
    message = scene.server.world.message(scene.channel, sent.id)
    assert message.previews == []
    await sent.edit(suppress=False)
    assert message.previews == ["https://a.example"]
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, deny=Can.EMBED_LINKS)
    sent = await scene.there(scene.channel).send("https://a.example", embed=discord.Embed(title="t"))
    assert scene.server.world.message(scene.channel, sent.id).previews == []
    assert sent.embeds == []
