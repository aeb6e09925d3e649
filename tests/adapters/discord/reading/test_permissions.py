"""What a member may do, computed from raw JSON as Discord computes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.permissions import READING, Can, in_channel, in_guild, missing
from tests.servers.discord import Can as Theirs
from tests.servers.discord import Clock, Kind, Role, User
from tests.servers.discord.building import Building
from tests.servers.discord.payloads import channel_json, guild_json, member_json
from tests.servers.discord.permissions import base, permissions
from tests.servers.discord.world import World

WHOLE = sum(int(one) for one in Can)
_bits = st.sets(st.sampled_from([Theirs(int(one)) for one in Can])).map(
    lambda chosen: Theirs(sum(int(one) for one in chosen))
)


@st.composite
def scenes(draw):
    """A server with roles, a channel with exceptions, and a member with some of the roles."""
    build = Building(World(Clock()))
    guild = build.guild("Otters")
    build.permit(guild, guild.everyone, draw(_bits) & ~Theirs.ADMINISTRATOR)
    roles = [build.role(guild, f"role{i}", permissions=draw(_bits)) for i in range(3)]
    ana = guild.owner if draw(st.integers(0, 9)) == 0 else build.user("ana")
    build.join(guild, ana, roles=[role for role in roles if draw(st.booleans())])
    channel = build.channel(
        guild, "general", draw(st.sampled_from([Kind.TEXT, Kind.FORUM, Kind.ANNOUNCEMENT]))
    )
    targets: list[Role | User] = [guild.everyone, *roles, ana, build.user("somebody else")]
    for target in targets:
        if draw(st.booleans()):
            build.overwrite(channel, target, allow=draw(_bits), deny=draw(_bits))
    return guild, channel, ana


@given(scenes())
def test_what_a_member_may_do_is_what_discord_says(scene):
    guild, channel, ana = scene
    theirs = int(permissions(ana, channel))
    ours = in_channel(guild_json(guild), member_json(guild.members[ana.id]), channel_json(channel))
    # Whoever may not send has neither, whatever was granted; here that is asked only after sending was.
    follows = Can.EMBED_LINKS | Can.ATTACH_FILES
    assert ours & WHOLE & ~follows == theirs & WHOLE & ~follows


@given(scenes())
def test_what_a_member_may_do_in_the_whole_server_is_what_discord_says(scene):
    guild, _, ana = scene
    theirs = int(base(guild, guild.members[ana.id]))
    assert in_guild(guild_json(guild), member_json(guild.members[ana.id])) & WHOLE == theirs & WHOLE


def everyone_may(*overwrites, kind=0, base=READING | Can.CONNECT):
    guild = {"id": "1", "owner_id": "9", "roles": [{"id": "1", "permissions": str(int(base))}]}
    return in_channel(guild, {}, {"id": "2", "type": kind, "permission_overwrites": list(overwrites)})


def overwrite(target, kind, **bits):
    return {"id": target, "type": kind, **{name: str(int(value)) for name, value in bits.items()}}


def test_everyone_is_a_member_without_roles():
    assert everyone_may() & READING == READING
    assert everyone_may(overwrite("1", 0, deny=Can.VIEW_CHANNEL)) == 0


def test_who_may_not_enter_a_room_for_speaking_reads_nothing_there():
    closed = overwrite("1", 0, deny=Can.CONNECT)
    assert everyone_may(closed, kind=int(Kind.VOICE)) == 0
    assert everyone_may(closed, kind=int(Kind.TEXT)) & READING == READING


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"permission_overwrites": None},
        {"permission_overwrites": ["x", {"id": 5, "type": "0", "allow": 8}]},
        {"permission_overwrites": [{"id": "1", "type": 0, "allow": "-8"}]},
        {"permission_overwrites": [{"id": "1", "type": 0, "allow": "9" * 400}]},
    ],
)
def test_what_cannot_be_read_grants_nothing(broken):
    guild = {"id": "1", "roles": [{"id": "1", "permissions": "none"}, None, {"id": ["1"]}]}
    assert in_channel(guild, {"roles": [None, 7]}, broken) == 0


def test_nobody_is_the_owner_of_a_server_without_one():
    assert in_guild({"id": "1"}, {}) == 0
    assert in_guild({"id": "1", "owner_id": ""}, {"user": {"id": ""}}) == 0


def test_what_is_missing_is_called_as_in_discords_settings():
    assert missing(int(Can.VIEW_CHANNEL), READING) == ("Read Message History",)
    assert missing(0, Can.SEND_MESSAGES_IN_THREADS) == ("Send Messages in Threads",)
    assert missing(int(READING), READING) == ()
