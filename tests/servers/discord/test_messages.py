"""The local Discord answers the real client about messages as Discord does."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import discord
import pytest

from tests.servers.discord import Can
from tests.servers.discord.conftest import Scene, refused
from tests.servers.discord.world import PICTURE


async def _ids(scene: Scene, **cursor: int) -> list[int]:
    found = await scene.http.logs_from(scene.channel.id, cursor.pop("limit", 100), **cursor)
    return [int(message["id"]) for message in found]


async def test_history_is_paged_from_new_to_old_with_exclusive_cursors(scene: Scene):
    said = [(await scene.server.write.post(scene.ana, scene.channel, f"{i}")).id for i in range(12)]
    assert await _ids(scene, limit=3) == said[:-4:-1]
    assert await _ids(scene, before=said[5], limit=3) == [said[4], said[3], said[2]]
    assert await _ids(scene, after=said[5], limit=3) == [said[8], said[7], said[6]]
    assert await _ids(scene, around=said[5], limit=3) == [said[6], said[5], said[4]]


@pytest.mark.parametrize("oldest_first", [True, False])
async def test_the_client_reads_a_long_history_whole(scene: Scene, oldest_first: bool):
    said = [(await scene.server.write.post(scene.ana, scene.channel, f"{i}")).id for i in range(231)]
    history = scene.there(scene.channel).history(limit=None, oldest_first=oldest_first)
    assert [m.id async for m in history] == (said if oldest_first else said[::-1])


async def test_without_the_right_to_read_history_it_is_empty_and_not_refused(scene: Scene):
    message = await scene.server.write.post(scene.ana, scene.channel, "hello")
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, deny=Can.READ_MESSAGE_HISTORY)
    assert await _ids(scene) == []
    with refused(50013, status=403):
        await scene.http.get_message(scene.channel.id, message.id)


async def test_what_the_bot_does_not_see_is_refused(scene: Scene):
    scene.server.build.hide(scene.channel, scene.ana)
    with refused(50001, status=403):
        await _ids(scene)
    with refused(10003, status=404):
        await scene.http.logs_from(12345, 10)


async def test_an_unknown_message_is_unknown(scene: Scene):
    with refused(10008, status=404):
        await scene.http.get_message(scene.channel.id, 12345)


async def test_without_message_content_only_ones_own_and_those_addressed_to_the_bot_can_be_read(scene: Scene):
    server, channel = scene.server, scene.channel
    server.world.app.message_content = False
    await server.write.post(scene.ana, channel, "secret", files={"a.txt": b"1"})
    await server.write.poll(scene.ana, channel, "Which?", ["one", "two"])
    await server.write.post(scene.ana, channel, f"<@{server.world.bot.id}> look")
    sent = await scene.there(channel).send("mine")
    await server.write.post(scene.ana, channel, "yes", reply_to=server.world.message(channel, sent.id))
    found = [m async for m in scene.there(channel).history(oldest_first=True)]
    assert [m.content for m in found] == ["", "", f"<@{server.world.bot.id}> look", "mine", "yes"]
    assert found[0].attachments == []
    assert found[1].poll is None


async def test_limits_of_a_message_are_kept(scene: Scene):
    there = scene.there(scene.channel)
    with refused(50006, status=400):
        await there.send("  ")
    with refused(50035, saying="Must be 2000 or fewer in length"):
        await there.send("x" * 2001)
    with refused(50035, saying="Embed size exceeds maximum size of 6000"):
        await there.send(embeds=[discord.Embed(description="x" * 3001) for _ in range(2)])
    with refused(50035, saying="In embeds.0.title"):
        await there.send(embed=discord.Embed(title="x" * 257))
    with refused(50035, saying="In embeds.0.fields.0.value"):
        await there.send(embed=discord.Embed().add_field(name="n", value="x" * 1025))
    with refused(50035, saying="Scheme must be one of"):
        await there.send(embed=discord.Embed(title="t", url="ftp://example.org"))
    with refused(50035, saying="nonce"):
        await there.send("x", nonce="n" * 26)
    with refused(50035, saying="attachments"):
        await there.send(files=[discord.File(BytesIO(b"x"), f"{i}.txt") for i in range(11)])
    assert len(scene.channel.messages) == 0


def _row(**button: object) -> list[dict]:
    return [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "a", "label": "A"} | button]}]


def _buttons(count: int) -> list[dict]:
    buttons = [{"type": 2, "style": 1, "custom_id": str(i), "label": "A"} for i in range(count)]
    return [{"type": 1, "components": buttons}]


def _select(count: int, **more: object) -> list[dict]:
    options = [{"label": "x", "value": str(i)} for i in range(count)]
    return [{"type": 1, "components": [{"type": 3, "custom_id": "s", "options": options} | more]}]


async def _send_components(scene: Scene, components: list[dict], **more: object) -> None:
    path = f"/channels/{scene.channel.id}/messages"
    await scene.rest("POST", path, {"components": components, "content": "x"} | more)


@pytest.mark.parametrize(
    "wrong",
    [
        _row(label="x" * 81),
        _row(custom_id="x" * 101),
        _row(style=5, custom_id=None, url="https://" + "x" * 505),
        _row(label=None),
        _row() * 2,
        [row for i in range(6) for row in _row(custom_id=str(i))],
        _buttons(6),
        _select(26),
        _select(0),
        _select(2, placeholder="x" * 151),
        [{"type": 10, "content": "text"}],
    ],
)
async def test_limits_of_buttons_and_selects_are_kept(scene: Scene, wrong: list[dict]):
    with refused(50035):
        await _send_components(scene, wrong)


async def test_what_is_within_the_limits_of_components_passes(scene: Scene):
    await _send_components(scene, _row(label="x" * 80, custom_id="x" * 100))
    await _send_components(scene, [*_buttons(5), *_select(25)])


async def test_components_v2_stand_alone_and_have_their_own_limits(scene: Scene):
    text, v2 = [{"type": 10, "content": "text"}], {"flags": 1 << 15, "content": None}
    await _send_components(scene, text * 40, **v2)
    with refused(50035, saying="cannot be used"):
        await _send_components(scene, text, flags=1 << 15)
    with refused(50035, saying="exceeds 40"):
        await _send_components(scene, text * 41, **v2)
    with refused(50035, saying="exceeds 4000"):
        await _send_components(scene, [{"type": 10, "content": "x" * 2001}] * 2, **v2)


async def test_a_file_above_10_mib_is_refused(scene: Scene):
    with refused(40005, status=413):
        await scene.there(scene.channel).send(
            file=discord.File(BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "big.bin")
        )
    sent = await scene.there(scene.channel).send(file=discord.File(BytesIO(b"x" * (1024 * 1024)), "ok.bin"))
    assert sent.attachments[0].size == 1024 * 1024


async def test_the_same_nonce_makes_one_message_for_some_minutes(scene: Scene):
    there = scene.there(scene.channel)
    first, second = await there.send("once", nonce="share-1"), await there.send("again", nonce="share-1")
    assert first.id == second.id
    assert [m.content for m in scene.channel.messages] == ["once"]
    scene.clock.advance(minutes=10)
    assert (await there.send("later", nonce="share-1")).id != first.id


async def test_only_its_author_edits_a_message(scene: Scene):
    message = await scene.server.write.post(scene.ana, scene.channel, "mine")
    with refused(50005, status=403):
        await scene.there(scene.channel).get_partial_message(message.id).edit(content="yours")
    sent = await scene.there(scene.channel).send("x", embed=discord.Embed(title="t"))
    edited = await sent.edit(content="y")
    assert (edited.content, edited.embeds[0].title, edited.edited_at) == ("y", "t", scene.clock())
    with refused(50006):
        await sent.edit(content=None, embed=None)


async def test_deleting_others_messages_needs_a_right(scene: Scene):
    message = await scene.server.write.post(scene.ana, scene.channel, "mine")
    partial = scene.there(scene.channel).get_partial_message(message.id)
    with refused(50013, status=403):
        await partial.delete()
    scene.server.build.overwrite(scene.channel, scene.server.world.bot, allow=Can.MANAGE_MESSAGES)
    await partial.delete()
    assert len(scene.channel.messages) == 0


async def test_replies_carry_what_they_answer_and_null_when_it_is_gone(scene: Scene):
    write = scene.server.write
    first = await write.post(scene.ana, scene.channel, "first")
    await write.post(scene.jonas, scene.channel, "answer", reply_to=first)
    raw = await scene.newest()
    assert (raw["type"], raw["referenced_message"]["content"]) == (19, "first")
    assert "referenced_message" not in raw["referenced_message"]
    await write.delete(scene.ana, first)
    raw = await scene.newest()
    assert raw["referenced_message"] is None
    answer = await anext(scene.there(scene.channel).history(limit=1))
    assert isinstance(answer.reference.resolved, discord.DeletedReferencedMessage)


async def test_a_forward_is_a_copy_of_that_moment_without_its_author(scene: Scene):
    write = scene.server.write
    message = await write.post(scene.ana, scene.channel, "before", files={"a.txt": b"1"})
    other = scene.server.build.channel(scene.guild, "other")
    await write.forward(scene.jonas, message, other)
    await write.edit(scene.ana, message, "after")
    raw = await scene.newest(other)
    snapshot = raw["message_snapshots"][0]["message"]
    assert (snapshot["content"], len(snapshot["attachments"])) == ("before", 1)
    assert "author" not in snapshot
    assert (raw["content"], raw["message_reference"]["type"], raw["flags"] & 1 << 14) == ("", 1, 1 << 14)


async def test_reactions_are_counted_and_custom_emoji_named(scene: Scene):
    server = scene.server
    message = await server.write.post(scene.ana, scene.channel, "x")
    otter = server.build.emoji(scene.guild, "otter", animated=True)
    await server.write.react(scene.ana, message, otter)
    partial = scene.there(scene.channel).get_partial_message(message.id)
    await partial.add_reaction(discord.PartialEmoji(name="otter", id=otter.id))
    await partial.add_reaction("🎉")
    found = (await partial.fetch()).reactions
    assert [(str(r.emoji), r.count, r.me) for r in found] == [
        (f"<a:otter:{otter.id}>", 2, True),
        ("🎉", 1, True),
    ]
    assert {user.name async for user in found[0].users()} == {"Threadlink", "ana"}
    with refused(10014):
        await partial.add_reaction(discord.PartialEmoji(name="nobody", id=12345))
    await partial.remove_reaction("🎉", discord.Object(server.world.bot.id))
    assert len(message.reactions) == 1


async def test_addresses_of_attachments_die_and_a_new_fetch_gives_fresh_ones(scene: Scene):
    await scene.server.write.post(scene.ana, scene.channel, files={"Größe 1.csv": b"1,2"})
    there = scene.there(scene.channel)
    old = (await anext(there.history(limit=1))).attachments[0]
    assert (await old.read(), old.filename, old.title) == (b"1,2", "Gr__e_1.csv", "Größe 1")
    with pytest.raises(discord.NotFound):
        await scene.http.get_from_cdn(old.url.replace("hm=", "hm=0"))
    scene.clock.advance(days=1, seconds=1)
    with pytest.raises(discord.NotFound):
        await old.read()
    fresh = (await anext(there.history(limit=1))).attachments[0]
    assert await fresh.read() == b"1,2"


async def test_pictures_have_their_sizes_and_avatars_their_bytes(scene: Scene):
    mei = scene.server.build.user("mei", avatar=PICTURE)
    scene.server.build.join(scene.guild, mei)
    await scene.server.write.post(mei, scene.channel, files={"dot.png": PICTURE})
    message = await anext(scene.there(scene.channel).history(limit=1))
    assert (message.attachments[0].width, message.attachments[0].height) == (1, 1)
    assert message.attachments[0].content_type == "image/png"
    assert await message.author.display_avatar.read() == PICTURE
    assert await discord.User(state=scene.bot._connection, data=_nobody()).display_avatar.read() == PICTURE


def _nobody() -> Any:
    return {"id": "1", "username": "nobody", "discriminator": "0", "avatar": None}


async def test_a_message_that_some_server_once_gave_is_given_as_it_was(scene: Scene):
    raw = {
        "id": "1100000000000000000",
        "type": 63,
        "content": "old",
        "author": {"id": "42", "username": "someone"},
        "mystery": [1],
    }
    scene.server.build.recorded(scene.channel, raw)
    given = await scene.newest()
    assert {key: given[key] for key in raw} == raw


async def test_a_poll_is_given_with_its_results(scene: Scene):
    asked = await scene.server.write.poll(scene.ana, scene.channel, "Which?", ["one", "two"])
    await scene.server.write.vote(scene.jonas, asked, 2)
    poll = (await anext(scene.there(scene.channel).history(limit=1))).poll
    assert [(a.text, a.vote_count) for a in poll.answers] == [("one", 0), ("two", 1)]
