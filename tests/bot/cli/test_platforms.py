"""What an operator prints and checks before the first link: manifest, invitation, doctor, and a start that fails kindly."""

from __future__ import annotations

import base64
import json
import logging
import secrets
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from typer.testing import CliRunner

from bot.checkup import Verdict
from bot.cli.app import app
from bot.cli.configs import discord_config
from bot.cli.console import EXPECTED_ERRORS
from bot.cli.doctor import examine
from bot.cli.serving import running
from bot.settings import load_settings
from tests.servers.discord import LocalDiscord
from tests.servers.slack import LocalSlack

BASE = "https://share.example.com"


def bot_token(application: int) -> str:
    return f"{base64.b64encode(str(application).encode()).decode()}.x.{secrets.token_urlsafe(20)}"


def run(*words: str, **variables: str):
    return CliRunner().invoke(app, list(words), env={"THREADLINK_BASE_URL": BASE, **variables})


def slack_variables(slack, workspace) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": workspace.app.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
        "SLACK_API_URL": slack.api_url,
    }


def discord_variables(discord) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


@pytest.fixture
def basics(tmp_path):
    return {
        "THREADLINK_DATA": str(tmp_path),
        "THREADLINK_LISTEN": "127.0.0.1:0",
        "THREADLINK_METRICS_LISTEN": "off",
    }


def test_the_manifest_is_json_for_the_base_url_and_the_mode():
    made = json.loads(run("slack", "manifest", SLACK_COMMAND_PREFIX="tl-").stdout)
    assert made["features"]["unfurl_domains"] == ["share.example.com"]
    assert [one["command"] for one in made["features"]["slash_commands"]] == [
        "/tl-share",
        "/tl-continue",
        "/tl-shares",
    ]
    assert made["settings"]["socket_mode_enabled"] is True
    by_http = json.loads(run("slack", "manifest", SLACK_SIGNING_SECRET=secrets.token_hex(16)).stdout)
    assert by_http["settings"]["interactivity"]["request_url"] == f"{BASE}/slack/events"


def test_the_invitation_is_for_the_token_s_application_and_asks_for_what_is_used():
    token = bot_token(123456789012345678)
    link = urlsplit(run("discord", "invite", "--guild", "42", DISCORD_TOKEN=token).stdout.strip())
    asked = parse_qs(link.query)
    assert asked["client_id"] == ["123456789012345678"]
    assert asked["guild_id"] == ["42"]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    assert int(asked["permissions"][0]) & 8 == 0  # never Administrator


@pytest.mark.parametrize("variables", [{}, {"DISCORD_TOKEN": "nonsense"}])
def test_an_invitation_without_a_good_token_says_where_to_find_one(variables):
    refused = run("discord", "invite", **variables)
    assert refused.exit_code == 1
    assert "DISCORD_TOKEN" in refused.stderr
    assert "Bot" in refused.stderr


async def test_doctor_finds_both_platforms_well_where_they_are(basics):
    async with LocalSlack.started() as slack, LocalDiscord() as discord:
        acme = slack.workspace("Acme")
        ana = slack.user(acme, "Ana Moreno")
        slack.channel(acme, "general", [ana])
        discord.build.guild("Otters")
        async with running(
            load_settings({**basics, **slack_variables(slack, acme), **discord_variables(discord)}, None)
        ):
            await discord.ready()
        variables = {**basics, **slack_variables(slack, acme), **discord_variables(discord)}
        found = [finding async for finding in examine(variables)]
    assert [str(one) for one in found if one.verdict is Verdict.BAD] == []
    assert len([one for one in found if "Slack" in one.subject]) >= 3
    assert len([one for one in found if "Discord" in one.subject]) >= 3


async def test_doctor_names_a_token_that_is_not_accepted(basics):
    async with LocalSlack.started() as slack:
        acme = slack.workspace("Acme")
        variables = {
            **basics,
            **slack_variables(slack, acme),
            "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}",
        }
        found = [finding async for finding in examine(variables)]
    assert any(one.verdict is Verdict.BAD and "SLACK_BOT_TOKEN" in one.text for one in found)


@pytest.mark.parametrize("status", [503, None], ids=["it fails", "nobody is there"])
async def test_a_start_while_discord_is_away_serves_says_so_and_connects_when_it_is_back(basics, status):
    listen, place = f"127.0.0.1:{unused_port()}", unused_port()
    async with LocalDiscord(port=place) as discord, ClientSession() as client:
        settings = load_settings({**basics, "THREADLINK_LISTEN": listen, **discord_variables(discord)}, None)
        if status:
            discord.faults.fail_next("*", "*", status=status, times=1000)
        else:
            await discord.stop()
        async with running(settings):
            async with client.get(f"http://{listen}/healthz") as health:
                assert (await health.json())["discord"] == "waiting for Discord to answer"
            if status:
                discord.faults.clear()
            else:
                await discord.start()
            await discord.ready(timeout=30)


async def test_a_start_with_all_as_it_should_be_logs_no_warning(basics, caplog):
    async with LocalDiscord() as discord:
        discord.build.guild("Otters")
        async with running(load_settings({**basics, **discord_variables(discord)}, None)):
            await discord.ready()
    assert [one.message for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_start_with_a_token_that_is_not_accepted_ends_with_one_line(basics):
    async with LocalSlack.started() as slack, LocalDiscord() as discord:
        acme = slack.workspace("Acme")
        wrong_slack = {**slack_variables(slack, acme), "SLACK_BOT_TOKEN": f"xoxb-{secrets.token_hex(8)}"}
        wrong_discord = {**discord_variables(discord), "DISCORD_TOKEN": bot_token(1)}
        for variables, named in ((wrong_slack, "SLACK_BOT_TOKEN"), (wrong_discord, "DISCORD_TOKEN")):
            with pytest.raises(Exception, match=named) as refused:
                async with running(load_settings({**basics, **variables}, None)):
                    pytest.fail("it started")
            assert isinstance(refused.value, EXPECTED_ERRORS)
            assert "\n" not in str(refused.value)


def test_discord_is_read_as_far_as_a_share_may_go():
    settings = load_settings({"THREADLINK_MAX_MESSAGES": "70000", "DISCORD_TOKEN": "x"}, env_file=None)
    assert discord_config(settings).max_messages == 70_000
