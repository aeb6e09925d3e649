"""The pictures of the sample threads, drawn when the playground is first opened."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

_INK, _PAPER, _GRID, _BLUE, _RUST = "#2b2f36", "#fbfaf7", "#e3e1da", "#3c6fb4", "#b5593c"
Point = tuple[float, float]


def draw(name: str) -> bytes:
    """The PNG called `name`, the same bytes every time. Raises KeyError for a name it does not know."""
    picture = _PICTURES[name]()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _canvas(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (width, height), _PAPER)
    return picture, ImageDraw.Draw(picture)


def _chart() -> Image.Image:
    """Search time over the size of a thread: median and slowest 5 %."""
    picture, pen = _canvas(1120, 620)
    sizes = (50, 100, 500, 1000, 2500, 5000, 7500, 10000)
    median, slow = (11, 18, 40, 64, 231, 480, 1340, 2120), (27, 41, 118, 190, 702, 1350, 3820, 5900)
    pen.text((70, 34), "Search time by thread size", _INK, ImageFont.load_default(30))
    pen.text((70, 74), "milliseconds, last seven days", "#6b7078", ImageFont.load_default(20))
    for ms in range(0, 6001, 1000):
        y = 540 - ms * 0.07
        pen.line((130, y, 1060, y), _GRID, 2)
        pen.text((118, y), f"{ms:,}", "#6b7078", ImageFont.load_default(18), anchor="rm")
    for size in (0, 2500, 5000, 7500, 10000):
        pen.text((130 + size * 0.093, 566), f"{size:,}", "#6b7078", ImageFont.load_default(18), anchor="mm")
    for values, colour, label in ((slow, _RUST, "slowest 5 %"), (median, _BLUE, "median")):
        points = [(130 + n * 0.093, 540 - ms * 0.07) for n, ms in zip(sizes, values, strict=True)]
        pen.line(points, colour, 5, joint="curve")
        for x, y in points:
            pen.ellipse((x - 6, y - 6, x + 6, y + 6), _PAPER, colour, 4)
        x, y = points[-2]
        pen.text((x - 24, y - 22), label, colour, ImageFont.load_default(22), anchor="rm")
    return picture


def _sketch() -> Image.Image:
    """A phone and a wide page, as if drawn by hand."""
    picture, pen = _canvas(1200, 760)
    hand = random.Random(7)  # noqa: S311 - a trembling hand, not a secret
    _box(pen, hand, 90, 70, 270, 600)
    _box(pen, hand, 470, 70, 640, 480)
    _column(pen, hand, 115, 130, 220, 6)
    _column(pen, hand, 610, 130, 360, 4)
    pen.text((225, 705), "phone: one column, nothing else", _INK, ImageFont.load_default(22), anchor="mm")
    pen.text((790, 600), "wide: the same column, more air", _INK, ImageFont.load_default(22), anchor="mm")
    _stroke(pen, hand, ((520, 650), (640, 690), (800, 665), (980, 690)), _RUST)
    pen.text((750, 725), "at most 68 characters in a line", _RUST, ImageFont.load_default(20), anchor="mm")
    return picture


def _column(pen: ImageDraw.ImageDraw, hand: random.Random, x: int, y: int, width: int, messages: int) -> None:
    for i in range(messages):
        top = y + i * 85
        pen.ellipse((x, top, x + 26, top + 26), outline=_BLUE, width=3)
        _stroke(pen, hand, ((x + 40, top + 8), (x + 40 + width * 0.3, top + 8)), _BLUE)
        for line in range(2):
            end = x + 40 + (width - 40) * hand.uniform(0.6, 1.0)
            _stroke(pen, hand, ((x + 40, top + 30 + line * 20), (end, top + 30 + line * 20)), _INK)


def _box(pen: ImageDraw.ImageDraw, hand: random.Random, x: int, y: int, width: int, height: int) -> None:
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
    _stroke(pen, hand, corners, _INK)


def _stroke(pen: ImageDraw.ImageDraw, hand: random.Random, corners: Sequence[Point], colour: str) -> None:
    points: list[Point] = []
    for (x1, y1), (x2, y2) in pairwise(corners):
        steps = max(2, int(math.dist((x1, y1), (x2, y2)) / 18))
        for i in range(steps + 1):
            along = i / steps
            tremble_x, tremble_y = hand.uniform(-1.6, 1.6), hand.uniform(-1.6, 1.6)
            points.append((x1 + (x2 - x1) * along + tremble_x, y1 + (y2 - y1) * along + tremble_y))
    pen.line(points, colour, 3, joint="curve")


def _hills() -> Image.Image:
    """Hills in evening light above a lake."""
    picture, pen = _canvas(1280, 720)
    for y in range(720):
        glow = min(1.0, y / 430)
        pen.line((0, y, 1280, y), (int(88 + 160 * glow), int(112 + 88 * glow), int(158 + 12 * glow)))
    pen.ellipse((820, 250, 940, 370), "#ffe2a8")
    ridges = (
        (330, 46, 0.004, 1.1, "#7c86a6"),
        (390, 60, 0.006, 2.3, "#5b6b8c"),
        (450, 52, 0.008, 4.0, "#3f5070"),
    )
    for base, swing, pace, start, colour in ridges:
        ridge = [
            (x, base + swing * math.sin(x * pace + start) + 14 * math.sin(x * 0.021))
            for x in range(0, 1281, 8)
        ]
        pen.polygon([(0, 720), *ridge, (1280, 720)], colour)
    pen.rectangle((0, 540, 1280, 720), "#8fa0bd")
    for i in range(60):
        x, y = (i * 197) % 1280, 548 + (i * 61) % 168
        pen.line((x, y, x + 60 + (i * 13) % 90, y), "#b7c3d8", 2)
    pen.polygon(((0, 720), (0, 600), (190, 585), (420, 640), (620, 720)), "#26344c")
    return picture


_PICTURES: dict[str, Callable[[], Image.Image]] = {
    "search-latency.png": _chart,
    "reading-page.png": _sketch,
    "above-the-lake.png": _hills,
}
