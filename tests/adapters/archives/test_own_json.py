"""The JSON of a shared page, read back."""

import json

import pytest

from adapters.archives.errors import ArchiveError
from adapters.archives.own_json import OwnExport, is_document
from bot.codec import message_to_json, to_document
from bot.model import FileState, ReplyTo
from bot.richtext.nodes import Emoji, Mention
from tests.builders import attach, file, message, paragraph, person, snapshot

ANA = person("Ana", key="p1", avatar="f2")
BOB = person("Bob", key="p2")


def document(shared):
    whole = to_document(shared.header) | {"messages": [message_to_json(m) for m in shared.messages]}
    return json.loads(json.dumps(whole))


def read(shared):
    return OwnExport(document(shared), "page.json").read("thread")


def test_a_shared_page_comes_back_as_it_was_told():
    shared = snapshot(message("Hello", ANA), message("Hi", BOB), people=[BOB, person("Ana", key="p1")])
    again = read(shared)
    assert again.messages == shared.messages
    assert set(again.header.participants) == set(shared.header.participants)
    assert again.header.source == shared.header.source
    assert again.header.message_count == 2


def test_files_of_a_document_are_missing_and_can_open_nothing():
    notes = file("f1", "notes.txt", blob="another-share/secret", locator="users.json", width=5, height=5)
    again = read(
        snapshot(message("Look", ANA, attachments=attach(notes)), people=[ANA], files=[notes, file("f2", "")])
    )
    [copy] = again.header.files
    assert (copy.name, copy.state, copy.reason) == ("notes.txt", FileState.MISSING, "not part of the export")
    assert (copy.blob, copy.locator, copy.width) == ("", "", None)
    assert again.header.participants[0].avatar is None


def test_people_and_files_that_nobody_described_become_unknown():
    told = message(paragraph("Hi ", Mention("person", "X", "p9"), Emoji("frob", file="f9")), "p8")
    whole = document(snapshot(told))
    whole["header"]["participants"] = []
    again = OwnExport(whole, "page.json").read("thread")
    assert {p.key: p.name for p in again.header.participants} == {"p8": "Unknown user", "p9": "Unknown user"}
    assert [f.state for f in again.header.files] == [FileState.MISSING]


def test_a_message_without_author_gets_an_unknown_one():
    again = read(snapshot(message("Hello", None)))
    assert again.messages[0].author in {p.key for p in again.header.participants}


def test_messages_are_sorted_by_time_and_counted_anew():
    shared = snapshot(
        message("One", ANA), message("Two", BOB), message("Three", ANA, reply_to=ReplyTo("M1", "p1"))
    )
    whole = document(shared)
    whole["messages"].reverse()
    whole["header"]["message_count"] = 999
    again = OwnExport(whole, "page.json").read("thread")
    assert [m.id for m in again.messages] == ["M1", "M2", "M3"]
    assert again.header.message_count == 3


def test_the_summary_says_what_is_in_it():
    [summary] = OwnExport(document(snapshot(message("Hello", ANA), title="Greetings")), "page.json").threads()
    assert (summary.id, summary.title, summary.messages, summary.people) == ("thread", "Greetings", 1, 1)


def test_another_thread_than_the_only_one_is_not_there():
    with pytest.raises(KeyError):
        OwnExport(document(snapshot(message("Hello", ANA))), "page.json").read("other")


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"version": 99}, "version 99"),
        ({"header": None}, "header"),
        ({"messages": "none"}, "messages"),
        ({"messages": [{"id": "1"}]}, "messages[0]"),
    ],
)
def test_a_document_that_is_not_well_formed_names_the_place(change, hint):
    with pytest.raises(ArchiveError) as caught:
        OwnExport(document(snapshot(message("Hello", ANA))) | change, "page.json")
    assert "page.json" in str(caught.value)
    assert hint in str(caught.value)


def test_two_messages_of_one_id_are_refused():
    with pytest.raises(ArchiveError, match="the id"):
        OwnExport(document(snapshot(message("a", ANA, id="m1"), message("b", ANA, id="m1"))), "page.json")


def test_only_our_format_is_taken_for_a_document():
    assert is_document({"format": "threadlink-snapshot"})
    assert not is_document({"format": "other"})
    assert not is_document([])
