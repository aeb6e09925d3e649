"""Whatever JSON stands in a message, it parses, within the tree's limits, and its words stay."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.parse import Found, avatar_file, parse, participant, references, starter
from bot.model import Message, Participant
from bot.richtext.nodes import DEPTH_LIMIT, LineBreak, Text
from bot.richtext.plain import plain
from tests.adapters.discord.sources import FOUND, message, read

MARKS = [
    "*", "**", "***", "****", "_", "__", "___", "~~", "||", "|", "`", "``", "```", "\\", "\n", "\r", " ", "  ", "a", "é", "1",
    "> ", ">>> ", "# ", "-# ", "- ", "1. ", "[", "]", "](", "(", ")", "<", ">", "https://example.org", "://", "<@101>", "<#201>",
    "<@&301>", "<:e:1>", "<t:1:R>", "</a b:1>", "<id:guide>", "@everyone", '"', "\x00", "\x01", "\ud800", "\u202e", "¯\\_(ツ)_/¯",
]  # fmt: skip
MARKUP = st.lists(st.sampled_from(MARKS), max_size=60).map("".join)
TEXT = MARKUP | st.text(max_size=80)

KEYS = [
    "id", "type", "content", "author", "timestamp", "flags", "attachments", "embeds", "mentions", "components", "poll", "results",
    "answers", "answer_counts", "question", "poll_media", "text", "emoji", "reactions", "count", "message_reference", "message_id",
    "referenced_message", "message_snapshots", "message", "sticker_items", "format_type", "name", "filename", "url", "proxy_url",
    "media", "items", "accessory", "label", "style", "options", "placeholder", "title", "description", "fields", "value", "footer",
    "image", "thumbnail", "video", "provider", "color", "width", "size", "webhook_id", "username", "avatar", "spoiler", "call",
    "ended_timestamp", "duration_secs", "role_subscription_data", "purchase_notification", "activity", "mention_channels", "file",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from(["101", "2026-11-02T10:20:30Z"])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES | st.integers(0, 70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=30,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=10)


def depth(value: object) -> int:
    """How deep nodes nest in `value`."""
    if isinstance(value, tuple):
        return max(map(depth, value), default=0)
    if not dataclasses.is_dataclass(value):
        return 0
    return 1 + max((depth(getattr(value, field.name)) for field in dataclasses.fields(value)), default=0)


def texts(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    if isinstance(value, Text):
        return [value.text]
    if not dataclasses.is_dataclass(value) or isinstance(value, LineBreak):
        return []
    return [text for field in dataclasses.fields(value) for text in texts(getattr(value, field.name))]


def check(found: Message) -> None:
    """What holds for every message."""
    assert depth(found.body) <= DEPTH_LIMIT
    for text in texts((found.body, found.cards, found.forwards, found.reply_to, found.poll)):
        assert text
        assert not set(text) & set("\n\r\x00\x01")
        text.encode()


@given(TEXT)
def test_any_text_parses_within_the_limits(text):
    check(read(content=text, embeds=[{"title": text, "description": text}]))


@given(TEXT)
def test_letters_and_digits_are_never_lost(text):
    """Marks, ids and languages of code may go; what is left are the words in their order."""
    words = "".join(c for c in text if c.isalpha() and not c.isascii())
    shown = plain(read(content=text).body)
    assert "".join(c for c in shown if c.isalpha() and not c.isascii()) == words


@given(OBJECTS)
def test_any_json_parses(raw):
    needs = references(raw)
    check(parse(raw, Found()))
    participant(raw)
    avatar_file(raw)
    starter(raw)
    assert all(file.id for file in needs.files)


@given(OBJECTS, st.sampled_from([0, 1, 2, 3, 8, 19, 21, 25, 44, 46]))
def test_any_json_in_a_message_parses(raw, kind):
    check(parse({**message(), **raw, "type": kind}, FOUND))


@given(OBJECTS)
def test_what_is_shown_was_asked_for(raw):
    """Every file and person that a message shows stands in its references."""
    needs = references(raw)
    people = {key: Participant(key, "Somebody") for key in needs.people}
    found = parse(raw, Found(people=people))
    known = {file.id for file in needs.files}
    assert {one.file for one in found.attachments} <= known
    assert {card.image for card in found.cards if card.image} <= known


def test_the_deepest_text_stays_within_the_limit():
    lists = "\n".join("> " + "  " * depth_ + "- " + "***a ___b ~~c ||d **e __f" for depth_ in range(60))
    marks = (
        "***a ___b ~~c ||d [e **f __g ****h ____i `j` ____ **** __ ** ](https://example.org) || ~~ ___ ***"
    )
    nested = "\n".join("> " + "  " * depth_ + "- " + marks for depth_ in range(60))
    box = {"type": 10, "content": nested}
    for _ in range(40):
        box = {"type": 17, "spoiler": True, "components": [box]}
    for fields in ({"content": lists}, {"content": nested}, {"components": [box]}):
        check(read(**fields))


def test_no_text_is_longer_than_the_marks_that_are_read():
    text = "**a** " * 5000 + "the end"
    shown = plain(read(content=text).body)
    assert shown.startswith("a a a")
    assert shown.endswith("**a** the end")
