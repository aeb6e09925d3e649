"""JSON of DiscordChatExporter, as it writes it."""

import json

import pytest

from adapters.archives.discord_messages import to_api_message, to_api_user
from adapters.archives.errors import ArchiveError
from adapters.archives.reader import open_archive
from bot.model import FileState, MessageKind, ParticipantKind
from bot.richtext.nodes import Bold, Code, Emoji, Mention, Paragraph, Text
from bot.richtext.plain import plain
from tests.adapters.archives.exports import (
    ADA,
    BEN,
    PIXEL,
    discord_author,
    discord_export,
    discord_message,
    write_folder,
    write_zip,
)
from tests.corpora import corpora


def read(tmp_path, *messages, files=None, **channel):
    write_folder(tmp_path, {"chat.json": discord_export(*messages, **channel), **(files or {})})
    with open_archive(tmp_path / "chat.json") as archive:
        return archive.read(archive.threads()[0].id)


def read_one(tmp_path, content="", author=ADA, files=None, **fields):
    snapshot = read(tmp_path, discord_message("1", author, content, **fields), files=files)
    return snapshot.messages[0], snapshot


def test_a_thread_is_read_with_its_place_people_and_text(tmp_path):
    snapshot = read(tmp_path)
    header = snapshot.header
    assert (header.title, header.source.platform) == ("How to frob", "Discord")
    assert (header.source.workspace, header.source.channel) == ("Frobbers", "help")
    assert header.taken_at.isoformat() == "2026-11-23T10:00:00+00:00"
    assert [p.name for p in header.participants] == ["Ada", "Ben"]
    assert [p.aliases for p in header.participants] == [("ada",), ("ben",)]
    assert Bold((Text("this"),)) in snapshot.messages[1].body[0].children


def test_the_summary_counts_authors_and_messages(tmp_path):
    write_folder(tmp_path, {"chat.json": discord_export()})
    with open_archive(tmp_path / "chat.json") as archive:
        assert archive.kind == "discord-export"
        [one] = archive.threads()
    assert (one.id, one.title, one.channel, one.messages, one.people) == ("500", "How to frob", "help", 2, 2)
    assert one.first_at is not None


def test_a_channel_is_named_by_itself(tmp_path):
    snapshot = read(tmp_path, type="GuildTextChat", name="general", category="Text Channels")
    assert (snapshot.header.title, snapshot.header.source.channel) == ("general", "general")


def test_parts_of_one_channel_are_put_together_once(tmp_path):
    one, two, three = (discord_message(str(n), ADA, f"Message {n}") for n in (1, 2, 3))
    files = {"c [part 1].json": discord_export(one, two), "c [part 2].json": discord_export(two, three)}
    with open_archive(write_folder(tmp_path / "x", files)) as archive:
        assert [one.messages for one in archive.threads()] == [3]
        assert [plain(m.body) for m in archive.read("500").messages] == [
            "Message 1",
            "Message 2",
            "Message 3",
        ]


def test_several_channels_of_a_folder_are_several_threads(tmp_path):
    files = {"a.json": discord_export(), "b/b.json": discord_export(id="501", name="Other")}
    with open_archive(write_zip(tmp_path / "x.zip", files)) as archive:
        assert {one.id for one in archive.threads()} == {"500", "501"}


def test_a_reply_names_what_it_answers(tmp_path):
    reference = {"messageId": "1", "channelId": "500", "guildId": "1"}
    snapshot = read(
        tmp_path,
        discord_message("1", ADA, "Why?"),
        discord_message("2", BEN, "So", type="Reply", reference=reference),
    )
    answer = snapshot.messages[1]
    assert answer.kind is MessageKind.NORMAL
    assert answer.reply_to is not None
    assert (answer.reply_to.message, answer.reply_to.author) == ("1", ADA["id"])


def test_a_mention_that_was_written_out_is_a_mention_again(tmp_path):
    message, _ = read_one(tmp_path, "Thanks @Ben, and `@Ben`", mentions=[BEN])
    [paragraph] = message.body
    assert isinstance(paragraph, Paragraph)
    assert Mention("person", "Ben", "102") in paragraph.children
    assert Code("@Ben") in paragraph.children


def test_a_mention_that_was_left_raw_is_resolved(tmp_path):
    message, _ = read_one(tmp_path, "Thanks <@102>", mentions=[BEN])
    assert plain(message.body) == "Thanks @Ben"


def test_an_emoji_that_was_written_out_is_an_emoji_again_with_its_saved_picture(tmp_path):
    emoji = {
        "id": "301",
        "name": "frob",
        "code": "frob",
        "isAnimated": False,
        "imageUrl": "chat.json_Files/e.png",
    }
    message, snapshot = read_one(
        tmp_path, "Yes :frob:", inlineEmojis=[emoji], files={"chat.json_Files/e.png": PIXEL}
    )
    assert Emoji("frob", file="emoji:301") in message.body[0].children
    [picture] = snapshot.header.files
    assert (picture.id, picture.state, picture.locator) == (
        "emoji:301",
        FileState.PENDING,
        "chat.json_Files/e.png",
    )


