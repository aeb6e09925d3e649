"""The playground on a real server, with commands that remember what they were asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, ClientSession, ClientTimeout, web
from aiohttp.test_utils import TestServer, unused_port
from markupsafe import Markup, escape

from adapters.playground.chat import Chat
from adapters.playground.listeners import mount
from adapters.playground.platform import PlaygroundPlatform
from bot.commands import Request
from bot.reply import Reply
from bot.richtext.nodes import Paragraph, Text
from bot.richtext.plain import plain

HOSTILE = '"><script>alert(1)</script>'
ANA, JONAS, MEI, SAGE = "U01QANA7", "U02JNS4W", "U03MEI9T", "U09SAGEX"


DONE = Reply((Paragraph((Text("Done."),)),))


@dataclass
class Remembering:
    """Commands that remember each request, tell progress, and answer with `reply`."""

    reply: Reply = DONE
    asked: list[Request] = field(default_factory=list)

    async def handle(self, request: Request) -> Reply:
        self.asked.append(request)
        await request.progress(100, 300)
        return self.reply


def draw(message, header, file_url) -> Markup:
    """The plainest renderer: the text, escaped, and the files' addresses."""
    links = [Markup('<a href="{}">{}</a>').format(file_url(a.file), a.file) for a in message.attachments]
    return escape(plain(message.body)) + Markup("").join(links)


@dataclass
class Browser:
    """Speaks to the server as its own page does; `headers` replaces what a browser would send."""

    session: ClientSession
    port: int

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    async def get(self, path: str, as_: str = ANA, *, host: str = "", **query: str) -> ClientResponse:
        headers = {"Host": host or f"localhost:{self.port}"}
        return await self.session.get(self._url(path), params={"as": as_, **query}, headers=headers)

    async def post(
        self, path: str, body: Any = None, as_: str = ANA, **headers: str | None
    ) -> ClientResponse:
        sent = {"Host": f"localhost:{self.port}", "Origin": self.origin, "Content-Type": "application/json"}
        changed = {name.replace("_", "-").title(): value for name, value in headers.items()}
        kept = {name: value for name, value in {**sent, **changed}.items() if value is not None}
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return await self.session.post(self._url(path), params={"as": as_}, headers=kept, data=data)

    async def json(self, path: str, as_: str = ANA, **query: str) -> Any:
        response = await self.get(f"/playground/api/{path}", as_, **query)
        assert response.status == 200, await response.text()
        return await response.json()

    async def do(self, path: str, body: Any = None, as_: str = ANA) -> Any:
        response = await self.post(f"/playground/api/{path}", body, as_)
        assert response.status == 200, await response.text()
        return await response.json()

    async def refused(self, path: str, body: Any = None, as_: str = ANA) -> tuple[int, str]:
        response = await self.post(f"/playground/api/{path}", body, as_)
        assert response.status >= 400
        return response.status, (await response.json())["error"]

    @asynccontextmanager
    async def news(self, as_: str = ANA, tab: str = "tab-1") -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The stream of one open tab, after its first word."""
        silence = ClientTimeout(total=None, sock_read=10)  # a test that waits in vain fails
        headers = {"Host": f"localhost:{self.port}"}
        url = self._url("/playground/api/events")
        response = await self.session.get(
            url, params={"as": as_, "tab": tab}, headers=headers, timeout=silence
        )
        stream = _events(response)
        assert (await anext(stream))["kind"] == "hello"
        try:
            yield stream
        finally:
            response.close()

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


async def _events(response: ClientResponse) -> AsyncIterator[dict[str, Any]]:
    async for line in response.content:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


@asynccontextmanager
async def serving(chat: Chat, commands: Remembering) -> AsyncIterator[Browser]:
    port = unused_port()
    app = web.Application()
    mount(
        app, chat=chat, platform=PlaygroundPlatform(chat), commands=commands, render_message=draw, port=port
    )
    async with TestServer(app, port=port), ClientSession() as session:
        yield Browser(session, port)


async def new_thread(browser, text="Hello", channel="C01GENERAL", as_=ANA, title="A talk"):
    made = await browser.do("threads", {"channel": channel, "title": title, "text": text}, as_)
    return made["thread"]


async def say(browser, thread, text="Hi", as_=ANA, **more):
    return (await browser.do(f"threads/{thread}/posts", {"text": text, **more}, as_))["post"]
