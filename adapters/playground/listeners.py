"""The playground's routes: its page at "/", everything else below "/playground/"."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from adapters.playground import words
from adapters.playground.asking import Asking, Handler
from adapters.playground.chat import Chat
from adapters.playground.guard import Guard, Refused
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.reading import Reading
from adapters.playground.render import Pages, RenderMessage
from adapters.playground.writing import Writing
from bot.model import FileState

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_API = "/playground/api"


def mount(
    app: web.Application,
    *,
    chat: Chat,
    platform: PlaygroundPlatform,
    commands: Handler,
    render_message: RenderMessage,
    port: int,
) -> None:
    """Adds the playground to `app`, which listens on `port` of the loopback address only.

    `render_message(message, header, file_url)` draws what a message says. The chat is closed by
    whoever opened it; open event streams end when `app` shuts down.
    """
    pages = Pages(render_message)
    guard = Guard(port)
    views = Views(chat, pages)
    app.router.add_get("/", guard(views.page))
    app.router.add_get("/playground/static/{name}", guard(views.static))
    app.router.add_get("/playground/files/{file}", guard(views.file))
    reading, writing = Reading(chat, pages), Writing(chat)
    _add_api(app, guard, reading, writing, Asking(chat, pages, commands, platform.name))

    async def close_streams(_app: web.Application) -> None:
        chat.events.close()

    app.on_shutdown.append(close_streams)


def _add_api(app: web.Application, guard: Guard, reading: Reading, writing: Writing, asking: Asking) -> None:
    for path, read in {
        "people": reading.people,
        "state": reading.state,
        "threads/{thread}": reading.thread,
        "posts/{post}": reading.post,
        "notices": asking.notices,
        "events": asking.events,
    }.items():
        app.router.add_get(f"{_API}/{path}", guard(read))
    for path, write in {
        "threads": writing.start_thread,
        "threads/{thread}/posts": writing.add_post,
        "threads/{thread}/read": writing.mark_read,
        "threads/{thread}/delete": writing.delete_thread,
        "posts/{post}/edit": writing.edit_post,
        "posts/{post}/delete": writing.delete_post,
        "posts/{post}/react": writing.react,
        "command": asking.command,
        "act": asking.act,
        "notices/{notice}/dismiss": asking.dismiss,
    }.items():
        app.router.add_post(f"{_API}/{path}", guard(write))
    app.router.add_post(f"{_API}/files", guard(writing.upload, takes="application/octet-stream"))


class Views:
    def __init__(self, chat: Chat, pages: Pages) -> None:
        self._chat = chat
        self._page = pages.page()
        self._static = {path.name: path.read_bytes() for path in _STATIC.iterdir() if path.suffix in _TYPES}

    async def page(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")

    async def static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._static:
            raise Refused(words.NO_PAGE, HTTPStatus.NOT_FOUND)
        content_type = _TYPES[Path(name).suffix]
        return web.Response(body=self._static[name], content_type=content_type, charset="utf-8")

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET files/{file}: the id, 128 random bits, is the right to read it. Pictures are shown,
        everything else is a download that no browser runs.
        """
        stored = await self._chat.file(request.match_info["file"])
        if stored is None or stored.copy.state is not FileState.COPIED:
            raise Refused(words.FILE_GONE, HTTPStatus.NOT_FOUND)
        copy = stored.copy
        disposition = "inline" if copy.width else "attachment"
        headers = {
            "Content-Type": copy.media_type if copy.width else "application/octet-stream",
            "Content-Length": str(copy.size),
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(copy.name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=3600",
        }
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        async for chunk in self._chat.files.read(copy.id):
            await response.write(chunk)
        return response
