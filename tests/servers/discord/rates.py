"""How much Discord lets a bot do at a time. Off unless a test turns it on.

Windows run on the real clock of the loop, because discord.py waits on it too; `speed` makes them
shorter, so that a test of a long replay takes seconds.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """`count` requests in `seconds` to one place. `told`: in the headers, before it is hit. `whole`: to one
    channel, through whichever of its webhooks.
    """

    name: str
    method: str
    path: re.Pattern[str]
    count: int
    seconds: float
    told: bool = True
    whole: bool = False


LIMITS = (
    Limit("channel-messages", "POST", re.compile(r"(/channels/\d+/messages)$"), 5, 5),
    Limit("webhook", "POST", re.compile(r"(/webhooks/\d+)/[^/]+$"), 5, 2),
    Limit("webhook-minute", "POST", re.compile(r"(/webhooks/\d+)/[^/]+$"), 30, 60, told=False, whole=True),
    Limit("history", "GET", re.compile(r"(/channels/\d+/messages)$"), 5, 5),
)
"""Messages and webhooks as staff and headers tell; the one for histories is an estimate."""

GLOBAL = Limit("global", "*", re.compile(r"(/)(?!interactions/|webhooks/)"), 50, 1, told=False)
"""Answers to interactions do not count (docs: topics/rate-limits)."""


OLD_EDITS = Limit("old-edits", "PATCH", re.compile(r"(/channels/\d+/messages)/\d+$"), 3, 20, told=False)


@dataclass
class Denied:
    """`retry_after` in seconds."""

    limit: Limit
    retry_after: float


@dataclass
class Rates:
    enforced: bool = False
    speed: float = 1
    """How many times faster than in reality the windows pass."""
    limits: tuple[Limit, ...] = LIMITS
    denied: list[Denied] = field(default_factory=list)
    """Every 429 that was given because of a limit."""
    time: Callable[[], float] = field(default=lambda: asyncio.get_running_loop().time())
    channel_of: Callable[[str], str] = field(default=lambda place: place)
    """The channel of a webhook, "/webhooks/1"."""
    _used: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def check(self, method: str, path: str) -> Denied | None:
        """Counts a request, unless it exceeds a limit; then nothing is counted."""
        if not self.enforced:
            return None
        windows = self._windows(method, path)
        for limit, used in windows:
            if len(used) >= limit.count:
                wait = used[0] + limit.seconds / self.speed - self.time()
                self.denied.append(Denied(limit, round(max(wait, 0.001), 3)))
                return self.denied[-1]
        for _, used in windows:
            used.append(self.time())
        return None

    def old_edit(self, channel_id: int) -> float | None:
        """Counts the edit of a message that is older than an hour; seconds to wait where too many were
        edited (30046). Discord does not publish how many may be; people report these.
        """
        if not self.enforced:
            return None
        used = self._used.setdefault((OLD_EDITS.name, str(channel_id)), deque())
        self._forget(OLD_EDITS, used)
        if len(used) >= OLD_EDITS.count:
            wait = used[0] + OLD_EDITS.seconds / self.speed - self.time()
            self.denied.append(Denied(OLD_EDITS, round(max(wait, 0.001), 3)))
            return self.denied[-1].retry_after
        used.append(self.time())
        return None

    def headers(self, method: str, path: str) -> dict[str, str]:
        """What is left in the window that Discord tells of."""
        if not self.enforced:
            return {}
        for limit, used in self._windows(method, path):
            if limit.told:
                first = used[0] if used else self.time()
                after = max(0.0, first + limit.seconds / self.speed - self.time())
                return {
                    "X-RateLimit-Limit": str(limit.count),
                    "X-RateLimit-Remaining": str(limit.count - len(used)),
                    "X-RateLimit-Reset-After": f"{after:.3f}",
                    "X-RateLimit-Bucket": limit.name,
                }
        return {}

    def _windows(self, method: str, path: str) -> list[tuple[Limit, deque[float]]]:
        found = []
        for limit in (*self.limits, GLOBAL):
            match = limit.path.match(path)
            if match and limit.method in ("*", method):
                place = self.channel_of(match[1]) if limit.whole else match[1]
                used = self._used.setdefault((limit.name, place), deque())
                self._forget(limit, used)
                found.append((limit, used))
        return found

    def _forget(self, limit: Limit, used: deque[float]) -> None:
        while used and used[0] <= self.time() - limit.seconds / self.speed:
            used.popleft()
