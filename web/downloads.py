"""What a page offers for download, streamed: its Markdown and JSON twins, and its files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias

from aiohttp import hdrs, web

from bot import codec
from bot.files import BlobMissing
from bot.model import FileCopy, FileState, Message, Share
from web.cache import Grant, names_etag
from web.door import Door
from web.encodings import accepts
from web.needs import SharingJobs
from web.refusals import Refusal, log_failure
from web.security import INLINE_TYPES, content_disposition
from web.twins import markdown_twin
from web.views import ShareViews, Site

WRITE_SECONDS = 60.0
"""How long a client may take to accept the next piece."""

Pieces: TypeAlias = AsyncIterator[bytes]


class BrokenStreamError(Exception):
    """The content ended before its end, after the answer had begun."""


class Downloads:
    """Handlers below /share/{token} whose answers are streamed."""

    def __init__(self, site: Site, sharing: SharingJobs, door: Door, shares: ShareViews) -> None:
        self._site = site
        self._sharing = sharing
        self._door = door
        self._shares = shares

    async def markdown(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}.md"""
        return await self._twin(request, "md", "text/markdown; charset=utf-8")

    async def json(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}.json: the document of `codec.to_document` with all its messages."""
        return await self._twin(request, "json", "application/json; charset=utf-8")

    async def _twin(self, request: web.Request, kind: str, media_type: str) -> web.StreamResponse:
        token = request.match_info["token"]
        grant = await self._door.admit(request, token)
        share = await self._shares.share(request, token, grant)
        headers = {
            **self._site.headers.plain,
            hdrs.CONTENT_TYPE: media_type,
            hdrs.CONTENT_DISPOSITION: content_disposition("inline", f"{share.header.title}.{kind}"),
            hdrs.VARY: hdrs.ACCEPT_ENCODING,
            # Weak: the compressed form and another version of Threadlink may differ in bytes.
            hdrs.ETAG: f'W/"{kind}-{share.revision}-{share.continued}"',
        }
        pieces = self._markdown(token, share) if kind == "md" else self._json(token, share)
        return await self._stream(request, headers, pieces, zipped=True)

    async def _json(self, token: str, share: Share) -> Pieces:
        facts = {"url": f"{self._site.base_url}/share/{token}", "revision": share.revision}
        document = json.dumps(codec.to_document(share.header, share=facts), ensure_ascii=False)
        yield f'{document[:-1]}, "messages": ['.encode()
        separator = ""
        async for messages in self._messages(share):
            yield (separator + await asyncio.to_thread(_json_of, messages)).encode()
            separator = ",\n"
        yield b"]}\n"

    async def _markdown(self, token: str, share: Share) -> Pieces:
        twin = markdown_twin(self._site.view(token, share))
        yield twin.head.encode()
        async for messages in self._messages(share):
            yield (await asyncio.to_thread(twin.messages, messages)).encode()

    async def _messages(self, share: Share) -> AsyncIterator[tuple[Message, ...]]:
        """All messages of this revision. Raises BrokenStreamError where it ended on the way."""
        told = 0
        async for messages in self._sharing.chunks(share.id, share.revision):
            told += len(messages)
            yield messages
        if told != share.header.message_count:
            raise BrokenStreamError

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}/file/{id}: a picture in the page, or a download."""
        token = request.match_info["token"]
        grant = await self._door.admit(request, token)
        found = await self._sharing.find_file(grant.standing.share_id, request.match_info["file"])
        if found is None or found.state is not FileState.COPIED:
            await self._door.ask_again(request, token)
            raise Refusal(404, text="This thread has no such file.")
        headers = {
            **self._site.headers.file,
            **_file_headers(found, grant, download="download" in request.query),
        }
        try:
            async with self._sharing.open_blob(found.blob) as pieces:
                return await self._stream(request, headers, pieces)
        except BlobMissing:
            await self._door.ask_again(request, token)  # deleted because the link has just ended?
            raise

    async def _stream(
        self, request: web.Request, headers: dict[str, str], pieces: Pieces, *, zipped: bool = False
    ) -> web.StreamResponse:
        if names_etag(request.headers.get(hdrs.IF_NONE_MATCH, ""), headers[hdrs.ETAG]):
            kept = {name: value for name, value in headers.items() if name != hdrs.CONTENT_LENGTH}
            return web.Response(status=304, headers=kept)
        if request.method == hdrs.METH_HEAD:
            return web.Response(headers=headers)
        response = web.StreamResponse(headers=headers)
        if zipped and accepts(request.headers.get(hdrs.ACCEPT_ENCODING, ""), "gzip"):
            response.enable_compression(web.ContentCoding.gzip)
        # What fails at once still gets its friendly page, so the first piece comes before the headers.
        first = await anext(pieces, b"")
        await response.prepare(request)
        try:
            await _send(response, first)
            async for piece in pieces:
                await _send(response, piece)
        except (BrokenStreamError, TimeoutError, ConnectionError):
            _abort(request)
        except Exception as error:  # noqa: BLE001  the answer has begun: there is no other page any more
            log_failure(request, error)
            _abort(request)
        return response


def _abort(request: web.Request) -> None:
    """Ends the connection before the answer's end, so that nobody takes a part for the whole."""
    if request.transport is not None:
        request.transport.abort()


async def _send(response: web.StreamResponse, piece: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(piece)


def _json_of(messages: Sequence[Message]) -> str:
    return ",\n".join(json.dumps(codec.message_to_json(message), ensure_ascii=False) for message in messages)


def _file_headers(file: FileCopy, grant: Grant, *, download: bool) -> dict[str, str]:
    shown = file.width is not None and file.media_type in INLINE_TYPES
    headers: dict[str, str] = {
        hdrs.CONTENT_TYPE: file.media_type if shown else "application/octet-stream",
        hdrs.CONTENT_DISPOSITION: content_disposition(
            "inline" if shown and not download else "attachment", file.name or _picture_name(file)
        ),
        hdrs.ETAG: f'"{file.id}-{grant.standing.revision}"',
    }
    if file.size is not None:
        headers[hdrs.CONTENT_LENGTH] = str(file.size)
    return headers


def _picture_name(file: FileCopy) -> str:
    """Pictures of people and emoji have no name of their own."""
    return f"{file.id}.{file.media_type.partition('/')[2]}"
