"""Raw insertion: the renderer with the escape of plain text taken away, and what that lets through."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import Header, Message, Source
from bot.richtext.nodes import Paragraph, Text
from tests.e2e.xss.arena import Arena
from tests.e2e.xss.mutants import Copy
from tests.e2e.xss.payloads import batches, sample

SAMPLE = 100
FRAMES = 100
LEAST = 0.25
"""Which part of the payloads fires at least, events that the test sets off included: of all 10,250, 5,146 do."""

_AT = datetime(2026, 11, 22, tzinfo=UTC)
_PLACE = "web/inlines.py: text"


def raw_page(copy: Copy, payload: str) -> bytes:
    """A page that says `payload` in plain text, unescaped."""
    message = Message("m1", None, _AT, body=(Paragraph((Text(payload),)),))
    # The first of this name is that of plain text; others are of code.
    point = next(point for point in copy.points.all if point.name == _PLACE)
    with copy.points.without(point):
        drawn = copy.render.render_message_parts(message, Header("", Source(""), _AT), None)
    return f"<!doctype html><title>raw</title><main>{drawn}</main>".encode("utf-8", "replace")


async def firing(arena: Arena, copy: Copy) -> tuple[str, ...]:
    """Those of the sample that fire. Each is alone on its page, so that none hides another."""
    fired = []
    for batch in batches(sample(SAMPLE), FRAMES):
        seen, addresses = await arena.visit_each([raw_page(copy, p) for p in batch], fenced=True)
        burnt = {frame for frame, _ in seen.fired}
        fired += [payload for payload, address in zip(batch, addresses, strict=True) if address in burnt]
    return tuple(fired)
