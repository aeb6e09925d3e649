"""Bringing commands, interactions and events to the app, and what the app made of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.servers.slack.messages import Message
from tests.servers.slack.world import World

Json = dict[str, Any]
GIVE_UP = 10.0
"""Real seconds after which nobody waits any longer, for clocks that stand still."""


_SEEN_AS = {
    "connection_failed": "dispatch_failed",
    "http_error": "http_service_error",
    "no_retry": "http_service_error",
}
"""What Slack tells the person."""


@dataclass(eq=False)
class Attempt:
    """One envelope or one request."""

    envelope_id: str
    number: int = 0
    """0, or which retry it is."""
    reason: str = ""
    sent_at: float = 0.0
    answered_at: float | None = None
    acks: int = 0
    response: Json | None = None
    failure: str | None = None
    on_ack: Callable[[], None] | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acked(self) -> bool:
        return self.acks > 0

    @property
    def seconds(self) -> float | None:
        """From sending to the acknowledgement, in real time."""
        return None if self.answered_at is None else self.answered_at - self.sent_at

    def ack(self, response: Json | None) -> None:
        self.acks += 1
        if self.acks == 1:
            self.response = response
            self.answered_at = asyncio.get_running_loop().time()
            if self.on_ack:
                self.on_ack()
        self.done.set()

    def fail(self, failure: str) -> None:
        self.failure = failure
        self.done.set()


@dataclass(eq=False)
class Delivery:
    """Something that happened, as it was told to the app: once, or as often as a test wanted."""

    kind: str
    """slash_commands, interactive or events_api."""
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    failure: str | None = None
    """Why the person saw it fail: operation_timeout, dispatch_failed, http_service_error, declined, not_in_channel, …"""
    on_ack: Callable[[], None] | None = None
    message: Message | None = None
    """The post that it tells of, or that the app's acknowledgement made."""
    confirm: Json | None = None
    """The dialog that the person confirmed."""
    opened_url: str | None = None
    """Where a link button led."""

    @property
    def acked(self) -> bool:
        return any(attempt.acked for attempt in self.attempts)

    @property
    def response(self) -> Json | None:
        """What the first acknowledgement carried."""
        return next((attempt.response for attempt in self.attempts if attempt.acked), None)

    @property
    def seconds(self) -> float | None:
        """From the first sending to the first acknowledgement, in real time."""
        answered = [attempt.answered_at for attempt in self.attempts if attempt.answered_at is not None]
        return min(answered) - self.attempts[0].sent_at if answered else None

    @property
    def event(self) -> Json:
        return self.payload.get("event", {})

    @property
    def trigger_id(self) -> str:
        return str(self.payload.get("trigger_id", ""))

    @property
    def response_url(self) -> str:
        return str(self.payload.get("response_url", ""))

    @property
    def errors(self) -> dict[str, str]:
        """What a refused submit showed under its inputs, by block id."""
        response = self.response or {}
        return response.get("errors", {}) if response.get("response_action") == "errors" else {}


class Door(Protocol):
    """How deliveries reach the app."""

    async def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        """False when there is nobody to send to. Answers by `attempt.ack` or `attempt.fail`."""
        ...


class Courier:
    """Sends through `door`, waits for the acknowledgement, and tries events again as Slack does."""

    def __init__(self, world: World, door: Door) -> None:
        self.world = world
        self.door = door
        self.log: list[Delivery] = []
        self.ack_within = 3.0
        """Seconds on the world's clock."""
        self.retries = [0.0, 60.0, 300.0]
        """Seconds before each retry of an event that was not acknowledged."""
        self.times = 1
        """How often everything is delivered."""
        self.same_envelope = False
        """Whether those that come several times have one envelope_id, which was seen too (bolt-js 2487)."""
        self._background: set[asyncio.Task[None]] = set()

    async def deliver(self, delivery: Delivery, times: int | None = None) -> Delivery:
        """Returns when all was acknowledged, or three seconds later."""
        self.log.append(delivery)
        await self._try(delivery, times or self.times)
        if not delivery.acked and delivery.kind == "events_api":
            self.later(self._try_again(delivery))
        return delivery

    def later(self, work: Awaitable[Any]) -> None:
        """Does it beside everything else; it dies with the server."""

        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def stop(self) -> None:
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def _try(self, delivery: Delivery, times: int, number: int = 0, reason: str = "") -> None:
        ids = [secrets.token_hex(16) for _ in range(times)]
        if self.same_envelope:
            ids = ids[:1] * times
        made = [await self._send(delivery, one, number, reason) for one in ids]
        waiting = asyncio.gather(*(attempt.done.wait() for attempt in made))
        if not await self._within(self.ack_within, waiting):
            for attempt in made:
                attempt.failure = attempt.failure or (None if attempt.acked else "timeout")
        if delivery.acked:
            delivery.failure = None
        else:
            delivery.failure = _SEEN_AS.get(made[-1].failure or "", "operation_timeout")
        self.world.changes.tell()

    async def _send(self, delivery: Delivery, envelope_id: str, number: int, reason: str) -> Attempt:
        attempt = Attempt(envelope_id, number, reason, on_ack=delivery.on_ack)
        attempt.sent_at = asyncio.get_running_loop().time()
        delivery.attempts.append(attempt)
        self.world.changes.tell()
        if not await self.door.send(delivery, attempt):
            attempt.fail("connection_failed")
        return attempt

    async def _try_again(self, delivery: Delivery) -> None:
        for number, seconds in enumerate(self.retries, 1):
            await self.world.clock.sleep(seconds)
            reason = delivery.attempts[-1].failure or "timeout"
            if reason == "no_retry":
                return
            await self._try(delivery, 1, number, reason)
            if delivery.acked:
                return

    async def _within(self, seconds: float, work: Awaitable[Any]) -> bool:
        working = asyncio.ensure_future(work)
        sleeping = asyncio.ensure_future(self.world.clock.sleep(seconds))
        both = {working, sleeping}
        done, pending = await asyncio.wait(both, timeout=GIVE_UP, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return working in done
