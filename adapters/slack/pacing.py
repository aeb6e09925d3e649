"""At the pace that Slack allows: about one post a second in a channel. docs.slack.dev/apis/web-api/rate-limits"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from adapters.slack.asking import Sleep

SECONDS = 1.0
_REMEMBERED = 10_000


class Pacing:
    """`turn` returns when a channel may take the next post. Whoever asks first posts first."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._now = now
        self._sleep = sleep
        self._free_at: dict[tuple[str, str], float] = {}

    async def turn(self, workspace: str, channel: str) -> None:
        now = self._now()
        if len(self._free_at) > _REMEMBERED:
            self._free_at = {key: at for key, at in self._free_at.items() if at > now}
        at = max(now, self._free_at.get((workspace, channel), now))
        self._free_at[workspace, channel] = at + SECONDS
        if at > now:
            await self._sleep(at - now)

    def posted(self, workspace: str, channel: str) -> None:
        """A post was made just now, perhaps later than its turn: the next one keeps its distance from it."""
        key = (workspace, channel)
        self._free_at[key] = max(self._free_at.get(key, 0.0), self._now() + SECONDS)
