"""What a raw Slack message says about its author, time, files, reactions, and what must be looked up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.slack.parse import Found, author_key, parse, participant, profile, references
from adapters.slack.parse_attachments import color
from bot.model import FileState, MessageKind, Participant, ParticipantKind, Reaction
from bot.richtext.nodes import Emoji
from bot.richtext.plain import plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ANA = Participant("U1ANA", "Ana")
FOUND = Found(people={"U1ANA": ANA}, emoji={"parrot": "emoji:parrot"})


@pytest.mark.parametrize(
    ("ts", "moment"),
    [
        ("1355517523.000005", datetime(2012, 12, 14, 20, 38, 43, 5, tzinfo=UTC)),
        ("1355517523", datetime(2012, 12, 14, 20, 38, 43, tzinfo=UTC)),
        (1355517523, datetime(2012, 12, 14, 20, 38, 43, tzinfo=UTC)),
        ("1355517523.1234567", datetime(2012, 12, 14, 20, 38, 43, 123456, tzinfo=UTC)),
        ("soon", EPOCH),
        ("99999999999999", EPOCH),
        ("9" * 5000, EPOCH),
        ("1.x", EPOCH),
        (None, EPOCH),
        (True, EPOCH),
    ],
)
def test_ts_is_read_to_the_microsecond_and_anything_else_is_the_epoch(ts, moment):
    assert parse({"ts": ts}, FOUND).sent_at == moment


def test_edit_time_and_pin():
    message = parse({"ts": "1.0", "edited": {"user": "U1", "ts": "2.5"}, "pinned_to": ["C1"]}, FOUND)
    assert message.edited_at == datetime(1970, 1, 1, 0, 0, 2, 500000, tzinfo=UTC)
    assert message.pinned
    assert not parse({"ts": "1.0", "pinned_to": []}, FOUND).pinned


@pytest.mark.parametrize("border", [None, 0, 1, True])
@pytest.mark.parametrize(
    "kind", ["rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list", "text", "?"]
)
def test_an_element_alone_is_read_as_it_is_among_others(kind, border):
    element = {"type": kind, "border": border, "text": "a", "elements": [{"type": "text", "text": "a\n\nb"}]}
    alone, beside_nothing = (
        {"blocks": [{"type": "rich_text", "elements": [element, *more]}]} for more in ([], [0])
    )
    assert parse(alone, FOUND).body == parse(beside_nothing, FOUND).body


@pytest.mark.parametrize(
    "key", ["attachments", "edited", "file", "files", "pinned_info", "pinned_to", "reactions"]
)
def test_what_a_message_has_none_of_changes_nothing_in_it(key):
    raw = {"ts": "1.0", "user": "U1ANA", "text": "Hello"}
    nothings: tuple[object, ...] = (None, [], {}, "")
    for nothing in nothings:
        assert parse({**raw, key: nothing}, FOUND) == parse(raw, FOUND)


def test_a_reply_answers_no_single_message():
    assert parse({"ts": "2.0", "thread_ts": "1.0", "parent_user_id": "U1"}, FOUND).reply_to is None


@pytest.mark.parametrize(
    ("raw", "key", "who"),
    [
        ({"user": "U1ANA"}, "U1ANA", None),
        (
            {"user": "U1", "user_profile": {"display_name": "ana", "real_name": "Ana Ruiz", "name": "ana.r"}},
            "U1",
            Participant("U1", "ana", aliases=("Ana Ruiz", "ana.r")),
        ),
        (
            {"user": "U1", "user_profile": {"display_name": "", "real_name": "Ana"}},
            "U1",
            Participant("U1", "Ana"),
        ),
        (
            {"user": "UB", "bot_id": "B1", "bot_profile": {"name": "Deploy"}},
            "UB",
            Participant("UB", "Deploy", ParticipantKind.BOT),
        ),
        (
            {
                "subtype": "bot_message",
                "bot_id": "B1",
                "username": "github",
                "bot_profile": {"name": "github"},
            },
            "B1",
            Participant("B1", "github", ParticipantKind.BOT),
        ),
        (
            {
                "subtype": "bot_message",
                "bot_id": "B1",
                "username": "Carla",
                "bot_profile": {"name": "Bridge"},
            },
            "B1/Carla",
            Participant("B1/Carla", "Carla"),
        ),
        ({"subtype": "bot_message", "username": "hook"}, "/hook", Participant("/hook", "hook")),
        ({"user": "U1", "username": "ana"}, "U1", None),
        ({"bot_id": "B1"}, "B1", None),
        ({"user": "USLACKBOT"}, "USLACKBOT", Participant("USLACKBOT", "Slackbot", ParticipantKind.BOT)),
        ({}, "", None),
    ],
)
def test_who_wrote_it(raw, key, who):
    assert author_key(raw) == key
    assert participant(raw) == who
    assert parse(raw, FOUND).author == (key or None)


def test_two_names_of_one_webhook_are_two_people():
    first, second = ({"subtype": "bot_message", "bot_id": "B1", "username": name} for name in ("Ana", "Ben"))
    assert author_key(first) != author_key(second)


def test_profile_prefers_the_display_name_and_keeps_the_others_as_aliases():
    raw = {
        "id": "U1",
        "name": "ana.r",
        "profile": {"display_name": "ana", "real_name": "Ana Ruiz", "email": "ana@example.org"},
    }
    assert profile(raw) == Participant("U1", "ana", aliases=("Ana Ruiz", "ana.r", "ana@example.org"))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ({"id": "U1", "name": "ana.r", "profile": {"display_name": " "}}, "ana.r"),
        ({"id": "U1", "real_name": "Ana", "name": "a"}, "Ana"),
        ({"id": "U1"}, "Unknown user"),
        ({"id": "U1", "is_bot": True}, "Unknown app"),
    ],
)
def test_profile_falls_back_and_never_shows_the_id(raw, name):
    assert profile(raw).name == name


def test_profile_of_a_bot():
    assert profile({"id": "U1", "is_bot": True, "name": "bot"}).kind is ParticipantKind.BOT


def test_references_name_all_that_parse_would_ask_for():
    needs = references(
        {
            "user": "UA1",
            "bot_id": "BA1",
            "text": "<@UB2> <#CA1> <!subteam^SA1> :own_emoji: :tada: `<@UC3>`",
            "reactions": [
                {"name": "custom", "users": ["UD4"], "count": 1},
                {"name": "+1", "users": ["UE5"], "count": 1},
            ],
            "files": [{"id": "F1", "name": "a.png", "url_private": "https://files.slack.com/a"}],
            "attachments": [{"text": "<@UF6>", "image_url": "https://example.org/i.png"}],
            "ts": "1.0",
        }
    )
    assert needs.people == {"UA1", "BA1", "UB2", "UC3", "UD4", "UE5", "UF6"}
    assert needs.channels == {"CA1"}
    assert needs.groups == {"SA1"}
    assert needs.emoji == {"own_emoji", "custom"}
    assert [file.id for file in needs.files] == ["F1", "image:1.0:1"]


def test_a_chosen_name_is_not_looked_up():
    assert references({"subtype": "bot_message", "bot_id": "B1", "username": "Ana"}).people == frozenset()


def test_a_quoted_message_is_not_even_looked_up():
    quoted = {
        "is_msg_unfurl": True,
        "text": "<@USECRET>",
        "files": [{"id": "F1"}],
        "image_url": "https://example.org/x",
    }
    needs = references({"attachments": [quoted]})
    assert not needs.people
    assert not needs.files


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ({"mode": "tombstone"}, "This file was deleted in Slack."),
        ({"mode": "hidden_by_limit"}, "Slack hides this file: the workspace is over its plan's limit."),
        ({"is_external": True, "mode": "external"}, "This file lives outside Slack."),
        ({"file_access": "access_denied"}, "Slack did not let us see this file."),
        ({"file_access": "check_file_info"}, "Slack did not let us see this file."),
        ({"mode": "quip"}, "Canvases and lists can only be opened in Slack."),
        ({"url_private": ""}, "Slack gave no address for this file."),
        ({"url_private": "file:///etc/hosts"}, "Slack gave no address for this file."),
    ],
)
def test_a_file_that_cannot_be_fetched_says_why(extra, reason):
    raw = {"id": "F1", "name": "a", "url_private": "https://files.slack.com/a", **extra}
    (file,) = references({"files": [raw]}).files
    assert (file.state, file.reason, file.locator) == (FileState.MISSING, reason, "")


def test_a_file_that_can_be_fetched():
    raw = {
        "id": "F1",
        "name": "a.png",
        "size": 9,
        "file_access": "visible",
        "url_private": "https://files.slack.com/a",
        "url_private_download": "https://files.slack.com/download/a",
    }
    (file,) = references({"files": [raw]}).files
    assert (file.state, file.name, file.size) == (FileState.PENDING, "a.png", 9)
    assert file.locator == "https://files.slack.com/download/a"


def test_pictures_of_one_message_have_ids_of_their_own():
    block = {"type": "image", "image_url": "https://example.org/cat.png", "alt_text": "x"}
    by_id = {"type": "image", "slack_file": {"id": "F9"}, "alt_text": "y"}
    local = {"type": "image", "image_url": "file:///etc/passwd", "alt_text": "z"}
    raw = {"ts": "7.5", "blocks": [block, by_id, local]}
    files = references(raw).files
    assert [(file.id, file.locator) for file in files] == [
        ("image:7.5:0", "https://example.org/cat.png"),
        ("image:7.5:1", "slack-file:F9"),
        ("image:7.5:2", ""),
    ]
    assert files[0].name == "cat.png"
    assert files[2].state is FileState.MISSING
    assert [attachment.file for attachment in parse(raw, FOUND).attachments] == [file.id for file in files]


def test_reactions_count_what_slack_counts_and_name_whom_we_know():
    raw = {
        "reactions": [
            {"name": "+1::skin-tone-2", "count": 60, "users": ["U1ANA", "U9"]},
            {"name": "parrot", "users": ["U1ANA", "U1ANA", 3]},
            {"name": "", "count": 1},
            None,
        ]
    }
    assert parse(raw, FOUND).reactions == (
        Reaction(Emoji("+1", "👍🏻"), 60, ("U1ANA",)),
        Reaction(Emoji("parrot", file="emoji:parrot"), 2, ("U1ANA",)),
    )


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [
        ("", MessageKind.NORMAL),
        ("bot_message", MessageKind.NORMAL),
        ("thread_broadcast", MessageKind.NORMAL),
        ("file_share", MessageKind.NORMAL),
        ("assistant_app_thread", MessageKind.NORMAL),
        ("hologram", MessageKind.NORMAL),
        ("channel_join", MessageKind.SYSTEM),
        ("reminder_add", MessageKind.SYSTEM),
        ("huddle_thread", MessageKind.SYSTEM),
        ("tombstone", MessageKind.DELETED),
    ],
)
def test_kind(subtype, kind):
    assert parse({"subtype": subtype, "user": "U1", "text": "x"}, FOUND).kind is kind


def test_a_broadcast_reply_is_told_once():
    raw = {"subtype": "thread_broadcast", "text": "to all", "root": {"text": "first"}}
    assert plain(parse(raw, FOUND).body) == "to all"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("good", "#2eb886"),
        ("DANGER", "#a30200"),
        ("36a64f", "#36a64f"),
        ("#ABC", "#aabbcc"),
        ("red", None),
        ("#12345", None),
        ("", None),
    ],
)
def test_card_colours(text, shown):
    assert color(text) == shown


def test_what_no_store_can_hold_is_replaced():
    assert plain(parse({"text": "a\x00b\ud800c\r\nd"}, FOUND).body) == "a\ufffdb\ufffdc\nd"


@pytest.mark.parametrize(
    ("halves", "read"),
    [
        ("\ud83d\ude00", "😀"),
        ("\ud83d\ud83d\ude00\ude00", "\ufffd😀\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("é\ud83d", "é\ufffd"),
    ],
)
def test_halves_of_a_character_are_joined_or_seen_to_be_missing(halves, read):
    assert plain(parse({"text": halves}, FOUND).body) == read
