"""Whatever the core says, Slack takes what is drawn of it; what does not fit is told, never cut in silence."""

from __future__ import annotations

import json
import os
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import words_dialog as words
from adapters.slack.parse_asked import Page
from adapters.slack.render_reply import message_blocks, message_text
from adapters.slack.render_views import (
    continue_modal,
    home_view,
    link_modal,
    preview_modal,
    said_modal,
    with_values,
    working_modal,
)
from adapters.slack.words import terms_of
from bot.reply import Action, ChoiceField, Confirm, Item, Option, Reply, Style, TextField
from bot.richtext.nodes import Paragraph, Text
from bot.wording import said
from tests.servers.slack.blocks import check_message_blocks, check_view
from tests.strategies import bodies

TERMS = terms_of("tl-")
START = words.how_to_start(TERMS, "threadlink")
MANY = settings(max_examples=300 if os.environ.get("THREADLINK_LONG") else 25)
CHARACTERS = st.sampled_from("aé漢😀*_~`<>&|\n\t \u202e\0")


def texts(most):
    """Short ones, and ones that go far beyond every limit, of every kind of character."""
    long = st.builds(
        lambda piece, times: (piece * times)[:most], st.text(CHARACTERS, min_size=1), st.integers(1, most)
    )
    return st.one_of(st.text(CHARACTERS, max_size=30), long, st.just(""))


actions = st.builds(
    Action,
    texts(300),
    st.sampled_from(["publish", "choose", "mask", "cancel", "revoke", "revoke_all", "open", "continue"]),
    st.sampled_from(["", "d" * 32, "x" * 5000]),
    st.sampled_from(["", "https://example.org/", "https://example.org/" + "a" * 4000]),
    st.sampled_from(Style),
    st.none() | st.builds(Confirm, texts(500), texts(900), texts(80), texts(80)),
)
options = st.lists(
    st.builds(Option, st.text("abcdefgh", min_size=1, max_size=9), texts(200), texts(200)),
    min_size=1,
    max_size=9,
)
choices = st.builds(
    lambda label, offered, number: ChoiceField(
        "names", label, tuple(offered), offered[number % len(offered)].value
    ),
    texts(3000),
    options.map(lambda found: list({option.value: option for option in found}.values())),
    st.integers(0, 20),
)
fields = st.tuples(st.builds(TextField, st.just("title"), texts(3000), texts(400), st.just(150)), choices)
items = st.builds(
    Item,
    texts(400),
    texts(3000),
    st.sampled_from(["", "https://example.org/share/x"]),
    st.lists(actions, max_size=3).map(tuple),
)
replies = st.builds(
    Reply,
    bodies
    | st.lists(texts(9000).map(lambda text: Paragraph((Text(" ".join(text.split())),))), max_size=40).map(
        tuple
    ),
    texts(200),
    fields | st.just(()),
    st.lists(items, max_size=40).map(tuple),
    bodies,
    st.lists(actions, max_size=8).map(tuple),
    st.booleans(),
    st.booleans(),
)


@MANY
@given(replies, st.integers(0, 50))
def test_every_message_is_one_that_slack_takes(reply, number):
    check_message_blocks(message_blocks(reply, Page("here", number)))
    assert 0 < len(message_text(reply)) <= 3000


@MANY
@given(replies, texts(4000))
def test_every_preview_is_one_that_slack_takes(reply, note):
    # A modal keeps the draft's id in its private_metadata; no id is longer than a button's value.
    ids = tuple(replace(action, argument=action.argument[:2000]) for action in reply.actions)
    reply = replace(reply, actions=ids)
    check_view(preview_modal(reply, note), "modal")
    check_view(preview_modal(with_values(reply, {"title": note, "names": "a"}), note), "modal")


@MANY
@given(replies, texts(100))
def test_every_result_is_one_that_slack_takes(reply, title):
    check_view(said_modal(reply, title), "modal")


@MANY
@given(replies, replies, st.integers(0, 50))
def test_every_home_tab_is_one_that_slack_takes(reply, note, number):
    check_view(home_view(reply, START, Page("", number), note), "home")


@MANY
@given(texts(5000), texts(200))
def test_every_question_is_one_that_slack_takes(note, title):
    check_view(link_modal(TERMS, link=title, title=title, note=note), "modal")
    check_view(continue_modal("s" * 32, channel="C1", note=note), "modal")
    check_view(working_modal(title or "…", words.CAPTURING, note or "…"), "modal")


@MANY
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=120))
def test_what_does_not_fit_into_a_message_is_told(lengths):
    """Each paragraph either stands there whole or is counted as missing."""
    lines = [f"{number}:" + "x" * length for number, length in enumerate(lengths)]
    blocks = message_blocks(said(*lines))
    shown = json.dumps(blocks)
    there = [line for line in lines if _whole(line, blocks)]
    assert there == lines[: len(there)]
    assert (len(there) == len(lines)) == ("than fit here" not in shown)


def _whole(line, blocks):
    """Whether a line stands in blocks, which may part it."""
    spoken = "".join(
        element.get("text", "")
        for block in blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        for element in part["elements"]
    )
    return line in spoken


@MANY
@given(st.integers(0, 60), st.booleans())
def test_every_row_of_a_list_stands_on_exactly_one_page(number, in_home):
    rows = tuple(
        Item(f"Thread {n}.", "x" * (n * 37 % 900), "", (Action("Revoke", "revoke", f"s{n}."),))
        for n in range(number)
    )
    reply = Reply(title="Your links", items=rows)
    drawn = [
        home_view(reply, START, Page("", n))["blocks"] if in_home else message_blocks(reply, Page("", n))
        for n in range(number // 4 + 2)
    ]
    distinct = list(dict.fromkeys(json.dumps(page) for page in drawn))
    for row in rows:
        assert sum(f'"{row.title}"' in page for page in distinct) == 1
        assert sum(f'"{row.actions[0].argument}"' in page for page in distinct) == 1
