"""Whatever JSON stands in a message, it parses, within the tree's limits, and its words stay."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.parse import Found, parse, participant, profile, references
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_markdown import markdown
from adapters.slack.parse_mrkdwn import mrkdwn
from bot.model import Message, Participant
from bot.richtext.nodes import DEPTH_LIMIT, Text
from bot.richtext.plain import plain

MANY = settings(max_examples=300 if os.environ.get("THREADLINK_LONG") else 80)

FOUND = Found(people={"U1ANA": Participant("U1ANA", "Ana")}, emoji={"parrot": "emoji:parrot"})
MARKUP = st.lists(
    st.sampled_from(
        [
            "*",
            "_",
            "~",
            "`",
            "```",
            ">",
            "&gt;",
            "&amp;",
            "\n",
            "\r",
            " ",
            ":tada:",
            ":",
            "a",
            "é",
            "<",
            ">",
            "|",
            "<@U1ANA>",
            "<https://example.org|",
            "<!date^1^{date}|x>",
            "- ",
            "1. ",
            "# ",
            "[",
            "](",
            ")",
            "![",
            "\\",
            "~~",
            "**",
            "￼",
            "| a | b |\n|---|---|\n",
            "\u202e",
            "�",
            "\x00",
            "::skin-tone-2:",
            "https://example.org",
        ]
    ),
    max_size=60,
).map("".join)
KEYS = st.sampled_from(
    [
        "type",
        "text",
        "blocks",
        "elements",
        "style",
        "bold",
        "code",
        "user_id",
        "ts",
        "user",
        "bot_id",
        "username",
        "subtype",
        "attachments",
        "files",
        "fields",
        "title",
        "value",
        "accessory",
        "indent",
        "offset",
        "border",
        "url",
        "name",
        "unicode",
        "rows",
        "cells",
        "chart",
        "segments",
        "series",
        "data",
        "label",
        "image_url",
        "slack_file",
        "id",
        "reactions",
        "users",
        "count",
        "edited",
        "pinned_to",
        "root",
        "message",
        "child_blocks",
        "tasks",
        "details",
        "sources",
        "mode",
        "size",
        "file_access",
        "from_url",
        "is_msg_unfurl",
        "message_blocks",
        "color",
        "footer",
        "actions",
        "options",
        "initial_options",
        "placeholder",
        "bot_profile",
        "user_profile",
        "room",
    ]
)
KINDS = st.sampled_from(
    [
        "rich_text",
        "rich_text_section",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
        "text",
        "link",
        "emoji",
        "user",
        "date",
        "section",
        "header",
        "context",
        "image",
        "video",
        "file",
        "card",
        "carousel",
        "container",
        "plan",
        "task_card",
        "alert",
        "data_visualization",
        "data_table",
        "table",
        "input",
        "actions",
        "button",
        "checkboxes",
        "static_select",
        "markdown",
        "mrkdwn",
        "plain_text",
        "call",
        "raw_text",
        "raw_number",
        "bullet",
        "ordered",
        "me_message",
        "channel_join",
        "tombstone",
        "message_changed",
        "hologram",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | KINDS
    | MARKUP
    | st.just("U1ANA")
    | st.text(max_size=8)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


def depth(node: object) -> int:
    """How deep nodes stand in each other below `node`, tuples not counted."""
    deepest, stack = 0, [(node, 0)]
    while stack:
        value, level = stack.pop()
        deepest = max(deepest, level)
        if isinstance(value, tuple):
            stack += ((inner, level) for inner in value)
        elif dataclasses.is_dataclass(value):
            stack += ((getattr(value, field.name), level + 1) for field in dataclasses.fields(value))
    return deepest - 1


def texts(node: object) -> list[str]:
    found, stack = [], [node]
    while stack:
        value = stack.pop()
        if isinstance(value, Text):
            found.append(value.text)
        elif isinstance(value, tuple):
            stack += value
        elif dataclasses.is_dataclass(value):
            stack += (getattr(value, field.name) for field in dataclasses.fields(value))
    return found


def check(message: Message) -> None:
    for body in (message.body, *(card.body for card in message.cards)):
        assert depth(body) <= DEPTH_LIMIT
        assert not any("\n" in text or "\r" in text or "\0" in text for text in texts(body))
    str(message).encode("utf-8")


@given(JSON)
@MANY
def test_any_json_is_a_message(raw: Any):
    check(parse(raw, FOUND))
    assert references(raw) == references(raw)


@given(st.dictionaries(KEYS, JSON, max_size=10))
@MANY
def test_any_object_is_a_message_and_its_author_has_its_key(raw: dict[str, Any]):
    message = parse(raw, FOUND)
    check(message)
    who = participant(raw)
    if who and message.author and raw.get("subtype") != "message_changed":
        assert who.key == message.author
    assert profile(raw).name
    known = {file.id for file in references(raw).files}
    assert {attachment.file for attachment in message.attachments} <= known


@given(MARKUP | st.text())
@MANY
def test_any_text_is_mrkdwn(text: str):
    message = parse({"text": text}, FOUND)
    check(message)
    assert bool(plain(message.body).strip()) or not text.strip() or not any(c.isalnum() for c in text)


@given(MARKUP | st.text())
@MANY
def test_any_text_is_markdown(text: str):
    check(parse({"blocks": [{"type": "markdown", "text": text}]}, FOUND))


@given(
    st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1),
    st.sampled_from(["{}", "*{}*", "a _{}_", "> {}", "`{}`"]),
)
def test_words_survive_any_mark(word: str, form: str):
    for parser in (mrkdwn, markdown):
        assert word in plain(parser(form.format(word), Lookup(FOUND, "1")))


def test_lists_in_quotes_in_lists_stay_within_the_depth_limit():
    item: dict[str, Any] = {
        "type": "rich_text_section",
        "elements": [
            {
                "type": "text",
                "text": "deep",
                "style": dict.fromkeys(["bold", "italic", "strike", "underline"], True),
            }
        ],
    }
    for _ in range(200):
        item = {"type": "rich_text_list", "border": 1, "elements": [item]}
    run = [
        {
            "type": "rich_text_list",
            "indent": i,
            "border": 1,
            "elements": [{"type": "rich_text_section", "elements": []}],
        }
        for i in range(50)
    ]
    raw = {"blocks": [{"type": "rich_text", "elements": [*run, {**item, "indent": 60}]}]}
    body = parse(raw, FOUND).body
    assert depth(body) <= DEPTH_LIMIT
    assert "deep" in plain(body)


def test_blocks_nested_a_thousand_deep_keep_their_words():
    raw: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "deep"}}
    for _ in range(1000):
        raw = {"type": "container", "child_blocks": [raw]}
    assert plain(parse({"blocks": [raw]}, FOUND).body) == "deep"


def test_quotes_nested_in_markdown_stay_within_the_depth_limit():
    body = parse({"blocks": [{"type": "markdown", "text": "> - " * 500 + "**_~~deep~~_**"}]}, FOUND).body
    assert depth(body) <= DEPTH_LIMIT
    assert "deep" in plain(body)
