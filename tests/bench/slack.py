"""Threadlink in a local Slack: how soon it acknowledges under load, how fast it captures, and what memory that takes.

    python -m tests.bench.slack [ROUNDS]

Slack runs in this process, `python -m bot serve` and what captures in processes of their own. From the delivery of a
command to its acknowledgement counts everything, the way through the socket and this Slack's own work included. Of a
capture and of bare paging the clock counts, in rounds that take turns, each beside its neighbours; in parentheses stand
the seconds of both, and what it would be if both sides shared one core.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from adapters.slack.identity import workspace_key
from tests.bench.in_turns import compared
from tests.bench.lines import Tongue, lines
from tests.bench.loop import LIMIT_MS
from tests.bench.processes import peak_memory, serving, told_by
from tests.bench.table import Row, at_least, at_most, to_text
from tests.servers.slack import Channel, Delivery, LocalSlack, Message, User, Workspace

AT_ONCE = 200
MEANWHILE = 2_000
MESSAGES = 10_000
ROUNDS = 5
_ACKED_MS = 1_000
_OF_PAGING = 0.5
_MB = 250
_BEGAN = 1_790_000_000
_EVERY = 30


@dataclass(slots=True)
class Scene:
    slack: LocalSlack
    acme: Workspace
    people: list[User]
    general: Channel

    async def thread(self, count: int) -> Message:
        """Of so many messages; its root."""
        told = lines(count, Tongue([person.mention for person in self.people[:5]]))
        at = self.general.last_ts or _BEGAN
        root = None
        for number, line in enumerate(told):
            at += _EVERY
            who = self.people[number * 7 % 5]
            message = await self.slack.post(who, self.general, line, thread=root, at=at)
            root = root or message
        assert root is not None
        return root

    async def shared(self, user: User, root: Message) -> None:
        """Until `user` sees the preview of a thread, which was captured for it. They put it away again."""
        await self.slack.message_shortcut(user, root, "share_thread")
        await self.slack.until(lambda: self._title(user) == "Share this thread?", timeout=60)
        await self.slack.close(self.slack.modal(user))

    def _title(self, user: User) -> str:
        view = self.slack.world.views.tops.get(user.id)
        return view.title if view else ""


@asynccontextmanager
async def _scene() -> AsyncIterator[Scene]:
    async with LocalSlack.started() as slack:
        acme = slack.workspace("Acme")
        people = [slack.user(acme, f"Person {number}") for number in range(AT_ONCE)]
        yield Scene(slack, acme, people, slack.channel(acme, "general", people))


async def _acknowledged(scene: Scene, root: Message, short: Message) -> list[float]:
    """Milliseconds for each of the commands, half of them lists and half of them shares of a short thread."""
    sharer, *askers = scene.people

    asking = True

    async def sharing() -> None:
        while asking:
            await scene.shared(sharer, root)

    before = len(scene.slack.calls_of("conversations.replies"))
    meanwhile = asyncio.create_task(sharing())
    await scene.slack.until(lambda: len(scene.slack.calls_of("conversations.replies")) > before)
    link = scene.slack.permalink(short)
    asked = [("/shares", ""), ("/share", link)] * (AT_ONCE // 2)
    sent = [
        scene.slack.slash(user, scene.general, *what)
        for user, what in zip([*askers, sharer], asked, strict=True)
    ]
    deliveries = await asyncio.gather(*sent)
    asking = False
    await meanwhile
    return [_milliseconds(delivery) for delivery in deliveries]


def _milliseconds(delivery: Delivery) -> float:
    return float("inf") if delivery.seconds is None else delivery.seconds * 1000


async def _served(folder: Path, rounds: int) -> tuple[list[float], float]:
    """Milliseconds to each acknowledgement, and the most memory that serving took, with a long capture."""
    async with _scene() as scene:
        slack = scene.slack
        root, short, long = await scene.thread(MEANWHILE), await scene.thread(3), await scene.thread(MESSAGES)
        given = {
            "SLACK_BOT_TOKEN": scene.acme.app.token,
            "SLACK_APP_TOKEN": slack.app.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        async with serving(folder, slack.connected(timeout=30), **given) as pid:
            await scene.shared(scene.people[0], short)
            took: list[float] = []
            for _ in range(rounds):
                took += await _acknowledged(scene, root, short)
                await scene.shared(scene.people[1], short)
            await scene.shared(scene.people[1], long)
            return took, peak_memory(pid)


async def _captured(rounds: int) -> dict[str, Any]:
    """See `in_turns`."""
    async with _scene() as scene:
        root = await scene.thread(MESSAGES)
        acme = scene.acme
        found: dict[str, Any] = await told_by(
            "tests.bench.slack_capture",
            api_url=scene.slack.api_url,
            token=acme.app.token,
            workspace=workspace_key(acme.id, acme.enterprise_id),
            user=scene.people[0].id,
            channel=scene.general.id,
            ts=root.ts,
            messages=MESSAGES,
            rounds=rounds,
        )
    return found


def measure(rounds: int = ROUNDS) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        took, peak = uvloop.run(_served(Path(folder), max(1, rounds // 2)))
    found = uvloop.run(_captured(rounds))
    ratio, each = compared(found)
    took.sort()
    half, most = took[len(took) // 2], took[len(took) * 99 // 100]
    name = f"Slack: {AT_ONCE} commands at once beside a capture of {MEANWHILE:,}"
    return [
        at_most(f"{name}, acknowledged: p99", most, _ACKED_MS, unit=" ms", note=f"p50 {half:.0f} ms"),
        at_least(
            f"Slack: capture of {MESSAGES:,} messages, of slack_sdk's paging", ratio, _OF_PAGING, note=each
        ),
        at_most(f"Slack: event loop held by a capture of {MESSAGES:,}", found["held"], LIMIT_MS, unit=" ms"),
        at_most(
            f"Slack: most memory of all that, and of a share of {MESSAGES:,}",
            peak,
            _MB,
            unit=" MB",
            note=f"capturing again and again {found['peak']:.0f} MB",
        ),
    ]


if __name__ == "__main__":
    print(to_text(measure(*map(int, sys.argv[1:]))))
