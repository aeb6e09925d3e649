"""Socket Mode: the door that the app opens itself.

Every envelope goes to one random open socket. Sockets can be asked to reconnect, dropped, or made deaf: open,
silent, and answering no ping.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.slack.delivery import Attempt, Delivery
from tests.servers.slack.world import World

Json = dict[str, Any]
MOST = 10


@dataclass(eq=False)
class Socket:
    number: int
    ws: web.WebSocketResponse
    request: web.Request
    deaf: bool = False
    leaving: bool = False
    """Told to reconnect; gets nothing new while another is open."""
    sent: int = 0

    @property
    def is_open(self) -> bool:
        transport = self.request.transport
        return not self.ws.closed and transport is not None and not transport.is_closing()


class Sockets:
    def __init__(self, world: World, seed: int = 0) -> None:
        self._world = world
        self._random = random.Random(seed)
        self._waiting: dict[str, list[Attempt]] = {}
        self.all: list[Socket] = []

    @property
    def open(self) -> list[Socket]:
        return [socket for socket in self.all if socket.is_open]

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.socket_tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
        self._world.socket_tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        socket = Socket(len(self.all), ws, request)
        if len(self.open) >= MOST:
            await ws.send_json(_farewell("too_many_websockets"))
            await ws.close()
            return ws
        self.all.append(socket)
        await ws.send_json(self._hello())
        self._world.changes.tell()
        await self._listen(socket)
        self._world.changes.tell()
        return ws

    def _hello(self) -> Json:
        about = {"host": "applink-1", "started": "2026-11-01 00:00:00.000", "build_number": 1}
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": about | {"approximate_connection_time": 18060},
            "connection_info": {"app_id": self._world.app.id},
        }

    async def _listen(self, socket: Socket) -> None:
        async for message in socket.ws:
            if socket.deaf:
                continue
            if message.type is WSMsgType.PING:
                await socket.ws.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data))

    def _acknowledge(self, told: Json) -> None:
        sent = self._waiting.get(str(told.get("envelope_id")))
        if not sent:
            self._world.complain(f"an acknowledgement for no envelope: {told}")
            return
        attempt = next((one for one in sent if not one.acked), sent[-1])
        attempt.ack(told.get("payload"))
        if attempt.acks > 1:
            self._world.complain("an envelope was acknowledged more than once")
        self._world.changes.tell()

    async def send(self, delivery: Delivery, attempt: Attempt) -> bool:
        """To one random socket; deaf ones swallow it."""
        open_now = self.open
        ready = [socket for socket in open_now if not socket.leaving] or open_now
        if not ready:
            return False
        socket = self._random.choice(ready)
        self._waiting.setdefault(attempt.envelope_id, []).append(attempt)
        socket.sent += 1
        if not socket.deaf:
            try:
                await socket.ws.send_json(_envelope(delivery, attempt))
            except ConnectionError:
                return False
        return True

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Asks every open socket to reconnect (refresh_requested, warning or link_disabled)."""
        for socket in self.open:
            socket.leaving = reason != "warning"
            await socket.ws.send_json(_farewell(reason))

    def drop(self) -> int:
        """Cuts every socket without a word. Returns how many there were."""
        dropped = self.open
        for socket in dropped:
            if socket.request.transport:
                socket.request.transport.abort()
        return len(dropped)

    def deafen(self, *, deaf: bool = True) -> None:
        """The sockets that are open now stay so, but nothing flows and no ping is answered."""
        for socket in self.open:
            socket.deaf = deaf

    async def stop(self) -> None:
        for socket in self.open:
            socket.leaving = True
            await asyncio.wait_for(socket.ws.close(), 1)


def _farewell(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}


def _envelope(delivery: Delivery, attempt: Attempt) -> Json:
    envelope: Json = {
        "envelope_id": attempt.envelope_id,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind != "events_api",
        "payload": delivery.payload,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope
