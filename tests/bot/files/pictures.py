"""Makes pictures to upload: ordinary ones, ones that tell too much, and bombs."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin

TELLTALE = b"GPS 51.5007N by Ana Lima"
"""Stands in every kind of metadata that a format has."""


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def gradient(size: tuple[int, int] = (48, 32), mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def telling(kind: str) -> bytes:
    """A picture of `kind` that carries `TELLTALE` wherever the format can."""
    exif = Image.Exif()
    exif[0x010E] = TELLTALE.decode()
    exif[0x0112] = 6  # lies on its side
    options: dict[str, Any] = {"exif": exif}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", TELLTALE.decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", TELLTALE.decode())
    elif kind == "JPEG":
        options |= {"comment": TELLTALE, "xmp": TELLTALE}
    elif kind == "WEBP":
        options["xmp"] = TELLTALE
    elif kind == "GIF":
        options = {"comment": TELLTALE}
    elif kind == "BMP":
        return encode(gradient(), "BMP") + TELLTALE
    return encode(gradient(), kind, **options) + TELLTALE


def animated(kind: str, frames: int = 3, size: tuple[int, int] = (20, 10)) -> bytes:
    pictures = [Image.new("RGB", size, (40 * i % 256, 9 * i % 256, 200)) for i in range(frames)]
    return encode(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=80, loop=0)


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG file that says it is `width` by `height` black pixels, truthfully."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG with metadata that unpacks to 200 MB."""
    plain = png_of(8, 8)
    packed = zlib.compress(bytes(200_000_000), 9)
    data = b"Comment\0\0" + packed
    extra = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + extra + plain[33:]


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
