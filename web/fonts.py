"""Finds, for any character, a font of this machine that draws it.

Reads the character maps of the font files in the usual folders (OpenType 1.9, table "cmap",
formats 4 and 12). Pillow's own font, which knows Latin only, is the last resort.
"""

from __future__ import annotations

import os
import struct
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

BITMAP_EMOJI_SIZE = 109
"""The one size that Noto Color Emoji's pictures have."""

_LARGEST_MAP = 4 * 1024 * 1024
_MOST_FILES = 4000
_END_OF_FORMAT_4 = 0xFFFF
_EMOJI_FILES = ("NotoColorEmoji.ttf", "Apple Color Emoji.ttc")
# How well a family suits short lines beside each other; what is not named stands in the middle.
_FAMILIES = (
    ("notosanscjk", 8),
    ("notosans", 10),
    ("dejavusans", 7),
    ("liberationsans", 6),
    ("helvetica", 6),
    ("arial", 6),
    ("segoeui", 6),
)
_UNSUITED = (
    ("italic", 20),
    ("oblique", 20),
    ("mono", 12),
    ("serif", 8),
    ("condensed", 6),
    ("narrow", 6),
    ("light", 6),
    ("thin", 8),
    ("black", 6),
    ("math", 9),
    ("symbols", 9),
    ("music", 9),
    ("nastaliq", 5),
    ("looped", 3),
    ("unjoined", 3),
    ("display", 3),
    ("emoji", 30),
    ("lastresort", 60),
)


@dataclass(frozen=True, slots=True)
class Segments:
    """The code points that a font covers, as sorted, inclusive ranges."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, code: int) -> bool:
        at = bisect_left(self.lasts, code)
        return at < len(self.lasts) and self.firsts[at] <= code


@dataclass(frozen=True, slots=True)
class Face:
    """A font file and what it covers. Without `path` it is Pillow's own."""

    path: str
    covers: Segments

    def has(self, text: str) -> bool:
        return all(ord(c) in self.covers for c in text)

    def load(self, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        return _load(self.path, size)


@lru_cache(maxsize=64)
def _load(path: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


PILLOWS_OWN = Face("", Segments((0x20, 0xA0), (0x7E, 0xFF)))


@cache
def faces(*, bold: bool) -> tuple[Face, ...]:
    """Every face of this machine, the best suited first; `PILLOWS_OWN` at the end.

    The first call reads the character maps of all font files: call it off the event loop.
    """
    ranked = sorted(_read_all(), key=lambda face: (-_suits(Path(face.path).stem, bold=bold), face.path))
    return (*ranked, PILLOWS_OWN)


@cache
def emoji_face() -> Face | None:
    """The colour emoji font, where Pillow can draw with it."""
    for path in _font_files():
        if path.name in _EMOJI_FILES:
            try:
                face = Face(str(path), read_coverage(path))
                face.load(BITMAP_EMOJI_SIZE)
            except (OSError, ValueError, struct.error):
                continue
            return face
    return None


def _suits(stem: str, *, bold: bool) -> int:
    name = stem.lower().replace("-", "").replace("_", "").replace(" ", "")
    score = next((points for family, points in _FAMILIES if name.startswith(family)), 4)
    score -= sum(points for mark, points in _UNSUITED if mark in name)
    heavy = "bold" in name
    return (
        score
        + (4 if heavy == bold else 0)
        - (3 if "semi" in name or "extra" in name or "demi" in name else 0)
    )


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (
            Path("/usr/share/fonts"),
            Path("/usr/local/share/fonts"),
            home / ".local/share/fonts",
            home / ".fonts",
        )


@cache
def _font_files() -> tuple[Path, ...]:
    found = (path for folder in _folders() if folder.is_dir() for path in sorted(folder.rglob("*")))
    fonts = (path for path in found if path.suffix.lower() in {".ttf", ".otf", ".ttc"})
    return tuple(path for _, path in zip(range(_MOST_FILES), fonts, strict=False))


@cache
def _read_all() -> tuple[Face, ...]:
    read = []
    for path in _font_files():
        try:
            read.append(Face(str(path), read_coverage(path)))
        except (OSError, ValueError, struct.error):
            continue  # a broken font is no font
    return tuple(read)


def read_coverage(path: Path) -> Segments:
    """What the first face in the file at `path` covers. Raises OSError, ValueError or struct.error
    for what is no font with a Unicode character map.
    """
    with path.open("rb") as file:
        start = 0
        head = file.read(16)
        if head[:4] == b"ttcf":
            (start,) = struct.unpack_from(">I", head, 12)
        file.seek(start)
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        directory = file.read(16 * tables)
        for at in range(0, len(directory), 16):
            tag, _checksum, offset, length = struct.unpack_from(">4sIII", directory, at)
            if tag == b"cmap" and length <= _LARGEST_MAP:
                file.seek(offset)
                return parse_cmap(file.read(length))
    raise ValueError("no character map")


def parse_cmap(table: bytes) -> Segments:
    """What a "cmap" table covers: its format 12 subtable, else its format 4."""
    (count,) = struct.unpack_from(">2xH", table)
    by_format = {}
    for at in range(4, 4 + 8 * count, 8):
        platform, encoding, offset = struct.unpack_from(">HHI", table, at)
        (kind,) = struct.unpack_from(">H", table, offset)
        if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
            by_format[kind] = offset
    for kind, read in ((12, _format_12), (4, _format_4)):
        if kind in by_format:
            return _ranges(read(table, by_format[kind]))
    raise ValueError("no Unicode character map")


def _ranges(found: Iterator[tuple[int, int]]) -> Segments:
    ordered = sorted(found)
    return Segments(tuple(first for first, _ in ordered), tuple(last for _, last in ordered))


def _format_12(table: bytes, offset: int) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">I", table, offset + 12)
    for first, last, _glyph in struct.iter_unpack(">III", table[offset + 16 : offset + 16 + 12 * groups]):
        yield first, last


def _format_4(table: bytes, offset: int) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", table, offset + 6)
    lasts = struct.unpack_from(f">{double // 2}H", table, offset + 14)
    firsts = struct.unpack_from(f">{double // 2}H", table, offset + 16 + double)
    for first, last in zip(firsts, lasts, strict=True):
        if first <= last < _END_OF_FORMAT_4:
            yield first, last
