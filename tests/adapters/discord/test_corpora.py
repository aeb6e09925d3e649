"""Real Discord JSON that others collected parses, and every word a reader saw is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.discord.parse import Found, parse, participant, references
from bot.model import LinkCard, Message
from bot.richtext.plain import plain, plain_inline
from tests.corpora import corpora

pytestmark = pytest.mark.corpus

SHOWN_IN = {
    "content": str,
    "embeds": list,
    "components": list,
    "attachments": list,
    "poll": dict,
    "message_snapshots": list,
    "sticker_items": list,
}
"""What of a message has words, and the shape it has in a message."""

WORDS = frozenset({"content", "title", "description", "label", "placeholder", "text", "filename"})
NAMED = ("author", "provider", "fields", "sticker_items")
"""Where a "name" is shown; elsewhere it is one for programs."""
UNSEEN = {
    "custom_id": "for programs",
    "emoji": "told as emoji",
    "footer_icon": "a picture",
    "referenced_message": "the answered message, told by its excerpt",
    "interaction": "which command was answered",
    "interaction_metadata": "which command was answered",
}


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Every object in `value`, itself included."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


def documents() -> Iterator[tuple[str, object]]:
    for example in json.loads((corpora() / "discord-docs-json" / "examples.json").read_text("utf-8")):
        yield example["file"], example["json"]
    for folder in ("discord-remora-samples", "discord-dce-example-export"):
        for path in sorted((corpora() / folder).rglob("*.json")):
            yield path.name, json.loads(path.read_text("utf-8-sig"))


def seen_words(raw: object, parent: str = "") -> Iterator[str]:
    """Every text that Discord would show of a message."""
    if isinstance(raw, list):
        for inner in raw:
            yield from seen_words(inner, parent)
    if not isinstance(raw, dict):
        return
    for key, value in raw.items():
        if isinstance(value, str) and (key in WORDS or (key in ("name", "value") and parent in NAMED)):
            yield value
        elif key not in UNSEEN:
            yield from seen_words(value, key)


def card_text(card: LinkCard) -> str:
    return "\n".join(
        (plain_inline(card.title), card.author, card.site, plain(card.body), plain_inline(card.footer))
    )


def shown_text(raw: dict[str, Any], found: Message) -> str:
    """All that is kept of a message, as plain text."""
    forwards = [text for one in found.forwards for text in (plain(one.body), *map(card_text, one.cards))]
    attachments = [
        a.description for a in (*found.attachments, *(a for f in found.forwards for a in f.attachments))
    ]
    poll = [found.poll.question, *(option.text for option in found.poll.options)] if found.poll else []
    names = [file.name for file in references(raw).files]
    return "\n".join(
        [
            plain(found.body),
            *map(card_text, found.cards),
            *forwards,
            *attachments,
            *map(plain_inline, poll),
            *names,
        ]
    )


def letters(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"<[@#:/at][^>]*>|```\w+\n", " ", text))


def test_every_object_parses_and_no_word_is_lost():
    read = 0
    for name, document in documents():
        for raw in objects(document):
            found = parse(raw, Found())
            participant(raw)
            parts = {key: raw[key] for key, shape in SHOWN_IN.items() if isinstance(raw.get(key), shape)}
            read += bool(parts)
            shown = set(letters(shown_text(raw, found)))
            wanted = [word for text in seen_words(parts) for word in letters(text)]
            assert set(wanted) <= shown, f"{name}: {raw}"
    assert read > 100


def test_each_official_message_example_has_a_body_or_a_card():
    examples = [raw for name, raw in documents() if name.endswith((".mdx", ".md"))]
    layouts = [raw for raw in examples if isinstance(raw, dict) and raw.get("flags") == 1 << 15]
    assert len(layouts) > 10
    for raw in layouts:
        found = parse(raw, Found())
        assert found.body or found.attachments, raw
