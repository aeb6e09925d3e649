"""What the parsers make of hostile text, through every renderer.

Run `python -m tests.bench.hostile_renderers` for the slowest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from adapters.discord import parse as discord
from adapters.playground.parse import parse_text
from adapters.playground.records import Names
from adapters.slack import parse as slack
from bot.richtext.markdown import markdown
from bot.richtext.nodes import Body, CodeBlock, Paragraph, text_nodes
from bot.richtext.plain import plain
from tests.bench.hostile import Runs, report, row, texts
from tests.bench.table import Row
from web.richtext import html

_RENDERERS: tuple[Callable[[Body], str], ...] = (html, markdown, plain)


def trees(text: str) -> Iterator[tuple[str, Body]]:
    yield "as it is", (Paragraph(text_nodes(text)),)
    yield "code", (CodeBlock(text, "python"),)
    yield "Slack", slack.parse({"text": text}, slack.Found()).body
    yield "Slack Markdown", slack.parse({"blocks": [{"type": "markdown", "text": text}]}, slack.Found()).body
    yield "Discord", discord.parse({"content": text}, discord.Found()).body
    yield "playground", parse_text(text, Names({}, frozenset()))


def runs() -> Runs:
    for name, text in texts():
        for source, body in trees(text):
            for render in _RENDERERS:
                yield f"{render.__name__} of {source}: {name}", partial(render, body)


def measure() -> list[Row]:
    return [row("every renderer", runs())]


if __name__ == "__main__":
    report(runs())
