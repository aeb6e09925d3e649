"""Cards, notices and direct messages: each once, also where a thread is archived, and refused in plain words."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.discord.identity import stretch_ref, thread_ref
from bot.model import Actor, PostRef
from bot.platforms import NotAllowed, PostGone, RateLimited, ThreadNotFound, Unavailable
from bot.reply import Reply, TextField
from tests.adapters.discord.posting.turns import begun, copies, may
from tests.adapters.stage import ADDRESS, a_card, line
from tests.servers.discord import DROPPED, Can
from tests.servers.discord.building import BOT_MAY

KEY = "s1:card"
ENDED = replace(a_card("This thread was shared"), lines=("The link was revoked.",), url="", revoked=True)
SAID = (line("Stopped."),)


def last(stage, thread=None):
    return stage.messages(thread or stage.thread)[-1]


@pytest.fixture
def thread(stage):
    """The told conversation's, as Discord has it."""
    return stage.channel(stage.thread)


async def test_a_card_has_its_link_where_it_draws_no_preview(stage):
    await stage.platform.post_card(stage.thread, a_card(), KEY)
    card = last(stage)
    assert card.embeds[0]["url"] == ADDRESS
    assert card.previews == []
    assert card.author is stage.server.world.bot
    assert card.webhook_id is None


async def test_a_stretch_gets_its_card_where_it_stands(stage):
    first = await stage.server.write.post(stage.people["Ana Moreno"], stage.general, "Shall we?")
    stretch = stretch_ref(stage.guild.id, stage.general.id, first.id)
    posted = await stage.platform.post_card(stretch, a_card(), KEY)
    assert stage.general.messages[-1].id == int(posted.post)
    await stage.platform.edit_card(posted, ENDED)
    assert "revoked" in stage.server.see(stage.general.messages[-1])
    inside = thread_ref(stage.guild.id, stage.general.id, stage.thread.thread, first=first.id)
    posted = await stage.platform.post_card(inside, a_card(), "s2:card")
    assert last(stage).id == int(posted.post)


async def test_a_card_and_a_notice_stand_once_also_when_their_process_died_and_no_nonce_is_known(
    stage, server
):
    async def post():
        await stage.platform.post_card(stage.thread, a_card(), KEY)
        await stage.platform.post_notice(stage.thread, SAID, "c1:stopped")

    for _ in range(2):  # dies with the card, then with the notice
        held = server.faults.hold("POST", "/channels/*/messages", after_effect=True)
        begun = asyncio.create_task(post())
        await held.reached()
        begun.cancel()
        server.faults.clear()
        stage.clock.advance(hours=1)
        stage.platform = stage.another()
    await post()
    ours = [one for one in stage.messages(stage.thread) if one.author is server.world.bot]
    assert [bool(one.embeds) for one in ours] == [True, False]
    await stage.platform.post_card(stage.thread, a_card(), "s2:card")
    assert last(stage).embeds


async def test_an_archived_thread_is_archived_again_afterwards(stage, thread):
    may(stage, BOT_MAY | Can.MANAGE_THREADS)
    await stage.server.write.archive(stage.guild.owner, thread)
    posted = await stage.platform.post_card(stage.thread, a_card(), KEY)
    assert thread.thread.archived
    await stage.platform.edit_card(posted, ENDED)
    assert "revoked" in stage.server.see(last(stage))
    assert thread.thread.archived


async def test_an_archived_thread_that_the_bot_may_not_archive_stays_awake(stage, thread):
    posted = await stage.platform.post_card(stage.thread, a_card(), KEY)
    await stage.server.write.archive(stage.guild.owner, thread)
    await stage.platform.edit_card(posted, ENDED)
    assert "revoked" in stage.server.see(last(stage))
    assert not thread.thread.archived


@pytest.mark.parametrize("archived", [False, True])
async def test_a_locked_thread_is_refused_with_what_to_do(stage, thread, archived):
    posted = await stage.platform.post_card(stage.thread, a_card(), KEY)
    await stage.server.write.archive(stage.guild.owner, thread, locked=True)
    thread.thread.archived = archived
    with pytest.raises(NotAllowed, match="unlock"):
        await stage.platform.post_card(stage.thread, a_card(), "s2:card")
    if archived:
        with pytest.raises(NotAllowed, match="unlock"):
            await stage.platform.edit_card(posted, ENDED)


