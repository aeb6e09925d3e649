"""What goes wrong with an archive, and how much of one is read at most."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class ArchiveError(Exception):
    """The archive cannot be read. `str()` is a sentence for whoever chose the file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read from one archive; beyond it, the archive is refused.

    `members`: files in it. `total_bytes`: all of them unpacked. `json_bytes`: one JSON file.
    `ratio`: unpacked to packed size of a member above `ratio_from` bytes; text packs up to some
    40:1, a decompression bomb up to 1,032:1. `json_depth`: nesting of arrays and objects.
    """

    members: int = 200_000
    total_bytes: int = 2048 * MEGABYTE
    json_bytes: int = 200 * MEGABYTE
    ratio: int = 200
    ratio_from: int = MEGABYTE
    json_depth: int = 100
