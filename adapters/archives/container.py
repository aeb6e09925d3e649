"""A zip, a folder or a single file as one thing: named members that can be read, and no more.

Nothing is ever extracted. Members are known by relative names with "/" between their parts, which
are checked before anything is read; what is not listed cannot be opened, so that no name out of
an export reaches a file beside it.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from adapters.archives.errors import MEGABYTE, ArchiveError, Limits

_READ_ERRORS = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What zipfile raises for broken, encrypted and exotically packed members."""

_DRIVE = re.compile(r"[A-Za-z]:")
_NOISE = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$)")
"""What operating systems leave in folders and zips."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_SHOWN = 120

_ENCRYPTED = 0x1
_NAME_IS_UTF_8 = 0x800
"""Bits of a zip member's flags."""


class Container(Protocol):
    """Read-only access to the members of an archive."""

    label: str
    """What messages call the archive: the name of its file or folder."""

    def names(self) -> Collection[str]:
        """All members."""

    def size(self, name: str) -> int:
        """Bytes of a member, unpacked. Raises KeyError for an unknown one."""

    def open(self, name: str) -> IO[bytes]:
        """A member's bytes as a stream. Raises ArchiveError where it cannot be opened."""

    def close(self) -> None:
        """Lets go of the file."""


@contextmanager
def reading(container: Container, name: str) -> Iterator[IO[bytes]]:
    """`container.open(name)`, with all that can go wrong while reading told as ArchiveError."""
    try:
        with container.open(name) as stream:
            yield stream
    except _READ_ERRORS as error:
        raise ArchiveError(f'"{shown(name)}" in {container.label} is damaged and cannot be read.') from error


def shown(name: str) -> str:
    """A member's name for a message: one line, printable, not endless."""
    printable = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return printable if len(printable) <= _SHOWN else f"{printable[: _SHOWN - 1]}…"


def safe_name(name: str, label: str) -> str:
    """The member name `name` with "/" between its parts and no "." among them.

    Raises ArchiveError for an absolute name, one that climbs out with "..", and one with control
    characters. Backslashes part names too: exporters on Windows write them.
    """
    parts = name.replace("\\", "/").split("/")
    if not parts[0] or _DRIVE.match(name) or ".." in parts or _CONTROL.search(name):
        raise ArchiveError(
            f'{label} is refused: its member "{shown(name)}" points outside of the archive, or has no proper name.'
        )
    return "/".join(part for part in parts if part not in ("", "."))


class ZipContainer:
    """The members of a zip file. Raises ArchiveError for one that is broken, encrypted or hostile."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.label = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except _READ_ERRORS as error:
            raise ArchiveError(
                f"{self.label} is not a complete zip file. Download or export it again."
            ) from error
        try:
            self._members = _checked_members(self._zip, self.label, limits)
        except ArchiveError:
            self._zip.close()
            raise

    def names(self) -> Collection[str]:
        return self._members.keys()

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(self._members[name])

    def close(self) -> None:
        self._zip.close()


def _checked_members(archive: zipfile.ZipFile, label: str, limits: Limits) -> Mapping[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    _check_amount(label, len(entries), sum(entry.file_size for entry in entries), limits)
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = safe_name(_member_name(entry), label)
        if entry.is_dir() or _NOISE.search(name):
            continue
        _check_entry(entry, name, label, limits)
        if name in members:
            raise ArchiveError(f'{label} is refused: it holds "{shown(name)}" twice.')
        members[name] = entry
    return members


def _member_name(entry: zipfile.ZipInfo) -> str:
    # The full name: zipfile cuts `filename` at a NUL. macOS writes UTF-8 without saying so.
    if entry.flag_bits & _NAME_IS_UTF_8:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.orig_filename


def _check_entry(entry: zipfile.ZipInfo, name: str, label: str, limits: Limits) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ArchiveError(f'{label} is refused: "{shown(name)}" is a symbolic link or a device, not a file.')
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveError(f"{label} is encrypted. Unpack it with its password, then give the folder.")
    if entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * max(entry.compress_size, 1):
        raise ArchiveError(
            f'{label} is refused: "{shown(name)}" unpacks to more than {limits.ratio} times its size.'
        )


def _check_amount(label: str, members: int, total: int, limits: Limits) -> None:
    if members > limits.members:
        raise ArchiveError(f"{label} holds {members:,} files; up to {limits.members:,} are read.")
    if total > limits.total_bytes:
        raise ArchiveError(
            f"{label} unpacks to {total // MEGABYTE:,} MB; up to {limits.total_bytes // MEGABYTE:,} MB are read."
        )


class FolderContainer:
    """Files on the disk, each under its member name with its size."""

    def __init__(self, label: str, files: Mapping[str, tuple[Path, int]], limits: Limits) -> None:
        self.label = label
        self._files = files
        _check_amount(label, len(files), sum(size for _, size in files.values()), limits)

    def names(self) -> Collection[str]:
        return self._files.keys()

    def size(self, name: str) -> int:
        return self._files[name][1]

    def open(self, name: str) -> IO[bytes]:
        return self._files[name][0].open("rb")

    def close(self) -> None:
        """Files are open only while they are read."""


def open_folder(path: Path, limits: Limits) -> FolderContainer:
    """The files below the folder `path`. Raises ArchiveError where a symbolic link leads out of it."""
    label = path.resolve().name
    return FolderContainer(label, dict(_files_below(path.resolve(), label, limits.members)), limits)


def open_single(path: Path, limits: Limits) -> FolderContainer:
    """The file `path`, and the files in "<its name>_Files" beside it, where exporters put its media.

    Other files beside it are not members: a file that somebody sent must not reach them.
    """
    files = {path.name: (path, path.stat().st_size)}
    beside = path.with_name(f"{path.name}_Files")
    if beside.is_dir() and not beside.is_symlink():
        media = _files_below(beside.resolve(), beside.name, limits.members)
        files.update((f"{beside.name}/{name}", found) for name, found in media)
    return FolderContainer(path.name, files, limits)


def _files_below(root: Path, label: str, most: int) -> Iterator[tuple[str, tuple[Path, int]]]:
    found = 0
    for folder, folders, files in os.walk(root):
        for entry in (Path(folder, name) for name in (*folders, *files)):
            name = entry.relative_to(root).as_posix()
            target = entry.resolve()
            if entry.is_symlink() and not target.is_relative_to(root):
                raise ArchiveError(f'{label} is refused: "{shown(name)}" is a link to a place outside of it.')
            if not target.is_file() or _NOISE.search(name):
                continue
            found += 1
            if found > most:
                raise ArchiveError(f"{label} holds more than {most:,} files; up to {most:,} are read.")
            yield name, (target, target.stat().st_size)


def find_member(container: Container, beside: str, reference: str) -> str | None:
    """The member that the file `beside` refers to by the relative path `reference`, or None.

    None also for an address ("https://…"), an absolute path, and one that climbs out of the
    archive: such a reference is treated like that of a file which was not exported.
    """
    if "://" in reference:
        return None
    try:
        inner = safe_name(reference, container.label)
    except ArchiveError:
        return None
    name = str(PurePosixPath(beside).parent / inner)
    return name if name in container.names() else None
