"""Who may read and moderate what: asked for the person, never for the bot."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest

from adapters.slack.identity import actor_of, parse_permalink, thread_ref
from bot.model import ChannelRef
from bot.platforms import NotAllowed, ThreadNotFound
from tests.adapters.slack.stages import staged
from tests.adapters.stage import a_head, capture

HIDDEN = "hidden"
"""The person gets the text that also stands for what is not there."""

ALLOWED = "allowed"


@dataclass
class Rooms:
    """Every kind of room with a message in it, and every kind of person."""

    stage: Any

    def __post_init__(self):
        slack, acme = self.stage.slack, self.stage.acme
        ana = self.stage.people["Ana Moreno"]
        self.other = slack.workspace("Other")
        self.people = {
            "member": ana,
            "colleague": self.stage.people["Jonas Weber"],
            "guest": slack.user(acme, "Gus Guest", is_restricted=True),
            "guest inside": slack.user(acme, "Gina Guest", is_ultra_restricted=True),
            "partner": slack.user(self.other, "Pat Partner"),
            "leaver": slack.user(acme, "Lea Leaver"),
            "app": slack.bot(acme, "Some App"),
            "nobody": slack.user(self.other, "Nobody"),
        }
        inside = [self.people[name] for name in ("member", "guest inside", "partner", "leaver", "app")]
        self.channels = {
            "public": slack.channel(acme, "open", inside),
            "private": slack.channel(acme, "closed", inside, kind="private"),
            "connect": slack.channel(
                acme, "partners", inside, is_ext_shared=True, shared_teams={self.other.id}
            ),
            "private connect": slack.channel(acme, "deals", inside, kind="private", is_ext_shared=True),
            "direct": slack.direct(ana),
            "group": slack.channel(acme, "", inside, kind="mpim"),
        }

    async def told(self):
        for channel in self.channels.values():
            channel.message = await self.stage.slack.post(self.people["member"], channel, "Said", quiet=True)
        self.people["leaver"].deleted = True

    async def asked(self, who, where):
        """What becomes of `who` sharing the message in `where`: HIDDEN, ALLOWED, or the refusal."""
        person, channel = self.people[who], self.channels[where]
        # A stranger's delivery names the workspace that the app is installed in: the dialogs pass it on.
        actor = actor_of(person.id, person.name, self.stage.acme.id, None)
        thread = thread_ref(self.stage.acme.id, channel.id, channel.message.ts)
        refusal = await self.refusal(actor, thread)
        if refusal == await self.refusal(actor, replace(thread, channel="C0NOSUCH")):
            refusal = HIDDEN
        assert await self.stage.platform.may_read(actor, thread) == (refusal == ALLOWED)
        return refusal

    async def refusal(self, actor, thread):
        try:
            await capture(self.stage, thread, actor=actor)
        except (ThreadNotFound, NotAllowed) as refused:
            return str(refused)
        return ALLOWED


@asynccontextmanager
async def rooms(**config):
    async with staged(**config) as stage:
        stage.clock.advance(1)
        made = Rooms(stage)
        await made.told()
        stage.clock.advance(1)
        yield made


EVERYTHING = {"allow_private": True, "allow_direct": True, "allow_connect": True}


@pytest.mark.parametrize(
    ("who", "readable"),
    [
        ("member", {"public", "private", "connect", "private connect", "direct", "group"}),
        ("colleague", {"public", "connect"}),
        ("guest", set()),
        ("guest inside", {"public", "private", "connect", "private connect", "group"}),
        ("partner", set()),
        ("leaver", set()),
        ("app", set()),
        ("nobody", set()),
    ],
)
async def test_where_everything_is_allowed_each_reads_what_they_see_in_slack(who, readable):
    async with rooms(**EVERYTHING) as all_rooms:
        found = {where: await all_rooms.asked(who, where) for where in all_rooms.channels}
        assert {where for where, what in found.items() if what == ALLOWED} == readable
        assert {what for where, what in found.items() if where not in readable} <= {HIDDEN}


async def test_by_default_only_public_channels_are_shared_and_the_setting_is_named():
    async with rooms() as all_rooms:
        found = {where: await all_rooms.asked("member", where) for where in all_rooms.channels}
    assert found["public"] == ALLOWED
    assert "SLACK_ALLOW_PRIVATE" in found["private"]
    assert "SLACK_ALLOW_DIRECT" in found["direct"]
    assert "SLACK_ALLOW_DIRECT" in found["group"]
    assert "SLACK_ALLOW_CONNECT" in found["connect"]
    assert "SLACK_ALLOW_CONNECT" in found["private connect"]


async def test_whoever_cannot_read_a_place_is_not_told_of_what_kind_it_is():
    async with rooms() as all_rooms:
        for who in ("colleague", "guest", "partner", "leaver", "nobody"):
            assert await all_rooms.asked(who, "private") == HIDDEN
            assert await all_rooms.asked(who, "direct") == HIDDEN


async def test_whoever_leaves_a_channel_may_not_publish_from_it_any_more():
    async with rooms(**EVERYTHING) as all_rooms:
        channel, member = all_rooms.channels["private"], all_rooms.people["member"]
        assert await all_rooms.asked("member", "private") == ALLOWED
        channel.members.remove(member.id)
        assert await all_rooms.asked("member", "private") == HIDDEN


async def test_a_member_is_found_on_the_last_page_of_a_large_channel():
    async with rooms(**EVERYTHING) as all_rooms:
        channel = all_rooms.channels["private"]
        channel.members[:0] = [f"U0{number:06d}" for number in range(2500)]
        assert await all_rooms.asked("member", "private") == ALLOWED
        assert await all_rooms.asked("colleague", "private") == HIDDEN


@pytest.fixture
async def stage():
    async with staged() as stage:
        yield stage


async def test_another_workspace_reads_and_moderates_nothing(stage):
    other = stage.slack.workspace("Other")
    boss = stage.slack.user(other, "Boss", is_owner=True)
    stage.slack.channel(other, "general", [boss])
    intruder = actor_of(boss.id, "Boss", other.id, None)
    assert not await stage.platform.may_read(intruder, stage.thread)
    assert not await stage.platform.may_moderate(intruder, stage.place)
    with pytest.raises(ThreadNotFound):
        await capture(stage, actor=intruder)
    assert not await stage.platform.may_read(replace(stage.reader, platform="discord"), stage.thread)


async def test_an_enterprise_s_workspaces_are_told_apart(stage):
    grid = stage.slack.workspace("Grid", enterprise_id="E1")
    eve = stage.slack.user(grid, "Eve")
    channel = stage.slack.channel(grid, "general", [eve])
    message = await stage.slack.post(eve, channel, "Said", quiet=True)
    stage.clock.advance(1)
    actor = actor_of(eve.id, "Eve", grid.id, "E1")
    assert (
        len((await capture(stage, thread_ref(f"E1/{grid.id}", channel.id, message.ts), actor=actor)).messages)
        == 1
    )
    with pytest.raises(ThreadNotFound):
        await capture(stage, thread_ref(grid.id, channel.id, message.ts), actor=actor)


async def test_a_workspace_without_the_app_is_told_how_to_get_it(stage):
    nowhere = replace(stage.reader, workspace="T0NOWHERE")
    with pytest.raises(NotAllowed, match="not installed"):
        await capture(stage, replace(stage.thread, workspace="T0NOWHERE"), actor=nowhere)


async def test_a_revoked_key_says_who_can_mend_it(stage):
    stage.acme.app.revoked = True
    with pytest.raises(NotAllowed, match="install Threadlink here again"):
        await capture(stage)


# Moderators


@pytest.mark.parametrize("right", ["is_admin", "is_owner"])
async def test_admins_and_owners_moderate(stage, right):
    person = stage.slack.user(stage.acme, "Olga", **{right: True})
    assert await stage.platform.may_moderate(stage.actor(person), stage.place)
    person.deleted = True
    assert not await stage.platform.may_moderate(stage.actor(person), stage.place)


async def test_admins_of_another_company_and_those_who_left_moderate_nothing(stage):
    other = stage.slack.workspace("Other")
    partner = stage.slack.user(other, "Pat Partner", is_admin=True)
    both = [stage.people["Ana Moreno"], partner]
    stage.slack.channel(stage.acme, "partners", both, is_ext_shared=True, shared_teams={other.id})
    leaver = stage.slack.user(stage.acme, "Lea Leaver", is_admin=True)
    leaver.deleted = True
    for person in (partner, leaver):
        actor = actor_of(person.id, person.name, stage.acme.id, None)
        assert not await stage.platform.may_moderate(actor, stage.place)


async def test_a_person_named_by_the_operator_moderates_in_their_workspace():
    async with staged(moderators=frozenset({"U0NAMED"})) as stage:
        named = stage.slack.user(stage.acme, "Nam Ed")
        stage.acme.users["U0NAMED"] = replace_id(named)
        assert await stage.platform.may_moderate(stage.actor(stage.acme.users["U0NAMED"]), stage.place)
        assert not await stage.platform.may_moderate(stage.reader, stage.place)


def replace_id(person):
    person.id = "U0NAMED"
    return person


# Getting in


async def test_a_public_channel_is_joined_when_somebody_asks_for_a_thread_of_it(stage):
    ana = stage.people["Ana Moreno"]
    channel = stage.slack.channel(stage.acme, "design", [ana], bot=False)
    message = await stage.slack.post(ana, channel, "Said", quiet=True)
    stage.clock.advance(1)
    assert len((await capture(stage, thread_ref(stage.acme.id, channel.id, message.ts))).messages) == 1
    assert stage.acme.app.user.id in channel.members


async def test_without_the_right_to_join_the_sentence_says_how_to_invite():
    scopes = ("chat:write", "channels:history", "channels:read", "users:read")
    async with staged(scopes) as stage:
        ana = stage.people["Ana Moreno"]
        channel = stage.slack.channel(stage.acme, "design", [ana], bot=False)
        message = await stage.slack.post(ana, channel, "Said", quiet=True)
        with pytest.raises(NotAllowed, match="Invite me there with /invite @threadlink") as refused:
            await capture(stage, thread_ref(stage.acme.id, channel.id, message.ts))
        assert "#design" in str(refused.value)
        with pytest.raises(NotAllowed, match="/invite @threadlink"):
            await stage.platform.start_thread(
                stage.reader, ChannelRef("slack", stage.acme.id, channel.id), a_head()
            )


async def test_no_channel_is_joined_for_somebody_who_may_not_read_it(stage):
    ana = stage.people["Ana Moreno"]
    guest = stage.slack.user(stage.acme, "Gus", is_restricted=True)
    channel = stage.slack.channel(stage.acme, "design", [ana], bot=False)
    message = await stage.slack.post(ana, channel, "Said", quiet=True)
    with pytest.raises(ThreadNotFound):
        await capture(stage, thread_ref(stage.acme.id, channel.id, message.ts), actor=stage.actor(guest))
    assert stage.acme.app.user.id not in channel.members
    assert stage.slack.calls_of("conversations.join") == []


# From a message's address to its thread


async def test_addresses_lead_to_the_whole_thread(stage):
    root, *replies = stage.messages(stage.thread)
    for message in (root, *replies):
        link = parse_permalink(stage.slack.permalink(message))
        assert await stage.platform.find_thread(stage.reader, link) == stage.thread
        assert link
        bare = replace(link, thread="")
        assert await stage.platform.find_thread(stage.reader, bare) == stage.thread


async def test_an_address_of_another_workspace_is_refused(stage):
    link = parse_permalink("https://other.slack.com/archives/C012345/p1700000000000001")
    with pytest.raises(ThreadNotFound, match="no message of this workspace"):
        await stage.platform.find_thread(stage.reader, link)


async def test_an_address_does_not_tell_what_is_hidden(stage):
    secret = parse_permalink(
        f"https://acme.slack.com/archives/{stage.leads.id}/p{stage.private.thread.replace('.', '')}"
    )
    absent = parse_permalink("https://acme.slack.com/archives/C0NOSUCH/p1700000000000001")
    texts = set()
    for link in (secret, absent):
        with pytest.raises(ThreadNotFound) as refused:
            await stage.platform.find_thread(stage.stranger, link)
        texts.add(str(refused.value))
    assert len(texts) == 1


# Two workspaces


async def test_two_workspaces_never_see_each_other(stage):
    """Whatever ids are mixed: who asks, in which workspace, for which channel and message."""
    other = stage.slack.workspace("Other")
    bob = stage.slack.user(other, "Bob", is_admin=True)
    theirs = stage.slack.channel(other, "general", [bob])
    message = await stage.slack.post(bob, theirs, "Theirs", quiet=True)
    stage.clock.advance(1)
    people = {stage.acme.id: stage.moderator.user, other.id: bob.id}
    threads = {stage.acme.id: (stage.general.id, stage.thread.thread), other.id: (theirs.id, message.ts)}
    homes = tuple(people)
    for asks, of, where, channel, ts in product(homes, homes, homes, homes, homes):
        actor = actor_of(people[asks], "", of, None)
        thread = thread_ref(where, threads[channel][0], threads[ts][1])
        place = thread.place
        at_home = len({asks, of, where, channel}) == 1
        assert await stage.platform.may_read(actor, thread) == at_home
        assert await stage.platform.may_moderate(actor, place) == (asks == of == where)
        if at_home and ts == channel:
            assert (await capture(stage, thread, actor=actor)).messages
            continue
        with pytest.raises((ThreadNotFound, NotAllowed)):
            await capture(stage, thread, actor=actor)
        if not at_home:
            with pytest.raises(NotAllowed):
                await stage.platform.start_thread(actor, place, a_head())
    assert [call.error for call in stage.slack.calls_of("chat.postMessage")] == []
