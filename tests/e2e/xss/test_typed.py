"""What people type on each platform, through that platform's parser and onto the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.discord import parse as discord
from adapters.playground.parse import parse_text
from adapters.playground.records import Names
from adapters.slack import parse as slack
from bot.codec import CodecError, from_document, message_to_json, to_document
from bot.model import LinkCard, Message
from bot.richtext.nodes import Link, Paragraph, Text
from tests.builders import message, snapshot
from tests.e2e.xss import fields, pages
from tests.e2e.xss.arena import Seen
from tests.e2e.xss.payloads import batches, sample
from web.render import render_page

PER_PAGE = 150
ATTACKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "java\tscript:alert(1)",
)


def slack_message(payload: str) -> Message:
    section = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": payload},
        "fields": [{"type": "mrkdwn", "text": payload}],
    }
    elements = [
        {"type": "text", "text": payload},
        {"type": "link", "url": payload, "text": "here"},
        {"type": "link", "url": f"https://example.org/{payload}", "text": payload},
        {"type": "emoji", "name": payload, "unicode": payload},
        {"type": "date", "timestamp": 1795528800, "format": payload, "fallback": payload, "url": payload},
        {"type": payload, "text": payload},
    ]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
    return slack.parse(
        {
            "ts": "1795528800.000100",
            "username": payload,
            "text": f"{payload} <{payload}> <{payload}|here> <https://example.org/?{payload}|{payload}>",
            "attachments": [
                dict.fromkeys(
                    ("title", "title_link", "text", "pretext", "author_name", "footer", "color"), payload
                )
            ],
            "blocks": [section, rich, {"type": payload}],
        },
        slack.Found(),
    )


def slack_text(payload: str) -> Message:
    return slack.parse({"ts": "1795528800.000100", "user": "U1", "text": payload}, slack.Found())


def discord_message(payload: str) -> Message:
    embed = {
        "title": payload,
        "url": payload,
        "description": payload,
        "author": {"name": payload, "url": payload},
        "footer": {"text": payload},
        "fields": [{"name": payload, "value": payload}],
    }
    return discord.parse(
        {
            "id": "1",
            "timestamp": "2026-11-22T09:00:00+00:00",
            "author": {"id": "2", "username": payload, "global_name": payload},
            "content": f"{payload}\n[here]({payload}) <{payload}> [{payload}](https://example.org/)\n```{payload}\n{payload}```",
            "embeds": [embed],
        },
        discord.Found(),
    )


def discord_text(payload: str) -> Message:
    return discord.parse(
        {"id": "1", "timestamp": "2026-11-22T09:00:00+00:00", "content": payload}, discord.Found()
    )


def playground_text(payload: str) -> Message:
    typed = f"{payload}\n\n[here]({payload}) <{payload}> `{payload}`\n\n```{payload}\n{payload}\n```"
    names = Names({}, frozenset())
    return Message("", None, fields.AT, body=(*parse_text(payload, names), *parse_text(typed, names)))


@pytest.mark.corpus
@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("read", [slack_message, slack_text, discord_message, discord_text, playground_text])
async def test_no_payload_that_somebody_types(arena, read: Callable[[str], Message]):
    for batch in batches(sample(150), PER_PAGE):
        said = [replace(read(payload), id=f"m{i}", author=payload) for i, payload in enumerate(batch, 1)]
        page = render_page(pages.view(batch[0], said, among=batch, base=arena.base))
        assert await arena.visit(page) == Seen()


@pytest.mark.parametrize("url", ATTACKS)
@pytest.mark.parametrize("place", ["link", "card"])
def test_a_document_from_anybody_brings_no_other_scheme(url, place):
    safe = "https://example.org/"
    said = message(Paragraph((Link(safe, (Text("here"),)),)), cards=(LinkCard((Text("a card"),), safe),))
    whole = snapshot(said)
    document = to_document(whole.header)
    document["messages"] = [message_to_json(one) for one in whole.messages]
    assert from_document(document) == whole
    told = document["messages"][0]
    (told["cards"][0] if place == "card" else told["body"][0]["children"][0])["url"] = url
    with pytest.raises(CodecError):
        from_document(document)
