"""Slack's rate limits: tiers per method and workspace, one post a second in a channel, the restricted class.

Source: docs.slack.dev/apis/web-api/rate-limits. Off until a test switches them on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tests.servers.slack.clock import Clock

PER_MINUTE = {1: 1.0, 2: 20.0, 3: 50.0, 4: 100.0}
RESTRICTED_PAGE = 15


@dataclass
class Bucket:
    """Holds `most` tokens and gains `rate` of them a second."""

    most: float
    rate: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Seconds to wait; 0 when a token was taken."""
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


@dataclass
class Limits:
    clock: Clock
    enforce: bool = False
    restricted: bool = False
    """history and replies: 15 messages a page, one call a minute, as for apps distributed outside the
    Marketplace since 2025-05-29. Holds without `enforce` too."""
    post_burst: float = 4.0
    """How many posts a channel takes at once before one a second counts."""
    refused: int = 0
    """How many calls got a 429 for a limit."""
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def wait(self, method: str, tier: int | None, workspace: str, channel: str) -> int:
        """Retry-After in whole seconds, at least 1; 0 when the call may pass."""
        seconds = 0.0
        if self.restricted and method in ("conversations.replies", "conversations.history"):
            seconds = self._take((method, workspace), 1.0, 1 / 60)
        elif self.enforce and method == "chat.postMessage":
            seconds = self._take((method, workspace, channel), self.post_burst, 1.0)
        elif self.enforce and tier:
            quota = PER_MINUTE[tier]
            seconds = self._take((method, workspace), quota, quota / 60)
        self.refused += seconds > 0
        return math.ceil(seconds)

    def _take(self, key: tuple[str, ...], most: float, rate: float) -> float:
        now = self.clock.now()
        return self._buckets.setdefault(key, Bucket(most, rate, most, now)).take(now)
