"""What the bot posts: each once, at Slack's pace, resumed where it broke off, whatever happens to an answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from adapters.slack.identity import place_of
from bot.model import Attachment, FileCopy, FileState, Participant, ParticipantKind
from bot.platforms import (
    NotAllowed,
    PastedLink,
    PlatformError,
    PostGone,
    RateLimited,
    ThreadNotFound,
    Unavailable,
)
from bot.reply import Reply
from bot.richtext.nodes import Bold, Code, CodeBlock, Link, List, Mention, Paragraph, Text
from bot.richtext.plain import plain
from bot.wording import closed_card
from tests.adapters.slack.stages import staged
from tests.adapters.stage import ADDRESS, Ledger, a_card, a_head, a_turn, blobs, capture, line

DROPPED = [
    pytest.param({"drop": True}, id="the connection breaks before"),
    pytest.param({"drop": True, "after_effect": True}, id="the connection breaks after"),
    pytest.param({"status": 500, "after_effect": True}, id="a server error after"),
    pytest.param({"error": "internal_error"}, id="an internal error"),
]
NO_NAMES = (
    *("chat:write", "channels:history", "groups:history", "channels:read", "groups:read", "users:read"),
    *("files:read", "files:write", "links:write"),
)


@pytest.fixture
async def stage():
    async with staged() as stage:
        yield stage


@pytest.fixture
async def made(stage):
    return await stage.platform.start_thread(stage.reader, stage.place, a_head())


def long_turn():
    """One that takes several posts."""
    body = tuple(line(f"Paragraph {i}. " + "word " * 300) for i in range(20))
    return a_turn(body)


# Lost answers: tried again as the core does it, by the same process and by another one


@pytest.mark.parametrize("fault", DROPPED)
@pytest.mark.parametrize("another", [False, True], ids=["same process", "another process"])
async def test_a_turn_whose_answer_was_lost_stands_there_once(stage, made, fault, another):
    stage.slack.fail_next("chat.postMessage", **fault)
    with pytest.raises(Unavailable):
        await stage.platform.post_turn(made, a_turn(), blobs({}))
    platform = stage.another() if another else stage.platform
    posts = await platform.find_turn(made, a_turn())
    if posts is None:
        posts = await platform.post_turn(made, a_turn(), blobs({}))
    assert [message.ts for message in stage.messages(made)[1:]] == list(posts)
    assert len(posts) == 1


@pytest.mark.parametrize("fault", DROPPED)
@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("another", [False, True], ids=["same process", "another process"])
async def test_a_turn_of_several_posts_goes_on_where_it_broke_off(stage, made, fault, part, another):
    stage.slack.fail_next("chat.postMessage", skip=part, **fault)
    with pytest.raises(Unavailable):
        await stage.platform.post_turn(made, long_turn(), blobs({}))
    platform = stage.another() if another else stage.platform
    found = await platform.find_turn(made, long_turn())
    posts = await platform.post_turn(made, long_turn(), blobs({})) if found is None else found
    assert len(posts) > 2
    assert [message.ts for message in stage.messages(made)[1:]] == list(posts)
    texts = "\n".join(await stage.texts(made))
    assert [texts.count(f"Paragraph {i}. ") for i in range(20)] == [1] * 20


@pytest.mark.parametrize("fault", DROPPED)
@pytest.mark.parametrize("another", [False, True], ids=["same process", "another process"])
async def test_a_card_whose_answer_was_lost_stands_there_once(stage, fault, another):
    before = len(stage.messages(stage.thread))
    stage.slack.fail_next("chat.postMessage", **fault)
    with pytest.raises(Unavailable):
        await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    platform = stage.another() if another else stage.platform
    post = await platform.post_card(stage.thread, a_card(), "s1:card")
    assert [message.ts for message in stage.messages(stage.thread)[before:]] == [post.post]


async def test_a_card_whose_answer_was_lost_is_not_posted_again_before_it_was_looked_for(stage):
    before = len(stage.messages(stage.thread))
    stage.slack.fail_next("chat.postMessage", drop=True, after_effect=True)
    with pytest.raises(Unavailable):
        await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    stage.slack.fail_next("conversations.replies", status=429, retry_after=60)
    with pytest.raises(RateLimited):
        await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    post = await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    assert [message.ts for message in stage.messages(stage.thread)[before:]] == [post.post]


@pytest.mark.parametrize("fault", DROPPED)
@pytest.mark.parametrize("another", [False, True], ids=["same process", "another process"])
async def test_a_thread_whose_answer_was_lost_is_begun_once(stage, fault, another):
    stage.slack.fail_next("chat.postMessage", **fault)
    with pytest.raises(Unavailable):
        await stage.platform.start_thread(stage.reader, stage.place, a_head())
    platform = stage.another() if another else stage.platform
    made = await platform.start_thread(stage.reader, stage.place, a_head())
    assert [message.ts for message in stage.slack.posts(stage.general)] == [made.thread]


async def test_a_notice_is_said_once_by_all_processes_together(stage, made):
    for platform in (stage.platform, stage.another(), stage.another()):
        await platform.post_notice(made, (line("Stopped"),), "c1:stopped")
    assert len(stage.messages(made)) == 2


async def test_what_was_cancelled_on_its_way_is_looked_for_before_it_is_posted_again(stage, made):
    gate = stage.slack.hold("chat.postMessage", after_effect=True)
    task = asyncio.create_task(stage.platform.post_turn(made, a_turn(), blobs({})))
    await gate.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.release()
    posts = await stage.platform.post_turn(made, a_turn(), blobs({}))
    assert [message.ts for message in stage.messages(made)[1:]] == list(posts)


async def test_a_thread_that_slack_shows_only_in_part_to_us_is_no_reason_to_post_again(stage, made):
    """The search for a lost turn reads to the end, however long the thread."""
    await stage.platform.post_turn(made, a_turn(), blobs({}))
    await stage.say_many(made, "Ana Moreno", ["more"] * 450)
    assert await stage.another().find_turn(made, a_turn()) is not None


async def test_a_card_is_posted_where_slack_gives_few_messages_a_minute(stage):
    stage.slack.limits.restricted = True
    await stage.clients.of(stage.acme.id)
    await stage.platform.may_read(stage.reader, stage.thread)
    stage.slack.fail_next("conversations.replies", status=429, retry_after=60, times=5)
    await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    assert len(stage.slack.posts(stage.general)) == 1


# Pace


async def test_posts_of_a_channel_keep_a_second_apart_and_a_storm_of_429_is_weathered(stage, made):
    stage.slack.limits.enforce = True
    stage.slack.fail_next("chat.postMessage", status=429, retry_after=2, times=3, skip=4)
    for number in range(30):
        await stage.platform.post_turn(made, replace(a_turn(), key=f"c1:{number}"), blobs({}))
    sent = [float(message.ts) for message in stage.messages(made)[1:]]
    assert len(sent) == 30
    assert min(later - earlier for earlier, later in pairwise(sent)) >= 0.99
    assert sent[-1] - sent[0] < 30 + 3 * 2 + 1
    assert stage.slack.limits.refused == 0


async def test_a_long_rate_limit_is_the_core_s_to_wait_out(stage, made):
    stage.slack.fail_next("chat.postMessage", status=429, retry_after=40)
    with pytest.raises(RateLimited, match="40 seconds") as limited:
        await stage.platform.post_turn(made, a_turn(), blobs({}))
    assert limited.value.seconds == 40
    assert len(await stage.platform.post_turn(made, a_turn(), blobs({}))) == 1
    assert len(stage.messages(made)) == 2


# Under whose name


async def test_a_copy_stands_under_its_author_s_name_with_a_picture_of_slack_s_own(stage, made):
    await stage.platform.post_turn(made, a_turn(), blobs({}))
    bot = replace(a_turn(), key="c1:1", author=Participant("p2", "Helper", ParticipantKind.BOT))
    await stage.platform.post_turn(made, bot, blobs({}))
    otter, helper = stage.messages(made)[1:]
    assert otter.author == "Quiet Otter (shared)"
    assert set(otter.raw["icons"]) == {"emoji"}
    assert helper.raw["icons"] == {"emoji": ":robot_face:"}


async def test_without_that_permission_the_name_stands_above_and_is_not_captured():
    async with staged(NO_NAMES) as stage:
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        posts = await stage.platform.post_turn(made, a_turn(), blobs({}))
        message = stage.messages(made)[-1]
        assert message.author == "Threadlink"
        assert stage.slack.see(message).split("\n")[1:] == ["Quiet Otter (shared)", "Copied"]
        assert message.text == "Quiet Otter (shared): Copied"
        snapshot = await capture(
            stage, made, ledger=Ledger(dict.fromkeys(posts, (Participant("p1", "Quiet Otter"),)))
        )
        assert [plain(m.body) for m in snapshot.messages] == ["Copied"]


@pytest.mark.parametrize("name", ["Slackbot", "here"])
async def test_a_name_that_slack_keeps_for_itself_does_not_stop_a_replay(stage, made, name):
    stage.slack.fail_next("chat.postMessage", error="reserved_username", when=lambda args: "username" in args)
    await stage.platform.post_turn(made, replace(a_turn(), author=Participant("p1", name)), blobs({}))
    assert f"{name} (shared)" in stage.slack.see(stage.messages(made)[-1])


async def test_a_permission_lost_meanwhile_does_not_stop_a_replay(stage, made):
    await stage.platform.post_turn(made, a_turn(), blobs({}))
    stage.acme.app.scopes = NO_NAMES
    await stage.platform.post_turn(made, replace(a_turn(), key="c1:1"), blobs({}))
    assert len(stage.messages(made)) == 3


async def test_a_copy_without_a_ledger_is_captured_under_its_author_s_name_all_the_same(stage, made):
    await stage.platform.post_turn(made, a_turn(), blobs({}))
    snapshot = await capture(stage, made)
    assert [(p.name, p.kind) for p in snapshot.header.participants] == [
        ("Quiet Otter", ParticipantKind.PERSON)
    ]


async def test_mentions_in_a_copy_become_mentions_again_of_those_whom_the_ledger_knows(stage, made):
    otter, badger = Participant("p1", "Quiet Otter"), Participant("p2", "Calm Badger")
    body = (
        line(
            Mention("person", "Calm Badger", "p2"),
            ", ",
            Bold((Mention("person", "Unknown One"),)),
            " ",
            Mention("group", "devs"),
        ),
        line(Mention("everyone", "here"), " @Calm Badgers and <!here> ", Code("<@U1>")),
    )
    posts = await stage.platform.post_turn(made, replace(a_turn(body), people=(badger,)), blobs({}))
    snapshot = await capture(stage, made, ledger=Ledger(dict.fromkeys(posts, (otter, badger))))
    assert snapshot.messages[0].body == body
    assert snapshot.header.participants == (otter, badger)
    assert stage.slack.pings == []


async def test_a_continued_thread_keeps_its_title_when_it_is_shared_again(stage, made):
    await stage.platform.post_turn(made, a_turn(), blobs({}))
    assert (await capture(stage, made)).header.title == "Numbers (continued)"


# Files


def with_files(*files, body=None):
    attachments = tuple(Attachment(file.id, f"about {file.name}") for file in files)
    return a_turn(files=files, attachments=attachments, **({} if body is None else {"body": body}))


def copied(name, size=3):
    return FileCopy(name, name, FileState.COPIED, blob=name, size=size)


async def test_files_follow_their_turn_in_one_post_under_its_name(stage, made):
    turn = with_files(copied("a.csv"), copied("b.csv"))
    posts = await stage.platform.post_turn(made, turn, blobs({"a.csv": b"1,2", "b.csv": b"3,4"}))
    assert [message.ts for message in stage.messages(made)[1:]] == list(posts)
    _, files = stage.messages(made)[1:]
    assert [file["title"] for file in files.raw["files"]] == ["a.csv", "b.csv"]
    assert files.author == "Quiet Otter (shared)"
    assert list(await stage.another().find_turn(made, turn) or ()) == list(posts)


async def test_a_turn_of_files_alone_says_nothing_more_when_it_is_captured(stage, made):
    turn = with_files(copied("a.csv"), body=())
    posts = await stage.platform.post_turn(made, turn, blobs({"a.csv": b"1,2"}))
    snapshot = await capture(stage, made, ledger=Ledger(dict.fromkeys(posts, (turn.author,))))
    assert [plain(m.body) for m in snapshot.messages] == ["", ""]
    assert [file.name for file in snapshot.header.files] == ["a.csv"]


@pytest.mark.parametrize("fault", DROPPED)
@pytest.mark.parametrize("another", [False, True], ids=["same process", "another process"])
async def test_files_whose_answer_was_lost_are_posted_once(stage, made, fault, another):
    turn, bytes_of = with_files(copied("a.csv")), blobs({"a.csv": b"1,2"})
    stage.slack.fail_next("files.completeUploadExternal", **fault)
    with pytest.raises(Unavailable):
        await stage.platform.post_turn(made, turn, bytes_of)
    platform = stage.another() if another else stage.platform
    found = await platform.find_turn(made, turn)
    posts = await platform.post_turn(made, turn, bytes_of) if found is None else found
    assert len(posts) == 2
    assert [message.ts for message in stage.messages(made)[1:]] == list(posts)


async def test_a_file_that_slack_does_not_take_is_named_instead(stage, made):
    stage.slack.fail_next("files.getUploadURLExternal", error="file_upload_disabled")
    await stage.platform.post_turn(made, with_files(copied("a.csv")), blobs({"a.csv": b"1,2"}))
    said = stage.slack.see(stage.messages(made)[-1])
    assert "a.csv (3 bytes) was not carried over: Slack did not take it" in said


async def test_where_slack_takes_no_name_with_files_they_come_under_the_bot_s(stage, made):
    stage.slack.fail_next(
        "files.completeUploadExternal", error="invalid_arguments", when=lambda args: "username" in args
    )
    turn = with_files(copied("a.csv"))
    posts = await stage.platform.post_turn(made, turn, blobs({"a.csv": b"1,2"}))
    assert stage.messages(made)[-1].author == "Threadlink"
    snapshot = await capture(stage, made, ledger=Ledger(dict.fromkeys(posts, (turn.author,))))
    assert [person.name for person in snapshot.header.participants] == ["Quiet Otter"]


async def test_files_that_slack_does_not_let_us_post_are_named_after_all(stage, made):
    stage.slack.fail_next("files.completeUploadExternal", error="file_sharing_disabled", times=2)
    turn = with_files(copied("a.csv"))
    posts = await stage.platform.post_turn(made, turn, blobs({"a.csv": b"1,2"}))
    assert len(posts) == 1
    assert "a.csv (3 bytes) was not carried over" in stage.slack.see(stage.messages(made)[-1])
    assert await stage.platform.post_turn(made, turn, blobs({"a.csv": b"1,2"})) == posts


async def test_without_the_permission_to_upload_files_are_named():
    scopes = [scope for scope in NO_NAMES if scope != "files:write"]
    async with staged(scopes) as stage:
        made = await stage.platform.start_thread(stage.reader, stage.place, a_head())
        await stage.platform.post_turn(made, with_files(copied("a.csv")), blobs({"a.csv": b"1,2"}))
        said = stage.slack.see(stage.messages(made)[-1])
        assert "a.csv (3 bytes) was not carried over: I may not upload files in this workspace" in said
        assert stage.slack.calls_of("files.getUploadURLExternal") == []


async def test_an_empty_file_is_named_because_slack_takes_none(stage, made):
    await stage.platform.post_turn(made, with_files(copied("empty.txt", 0)), blobs({"empty.txt": b""}))
    assert "empty.txt (0 bytes) was not carried over: it is empty" in stage.slack.see(
        stage.messages(made)[-1]
    )


# What Slack refuses


async def test_blocks_that_slack_finds_too_large_are_posted_as_text(stage, made):
    stage.slack.fail_next("chat.postMessage", error="msg_blocks_too_long")
    await stage.platform.post_turn(made, a_turn((line("All ", Bold((Text("of it"),))),)), blobs({}))
    assert stage.messages(made)[-1].text == "All of it"


async def test_metadata_that_slack_finds_too_large_does_not_stop_a_replay(stage, made):
    names = [Mention("person", f"Somebody {number}") for number in range(400)]
    stage.slack.traits.metadata_bytes = 600
    posts = await stage.platform.post_turn(made, a_turn((Paragraph(tuple(names)),)), blobs({}))
    assert list(await stage.another().find_turn(made, a_turn((Paragraph(tuple(names)),))) or ()) == list(
        posts
    )


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda stage: setattr(stage.general, "is_archived", True), "#general is archived"),
        (lambda stage: setattr(stage.general, "read_only", True), "Who may post in #general is limited"),
        (lambda stage: stage.general.locked_threads.add(stage.thread.thread), "locked"),
        (
            lambda stage: stage.general.members.remove(stage.acme.app.user.id),
            "Invite me there with /invite @threadlink",
        ),
    ],
    ids=["archived", "read-only", "locked", "not in the channel"],
)
async def test_a_refusal_says_where_and_what_to_do(stage, spoil, words):
    await capture(stage)
    spoil(stage)
    with pytest.raises(NotAllowed, match=words):
        await stage.platform.post_card(stage.thread, a_card(), "s1:card")


async def test_a_card_for_a_thread_that_is_gone_is_not_posted(stage):
    await stage.delete_thread(stage.thread)
    with pytest.raises((PostGone, ThreadNotFound)):
        await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    assert stage.slack.posts(stage.general) == []


async def test_every_post_is_sent_so_that_nothing_unfurls_and_no_name_is_linked(stage, made):
    loud = (line("@here @channel <!channel> <@U1> https://example.org ", Link(ADDRESS, (Text("x"),))),)
    await stage.platform.post_turn(made, a_turn(loud), blobs({}))
    await stage.platform.post_notice(made, loud, "n")
    await stage.platform.post_card(stage.thread, replace(a_card("<!channel> @here"), lines=("<!here>",)), "c")
    for call in stage.slack.calls_of("chat.postMessage"):
        sent = (
            call.args["link_names"],
            call.args["parse"],
            call.args["unfurl_links"],
            call.args["unfurl_media"],
        )
        assert sent == (False, "none", False, False)
        assert call.args["text"].strip()
    assert stage.slack.pings == []


# Cards, previews, direct messages


async def test_a_card_is_read_as_people_see_it(stage):
    post = await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    message = stage.general.messages[post.post]
    assert stage.slack.see(message) == (
        "Threadlink:\n*A shared thread*\n6 messages, 3 people\nShared by Ana with anyone with the link\n[Open↗] [Revoke!]"
    )
    await stage.platform.edit_card(post, closed_card("revoked"))
    assert stage.slack.see(message) == (
        "Threadlink:\nThis thread was shared · The link was revoked and no longer opens."
    )


@pytest.mark.parametrize("composer", [False, True], ids=["posted", "while it is typed"])
async def test_a_pasted_link_shows_its_card_and_later_that_it_ended(stage, composer):
    stage.slack.app.unfurl_domains.append("example.org")
    stage.slack.traits.unfurl_needs_ack = False
    message = await stage.slack.paste(
        stage.people["Ana Moreno"], stage.general, f"See {ADDRESS}", composer=composer
    )
    delivery = stage.slack.deliveries[0 if composer else -1]
    event = delivery.event
    place = place_of(event["channel"], event["message_ts"], event["unfurl_id"], event["source"])
    pasted = PastedLink("slack", stage.acme.id, place, event["links"][0]["url"])
    await stage.platform.unfurl(pasted, a_card())
    assert "| *A shared thread*" in stage.slack.see(message)
    await stage.platform.unfurl(pasted, closed_card("revoked"))
    assert "The link was revoked" in stage.slack.see(message)
    assert "A shared thread" not in stage.slack.see(message)


async def test_a_preview_whose_message_was_deleted_is_gone(stage):
    stage.slack.app.unfurl_domains.append("example.org")
    stage.slack.traits.unfurl_needs_ack = False
    message = await stage.slack.post(stage.people["Ana Moreno"], stage.general, ADDRESS, quiet=True)
    pasted = PastedLink("slack", stage.acme.id, place_of(stage.general.id, message.ts), ADDRESS)
    await stage.slack.delete(message)
    with pytest.raises(PostGone):
        await stage.platform.unfurl(pasted, a_card())
    edited = await stage.slack.post(stage.people["Ana Moreno"], stage.general, ADDRESS, quiet=True)
    await stage.slack.edit(edited, "no link any more")
    with pytest.raises(PostGone):
        await stage.platform.unfurl(replace(pasted, place=place_of(stage.general.id, edited.ts)), a_card())


async def test_an_address_that_is_not_ours_to_draw_is_given_up(stage):
    message = await stage.slack.post(stage.people["Ana Moreno"], stage.general, ADDRESS, quiet=True)
    pasted = PastedLink("slack", stage.acme.id, place_of(stage.general.id, message.ts), ADDRESS)
    with pytest.raises(PlatformError, match="cannot_unfurl_url"):
        await stage.platform.unfurl(pasted, a_card())


async def test_who_looks_at_an_answer_gets_it_there_and_others_by_message(stage):
    reply = Reply((line("Only for you"),))
    stage.watching.looking = True
    await stage.platform.notify(stage.reader, reply)
    assert (stage.watching.told, stage.slack.calls_of("chat.postMessage")) == ([reply], [])
    stage.watching.looking = False
    await stage.platform.notify(stage.reader, reply)
    (message,) = stage.slack.posts(stage.slack.direct(stage.people["Ana Moreno"]))
    assert message.text == "Only for you"


async def test_who_cannot_be_reached_is_said(stage):
    leaver = stage.slack.user(stage.acme, "Lea", deleted=True)
    with pytest.raises(PlatformError):
        await stage.platform.notify(stage.actor(leaver), Reply((line("x"),)))
    with pytest.raises(NotAllowed):
        await stage.platform.notify(replace(stage.reader, platform="cli"), Reply((line("x"),)))


# The tree, there and back


async def test_what_slack_can_show_comes_back_as_it_was(stage, made):
    body = (
        line("one ", Bold((Text("two "), Code("three"))), " four"),
        line("five"),
        CodeBlock("a = 1\n\nb = '<!here>'\n", "python"),
        List(((line("six"), List(((line("seven"),), (line("eight"),)), ordered=True)), (line("nine"),))),
        List(((line("ten"),), (line("eleven"),)), ordered=True, start=4),
        line("&amp; <b> *no bold* ~none~ `none` :tada:"),
    )
    posts = await stage.platform.post_turn(made, a_turn(body), blobs({}))
    snapshot = await capture(stage, made, ledger=Ledger(dict.fromkeys(posts, (a_turn().author,))))
    *same, code_end = snapshot.messages[0].body[:3]
    assert tuple(same) == body[:2]
    assert code_end == CodeBlock("a = 1\n\nb = '<!here>'", "python"), "a line end at the end is not kept"
    assert snapshot.messages[0].body[3:] == body[3:]
