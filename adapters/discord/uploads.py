"""Our copies of files as bytes to upload, as many as a post takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.discord import words
from adapters.discord.render_escape import clean, cut
from adapters.discord.render_turn import FILE_LIMIT, Carried, file_name
from adapters.discord.rest import Upload
from bot.model import FileCopy
from bot.platforms import OpenBlob

_DESCRIPTION = 1024


@dataclass(frozen=True, slots=True)
class Bytes:
    """`uploads` go along; `left` are those whose bytes could not be had; `refused` are all, in case that Discord
    takes none of them.
    """

    uploads: tuple[Upload, ...] = ()
    left: tuple[FileCopy, ...] = ()
    refused: tuple[FileCopy, ...] = ()


async def read_files(files: Sequence[Carried], open_blob: OpenBlob) -> Bytes:
    """Reads copies into memory: no more than a request may hold. Raises what `open_blob` raises."""
    uploads: list[Upload] = []
    left: list[FileCopy] = []
    for one in files:
        data = await _read(one.file, open_blob)
        if data:
            described = cut(clean(one.attachment.description), _DESCRIPTION)
            uploads.append(Upload(file_name(one), data, described))
        else:
            left.append(one.file)
    refused = tuple(replace(one.file, reason=words.FILE_REFUSED) for one in files)
    return Bytes(tuple(uploads), tuple(left), refused)


async def _read(file: FileCopy, open_blob: OpenBlob) -> bytes:
    """Nothing where it is larger than it said."""
    most = FILE_LIMIT if file.size is None else min(file.size, FILE_LIMIT)
    data = bytearray()
    async with open_blob(file.blob) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) > most:
                return b""
    return bytes(data)
