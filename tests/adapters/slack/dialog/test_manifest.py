"""The printed manifest is one that Slack accepts, for every mode."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from adapters.slack.config import SlackConfig
from adapters.slack.manifest import manifest, manifest_text
from adapters.slack.scopes import all_scopes

SOCKET = SlackConfig(base_url="https://links.example.org")
HTTP = replace(SOCKET, signing_secret="s" * 32)
OAUTH = replace(HTTP, client_id="1.2", client_secret="c" * 32)
COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
MODES = pytest.mark.parametrize("config", [SOCKET, HTTP, OAUTH, replace(SOCKET, command_prefix="tl-")])


@MODES
def test_every_text_is_within_slacks_limits(config):
    made = manifest(config)
    shown = made["display_information"]
    assert len(shown["name"]) <= 35
    assert 0 < len(shown["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(made["features"]["bot_user"]["display_name"]) <= 80
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    for command in made["features"]["slash_commands"]:
        assert COMMAND.fullmatch(command["command"])
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


@MODES
def test_commands_require_their_scope_and_no_scope_is_asked_for_twice(config):
    scopes = manifest(config)["oauth_config"]["scopes"]
    asked = [*scopes["bot"], *scopes["bot_optional"]]
    assert "commands" in scopes["bot"]
    assert "files:write" in scopes["bot_optional"]
    assert len(set(asked)) == len(asked)
    assert set(asked) == {scope.name for scope in all_scopes(config)}


def test_socket_mode_names_no_address_of_ours_but_the_domain_of_its_links():
    made = manifest(SOCKET)
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["features"]["unfurl_domains"] == ["links.example.org"]
    assert json.dumps(made).count("links.example.org") == 1
    assert "redirect_urls" not in made["oauth_config"]


def test_http_mode_names_the_one_address_everywhere():
    made = manifest(HTTP)
    address = "https://links.example.org/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert {command["url"] for command in made["features"]["slash_commands"]} == {address}


def test_only_many_workspaces_are_sent_back_to_us():
    assert manifest(OAUTH)["oauth_config"]["redirect_urls"] == [
        "https://links.example.org/slack/oauth_redirect"
    ]
    assert "redirect_urls" not in manifest(HTTP)["oauth_config"]


def test_an_app_token_means_socket_mode_whatever_else_is_set():
    assert manifest(replace(HTTP, app_token="x"))["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    ("base_url", "domains"),
    [
        ("https://Links.Example.org:8443/threads", ["links.example.org"]),
        ("http://localhost:8080", None),
        ("http://127.0.0.1:8080", None),
        ("http://[::1]:8080", None),
    ],
)
def test_the_unfurl_domain_is_a_bare_host_that_others_know(base_url, domains):
    assert manifest(replace(SOCKET, base_url=base_url))["features"].get("unfurl_domains") == domains


def test_the_prefix_stands_before_every_command():
    commands = manifest(replace(SOCKET, command_prefix="tl-"))["features"]["slash_commands"]
    assert [one["command"] for one in commands] == ["/tl-share", "/tl-continue", "/tl-shares"]


@pytest.mark.parametrize("prefix", ["TL-", "a b", "ü", "/", "x" * 24])
def test_a_prefix_that_slack_would_refuse_is_refused_in_one_line(prefix):
    with pytest.raises(ValueError, match=r"^SLACK_COMMAND_PREFIX takes [^\n]+$"):
        manifest(replace(SOCKET, command_prefix=prefix))


def test_the_longest_prefix_still_fits():
    commands = manifest(replace(SOCKET, command_prefix="x" * 23))["features"]["slash_commands"]
    assert max(len(one["command"]) for one in commands) == 32


def test_direct_messages_are_asked_for_only_where_they_may_be_shared():
    def asked(config):
        return manifest(config)["oauth_config"]["scopes"]["bot_optional"]

    assert "im:history" not in asked(SOCKET)
    assert "im:history" in asked(replace(SOCKET, allow_direct=True))


def test_it_is_printed_as_json_that_reads_back():
    assert json.loads(manifest_text(OAUTH)) == manifest(OAUTH)
    assert manifest_text(OAUTH).endswith("}\n")
