"""The picture of a shared link in other apps: title, counts and date, never a message."""

from __future__ import annotations

import io
import threading
from functools import cache

from PIL import Image, ImageDraw

from bot.model import Names, Share
from bot.wording import facts
from web.graphemes import clean, clusters
from web.lettering import Pen, is_rtl, wrap

WIDTH, HEIGHT = 1200, 630
_MARGIN = 84
_TITLE_LINES = 3
_TITLE_SIZES = (80, 68, 58)
_TITLE_CLUSTERS = 300
_TOP, _BOTTOM = (0x1E, 0x1B, 0x4B), (0x43, 0x38, 0xCA)
_WHITE, _SOFT, _QUIET = "#ffffff", "#c7d2fe", "#a5b4fc"
_BUBBLE = (255, 255, 255, 16)

# FreeType's faces keep a state of their own while they draw.
_drawing = threading.Lock()


def draw_card(share: Share, app_name: str) -> bytes:
    """A PNG of 1200x630 pixels. Takes tens of milliseconds: call it off the event loop."""
    with _drawing:
        image = _background().copy()
        _draw_mark(image, app_name)
        _draw_title(image, share.header.title)
        _draw_facts(image, share)
        out = io.BytesIO()
        image.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def _sharer_line(share: Share) -> str:
    sharer = f"Shared by {clean(share.sharer)}" if share.sharer else "Shared anonymously"
    return f"{sharer} · names are hidden" if share.names is Names.PSEUDONYMS else sharer


@cache
def _background() -> Image.Image:
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        part = y / (HEIGHT - 1)
        column.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(_TOP, _BOTTOM, strict=True)))
    image = column.resize((WIDTH, HEIGHT)).convert("RGBA")
    overlay = Image.new("RGBA", (WIDTH * 2, HEIGHT * 2))
    draw = ImageDraw.Draw(overlay)
    for left, top, right, bottom in (
        (1560, -60, 2460, 260),
        (1800, 320, 2480, 560),
        (1480, 1060, 2480, 1400),
    ):
        draw.rounded_rectangle((left, top, right, bottom), radius=110, fill=_BUBBLE)
    image.alpha_composite(overlay.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))
    return image


@cache
def _mark() -> Image.Image:
    """Two links of a chain, drawn larger and made smooth."""
    image = Image.new("RGBA", (320, 224))
    draw = ImageDraw.Draw(image)
    for left in (12, 132):
        draw.rounded_rectangle((left, 48, left + 176, 176), radius=64, outline=_WHITE, width=28)
    return image.resize((80, 56), Image.Resampling.LANCZOS)


def _draw_mark(image: Image.Image, app_name: str) -> None:
    image.alpha_composite(_mark(), (_MARGIN - 3, 70))
    Pen(34, bold=True, color=_SOFT).draw(image, _MARGIN + 92, 110, clean(app_name))


def _draw_title(image: Image.Image, title: str) -> None:
    text = "".join(clusters(clean(title))[:_TITLE_CLUSTERS]) or "A conversation"
    room = WIDTH - 2 * _MARGIN
    for size in _TITLE_SIZES:
        pen = Pen(size, bold=True, color=_WHITE, rtl=is_rtl(text))
        lines, complete = wrap(text, pen, room, _TITLE_LINES)
        if complete:
            break
    step = round(size * 1.24)
    baseline = 318 - round(step * (len(lines) - 1) / 2) + round(size * 0.36)
    for line in lines:
        _draw_line(image, pen, baseline, line)
        baseline += step


def _draw_line(image: Image.Image, pen: Pen, baseline: int, line: str) -> None:
    x = WIDTH - _MARGIN - pen.width(line) if pen.rtl else _MARGIN
    pen.draw(image, x, baseline, line)


def _draw_facts(image: Image.Image, share: Share) -> None:
    Pen(34, bold=False, color=_WHITE).draw(image, _MARGIN, 520, facts(share.header))
    quiet = Pen(28, bold=False, color=_QUIET)
    lines, _ = wrap(_sharer_line(share), quiet, WIDTH - 2 * _MARGIN, 1)
    quiet.draw(image, _MARGIN, 566, lines[0])
