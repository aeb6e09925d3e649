"""Pictures come out clean, upright and bounded, or not at all; the bot itself never suffers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms

from bot import image_worker
from bot.images import ImageWorkers
from tests.bot.files.pictures import TELLTALE, animated, encode, gradient, png_of, telling, text_bomb
from tests.corpora import corpora

MEMORY_GOAL = 256 * 1024
"""Kilobytes that a worker may have taken at its worst, over hostile pictures."""


@pytest.fixture
async def images() -> AsyncIterator[ImageWorkers]:
    images = ImageWorkers(count=1)
    yield images
    await images.close()


def opened(picture):
    image = Image.open(BytesIO(picture.data))
    assert Image.MIME[image.format] == picture.media_type
    assert image.size == (picture.width, picture.height)
    return image


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "WEBP"), ("GIF", "PNG"), ("BMP", "PNG")],
)
async def test_metadata_is_gone(images, kind, becomes):
    told = telling(kind)
    assert told.count(TELLTALE) > 0
    picture = await images.reencode(told)
    assert TELLTALE not in picture.data
    image = opened(picture)
    assert image.format == becomes
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "Comment", "icc_profile", "XML:com.adobe.xmp"} & set(image.info)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_on_its_side_is_turned_upright(images, kind):
    picture = await images.reencode(telling(kind))
    assert (picture.width, picture.height) == (32, 48)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_a_png_keeps_its_pixels_in_every_mode(images, mode):
    original = gradient().convert(mode) if mode != "I;16" else Image.new(mode, (48, 32), 40_000)
    image = opened(await images.reencode(encode(original, "PNG")))
    assert image.mode == original.mode
    assert image.tobytes() == Image.open(BytesIO(encode(original, "PNG"))).tobytes()


async def test_a_transparent_gif_stays_transparent(images):
    original = Image.new("P", (4, 4), 7)
    image = opened(await images.reencode(encode(original, "GIF", transparency=7)))
    assert image.convert("RGBA").getpixel((0, 0))[3] == 0


async def test_a_lossless_webp_keeps_its_pixels(images):
    original = gradient(mode="RGBA")
    image = opened(await images.reencode(encode(original, "WEBP", lossless=True)))
    assert ImageChops.difference(image.convert("RGBA"), original).getbbox() is None


async def test_print_colours_become_screen_colours(images):
    image = opened(await images.reencode(encode(gradient(mode="CMYK"), "JPEG")))
    assert (image.format, image.mode) == ("JPEG", "RGB")


async def test_a_colour_profile_is_applied_before_it_goes(images):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = encode(gradient(), "PNG")
    same = opened(await images.reencode(encode(gradient(), "PNG", icc_profile=profile)))
    assert "icc_profile" not in same.info
    assert ImageChops.difference(same, Image.open(BytesIO(plain))).getextrema()[0][1] <= 2
    broken = opened(await images.reencode(encode(gradient(), "PNG", icc_profile=b"no profile" * 20)))
    assert broken.tobytes() == Image.open(BytesIO(plain)).tobytes()


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
async def test_a_short_animation_keeps_moving(images, kind):
    image = opened(await images.reencode(animated(kind)))
    assert (image.format, image.n_frames) == ("WEBP", 3)
    image.seek(1)
    image.load()
    assert image.info["duration"] == 80


async def test_an_animation_too_long_to_hold_shows_its_first_frame(images):
    image = opened(await images.reencode(animated("GIF", frames=image_worker.FRAMES + 1, size=(2, 2))))
    assert (image.format, getattr(image, "n_frames", 1)) == ("PNG", 1)


@pytest.mark.parametrize(
    "data", [b"", b"nothing", b"\x89PNG\r\n\x1a\n", telling("JPEG")[:40], encode(gradient(), "TIFF")]
)
async def test_what_is_no_picture_of_ours_is_refused(images, data):
    assert await images.reencode(data) is None


async def test_a_photo_of_fifty_megapixels_is_shown_at_half_its_size(images):
    photo = encode(Image.new("RGB", (8000, 6000), "teal"), "JPEG", quality=20)
    picture = await images.reencode(photo)
    assert (picture.width, picture.height) == (4000, 3000)


def worst_memory(images):
    """Kilobytes, of the worker that waits for the next picture."""
    (process,) = images._idle
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


BOMBS = {
    "64 megapixels in 8 kB": lambda: png_of(8000, 8000),
    "30 megapixels in one row": lambda: png_of(30_000_000, 1),
    "25 megapixels and no more": lambda: encode(Image.new("RGBA", (5000, 5000)), "PNG"),
    "metadata that unpacks to 200 MB": text_bomb,
    "a JPEG of 100 megapixels": lambda: encode(Image.new("L", (10_000, 10_000)), "JPEG", quality=5),
    "a progressive JPEG of 50 megapixels": lambda: encode(
        Image.new("RGB", (8000, 6250)), "JPEG", quality=5, progressive=True
    ),
    "an animation of 290 large frames": lambda: animated("GIF", frames=290, size=(400, 400)),
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads peak memory from /proc")
@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_does_not_take_the_memory(images, bomb):
    await images.reencode(BOMBS[bomb]())
    survived = await images.reencode(encode(gradient(), "PNG"))
    assert survived is not None
    assert worst_memory(images) < MEMORY_GOAL


@pytest.mark.corpus
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads peak memory from /proc")
async def test_pictures_that_broke_pillow_once_break_nothing(images):
    """All through one worker, so that its peak is that of the worst."""
    hostile = sorted((corpora() / "images-pillow-hostile" / "Tests" / "images").iterdir())
    assert len(hostile) >= 44
    for path in hostile:
        await images.reencode(path.read_bytes())
    assert await images.reencode(encode(gradient(), "PNG")) is not None
    assert worst_memory(images) < MEMORY_GOAL


async def test_the_memory_limit_holds_for_pixels_within_the_size_limit(images):
    """A WebP of 25 megapixels needs more than a worker has: it is refused, and the next one is not."""
    large = encode(Image.new("RGB", (5000, 5000), "teal"), "WEBP", method=0)
    assert await images.reencode(large) is None
    assert await images.reencode(encode(gradient(), "PNG")) is not None


async def test_a_worker_that_dies_is_replaced(images):
    picture = encode(gradient(), "PNG")
    assert await images.reencode(picture)
    (process,) = images._idle
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    assert await images.reencode(picture) is None
    assert await images.reencode(picture)


async def test_a_picture_that_takes_too_long_costs_its_worker_and_nothing_else():
    images = ImageWorkers(count=1, timeout=0)
    assert await images.reencode(encode(gradient(), "PNG")) is None
    assert images._idle == []
    images._timeout = 60
    assert await images.reencode(encode(gradient(), "PNG")) is not None
    await images.close()


async def test_a_caller_who_gives_up_leaves_no_worker_in_mid_sentence(images):
    first = asyncio.ensure_future(images.reencode(encode(gradient(), "PNG")))
    while not images._free.locked():
        await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert images._idle == []
    assert await images.reencode(encode(gradient(), "PNG")) is not None


async def test_workers_end_with_the_bot(images):
    await images.reencode(encode(gradient(), "PNG"))
    (process,) = images._idle
    await images.close()
    assert process.returncode is not None
