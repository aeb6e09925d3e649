"""Deliveries that come twice, late or never, connections that drop, processes that end: made once, or told."""

from __future__ import annotations

import os

import pytest

from tests.adapters.discord.dialog.home import Home, build_home, living

LONG = bool(os.environ.get("THREADLINK_LONG"))


async def continued(home: Home) -> int:
    await home.settle()
    return len(await home.started_threads())


# Twice


async def test_every_step_of_the_job_delivered_ten_times_is_done_once(home):
    opened = await home.slash("share", times=10)
    await home.idle()
    preview = opened.message
    await home.choose(preview, "How people are called: Real names")
    published = await home.press(preview, "Publish", times=10)
    await home.idle()
    assert "Published" in home.server.see(published)
    [card] = home.cards()
    await home.press(card, "Continue", home.jonas, times=10)
    link = await home.world.sharing.url_of((await home.links())[0].id)
    await home.slash("continue", {"link": link}, who=home.jonas, place=home.channel, times=10)
    await home.idle()
    assert await continued(home) == 2
    asked = await home.press(card, "Revoke", times=10)
    await home.press(asked.message, "Revoke", times=10)
    await home.idle()
    await home.settle()
    assert await home.links() == []
    assert card.components == []
    assert len(home.cards()) == 0


async def test_a_double_click_on_publish_makes_one_link_and_one_card(home):
    preview = await home.preview()
    clicks = [await home.server.people.click(home.ana, preview, "Publish") for _ in range(2)]
    for click in clicks:
        await click.answered(timeout=10)
    await home.idle()
    assert len(await home.links()) == 1
    assert len(home.cards()) == 1
    assert "Published" in home.server.see(preview)


async def test_two_processes_that_hear_the_same_make_one_share_between_them(home):
    async with living(home):
        opened = await home.slash("share", times=1)
        assert opened.delivered == 2
        assert opened.refusals == [40060]
        await home.idle()
        assert "Share this thread?" in home.server.see(opened)
        await home.publish(opened.message)
        await home.idle()
        assert len(await home.links()) == 1
        assert len(home.cards()) == 1


async def test_a_resume_that_tells_everything_twice_makes_nothing_twice(home):
    home.server.gateway.repeat_on_resume = 2
    preview = await home.preview()
    await home.idle()
    session = home.server.gateway.connected[0]
    home.server.gateway.drop()
    published = await home.server.people.click(home.ana, preview, "Publish")
    await published.answered(timeout=10)
    await home.idle()
    assert session.resumed == 1
    assert len(await home.links()) == 1
    assert len(home.cards()) == 1


async def test_a_hundred_missed_events_replayed_twice_leave_no_duplicate(home):
    card = await home.publish()
    preview = await home.preview(who=home.jonas)
    await home.idle()
    home.server.gateway.repeat_on_resume = 2
    home.server.gateway.drop()
    for _ in range(98):
        await home.server.people.click(home.jonas, preview, "Publish")
    for _ in range(2):
        await home.server.people.click(home.jonas, card, "Continue")
    await home.server.until(lambda: home.server.gateway.connected, timeout=10)
    await home.idle()
    assert len(await home.links(home.jonas)) == 1
    assert len(home.cards()) == 2
    assert await continued(home) == 2


# In the middle


@pytest.mark.parametrize("code", [1006, 4000])
async def test_a_connection_that_drops_while_a_thread_is_read_changes_nothing(home, code):
    held = home.server.faults.hold("GET", "/channels/*/messages")
    opened = await home.server.people.slash(home.ana, home.thread, "share", {})
    await held.reached()
    home.server.gateway.drop(code)
    held.release()
    await opened.answered(timeout=10)
    assert "3 messages" in home.server.see(opened)


async def test_a_connection_that_drops_while_publishing_changes_nothing(home):
    preview = await home.preview()
    held = home.server.faults.hold("POST", "/channels/*/messages")
    pressed = await home.server.people.click(home.ana, preview, "Publish")
    await held.reached()
    home.server.gateway.drop()
    held.release()
    await pressed.answered(timeout=10)
    assert "Published" in home.server.see(pressed)
    assert len(home.cards()) == 1


async def test_a_connection_that_drops_while_a_thread_is_continued_changes_nothing(home):
    card = await home.publish()
    held = home.server.faults.hold("POST", "/channels/*/threads")
    pressed = await home.server.people.click(home.jonas, card, "Continue")
    await held.reached()
    home.server.gateway.drop()
    held.release()
    await pressed.answered(timeout=10)
    assert await continued(home) == 1


