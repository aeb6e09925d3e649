"""A turn whose answer is lost, before or after it was posted, is neither lost nor doubled."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.pacing import WINDOWS
from bot.platforms import NotAllowed, RateLimited, Unavailable
from tests.adapters.discord.posting.turns import (
    EXECUTE,
    NOTHING,
    WITHOUT_WEBHOOKS,
    begun,
    copied,
    copies,
    long_turn,
    may,
    post,
    said,
    turn,
    with_files,
)
from tests.adapters.stage import blobs
from tests.servers.discord import DROPPED, Can
from tests.servers.discord.building import BOT_MAY

MESSAGES = "/channels/*/messages"
LOST = (503, DROPPED)
"""What discord.py does not repeat by itself."""


@pytest.fixture(params=["webhook", "bot"])
def way(request, stage):
    """How turns are posted; the path of the requests that do."""
    if request.param == "bot":
        may(stage, WITHOUT_WEBHOOKS)
        return MESSAGES
    return EXECUTE


async def posted(stage, thread, made):
    """As the core goes about it: what was intended is looked for, and posted where it is not there."""
    for _ in range(8):
        try:
            found = await stage.platform.find_turn(thread, made)
            return list(found or await stage.platform.post_turn(thread, made, NOTHING))
        except Unavailable:
            continue
    raise AssertionError("Discord stays silent")


@pytest.mark.parametrize("status", LOST)
@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_lost_answer_neither_loses_nor_doubles_a_turn(stage, server, way, status, after_effect):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "Before"))
    server.faults.fail_next("POST", way, status=status, after_effect=after_effect)
    with pytest.raises(Unavailable):
        await post(stage, thread, turn(1, "Hello"))
    server.faults.clear()
    for platform in (stage.platform, stage.another()):
        stage.platform = platform
        posts = await posted(stage, thread, turn(1, "Hello"))
        assert posts == [str(copies(stage, thread)[-1].id)]
    assert len(said(stage, thread)) == 2


@pytest.mark.parametrize("after_effect", [False, True])
async def test_what_is_repeated_by_itself_is_posted_once(stage, server, after_effect):
    may(stage, WITHOUT_WEBHOOKS)
    thread = await begun(stage)
    server.faults.fail_next("POST", MESSAGES, status=502, after_effect=after_effect)
    await post(stage, thread, turn(0, "Hello"))
    assert len(said(stage, thread)) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_post_by_webhook_is_never_repeated_by_itself(stage, server, status):
    thread = await begun(stage)
    server.faults.fail_next("POST", EXECUTE, status=status, after_effect=True)
    with pytest.raises(Unavailable):
        await post(stage, thread, turn(0, "Hello"))
    assert len(said(stage, thread)) == 1


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("part", range(3))
async def test_a_turn_of_several_posts_goes_on_where_it_broke_off(stage, server, way, part, after_effect):
    thread = await begun(stage)
    server.faults.fail_next("POST", way, status=503, skip=part, after_effect=after_effect)
    with pytest.raises(Unavailable):
        await post(stage, thread, long_turn(0))
    server.faults.clear()
    stage.platform = stage.another()
    posts = await posted(stage, thread, long_turn(0))
    assert posts == [str(copy.id) for copy in copies(stage, thread)]
    assert [text.partition("Part ")[2][0] for text in said(stage, thread)] == ["0", "1", "2"]


async def test_two_equal_turns_in_a_row_are_told_apart(stage, server, way):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "+1"))
    stage.platform = stage.another()
    assert await stage.platform.find_turn(thread, turn(1, "+1")) is None
    second = await posted(stage, thread, turn(1, "+1"))
    stage.platform = stage.another()
    assert await posted(stage, thread, turn(1, "+1")) == second
    assert len(said(stage, thread)) == 2


async def test_equal_turns_are_told_apart_also_where_the_channel_takes_one_webhook(stage, server):
    thread = await begun(stage)
    server.faults.fail_next("POST", "/channels/*/webhooks", status=400, code=30007, skip=1, times=99)
    await post(stage, thread, turn(0, "+1"))
    server.faults.fail_next("POST", EXECUTE)
    with pytest.raises(Unavailable):
        await post(stage, thread, turn(1, "+1"))
    await posted(stage, thread, turn(1, "+1"))
    assert len(said(stage, thread)) == 2
    assert len({copy.webhook_id for copy in copies(stage, thread)}) == 1


async def test_what_people_write_in_between_does_not_hide_a_turn(stage, server, way):
    thread = await begun(stage)
    posts = (await post(stage, thread, long_turn(0)))[0]
    await stage.say_many(thread, "Ana Moreno", ["Part 0", "+1"] * 110)
    assert list(await stage.another().find_turn(thread, long_turn(0)) or ()) == posts


async def test_people_who_write_the_same_are_no_copies(stage, way):
    thread = await begun(stage)
    await stage.say(thread, "Ana Moreno", "Hello")
    await stage.say(thread, "Ana Moreno", "**Quiet Otter (shared)**\nHello")
    assert await stage.another().find_turn(thread, turn(0, "Hello")) is None


async def test_copies_whose_words_discord_hides_are_found_by_name_and_lane(stage, server):
    thread = await begun(stage)
    await post(stage, thread, long_turn(0), turn(1, "One"))
    server.faults.fail_next("POST", EXECUTE, status=503, skip=2)
    with pytest.raises(Unavailable):
        await post(stage, thread, long_turn(2))
    for copy in copies(stage, thread):
        copy.more["content"] = ""
    stage.platform = stage.another()
    assert await stage.platform.find_turn(thread, turn(3, "One")) is None
    await posted(stage, thread, long_turn(2))
    assert len(copies(stage, thread)) == 3 + 1 + 3


async def test_a_part_that_a_moderator_deleted_is_not_posted_again(stage, server, way):
    thread = await begun(stage)
    server.faults.fail_next("POST", way, status=503, skip=2)
    with pytest.raises(Unavailable):
        await post(stage, thread, long_turn(0))
    server.faults.clear()
    await server.write.delete(stage.guild.owner, copies(stage, thread)[0])
    stage.platform = stage.another()
    await posted(stage, thread, long_turn(0))
    assert [text.partition("Part ")[2][0] for text in said(stage, thread)] == ["1", "2"]


async def test_files_alone_are_found_again(stage, server, way):
    thread = await begun(stage)
    made = with_files(0, copied("a.txt", 2))
    server.faults.fail_next("POST", way, status=DROPPED, after_effect=True)
    with pytest.raises(Unavailable):
        await post(stage, thread, made, open_blob=blobs({"a.txt": b"ab"}))
    server.faults.clear()
    assert await stage.another().find_turn(thread, made) == [str(copies(stage, thread)[0].id)]
    assert await stage.another().find_turn(thread, with_files(0, copied("b.txt", 3))) is None


async def test_without_the_right_to_read_nobody_guesses(stage, way):
    thread = await begun(stage)
    stage.server.build.permit(stage.guild, stage.guild.everyone, Can.VIEW_CHANNEL)
    may(stage, (BOT_MAY if way == EXECUTE else WITHOUT_WEBHOOKS) & ~Can.READ_MESSAGE_HISTORY)
    with pytest.raises(NotAllowed, match="Read Message History"):
        await stage.another().find_turn(thread, turn(0, "Hello"))


async def test_a_turn_cancelled_while_it_is_posted_is_found(stage, server, way):
    thread = await begun(stage)
    held = server.faults.hold("POST", way, after_effect=True)
    task = asyncio.create_task(stage.platform.post_turn(thread, turn(0, "Hello"), NOTHING))
    await held.reached()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    held.release()
    assert await stage.platform.post_turn(thread, turn(0, "Hello"), NOTHING)
    assert len(said(stage, thread)) == 1


async def test_a_webhook_deleted_in_the_middle_is_made_anew(stage, server):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "One"), turn(1, "Two"))
    server.world.webhooks.clear()
    await post(stage, thread, turn(2, "Three"), turn(3, "Four"))
    assert said(stage, thread) == ["One", "Two", "Three", "Four"]
    assert {copy.shown_as for copy in copies(stage, thread)} == {"Quiet Otter (shared)"}
    assert await stage.another().find_turn(thread, turn(3, "Four"))


async def test_a_webhook_whose_token_was_changed_is_asked_for_again(stage, server):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "One"))
    for webhook in server.world.webhooks.values():
        webhook.token = "another"
    await post(stage, thread, turn(2, "Two"))
    assert said(stage, thread) == ["One", "Two"]


async def test_a_webhook_that_was_moved_elsewhere_is_left_there(stage, server):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "One"))
    for webhook in server.world.webhooks.values():
        webhook.channel = stage.leads
    await post(stage, thread, turn(2, "Two"))
    assert said(stage, thread) == ["One", "Two"]


async def test_a_right_revoked_in_the_middle_only_changes_who_posts(stage, server):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "One"))
    may(stage, WITHOUT_WEBHOOKS)
    server.world.webhooks.clear()
    await post(stage, thread, turn(1, "Two"))
    assert [copy.author is server.world.bot for copy in copies(stage, thread)] == [False, True]
    assert await stage.another().find_turn(thread, turn(1, "Two"))


async def test_the_limits_of_discord_are_kept_so_that_hardly_anything_is_refused(stage, server):
    server.rates.enforced = True
    server.rates.speed = stage.speed = 50
    stage.platform = stage.another()
    thread = await begun(stage)
    for number in range(70):
        await post(stage, thread, turn(number, f"Line {number}"))
    assert said(stage, thread) == [f"Line {number}" for number in range(70)]
    assert len([one for one in server.rates.denied if one.limit.name.startswith("webhook")]) <= 3
    assert WINDOWS == ((5, 2.0), (30, 60.0))


async def test_a_storm_of_refusals_is_waited_out_or_left_to_the_core(stage, server, way):
    thread = await begun(stage)
    server.faults.fail_next("POST", way, status=429, times=3, retry_after=0.05)
    await post(stage, thread, turn(0, "One"))
    server.faults.fail_next("POST", way, status=429, times=1, retry_after=600)
    with pytest.raises(RateLimited) as limited:
        await post(stage, thread, turn(1, "Two"))
    assert limited.value.seconds >= 600 - 1
    assert said(stage, thread)[-1].endswith("One")
    assert len(said(stage, thread)) == 1
