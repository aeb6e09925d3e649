"""Our own copies of files: in a local folder, or in S3-compatible storage by the same calls.

A copy lies under a random key, its blob. What it is called, what it is, and who may have it is
written in the snapshot that shows it; here are only bytes.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from bot.folders import drop_unfinished, make_private_folder
from bot.images import ImageWorkers
from bot.media import HEAD, RASTER_IMAGES, media_type
from bot.model import FileCopy, FileState

if TYPE_CHECKING:
    from obstore.store import S3Config  # exists for type checkers only

T = TypeVar("T")

_PIECE = 256 * 1024
_AT_ONCE = 8
_BLOB_LENGTH = 32
_S3_OPTIONS = frozenset(
    {"endpoint", "region", "access_key_id", "secret_access_key", "virtual_hosted_style_request"}
)

UNCLEAN = "a picture whose hidden data, such as place and camera, could not be removed"
"""Why a picture that we cannot re-encode is missing."""


class FilesError(Exception):
    """The file store cannot be used. `str()` of it is one line for the operator, without secrets."""


class BlobMissing(FilesError):
    """There is no copy under this key (any more)."""


class _TooLarge(Exception):
    pass


class Files:
    """An open file store."""

    def __init__(self, url: str, images: ImageWorkers | None = None) -> None:
        """`url`: a folder (as a path or file:// address; made for nobody but this user where it is
        missing), or "s3://bucket/prefix?endpoint=https://…&region=…" with credentials from the
        environment (AWS_ACCESS_KEY_ID, …) or the address (access_key_id, secret_access_key).

        Raises FilesError for any other address, and where the folder cannot be made.
        """
        self._store = _open_s3(url) if url.startswith("s3://") else _open_folder(url)
        self._images = images or ImageWorkers()

    async def copy(self, file: FileCopy, stream: AsyncIterator[bytes], *, limit: int) -> FileCopy:
        """Stores what `stream` gives, and returns `file` as COPIED, or as MISSING when it is larger
        than `limit` bytes, or is a picture that cannot be re-encoded.

        Its type is found by content. Pictures are re-encoded without metadata and get a width and a
        height. As they are they may tell who took them, and where: those for which it fails are not
        kept at all. Any other file is kept as it is.
        Memory: a picture is held whole, other files in pieces. Nothing is left behind when `stream`
        raises, whose exceptions pass through, or when the caller is cancelled. Raises FilesError
        where the store fails.
        """
        try:
            return await self._copy(file, _capped(stream, limit))
        except _TooLarge:
            return _missing(file, f"larger than {_megabytes(limit)} MB")

    async def _copy(self, file: FileCopy, stream: AsyncIterator[bytes]) -> FileCopy:
        head = await _first(stream, HEAD)
        kind = media_type(head[:HEAD])
        blob = uuid.uuid4().hex
        if not kind.startswith("image/"):
            size = await self._store_stream(blob, head, stream)
            return _copied(file, blob, kind, size)
        if kind not in RASTER_IMAGES:
            return _missing(file, UNCLEAN)
        data = await _rest(head, stream)
        picture = await self._images.reencode(data)
        if picture is None:
            return _missing(file, UNCLEAN)
        await self._put(blob, picture.data)
        done = _copied(file, blob, picture.media_type, len(picture.data))
        return replace(done, width=picture.width, height=picture.height)

    async def _store_stream(self, blob: str, head: bytes, stream: AsyncIterator[bytes]) -> int:
        size = 0
        failure: BaseException | None = None

        async def pieces() -> AsyncIterator[bytes]:
            nonlocal size, failure
            try:
                async for piece in _in_pieces(head, stream):
                    size += len(piece)
                    yield piece
            except Exception as error:
                failure = error  # the store would wrap it beyond recognition
                raise

        try:
            await self._put(blob, pieces())
        except FilesError:
            if failure is not None:
                raise failure from None
            raise
        return size

    async def _put(self, blob: str, data: bytes | AsyncIterator[bytes]) -> None:
        await _calling(lambda: obstore.put_async(self._store, blob, data))

    @asynccontextmanager
    async def open(self, blob: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Streams a copy in pieces. Raises BlobMissing, FilesError."""
        if not _is_blob(blob):
            raise BlobMissing(f"no file {blob!r}")
        found = await _calling(lambda: obstore.get_async(self._store, blob))

        async def pieces() -> AsyncIterator[bytes]:
            async for piece in found.stream(min_chunk_size=_PIECE):
                yield bytes(piece)

        yield pieces()

    async def delete(self, blobs: Collection[str]) -> None:
        """Deletes copies; those that are gone already are as good as deleted. Raises FilesError."""
        waiting = asyncio.Semaphore(_AT_ONCE)

        async def delete_one(blob: str) -> None:
            async with waiting:
                try:
                    await _calling(lambda: obstore.delete_async(self._store, blob))
                except BlobMissing:
                    return

        await asyncio.gather(*(delete_one(blob) for blob in blobs if _is_blob(blob)))

    async def list(self, before: datetime | None = None) -> set[str]:
        """All copies, or those made before `before`. What no draft or share owns is an orphan; a copy
        made just now may be one only for a moment.
        """
        found: set[str] = set()
        listing = obstore.list(self._store)
        try:
            async for batch in listing:
                found |= {
                    meta["path"]
                    for meta in batch
                    if _is_blob(meta["path"]) and (before is None or meta["last_modified"] < before)
                }
        except (BaseError, OSError) as error:
            raise FilesError(_reason(error)) from error
        return found

    async def drop_unfinished(self, before: datetime) -> None:
        """Deletes what processes that died while copying left in the folder; S3 has rules of its own for it."""
        if isinstance(self._store, LocalStore) and self._store.prefix:
            await asyncio.to_thread(drop_unfinished, Path(self._store.prefix), before)

    async def check(self) -> None:
        """Writes, reads and deletes a probe. Raises FilesError with the reason."""
        probe, blob = os.urandom(16), uuid.uuid4().hex
        await self._put(blob, probe)
        try:
            async with self.open(blob) as stream:
                back = b"".join([piece async for piece in stream])
        finally:
            await self.delete([blob])
        if back != probe:
            raise FilesError("the file store gives back something else than what was written")

    async def close(self) -> None:
        """Ends the processes that re-encode pictures."""
        await self._images.close()


