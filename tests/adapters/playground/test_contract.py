"""The playground keeps what every platform promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from adapters.playground.chat import Chat
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, WORKSPACE, Post, Role, answer_to
from bot.model import Actor, Attachment, ChannelRef, Message, MessageKind, PostRef, ThreadRef
from bot.phrases import shared_name
from bot.platforms import CanEditPosts, Platform, ThreadNotFound
from bot.reply import Reply
from bot.richtext.nodes import Bold, Mention, Paragraph, Text
from bot.richtext.plain import plain
from tests.adapters import contract
from tests.adapters.playground.conftest import Clock
from tests.adapters.stage import CONVERSATION, SHORTLY, capture


@dataclass
class PlaygroundStage:
    chat: Chat
    clock: Clock
    platform: PlaygroundPlatform
    place: ChannelRef
    thread: ThreadRef
    private: ThreadRef
    losses: frozenset[str] = frozenset()

    def actor(self, handle: str) -> Actor:
        person = next(p for p in self.chat.people.values() if p.handle == handle)
        return Actor(PLATFORM, WORKSPACE, person.id, person.name)

    @property
    def reader(self) -> Actor:
        return self.actor("ana")

    @property
    def stranger(self) -> Actor:
        return self.actor("jonas")

    @property
    def moderator(self) -> Actor:
        return self.actor("mei")

    def now(self) -> datetime:
        return self.clock.now

    def key(self, name: str) -> str:
        return next(p.id for p in self.chat.people.values() if p.name == name)

    async def tell(self) -> None:
        ids: list[str] = []
        for told in CONVERSATION:
            self.clock.now += SHORTLY
            body = tuple(_with_keys(block, self.key) for block in told.body)
            answered = await self.chat.post(ids[told.answers]) if told.answers is not None else None
            file = await self.chat.add_file(*told.file, self.thread.thread) if told.file else None
            message = Message(
                "",
                self.key(told.by),
                self.clock.now,
                MessageKind.DELETED if told.deleted else MessageKind.NORMAL,
                body,
                edited_at=self.clock.now if told.edited else None,
                reply_to=answer_to(answered.message) if answered else None,
                attachments=(Attachment(file.id),) if file else (),
            )
            post = await self.chat.add_post(Post(self.thread.thread, message))
            assert post is not None
            ids.append(post.id)

    async def say(self, thread: ThreadRef, by: str, text: str) -> None:
        await self.say_many(thread, by, [text])

    async def say_many(self, thread: ThreadRef, by: str, texts: Sequence[str]) -> None:
        for text in texts:
            self.clock.now += SHORTLY
            message = Message("", self.key(by), self.clock.now, body=(Paragraph((Text(text),)),))
            await self.chat.add_post(Post(thread.thread, message))

    async def edit_first(self, thread: ThreadRef, text: str) -> None:
        first = (await self._posts(thread))[0]
        body = (Paragraph((Text(text),)),)
        await self.chat.change_post(
            first.id, lambda old: replace(old, message=replace(old.message, body=body))
        )

    async def delete(self, post: PostRef) -> None:
        await self.chat.change_post(
            post.post,
            lambda old: replace(old, card=None, message=replace(old.message, kind=MessageKind.DELETED)),
        )

    async def delete_thread(self, thread: ThreadRef) -> None:
        await self.chat.delete_thread(thread.thread)

    async def pings(self) -> int:
        return sum([sum((await self.chat.unread(person)).values()) for person in self.chat.people])

    async def texts(self, thread: ThreadRef) -> Sequence[str]:
        return [_shown(post) for post in await self._posts(thread)]

    async def names(self, thread: ThreadRef) -> Sequence[str]:
        return [
            shared_name(post.speaker.name)
            if post.role is Role.TURN and post.speaker
            else post.message.author or ""
            for post in await self._posts(thread)
        ]

    async def _posts(self, thread: ThreadRef) -> list[Post]:
        return await self.chat.last_posts(thread.thread, before=2**62, limit=1000)


def _with_keys(node, key):
    if isinstance(node, Mention):
        return replace(node, person=key(node.name))
    children = getattr(node, "children", None)
    return node if children is None else replace(node, children=tuple(_with_keys(c, key) for c in children))


def _shown(post: Post) -> str:
    if post.card:
        return "\n".join((post.card.title, post.card.url, *post.card.lines))
    return plain(post.message.body)


class TestPlaygroundPlatform(contract.PlatformContract, contract.PostsOnce, contract.EditsPosts):
    @pytest.fixture
    async def stage(self, chat, clock):
        thread = await chat.start_thread("C02ENGINEER", "Numbers", "U01QANA7")
        private = next(t for t in await chat.threads("U01QANA7") if t.channel == "C07LEADS")
        stage = PlaygroundStage(
            chat,
            clock,
            PlaygroundPlatform(chat),
            ChannelRef(PLATFORM, WORKSPACE, "C02ENGINEER"),
            ThreadRef(PLATFORM, WORKSPACE, "C02ENGINEER", thread.id),
            ThreadRef(PLATFORM, WORKSPACE, "C07LEADS", private.id),
        )
        await stage.tell()
        return stage

    def test_it_is_a_platform_with_the_ability_it_names(self, stage):
        assert isinstance(stage.platform, Platform)
        assert isinstance(stage.platform, CanEditPosts)

    async def test_a_thread_deleted_while_it_is_read_is_not_captured_in_part(self, stage):
        await stage.say_many(stage.thread, "Ana Moreno", ["more"] * 150)

        async def delete(_done, _total):
            await stage.delete_thread(stage.thread)

        with pytest.raises(ThreadNotFound):
            await capture(stage, progress=delete)

    async def test_an_app_and_a_stranger_from_elsewhere_read_nothing(self, stage):
        for actor in (replace(stage.reader, user="U09SAGEX"), replace(stage.reader, workspace="W404")):
            assert not await stage.platform.may_read(actor, stage.thread)
            with pytest.raises(ThreadNotFound):
                await capture(stage, actor=actor)

    async def test_a_notice_waits_for_its_person_alone(self, stage):
        await stage.platform.notify(stage.reader, Reply((Paragraph((Bold((Text("x"),)),)),)))
        assert len(stage.chat.events.notices(stage.reader.user)) == 1
        assert stage.chat.events.notices(stage.stranger.user) == ()
