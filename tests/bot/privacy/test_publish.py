"""What is published holds nothing that its sharer did not mean to publish."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest

from bot.cli.patterns import PATTERNS
from bot.model import Attachment, Choices, FileState, LinkCard, Names, Reaction, ReplyTo, Snapshot, Source
from bot.privacy.masking import MASK
from bot.privacy.pseudonyms import assign, people
from bot.privacy.publish import NOT_COPIED, digest, publishable
from bot.richtext.nodes import (
    Bold,
    ChannelMention,
    Code,
    Emoji,
    LineBreak,
    Link,
    Mention,
    Text,
    make_link,
    text_nodes,
)
from tests.bot.privacy.samples import pem, sample
from tests.builders import START, assistant, attach, deleted, file, message, paragraph, person, snapshot

ANA = person(
    "Ana Lima", key="U0ANA0001", aliases=("analima", "ana.lima@acme.example"), avatar="avatar:U0ANA0001"
)
BOB = person("Bob", key="U0BOB0002")
HELPER = assistant("Helper", key="B0HELP003", avatar="avatar:B0HELP003")
PEOPLE = (ANA, BOB, HELPER)


def published(
    chat: Snapshot, names: Names = Names.PSEUDONYMS, title: str = "A thread", **choices
) -> Snapshot:
    given_ = assign(people(chat), {}, random.Random(1).choice)
    return publishable(chat, Choices(title, names, **choices), given_, PATTERNS)


# --- leaving out -----------------------------------------------------------------------------


def test_a_message_left_out_leaves_nothing_behind():
    secret_file = file("F1", "plan.pdf")
    chat = snapshot(
        message("xyzzy plan", BOB, id="M1", attachments=attach(secret_file)),
        message("answer", ANA, id="M2", reply_to=ReplyTo("M1", BOB.key, (Text("xyzzy"),))),
        people=PEOPLE,
        files=[secret_file],
    )
    shown = published(chat, Names.REAL, left_out=frozenset({"M1"}))
    assert [m.id for m in shown.messages] == ["m1"]
    assert shown.messages[0].reply_to is None
    assert (shown.header.files, [p.name for p in shown.header.participants]) == ((), ["Ana Lima"])
    for trace in ("xyzzy", "plan", "Bob"):
        assert trace not in repr(shown)


def test_counts_and_moments_are_those_of_what_stays():
    chat = snapshot(*(message(str(i)) for i in range(5)))
    header = published(chat, left_out=frozenset({"M1", "M5"})).header
    assert header.message_count == 3
    assert (header.first_at, header.last_at) == (START + timedelta(minutes=1), START + timedelta(minutes=3))


def test_everything_can_be_left_out():
    shown = published(snapshot(message("x")), left_out=frozenset({"M1"}))
    assert (shown.messages, shown.header.first_at, shown.header.participants) == ((), None, ())


# --- masking ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        lambda token: paragraph(f"use {token} now"),
        lambda token: paragraph("use ", token[:7], Bold((Text(token[7:20]), Code(token[20:]))), " now"),
        lambda token: paragraph("use ", Link(f"https://example.org/?t={token}", (Text("this"),)), " now"),
        lambda token: paragraph(
            "use ", Link(f"https://e.org/{token}", (Text(f"https://e.org/{token}"),)), " now"
        ),
        lambda token: paragraph(Mention("person", token, "U1"), Emoji(token, None, "emoji:1")),
    ],
)
def test_a_masked_secret_is_gone_wherever_its_letters_stood(body):
    token = sample("github", random.Random())[1]
    shown = published(snapshot(message(body(token))), Names.REAL, masked=frozenset({"M1:1", "M1:2"}))
    assert token[:14] not in repr(shown)
    assert token[7:16] not in repr(shown)
    assert MASK in repr(shown) or "this" in repr(shown)


def test_the_mask_tells_nothing_of_the_length():
    rng = random.Random()
    chat = snapshot(message(sample("npm", rng)[1]), message(sample("anthropic", rng)[1]))
    shown = published(chat, masked=frozenset({"M1:1", "M2:1"}))
    assert shown.messages[0].body == shown.messages[1].body == (paragraph(MASK),)


def test_a_private_key_in_many_lines_is_masked_as_one():
    chat = snapshot(
        message(paragraph("key:", LineBreak(), *text_nodes(pem(random.Random())), LineBreak(), "bye"))
    )
    shown = published(chat, masked=frozenset({"M1:1"}))
    assert shown.messages[0].body == (paragraph(f"key:\n{MASK}\nbye"),)


def test_only_what_was_chosen_is_masked():
    first, second = (sample("gitlab", random.Random())[1] for _ in range(2))
    chat = snapshot(message(f"{first} {second}"))
    shown = published(chat, masked=frozenset({"M1:2"}), acknowledged=frozenset({"M1:1"}))
    assert shown.messages[0].body == (paragraph(f"{first} {MASK}"),)


def test_replies_do_not_quote_what_was_masked():
    token = sample("gitlab", random.Random())[1]
    quote = ReplyTo("M1", "U-ana", (Text(token[:12]),))
    shown = published(
        snapshot(message(token), message("thanks", "U-bob", reply_to=quote)), masked=frozenset({"M1:1"})
    )
    assert shown.messages[1].reply_to == ReplyTo("m1", "p1", ())


# --- keys ------------------------------------------------------------------------------------


def test_everything_gets_new_keys_in_the_order_in_which_it_appears():
    one, two, icon = file("F9", "one.txt"), file("F3", "two.txt"), file("emoji:party", "party")
    chat = snapshot(
        message(paragraph(Emoji("party", None, "emoji:party")), BOB, attachments=attach(two)),
        message(
            "y",
            ANA,
            reply_to=ReplyTo("M1", BOB.key),
            attachments=attach(one),
            reactions=(Reaction(Emoji("a", "b"), 2, (ANA.key, "U9")),),
        ),
        people=PEOPLE,
        files=[
            one,
            two,
            icon,
            file("F-unused", "unused.txt"),
            file("avatar:U0ANA0001", "ana.png"),
            file("avatar:B0HELP003"),
        ],
    )
    shown = published(chat, Names.REAL)
    assert [(p.key, p.name, p.avatar) for p in shown.header.participants] == [
        ("p1", "Bob", None),
        ("p2", "Ana Lima", "f4"),
    ]
    assert [(f.id, f.name) for f in shown.header.files] == [
        ("f1", ""),
        ("f2", "two.txt"),
        ("f3", "one.txt"),
        ("f4", ""),
    ]
    second = shown.messages[1]
    assert (second.id, second.author, second.reply_to) == ("m2", "p2", ReplyTo("m1", "p1"))
    assert second.reactions[0].people == ("p2",)
    assert shown.header.file_count == 2


def test_a_reply_to_a_message_outside_keeps_its_words():
    chat = snapshot(message("x", ANA, reply_to=ReplyTo("M-before", None, (Text("words"),))), people=PEOPLE)
    assert published(chat).messages[0].reply_to == ReplyTo(None, None, (Text("words"),))


def test_pending_files_become_missing_and_locators_go():
    chat = snapshot(
        message("x", attachments=(Attachment("F1"),)),
        files=[file("F1", "a.txt", state=FileState.PENDING, locator="secret-place")],
    )
    [copy] = published(chat).header.files
    assert (copy.state, copy.reason, copy.locator) == (FileState.MISSING, NOT_COPIED, "")


@pytest.mark.parametrize("names", Names)
def test_what_turns_text_around_is_stripped_from_names_and_titles(names):
    trick = "\u202eevil\u2066\x00\x1b[31m\u061c"
    chat = snapshot(
        message(
            paragraph(Mention("group", trick), ChannelMention(trick)),
            person(trick, key="U1"),
            attachments=(Attachment("F1", trick),),
            cards=(LinkCard(site=trick, author=trick),),
        ),
        people=[person(trick, key="U1"), assistant(trick, key="B1")],
        files=[file("F1", trick)],
        source=Source("Slack", trick, trick),
    )
    shown = repr(published(chat, names, title=trick))
    assert not re.search(r"\\u202e|\\u2066|\\x00|\\x1b|\\u061c", shown)


def test_real_names_keep_names_and_lose_keys():
    chat = snapshot(message(paragraph("ask ", Mention("person", "Ana", ANA.key)), BOB), people=PEOPLE)
    shown = published(chat, Names.REAL)
    assert shown.messages[0].body == (paragraph("ask ", Mention("person", "Ana", "p2")),)
    assert shown.header.source == chat.header.source
    assert "U0" not in repr(shown)
    assert "acme.example" not in repr(shown)


def test_a_deleted_message_without_author_stays_a_placeholder():
    shown = published(snapshot(deleted(), message("x", edited_at=START)))
    assert (shown.messages[0].author, shown.messages[0].kind.value) == (None, "deleted")
    assert shown.messages[1].edited_at == START


# --- pseudonyms ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("mail ana.lima@acme.example or x@y.org", "mail [email] or [email]"),
        ("see https://acme.slack.com/archives/C1/p12?x=1 there", "see a message there"),
        ("https://discord.com/channels/1/2/3", "a message"),
        ("https://api.slack.com/methods stays", "https://api.slack.com/methods stays"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ("to Ana Lima@acme.example", "to P1[email]"),
        ("acme.slack.com/archives/C1/p1 api.slack.com", "a message api.slack.com"),
        ("ca.slack-edge.com https://ca.slack-edge.com/T1-U1-0a-48", "ca.slack-edge.com a message"),
        (
            "discord.com/channels/1/2 and https://discord.com/safety",
            "a message and https://discord.com/safety",
        ),
        ("https://x.example/u/ana.lima%40acme.example?q=1 %40", "[link] %40"),
        ("https://x.example/Jos%C3%A9 and caf%C3%A9", "[link] and caf%C3%A9"),
        ("#general @general", "#a-channel @general"),
        ("in #general and #random", "in #a-channel and #random"),
        ("<@U0BOB0002> <@U9|zed> <#C9|x> <@&12>", "@P2 @someone #a-channel @a group"),
        ("U0ANA0001", "P1"),
        ("Helper helps bob", "Helper helps P2"),
    ],
)
def test_what_tells_people_and_places_in_plain_text(written, shown):
    jose = person("José", key="U0JOSE004")
    chat = snapshot(message(written, ANA), people=(*PEOPLE, jose))
    given_ = {ANA.key: "P1", BOB.key: "P2", jose.key: "P4"}
    assert publishable(chat, Choices("T"), given_, PATTERNS).messages[0].body == (paragraph(shown),)


def test_structures_lose_names_too():
    chat = snapshot(
        message(
            paragraph(
                Mention("person", "Zed", "U9"), Mention("person", "Stranger"), Mention("person", "Bob"), Mention("group", "devs"),
                Mention("everyone", "here"), Mention("person", "Helper", HELPER.key), ChannelMention("secret-plans"),
                *make_link("https://acme.slack.com/archives/C1/p1", (Text("there"),)), *make_link("mailto:a@b.org", (Text("mail"),)),
            ),
            ANA,
            cards=(LinkCard(author="Ana Lima"), LinkCard(author="Zoe Zulu", url="https://acme.slack.com/archives/C1/p1")),
        ),
        message("Zed?", HELPER),
        people=PEOPLE,
        files=[file("avatar:U0ANA0001", "x"), file("avatar:B0HELP003", "x")],
    )  # fmt: skip
    shown = publishable(chat, Choices("T"), {ANA.key: "P1", BOB.key: "P2", "U9": "P9"}, PATTERNS)
    assert shown.messages[0].body == (
        paragraph(
            Mention("person", "P9"), Mention("person", "someone"), Mention("person", "P2"), Mention("group", "a group"),
            Mention("everyone", "here"), Mention("person", "Helper", "p2"), ChannelMention("a-channel"), "there", "mail",
        ),
    )  # fmt: skip
    assert [(c.author, c.url) for c in shown.messages[0].cards] == [("P1", None), ("", None)]
    assert shown.messages[1].body == (paragraph("P9?"),)
    assert shown.header.source == Source("Slack")
    assert [(p.name, p.avatar) for p in shown.header.participants] == [("P1", None), ("Helper", "f1")]


def test_titles_and_file_names_lose_names():
    cv, photo = file("F1", "ana-cv.tar.gz"), file("F2", "photo.png")
    chat = snapshot(message("x", ANA, attachments=attach(photo, cv)), people=PEOPLE, files=[cv, photo])
    shown = publishable(
        chat, Choices("Ana's plan for #general"), {ANA.key: "P1", BOB.key: "P2"}, PATTERNS
    ).header
    assert shown.title == "P1's plan for #a-channel"
    assert [f.name for f in shown.files] == ["photo.png", "file-2.gz"]


def test_people_without_a_pseudonym_are_an_error_and_not_a_leak():
    with pytest.raises(ValueError, match="1 people"):
        publishable(snapshot(message("x", ANA), people=[ANA]), Choices("T"), {}, PATTERNS)


def test_digests_differ_by_key_share_and_value():
    made = {digest(k, s, v) for k in (b"1", b"2") for s in ("a", "ab") for v in ("bc", "c")}
    assert len(made) == 8
    assert digest(b"1", "a", "bc") == digest(b"1", "a", "bc")
    assert {len(d) for d in made} == {32}
