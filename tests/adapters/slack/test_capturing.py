"""Whole threads or none: pages, limits, silence, holes, and what is left out."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.slack.ahead import is_short
from adapters.slack.identity import thread_ref
from bot.model import FileState, MessageKind, ParticipantKind
from bot.platforms import NotAllowed, RateLimited, ThreadNotFound, Unavailable
from bot.richtext.nodes import ChannelMention, Emoji, Mention, Paragraph, Subtext, Text
from bot.richtext.plain import plain
from tests.adapters.slack.stages import staged
from tests.adapters.stage import Counting, capture, text_of


@pytest.fixture
async def stage():
    async with staged() as stage:
        yield stage


@pytest.fixture
async def long_thread(stage):
    """One that takes three pages: a root and 450 replies."""
    ana = stage.people["Ana Moreno"]
    root = await stage.slack.post(ana, stage.general, "Line 0", quiet=True)
    thread = thread_ref(stage.acme.id, stage.general.id, root.ts)
    await stage.say_many(thread, "Ana Moreno", [f"Line {i}" for i in range(1, 451)])
    return thread


def lines(snapshot):
    return [plain(message.body) for message in snapshot.messages]


ALL = [f"Line {i}" for i in range(451)]


@pytest.mark.parametrize("repeated", [True, False], ids=["parent on each page", "parent on the first page"])
async def test_every_page_is_read_once(stage, long_thread, repeated):
    stage.slack.traits.repeat_parent = repeated
    progress = Counting()
    assert lines(await capture(stage, long_thread, progress=progress)) == ALL
    assert progress.told[-1] == (451, 451)
    assert {total for _, total in progress.told} == {451}


async def test_two_thousand_messages_are_captured_whole_and_in_order(stage):
    ana, mei = stage.people["Ana Moreno"], stage.people["Mei Tanaka"]
    root = await stage.slack.post(ana, stage.general, "Line 0", quiet=True)
    for number in range(1, 2000):
        await stage.slack.post(
            (ana, mei)[number % 2], stage.general, f"Line {number}", thread=root, quiet=True
        )
    stage.clock.advance(1)
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, root.ts))
    assert lines(snapshot) == [f"Line {i}" for i in range(2000)]
    assert snapshot.header.message_count == 2000
    assert len(stage.slack.calls_of("users.info")) == 3, "each person is asked for once, and the reader"


async def test_empty_pages_do_not_end_a_thread(stage, long_thread):
    stage.slack.traits.empty_pages = 2
    assert lines(await capture(stage, long_thread)) == ALL


async def test_a_cursor_that_goes_in_circles_is_no_whole_thread(stage, long_thread):
    stage.slack.traits.looping_cursor = True
    with pytest.raises(Unavailable, match="same part"):
        await capture(stage, long_thread)


async def test_less_than_slack_counts_is_refused_and_says_how_much(stage, long_thread):
    replies = stage.general.threads[long_thread.thread]
    replies += [replies[-1]] * 100  # counted, but the same one is shown each time
    with pytest.raises(Unavailable, match="451 of the 551 messages"):
        await capture(stage, long_thread)


async def test_replies_deleted_while_reading_are_no_hole(stage, long_thread):
    async def delete(done, _total):
        if done < 451:
            await stage.slack.delete(stage.messages(long_thread)[-1])

    snapshot = await capture(stage, long_thread, progress=delete)
    assert lines(snapshot) == ALL[: len(snapshot.messages)]
    assert len(snapshot.messages) > 440


async def test_replies_written_while_reading_are_read_but_not_shown(stage, long_thread):
    until = stage.now()

    async def write(_done, _total):
        await stage.say(long_thread, "Mei Tanaka", "Too late")

    assert lines(await capture(stage, long_thread, until=until, progress=write)) == ALL


async def test_a_thread_deleted_while_it_is_read_is_not_captured_in_part(stage, long_thread):
    async def delete(_done, _total):
        if long_thread.thread in stage.general.messages:
            await stage.delete_thread(long_thread)

    with pytest.raises(ThreadNotFound):
        await capture(stage, long_thread, progress=delete)


async def test_a_message_outside_any_thread_is_captured_alone(stage):
    alone = await stage.slack.post(stage.people["Ana Moreno"], stage.general, "Alone", quiet=True)
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, alone.ts))
    assert lines(snapshot) == ["Alone"]
    assert snapshot.header.title == "Alone"


async def test_the_address_of_a_reply_leads_to_its_whole_thread(stage, long_thread):
    reply = stage.messages(long_thread)[7]
    assert lines(await capture(stage, replace(long_thread, thread=reply.ts))) == ALL


async def test_a_thread_whose_root_was_deleted_keeps_its_replies(stage, long_thread):
    await stage.slack.delete(stage.general.messages[long_thread.thread])
    snapshot = await capture(stage, long_thread)
    assert snapshot.messages[0].kind is MessageKind.DELETED
    assert lines(snapshot)[1:] == ALL[1:]
    assert snapshot.header.title == "Line 1"


# Limits and silence


async def test_the_restricted_class_is_waited_out_page_by_page_with_an_estimate_before(stage, long_thread):
    stage.slack.limits.restricted = True
    estimates = []

    async def look(done, total):
        estimates.append((done, total, stage.platform.patience.estimate(long_thread), len(stage.waited)))

    assert lines(await capture(stage, long_thread, progress=look)) == ALL
    done, total, estimate, waited = estimates[0]
    assert (done, total, waited) == (15, 451, 0), "told before the first wait"
    assert (estimate.done, estimate.total) == (15, 451)
    assert estimate.seconds == pytest.approx(60 * 436 / 15, rel=0.1)
    assert sum(stage.waited) >= 60 * 28
    assert stage.platform.patience.estimate(long_thread) is None, "forgotten when it is over"
    assert stage.slack.limits.refused > 0


async def test_a_capture_that_finds_the_minute_used_up_says_so_before_it_waits(stage, long_thread):
    stage.slack.limits.restricted = True
    await stage.clients.of(stage.acme.id)
    stage.slack.fail_next("conversations.replies", status=429, retry_after=60)
    told = []

    async def look(done, total):
        told.append((done, total, stage.platform.patience.estimate(long_thread), list(stage.waited)))

    await capture(stage, long_thread, progress=look)
    done, total, estimate, waited = told[0]
    assert (done, total, waited) == (0, None, [])
    assert estimate.seconds is None


async def test_a_short_rate_limit_is_waited_out(stage, long_thread):
    stage.slack.fail_next("conversations.replies", status=429, retry_after=3, times=2)
    assert lines(await capture(stage, long_thread)) == ALL
    assert stage.waited == [3, 3]


async def test_rates_are_kept_by_everything_a_capture_asks(stage, long_thread):
    stage.slack.limits.enforce = True
    for _ in range(3):
        assert lines(await capture(stage, long_thread)) == ALL


async def test_more_people_than_slack_tells_of_in_a_minute_are_all_named(stage):
    people = [stage.slack.user(stage.acme, f"Person {number}") for number in range(250)]
    stage.slack.limits.enforce = True
    snapshot = await said(stage, " ".join(person.mention for person in people))
    assert text_of(snapshot).split("@")[1:] == [f"Person {number} " for number in range(249)] + ["Person 249"]
    assert stage.slack.limits.refused > 0


async def test_a_rate_limit_without_end_is_raised(stage, long_thread):
    stage.slack.fail_next("conversations.replies", status=429, retry_after=60, times=100)
    with pytest.raises(RateLimited, match="slow down"):
        await capture(stage, long_thread)


@pytest.mark.parametrize(
    "how", [{"drop": True}, {"status": 500}, {"status": 503}, {"error": "internal_error"}], ids=str
)
async def test_what_slack_swallows_is_asked_again(stage, long_thread, how):
    stage.slack.fail_next("conversations.replies", times=2, skip=1, **how)
    assert lines(await capture(stage, long_thread)) == ALL


async def test_a_slack_that_stays_silent_is_unavailable(stage, long_thread):
    stage.slack.fail_next("conversations.replies", drop=True, times=100)
    with pytest.raises(Unavailable, match="does not answer"):
        await capture(stage, long_thread)


@pytest.mark.parametrize("more", ["app_id", "attachments", "bot_id", "files"])
def test_only_few_words_of_people_are_parsed_on_the_event_loop(more):
    assert is_short({"user": "U1", "text": "x" * 2_000})
    assert not is_short({"user": "U1", "text": "x" * 2_001})
    assert not is_short({"user": "U1", "text": "x", more: []})


async def test_a_cancelled_capture_leaves_nothing_behind(stage, long_thread):
    gate = stage.slack.hold("conversations.replies")
    task = asyncio.create_task(capture(stage, long_thread))
    await gate.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.release()
    assert stage.platform.patience.estimate(long_thread) is None
    assert lines(await capture(stage, long_thread)) == ALL


# People, channels, groups, emoji


async def said(stage, text, **raw):
    message = await stage.slack.post(stage.people["Ana Moreno"], stage.general, text, quiet=True, **raw)
    return await capture(stage, thread_ref(stage.acme.id, stage.general.id, message.ts))


async def test_names_are_frozen_as_they_are_called(stage):
    mei = stage.people["Mei Tanaka"]
    mei.display_name = "mei"
    snapshot = await said(stage, f"<@{mei.id}>")
    (mentioned,) = [p for p in snapshot.header.participants if p.key == mei.id]
    assert (mentioned.name, mentioned.aliases) == ("mei", ("Mei Tanaka", "mei.tanaka"))
    mei.display_name = "M."
    assert text_of(snapshot) == "@mei"
    assert text_of(await said(stage, f"<@{mei.id}>")) == "@mei", "believed for an hour"
    stage.clock.advance(3600)
    assert text_of(await said(stage, f"<@{mei.id}>")) == "@M."


async def test_whom_slack_hides_is_an_unknown_user(stage):
    ghost = stage.slack.user(stage.acme, "Ghost", hidden=True)
    snapshot = await said(stage, f"<@{ghost.id}> <@U0NOBODY>")
    assert text_of(snapshot) == "@Unknown user @Unknown user"


async def test_no_more_than_five_are_asked_for_at_once(stage):
    people = [stage.slack.user(stage.acme, f"Person {i}") for i in range(20)]
    asking, most = set(), [0]

    async def count(call):
        if call.method == "users.info":
            asking.add(call)
            most[0] = max(most[0], sum(not one.status for one in asking))
            await asyncio.sleep(0)

    stage.slack.api.watchers.append(count)
    snapshot = await said(stage, " ".join(person.mention for person in people))
    assert len(snapshot.header.participants) == 21
    assert 1 < most[0] <= 5


async def test_an_app_keeps_its_name_and_a_name_of_choice_is_a_persons(stage):
    deploys = stage.slack.bot(stage.acme, "Deploy Bot")
    stage.general.members_of([deploys])
    root = await stage.slack.post(deploys, stage.general, "Deployed", quiet=True)
    chosen = await stage.slack.post(
        deploys, stage.general, "As Kim", thread=root, quiet=True, username="Kim", subtype="bot_message"
    )
    del chosen.raw["user"]
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, root.ts))
    app, kim = snapshot.header.participants
    assert (app.name, app.kind) == ("Deploy Bot", ParticipantKind.BOT)
    assert (kim.key, kim.name, kim.kind) == (f"{deploys.bot_id}/Kim", "Kim", ParticipantKind.PERSON)


async def test_only_public_channels_are_named(stage):
    snapshot = await said(stage, f"<#{stage.general.id}> <#{stage.leads.id}>")
    (block,) = snapshot.messages[0].body
    assert [node.name for node in block.children if isinstance(node, ChannelMention)] == [
        "general",
        "private-channel",
    ]


async def test_groups_and_custom_emoji_are_looked_up_and_aliases_followed(stage):
    group = stage.slack.usergroup(stage.acme, "developers")
    picture = f"{stage.slack.base_url}/emoji/{stage.acme.id}/party.png"
    stage.acme.emoji |= {
        "party": picture,
        "fete": "alias:party",
        "yay": "alias:tada",
        "snake": "alias:snake2",
        "snake2": "alias:snake",
    }
    snapshot = await said(stage, f"<!subteam^{group.id}> :party: :fete: :yay: :snake2:")
    (block,) = snapshot.messages[0].body
    assert [n for n in block.children if not isinstance(n, Text)] == [
        Mention("group", "developers"),
        Emoji("party", file="emoji:party"),
        Emoji("fete", file="emoji:fete"),
        Emoji("yay", "🎉"),
        Emoji("snake2"),
    ]
    files = {file.id: file for file in snapshot.header.files}
    assert files["emoji:party"].name == ""
    async with stage.platform.open_file(files["emoji:party"].locator) as chunks:
        assert b"".join([chunk async for chunk in chunks]).startswith(b"\x89PNG")


async def test_optional_permissions_may_be_missing():
    needed = (
        "chat:write",
        "channels:history",
        "channels:read",
        "groups:read",
        "groups:history",
        "users:read",
    )
    async with staged(needed) as stage:
        group = stage.slack.usergroup(stage.acme, "developers")
        assert text_of(await said(stage, f"<!subteam^{group.id}> :party:")) == "@user-group :party:"
        (file,) = (await capture(stage)).header.files
        assert (file.state, file.locator) == (FileState.MISSING, "")
        assert "files:read" in file.reason


async def test_a_picture_that_somebody_chose_comes_along_and_a_drawn_one_does_not(stage):
    mei, jonas = stage.people["Mei Tanaka"], stage.people["Jonas Weber"]
    mei.has_picture = True
    snapshot = await said(stage, f"{mei.mention} {jonas.mention}")
    assert {person.name: person.avatar for person in snapshot.header.participants} == {
        "Ana Moreno": None,
        "Mei Tanaka": f"avatar:{mei.id}",
        "Jonas Weber": None,
    }
    (file,) = snapshot.header.files
    assert (file.id, file.name) == (f"avatar:{mei.id}", "")
    async with stage.platform.open_file(file.locator) as chunks:
        assert b"".join([chunk async for chunk in chunks]).startswith(b"\x89PNG")


async def test_a_missing_permission_to_read_is_named():
    async with staged(("chat:write", "channels:read", "users:read")) as stage:
        with pytest.raises(NotAllowed, match="channels:history"):
            await capture(stage)


async def test_quotes_of_other_channels_are_left_out(stage):
    quoted = {
        "is_msg_unfurl": True,
        "from_url": f"https://acme.slack.com/archives/{stage.leads.id}/p1800000000000001",
        "channel_id": stage.leads.id,
        "author_name": "Mei",
        "text": "the secret plan",
        "message_blocks": [{"message": {"blocks": [{"type": "markdown", "text": "the secret plan"}]}}],
    }
    snapshot = await said(stage, "Look", attachments=[quoted])
    assert "secret" not in repr(snapshot)
    assert snapshot.messages[0].cards[0].body == (Subtext((Text("A quoted Slack message was left out."),)),)


async def test_another_apps_post_with_our_mark_is_no_post_of_ours(stage):
    mark = {"event_type": "threadlink_card", "event_payload": {"key": "s1:card"}}
    assert text_of(await said(stage, "Mine", metadata=mark)) == "Mine"


async def test_the_source_is_named(stage):
    source = (await capture(stage)).header.source
    assert (source.platform, source.workspace, source.channel) == ("Slack", "Acme", "general")


async def test_the_title_is_the_first_words(stage):
    assert (await capture(stage)).header.title == "Shall we look at the numbers?"
    long = "word " * 40
    title = (await said(stage, long)).header.title
    assert len(title) <= 81
    assert title.endswith("word…")


async def test_what_is_later_than_asked_is_not_there(stage):
    first = (await capture(stage)).messages[0].sent_at
    assert len((await capture(stage, until=first)).messages) == 1
    before = await capture(stage, until=first - timedelta(seconds=1))
    assert before.messages == ()
    assert before.header.first_at is None


async def test_a_hidden_file_is_asked_for(stage):
    ana = stage.people["Ana Moreno"]
    message = await stage.slack.upload(
        ana, stage.general, "plan.pdf", b"%PDF-1", at=stage.clock.now(), file_access="check_file_info"
    )
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, message.ts))
    (file,) = snapshot.header.files
    assert (file.name, file.state) == ("plan.pdf", FileState.PENDING)


async def test_paragraphs_of_nobody_have_an_author_all_the_same(stage):
    message = await stage.slack.post(stage.people["Ana Moreno"], stage.general, "Said", quiet=True)
    del message.raw["user"]
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, message.ts))
    assert snapshot.messages[0].body == (Paragraph((Text("Said"),)),)
    assert [person.name for person in snapshot.header.participants] == ["Somebody"]
