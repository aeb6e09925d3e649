"""A real export's thread, put into the playground."""

from __future__ import annotations

import stat

from adapters.playground.chat import Chat
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, WORKSPACE
from bot.model import Actor, Attachment, FileState, LinkCard, Reaction, ReplyTo, ThreadRef
from bot.richtext.nodes import Emoji, Mention, Paragraph, Text
from bot.richtext.plain import plain
from tests.adapters.playground.serving import ANA, JONAS
from tests.adapters.stage import Counting, Ledger
from tests.builders import file, message, person, snapshot

ALICE, BOB = person("Alice", aliases=["al"]), person("Bob")
EXPORT = snapshot(
    message("Look at this", ALICE, id="9.1", attachments=(Attachment("F1"), Attachment("F2"))),
    message(
        (Paragraph((Mention("person", "Alice", ALICE.key), Text(" nice"), Emoji("blob", file="F3"))),),
        BOB,
        id="9.2",
        reply_to=ReplyTo("9.1", ALICE.key, (Text("Look"),)),
        reactions=(Reaction(Emoji("tada", "🎉"), 1, (ALICE.key,)),),
        cards=(LinkCard((Text("A card"),), author=ALICE.key, image="F1"),),
    ),
    people=[ALICE, BOB],
    files=[
        file("F1", "a.txt", state=FileState.PENDING, locator="uploads/a.txt"),
        file("F2", "b.txt", state=FileState.PENDING, locator="uploads/b.txt"),
        file("F3", "blob.png", state=FileState.MISSING, reason="it is not in the export."),
    ],
    title="From elsewhere",
)


def read(locator):
    return {"uploads/a.txt": b"hello"}.get(locator)


async def capture(chat, thread):
    return await PlaygroundPlatform(chat).capture(
        Actor(PLATFORM, WORKSPACE, JONAS, "Jonas"),
        ThreadRef(PLATFORM, WORKSPACE, thread.channel, thread.id),
        until=chat.now().replace(year=2030),
        replayed_by=Ledger().replayed_by,
        progress=Counting(),
    )


async def test_it_stands_in_the_channel_imported_and_says_the_same(chat):
    thread = await chat.import_snapshot(EXPORT, read)
    assert chat.channels[thread.channel].name == "imported"
    got = await capture(chat, thread)
    assert got.header.title == "From elsewhere"
    assert [plain(m.body) for m in got.messages] == [plain(m.body) for m in EXPORT.messages]
    assert [m.sent_at for m in got.messages] == [m.sent_at for m in EXPORT.messages]
    names = {p.key: p for p in got.header.participants}
    first, second = got.messages
    assert [names[m.author].name for m in got.messages] == ["Alice", "Bob"]
    assert names[first.author].aliases == ("al",)
    assert second.reply_to == ReplyTo(first.id, first.author, (Text("Look"),))
    assert second.reactions[0].people == (first.author,)
    assert second.body[0].children[0].person == first.author
    assert second.cards[0].author == ALICE.key


async def test_files_come_along_and_what_is_not_there_says_so(chat):
    got = await capture(chat, await chat.import_snapshot(EXPORT, read))
    files = {f.id: f for f in got.header.files}
    found, lost = (files[a.file] for a in got.messages[0].attachments)
    assert (found.name, found.state) == ("a.txt", FileState.PENDING)
    async with PlaygroundPlatform(chat).open_file(found.locator) as chunks:
        assert b"".join([c async for c in chunks]) == b"hello"
    assert (lost.name, lost.state) == ("b.txt", FileState.MISSING)
    assert lost.reason
    assert got.messages[1].cards[0].image == found.id
    assert files[got.messages[1].body[0].children[2].file].state is FileState.MISSING


async def test_the_same_thread_is_imported_once(chat):
    first = await chat.import_snapshot(EXPORT, read)
    assert await chat.import_snapshot(EXPORT, read) == first
    assert (await chat.thread(first.id)).messages == 2


async def test_imported_people_can_be_neither_impersonated_nor_mentioned(chat, browser):
    await chat.import_snapshot(EXPORT, read)
    alice = next(p for p in chat.people.values() if p.name == "Alice")
    assert not alice.live
    assert (await browser.get("/playground/api/state", alice.id)).status == 400
    assert "imported" in {c["name"] for c in (await browser.json("state", ANA))["channels"]}


async def test_what_was_imported_is_for_nobody_but_the_user_we_run_as(tmp_path):
    chat = await Chat.open(tmp_path / "data" / "playground")
    await chat.close()
    folders = [
        tmp_path / "data",
        tmp_path / "data" / "playground",
        tmp_path / "data" / "playground" / "files",
    ]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 3
