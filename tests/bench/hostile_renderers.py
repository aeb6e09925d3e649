"""What the parsers make of hostile text, through every renderer.

Run `python -m tests.bench.hostile_renderers` for the slowest. With `posts`, for the slowest of what makes posts
of a turn on each platform: that happens once a turn, not for each reader, and has no limit in the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from adapters.discord import parse as discord
from adapters.discord.render_turn import FILE_LIMIT
from adapters.discord.render_turn import turn_posts as discord_posts
from adapters.playground.parse import parse_text
from adapters.playground.records import Names, Person, Post
from adapters.playground.render import Looking, Pages
from adapters.slack import parse as slack
from adapters.slack.render import turn_posts as slack_posts
from bot.platforms import Turn
from bot.richtext.markdown import markdown
from bot.richtext.nodes import Body, CodeBlock, Paragraph, text_nodes
from bot.richtext.plain import plain
from tests.bench.hostile import Runs, report, row, texts
from tests.bench.table import Row
from tests.builders import message, person
from web.render import render_message_parts
from web.richtext import html

_ANA = person("Ana")
_CHAT = Pages(render_message_parts)
_LOOKING = Looking(Person(_ANA, "ana"), {_ANA.key: Person(_ANA, "ana")})


def discord_turn(body: Body) -> object:
    return discord_posts(_turn(body), FILE_LIMIT)


def slack_turn(body: Body) -> object:
    return slack_posts(_turn(body), (), (), line=False)


def playground_post(body: Body) -> object:
    return _CHAT.posts([Post("T1", message(body, _ANA))], _LOOKING)


def _turn(body: Body) -> Turn:
    return Turn("t1", _ANA, body, message(body).sent_at)


_Renderers: TypeAlias = tuple[Callable[[Body], object], ...]
_RENDERERS: _Renderers = (html, markdown, plain)
_POSTS: _Renderers = (discord_turn, slack_turn, playground_post)


def trees(text: str) -> Iterator[tuple[str, Body]]:
    yield "as it is", (Paragraph(text_nodes(text)),)
    yield "code", (CodeBlock(text, "python"),)
    yield "Slack", slack.parse({"text": text}, slack.Found()).body
    yield "Slack Markdown", slack.parse({"blocks": [{"type": "markdown", "text": text}]}, slack.Found()).body
    yield "Discord", discord.parse({"content": text}, discord.Found()).body
    yield "playground", parse_text(text, Names({}, frozenset()))


def runs(renderers: _Renderers = _RENDERERS) -> Runs:
    for name, text in texts():
        for source, body in trees(text):
            for render in renderers:
                yield f"{render.__name__} of {source}: {name}", partial(render, body)


def measure() -> list[Row]:
    return [row("every renderer", runs())]


if __name__ == "__main__":
    report(runs(_POSTS if "posts" in sys.argv[1:] else _RENDERERS))