ATTACHMENT = {
    "id": "9",
    "url": "chat.json_Files\\pixel-1A2B.png",
    "fileName": "pixel.png",
    "fileSizeBytes": 70,
}


async def test_a_saved_attachment_is_read_from_the_export_s_own_folder(tmp_path):
    files = {"chat.json": discord_export(discord_message("1", ADA, "See", attachments=[ATTACHMENT]))}
    write_folder(tmp_path, {**files, "chat.json_Files/pixel-1A2B.png": PIXEL})
    with open_archive(tmp_path / "chat.json") as archive:
        snapshot = archive.read("500")
        [copy] = snapshot.header.files
        assert (copy.name, copy.state) == ("pixel.png", FileState.PENDING)
        assert snapshot.messages[0].attachments[0].file == copy.id
        async with archive.open_file(copy.locator) as stream:
            assert b"".join([chunk async for chunk in stream]) == PIXEL


OUTSIDE = [
    "../secret.png",
    "chat.json_Files/../../secret.png",
    "/etc/passwd",
    "other.json",
    "https://cdn.x.y/z.png",
]


@pytest.mark.parametrize(
    "url", [*OUTSIDE, "file:///etc/passwd", "C:\\secret.png", "chat.json_Files/gone.png", ""]
)
def test_a_path_out_of_the_export_s_folder_and_an_address_are_missing(tmp_path, url):
    (tmp_path / "secret.png").write_bytes(PIXEL)
    attachment = {**ATTACHMENT, "url": url}
    message, snapshot = read_one(tmp_path / "in", "See", attachments=[attachment], files={"other.json": {}})
    [copy] = snapshot.header.files
    assert (copy.name, copy.state, copy.locator) == ("pixel.png", FileState.MISSING, "")
    assert copy.reason
    assert len(message.attachments) == 1


def test_a_saved_avatar_belongs_to_its_author(tmp_path):
    author = {**ADA, "avatarUrl": "chat.json_Files/ada.png"}
    _, snapshot = read_one(tmp_path, "Hi", author, files={"chat.json_Files/ada.png": PIXEL})
    assert snapshot.header.participants[0].avatar == "avatar:101"
    assert [f.locator for f in snapshot.header.files] == ["chat.json_Files/ada.png"]


def test_reactions_keep_their_count_and_people(tmp_path):
    emoji = {"id": "", "name": "🎉", "code": "tada", "isAnimated": False, "imageUrl": "https://x/y.svg"}
    message, snapshot = read_one(tmp_path, "Done", reactions=[{"emoji": emoji, "count": 3, "users": [BEN]}])
    [reaction] = message.reactions
    assert (reaction.emoji.char, reaction.count, reaction.people) == ("🎉", 3, ("102",))
    assert "Ben" in {p.name for p in snapshot.header.participants}


def test_an_embed_is_a_card(tmp_path):
    embed = {
        "title": "Frobbing",
        "url": "https://example.org/frob",
        "timestamp": None,
        "description": "All about it",
        "color": "#FF8800",
        "author": {"name": "Frob Inc", "url": None},
        "thumbnail": {"url": "chat.json_Files/t.png", "width": 1, "height": 1},
        "footer": {"text": "The end"},
        "images": [],
        "fields": [{"name": "Since", "value": "1970", "isInline": True}],
    }
    message, snapshot = read_one(tmp_path, "", embeds=[embed], files={"chat.json_Files/t.png": PIXEL})
    [card] = message.cards
    assert (card.url, card.author, card.color) == ("https://example.org/frob", "Frob Inc", "#ff8800")
    assert "All about it" in plain(card.body)
    assert "1970" in plain(card.body)
    assert [f.state for f in snapshot.header.files] == [FileState.PENDING]


def test_a_forwarded_message_keeps_its_text_and_files(tmp_path):
    forwarded = {
        "timestamp": "2026-11-21T09:00:00+00:00",
        "timestampEdited": None,
        "content": "From elsewhere",
        "attachments": [ATTACHMENT],
        "embeds": [],
        "stickers": [],
    }
    reference = {"type": "Forward", "messageId": "7", "channelId": "9", "guildId": "1"}
    message, snapshot = read_one(tmp_path, forwardedMessage=forwarded, reference=reference)
    [forward] = message.forwards
    assert plain(forward.body) == "From elsewhere"
    assert [f.name for f in snapshot.header.files] == ["pixel.png"]


EVENTS = [
    ("ChannelPinnedMessage", "Pinned a message.", "pinned a message"),
    ("GuildMemberJoin", "Joined the server.", "joined the server"),
    ("ChannelNameChange", "Changed the channel name to **frobs**.", "changed the channel name: #frobs"),
    ("ThreadCreated", "Started a thread.", "started a thread"),
    ("Call", "Started a call that lasted 5 minutes.", "started a call that lasted 5 minutes"),
    ("RecipientAdd", "Added @Ben to the group.", "added @Ben to the thread"),
]


