"""How long a capture will take where Slack only gives a few messages a minute, for whoever shows it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.model import ThreadRef

RESTRICTED_PAGE = 15
"""Messages a page in the restricted class, asked once a minute: apps distributed outside Slack's Marketplace.
docs.slack.dev/apis/web-api/rate-limits
"""

RESTRICTED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A slow capture: `done` of `total` messages are read (None where unknown); `seconds` until all are."""

    done: int
    total: int | None
    seconds: float | None


@dataclass(slots=True)
class Patience:
    """The slow captures of this process, by thread. Those that go at full speed are not in it."""

    _slow: dict[ThreadRef, Estimate] = field(default_factory=dict)

    def estimate(self, thread: ThreadRef) -> Estimate | None:
        """What is known of the slow capture of `thread`; None where none runs, or it is not slow. It is there
        before the first long wait begins, and the capture's `progress` is called right after.
        """
        return self._slow.get(thread)

    @contextmanager
    def watching(self, thread: ThreadRef) -> Iterator[None]:
        """Around a capture: what it noted is forgotten when it ends."""
        try:
            yield
        finally:
            self._slow.pop(thread, None)

    def note(self, thread: ThreadRef, done: int, total: int | None, page: int, wait: float) -> None:
        """A capture waits `wait` seconds before each page of `page` messages."""
        pages = None if total is None else -(-max(0, total - done) // max(1, page))
        self._slow[thread] = Estimate(done, total, None if pages is None else pages * wait)
