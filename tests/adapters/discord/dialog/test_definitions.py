"""The commands are what Discord takes, and it is told of them only when it knows others."""

from __future__ import annotations

import copy
import re

import pytest

from adapters.discord.definitions import definitions, differences, for_one_server
from tests.servers.discord.errors import Form
from tests.servers.discord.rest_commands import check_command

OURS = definitions((None, 1, 7, 30, 90))


def as_told_back(commands):
    """As Discord gives commands back: with ids, versions and defaults."""
    told = copy.deepcopy(commands)
    for number, command in enumerate(told):
        command |= {
            "id": str(number),
            "application_id": "1",
            "version": "9",
            "dm_permission": True,
            "nsfw": False,
            "default_member_permissions": None,
            "name_localizations": None,
            "description_localizations": None,
        }
        command.setdefault("description", "")
    return told[::-1]


@pytest.mark.parametrize("command", [*OURS, *for_one_server(OURS)], ids=lambda command: command["name"])
def test_every_command_is_one_that_discord_takes(command):
    form = Form()
    check_command(form, "0", command)
    assert not form.errors


def test_commands_are_offered_in_servers_only():
    assert all(command["contexts"] == [0] and command["integration_types"] == [0] for command in OURS)
    assert not any("contexts" in command for command in for_one_server(OURS))


def test_what_discord_tells_back_is_the_same():
    assert not differences(OURS, as_told_back(OURS))
    assert not differences(for_one_server(OURS), as_told_back(for_one_server(OURS)))


def changed(change):
    commands = as_told_back(OURS)
    change({command["name"]: command for command in commands}, commands)
    return commands


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda by_name, _: by_name["share"].update(description="Another"), "/share is .* (description)"),
        (lambda by_name, _: by_name["share"]["options"].pop(), "/share is .* (options)"),
        (lambda by_name, _: by_name["share"]["options"].reverse(), "/share is .* (options)"),
        (lambda by_name, _: by_name["share"]["options"][0].update(type=4), "/share is .* (title: type)"),
        (
            lambda by_name, _: by_name["share"]["options"][1]["choices"].pop(),
            "/share is .* (names: choices)",
        ),
        (
            lambda by_name, _: by_name["continue"]["options"][0].update(required=False),
            "/continue is .* (link: required)",
        ),
        (
            lambda by_name, _: by_name["shares"]["options"][1]["options"][0].update(autocomplete=False),
            "/shares is .* (revoke: link: autocomplete)",
        ),
        (
            lambda by_name, _: by_name["Share thread"].update(contexts=[0, 1]),
            "the message menu “Share thread” is .* (contexts)",
        ),
        (
            lambda by_name, _: by_name["share"].update(default_member_permissions="8"),
            "/share is .* (default_member_permissions)",
        ),
        (lambda _, commands: commands.pop(), "/share is not registered"),
        (
            lambda _, commands: commands.append({"type": 1, "name": "old", "description": "An old one"}),
            "/old is registered, but not known here",
        ),
    ],
)
def test_any_difference_is_seen_and_named(change, told):
    [found] = differences(OURS, changed(change))
    assert re.fullmatch(told.replace("(", r"\(").replace(")", r"\)"), found)


def test_expiries_are_those_that_the_operator_allows():
    share = definitions((1, 7))[0]
    expires = next(option for option in share["options"] if option["name"] == "expires")
    assert [choice["value"] for choice in expires["choices"]] == ["1", "7"]