@pytest.mark.parametrize(
    ("missing", "named"),
    [(Can.EMBED_LINKS, "Embed Links"), (Can.SEND_MESSAGES_IN_THREADS, "Send Messages in Threads")],
)
async def test_a_missing_right_is_named_and_nothing_stays_behind(stage, missing, named):
    may(stage, BOT_MAY & ~missing)
    stage.server.build.overwrite(stage.general, stage.server.world.bot, deny=missing)
    before = len(stage.messages(stage.thread))
    with pytest.raises(NotAllowed, match=named):
        await stage.platform.post_card(stage.thread, a_card(), KEY)
    assert len(stage.messages(stage.thread)) == before


@pytest.mark.parametrize("status", [503, DROPPED])
@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_lost_answer_doubles_neither_card_nor_notice(stage, server, status, after_effect):
    made = await begun(stage)
    for say in (
        lambda: stage.platform.post_card(made, a_card(), KEY),
        lambda: stage.platform.post_notice(made, SAID, "c1:stopped"),
    ):
        server.faults.fail_next("POST", "/channels/*/messages", status=status, after_effect=after_effect)
        with pytest.raises(Unavailable):
            await say()
        await say()
    assert len(copies(stage, made)) == 2


async def test_edits_of_old_cards_that_discord_puts_off_are_for_later(stage, server):
    posted = await stage.platform.post_card(stage.thread, a_card(), KEY)
    path = f"/channels/{stage.thread.thread}/messages/{posted.post}"
    server.faults.fail_next("PATCH", path, status=429, times=9, retry_after=60)
    with pytest.raises(RateLimited) as limited:
        await stage.platform.edit_card(posted, ENDED)
    assert limited.value.seconds >= 30


async def test_what_is_gone_is_gone(stage):
    posted = await stage.platform.post_card(stage.thread, a_card(), KEY)
    with pytest.raises(PostGone):
        await stage.platform.edit_card(PostRef(posted.thread, "1"), ENDED)
    await stage.delete_thread(stage.thread)
    with pytest.raises(PostGone):
        await stage.platform.edit_card(posted, ENDED)
    with pytest.raises(PostGone):
        await stage.platform.post_notice(stage.thread, SAID, "c1:stopped")
    with pytest.raises(ThreadNotFound):
        await stage.platform.post_card(replace(stage.thread, thread="T404"), a_card(), KEY)


async def test_a_person_who_looks_is_told_where_they_look(stage, server):
    stage.watching.looking = True
    await stage.platform.notify(stage.reader, Reply(SAID))
    assert [reply.body for reply in stage.watching.told] == [SAID]
    assert server.world.posted == []


async def test_a_person_who_is_gone_gets_a_direct_message(stage, server):
    reply = Reply(SAID, title="Your link", fields=(TextField("title", "Title", "Numbers", 100),))
    await stage.platform.notify(stage.reader, reply)
    told = server.world.dm(stage.people["Ana Moreno"]).messages[-1]
    assert "Your link" in server.see(told)
    assert "Stopped." in server.see(told)


async def test_who_takes_no_direct_messages_is_not_reached(stage):
    stage.people["Ana Moreno"].takes_dms = False
    with pytest.raises(NotAllowed, match="direct messages"):
        await stage.platform.notify(stage.reader, Reply(SAID))
    with pytest.raises(NotAllowed, match="direct messages"):
        await stage.platform.notify(Actor("cli", "", "operator"), Reply(SAID))


async def test_a_lost_answer_tells_nobody_twice(stage, server):
    server.faults.fail_next("POST", "/channels/*/messages", status=502, after_effect=True)
    await stage.platform.notify(stage.reader, Reply(SAID))
    assert len(server.world.dm(stage.people["Ana Moreno"]).messages) == 1


async def test_what_discord_does_not_take_arrives_in_plain_words(stage, server):
    server.faults.fail_next("POST", "/channels/*/messages", status=400, code=50035)
    await stage.platform.notify(stage.reader, Reply(SAID, title="Your link"))
    (told,) = server.world.dm(stage.people["Ana Moreno"]).messages
    assert told.content == "Your link\nStopped."
