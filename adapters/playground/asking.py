"""What people ask of the bot here: typed commands, pressed actions, and the private replies.

Typed text and pressed buttons become `bot.commands.Request`s; each reply is drawn for the one tab
that asked. Progress and notices reach tabs by their event stream.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from adapters.playground import words
from adapters.playground.chat import Chat
from adapters.playground.events import Event, Tab
from adapters.playground.guard import HEADERS, Refused
from adapters.playground.incoming import Sent, person_of, read_sent, thread_of
from adapters.playground.records import WORKSPACE, Person
from adapters.playground.render import Pages
from bot.commands import HELP, Request
from bot.model import Actor, ChannelRef, ThreadRef
from bot.platforms import Progress
from bot.reply import Reply

_COMMAND = re.compile(r"/([a-z_]{1,40})(?:\s(.*))?", re.DOTALL)
_DELIVERY = re.compile(r"[0-9A-Za-z-]{8,64}")
_TAB_LIMIT = 64
_STILL_HERE_SECONDS = 20.0


class Handler(Protocol):
    """The part of `bot.commands.Commands` that a platform needs."""

    async def handle(self, request: Request) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it was typed: "/share My title" is `share` with the argument "My title"."""

    verb: str
    argument: str


def read_command(text: str) -> Typed | None:
    """The command in `text`, or None: a message that only begins like one ("/etc/hosts") is none."""
    typed = _COMMAND.fullmatch(text.strip())
    return Typed(typed[1], (typed[2] or "").strip()) if text.startswith("/") and typed else None


class Asking:
    def __init__(self, chat: Chat, pages: Pages, commands: Handler, platform: str) -> None:
        self._chat = chat
        self._pages = pages
        self._commands = commands
        self._platform = platform

    async def command(self, request: web.Request) -> web.Response:
        """POST command {text, thread or channel, tab, delivery}"""
        person, sent = person_of(self._chat, request), await read_sent(request)
        typed = read_command(sent.text("text"))
        known = [one.command for one in HELP]
        if typed is None or typed.verb not in known:
            listed = ", ".join(f"/{command}" for command in known)
            raise Refused(words.UNKNOWN_COMMAND.format(command=typed.verb if typed else "", known=listed))
        return await self._handle(person, sent, typed)

    async def act(self, request: web.Request) -> web.Response:
        """POST act {verb, argument, values, thread or channel, tab, delivery}"""
        person, sent = person_of(self._chat, request), await read_sent(request)
        return await self._handle(person, sent, Typed(sent.text("verb"), sent.text("argument")))

    async def _handle(self, person: Person, sent: Sent, asked: Typed) -> web.Response:
        place, thread = await self._where(person, sent)
        delivery = sent.text("delivery")
        reply = await self._commands.handle(
            Request(
                Actor(self._platform, WORKSPACE, person.id, person.name),
                asked.verb,
                asked.argument,
                place,
                thread,
                sent.pairs("values"),
                f"{self._platform}:{delivery}" if _DELIVERY.fullmatch(delivery) else "",
                self._progress(sent.text("tab", _TAB_LIMIT), delivery),
            )
        )
        return web.json_response(
            {
                "html": self._pages.reply(reply),
                "error": reply.error,
                "done": reply.done,
                "form": bool(reply.fields or reply.items or reply.actions),
            }
        )

    async def _where(self, person: Person, sent: Sent) -> tuple[ChannelRef | None, ThreadRef | None]:
        if sent.text("thread"):
            thread = await thread_of(self._chat, person, sent.text("thread"))
            ref = ThreadRef(self._platform, WORKSPACE, thread.channel, thread.id)
            return ref.place, ref
        channel = self._chat.channels.get(sent.text("channel"))
        if channel is None or not channel.readable_by(person.id):
            return None, None
        return ChannelRef(self._platform, WORKSPACE, channel.id), None

    def _progress(self, tab_id: str, delivery: str) -> Progress:
        async def tell(done: int, total: int | None) -> None:
            event: Event = {"kind": "progress", "delivery": delivery, "done": done, "total": total}
            self._chat.events.tell(event, lambda tab: tab.id == tab_id)

        return tell

    async def notices(self, request: web.Request) -> web.Response:
        """GET notices: the private replies that wait for a person."""
        person = person_of(self._chat, request)
        waiting = [
            {"id": notice.id, "html": self._pages.reply(notice.reply, notice.id)}
            for notice in self._chat.events.notices(person.id)
        ]
        return web.json_response({"notices": waiting})

    async def dismiss(self, request: web.Request) -> web.Response:
        """POST notices/{notice}/dismiss"""
        person = person_of(self._chat, request)
        self._chat.events.dismiss(person.id, request.match_info["notice"])
        return web.json_response({})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """GET events?tab=…: server-sent events, one JSON object each, until the tab goes."""
        person = person_of(self._chat, request)
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
        with self._chat.events.tab(request.query.get("tab", "")[:_TAB_LIMIT], person.id) as tab:
            await response.prepare(request)
            with suppress(ConnectionResetError):  # the tab was closed
                await _stream(tab, response)
        return response


async def _stream(tab: Tab, response: web.StreamResponse) -> None:
    """Sends a tab's news until it is cut off."""
    await response.write(b'retry: 1000\n\ndata: {"kind":"hello"}\n\n')
    while True:
        try:
            event = await asyncio.wait_for(tab.news.get(), _STILL_HERE_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
            continue
        if event is None:
            return
        await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
