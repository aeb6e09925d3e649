"""A Slack export as Slack and slackdump write it."""

import json
import re

import pytest

from adapters.archives.errors import ArchiveError
from adapters.archives.reader import open_archive
from bot.model import FileState, MessageKind, ParticipantKind
from bot.richtext.nodes import ChannelMention, Mention
from bot.richtext.plain import plain
from tests.adapters.archives.exports import (
    ANA,
    BOB,
    PIXEL,
    ROOT,
    slack_files,
    slack_message,
    slack_user,
    write_folder,
    write_zip,
)
from tests.corpora import corpora

THREAD = f"general/{ROOT}"


def opened(tmp_path, name="export.zip", **replaced):
    files = slack_files(**{key.replace("__", "/"): value for key, value in replaced.items()})
    return open_archive(write_zip(tmp_path / name, files))


def read(tmp_path, thread=THREAD, **replaced):
    with opened(tmp_path, **replaced) as archive:
        return archive.read(thread)


def day(*messages):
    return {"general/2026-11-22.json": list(messages), "general/2026-11-23.json": []}


def read_day(tmp_path, *messages, thread="general", **replaced):
    with open_archive(write_zip(tmp_path / "x.zip", slack_files(**day(*messages), **replaced))) as archive:
        return archive.read(thread)


def test_every_thread_is_listed_and_each_channel_that_holds_more(tmp_path):
    with opened(tmp_path) as archive:
        assert archive.kind == "slack-export"
        found = archive.threads()
    assert [(one.id, one.messages, one.people, one.whole_channel) for one in found] == [
        ("general", 4, 2, True),
        (THREAD, 3, 2, False),
        ("random", 1, 1, True),
        ("D01/1763802000.000600", 2, 2, False),
    ]
    assert found[1].title == "How do we deploy?"
    assert found[1].channel == "general"
    assert found[3].channel == "Ana, Bob"
    assert found[1].first_at is not None
    assert found[1].first_at.isoformat() == "2025-11-22T09:00:00+00:00"


def test_a_thread_is_read_over_days_in_order_with_its_broadcast_once(tmp_path):
    snapshot = read(tmp_path)
    assert [plain(m.body) for m in snapshot.messages] == [
        "How do we deploy?",
        "Ask @Ana in #random",
        "Done, see above",
    ]
    assert [m.author for m in snapshot.messages] == [ANA, BOB, ANA]
    header = snapshot.header
    assert (header.title, header.source.platform, header.source.channel) == (
        "How do we deploy?",
        "Slack",
        "general",
    )
    assert {p.key: p.name for p in header.participants} == {ANA: "Ana", BOB: "Bob"}
    assert header.message_count == 3


def test_mentions_are_resolved_from_the_export_s_lists(tmp_path):
    nodes = read(tmp_path).messages[1].body[0].children
    assert Mention("person", "Ana", ANA) in nodes
    assert ChannelMention("random") in nodes


def test_a_whole_channel_is_read_with_replies_answering_their_root(tmp_path):
    snapshot = read(tmp_path, "general")
    assert len(snapshot.messages) == 4
    assert snapshot.header.title == "general"
    lunch, reply = snapshot.messages[1:3]
    assert lunch.reply_to is None
    assert reply.reply_to is not None
    assert (reply.reply_to.message, reply.reply_to.author) == (snapshot.messages[0].id, ANA)


def test_a_folder_reads_like_its_zip(tmp_path):
    files = slack_files()
    with open_archive(write_folder(tmp_path / "export", files)) as folder:
        from_folder = folder.read(THREAD)
    assert from_folder.messages == read(tmp_path).messages


def test_an_export_inside_a_folder_of_the_zip_is_found(tmp_path):
    files = {f"Acme export/{name}": value for name, value in slack_files().items()}
    with open_archive(write_zip(tmp_path / "x.zip", files)) as archive:
        assert len(archive.read(THREAD).messages) == 3


def test_the_workspace_is_known_from_the_name_slack_gives_the_zip(tmp_path):
    with opened(tmp_path, "Acme Corp Slack export Nov 1 2026 - Nov 30 2026.zip") as archive:
        assert archive.read(THREAD).header.source.workspace == "Acme Corp"


def test_an_export_without_lists_of_channels_reads_by_its_folders(tmp_path):
    files = {name: value for name, value in slack_files().items() if name.count("/") or name == "users.json"}
    with open_archive(write_zip(tmp_path / "x.zip", files)) as archive:
        assert {one.channel for one in archive.threads()} == {"general", "random", "D01"}


