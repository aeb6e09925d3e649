"""The checkup names what is not well, and how to mend it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.slack.config import SlackConfig
from adapters.slack.doctor import examine
from adapters.slack.scopes import REQUIRED
from bot.checkup import Verdict
from tests.adapters.slack.dialog.town import town_of
from tests.servers.slack import LocalSlack


@pytest.fixture
async def slack():
    async with LocalSlack.started() as slack:
        yield slack


@pytest.fixture
def acme(slack):
    return slack.workspace("Acme")


@pytest.fixture
def config(slack, acme):
    """Everything as it should be."""
    slack.channel(acme, "general", [])
    return SlackConfig(
        base_url="https://threads.example.org",
        api_url=slack.api_url,
        bot_token=acme.app.token,
        app_token=slack.app.app_token,
    )


async def found(config, installations=None):
    return [finding async for finding in examine(config, installations)]


def bad(findings):
    return [str(finding) for finding in findings if finding.verdict is Verdict.BAD]


def about(findings, subject):
    return " ".join(finding.text for finding in findings if finding.subject == subject)


async def test_where_all_is_well_nothing_has_to_be_done(config):
    findings = await found(config)
    assert {finding.verdict for finding in findings} == {Verdict.GOOD}
    assert [finding.subject for finding in findings] == [
        "Slack address",
        "Slack socket",
        "Slack token",
        "Slack permissions",
        "Slack channels",
    ]
    assert "belongs to @threadlink in the workspace Acme." in about(findings, "Slack token")
    assert "@threadlink is in 1 channel" in about(findings, "Slack channels")


@pytest.mark.parametrize("scope", REQUIRED, ids=lambda scope: scope.name)
async def test_each_missing_permission_is_named_with_what_it_is_for(config, acme, scope):
    acme.app.scopes = tuple(name for name in acme.app.scopes if name != scope.name)
    findings = await found(config)
    (missing,) = [line for line in bad(findings) if "permissions" in line]
    assert f"{scope.name} is missing, which is needed to {scope.purpose}" in missing


async def test_what_is_optional_is_only_a_hint(config, acme):
    acme.app.scopes = tuple(name for name in acme.app.scopes if name != "emoji:read")
    findings = await found(config)
    assert bad(findings) == []
    assert "without emoji:read I cannot copy custom emoji" in about(findings, "Slack permissions")


async def test_a_bot_that_is_nowhere_is_told_how_to_be_invited(config, acme):
    for channel in acme.channels.values():
        channel.members.clear()
    assert "invite it with /invite @threadlink" in about(await found(config), "Slack channels")


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"bot_token": ""}, "set SLACK_BOT_TOKEN"),
        ({"bot_token": "wrong"}, "“Bot User OAuth Token”"),
        ({"app_token": "wrong"}, "connections:write"),
        ({"app_token": ""}, "set SLACK_APP_TOKEN"),
        ({"command_prefix": "NO"}, "SLACK_COMMAND_PREFIX takes small letters"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "does not answer"),
    ],
)
async def test_each_thing_that_is_wrong_comes_with_its_remedy(config, change, remedy):
    assert remedy in " ".join(bad(await found(replace(config, **change))))


async def test_an_app_without_socket_mode_is_told_where_to_switch_it_on(config, slack):
    slack.app.socket_mode = False
    assert "switch it on under “Socket Mode”" in " ".join(bad(await found(config)))


async def test_http_mode_needs_no_socket_and_names_its_address(config, slack):
    http = replace(config, app_token="", signing_secret=slack.app.signing_secret)
    findings = await found(http)
    assert bad(findings) == []
    assert "https://threads.example.org/slack/events" in about(findings, "Slack signature")
    odd = await found(replace(http, signing_secret="xoxb"))
    assert "does not look like one" in about(odd, "Slack signature")


@pytest.mark.parametrize(
    ("base_url", "said"),
    [
        ("http://localhost:8080", "known to this machine only"),
        ("http://threads.example.org", "without encryption"),
    ],
)
async def test_an_address_that_others_cannot_use_is_a_hint(config, base_url, said):
    findings = await found(replace(config, base_url=base_url))
    assert bad(findings) == []
    assert said in about(findings, "Slack address")


async def test_of_many_workspaces_each_is_looked_at(tmp_path):
    async with town_of(tmp_path, "http", base_url="local", oauth=True) as town:
        findings = await found(town.config, town.installations)
        assert f"open {town.address}/slack/install" in about(findings, "Slack workspaces")
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        findings = await found(town.config, town.installations)
        assert "1 workspace has installed the app" in about(findings, "Slack workspaces")
        assert "belongs to @threadlink" in about(findings, "Slack token in Acme")
        town.acme.app.revoked = True
        assert "can no longer be reached" in " ".join(bad(await found(town.config, town.installations)))


async def test_nothing_secret_is_said(config, slack):
    for token in (config.bot_token, config.app_token):
        assert token not in str(await found(config))
    assert slack.posts() == []
