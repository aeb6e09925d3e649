"""Pseudonyms are unique, friendly, drawn at random, and stay with their people."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Reaction, ReplyTo
from bot.privacy.pseudonyms import assign, people
from bot.privacy.words import ADJECTIVES, ANIMALS, ORDINARY
from bot.richtext.nodes import Emoji, Mention
from tests.builders import assistant, message, paragraph, person, snapshot

KEYS = st.lists(st.text(min_size=1, max_size=12), max_size=40)


@given(KEYS, KEYS, st.randoms())
def test_everyone_gets_one_and_nobody_shares(first, second, rng):
    taken = assign(first, {}, rng.choice)
    given_ = assign(second, taken, rng.choice)
    both = taken | given_
    assert set(given_) == set(second)
    assert len(set(both.values())) == len(both)


def test_who_has_one_keeps_it():
    assert assign(["a", "b"], {"a": "Amber Heron"}, random.Random().choice)["a"] == "Amber Heron"


def test_they_come_from_the_random_source_alone():
    seeds = [random.Random(7), random.Random(7), random.Random(8)]
    one, same, other = (assign([f"{i}{n}" for n in range(9)], {}, rng.choice) for i, rng in enumerate(seeds))
    assert list(one.values()) == list(same.values()) != list(other.values())


def test_numbers_follow_when_all_pairs_are_gone():
    everyone = [str(i) for i in range(len(ADJECTIVES) * len(ANIMALS) + 3)]
    names = assign(everyone, {}, lambda several: several[0])
    assert len(set(names.values())) == len(everyone)
    assert sum(name.endswith(" 2") for name in names.values()) == 3


def test_real_names_lend_no_words():
    names = assign(map(str, range(3000)), {}, random.Random().choice, avoid=["Amber Fox", "heron"])
    assert len(names) == 3000
    assert {"Amber", "Fox", "Heron"}.isdisjoint(word for name in names.values() for word in name.split())


def test_people_are_all_but_bots_in_order_of_appearance():
    told = message(
        paragraph(Mention("person", "Zed", "U-zed"), Mention("group", "devs")),
        "U-bob",
        reply_to=ReplyTo("M0", "U-ana"),
        reactions=(Reaction(Emoji("tada", "🎉"), 2, ("U-eve", "U-robot")),),
    )
    chat = snapshot(told, people=[person("Late"), assistant("Robot")])
    assert people(chat) == ("U-bob", "U-zed", "U-ana", "U-eve", "U-late")


def test_the_words_are_many_and_plain():
    for words in (ADJECTIVES, ANIMALS):
        assert len(set(words)) == len(words) >= 60
        assert all(word.isalpha() and word.istitle() for word in words)
    assert all(word == word.casefold() and word.isalpha() for word in ORDINARY)
