"""Re-encodes images, in a process of its own: run as a script by images.py, with nothing to lose.

A hostile picture may exhaust this process's memory or crash it, and nothing else. It reads requests
from standard input (8 bytes of length, then the picture) and answers on standard output (8 bytes of
length, a line "FORMAT width height" or "" for a picture it will not show, then the new picture). It
imports nothing of ours, so that it starts without our environment and settings.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, ImageSequence

PIXELS = 25_000_000
"""Most pixels of a picture, or of all frames of an animation together."""

PIXELS_OF_JPEG = 52_000_000
"""A JPEG of up to this (phones make such) is decoded at half its width and height, in less memory."""

MANY_PIXELS = 4_000_000
"""From here on, encoders trade size for time and memory."""

FRAMES = 300
MEMORY = 384 * 2**20
"""Address space of this process; an ordinary photo of 25 megapixels takes 240 MB."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_NEEDED_TO_DRAW = frozenset({"transparency", "duration", "loop", "background"})
_PNG_MODES = frozenset({"1", "L", "LA", "I;16", "P", "RGB", "RGBA"})


def reencode(data: bytes) -> tuple[str, int, int, bytes] | None:
    """The picture in `data` upright and without metadata: its format, width, height and bytes.

    PNG, JPEG and WebP keep their format, BMP and still GIF become PNG, animations become animated
    WebP, those too long to hold their first frame. None for what is no picture, or larger than
    `PIXELS`. May raise anything and take any memory: see the module's docstring.
    """
    Image.MAX_IMAGE_PIXELS = PIXELS_OF_JPEG if data.startswith(b"\xff\xd8") else PIXELS
    with Image.open(BytesIO(data), formats=_FORMATS) as image:
        if image.width * image.height > PIXELS:
            image.draft("RGB", (image.width // 2, image.height // 2))
        if image.width * image.height > PIXELS:
            return None
        frames = getattr(image, "n_frames", 1) if image.format in {"GIF", "WEBP"} else 1
        if 1 < frames <= FRAMES and frames * image.width * image.height <= PIXELS:
            return _animation(image)
        return _still(image, image.format or "", lossless=data[12:16] == b"VP8L")


def _still(image: Image.Image, source: str, *, lossless: bool) -> tuple[str, int, int, bytes]:
    image.load()
    upright = _in_srgb(ImageOps.exif_transpose(image))
    upright.info = {key: value for key, value in upright.info.items() if key in _NEEDED_TO_DRAW}
    out = BytesIO()
    large = upright.width * upright.height > MANY_PIXELS
    if source in {"JPEG", "MPO"} or (large and source == "WEBP" and upright.mode == "RGB"):
        upright = upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")
        upright.save(out, "JPEG", quality=88)
        return "JPEG", *upright.size, out.getvalue()
    if source == "WEBP":
        upright.save(out, "WEBP", lossless=lossless, quality=60 if lossless else 85, exact=lossless)
        return "WEBP", *upright.size, out.getvalue()
    upright = upright if upright.mode in _PNG_MODES else upright.convert("RGBA")
    upright.save(out, "PNG", compress_level=3 if large else 6)
    return "PNG", *upright.size, out.getvalue()


def _animation(image: Image.Image) -> tuple[str, int, int, bytes]:
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        plain = frame.convert("RGBA")  # decodes; only then is a WebP frame's duration known
        durations.append(int(frame.info.get("duration") or 100))
        plain.info = {}
        frames.append(plain)
    out = BytesIO()
    first, rest = frames[0], frames[1:]
    loop = int(image.info.get("loop", 1 if image.format == "GIF" else 0))
    first.save(
        out, "WEBP", save_all=True, append_images=rest, duration=durations, loop=loop, quality=80, method=2
    )
    return "WEBP", *image.size, out.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """Applies the picture's colour profile, which is metadata and goes: phones record wider colours
    than browsers assume. A profile that does not fit its picture is ignored.
    """
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        target = "RGB" if image.mode == "CMYK" else image.mode
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=target
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted or image


def _limit_memory() -> None:
    # Not on every system; where it is missing, the size caps above remain.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(AttributeError, OSError):
        os.nice(5)


def _answer(data: bytes) -> bytes:
    try:
        found = reencode(data)
    except Exception:  # noqa: BLE001 - decoders raise whatever they like; memory errors are among it
        found = None
    if found is None:
        return b"\n"
    name, width, height, picture = found
    return f"{name} {width} {height}\n".encode() + picture


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers requests until their stream ends."""
    while length := requests.read(8):
        answer = _answer(requests.read(int.from_bytes(length, "big")))
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    _limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
