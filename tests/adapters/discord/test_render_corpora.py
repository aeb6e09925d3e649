"""What others recorded of Discord and Slack is drawn on Discord without losing a word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.discord.parse import Found, parse
from adapters.discord.render import POST_LIMIT, render
from adapters.discord.render_escape import size
from tests.adapters.discord.sources import text_body
from tests.adapters.discord.test_corpora import documents, objects
from tests.adapters.discord.test_render import marked, parsed, said
from tests.corpora import corpora
from tests.golden import SOURCES, load, resolve


@pytest.mark.corpus
def test_every_recorded_message_is_drawn_whole():
    drawn = 0
    for _, document in documents():
        for raw in objects(document):
            body = parse(raw, Found()).body
            posts = render(body)
            assert all(size(post) <= POST_LIMIT for post in posts)
            assert said(parsed(posts)) == said(body)
            drawn += bool(posts)
    assert drawn > 100


@pytest.mark.corpus
def test_the_cases_of_another_implementation_mean_the_same_once_they_were_drawn():
    cases = json.loads((corpora() / "discord-markdown-cases" / "cases.json").read_text("utf-8"))
    bodies = [text_body(case["input"]) for case in cases]
    assert len(bodies) > 50
    for body in bodies:
        assert marked(parsed(render(body))) == marked(body)


@pytest.mark.parametrize("source", SOURCES)
def test_every_golden_case_is_drawn_whole(source):
    read = resolve(SOURCES[source])
    cases = load(source)
    assert read
    assert cases
    for case in cases:
        body: Any = read(case.values[source])
        ignored = "|-+" if "Table(" in repr(body) else ""
        assert said(parsed(render(body)), ignored) == said(body, ignored), case.title
