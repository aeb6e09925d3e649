"""A share's card on Discord: within its limits, with one address and no preview of Discord's own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render_card import NO_PINGS, button, button_rows, card_payload, custom_id, pressed
from adapters.discord.render_escape import escape_cut, escape_line, size
from bot.reply import Action, Card, Confirm, Style
from bot.wording import closed_card
from tests.servers.discord.limits import check_message
from tests.strategies import texts

SHARE = "0123456789abcdef" * 2
URL = "https://share.example.org/share/abc"
CARD = Card(
    "How to frob",
    URL,
    ("24 messages, 3 people", "Shared by Ana · anyone with the link can read it"),
    (
        Action("Open", url=URL),
        Action("Continue", "continue", SHARE),
        Action("Revoke", "revoke", SHARE, style=Style.DANGER, confirm=Confirm("Sure?", "It ends.", "Revoke")),
    ),
)


def test_a_card_has_its_facts_and_its_buttons():
    payload = card_payload(CARD)
    (embed,) = payload["embeds"]
    assert (embed["title"], embed["url"]) == ("How to frob", URL)
    assert embed["description"].split("\n") == list(CARD.lines)
    (row,) = payload["components"]
    assert [one["label"] for one in row["components"]] == ["Open", "Continue", "Revoke"]
    assert [one["style"] for one in row["components"]] == [5, 2, 4]
    assert all(len(one.get("custom_id", "")) <= 100 for one in row["components"])


def test_an_address_that_discord_takes_nowhere_stands_in_the_text():
    here = "http://localhost:8080/share/abc"
    payload = card_payload(replace(CARD, url=here, actions=(Action("Open", url=here), *CARD.actions[1:])))
    (embed,) = payload["embeds"]
    assert "url" not in embed
    assert f"<{here}>" in embed["description"]
    assert [one["label"] for one in payload["components"][0]["components"]] == ["Continue", "Revoke"]


def test_the_address_stands_only_where_discord_draws_no_preview_of_it():
    payload = card_payload(CARD)
    assert payload["content"] == ""
    assert json.dumps(payload).count(URL) == 2  # behind the title, and in the button
    assert URL not in payload["embeds"][0]["description"]


def test_a_card_pings_nobody_when_it_is_posted_or_edited():
    loud = replace(CARD, title="@everyone <@1>", lines=("<@&2> @here",))
    assert card_payload(loud)["allowed_mentions"] == NO_PINGS == {"parse": []}


@pytest.mark.parametrize("reason", ["revoked", "expired"])
def test_a_card_whose_link_has_ended_opens_nothing(reason):
    payload = card_payload(closed_card(reason))
    assert payload["components"] == []
    assert "url" not in payload["embeds"][0]


@given(texts, st.lists(texts, max_size=4))
def test_whatever_is_in_a_card_is_shown_as_it_is_and_within_the_limits(title, lines):
    payload = card_payload(replace(CARD, title=title * 40, lines=tuple(line * 200 for line in lines)))
    check_message(payload, v2=False)
    (embed,) = payload["embeds"]
    assert size(embed["title"]) <= 256


@given(texts, st.integers(2, 60))
def test_no_cut_leaves_half_an_escape(text, most):
    line = " ".join(text.split())
    shown = escape_cut(line, most)
    assert size(shown) <= most
    if shown != escape_line(line):
        assert shown.endswith("…")
        behind = len(shown[:-1]) - len(shown[:-1].rstrip("\\"))
        assert behind % 2 == 0


def test_a_click_tells_its_verb_and_argument():
    assert pressed(custom_id("continue", SHARE)) == ("continue", SHARE)
    assert pressed(custom_id("publish", "a:b")) == ("publish", "a:b")
    assert pressed(custom_id("keep")) == ("keep", "")
    assert pressed("another:bot") is None
    assert pressed("tl:") is None


def test_what_discord_takes_in_no_button_has_none():
    assert button(Action("Open", url="https://example.org/" + "a" * 512)) is None
    assert button(Action("Go", "verb", "a" * 100)) is None
    assert button(Action("x" * 100, "verb"))["label"] == "x" * 79 + "…"
    assert button(Action("", "verb"))["label"] == "…"


def test_five_buttons_stand_in_a_row_and_five_rows_in_a_message():
    rows = button_rows([Action(str(i), "verb", str(i)) for i in range(40)])
    assert [len(row["components"]) for row in rows] == [5] * 5
