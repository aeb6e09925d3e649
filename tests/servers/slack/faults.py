"""Failures on order: what goes wrong between a request and its answer, before or after it took effect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass(eq=False)
class Fault:
    method: str
    status: int | None = None
    error: str | None = None
    retry_after: int = 30
    drop: bool = False
    hang: bool = False
    after_effect: bool = False
    times: int = 1
    skip: int = 0
    when: Callable[[Json], bool] | None = None
    struck: int = 0

    def hits(self, method: str, args: Json) -> bool:
        """Whether it strikes this call; counts down when it does."""
        if self.times <= 0 or self.method not in ("*", method) or (self.when and not self.when(args)):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        self.struck += 1
        return True


@dataclass(eq=False)
class Gate:
    """Calls of one method stop here until `release`."""

    method: str
    after_effect: bool
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self._open.set()

    async def pass_through(self) -> None:
        self.reached.set()
        await self._open.wait()


@dataclass(eq=False)
class Delay:
    """Calls of one method take so many seconds longer."""

    method: str
    seconds: float
    after_effect = False

    def release(self) -> None:
        self.seconds = 0.0

    async def pass_through(self) -> None:
        await asyncio.sleep(self.seconds)


@dataclass(eq=False)
class Faults:
    ordered: list[Fault] = field(default_factory=list)
    gates: list[Gate | Delay] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def order(self, fault: Fault) -> Fault:
        self.ordered.append(fault)
        return fault

    def hold(self, method: str, *, after_effect: bool) -> Gate:
        gate = Gate(method, after_effect)
        self.gates.append(gate)
        return gate

    def slow(self, method: str, seconds: float) -> Delay:
        delay = Delay(method, seconds)
        self.gates.append(delay)
        return delay

    def striking(self, method: str, args: Json) -> Fault | None:
        return next((fault for fault in self.ordered if fault.hits(method, args)), None)

    async def wait_at_gates(self, method: str, *, after_effect: bool) -> None:
        for gate in self.gates:
            if gate.method in ("*", method) and gate.after_effect == after_effect:
                await gate.pass_through()

    def stop(self) -> None:
        """Lets everything go that hangs or waits."""
        self.stopped.set()
        for gate in self.gates:
            gate.release()

    async def answer(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """What the caller gets to see of it."""
        if fault.hang:
            await self.stopped.wait()
        if fault.drop or fault.hang:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        if fault.status == 429:
            headers = {"Retry-After": str(fault.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, status=fault.status or 200)
        page = "<!DOCTYPE html><html><body><h1>Server Error</h1></body></html>"
        return web.Response(status=fault.status or 500, text=page, content_type="text/html")
