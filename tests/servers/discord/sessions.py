"""A session of the gateway, and the websocket that it speaks through at the moment."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, web

from tests.servers.discord.errors import Json

if TYPE_CHECKING:
    from tests.servers.discord.model import Guild

DISPATCH = 0


@dataclass(eq=False)
class Session:
    """What outlives a connection: who listens to what, and everything told so far."""

    id: str
    intents: int
    shard: tuple[int, int]
    told: list[Json] = field(default_factory=list)
    connection: Connection | None = None
    resumable: bool = True
    resumed: int = 0
    """How often it was resumed."""

    def tell(self, name: str, data: Json) -> None:
        """Numbers an event, keeps it for a resume and sends it where there is a connection."""
        frame: Json = {"op": DISPATCH, "t": name, "s": len(self.told) + 1, "d": data}
        self.told.append(frame)
        if self.connection:
            self.connection.send(frame)

    def covers(self, guild: Guild | None) -> bool:
        number, count = self.shard
        return number == ((guild.id >> 22) % count if guild else 0)


@dataclass(eq=False)
class Connection:
    """One websocket. Frames go out in order through a queue, so that telling never waits."""

    socket: web.WebSocketResponse
    session: Session | None = None
    heartbeats: int = 0
    heard: int = 0
    """The number of the last event that the client has seen, as its last heartbeat told."""
    _out: asyncio.Queue[Json | int] = field(default_factory=asyncio.Queue)

    def send(self, frame: Json) -> None:
        self._out.put_nowait(frame)

    def close(self, code: int = WSCloseCode.ABNORMAL_CLOSURE) -> None:
        self._out.put_nowait(code)

    async def write(self) -> None:
        """Sends what is queued until it is told to close."""
        while True:
            item = await self._out.get()
            if isinstance(item, int):
                await self.socket.close(code=item)
                return
            await self.socket.send_str(json.dumps(item))


def abort(socket: web.WebSocketResponse) -> None:
    """Cuts the wire without a farewell."""
    transport = socket._req.transport if socket._req else None
    if transport:
        transport.abort()
