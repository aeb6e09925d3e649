"""At the pace that Discord allows a webhook: 5 posts in 2 seconds, and 30 a minute in one channel.

Staff told of both (github.com/discord/discord-api-docs/issues/367); headers tell of the first alone.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

WINDOWS = ((5, 2.0), (30, 60.0))
"""So many posts in so many seconds."""

_MARGIN = 0.05
"""Seconds: requests do not take equally long to arrive."""

_REMEMBERED = 5_000


class Pacing:
    """`turn` returns when a channel may take the next post. Whoever asks first posts first. `speed`: how many times
    faster than in reality time passes, for tests.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._windows = [(count, (seconds + _MARGIN) / speed) for count, seconds in WINDOWS]
        self._longest = max(seconds for _, seconds in self._windows)
        self._most = max(count for count, _ in self._windows)
        self._now = now
        self._sleep = sleep
        self._posts: dict[int, deque[float]] = {}

    async def turn(self, channel: int) -> None:
        now = self._now()
        if channel not in self._posts and len(self._posts) >= _REMEMBERED:
            self._forget(now)
        posts = self._posts.setdefault(channel, deque(maxlen=self._most))
        at = now
        for count, seconds in self._windows:
            if len(posts) >= count:
                at = max(at, posts[-count] + seconds)
        posts.append(at)
        if at > now:
            await self._sleep(at - now)

    def _forget(self, now: float) -> None:
        recent = now - self._longest
        self._posts = {channel: posts for channel, posts in self._posts.items() if posts[-1] > recent}
