"""Application commands: what may be registered, and what people are offered of it."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands

from tests.servers.discord import Can, Kind, Refused
from tests.servers.discord.conftest import Scene, refused


def _option(**more: object) -> dict:
    return {"name": "title", "description": "A title", "type": 3} | more


def _command(*options: dict, **more: object) -> dict:
    return {"name": "share", "description": "Share", "type": 1, "options": list(options)} | more


async def test_a_tree_is_synced_globally_and_for_one_server(scene: Scene):
    tree = app_commands.CommandTree(scene.bot)

    @tree.command(name="share", description="Share this thread")
    async def share(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("everywhere")

    here = discord.Object(scene.guild.id)

    @tree.command(name="share", description="Share this thread", guild=here)
    async def local(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("here")

    before = await tree.sync()
    assert [c.id for c in await tree.sync()] == [c.id for c in before]
    asked = await scene.server.people.slash(scene.ana, scene.channel, "share")
    assert (await asked.answered()).message.content == "everywhere"
    await tree.sync(guild=here)
    asked = await scene.server.people.slash(scene.ana, scene.channel, "share")
    assert (await asked.answered()).message.content == "here"
    assert len(await tree.fetch_commands()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        _command(name="Share"),
        _command(name="x" * 33),
        _command(description=""),
        _command(description="x" * 101),
        _command(*(_option(name=f"o{i}") for i in range(26))),
        _command(_option(), _option()),
        _command(_option(), _option(name="b", required=True)),
        _command(_option(choices=[{"name": "a", "value": "a"}], autocomplete=True)),
        _command(_option(choices=[{"name": str(i), "value": "a"} for i in range(26)])),
        _command(
            *(_option(name=f"o{i}", choices=[{"name": "x" * 100, "value": "x" * 100}] * 20) for i in range(3))
        ),
        {"name": "Share thread", "type": 3, "description": "no"},
    ],
)
async def test_limits_of_commands_are_kept(scene: Scene, wrong: dict):
    with refused(50035, status=400):
        await scene.register(wrong)


async def test_there_are_only_so_many_menus(scene: Scene):
    with refused(30032):
        await scene.register(*({"name": f"Menu {i}", "type": 3} for i in range(16)))


async def test_people_are_offered_what_is_registered_and_fill_in_what_fits(scene: Scene):
    voice = scene.server.build.channel(scene.guild, "voice", Kind.VOICE)
    await scene.register(
        _command(
            _option(required=True),
            _option(name="names", choices=[{"name": "Names", "value": "yes"}]),
            _option(name="where", type=7, channel_types=[0, 5]),
            _option(name="count", type=4, max_value=10),
            _option(name="who", type=6),
        )
    )
    slash = scene.server.people.slash
    wrongs: tuple[dict, ...] = (
        {},
        {"title": 5},
        {"title": "x", "names": "no"},
        {"title": "x", "where": voice},
        {"title": "x", "where": "general"},
        {"title": "x", "count": 11},
        {"title": "x", "count": True},
        {"title": "x", "nothing": 1},
    )
    for wrong in wrongs:
        with pytest.raises(Refused):
            await slash(scene.ana, scene.channel, "share", wrong)
    fits: dict = {"title": "x", "names": "yes", "where": scene.channel, "count": 3, "who": scene.jonas}
    asked = await slash(scene.ana, scene.channel, "share", fits)
    data = asked.payload["data"]
    assert [o["value"] for o in data["options"]] == [
        "x",
        "yes",
        str(scene.channel.id),
        3,
        str(scene.jonas.id),
    ]
    assert set(data["resolved"]) == {"channels", "users", "members"}
    with pytest.raises(Refused):
        await slash(scene.ana, scene.channel, "continue")


async def test_a_command_with_subcommands_is_used_by_them_only(scene: Scene):
    listing = {"name": "list", "description": "List", "type": 1}
    revoke = {"name": "revoke", "description": "Revoke", "type": 1, "options": [_option(name="link")]}
    await scene.register(_command(listing, revoke, name="shares"))
    slash = scene.server.people.slash
    for wrong in ("", "nothing"):
        with pytest.raises(Refused):
            await slash(scene.ana, scene.channel, "shares", subcommand=wrong)
    asked = await slash(scene.ana, scene.channel, "shares", {"link": "x"}, subcommand="revoke")
    inner = asked.payload["data"]["options"]
    assert inner == [{"name": "revoke", "type": 1, "options": [{"name": "link", "type": 3, "value": "x"}]}]


async def test_commands_are_closed_to_those_without_rights_and_in_archived_threads(scene: Scene):
    await scene.register(
        _command(), _command(name="admin", default_member_permissions=str(int(Can.MANAGE_GUILD)))
    )
    slash, build = scene.server.people.slash, scene.server.build
    with pytest.raises(Refused):
        await slash(scene.ana, scene.channel, "admin")
    await slash(scene.guild.owner, scene.channel, "admin")
    thread = await scene.server.write.thread(scene.ana, scene.channel, "Plans")
    await scene.server.write.archive(scene.ana, thread)
    for user in (scene.ana, scene.guild.owner):
        with pytest.raises(Refused):
            await slash(user, thread, "share")
    forum = build.channel(scene.guild, "help", Kind.FORUM)
    with pytest.raises(Refused):
        await slash(scene.ana, forum, "share")
    for denied in (Can.USE_APPLICATION_COMMANDS, Can.SEND_MESSAGES, Can.VIEW_CHANNEL):
        build.overwrite(scene.channel, scene.ana, deny=denied)
        with pytest.raises(Refused):
            await slash(scene.ana, scene.channel, "share")