async def test_a_connection_that_drops_while_revoking_changes_nothing(home):
    card = await home.publish()
    asked = await home.press(card, "Revoke")
    pressed = await home.server.people.click(home.ana, asked.message, "Revoke")
    home.server.gateway.drop()
    await home.server.until(lambda: home.server.gateway.connected, timeout=10)
    await pressed.answered(timeout=10)
    assert await home.links() == []


async def test_an_invalid_session_loses_no_command_without_telling(home):
    """What was heard is finished; of what was not heard, Discord says that nobody answered."""
    held = home.server.faults.hold("GET", "/channels/*/messages")
    heard = await home.server.people.slash(home.ana, home.thread, "share", {})
    await held.reached()
    home.server.gateway.invalidate(resumable=False)
    unheard = await home.server.people.slash(home.ana, home.thread, "share", {})
    held.release()
    await heard.answered(timeout=10)
    assert "3 messages" in home.server.see(heard)
    await home.server.until(lambda: home.server.gateway.connected, timeout=15)
    home.clock.advance(4)
    assert home.server.see(unheard) == "(The application did not respond)"
    assert "3 messages" in home.server.see(await home.slash("share"))


# After a restart


async def test_open_previews_and_old_cards_work_after_a_restart(server, clock, tmp_path):
    home = await build_home(server, clock, tmp_path)
    async with living(home):
        card = await home.publish()
        preview = await home.preview(who=home.jonas)
        window = await home.press(preview, "Edit title", home.jonas)
    async with living(home):
        sent = await home.server.people.submit_modal(home.jonas, window, {"title": "After the restart"})
        await sent.answered()
        assert "Title: After the restart" in home.server.see(preview)
        await home.choose(preview, "The link expires: After 1 day", home.jonas)
        pressed = await home.press(preview, "Publish", home.jonas)
        assert "Published" in home.server.see(pressed)
        await home.press(card, "Continue", home.jonas)
        assert await continued(home) == 1
        asked = await home.press(card, "Revoke")
        await home.press(asked.message, "Revoke")
        assert await home.links() == []


async def test_whoever_waits_while_threadlink_is_stopped_is_told_and_nothing_is_half_done(
    server, clock, tmp_path
):
    home = await build_home(server, clock, tmp_path)
    async with living(home) as life:
        held = server.faults.hold("GET", "/channels/*/messages")
        opened = await server.people.slash(home.ana, home.thread, "share", {})
        await held.reached()
        await life.opened._listeners.close(0)
        assert "restarted" in opened.message.content
        held.release()
    async with living(home):
        assert await home.links() == []
        await home.publish()


# Apart, and many


async def test_two_servers_never_see_each_other(home, clock, tmp_path):
    other = await build_home(home.server, clock, tmp_path, "Badgers")
    other.lives = home.lives
    card = await home.publish()
    await home.server.until(lambda: True)
    home.server.build.join(other.guild, home.ana)  # the same person, in another server
    elsewhere = await other.slash("shares", subcommand="list", who=home.ana)
    assert "You have no live links." in home.server.see(elsewhere)
    [share] = await home.links()
    refused = await other.slash("shares", {"link": share.id}, subcommand="revoke", who=other.mod)
    assert "could revoke" in home.server.see(refused)
    here = await other.slash("shares", subcommand="here", who=other.mod)
    assert "No thread of this channel is shared" in home.server.see(here)
    foreign = f"https://discord.com/channels/{home.guild.id}/{home.thread.id}"
    named = await other.slash("share", {"from": foreign}, place=other.channel)
    assert "another server" in home.server.see(named)
    assert len(card.components) == 1


@pytest.mark.long
async def test_many_commands_at_once_are_acknowledged_while_a_long_thread_is_read(home):
    commands, messages = (200, 2_000) if LONG else (50, 600)  # beside other tests a machine is slow
    for i in range(messages):
        await home.server.write.post(home.jonas, home.thread, f"Message {i}")
    long = await home.server.people.slash(home.ana, home.thread, "share", {})
    await long.acked()
    asked = [
        await home.server.people.slash(home.jonas, home.channel, "shares", {}, subcommand="list")
        for _ in range(commands)
    ]
    for one in asked:
        await one.acked()
    assert max(one.ack_seconds for one in asked) < 3
    for one in asked:
        await one.answered(timeout=30)
    await home.server.until(lambda: f"{messages + 3:,} messages" in home.server.see(long), timeout=30)
