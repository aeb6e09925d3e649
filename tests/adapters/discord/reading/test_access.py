"""Who may read and moderate what: the person's own rights, then the operator's wishes, then the bot's rights."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord import words
from adapters.discord.access import Place
from adapters.discord.identity import Where, where
from adapters.discord.permissions import Can
from bot.model import Actor, ThreadRef
from bot.platforms import NotAllowed, ThreadNotFound
from tests.adapters.discord.reading.desk import texts
from tests.servers.discord import Can as Theirs
from tests.servers.discord import Kind

NOWHERE = 404


async def reads(desk, thread, user, guild=None) -> bool:
    """Whether a capture would be allowed to the person; both ways of asking agree."""
    actor, what = desk.actor(user, guild), where(desk.ref(thread))
    may = await desk.access.may_read(actor, what)
    if may:
        await desk.access.readable(actor, what)
    else:
        with pytest.raises((ThreadNotFound, NotAllowed)):
            await desk.access.readable(actor, what)
    return may


async def refusal(desk, thread, actor) -> Exception:
    ref = thread if isinstance(thread, ThreadRef) else desk.ref(thread)
    with pytest.raises((ThreadNotFound, NotAllowed)) as caught:
        await desk.access.readable(actor, where(ref))
    return caught.value


class TestThePerson:
    async def test_who_sees_the_channel_reads_its_threads(self, desk):
        assert await reads(desk, await desk.thread(), desk.mei)

    @pytest.mark.parametrize("lost", [Theirs.VIEW_CHANNEL, Theirs.READ_MESSAGE_HISTORY])
    async def test_who_may_not_view_or_read_back_does_not(self, desk, lost):
        thread = await desk.thread()
        desk.server.build.overwrite(desk.channel, desk.mei, deny=lost)
        assert not await reads(desk, thread, desk.mei)
        assert await reads(desk, thread, desk.ana)

    async def test_what_is_hidden_absent_and_elsewhere_looks_the_same(self, desk):
        build = desk.server.build
        hidden = build.channel(desk.guild, "secret")
        build.hide(hidden, desk.ana, desk.bot_role)
        secret = await desk.server.write.thread(desk.ana, hidden, "Hidden")
        private = await desk.server.write.thread(desk.ana, desk.channel, "Private", private=True)
        await desk.server.write.add_to_thread(desk.ana, private, desk.server.world.bot)
        herons = build.guild("Herons")
        elsewhere = await desk.server.write.thread(herons.owner, build.channel(herons, "den"), "Away")
        absent = replace(desk.ref(private), thread="4040404")
        ours = replace(desk.ref(elsewhere), workspace=str(desk.guild.id))
        mei = desk.actor(desk.mei)
        found = [await refusal(desk, one, mei) for one in (secret, private, elsewhere, absent, ours)]
        found.append(await refusal(desk, replace(absent, thread="nonsense"), mei))
        assert {type(one) for one in found} == {ThreadNotFound}
        assert {str(one) for one in found} == {words.NOT_FOUND}

    async def test_strangers_and_those_who_left_read_nothing(self, desk):
        thread = await desk.thread()
        stranger = desk.server.build.user("stranger")
        assert not await reads(desk, thread, stranger)
        assert await reads(desk, thread, desk.jonas)
        desk.server.build.leave(desk.guild, desk.jonas)
        assert not await reads(desk, thread, desk.jonas)

    async def test_two_servers_never_see_each_other(self, desk):
        herons = desk.server.build.guild("Herons")
        desk.server.build.join(herons, desk.ana)
        thread = await desk.thread()
        assert await reads(desk, thread, desk.ana)
        assert not await reads(desk, thread, desk.ana, guild=herons)

    async def test_a_right_that_was_taken_away_is_gone_at_once(self, desk):
        thread = await desk.thread()
        assert await reads(desk, thread, desk.mei)
        desk.server.build.overwrite(desk.channel, desk.mei, deny=Theirs.VIEW_CHANNEL)
        assert not await reads(desk, thread, desk.mei)

    @pytest.mark.parametrize("user", ["", "0", "me", "١٢"])
    async def test_who_is_nobody_reads_nothing(self, desk, user):
        thread = await desk.thread()
        someone = Actor("discord", str(desk.guild.id), user)
        assert not await desk.access.may_read(someone, where(desk.ref(thread)))

    async def test_somebody_of_another_platform_reads_nothing(self, desk):
        thread = await desk.thread()
        someone = replace(desk.actor(desk.ana), platform="playground")
        assert not await desk.access.may_read(someone, where(desk.ref(thread)))

    async def test_nowhere_is_read_by_nobody(self, desk):
        assert not await desk.access.may_read(desk.actor(desk.ana), None)

    async def test_a_thread_named_with_another_channel_is_not_there(self, desk):
        thread = await desk.thread()
        other = desk.server.build.channel(desk.guild, "other")
        wrong = (
            Where(desk.guild.id, other.id, thread.id, thread.id),
            Where(desk.guild.id, thread.id, thread.id),
            Where(desk.guild.id, desk.channel.id, other.id, other.id),
            Where(desk.guild.id, other.id, other.id, other.id),
        )
        assert [await desk.access.may_read(desk.actor(desk.ana), one) for one in wrong] == [False] * 4


class TestPrivateThreads:
    async def test_their_members_and_moderators_read_them_where_the_operator_allows(self, desk):
        desk.set_up(replace(desk.config, allow_private=True))
        thread = await desk.server.write.thread(desk.ana, desk.channel, "Private", private=True)
        await desk.server.write.add_to_thread(desk.ana, thread, desk.server.world.bot)
        await desk.post("Psst", thread)
        assert await reads(desk, thread, desk.ana)
        assert not await reads(desk, thread, desk.mei)
        mods = desk.server.build.role(desk.guild, "Mods", permissions=Theirs.MANAGE_THREADS)
        desk.server.build.give(desk.guild, desk.mei, mods)
        assert await reads(desk, thread, desk.mei)
        await desk.server.write.leave_thread(desk.ana, thread)
        assert not await reads(desk, thread, desk.ana)
        assert texts(await desk.capture(thread, desk.mei)) == ["Psst"]

    async def test_they_are_refused_where_the_operator_did_not_allow_them(self, desk):
        thread = await desk.server.write.thread(desk.ana, desk.channel, "Private", private=True)
        await desk.server.write.add_to_thread(desk.ana, thread, desk.server.world.bot)
        found = await refusal(desk, thread, desk.actor(desk.ana))
        assert isinstance(found, NotAllowed)
        assert "DISCORD_ALLOW_PRIVATE" in str(found)
        assert not await desk.access.may_read(desk.actor(desk.ana), where(desk.ref(thread)))

    async def test_where_the_bot_is_not_in_it_the_person_is_told_to_mention_it(self, desk):
        thread = await desk.server.write.thread(desk.ana, desk.channel, "Private", private=True)
        assert "mention me in it" in str(await refusal(desk, thread, desk.actor(desk.ana)))


class TestTheOperator:
    async def test_channels_that_not_everyone_views_are_refused_unless_allowed(self, desk):
        desk.server.build.hide(desk.channel, desk.ana, desk.bot_role)
        thread = await desk.thread("Among us")
        found = await refusal(desk, thread, desk.actor(desk.ana))
        assert isinstance(found, NotAllowed)
        assert "DISCORD_ALLOW_RESTRICTED" in str(found)
        desk.set_up(replace(desk.config, allow_restricted=True))
        assert await reads(desk, thread, desk.ana)
        assert not await reads(desk, thread, desk.mei)

    async def test_who_sees_nothing_is_not_told_of_what_kind_it_is(self, desk):
        desk.server.build.hide(desk.channel, desk.ana, desk.bot_role)
        thread = await desk.thread("Among us")
        assert isinstance(await refusal(desk, thread, desk.actor(desk.mei)), ThreadNotFound)

    async def test_age_restricted_channels_are_refused_unless_allowed(self, desk):
        channel = desk.server.build.channel(desk.guild, "cellar", nsfw=True)
        first = await desk.post("Hm", channel)
        thread = await desk.server.write.thread(desk.ana, first, "Casks")
        assert "DISCORD_ALLOW_AGE_RESTRICTED" in str(await refusal(desk, thread, desk.actor(desk.ana)))
        assert "DISCORD_ALLOW_AGE_RESTRICTED" in str(
            await refusal(desk, desk.part(first), desk.actor(desk.ana))
        )
        desk.set_up(replace(desk.config, allow_age_restricted=True))
        assert await reads(desk, thread, desk.ana)


class TestTheBot:
    async def test_it_says_which_right_it_lacks_and_who_gives_it(self, desk):
        thread = await desk.thread()
        desk.server.build.overwrite(desk.channel, desk.bot_role, deny=Theirs.READ_MESSAGE_HISTORY)
        found = await refusal(desk, thread, desk.actor(desk.ana))
        assert isinstance(found, NotAllowed)
        assert "Ask a moderator to give me Read Message History" in str(found)
        # At publish the person's right counts alone: what is published was read before.
        assert await desk.access.may_read(desk.actor(desk.ana), where(desk.ref(thread)))

    async def test_where_it_does_not_see_the_channel_the_one_text_names_view_channel(self, desk):
        thread = await desk.thread()
        desk.server.build.overwrite(desk.channel, desk.bot_role, deny=Theirs.VIEW_CHANNEL)
        assert "give me View Channel" in str(await refusal(desk, thread, desk.actor(desk.ana)))

    async def test_it_names_what_it_lacks_for_posting(self, desk):
        needed = Can.SEND_MESSAGES_IN_THREADS | Can.MANAGE_WEBHOOKS | Can.EMBED_LINKS
        thread = await desk.thread()
        assert await desk.access.bot_may(thread.id, needed) == ()
        desk.server.build.overwrite(
            desk.channel, desk.bot_role, deny=Theirs.SEND_MESSAGES_IN_THREADS | Theirs.MANAGE_WEBHOOKS
        )
        for channel in (thread.id, desk.channel.id):
            assert set(await desk.access.bot_may(channel, needed)) == {
                "Manage Webhooks",
                "Send Messages in Threads",
            }
        with pytest.raises(ThreadNotFound):
            await desk.access.bot_may(NOWHERE, needed)


class TestModerators:
    @pytest.mark.parametrize(
        ("permission", "may"),
        [
            (Theirs.MANAGE_THREADS, True),
            (Theirs.MANAGE_MESSAGES, True),
            (Theirs.MANAGE_GUILD, True),
            (Theirs.ADMINISTRATOR, True),
            (Theirs.MANAGE_CHANNELS, False),
            (Theirs.KICK_MEMBERS, False),
        ],
    )
    async def test_are_those_who_manage_threads_messages_or_the_server(self, desk, permission, may):
        role = desk.server.build.role(desk.guild, "Role", permissions=permission)
        desk.server.build.give(desk.guild, desk.mei, role)
        assert await desk.access.may_moderate(desk.actor(desk.mei), desk.place(desk.channel)) is may

    async def test_of_one_channel_are_not_those_of_another(self, desk):
        other = desk.server.build.channel(desk.guild, "other")
        desk.server.build.overwrite(desk.channel, desk.mei, allow=Theirs.MANAGE_MESSAGES)
        assert await desk.access.may_moderate(desk.actor(desk.mei), desk.place(desk.channel))
        assert not await desk.access.may_moderate(desk.actor(desk.mei), desk.place(other))

    async def test_of_a_channel_that_is_gone_are_the_servers_managers_alone(self, desk):
        build = desk.server.build
        build.give(desk.guild, desk.mei, build.role(desk.guild, "Mods", permissions=Theirs.MANAGE_THREADS))
        build.give(desk.guild, desk.jonas, build.role(desk.guild, "Heads", permissions=Theirs.MANAGE_GUILD))
        gone = replace(desk.place(desk.channel), channel="4040404")
        assert not await desk.access.may_moderate(desk.actor(desk.mei), gone)
        assert await desk.access.may_moderate(desk.actor(desk.jonas), gone)
        assert await desk.access.may_moderate(desk.actor(desk.guild.owner), gone)
        assert not await desk.access.may_moderate(desk.actor(desk.ana), gone)

    async def test_moderate_also_what_the_bot_does_not_see(self, desk):
        desk.server.build.overwrite(desk.channel, desk.mei, allow=Theirs.MANAGE_MESSAGES)
        desk.server.build.overwrite(desk.channel, desk.bot_role, deny=Theirs.VIEW_CHANNEL)
        assert await desk.access.may_moderate(desk.actor(desk.mei), desk.place(desk.channel))
        assert not await desk.access.may_moderate(desk.actor(desk.ana), desk.place(desk.channel))

    async def test_of_a_thread_are_those_of_its_channel(self, desk):
        thread = await desk.thread()
        role = desk.server.build.role(desk.guild, "Mods", permissions=Theirs.MANAGE_MESSAGES)
        desk.server.build.give(desk.guild, desk.mei, role)
        desk.server.build.overwrite(desk.channel, role, deny=Theirs.MANAGE_MESSAGES)
        assert not await desk.access.may_moderate(desk.actor(desk.mei), desk.place(thread))

    async def test_have_no_power_in_another_server(self, desk):
        herons = desk.server.build.guild("Herons", owner=desk.mei)
        theirs = desk.server.build.channel(herons, "den")
        assert await desk.access.may_moderate(desk.actor(desk.mei, herons), desk.place(theirs))
        assert not await desk.access.may_moderate(desk.actor(desk.mei, herons), desk.place(desk.channel))
        mixed = replace(desk.place(desk.channel), workspace=str(herons.id))
        desk.server.build.give(herons, desk.mei)
        assert not await desk.access.may_moderate(desk.actor(desk.ana, herons), mixed)

    async def test_who_left_and_whose_server_lost_the_bot_moderate_nothing(self, desk):
        role = desk.server.build.role(desk.guild, "Heads", permissions=Theirs.MANAGE_GUILD)
        desk.server.build.give(desk.guild, desk.mei, role)
        desk.server.build.leave(desk.guild, desk.mei)
        assert not await desk.access.may_moderate(desk.actor(desk.mei), desk.place(desk.channel))
        desk.server.build.remove_bot(desk.guild)
        assert not await desk.access.may_moderate(desk.actor(desk.guild.owner), desk.place(desk.channel))


class TestStarting:
    async def test_a_thread_is_started_where_the_person_may_start_one(self, desk):
        channel = await desk.access.starting(desk.actor(desk.ana), desk.place(desk.channel))
        assert channel["id"] == str(desk.channel.id)

    async def test_inside_a_thread_its_channel_is_meant(self, desk):
        channel = await desk.access.starting(desk.actor(desk.ana), desk.place(await desk.thread()))
        assert channel["id"] == str(desk.channel.id)

    @pytest.mark.parametrize(
        "lost", [Theirs.VIEW_CHANNEL, Theirs.CREATE_PUBLIC_THREADS, Theirs.SEND_MESSAGES_IN_THREADS]
    )
    async def test_without_the_right_it_is_refused(self, desk, lost):
        desk.server.build.overwrite(desk.channel, desk.ana, deny=lost)
        with pytest.raises(NotAllowed):
            await desk.access.starting(desk.actor(desk.ana), desk.place(desk.channel))

    async def test_in_a_room_for_speaking_there_are_no_threads(self, desk):
        room = desk.server.build.channel(desk.guild, "room", Kind.VOICE)
        with pytest.raises(NotAllowed, match="no threads"):
            await desk.access.starting(desk.actor(desk.ana), desk.place(room))


@pytest.mark.parametrize(("level", "restricted"), [(0, False), (1, True), (2, False), (3, True)])
def test_a_server_for_adults_is_age_restricted_as_a_whole(level, restricted):
    place = Place(Where(1, 2, 2), {"id": "1", "nsfw_level": level}, {"id": "2"}, {"id": "2"})
    assert place.is_age_restricted is restricted
