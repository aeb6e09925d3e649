"""What people ask is read from payloads of any shape, and no payload makes the reader fail."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import parse_asked as parse
from adapters.slack.parse_asked import Page, block_of, page_in, page_of
from adapters.slack.render_views import held, hold
from adapters.slack.sharing_dialog import wish_of

KEYS = st.sampled_from(
    (
        *("actions", "view", "container", "channel", "state", "values", "user", "id", "message", "action_id"),
        *("block_id", "value", "selected_option", "text", "links", "url", "thread_ts", "ts", "type", "name"),
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, JSON, max_size=8))
def test_no_payload_makes_a_reader_fail(payload):
    for read in (parse.typed, parse.chosen, parse.click, parse.submit, parse.mentioned, parse.linked):
        read(payload)


@given(st.text())
def test_no_text_makes_a_reader_fail(text):
    page_in(text)
    page_of(text)
    parse.verb_of(text)
    parse.words_of(text)
    parse.moment_of(text)
    held(text)
    wish_of(text, "")


@given(st.sampled_from(["", "here"]), st.integers(0, 10**6), st.integers(0, 100))
def test_a_button_knows_its_page(shares, number, row):
    block = block_of(Page(shares, number), row)
    assert page_of(block) == Page(shares, number)
    assert len(block) <= 255


@pytest.mark.parametrize(
    "text", ["[]", "[1,2]", '["elsewhere",0]', '["",-1]', '["",true]', '["",1.5]', "{}", "[" * 9999]
)
def test_what_is_no_page_is_none(text):
    assert page_in(text) is None


def test_a_view_holds_one_id_and_nothing_else():
    assert held(hold("d" * 32)) == "d" * 32
    assert len(hold("d" * 32)) < 100
    assert held(json.dumps({"id": 5})) == ""


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("<@U1> share", "share", ""),
        ("<@U1|threadlink> share My title", "share", "My title"),
        ("Hey <@U1> Share, please", "share", "please"),
        ("<@U1>", "", ""),
        ("<@U1>  share  A &amp; B &lt;3 <https://example.org|here>", "share", "A & B <3 here"),
        ("no mention", "no", "mention"),
    ],
)
def test_the_words_behind_our_name_are_what_is_asked(text, word, rest):
    found = parse.mentioned({"text": text})
    assert (found.word, found.rest) == (word, rest)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("https://acme.slack.com/archives/C1AAAAAA/p1355517523000008", ""),
        ("https://acme.slack.com/archives/C1AAAAAA/p1355517523000008 Our numbers", "Our numbers"),
        ("Our numbers: <https://acme.slack.com/archives/C1AAAAAA/p1355517523000008|a link>", "Our numbers:"),
        (
            "<https://acme.slack.com/archives/C1AAAAAA/p1355517523000008?thread_ts=1.000001&amp;cid=C1> A &amp; B",
            "A & B",
        ),
    ],
)
def test_a_link_and_a_title_are_told_apart(text, title):
    assert wish_of(text, "").title == title
