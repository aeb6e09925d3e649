"""A thread small enough to be shared hundreds of times, with a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.playground.records import Post, Role
from bot.commands import Request
from bot.model import Actor, Attachment, ChannelRef, Draft, Message, ThreadRef
from bot.reply import Reply
from bot.richtext.nodes import Paragraph, Text
from bot.richtext.plain import plain
from tests.bot.jobs.conftest import Town

CHANNEL = "C01GENERAL"
WORDS = ("one albatross", "two badgers", "three cormorants")


@dataclass
class SmallTown:
    """`town`, and its thread `thread`, which `ana` shares into `place`."""

    town: Town
    ana: Actor
    thread: ThreadRef
    place: ChannelRef

    @property
    def sharing(self):
        return self.town.sharing

    async def prepare(self) -> Draft:
        return await self.sharing.prepare(self.ana, self.thread)

    async def share(self):
        return await self.sharing.publish((await self.prepare()).id, self.ana)

    def request(self, verb: str, argument: str = "", delivery: str = "", **more: Any) -> Request:
        return Request(self.ana, verb, argument, self.place, self.thread, delivery=delivery, **more)

    async def ask(self, verb: str, argument: str = "", **more: Any) -> Reply:
        return await self.town.world.commands.handle(self.request(verb, argument, **more))

    async def posts(self, role: Role, thread: ThreadRef | None = None) -> list[Post]:
        chat = self.town.chat
        found = await chat.posts((thread or self.thread).thread, after=0, until=chat.now(), limit=10_000)
        return [post for post in found if post.role is role]

    async def say(self, text: str, who: str = "jonas") -> None:
        await say(self.town, self.thread.thread, who, text)

    async def settle(self) -> None:
        await self.town.world.continuing.settle()
        await self.town.world.outbox.drain()


async def say(town: Town, thread: str, who: str, text: str, *files: Attachment) -> None:
    author = town.actor(who).user
    message = Message("", author, town.chat.now(), body=(Paragraph((Text(text),)),), attachments=files)
    await town.chat.add_post(Post(thread, message))


async def small_town(town: Town) -> SmallTown:
    ana = town.actor("ana")
    thread = (await town.chat.start_thread(CHANNEL, "Birds", ana.user)).id
    file = await town.chat.add_file("notes.txt", b"a list of birds", thread)
    for who, text in zip(("ana", "jonas", "mei"), WORDS, strict=True):
        await say(town, thread, who, text, *([Attachment(file.id)] if who == "ana" else []))
    place = ChannelRef(ana.platform, ana.workspace, CHANNEL)
    return SmallTown(town, ana, ThreadRef(ana.platform, ana.workspace, CHANNEL, thread), place)


def said(reply: Reply) -> str:
    return plain(reply.body)
