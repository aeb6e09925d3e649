"""While a long thread is read its modal says how far it is, and how long it may take where Slack is slow."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.patience import Estimate
from adapters.slack.progress import EVERY, CaptureProgress, said
from adapters.slack.views import Modal
from bot.platforms import RateLimited
from tests.adapters.slack.dialog.town import town_of


class Screen:
    """A modal that remembers what it showed."""

    def __init__(self, *, closed=False, busy=False):
        self.shown, self.closed, self.busy = [], closed, busy

    async def update_now(self, workspace, modal, view):
        if self.busy:
            raise RateLimited("slow down", 30)
        if self.closed:
            return None
        self.shown.append(str(view["blocks"]))
        return modal


class Telling:
    def __init__(self, screen, slow=None):
        self.now, self.slow = 100.0, slow
        self.tell = CaptureProgress(screen, "T1", Modal("V1"), lambda: self.slow, now=lambda: self.now)


async def test_it_speaks_up_every_little_while():
    screen = Screen()
    telling = Telling(screen)
    for done in range(100, 1100, 100):
        telling.now += EVERY / 4
        await telling.tell(done, 1000)
    assert len(screen.shown) == 2
    assert "400 of 1,000" in screen.shown[0]


async def test_a_slow_capture_is_told_at_once_with_an_honest_estimate():
    screen = Screen()
    telling = Telling(screen, Estimate(15, 200, 13 * 60.0))
    await telling.tell(15, 200)
    assert "15 of 200" in screen.shown[0]
    assert "about 13 minutes" in screen.shown[0]
    assert "You may close this" in screen.shown[0]


async def test_a_closed_modal_is_left_alone():
    screen = Screen(closed=True)
    telling = Telling(screen, Estimate(15, None, None))
    for _ in range(3):
        telling.now += 60
        await telling.tell(15, None)
    assert screen.shown == []


async def test_a_slack_that_is_busy_stops_no_capture():
    telling = Telling(Screen(busy=True))
    telling.now += 60
    await telling.tell(15, None)


@pytest.mark.parametrize(
    ("done", "total", "slow", "first", "more"),
    [
        (15, 200, None, "Reading the thread… 15 of 200.", "You see a preview before"),
        (1500, None, None, "Reading the thread… 1,500 so far.", "You see a preview before"),
        (15, 200, Estimate(15, 200, 60.0), "15 of 200", "about 1 minute."),
        (15, 9000, Estimate(15, 9000, 36_000.0), "15 of 9,000", "about 10 hours."),
        (15, None, Estimate(15, None, None), "15 so far", "takes a while."),
    ],
)
def test_the_sentences(done, total, slow, first, more):
    one, other = said(done, total, slow)
    assert first in one
    assert more in other


async def test_a_restricted_workspace_is_captured_in_the_background_and_announced(tmp_path):
    """Slack gives 15 messages a minute: the modal says how long that takes, and may be closed."""
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def sleep(_seconds):
        waiting.set()
        await go_on.wait()

    async with town_of(tmp_path, "socket", sleep=sleep) as town:
        root = await town.talk(None, *(f"Line {number}" for number in range(40)))
        town.slack.limits.restricted = True
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await waiting.wait()
        await town.slack.until(lambda: "of 40" in town.seen(town.ana))
        assert "Slack lets me read only a few messages a minute here" in town.seen(town.ana)
        await town.slack.close(town.slack.modal(town.ana))
        town.slack.limits.restricted = False
        go_on.set()
        await town.settled()
        assert "The preview of “Line 0” is ready." in town.private(town.ana)


async def test_whoever_waits_when_the_process_ends_is_told(tmp_path):
    async with town_of(tmp_path, "socket") as town:
        root = await town.talk()
        reading = town.slack.hold("conversations.replies")
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await reading.reached.wait()
        town.app.background.patience = 0.0
        await town.restart()
        assert "I was restarted in the middle of that." in town.seen(town.ana)
        reading.release()
        assert (await town.preview(town.ana, root)).title == "Share this thread?"