def _open_folder(url: str) -> LocalStore:
    folder = Path(unquote(urlsplit(url).path) if url.startswith("file://") else url).absolute()
    if "://" in url and not url.startswith("file://"):
        raise FilesError(
            f"unknown kind of file store {url.split('://', 1)[0]!r}: write a folder or s3://bucket/prefix"
        )
    try:
        make_private_folder(folder)
        return LocalStore(folder)
    except (OSError, BaseError) as error:
        raise FilesError(f"cannot make the folder {folder} for files: {_reason(error)}") from error


def _open_s3(url: str) -> S3Store:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    unknown = sorted(set(options) - _S3_OPTIONS)
    if unknown:
        raise FilesError(
            f"unknown option {unknown[0]!r} in the files address: known are {', '.join(sorted(_S3_OPTIONS))}"
        )
    if not parts.hostname:
        raise FilesError("the files address names no bucket: write s3://bucket/prefix")
    http = options.get("endpoint", "").startswith("http://")
    try:
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=cast("S3Config", options),
            client_options={"allow_http": http, "timeout": timedelta(seconds=60)},
            retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=30)},
        )
    except BaseError as error:
        raise FilesError(f"cannot use s3://{parts.netloc}{parts.path}: {_reason(error)}") from error


async def _calling(call: Callable[[], Awaitable[T]]) -> T:
    """Awaits a call of the store, with its exceptions made ours."""
    try:
        return await call()
    except FileNotFoundError as error:
        raise BlobMissing(f"no such file: {_reason(error)}") from error
    except (BaseError, OSError) as error:
        raise FilesError(f"the file store failed: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]


def _is_blob(key: str) -> bool:
    return len(key) == _BLOB_LENGTH and all(c in "0123456789abcdef" for c in key)


def _copied(file: FileCopy, blob: str, kind: str, size: int) -> FileCopy:
    return replace(
        file,
        state=FileState.COPIED,
        blob=blob,
        media_type=kind,
        size=size,
        width=None,
        height=None,
        reason="",
    )


def _missing(file: FileCopy, reason: str) -> FileCopy:
    return replace(file, state=FileState.MISSING, blob="", width=None, height=None, reason=reason)


def _megabytes(limit: int) -> str:
    """In whichever megabytes the number was meant."""
    unit = 2**20 if limit % 2**20 == 0 else 1_000_000
    return f"{limit / unit:.3g}"


async def _capped(stream: AsyncIterator[bytes], limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in stream:
        size += len(piece)
        if size > limit:
            raise _TooLarge
        yield piece


async def _first(stream: AsyncIterator[bytes], count: int) -> bytes:
    head = bytearray()
    async for piece in stream:
        head += piece
        if len(head) >= count:
            break
    return bytes(head)


async def _rest(head: bytes, stream: AsyncIterator[bytes]) -> bytes:
    data = bytearray(head)
    async for piece in stream:
        data += piece
    return bytes(data)


async def _in_pieces(head: bytes, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if head:
        yield head
    async for piece in stream:
        if piece:
            yield piece
