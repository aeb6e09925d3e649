"""What doctor finds, and how it says what to do."""

from __future__ import annotations

import secrets

import pytest

from adapters.discord.doctor import examine
from adapters.discord.invite import PERMISSIONS
from bot.checkup import Verdict
from tests.adapters.discord.dialog.booth import EXPIRIES, config_for
from tests.servers.discord import Can

ENOUGH = Can(0)
for _name in PERMISSIONS:
    ENOUGH |= Can[_name.upper()]


async def findings(server, **changes):
    return [finding async for finding in examine(config_for(server, **changes), EXPIRIES)]


async def test_all_is_well_where_all_was_set_up(server, booth):
    server.build.permit(booth.guild, booth.guild.member(server.world.bot).roles[0], ENOUGH)
    found = await findings(server)
    assert [(one.verdict, one.subject) for one in found] == [
        (Verdict.GOOD, "Discord token"),
        (Verdict.GOOD, "Discord message content"),
        (Verdict.GOOD, "Discord commands"),
        (Verdict.GOOD, "Discord servers"),
    ]
    assert "Threadlink" in found[0].text
    assert found[3].text == "1 server gives the bot every permission it uses."


async def test_a_wrong_token_is_all_that_is_told(server):
    [finding] = await findings(server, token="x." + secrets.token_hex(8))
    assert finding.verdict is Verdict.BAD
    assert "Reset Token" in finding.text


async def test_a_discord_that_does_not_answer_is_named(server):
    config = config_for(server)
    await server.stop()
    [finding] = [one async for one in examine(config, EXPIRIES)]
    assert finding.verdict is Verdict.BAD
    assert "does not answer" in finding.text


async def test_a_new_application_is_told_its_next_steps(server):
    server.world.app.message_content = False
    found = {finding.subject: finding for finding in await findings(server)}
    assert found["Discord message content"].verdict is Verdict.BAD
    assert "developer portal" in found["Discord message content"].text
    assert "python -m bot serve" in found["Discord commands"].text
    assert "/oauth2/authorize?client_id=" in found["Discord servers"].text


@pytest.mark.parametrize(
    ("missing", "verdict", "text"),
    [
        (
            Can.READ_MESSAGE_HISTORY,
            Verdict.BAD,
            "Read Message History (to read the thread that somebody shares)",
        ),
        (
            Can.MANAGE_WEBHOOKS,
            Verdict.HINT,
            "Manage Webhooks (to post copied messages under their authors' names)",
        ),
    ],
)
async def test_each_server_that_lacks_something_is_named_with_what_it_is_for(server, missing, verdict, text):
    guild = server.build.guild("Otters", bot_may=ENOUGH & ~missing)
    server.build.permit(guild, guild.everyone, Can(0))
    server.build.guild("Well equipped", bot_may=ENOUGH)
    found = [one for one in await findings(server) if one.subject == "Discord servers"]
    assert [one.verdict for one in found] == [Verdict.GOOD, verdict]
    assert f"“Otters” does not give the bot {text}." in found[1].text


async def test_a_command_that_is_registered_otherwise_is_named_with_what_differs(server, booth):
    share = next(one for one in server.world.commands.values() if one.name == "share")
    share.payload["options"][0]["description"] = "Its name"
    [hint] = [one for one in await findings(server) if one.subject == "Discord commands"]
    assert hint.verdict is Verdict.HINT
    assert hint.text.startswith("/share is registered otherwise (title: description). Start `python -m bot")


async def test_commands_of_a_single_server_are_looked_for_there(server, booth):
    [hint] = [
        one for one in await findings(server, sync_guild=booth.guild.id) if one.subject == "Discord commands"
    ]
    assert hint.verdict is Verdict.HINT
