"""What is parsed before anything is looked up is kept only where looking up changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.parse import Found, holds, parse, parse_noting, references
from bot.model import Participant
from tests.adapters.discord.sources import FOUND, message
from tests.adapters.discord.test_any_input import MARKUP
from tests.adapters.discord.test_corpora import documents, objects

ANA, OTHER = {"id": "101", "username": "Ana"}, {"id": "101", "username": "Ana Moreno"}


def found_for(raw: dict[str, Any], names: dict[str, str]) -> Found:
    """All that is needed; people under other names than the message gives them, but for `names`."""
    needs = references(raw)
    people = {key: Participant(key, names.get(key) or f"another {key}") for key in needs.people}
    return Found(people, dict.fromkeys(needs.channels, "a-channel"), dict.fromkeys(needs.roles, "a role"))


def kept(raw: dict[str, Any], *founds: Found) -> int:
    """With how many of what was found the early message may stay; it has to be what `parse` gives."""
    early, needs, guesses = parse_noting(raw)
    assert needs == references(raw)
    founds = (*founds, Found(), found_for(raw, {}), found_for(raw, dict(guesses or {})))
    held = [found for found in founds if holds(guesses, found)]
    assert all(parse(raw, found) == early for found in held)
    return len(held)


@pytest.mark.corpus
def test_in_the_corpora_an_early_message_is_kept_only_if_it_is_what_is_parsed_with_all_names():
    assert sum(kept(raw) for _, document in documents() for raw in objects(document)) > 1000


@given(MARKUP, st.sampled_from([[], [ANA], [OTHER]]), st.sampled_from([[], [ANA], [OTHER]]))
def test_of_any_text_an_early_message_is_kept_only_if_it_is_what_is_parsed_with_all_names(
    text, listed, forwarded
):
    forwards = [{"message": {"content": text, "mentions": forwarded}}]
    kept(message(content=text, mentions=listed), FOUND)
    kept(message(content=text, mentions=listed, message_snapshots=forwards), FOUND)


def test_a_name_that_the_message_tells_itself_is_kept_until_somebody_has_another():
    told = message(content="<@101>, look", mentions=[ANA])
    assert holds(parse_noting(told)[2], FOUND)
    assert not holds(parse_noting(told)[2], Found({"101": Participant("101", "Ana M.")}))


def test_a_name_that_only_a_forward_tells_is_looked_up_for_the_words_before_it():
    forward = {"message": {"content": "<@101>", "mentions": [ANA]}}
    told = message(content="<@101>, look", message_snapshots=[forward])
    assert not holds(parse_noting(told)[2], FOUND)
