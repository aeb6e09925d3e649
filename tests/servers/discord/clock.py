"""Time for the local Discord: a clock that tests turn, the real one, and ids that carry their time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Now = Callable[[], datetime]
"""Gives the present moment, with its time zone."""

EPOCH_MS = 1_420_070_400_000
"""Discord counts its ids' milliseconds from the first second of 2015 (docs: reference, Snowflakes)."""

MANY = 1 << 22
"""How many ids fit into one millisecond here."""


def real_now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self._now

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)


class Snowflakes:
    """Ids that grow with time and are never given twice, also where the clock stands still."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._given: dict[int, int] = {}

    def next(self, at: datetime | None = None) -> int:
        """An id of the present moment, or of `at`; later than all given for the same millisecond."""
        moment = at or self._now()
        milliseconds = int(moment.timestamp() * 1000) - EPOCH_MS
        count = self._given.get(milliseconds, 0)
        self._given[milliseconds] = count + 1
        return milliseconds * MANY + count


def time_of(snowflake: int) -> datetime:
    return datetime.fromtimestamp((snowflake // MANY + EPOCH_MS) / 1000, UTC)


def iso(moment: datetime) -> str:
    """As Discord writes times: with microseconds and an offset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
