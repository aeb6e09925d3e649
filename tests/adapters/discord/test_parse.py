"""What a raw message becomes, beside its text: moments, answers, forwards, polls, reactions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

import pytest

from adapters.discord.parse import Found, parse, references, starter
from bot.model import MessageKind, Poll, PollOption, Reaction, ReplyTo
from bot.richtext.nodes import ChannelMention, Emoji, Mention, Paragraph, Spoiler, Text, Unsupported
from tests.adapters.discord.sources import FOUND, message, read

SENT = datetime(2026, 11, 2, 10, 20, 30, tzinfo=UTC)


def words(text: str) -> tuple[Paragraph, ...]:
    return (Paragraph((Text(text),)),)


def test_moments_are_utc_whatever_the_offset():
    found = read(timestamp="2026-11-02T12:20:30+02:00", edited_timestamp="2026-11-02T10:20:30")
    assert (found.sent_at, found.edited_at) == (SENT, SENT)
    assert found.sent_at.tzinfo is UTC


def test_a_message_without_a_moment_takes_the_one_in_its_id():
    assert read(id="175928847299117063", timestamp="soon").sent_at == datetime(
        2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC
    )


def test_pinned_and_author():
    found = read(pinned=True)
    assert (found.pinned, found.author, found.kind) == (True, "101", MessageKind.NORMAL)


@pytest.mark.parametrize("kind", [0, 19, 20, 23])
def test_messages_and_answers_to_commands_are_normal(kind):
    assert read(type=kind, content="hi").kind is MessageKind.NORMAL


@pytest.mark.parametrize(
    "kind",
    [*range(1, 13), *range(14, 19), 22, 24, 25, 26, 27, 28, 29, 31, 32, 36, 37, 38, 39, 44, 46, 13, 30, 63],
)
def test_each_known_system_type_has_words_of_its_own(kind):
    found = read(type=kind)
    assert found.kind is MessageKind.SYSTEM
    assert isinstance(found.body[0], Paragraph)


def test_what_is_not_about_the_author_has_none():
    assert read(type=14).author is None
    assert read(type=7).author == "101"


def test_system_messages_keep_what_their_sentence_does_not_say():
    assert read(type=7, content="**welcome**").body[1:] != ()
    assert read(type=24, embeds=[{"description": "spam"}]).cards


class TestReplies:
    def test_a_reply_names_and_quotes_what_it_answers(self):
        answered = message(id="7", author={"id": "102", "username": "ben"}, content="**look** at\n<#201>")
        found = read(type=19, message_reference={"message_id": "7"}, referenced_message=answered)
        assert found.reply_to == ReplyTo("7", "102", (Text("look at "), ChannelMention("general")))

    def test_an_excerpt_cuts_no_word(self):
        said = f"{'word ' * 19}Quirinus and more"
        reply = read(type=19, referenced_message={"id": "1", "content": said}).reply_to
        assert reply.excerpt == (Text(f"{'word ' * 18}word…"),)

    def test_an_excerpt_is_short_and_keeps_spoilers_closed(self):
        answered = message(id="7", content="||" + "secret " * 50 + "||")
        reply = read(type=19, message_reference={"message_id": "7"}, referenced_message=answered).reply_to
        assert reply is not None
        (spoiler,) = reply.excerpt
        assert isinstance(spoiler, Spoiler)
        assert isinstance(spoiler.children[0], Text)
        assert len(spoiler.children[0].text) <= 101
        assert spoiler.children[0].text.endswith("…")

    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"attachments": [{"id": "1", "filename": "SPOILER_a.png"}]}, "a.png"),
            ({"sticker_items": [{"id": "1", "name": "Wave"}]}, "Wave"),
            ({"embeds": [{"title": "Card"}]}, "Card"),
        ],
    )
    def test_an_answered_message_without_words_is_quoted_by_what_it_has(self, fields, name):
        reply = read(type=19, referenced_message=message(id="7", **fields)).reply_to
        assert reply == ReplyTo("7", "101", (Text(name),))

    def test_a_deleted_original_is_said_to_be(self):
        reply = read(type=19, message_reference={"message_id": "7"}, referenced_message=None).reply_to
        assert reply == ReplyTo("7", None, (Text("Original message was deleted"),))

    def test_an_original_that_was_not_sent_is_only_linked(self):
        assert read(type=19, message_reference={"message_id": "7"}).reply_to == ReplyTo("7")

    def test_a_crossposted_announcement_is_no_reply(self):
        assert read(message_reference={"type": 0, "message_id": "7"}).reply_to is None


class TestStarter:
    stub = message(id="9", type=21, message_reference={"message_id": "8"})

    def test_the_stub_gives_the_original(self):
        original = message(id="8", content="first")
        stub = {**self.stub, "referenced_message": original}
        assert starter(stub) == original
        assert parse(stub, FOUND) == parse(original, FOUND)
        assert "101" in references(stub).people

    def test_a_deleted_original_is_a_placeholder(self):
        stub = {**self.stub, "referenced_message": None}
        assert starter(stub) is None
        found = parse(stub, FOUND)
        assert (found.id, found.kind, found.body, found.author) == ("8", MessageKind.DELETED, (), None)

    def test_an_original_that_was_not_sent_is_said_to_be_missing(self):
        found = parse(self.stub, FOUND)
        assert (found.id, found.kind) == ("8", MessageKind.SYSTEM)
        assert found.body == words("The first message of this thread could not be read.")

    def test_other_messages_are_no_stubs(self):
        assert starter(message()) is None


class TestForwards:
    inner: ClassVar = {
        "content": "hello <@555>",
        "timestamp": "2026-11-02T10:20:30+00:00",
        "mentions": [{"id": "555", "username": "eve"}],
        "attachments": [{"id": "31", "filename": "a.txt", "url": "https://cdn.discordapp.com/a.txt"}],
        "embeds": [{"title": "Card", "image": {"url": "https://example.org/i.png"}}],
        "sticker_items": [{"id": "32", "name": "Wave", "format_type": 1}],
        "components": [{"type": 10, "content": "below"}],
    }
    raw = message(
        message_reference={"type": 1, "message_id": "5"},
        message_snapshots=[{"message": inner}],
        flags=1 << 14,
    )

    def test_all_of_a_forwarded_message_is_kept(self):
        found = parse(self.raw, FOUND)
        (forward,) = found.forwards
        assert forward.body == (
            Paragraph((Text("hello "), Mention("person", "eve", "555"))),
            Paragraph((Text("below"),)),
        )
        assert [one.file for one in forward.attachments] == ["31", "sticker:32"]
        assert [card.title for card in forward.cards] == [(Text("Card"),)]
        assert forward.sent_at == SENT
        assert found.reply_to is None

    def test_its_files_and_people_are_looked_up(self):
        needs = references(self.raw)
        assert {file.id for file in needs.files} == {
            "31",
            "sticker:32",
            "embed:1045178587575242772:0:0:image",
        }
        assert "555" in needs.people

    def test_a_forward_without_content_leaves_a_placeholder(self):
        (forward,) = read(message_reference={"type": 1, "message_id": "5"}).forwards
        assert forward.body == (Unsupported("forwarded message"),)


class TestPolls:
    poll: ClassVar = {
        "question": {"text": "Tea?"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "Yes", "emoji": {"name": "🍵"}}},
            {"answer_id": 2, "poll_media": {"emoji": {"id": "77", "name": "no"}}},
        ],
    }
    yes = (Emoji("tea", "🍵"), Text(" "), Text("Yes"))
    no = (Emoji("no", file="emoji:77"),)

    def test_a_running_poll_may_have_no_votes_yet(self):
        options = (PollOption(self.yes), PollOption(self.no))
        assert read(poll=self.poll).poll == Poll((Text("Tea?"),), options, closed=False)

    def test_answers_that_are_not_counted_have_none(self):
        results = {"is_finalized": True, "answer_counts": [{"id": 1, "count": 3, "me_voted": False}]}
        options = (PollOption(self.yes, 3), PollOption(self.no, 0))
        assert read(poll={**self.poll, "results": results}).poll == Poll(
            (Text("Tea?"),), options, closed=True
        )


def test_reactions_count_super_ones_and_name_their_emoji():
    found = read(
        reactions=[
            {"emoji": {"id": None, "name": "🔥"}, "count": 3, "count_details": {"burst": 1, "normal": 2}},
            {
                "emoji": {"id": "77", "name": "wave", "animated": True},
                "count_details": {"burst": 1, "normal": 1},
            },
            {"emoji": {"id": "78", "name": None}, "count": 1},
            {"emoji": {"id": None, "name": "🔥"}, "count": 0},
        ]
    )
    assert found.reactions == (
        Reaction(Emoji("fire", "🔥"), 3),
        Reaction(Emoji("wave", file="emoji:77"), 2),
        Reaction(Emoji("emoji", file="emoji:78"), 1),
    )


class TestReferences:
    raw = message(
        content="<@1> <@&2> <#3> <:e:4> `<@5>`",
        mentions=[{"id": "1", "username": "eve"}],
        reactions=[{"emoji": {"id": "6", "name": "r"}, "count": 1}],
        type=19,
        referenced_message=message(id="7", author={"id": "8", "username": "x"}, content="<@9>"),
    )

    def test_all_ids_to_look_up_are_named_and_code_names_none(self):
        needs = references(self.raw)
        assert needs.people == {"101", "1", "8", "9"}
        assert needs.channels == {"3"}
        assert needs.roles == {"2"}
        assert [file.id for file in needs.files] == ["emoji:4", "emoji:6"]

    def test_pictures_of_emoji_do_not_count_as_files(self):
        (emoji, _) = references(self.raw).files
        assert (emoji.name, emoji.locator) == ("", "https://cdn.discordapp.com/emojis/4.webp")

    def test_users_whom_the_message_lists_have_names(self):
        found = parse(self.raw, Found())
        paragraph = found.body[0]
        assert isinstance(paragraph, Paragraph)
        assert paragraph.children[0] == Mention("person", "eve", "1")

    def test_a_name_that_was_looked_up_wins(self):
        raw = message(content="<@101>", mentions=[{"id": "101", "username": "ana"}])
        assert parse(raw, FOUND).body == (Paragraph((Mention("person", "Ana", "101"),)),)

    def test_a_listed_channel_has_a_name(self):
        raw = message(content="<#3>", mention_channels=[{"id": "3", "name": "news", "type": 5}])
        assert parse(raw, Found()).body == (Paragraph((ChannelMention("news"),)),)

    def test_webhooks_are_not_looked_up(self):
        raw = message(webhook_id="11", author={"id": "11", "username": "Bridge", "bot": True})
        assert references(raw).people == frozenset()


@pytest.mark.parametrize("raw", [None, [], "x", 3, {}, {"author": None}, {"type": "x", "content": 5}])
def test_anything_parses(raw):
    found = parse(raw, Found())
    assert (found.id, found.author) == ("", "unknown-user")
    references(raw)
