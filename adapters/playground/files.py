"""The bytes of the playground's files: one folder, one file each, named by random ids."""

from __future__ import annotations

import asyncio
import io
import mimetypes
import secrets
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

from PIL import Image

from bot.folders import make_private_folder
from bot.model import FileCopy, FileState

SIZE_LIMIT = 10 * 1024 * 1024
"""Largest upload, in bytes: what a Discord server without boosts takes, so that the same surprises show."""
_CHUNK = 64 * 1024
_PIXEL_LIMIT = 25_000_000
_INLINE = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


class FileFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_private_folder(folder)  # an imported export is as private as a share's files

    async def add(self, name: str, data: bytes) -> FileCopy:
        """Keeps `data`; the answer says what it is, by its content. The id cannot be guessed."""
        file_id = secrets.token_hex(16)
        await asyncio.to_thread(self._path(file_id).write_bytes, data)
        return await asyncio.to_thread(describe, file_id, name, data)

    async def read(self, file_id: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in chunks. Raises FileNotFoundError before the first one."""
        handle = await asyncio.to_thread(self._path(file_id).open, "rb")
        try:
            while chunk := await asyncio.to_thread(handle.read, _CHUNK):
                yield chunk
        finally:
            handle.close()

    async def remove(self, file_id: str) -> None:
        await asyncio.to_thread(self._path(file_id).unlink, missing_ok=True)

    def _path(self, file_id: str) -> Path:
        if not file_id.isalnum():
            raise FileNotFoundError(file_id)
        return self._folder / file_id


def describe(file_id: str, name: str, data: bytes) -> FileCopy:
    """What `data` is. Only pictures that Pillow recognises get a width, and are shown inline."""
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    width = height = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(_INLINE)) as picture:
                if picture.width * picture.height <= _PIXEL_LIMIT:
                    media_type, (width, height) = _INLINE[picture.format or "PNG"], picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass  # not a picture, or none that is safe to show: a download like any other
    return FileCopy(
        file_id, name, FileState.COPIED, file_id, file_id, media_type, len(data), width=width, height=height
    )
