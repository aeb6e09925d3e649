"""Opens whatever somebody exported, and says kindly when it is something else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from adapters.archives.container import (
    Container,
    ZipContainer,
    open_folder,
    open_single,
    reading,
    shown,
)
from adapters.archives.discord_export import DiscordExport, is_discord_export
from adapters.archives.errors import ArchiveError, Limits
from adapters.archives.own_json import OwnExport, is_document
from adapters.archives.slack_export import SlackExport, is_day, slack_root
from adapters.archives.strict_json import load_json
from adapters.archives.threads import Export, ThreadSummary
from bot.model import Snapshot
from bot.platforms import Unavailable

EXPECTED = (
    "Give a Slack export (the zip or its folder), a JSON file of DiscordChatExporter, "
    "or the JSON of a shared page."
)

_CHUNK = 64 * 1024
_JSON_FILES = 2_000
"""Of a folder or zip, so many JSON files are looked at for Discord exports."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip file (unpack it first)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file (unpack it first)"),
    (b"Rar!\x1a\x07", "a RAR file (unpack it first)"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_ZIP_BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_KINDS: tuple[tuple[str, str], ...] = (
    ("word/", "a Word document"),
    ("xl/", "an Excel workbook"),
    ("ppt/", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an e-book"),
    ("META-INF/MANIFEST.MF", "a Java program"),
    ("content.xml", "an OpenDocument file"),
    ("messages/index.json", "the data package of Discord, which holds only your own messages"),
    ("Messages/index.json", "the data package of Discord, which holds only your own messages"),
)
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|meta)", re.IGNORECASE)


class Archive:
    """An opened export. Close it, or use it in a `with` statement."""

    def __init__(self, container: Container, export: Export) -> None:
        self._container = container
        self._export = export

    @property
    def kind(self) -> str:
        """One of "slack-export", "discord-export" and "threadlink"."""
        return self._export.kind

    @property
    def label(self) -> str:
        """The name of its file or folder."""
        return self._container.label

    def threads(self) -> Sequence[ThreadSummary]:
        """What can be read, the oldest first. Raises ArchiveError where there is nothing."""
        found = self._export.threads()
        if not found:
            raise ArchiveError(f"{self.label} holds no messages.")
        return found

    def read(self, thread_id: str) -> Snapshot:
        """A thread in captured form: files are PENDING where the archive has them, else MISSING.

        Raises ArchiveError for an unknown id and for data that cannot be read.
        """
        try:
            snapshot = self._export.read(thread_id)
        except KeyError:
            raise ArchiveError(
                f'{self.label} has no thread "{shown(thread_id)}". List them with: python -m bot threads FILE'
            ) from None
        if not snapshot.messages:
            raise ArchiveError(f'The thread "{shown(thread_id)}" in {self.label} holds no messages.')
        return snapshot

    @asynccontextmanager
    async def open_file(self, locator: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of the member that `FileCopy.locator` names, as `Platform.open_file` gives them.

        Raises Unavailable, before or while reading, where they cannot be had.
        """
        if locator not in self._container.names():
            raise Unavailable("it is not part of the export")
        yield self._chunks(locator)

    async def _chunks(self, name: str) -> AsyncIterator[bytes]:
        try:
            with reading(self._container, name) as stream:
                while chunk := await asyncio.to_thread(stream.read, _CHUNK):
                    yield chunk
        except ArchiveError as error:
            raise Unavailable("it is damaged in the export") from error

    def read_file(self, locator: str, most: int) -> bytes | None:
        """The whole member that `locator` names; None where it is absent, damaged, or over `most` bytes."""
        if locator not in self._container.names() or self._container.size(locator) > most:
            return None
        try:
            with reading(self._container, locator) as stream:
                return stream.read(most)
        except ArchiveError:
            return None

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_archive(path: Path, limits: Limits | None = None) -> Archive:
    """Opens the export at `path` and finds out what kind it is.

    Nothing is extracted and no address is contacted. Raises ArchiveError, a sentence for whoever
    chose the file, where it is of another kind, damaged, or built to do harm.
    """
    limits = limits or Limits()
    container = _open_container(path, limits)
    try:
        return Archive(container, _detect(container, path, limits))
    except BaseException:
        container.close()
        raise


def _open_container(path: Path, limits: Limits) -> Container:
    try:
        if path.is_dir():
            return open_folder(path, limits)
        if path.exists() and not path.is_file():
            raise ArchiveError(f"{path} is a device or a pipe, not a file. {EXPECTED}")
        with path.open("rb") as file:
            start = file.read(512)
        if start.startswith(_ZIP_BEGINNINGS):
            return ZipContainer(path, limits)
        _check_beginning(start, path.name)
        return open_single(path, limits)
    except FileNotFoundError as error:
        raise ArchiveError(f"There is no file {path}.") from error
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error


def _check_beginning(start: bytes, label: str) -> None:
    if not start.strip():
        raise ArchiveError(f"{label} is empty. {EXPECTED}")
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            raise ArchiveError(f"{label} is {kind}. {EXPECTED}")
    if _HTML.match(start):
        raise ArchiveError(f"{label} is a web page. Export again with the format JSON. {EXPECTED}")
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        raise ArchiveError(f"{label} is not JSON. {EXPECTED}")


def _detect(container: Container, path: Path, limits: Limits) -> Export:
    root = slack_root(container.names())
    if root is not None:
        return SlackExport(container, root, path, limits)
    for beginning, kind in _ZIP_KINDS:
        if any(name.startswith(beginning) for name in container.names()):
            raise ArchiveError(f"{container.label} is {kind}. {EXPECTED}")
    candidates = sorted(name for name in container.names() if _may_be_export(name, path))
    if len(candidates) > _JSON_FILES:
        raise ArchiveError(f"{container.label} holds more than {_JSON_FILES:,} JSON files. {EXPECTED}")
    return _detect_json(container, candidates, path, limits)


def _may_be_export(name: str, path: Path) -> bool:
    if name == path.name:
        return True
    return name.lower().endswith(".json") and not any(
        part.endswith("_Files") for part in name.split("/")[:-1]
    )


def _detect_json(container: Container, candidates: Sequence[str], path: Path, limits: Limits) -> Export:
    @lru_cache(maxsize=1)  # an export of one large file is read once
    def load(name: str) -> Any:
        return load_json(container, name, limits)

    exports = [name for name in candidates if is_discord_export(load(name))]
    if exports:
        return DiscordExport(container, exports, path, load)
    documents = [name for name in candidates if is_document(load(name))]
    if len(documents) == 1:
        return OwnExport(load(documents[0]), container.label)
    if documents:
        raise ArchiveError(f"{container.label} holds several shared pages. Give one of the JSON files.")
    if any(is_day(load(name)) for name in candidates):
        raise ArchiveError(
            f"{container.label} is only a part of a Slack export. Give the whole zip or folder."
        )
    raise ArchiveError(f"{container.label} is not an export that I know. {EXPECTED}")