@pytest.mark.parametrize(("kind", "written", "shown"), EVENTS)
def test_a_system_message_continues_its_author_s_name(tmp_path, kind, written, shown):
    ended = "2026-11-22T09:06:00+00:00"
    message, _ = read_one(tmp_path, written, type=kind, mentions=[BEN], callEndedTimestamp=ended)
    assert message.kind is MessageKind.SYSTEM
    assert plain(message.body) == shown


def test_an_answer_to_what_was_not_exported_does_not_call_it_deleted(tmp_path):
    message, _ = read_one(tmp_path, "So", type="Reply", reference={"messageId": "99", "channelId": "500"})
    assert message.reply_to is not None
    assert (message.reply_to.message, message.reply_to.excerpt) == ("99", ())


def test_a_webhook_is_a_person_and_an_app_a_bot(tmp_path):
    app = discord_author("201", "Helper", isBot=True, discriminator="4321")
    webhook = discord_author("202", "Relay", isBot=True)
    snapshot = read(tmp_path, discord_message("1", app, "Beep"), discord_message("2", webhook, "Hi"))
    assert {p.name: p.kind for p in snapshot.header.participants} == {
        "Helper": ParticipantKind.BOT,
        "Relay": ParticipantKind.PERSON,
    }


def test_a_saved_sticker_is_read_from_the_export(tmp_path):
    sticker = {"id": "8", "name": "Wumpus", "format": "Png", "sourceUrl": "chat.json_Files/8.png"}
    _, snapshot = read_one(tmp_path, "", stickers=[sticker], files={"chat.json_Files/8.png": PIXEL})
    [copy] = snapshot.header.files
    assert (copy.name, copy.state, copy.locator) == ("Wumpus", FileState.PENDING, "chat.json_Files/8.png")


def test_a_sticker_and_a_button_are_shown(tmp_path):
    sticker = {"id": "8", "name": "Wumpus", "format": "Png", "sourceUrl": "https://x/8.png"}
    row = {
        "type": "ActionRow",
        "components": [{"type": "Button", "style": "Link", "label": "Docs", "url": "https://d.x"}],
    }
    message, snapshot = read_one(tmp_path, "See", stickers=[sticker], components=[row])
    shown = plain(message.body) + " ".join(f.name for f in snapshot.header.files)
    assert "Wumpus" in shown
    assert "Docs" in plain(message.body)


@pytest.mark.parametrize(
    ("word", "number"), [("Default", 0), ("Reply", 19), ("20", 20), ("Novelty", 0), (None, 0), (7, 0)]
)
def test_types_become_the_api_s_numbers(word, number):
    assert to_api_message({"type": word})["type"] == number


def test_a_user_becomes_the_api_s_user():
    assert to_api_user(ADA)["global_name"] == "Ada"
    assert to_api_user({})["id"] == ""


@pytest.mark.parametrize(
    "value",
    [None, 5, "x", [], {}, [[]], [None], {"id": {}}, [{"id": [], "name": 5, "url": {}, "count": "x"}]],
)
def test_wrong_shapes_in_every_field_are_read_without_an_error(tmp_path, value):
    fields = [name for name in discord_message("1", ADA, "") if name != "id"]
    fields += ["reference", "forwardedMessage", "interaction", "components", "poll"]
    odd = [{**discord_message(str(n), ADA, "ok"), field: value} for n, field in enumerate(fields)]
    assert len(read(tmp_path, *odd).messages) == len(odd)


def test_messages_without_ids_are_all_kept(tmp_path):
    nameless = [{**discord_message("1", ADA, f"Message {n}"), "id": None} for n in range(3)]
    assert len(read(tmp_path, *nameless).messages) == 3


def test_the_channels_that_an_export_tells_of_are_named_in_mentions(tmp_path):
    message, _ = read_one(tmp_path, "See <#400> and <#500>, not <#999>")
    assert plain(message.body) == "See #help and #How to frob, not #unknown-channel"


def test_messages_that_are_no_objects_are_refused(tmp_path):
    write_folder(tmp_path, {"chat.json": discord_export() | {"messages": ["text"]}})
    with pytest.raises(ArchiveError, match=r'"chat.json"'), open_archive(tmp_path / "chat.json") as archive:
        archive.threads()


def test_an_export_without_messages_says_so(tmp_path):
    write_folder(tmp_path, {"chat.json": discord_export() | {"messages": []}})
    with open_archive(tmp_path / "chat.json") as archive, pytest.raises(ArchiveError, match="no messages"):
        archive.read("500")


@pytest.mark.corpus
def test_a_real_export_is_read_with_its_media():
    [file] = (corpora() / "discord-dce-example-export").glob("*/*.json")
    with open_archive(file) as archive:
        snapshot = archive.read(archive.threads()[0].id)
        told = json.loads(file.read_text())
        assert len(snapshot.messages) == told["messageCount"]
        assert "offline chat experience" in plain(snapshot.messages[0].body)
        [avatar] = snapshot.header.files
        assert avatar.state is FileState.PENDING
        picture = archive.read_file(avatar.locator, 10_000_000)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert snapshot.messages[0].pinned