def test_a_user_that_no_list_knows_is_unknown(tmp_path):
    snapshot = read_day(tmp_path, slack_message("1.0", "U0GONE", "Bye <@U0LOST>"))
    assert [p.name for p in snapshot.header.participants if p.key == "U0GONE"] == ["Unknown user"]
    assert "U0LOST" not in plain(snapshot.messages[0].body)


def test_a_guest_is_known_from_the_profile_in_the_message(tmp_path):
    profile = {"real_name": "Gus Guest", "display_name": "gus", "name": "gus"}
    snapshot = read_day(tmp_path, slack_message("1.0", "U0GUEST", "Hi", user_profile=profile))
    assert [p.name for p in snapshot.header.participants] == ["gus"]


def test_a_deleted_user_keeps_the_name(tmp_path):
    users = [slack_user(ANA, "Ana", deleted=True), slack_user(BOB, "Bob")]
    files = slack_files() | {"users.json": users}
    with open_archive(write_zip(tmp_path / "x.zip", files)) as archive:
        assert "Ana" in {p.name for p in archive.read(THREAD).header.participants}


def test_an_app_is_a_bot_under_its_own_name(tmp_path):
    app = {"type": "message", "subtype": "bot_message", "ts": "1.0", "text": "Built", "bot_id": "B01"}
    snapshot = read_day(tmp_path, {**app, "bot_profile": {"id": "B01", "name": "Builder"}})
    [builder] = snapshot.header.participants
    assert (builder.name, builder.kind) == ("Builder", ParticipantKind.BOT)


def test_a_deleted_root_is_a_placeholder(tmp_path):
    root = slack_message(
        "1.0", "USLACKBOT", "This message was deleted.", subtype="tombstone", thread_ts="1.0"
    )
    reply = slack_message("2.0", ANA, "Why?", thread_ts="1.0")
    snapshot = read_day(tmp_path, root, reply, thread="general/1.0")
    assert [m.kind for m in snapshot.messages] == [MessageKind.DELETED, MessageKind.NORMAL]


def test_a_root_that_was_not_exported_is_taken_from_a_broadcast(tmp_path):
    root = slack_message("1.0", ANA, "The question", thread_ts="1.0")
    reply = slack_message("2.0", BOB, "The answer", thread_ts="1.0", subtype="thread_broadcast", root=root)
    snapshot = read_day(tmp_path, reply, thread="general/1.0")
    assert [plain(m.body) for m in snapshot.messages] == ["The question", "The answer"]


def test_a_thread_without_its_root_is_its_replies(tmp_path):
    replies = [slack_message(f"{n}.0", ANA, f"Reply {n}", thread_ts="1.0") for n in (2, 3)]
    assert len(read_day(tmp_path, *replies, thread="general/1.0").messages) == 2


UPLOAD = {
    "id": "F01",
    "name": "pixel.png",
    "mimetype": "image/png",
    "mode": "hosted",
    "size": len(PIXEL),
    "url_private": "https://files.slack.com/files-pri/T01-F01/pixel.png",
}


def with_upload(**more):
    return slack_files() | day(slack_message("1.0", ANA, "See", files=[UPLOAD])) | more


def test_a_file_known_by_address_only_is_missing_and_never_fetched(tmp_path):
    with open_archive(write_zip(tmp_path / "x.zip", with_upload())) as archive:
        snapshot = archive.read("general")
    [copy] = snapshot.header.files
    assert (copy.name, copy.state, copy.reason) == ("pixel.png", FileState.MISSING, "not part of the export")
    assert copy.locator == ""
    assert snapshot.messages[0].attachments[0].file == copy.id


@pytest.mark.parametrize("member", ["__uploads/F01/pixel.png", "general/attachments/F01-pixel.png"])
async def test_a_file_that_slackdump_saved_is_read_from_the_archive(tmp_path, member):
    with open_archive(write_zip(tmp_path / "x.zip", with_upload(**{member: PIXEL}))) as archive:
        [copy] = archive.read("general").header.files
        assert (copy.state, copy.locator) == (FileState.PENDING, member)
        async with archive.open_file(copy.locator) as stream:
            assert b"".join([chunk async for chunk in stream]) == PIXEL


