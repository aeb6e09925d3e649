"""What we add to a copy is taken out again, and nothing else; names become mentions again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.discord.copies import Mentioned, restored
from adapters.discord.marks import copied_name, is_ours, name_line, note_line, without_additions
from bot.model import Message, Participant
from bot.richtext.nodes import Bold, Code, Mention, Paragraph, Text

OURS = frozenset(("1", "2"))
NAME, NOTE = name_line("Ana (shared)"), note_line("a.zip was not carried over")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Hello", "Hello"),
        (f"{NAME}\nHello", "Hello"),
        (f"{NAME}\nHello\n{NOTE}\n{NOTE}", "Hello"),
        (f"Hello\n{NOTE}", "Hello"),
        (NOTE, ""),
        (NAME, ""),
        (f"{NAME}\n{NOTE}", ""),
        ("**Ana (shared)**\nHello", "**Ana (shared)**\nHello"),
        ("Hello\n-# and more", "Hello\n-# and more"),
        (f"Hello\n{NAME}\nthere", f"Hello\n{NAME}\nthere"),
        (f"Hello\n{NOTE}\nthere", f"Hello\n{NOTE}\nthere"),
    ],
)
def test_only_what_was_said_is_left(content, said):
    assert without_additions(content) == said


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"author": None},
        {"author": {"id": "3"}, "application_id": None},
        {"author": {"id": "3"}, "id": "1"},
    ],
)
def test_what_others_posted_is_not_ours(raw):
    assert not is_ours(raw, OURS)
    assert copied_name({**raw, "content": f"{NAME}\nHello"}, OURS) == ""


def test_a_card_brings_nobodys_words():
    assert copied_name({"author": {"id": "1"}, "content": "**Ana (shared)** said"}, OURS) == ""


def mentions(*nodes):
    people = (
        Participant("p1", "Ana"),
        Participant("p2", "Ana Moreno"),
        Participant("p3", "Ana"),
        Participant("p4", ""),
    )
    message = Message("5", "1", datetime(2026, 11, 2, tzinfo=UTC), body=(Paragraph(nodes),))
    found = restored(message, people[0], Mentioned(people))
    assert found.author == "p1"
    return found.body[0].children


def test_the_longest_name_is_meant_and_no_part_of_a_word():
    found = mentions(Text("@Ana Moreno, @Ana and @Anabel @"))
    assert found == (
        Mention("person", "Ana Moreno", "p2"),
        Text(", "),
        Mention("person", "Ana", "p1"),
        Text(" and @Anabel @"),
    )


def test_names_within_marks_are_found_and_those_in_code_are_left():
    assert mentions(Bold((Text("@Ana"),)), Code("@Ana")) == (
        Bold((Mention("person", "Ana", "p1"),)),
        Code("@Ana"),
    )


def test_where_nobody_is_known_nothing_is_looked_for():
    message = Message("5", "1", datetime(2026, 11, 2, tzinfo=UTC), body=(Paragraph((Text("@Ana @"),)),))
    assert restored(message, Participant("p9", "Mei"), Mentioned(())).body == message.body
