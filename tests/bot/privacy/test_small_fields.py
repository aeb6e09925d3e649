"""Places, emoji and ids tell no reader who or where somebody is, in the smallest fields either."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cli.patterns import PATTERNS
from bot.model import Choices, FileState, Forward, MessageKind, Names, Reaction, Snapshot, Source
from bot.privacy.pseudonyms import assign, people
from bot.privacy.publish import publishable
from bot.richtext.nodes import Bold, ChannelMention, Emoji, Mention, Text, Unsupported
from bot.richtext.plain import plain
from tests.builders import START, assistant, attach, file, message, paragraph, person, snapshot

ANA = person("Ana Lima", key="U0ANA0001", aliases=("analima", "ana.lima@acme.example"))
BOB = person("Bob", key="U0BOB0002")
PEOPLE = (ANA, BOB)


def published(chat: Snapshot, title: str = "A thread") -> Snapshot:
    given_ = assign(people(chat), {}, random.Random(1).choice)
    return publishable(chat, Choices(title, Names.PSEUDONYMS), given_, PATTERNS)


@pytest.mark.parametrize("title", ["project-falcon", "#Project-Falcon", " project-falcon "])
def test_a_title_that_is_only_the_channels_name_goes(title):
    chat = snapshot(message("x", ANA), people=PEOPLE, source=Source("Discord", "Acme", "project-falcon"))
    shown = published(chat, title=title)
    assert shown.header.title == "A conversation"


def test_places_whose_names_are_no_words_are_replaced_in_texts():
    places = Source("Slack", "Acme Research", "project-falcon")
    chat = snapshot(
        message("Acme Research starts project-falcon, research goes on", ANA), people=PEOPLE, source=places
    )
    shown = published(chat, title="At Acme Research")
    assert shown.messages[0].body == (paragraph("a workspace starts a-channel, research goes on"),)
    assert shown.header.title == "At a workspace"


@pytest.mark.parametrize(
    ("workspace", "written", "shown"),
    [
        (
            "Acme",
            "acme's ACME plan, at acme.example",
            "a workspace's a workspace plan, at a workspace.example",
        ),
        ("The Acme Inc.", "Acme, of the Acme Inc. I know", "a workspace, of a workspace. I know"),
        ("Acme Slack", "in Acme", "in a workspace"),
        ("Apple", "the apple for the Apple workspace", "the apple for a workspace"),
        ("Apple", "Apple Slack", "a workspace"),
        ("HP", "HP or hp", "a workspace or hp"),
        ("The Community Server", "the community server of a community", "a workspace of a community"),
    ],
)
def test_the_name_of_a_workspace_goes_where_it_cannot_be_mistaken(workspace, written, shown):
    chat = snapshot(message(written, ANA), people=PEOPLE, source=Source("Slack", workspace, "general"))
    assert published(chat).messages[0].body == (paragraph(shown),)


def test_the_name_of_a_group_goes_after_at_and_where_it_is_no_word():
    said = paragraph(
        Mention("group", "backend-team"), " ", Mention("group", "leads"), " backend-team @leads leads"
    )
    shown = published(snapshot(message(said, ANA), people=PEOPLE))
    assert plain(shown.messages[0].body) == "@a group @a group a group @a group leads"


def test_who_is_only_talked_about_is_not_named_either():
    zoe = person("Zoë Zulu", key="U0ZOE0009", aliases=("zulu.z",))
    chat = snapshot(message("Zoë (zulu.z, U0ZOE0009) told Ana", ANA), people=PEOPLE)
    chat = replace(chat, header=replace(chat.header, bystanders=(zoe, ANA, assistant("Told"))))
    shown = publishable(chat, Choices("Zoe's idea"), {ANA.key: "P1", BOB.key: "P2"}, PATTERNS)
    assert shown.messages[0].body == (paragraph("someone (someone, someone) told P1"),)
    assert (shown.header.title, shown.header.bystanders) == ("someone's idea", ())
    assert [p.name for p in shown.header.participants] == ["P1"]


def test_a_name_that_runs_into_another_form_is_found_and_so_is_one_in_two_forms():
    said = paragraph(
        "Ana", Bold((Text("lyst"),)), " ana", Bold((Text("lima"),)), "'s ", Bold((Text("Bo"),)), "b"
    )
    shown = publishable(
        snapshot(message(said, ANA), people=PEOPLE), Choices("T"), {ANA.key: "P1", BOB.key: "P2"}, PATTERNS
    )
    assert plain(shown.messages[0].body) == "P1lyst P1's P2"


def test_the_old_name_of_a_channel_goes_too():
    renamed = paragraph(
        "renamed the channel from ", ChannelMention("old-plans"), " to ", ChannelMention("falcon")
    )
    chat = snapshot(
        message(renamed, ANA, kind=MessageKind.SYSTEM),
        message("as said in old-plans and #Falcon", ANA),
        people=PEOPLE,
    )
    assert "old-plans" not in repr(published(chat))
    assert published(chat).messages[1].body == (paragraph("as said in a-channel and #a-channel"),)


def test_emoji_and_kinds_named_after_somebody_are_called_neutrally():
    dance, wave = Emoji("analimadance", None, "emoji:1"), Emoji("ana_wave", "👋")
    chat = snapshot(
        message([paragraph(dance, Unsupported("ana_lima_block", "x"))], ANA, reactions=(Reaction(wave, 1),)),
        people=PEOPLE,
        files=[file("emoji:1", "")],
    )
    shown = publishable(chat, Choices("T"), {ANA.key: "P1", BOB.key: "P2"}, PATTERNS)
    assert shown.messages[0].body == (paragraph(Emoji("emoji"), Unsupported("P1_block", "x")),)
    assert shown.messages[0].reactions == (Reaction(Emoji("emoji", "👋"), 1),)
    assert shown.header.files == ()


def test_the_reason_why_a_file_is_missing_tells_no_name():
    lost = file("F1", "plan.pdf", state=FileState.MISSING, reason="Ana Lima deleted it")
    shown = published(snapshot(message("x", ANA, attachments=attach(lost)), people=PEOPLE, files=[lost]))
    assert "Ana" not in shown.header.files[0].reason


def test_no_moment_is_fine_enough_to_be_the_id_of_a_message():
    at = START + timedelta(microseconds=123_456)
    chat = snapshot(
        message("x", ANA, sent_at=at, edited_at=at, forwards=(Forward(sent_at=at),)), people=PEOPLE
    )
    [shown] = published(chat).messages
    assert (shown.sent_at, shown.edited_at, shown.forwards[0].sent_at) == (START, START, START)


def test_an_id_of_letters_only_is_found_in_plain_text():
    eve = person("Eve", key="UABCDEFGHIJ")
    shown = published(snapshot(message("by UABCDEFGHIJ", eve), people=[eve]))
    assert "UABC" not in repr(shown)