def test_a_block_of_an_unknown_kind_is_shown_not_dropped(tmp_path):
    block = {"type": "hologram", "text": {"type": "plain_text", "text": "Deploy at noon"}}
    snapshot = read_day(tmp_path, slack_message("1.0", ANA, "", blocks=[block]))
    assert "Deploy at noon" in plain(snapshot.messages[0].body) or "hologram" in plain(
        snapshot.messages[0].body
    )


BROKEN = [
    ({"general/2026-11-22.json": b"{"}, '"general/2026-11-22.json"'),
    ({"general/2026-11-22.json": {"ok": True}}, "not a list"),
    ({"general/2026-11-22.json": ["text"]}, "not a list of objects"),
    ({"users.json": b"[NaN]"}, '"users.json"'),
    ({"channels.json": {"a": 1}}, '"channels.json"'),
]


@pytest.mark.parametrize(("change", "hint"), BROKEN)
def test_a_broken_file_is_named(tmp_path, change, hint):
    path = write_zip(tmp_path / "x.zip", slack_files() | change)
    with pytest.raises(ArchiveError) as caught, open_archive(path) as archive:
        archive.threads()
    assert hint in str(caught.value)


@pytest.mark.parametrize("thread", ["nowhere", "general/9.9", "general/", "../general", ""])
def test_an_unknown_thread_is_not_there(tmp_path, thread):
    with pytest.raises(ArchiveError, match="has no thread"):
        read(tmp_path, thread)


def test_an_export_without_messages_says_so(tmp_path):
    files = {name: value for name, value in slack_files().items() if "/" not in name}
    with (
        open_archive(write_zip(tmp_path / "x.zip", files)) as archive,
        pytest.raises(ArchiveError, match="holds no messages"),
    ):
        archive.threads()


def test_odd_messages_are_read_without_an_error(tmp_path):
    odd = [
        {},
        {"ts": "x"},
        {"ts": 5, "user": 7, "thread_ts": ["1"]},
        {"ts": "9" * 400, "text": None},
        {"files": "f"},
    ]
    snapshot = read_day(tmp_path, slack_message("1.0", ANA, "ok"), *odd)
    assert "ok" in {plain(m.body) for m in snapshot.messages}
    assert len(snapshot.messages) == 1 + len(odd)


@pytest.mark.corpus
def test_messages_of_real_exports_are_read(tmp_path):
    folder = corpora() / "slack-zulip-fixtures"

    told = []
    for file in sorted(folder.glob("*.json")):
        value = json.loads(file.read_text())
        told += value if isinstance(value, list) else [value]
    snapshot = read_day(tmp_path, *told)
    assert len(snapshot.messages) == len(told)
    texts = [plain(m.body) for m in snapshot.messages]
    assert any("Datum 1" in text for text in texts)
    assert any("everyone should see this" in text for text in texts)
    assert "Peter" in {p.name for p in snapshot.header.participants}


def edn_messages(text):
    """The messages of a Datomic dump, as a Slack export has them."""
    patterns = {
        "ts": r':ts "([^"]+)"',
        "thread_ts": r':thread-ts "([^"]+)"',
        "user": r':user \[:user/slack-id "(\w+)"\]',
        "text": r':text\s+("(?:[^"\\]|\\.)*")',
    }
    for chunk in text.split("#:message{")[1:]:
        found = {key: re.search(pattern, chunk) for key, pattern in patterns.items()}
        if found["ts"] and found["text"]:
            raw = {key: match[1] for key, match in found.items() if match}
            yield {"type": "message", **raw, "text": json.loads(raw["text"])}


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["threaded-messages", "quiet-channels", "two-channels-two-days"])
def test_real_public_threads_are_read_whole(tmp_path, name):
    folder = corpora() / "slack-clojurians-demo" / "resources" / "clojurians-log" / "test-data"
    told = list(edn_messages((folder / f"{name}.edn").read_text()))
    assert len(told) >= 9
    path = write_zip(tmp_path / "x.zip", slack_files() | day(*told))
    with open_archive(path) as archive:
        threads = [one for one in archive.threads() if one.id.startswith("general/")]
        whole = archive.read("general")
        assert len(whole.messages) == len({one["ts"] for one in told})
        for thread in threads:
            assert len(archive.read(thread.id).messages) == thread.messages
    if name == "threaded-messages":
        assert threads
    shown = "\n".join(plain(m.body) for m in whole.messages)
    assert "<@U" not in shown
    assert len(shown) > sum(len(one["text"]) for one in told) * 0.8
