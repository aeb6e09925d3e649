"""Another implementation's cases mean the same here: which characters, in which formats.

Its markup is not ours, so both sides become a list of visible characters with their formats.
Mentions and emoji are one character whatever their names.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.richtext.nodes import (
    Bold,
    ChannelMention,
    Code,
    CodeBlock,
    Emoji,
    Italic,
    Link,
    Mention,
    Quote,
    Spoiler,
    Strike,
    Text,
    Underline,
)
from tests.adapters.discord.sources import text_body
from tests.corpora import corpora

FORMATS = {
    Bold: "bold",
    Italic: "italic",
    Underline: "underline",
    Strike: "strike",
    Spoiler: "spoiler",
    Link: "link",
    Quote: "quote",
}
TAGS = {
    "strong": "bold",
    "em": "italic",
    "u": "underline",
    "del": "strike",
    "a": "link",
    "code": "code",
    "blockquote": "quote",
}
OPTIONS = {"discordCallback", "discordOnly", "cssModuleNames", "escapeHTML"}
"""Of that library's own use; nothing of Discord's."""

DIFFERENCES = {
    "||||||": "a spoiler of one bar there, of two bars here: no word is in either",
    "[label](http://example.com)": "since 2023 Discord links masked links in messages too",
}
"""Input -> why it means something else here."""

Shown = list[tuple[str, frozenset[str]]]


def characters(text: str, formats: frozenset[str]) -> Shown:
    return [(char, formats) for char in text if not char.isspace()]


def ours(value: object, formats: frozenset[str] = frozenset()) -> Shown:
    if isinstance(value, tuple):
        return [shown for one in value for shown in ours(one, formats)]
    if isinstance(value, Text):
        return characters(value.text, formats)
    if isinstance(value, Code | CodeBlock):
        return characters(value.code if isinstance(value, CodeBlock) else value.text, formats | {"code"})
    if isinstance(value, Mention | ChannelMention | Emoji):
        return characters("\ufffc", formats)
    own = FORMATS.get(type(value))
    inner = [getattr(value, name) for name in ("children", "items") if hasattr(value, name)]
    return [shown for one in inner for shown in ours(one, formats | {own} if own else formats)]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown: Shown = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag == "img":
            self.shown += characters("\ufffc", self._formats())
        elif tag not in ("br", "img"):
            self._open.append(
                "mention" if "d-mention" in classes else "spoiler" if "d-spoiler" in classes else tag
            )
        if "d-mention" in classes:
            self.shown += characters("\ufffc", self._formats())

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if "mention" not in self._open:
            self.shown += characters(data, self._formats())

    def _formats(self) -> frozenset[str]:
        names = {TAGS.get(tag, tag) for tag in self._open}
        return frozenset(names & {*TAGS.values(), "spoiler"})


def theirs(html: str) -> Shown:
    page = _Page()
    page.feed(html)
    page.close()
    return page.shown


def cases() -> list[dict[str, Any]]:
    found = json.loads((corpora() / "discord-markdown-cases" / "cases.json").read_text("utf-8"))
    assert len(found) == 67
    return [case for case in found if case["op"] == "toBe" and not OPTIONS & set(case["options"] or {})]


@pytest.mark.corpus
def test_the_cases_of_another_implementation_mean_the_same():
    compared = 0
    for case in cases():
        source, embed = case["input"], (case["options"] or {}).get("embed")
        if source in DIFFERENCES and not embed:
            assert ours(text_body(source)) != theirs(case["expected"]), f"no difference any more: {source}"
        else:
            assert ours(text_body(source)) == theirs(case["expected"]), source
        compared += 1
    assert compared > 50
