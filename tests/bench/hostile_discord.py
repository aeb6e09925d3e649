"""Hostile text in every field of a Discord message that takes text.

Run `python -m tests.bench.hostile_discord` for the slowest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from adapters.discord.parse import Found, parse
from bot.model import Participant
from tests.bench.hostile import LENGTH, Runs, report, row, texts
from tests.bench.table import Row

FOUND = Found(people={"101": Participant("101", "Ana")}, channels={"201": "general"})


def fields(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A message with `text` in each field in turn."""
    half = text[: LENGTH // 2]
    yield "content", {"content": text}
    yield "embed title", {"embeds": [{"title": text}]}
    yield "embed description", {"embeds": [{"description": text}]}
    yield "embed field", {"embeds": [{"fields": [{"name": half, "value": half}]}]}
    yield "embed footer", {"embeds": [{"footer": {"text": text}, "author": {"name": text}, "url": text}]}
    yield "text display", {"flags": 1 << 15, "components": [{"type": 10, "content": text}]}
    yield "button", {"components": [{"type": 1, "components": [{"type": 2, "label": text, "url": text}]}]}
    yield "unknown component", {"components": [{"type": 99, "content": text}]}
    yield "answered message", {"type": 19, "referenced_message": {"id": "1", "content": text}}
    yield "forwarded message", {"message_snapshots": [{"message": {"content": text}}]}
    yield "poll", {"poll": {"question": {"text": text}, "answers": []}}
    yield "upload", {"attachments": [{"id": "1", "filename": text, "description": text, "url": text}]}
    yield "system message", {"type": 4, "content": text}
    yield "author", {"author": {"id": "101", "username": text}}


def runs() -> Runs:
    for name, text in texts():
        for field, raw in fields(text):
            yield f"{field}: {name}", partial(parse, raw, FOUND)


def measure() -> list[Row]:
    return [row("any field of Discord", runs())]


if __name__ == "__main__":
    report(runs())
