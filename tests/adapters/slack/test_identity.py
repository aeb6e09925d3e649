"""Slack's ids and addresses, in every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.identity import (
    Permalink,
    PreviewPlace,
    actor_of,
    enterprise_of,
    parse_permalink,
    parse_place,
    place_of,
    team_of,
    workspace_key,
)
from bot.model import Actor

ROOT, REPLY = "1358546515.000008", "1358546517.000023"
ADDRESS = "https://acme.slack.com/archives/C1H9RESGL/p1358546517000023"


@pytest.mark.parametrize(
    ("team", "enterprise", "key"), [("T1", None, "T1"), ("T1", "", "T1"), ("T1", "E1", "E1/T1")]
)
def test_a_workspace_is_known_by_team_and_enterprise(team, enterprise, key):
    assert workspace_key(team, enterprise) == key
    assert (team_of(key), enterprise_of(key)) == (team, enterprise or None)
    assert actor_of("U1", "Ana", team, enterprise) == Actor("slack", key, "U1", "Ana")


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        f"{ADDRESS}/",
        f"{ADDRESS}?cid=C1H9RESGL",
        f"<{ADDRESS}>",
        f"<{ADDRESS}|look at this>",
        f"share {ADDRESS} please",
        f"(as in {ADDRESS}).",
        f"“*{ADDRESS}*”",
        f"https://example.org/archives {ADDRESS}",
    ],
)
def test_a_message_s_address_is_read(text):
    assert parse_permalink(text) == Permalink("C1H9RESGL", REPLY, "", "acme.slack.com")
    assert parse_permalink(text).root == REPLY


@pytest.mark.parametrize(
    "text",
    [
        f"{ADDRESS}?thread_ts={ROOT}&cid=C1H9RESGL",
        f"{ADDRESS}?thread_ts={ROOT}&amp;cid=C1H9RESGL",
        f"{ADDRESS}?cid=C1H9RESGL&thread_ts={ROOT}",
        f"<{ADDRESS}?thread_ts={ROOT}&amp;cid=C1H9RESGL|a reply>",
    ],
)
def test_a_reply_s_address_tells_its_thread(text):
    found = parse_permalink(text)
    assert (found.ts, found.thread, found.root) == (REPLY, ROOT, ROOT)


def test_other_forms_are_read():
    assert parse_permalink(
        "https://app.slack.com/client/T024BE7LD/C024BE91L/thread/C024BE91L-1355517523.000008"
    ) == (Permalink("C024BE91L", "1355517523.000008", "1355517523.000008", "app.slack.com", "T024BE7LD"))
    assert parse_permalink("https://big.enterprise.slack.com/archives/G024/p1355517523000008").host == (
        "big.enterprise.slack.com"
    )
    short = parse_permalink("https://ghostbuster.slack.com/archives/C1H9RESGA/p135854651500008")
    assert short.ts == "135854651.500008", "Slack's own sample has a digit too few"
    assert (
        parse_permalink("https://ACME.slack.com/archives/D024BE91L/p1355517523000008").host
        == "acme.slack.com"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "share",
        "https://acme.slack.com/archives/C1H9RESGL",
        "https://acme.slack.com/archives/C1H9RESGL/p12",
        "https://acme.slack.com/archives/U1H9RESGL/p1358546517000023",
        "https://acme.slack.com/archives/C1/../p1358546517000023",
        "https://acme.slack.com/files/U1/F1/a.csv",
        "https://acme.slack.com/archives/C1H9RESGL/p1358546517000023/more",
        "https://app.slack.com/client/T024BE7LD/C024BE91L",
        "https://app.slack.com/client/T024BE7LD/C024BE91L/thread/C024BE91L",
        "https://[acme/archives/C1H9RESGL/p1358546517000023",
        "ftp://acme.slack.com/archives/C1H9RESGL/p1358546517000023",
    ],
)
def test_what_is_no_message_s_address_is_none(text):
    assert parse_permalink(text) is None


@given(st.text() | st.text("https:/.slackomC1p0<>|&?=_-", max_size=200))
def test_any_text_is_read_without_a_fault(text):
    parse_permalink(text)


def test_a_thread_that_an_address_makes_up_is_not_believed():
    assert parse_permalink(f"{ADDRESS}?thread_ts=../../etc").thread == ""


@pytest.mark.parametrize(
    ("told", "place"),
    [
        (("C1", ROOT), PreviewPlace("C1", ROOT)),
        (("C1", ROOT, "C1.1.abc", "conversations_history"), PreviewPlace("C1", ROOT)),
        (("COMPOSER", "abc-def", "u-1", "composer"), PreviewPlace(unfurl_id="u-1", source="composer")),
        (("COMPOSER", ROOT, "u-1", "composer"), PreviewPlace(unfurl_id="u-1", source="composer")),
    ],
)
def test_where_a_preview_stands_is_kept_and_found_again(told, place):
    assert parse_place(place_of(*told)) == place
