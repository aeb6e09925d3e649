"""The gateway: sessions that identify, hear events by their intents, are dropped and resume.

Frames are plain text: discord.py decompresses only binary ones, so that no zlib is needed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web

from tests.servers.discord.errors import Json
from tests.servers.discord.intents import MEMBERS, MESSAGE_CONTENT, PRESENCES, hears
from tests.servers.discord.message_payloads import covered
from tests.servers.discord.payloads import application_json, guild_create_json, user_json
from tests.servers.discord.permissions import may_view
from tests.servers.discord.sessions import Connection, Session, abort

if TYPE_CHECKING:
    from tests.servers.discord.model import Guild
    from tests.servers.discord.world import Event, World

HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 1, 2, 6, 7
INVALID_SESSION, HELLO, HEARTBEAT_ACK = 9, 10, 11
MEMBERS_REQUEST = 8

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SEQUENCE, INVALID_SHARD = 4005, 4007, 4010
DISALLOWED_INTENTS = 4014


class Gateway:
    """All sessions; `interval` is the heartbeat's, in seconds."""

    def __init__(self, world: World, interval: float = 41.25) -> None:
        self._world = world
        self.interval = interval
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        """The payloads of every IDENTIFY so far, e.g. for `intents`."""
        self.connections: list[Connection] = []
        self.repeat_on_resume = 1
        """How often every missed event is told again at a resume."""
        self.answers_heartbeats = True
        world.listeners.append(self.hear)

    def hear(self, event: Event) -> None:
        """Tells an event to every session that may and wants to hear it."""
        if event.guild and self._world.bot.id not in event.guild.members:
            return
        if event.channel and not may_view(self._world.bot, event.channel):
            return
        listening = [
            s
            for s in self.sessions.values()
            if s.resumable and s.covers(event.guild) and hears(s.intents, event)
        ]
        if not listening:
            return
        data = event.data()
        for session in listening:
            told = data
            if (
                event.name.startswith("MESSAGE_")
                and "content" in data
                and not session.intents & MESSAGE_CONTENT
            ):
                told = data if self._mine(data) else covered(data)
            session.tell(event.name, told)

    def _mine(self, data: Json) -> bool:
        me = str(self._world.bot.id)
        return (
            "guild_id" not in data
            or data["author"]["id"] == me
            or data.get("application_id") == str(self._world.app.id)
            or any(user["id"] == me for user in data["mentions"])
        )

    def deliver(self, name: str, data: Json, guild: Guild | None, times: int = 1) -> int:
        """Sends one event to the shard that covers `guild`, whatever its intents; returns how many
        connected clients it reached. A session without connection hears of it when it resumes.
        """
        listening = [s for s in self.sessions.values() if s.resumable and s.covers(guild)]
        for session in listening:
            for _ in range(times):
                session.tell(name, data)
        return sum(session.connection is not None for session in listening)

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.connection]

    def ask_for_heartbeats(self) -> None:
        """Op 1: clients tell at once how far they have come."""
        for session in self.connected:
            if session.connection:
                session.connection.send({"op": HEARTBEAT, "d": None})

    @property
    def heard(self) -> bool:
        """Whether every connected client told that it has seen all its events."""
        return all(s.connection.heard == len(s.told) for s in self.connected if s.connection)

    def drop(self, code: int = 1006, *, shard: int | None = None) -> None:
        """Cuts the connection (1006), or closes it with a code of Discord's, e.g. 4000 or 4009."""
        for session in self.connected:
            if shard in (None, session.shard[0]) and session.connection:
                connection, session.connection = session.connection, None
                if code == WSCloseCode.ABNORMAL_CLOSURE:
                    abort(connection.socket)
                else:
                    connection.close(code)

    def ask_to_reconnect(self) -> None:
        """Op 7: the client is to come back and resume."""
        for session in self.connected:
            if session.connection:
                session.connection.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9. Not resumable: the session is forgotten with all that it has not heard."""
        for session in self.connected:
            connection = session.connection
            session.resumable = resumable
            if connection:
                session.connection = None
                connection.send({"op": INVALID_SESSION, "d": resumable})

    def forget_sessions(self) -> None:
        """The next resume is refused, as after a long absence."""
        for session in self.sessions.values():
            session.resumable = False

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True, heartbeat=None, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket)
        self.connections.append(connection)
        writer = asyncio.create_task(connection.write())
        connection.send(
            {"op": HELLO, "d": {"heartbeat_interval": int(self.interval * 1000), "_trace": ["local"]}}
        )
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    connection.close(DECODE_ERROR)
                    continue
                self._receive(connection, message.data)
        finally:
            writer.cancel()
            self.connections.remove(connection)
            session = connection.session
            if session and session.connection is connection:
                session.connection = None
                # A client that closes with 1000 or 1001 ends its session (docs: events/gateway).
                session.resumable = session.resumable and socket.close_code not in (1000, 1001)
            self._world.changes.tell()
        return socket

    def _receive(self, connection: Connection, text: str) -> None:
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            connection.close(DECODE_ERROR)
            return
        if op == HEARTBEAT:
            connection.heartbeats += 1
            connection.heard = data or 0
            if self.answers_heartbeats:
                connection.send({"op": HEARTBEAT_ACK, "d": None})
            self._world.changes.tell()
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            connection.close(NOT_AUTHENTICATED)
        elif op not in (3, 4, MEMBERS_REQUEST):
            connection.close(UNKNOWN_OPCODE)

    def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies.append(data)
        number, count = data.get("shard", (0, 1))
        intents = int(data.get("intents", 0))
        if connection.session:
            connection.close(ALREADY_AUTHENTICATED)
        elif data.get("token") != self._world.token:
            connection.close(AUTHENTICATION_FAILED)
        elif not 0 <= number < count:
            connection.close(INVALID_SHARD)
        elif intents & self._forbidden():
            connection.close(DISALLOWED_INTENTS)
        else:
            session = Session(secrets.token_hex(16), intents, (number, count), connection=connection)
            self.sessions[session.id] = connection.session = session
            self._greet(session)
        self._world.changes.tell()

    def _forbidden(self) -> int:
        app = self._world.app
        content = 0 if app.message_content else MESSAGE_CONTENT
        return content | PRESENCES | (0 if app.guild_members else MEMBERS)

    def _greet(self, session: Session) -> None:
        world = self._world
        guilds = [guild for guild in world.own_guilds() if session.covers(guild)]
        flags = application_json(world.app)["flags"]
        session.tell(
            "READY",
            {
                "v": 10,
                "user": {**user_json(world.bot), "verified": True, "mfa_enabled": True, "email": None},
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": world.url.replace("http", "ws", 1) + "/gateway/",
                "shard": list(session.shard),
                "application": {"id": str(world.app.id), "flags": flags},
                "private_channels": [],
                "session_type": "normal",
                "_trace": ["local"],
            },
        )
        if session.intents & 1:
            for guild in guilds:
                if guild.available:
                    session.tell("GUILD_CREATE", guild_create_json(world, guild))

    def _resume(self, connection: Connection, data: Json) -> None:
        session = self.sessions.get(data.get("session_id", ""))
        if data.get("token") != self._world.token:
            connection.close(AUTHENTICATION_FAILED)
            return
        if session is None or not session.resumable:
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        seen = data.get("seq") or 0
        if seen > len(session.told):
            connection.close(INVALID_SEQUENCE)
            return
        session.connection, connection.session = connection, session
        session.resumed += 1
        for frame in session.told[seen:]:
            for _ in range(self.repeat_on_resume):
                connection.send(frame)
        session.tell("RESUMED", {"_trace": ["local"]})
        self._world.changes.tell()
