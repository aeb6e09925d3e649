"""Every message in the collections of real Slack JSON parses, and every word a reader saw is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.parse import Found, parse, references
from adapters.slack.parse_attachments import quotes_a_message
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn import mrkdwn
from bot.model import Message
from bot.richtext.plain import plain, plain_inline
from tests.corpora import corpora

WORDS = frozenset(
    {"text", "title", "value", "fallback", "subtitle", "pretext", "label", "caption", "name", "alt_text"}
)
UNSEEN = {
    "confirm": "a dialog that opens on a click",
    "options": "hidden in a closed menu; open choices are checked by golden cases",
    "option_groups": "hidden in a closed menu",
    "metadata": "for programs",
    "root": "the message a broadcast answers, told elsewhere",
    "message_blocks": "a quote of another message, left out on purpose",
    "bot_profile": "the author, told by participant()",
    "user_profile": "the author, told by participant()",
    "icon": "a picture beside a title",
    "slack_icon": "a picture beside a title",
    "files": "told by file copies",
    "file": "told by file copies",
    "reactions": "told as reactions",
    "room": "who is in a huddle, told as mentions",
    "mrkdwn_in": "names of fields",
    "trigger": "what a button starts",
    "list": "a Slack list behind a chip",
    "list_records": "rows of a Slack list behind a chip",
    "list_schema": "columns of a Slack list behind a chip",
    "icons": "pictures",
    "call": "checked by a golden case: only its name and people are seen",
}
"""Keys below which nothing is looked for, with the reason."""
BLOCKS = frozenset(
    [
        "actions",
        "alert",
        "auth_provider",
        "call",
        "card",
        "carousel",
        "container",
        "context",
        "context_actions",
        "data_table",
        "data_visualization",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "markdown",
        "plan",
        "rich_text",
        "section",
        "share_shortcut",
        "table",
        "task_card",
        "video",
        "some_future_block",
    ]
)


def messages(value: Any) -> Iterator[dict[str, Any]]:
    """What is a message, or can stand in one, anywhere in a document."""
    if isinstance(value, list):
        if value and all(isinstance(one, dict) and str(one.get("type")) in BLOCKS for one in value):
            yield {"blocks": value}
        for one in value:
            yield from messages(one)
    elif isinstance(value, dict):
        if "ts" in value and ("text" in value or "blocks" in value or "attachments" in value):
            yield value
        elif isinstance(value.get("blocks"), list):
            yield {"blocks": value["blocks"]}
        elif str(value.get("type")) in BLOCKS:
            yield {"blocks": [value]}
        elif "fallback" in value:
            yield {"attachments": [value]}
        for one in value.values():
            yield from messages(one)


def visible(value: Any, inside: str = "") -> Iterator[str]:
    """The strings of a raw message that a reader of Slack saw."""
    if isinstance(value, list):
        for one in value:
            yield from visible(one, inside)
    if not isinstance(value, dict) or (inside == "attachments" and quotes_a_message(value)):
        return
    for key, one in value.items():
        if key in UNSEEN or is_hidden(key, value):
            continue
        if isinstance(one, str) and key in WORDS:
            yield one
        else:
            yield from visible(one, key)


def is_hidden(key: str, beside: dict[str, Any]) -> bool:
    """Whether what stands under `key` is not seen because of what stands beside it."""
    kind = str(beside.get("type"))
    match key:
        case "text":
            return bool(beside.get("blocks")) and isinstance(beside["text"], str)  # the twin of the blocks
        case "value":
            return "text" in beside or kind.endswith(("button", "_input"))  # what a program is told
        case "placeholder":
            return any(name.startswith("initial_") for name in beside)  # the first value stands there
        case "fallback" | "alt_text" | "name":
            return len(beside.keys() & (WORDS | {"blocks", "unicode"})) > 1 or kind in {"emoji", "icon"}
    return False


def squash(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def shown(message: Message) -> str:
    parts = [plain(message.body), *(attachment.description for attachment in message.attachments)]
    for card in message.cards:
        parts += (
            plain_inline(card.title),
            card.site,
            card.author,
            plain(card.body),
            plain_inline(card.footer),
        )
    return squash("".join(parts))


def is_shown(text: str, page: str) -> bool:
    decoded = plain(mrkdwn(text, Lookup(Found(), "")))
    return any(squash(form) in page for form in (decoded, text)) or all(
        squash(word) in page for word in decoded.split()
    )


def documents() -> Iterator[tuple[str, Any]]:
    for path in sorted(corpora().glob("slack-*/**/*.json")):
        yield path.relative_to(corpora()).as_posix(), json.loads(Path(path).read_text("utf-8"))


@pytest.mark.corpus
def test_every_object_of_every_document_parses():
    count = 0
    for _, document in documents():
        stack = [document]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                parse(value, Found())
                references(value)
                count += 1
            stack += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    assert count > 10_000


@pytest.mark.corpus
def test_no_word_is_lost():
    count, lost = 0, []
    for name, document in documents():
        for raw in messages(document):
            count += 1
            page = shown(parse(raw, Found()))
            lost += [(name, text, raw) for text in visible(raw) if squash(text) and not is_shown(text, page)]
    assert count > 300
    assert not lost
