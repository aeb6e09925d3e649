"""The sample threads show everything that a thread can hold."""

from __future__ import annotations

from collections import Counter

from adapters.playground.chat import Chat
from adapters.playground.parse import descendants
from bot.model import MessageKind
from bot.richtext.nodes import (
    CodeBlock,
    Emoji,
    Heading,
    Italic,
    Link,
    List,
    Mention,
    Quote,
    Spoiler,
    Strike,
    Table,
)
from tests.adapters.playground.serving import ANA, JONAS


async def everything(chat):
    threads = await chat.threads(ANA)
    return {t.title: await chat.last_posts(t.id, before=2**62, limit=1000) for t in threads}


async def test_every_kind_of_content_is_there(chat):
    posts = [post for thread in (await everything(chat)).values() for post in thread]
    nodes = {type(node) for post in posts for node in descendants(post.message.body)}
    assert {CodeBlock, Emoji, Heading, Italic, Link, List, Mention, Quote, Spoiler, Strike, Table} <= nodes
    messages = [post.message for post in posts]
    assert {m.kind for m in messages} == set(MessageKind)
    for part in ("reactions", "attachments", "cards", "forwards", "poll", "reply_to", "edited_at"):
        assert any(getattr(m, part) for m in messages), part


async def test_pictures_and_other_files_are_there(chat):
    files = [f for t in await chat.threads(ANA) for f in await chat.thread_files(t.id)]
    assert Counter(bool(f.width) for f in files) == {True: 3, False: 2}


async def test_one_thread_has_300_messages_and_every_thread_reads_in_order(chat):
    threads = await everything(chat)
    assert max(map(len, threads.values())) == 300
    for posts in threads.values():
        moments = [post.message.sent_at for post in posts]
        assert moments == sorted(moments)
        assert moments[-1] < chat.now()


async def test_an_assistant_has_taken_part_in_a_thread(chat):
    posts = (await everything(chat))["Why is search slow on long threads?"]
    assert {chat.people[p.message.author].name for p in posts} == {
        "Ana Moreno",
        "Jonas Weber",
        "Mei Tanaka",
        "Sage",
    }


async def test_one_channel_is_private(chat):
    assert len(await chat.threads(ANA)) == len(await chat.threads(JONAS)) + 1


async def test_what_looks_like_a_secret_is_made_anew_for_each_playground(chat, tmp_path, clock):
    async def token(one):
        posts = (await everything(one))["Access to staging for the import test"]
        return posts[1].source.split("IMPORT_TOKEN=")[1].split()[0]

    another = await Chat.open(tmp_path / "another", clock=clock)
    try:
        assert len(await token(chat)) == 40
        assert await token(chat) != await token(another)
    finally:
        await another.close()


async def test_a_chat_that_is_opened_again_is_as_it_was(chat, tmp_path, clock):
    before = await everything(chat)
    again = await Chat.open(tmp_path / "chat", clock=clock)
    try:
        assert await everything(again) == before
    finally:
        await again.close()
