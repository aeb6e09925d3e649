"""A text of more marks than a person writes loses its marks where it gets too long, and never a word."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters.slack.parse import Found, parse
from bot.richtext.plain import plain

MANY = 4_000
"""More than any limit."""


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"text": text}


def _markdown(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "markdown", "text": text}]}


def _header(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": text}}]}


def _rich(text: str) -> dict[str, Any]:
    """Each word a bold piece of its own, what parts them another."""
    pieces = [
        {"type": "text", "text": piece, "style": {"bold": piece != " "}} for piece in re.split("( )", text)
    ]
    section = {"type": "rich_text_section", "elements": pieces}
    return {"blocks": [{"type": "rich_text", "elements": [section]}]}


@pytest.mark.parametrize(
    ("message", "form", "mark"),
    [
        (_mrkdwn, "*w{}* ", "Bold"),
        (_mrkdwn, "w{} _a_\n", "Italic"),
        (_mrkdwn, "> w{}\n\n", "Quote"),
        (_mrkdwn, "`w{}`\n", "Code"),
        (_mrkdwn, "```w{}``` ", "CodeBlock"),
        (_mrkdwn, "<https://example.org|w{}> ", "Link"),
        (_mrkdwn, "<https://example.org|*w{}*> ", "Bold"),
        (_mrkdwn, ":+1: w{} ", "Emoji"),
        (_header, ":+1: w{} ", "Emoji"),
        (_markdown, "*w{}* ", "Italic"),
        (_markdown, "- w{}\n", "List"),
        (_markdown, "# w{}\n", "Heading"),
        (_markdown, "```\nw{}\n```\n", "CodeBlock"),
        (_markdown, "|w{}|\n|-|\n\n", "Table"),
        (_rich, "w{} ", "Bold"),
    ],
)
def test_words_beyond_every_limit_of_marks_stay_in_their_order(message, form, mark):
    words = [f"w{n}" for n in range(MANY)]
    body = parse(message("".join(form.format(n) for n in range(MANY))), Found()).body
    assert re.findall(r"w\d+", plain(body)) == words
    assert 0 < len(re.findall(rf"\b{mark}\(", repr(body))) < MANY
