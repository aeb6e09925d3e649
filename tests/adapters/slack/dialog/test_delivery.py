"""Slack delivers twice, drops sockets, goes deaf, and restarts happen: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.connection import open_slack
from adapters.slack.socket import CannotConnect, Deaf, SlackSocket
from bot.cli import doors
from bot.cli.doors import Listening, SlackDoor
from bot.commands import Request
from bot.platforms import Unavailable
from bot.store import claims
from bot.store.locks import FileLocks
from tests.adapters.slack.dialog.town import town_of
from tests.servers.slack import LocalSlack

TITLE = "tl:field:title"


class TestTenTimes:
    """Everything that happens is delivered ten times."""

    @pytest.fixture
    async def town(self, town):
        town.slack.courier.times = 10
        return town

    async def test_one_modal_one_draft_one_link_one_card(self, town):
        root = await town.talk()
        view = await town.preview(town.ana, root)
        opened = town.slack.calls_of("views.open")
        assert [call.error for call in opened] == [None]
        town.slack.fill(view, {TITLE: "Numbers"})
        await town.slack.click(town.ana, view, "tl:choose")
        await town.settled()
        await town.slack.submit(view)
        await town.settled()
        assert len(await town.shares(town.ana)) == len(town.cards()) == 1

    async def test_one_answer_to_a_mention(self, town):
        await town.slack.mention(town.ana, town.general, "share", thread=await town.talk())
        await town.settled()
        assert len(town.slack.ephemerals(town.ana)) == 1

    async def test_one_answer_to_a_command(self, town):
        for command in ("/shares", "/continue", "/share help"):
            name, _, text = command.partition(" ")
            await town.slack.slash(town.ana, town.general, name, text)
            await town.settled()
        assert len(town.slack.ephemerals(town.ana)) == 3

    async def test_one_home_tab(self, town):
        await town.slack.open_home(town.ana)
        await town.settled()
        assert len(town.slack.calls_of("views.publish")) == 1

    async def test_one_revoke_and_one_cancel(self, town):
        await town.publish(town.ana, await town.talk())
        await town.slack.click(town.ana, town.cards()[0], "tl:revoke")
        await town.settled()
        assert await town.shares(town.ana) == []
        view = await town.preview(town.ana, await town.talk())
        await town.slack.close(view)
        await town.settled()
        assert len(town.slack.ephemerals(town.ana)) == 1


class TestAcrossRestarts:
    async def test_what_was_done_before_a_restart_is_not_done_again_after_it(self, town):
        root = await town.talk()
        share = await town.publish(town.ana, root)
        delivery = await town.slack.click(town.ana, town.cards()[0], "tl:continue")
        await town.settled()
        view = town.slack.modal(town.ana)
        submit = await town.slack.submit(view, {"tl:field:place": town.general})
        await town.settled()
        await town.world.continuing.settle()
        heads = [post for post in town.slack.posts() if "Continued from" in town.slack.see(post)]
        await town.restart()
        for again in (delivery, submit):
            again.attempts.clear()
            await town.slack.courier.deliver(again)
        await town.settled()
        await town.world.continuing.settle()
        assert [post for post in town.slack.posts() if "Continued from" in town.slack.see(post)] == heads
        assert share.id in [one.id for one in await town.shares(town.ana)]

    async def test_an_open_preview_goes_on_after_a_restart(self, town):
        view = await town.preview(town.ana, await town.talk())
        town.slack.fill(view, {TITLE: "Numbers"})
        await town.restart()
        await town.slack.click(town.ana, view, "tl:choose")
        await town.settled()
        assert "Title: [Numbers]" in town.seen(town.ana)
        await town.restart()
        await town.slack.submit(view)
        await town.settled()
        assert [share.header.title for share in await town.shares(town.ana)] == ["Numbers"]

    async def test_what_was_asked_before_the_end_is_finished_before_it(self, town):
        root = await town.talk()
        view = await town.preview(town.ana, root)
        posting = town.slack.hold("chat.postMessage")
        await town.slack.submit(view)
        await posting.reached.wait()
        ending = asyncio.create_task(town.restart())
        posting.release()
        await ending
        assert len(await town.shares(town.ana)) == len(town.cards()) == 1
        assert "Published." in town.seen(town.ana)

    async def test_the_core_claims_what_this_process_has_never_seen(self, town):
        root = await town.talk()
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await town.settled()
        trigger = town.slack.deliveries[-1].trigger_id
        reply = await town.world.commands.handle(
            Request(town.actor(town.ana), "shares", delivery=f"slack:{trigger}")
        )
        assert not reply.items
        assert "I have that already" in str(reply.body)


class TestOtherProcesses:
    """Slack delivers to one of several processes, and the second time to another one."""

    async def test_a_click_that_another_one_has_answered_is_left_to_it(self, town):
        root = await town.talk()
        town.slack.fail_next("views.open", error="exchanged_trigger_id")
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await town.settled()
        assert town.slack.ephemerals(town.ana) == []
        assert town.slack.calls_of("conversations.replies") == []

    async def test_a_command_that_another_one_has_answered_is_not_answered_again(self, town):
        asked = await town.slack.slash(town.ana, town.general, "/shares")
        await town.settled()
        assert len(town.slack.ephemerals(town.ana)) == 1
        await town.restart()
        await town.slack.courier.deliver(asked)
        await town.settled()
        assert len(town.slack.ephemerals(town.ana)) == 1

    async def test_a_submit_that_another_one_is_at_is_left_to_it(self, town):
        view = await town.preview(town.ana, await town.talk())
        delivery, now = f"slack:{view.id}:{view.hash}", datetime.now(UTC)
        await town.world.store.write(lambda tx: claims.claim(tx, delivery, now, now - timedelta(minutes=10)))
        await town.slack.submit(view)
        await town.settled()
        assert await town.shares(town.ana) == []
        assert "Publishing…" in town.seen(town.ana)


class TestManyAtOnce:
    async def test_two_hundred_commands_are_all_acknowledged_and_answered(self, town):
        people = [town.slack.user(town.acme, f"Person {number}") for number in range(200)]
        town.general.members_of(people)
        deliveries = await asyncio.gather(
            *(town.slack.slash(person, town.general, "/shares") for person in people)
        )
        await town.settled()
        assert [one.failure for one in deliveries if not one.acked] == []
        assert all(len(town.slack.ephemerals(person)) == 1 for person in people)

    async def test_whoever_shares_many_threads_at_once_keeps_nobody_else_waiting(self, town):
        root = await town.talk()
        reading = town.slack.hold("conversations.replies")
        for _ in range(20):
            await town.slack.message_shortcut(town.ana, root, "share_thread")
        await town.slack.slash(town.jonas, town.general, "/shares")
        try:
            await town.slack.until(lambda: town.slack.ephemerals(town.jonas))
        finally:
            reading.release()
        assert "no live links" in town.private(town.jonas)
        await town.settled()

    async def test_a_hundred_previews_at_once_are_all_opened(self, town):
        people = [town.slack.user(town.acme, f"Person {number}") for number in range(100)]
        town.general.members_of(people)
        root = await town.talk()
        await asyncio.gather(
            *(town.slack.message_shortcut(person, root, "share_thread") for person in people)
        )
        await town.settled()
        assert {town.slack.modal(person).title for person in people} == {"Share this thread?"}


class TestRateLimits:
    async def test_a_preview_waits_out_a_storm(self, town):
        root = await town.talk()
        town.slack.fail_next("views.update", status=429, retry_after=1, times=2)
        assert (await town.preview(town.ana, root)).title == "Share this thread?"

    async def test_where_slack_is_silent_its_person_is_told(self, town):
        root = await town.talk()
        town.slack.fail_next("views.open", status=500, times=1)
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await town.settled()
        assert "Slack does not answer just now." in town.private(town.ana)


class TestSocket:
    @pytest.fixture
    async def town(self, tmp_path):
        async with town_of(tmp_path, "socket") as town:
            yield town
            await town.settled()

    async def test_a_socket_dropped_in_the_middle_of_a_capture_changes_nothing(self, town):
        root = await town.talk()
        reading = town.slack.hold("conversations.replies")
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await reading.reached.wait()
        await self.dropped(town)
        reading.release()
        await town.settled()
        assert town.slack.modal(town.ana).title == "Share this thread?"

    async def test_a_socket_dropped_in_the_middle_of_publishing_changes_nothing(self, town):
        view = await town.preview(town.ana, await town.talk())
        posting = town.slack.hold("chat.postMessage")
        await town.slack.submit(view)
        await posting.reached.wait()
        await self.dropped(town)
        posting.release()
        await town.settled()
        assert "Published." in town.seen(town.ana)
        assert len(town.cards()) == 1

    async def test_a_socket_dropped_in_the_middle_of_a_replay_changes_nothing(self, town):
        share = await town.publish(town.ana, await town.talk())
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        posting = town.slack.hold("chat.postMessage")
        await town.slack.slash(town.jonas, ideas, "/continue", await town.url(share))
        await posting.reached.wait()
        await self.dropped(town)
        posting.release()
        await town.settled()
        await town.world.continuing.settle()
        (head,) = [post for post in town.slack.posts(ideas) if "thread_ts" not in post.raw]
        assert len(head.replies) == 3

    async def test_a_socket_dropped_in_the_middle_of_revoking_changes_nothing(self, town):
        await town.publish(town.ana, await town.talk())
        editing = town.slack.hold("chat.update")
        await town.slack.click(town.ana, town.cards()[0], "tl:revoke")
        await editing.reached.wait()
        await self.dropped(town)
        editing.release()
        await town.slack.until(lambda: "no longer opens" in town.slack.see(town.cards()[0]))

    async def test_slack_may_ask_for_a_new_socket_at_any_time(self, town):
        first = town.slack.sockets.open
        await town.slack.sockets.disconnect("refresh_requested")
        await town.slack.until(lambda: town.slack.sockets.open and town.slack.sockets.open != first)
        assert (await town.preview(town.ana, await town.talk())).title == "Share this thread?"

    async def dropped(self, town):
        """Every socket is cut; returns when there is a new one."""
        town.slack.sockets.drop()
        await town.slack.connected(timeout=20)

    async def test_the_check_says_how_long_ago_slack_was_heard(self, town):
        assert (await town.app.check()).startswith("ok, connected, last heard 0 s ago")

    async def test_the_check_fails_once_the_token_is_no_good(self, town):
        town.acme.app.revoked = True
        town.app._clients.forget(town.workspace)
        with pytest.raises(Exception, match="install Threadlink here again"):
            await town.app.check()


async def well(listening: Listening) -> str:
    """What it says once it is well: Slack knows of a connection before we do."""
    while True:
        with suppress(Deaf):
            return await listening.check()
        await asyncio.sleep(0)


class TestDeafSocket:
    @pytest.fixture
    async def slack(self):
        async with LocalSlack.started() as slack:
            slack.workspace("Acme")
            yield slack

    def socket(self, slack, **more):
        """A socket whose SDK would take for ever to notice."""
        from slack_bolt.async_app import AsyncApp
        from slack_sdk.web.async_client import AsyncWebClient

        client = AsyncWebClient(token="xoxb-none", base_url=slack.api_url)
        app = AsyncApp(client=client, signing_secret="")
        how = {"ping": 1000.0, "deaf_after": 0.3, "look_every": 0.05, "patience": 5.0} | more
        return SlackSocket(app, slack.app.app_token, client, **how)

    async def test_it_is_noticed_and_another_is_opened(self, slack):
        socket = self.socket(slack)
        await socket.open()
        slack.sockets.deafen()
        (deaf,) = slack.sockets.open
        await slack.until(lambda: [one for one in slack.sockets.open if one is not deaf])
        await slack.until(lambda: socket.reconnected)  # Slack knows of the new one before we do
        await socket.close()

    async def test_until_then_the_check_fails(self, slack):
        now = [1000.0]
        socket = self.socket(slack, look_every=1000.0, now=lambda: now[0])
        await socket.open()
        assert await socket.silence() < 0.3
        now[0] += 0.4
        with pytest.raises(Deaf):
            await socket.silence()
        await socket.close()
        with pytest.raises(Deaf):
            await socket.silence()

    async def test_a_quiet_one_that_answers_pings_is_left_alone(self, slack):
        looks, enough = [], asyncio.Event()

        def now():
            looks.append(time.time())
            if looks[-1] - looks[0] > 1.0:
                enough.set()
            return looks[-1]

        socket = self.socket(slack, ping=0.05, look_every=0.01, now=now)
        await socket.open()
        before = slack.sockets.open
        await enough.wait()
        assert slack.sockets.open == before
        assert socket.reconnected == 0
        await socket.close()

    async def test_a_closed_one_says_goodbye_soon_even_to_the_deaf(self, slack):
        socket = self.socket(slack, look_every=1000.0)
        await socket.open()
        slack.sockets.deafen()
        await asyncio.wait_for(socket.close(), 5)


class TestCannotConnect:
    async def test_a_wrong_app_token_is_told_in_one_line(self, tmp_path):
        with pytest.raises(
            CannotConnect, match=r"^Slack does not accept SLACK_APP_TOKEN \(invalid_auth\): [^\n]+$"
        ):
            async with town_of(tmp_path, "socket", app_token="xapp-wrong"):
                pass

    async def test_a_wrong_bot_token_is_told_in_one_line(self, tmp_path):
        with pytest.raises(CannotConnect, match=r"^Slack does not accept SLACK_BOT_TOKEN [^\n]+$"):
            async with town_of(tmp_path, "http", bot_token="xoxb-wrong"):
                pass

    async def test_an_app_without_socket_mode_is_told_in_one_line(self, tmp_path):
        with pytest.raises(CannotConnect, match=r"^Socket Mode is off for this app: [^\n]+$"):
            async with town_of(tmp_path, "socket", socket_mode=False):
                pass

    @pytest.mark.parametrize("mode", ["socket", "http"])
    async def test_a_slack_that_is_not_there_may_be_tried_again(self, tmp_path, mode):
        with pytest.raises(Unavailable, match=r"^Slack [^\n]+$"):
            async with town_of(tmp_path, mode, api_url="http://127.0.0.1:9/api/"):
                pass

    @pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
    async def test_a_slack_that_is_away_at_the_start_is_heard_once_it_is_back(
        self, tmp_path, monkeypatch, method
    ):
        monkeypatch.setattr(doors, "FIRST_WAIT", 0.0)
        async with town_of(tmp_path, "socket") as town:
            await town.app.socket.close()
            async with open_slack(town.config) as late:
                away = town.slack.fail_next(method, status=503, times=5)
                late.connect(town.world.commands)
                listening = Listening(SlackDoor(late), FileLocks(tmp_path / "turn"))
                await listening.begin()
                assert away.struck
                with pytest.raises((Deaf, Unavailable)):
                    await listening.check()
                await town.slack.connected()
                async with asyncio.timeout(10):
                    assert (await well(listening)).startswith("ok, connected")
                await town.slack.slash(town.ana, town.general, "/shares", "")
                await late.background.settle()
                assert town.slack.ephemerals(town.ana, town.general)
                await listening.end()

    @pytest.mark.parametrize(
        "missing", [{"app_token": ""}, {"bot_token": ""}, {"client_id": "1"}, {"client_secret": "1"}]
    )
    async def test_settings_that_cannot_work_are_refused_before_anything_else(self, tmp_path, missing):
        with pytest.raises(CannotConnect, match=r"^[^\n]+ set [^\n]+$"):
            async with town_of(tmp_path, "socket", **missing):
                pass
