"""A text of more marks than a person writes loses its marks where it gets too long, and never a word."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.richtext.plain import plain, plain_inline
from tests.adapters.discord.sources import read

MANY = 4_000
"""More than any limit."""


def _content(text: str) -> dict[str, Any]:
    return {"content": text}


def _description(text: str) -> dict[str, Any]:
    return {"embeds": [{"description": text}]}


def _title(text: str) -> dict[str, Any]:
    return {"embeds": [{"title": text}]}


def _display(text: str) -> dict[str, Any]:
    return {"flags": 1 << 15, "components": [{"type": 10, "content": text}]}


@pytest.mark.parametrize(
    ("message", "form", "mark"),
    [
        (_content, "**w{}** ", "Bold"),
        (_content, "w{} _a_\n", "Italic"),
        (_content, "> w{}\na\n", "Quote"),
        (_content, "# w{}\n", "Heading"),
        (_content, "`w{}`\n", "Code"),
        (_content, "```w{}``` ", "CodeBlock"),
        (_content, "||w{}|| ", "Spoiler"),
        (_content, "https://example.org/w{} ", "Link"),
        (_content, "[w{}](https://example.org) ", "Link"),
        (_content, "<@101> w{} ", "Mention"),
        (_description, "**w{}** ", "Bold"),
        (_title, "**w{}** ", "Bold"),
        (_display, "**w{}** ", "Bold"),
    ],
)
def test_words_beyond_every_limit_of_marks_stay_in_their_order(message, form, mark):
    words = [f"w{n}" for n in range(MANY)]
    found = read(**message("".join(form.format(n) for n in range(MANY))))
    shown = [plain(found.body), *(f"{plain_inline(card.title)} {plain(card.body)}" for card in found.cards)]
    assert re.findall(r"w\d+", " ".join(shown)) == words
    assert 0 < len(re.findall(rf"\b{mark}\(", repr((found.body, found.cards)))) < MANY
