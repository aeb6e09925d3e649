"""Hostile text in every field of a Slack message that takes text, and hostile shapes of one.

Run `python -m tests.bench.hostile_slack` for the slowest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from adapters.slack.parse import Found, parse
from tests.bench.hostile import LENGTH, Runs, report, row, texts
from tests.bench.table import Row


def fields(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A message with `text` in each field in turn."""
    yield "text", {"text": text}
    yield "markdown", {"blocks": [{"type": "markdown", "text": text}]}
    yield "rich text", _rich([{"type": "text", "text": text, "style": {"bold": True}}])
    yield "header", {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": text}}]}
    yield "section", {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}
    yield "attachment", {"attachments": [{"text": text}]}
    yield (
        "attachment field",
        {"attachments": [{"fields": [{"title": text[: LENGTH // 2], "value": text[LENGTH // 2 :]}]}]},
    )
    yield "unknown block", {"blocks": [{"type": "hologram", "text": text}]}
    yield "file", {"files": [{"id": "F1", "name": text, "title": text}]}
    yield "author", {"user": "U1", "username": text, "text": "a"}


def shapes() -> Iterator[tuple[str, dict[str, Any]]]:
    """As many elements as fit into the same length."""
    nested: dict[str, Any] = {"type": "divider"}
    for _ in range(800):
        nested = {"type": "container", "child_blocks": [nested]}
    yield "800 containers in each other", {"blocks": [nested]}
    for element in ({"type": "text", "text": "a"}, {"type": "emoji", "name": "x"}):
        yield f"many of {element['type']}", _rich([element] * (LENGTH // len(json.dumps(element))))
    lists = [{"type": "rich_text_list", "indent": i % 9, "elements": [{}]} for i in range(700)]
    yield "700 lists", {"blocks": [{"type": "rich_text", "elements": lists}]}
    yield (
        "1,000 buttons",
        {"blocks": [{"type": "actions", "elements": [{"type": "button", "text": "a"}] * 1000}]},
    )


def _rich(elements: list[dict[str, Any]]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": elements}
    return {"blocks": [{"type": "rich_text", "elements": [section]}]}


def runs() -> Runs:
    for name, text in texts():
        for field, raw in fields(text):
            yield f"{field}: {name}", partial(parse, raw, Found())
    for name, raw in shapes():
        yield name, partial(parse, raw, Found())


def measure() -> list[Row]:
    return [row("any field of Slack", runs())]


if __name__ == "__main__":
    report(runs())
