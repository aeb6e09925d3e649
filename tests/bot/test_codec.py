"""The codec keeps every value and accepts nothing malformed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import codec
from bot.model import (
    Attachment,
    Choices,
    FileCopy,
    Forward,
    Header,
    LinkCard,
    Message,
    Participant,
    Poll,
    PollOption,
    Reaction,
    ReplyTo,
    Snapshot,
    Source,
)
from bot.richtext import nodes as n

MOMENT = datetime(2026, 11, 22, 14, 5, 6, 789, tzinfo=UTC)
RICH = (
    n.Heading(2, (n.Bold((n.Text("a"), n.Italic((n.Text("b"),)))),)),
    n.Paragraph((n.Mention("person", "Ana", "U1"), n.LineBreak(), n.Emoji("tada", "🎉"), n.Timestamp(-5))),
    n.List(((n.Paragraph((n.Link("https://example.org", (n.Text("x"),)),)),),), ordered=True, start=3),
    n.Table((((n.Code("c"),), ()),), header=True),
    n.Quote((n.CodeBlock("x\ny", "python"), n.Divider(), n.Subtext((n.Unsupported("k", "f"),)))),
    n.Unsupported("block"),
)
MESSAGE = Message(
    "1", "U1", MOMENT, body=RICH, edited_at=MOMENT, reply_to=ReplyTo("0", "U2", (n.Text("so"),)),
    attachments=(Attachment("f", "alt", spoiler=True),), cards=(LinkCard((n.Text("t"),), "https://example.org"),),
    reactions=(Reaction(n.Emoji("x", file="e"), 2, ("U1",)),), forwards=(Forward(RICH),),
    poll=Poll((n.Text("?"),), (PollOption((n.Text("!"),), 0),)),
)  # fmt: skip
HEADER = Header("Title", Source("Slack"), MOMENT, (Participant("U1", "Ana"),), (FileCopy("f", "a.png"),), 1)


def document() -> dict[str, Any]:
    return {**codec.to_document(HEADER), "messages": [codec.message_to_json(MESSAGE)]}


def test_messages_headers_and_choices_come_back_equal():
    assert codec.load_messages(codec.dump_messages([MESSAGE])) == (MESSAGE,)
    assert codec.load_header(codec.dump_header(HEADER)) == HEADER
    choices = Choices("t", left_out=frozenset({"2", "1"}), expires_days=7)
    assert codec.load_choices(codec.dump_choices(choices)) == choices


def test_a_document_comes_back_equal_through_json_text():
    assert codec.from_document(json.loads(json.dumps(document()))) == Snapshot(HEADER, (MESSAGE,))


def deep(levels: int) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "text", "text": "x"}
    for _ in range(levels):
        node = {"type": "bold", "children": [node]}
    return {
        **document(),
        "messages": [{**codec.message_to_json(MESSAGE), "body": [{"type": "paragraph", "children": [node]}]}],
    }


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ([], "not a Threadlink document"),
        ({**document(), "version": 99}, "version 99"),
        ({**document(), "messages": {}}, "messages: an array"),
        ({**document(), "messages": [{"id": 3}]}, r"messages\[0\].id: text"),
        ({**document(), "header": {"title": "t"}}, "header.source: a value"),
        (deep(5000), "nested too deeply"),
    ],
)
def test_what_is_malformed_is_refused_by_name(broken, says):
    with pytest.raises(codec.CodecError, match=says):
        codec.from_document(broken)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " https://x", "https:\\\\x"])
def test_a_document_cannot_bring_an_unsafe_link_in(url):
    body = [{"type": "paragraph", "children": [{"type": "link", "url": url, "children": []}]}]
    raw = {**document(), "messages": [{**codec.message_to_json(MESSAGE), "body": body}]}
    with pytest.raises(codec.CodecError, match="http, https and mailto"):
        codec.from_document(raw)


def test_defaults_are_left_out_so_that_stored_messages_stay_small():
    bare = replace(
        MESSAGE,
        body=(),
        edited_at=None,
        reply_to=None,
        attachments=(),
        cards=(),
        reactions=(),
        forwards=(),
        poll=None,
    )
    assert set(codec.message_to_json(bare)) == {"id", "author", "sent_at"}
