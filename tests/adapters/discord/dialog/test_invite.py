"""The invitation asks for what is used, by name, and for nothing else."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord.invite import PERMISSIONS, application_of, invite_url, permissions

EVERYTHING_BUT_OPTIONAL = 309237763072
"""What the card, the thread and the replay need (View Channel … Send Messages in Threads)."""


def test_the_link_asks_for_exactly_the_permissions_of_the_table():
    asked = parse_qs(urlsplit(invite_url(4711)).query)
    assert asked["client_id"] == ["4711"]
    assert asked["scope"] == ["bot applications.commands"]
    given = discord.Permissions(int(asked["permissions"][0]))
    assert given == discord.Permissions(**dict.fromkeys(PERMISSIONS, True))
    assert all(getattr(given, name) for name in PERMISSIONS)
    assert given.value & EVERYTHING_BUT_OPTIONAL == EVERYTHING_BUT_OPTIONAL
    assert not given.administrator
    assert not given.manage_guild


def test_every_permission_says_what_it_is_for():
    assert all(reason and not reason.endswith(".") for reason in PERMISSIONS.values())
    assert permissions().value


def test_a_server_can_be_chosen_beforehand():
    asked = parse_qs(urlsplit(invite_url(4711, 99)).query)
    assert (asked["guild_id"], asked["disable_guild_select"]) == (["99"], ["true"])


def test_a_token_tells_its_application():
    first = base64.b64encode(b"1234567890123456789").decode().rstrip("=")
    assert application_of(f"{first}.{secrets.token_hex(3)}.{secrets.token_hex(13)}") == 1234567890123456789
    for wrong in ("", "abc", "!!.x.y", base64.b64encode(b"otter").decode()):
        with pytest.raises(ValueError):
            application_of(wrong)
