"""Whatever people do, in whatever order: the real jobs and a plain model agree after every step."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from adapters.playground.chat import Chat
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, WORKSPACE, Post, Role
from bot.cli.world import open_world
from bot.model import Actor, ChannelRef, Message, Names, ThreadRef
from bot.richtext.nodes import Paragraph, Text
from bot.richtext.plain import plain
from bot.settings import load_settings
from bot.sharing import Gone, Refused
from bot.store import outbox
from tests.bot.store.fixtures import lay_database

LONG = bool(os.environ.get("THREADLINK_LONG"))
PEOPLE = ("ana", "jonas", "mei")
MODERATOR = "mei"


@dataclass
class ModelShare:
    """What readers of one link must see, or why nothing."""

    owner: str
    thread: str
    words: list[str]
    left_out: set[str]
    expires_at: datetime | None = None
    gone: str = ""
    revision: int = 1
    continued: int = 0
    names: dict[str, str] = field(default_factory=dict)


@pytest.mark.long
class Sharing(RuleBasedStateMachine):
    seed_folder: Path
    threads = Bundle("threads")
    links = Bundle("links")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="threadlink-model-"))
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.skew = timedelta(0)
        self.words: dict[str, dict[str, str]] = {}
        self.shares: dict[str, ModelShare] = {}
        self.number = 0
        self.do(self._open(seed=True))

    def do(self, work):
        return self.runner.run(work)

    async def _open(self, *, seed: bool = False) -> None:
        if seed:
            await asyncio.to_thread(shutil.copytree, self.seed_folder, self.folder / "chat")
        self.chat = await Chat.open(self.folder / "chat")
        self.stack.push_async_callback(self.chat.close)
        await lay_database(self.folder / "data" / "threadlink.db")
        chosen = load_settings({"THREADLINK_DATA": str(self.folder / "data")}, env_file=None)
        self.world = await self.stack.enter_async_context(
            open_world(chosen, {PLATFORM: PlaygroundPlatform(self.chat)})
        )
        self.sharing = self.world.sharing
        self.sharing.clock = self.world.outbox.clock = self.now

    def now(self) -> datetime:
        return datetime.now(UTC) + self.skew

    def actor(self, who: str) -> Actor:
        person = next(p for p in self.chat.people.values() if p.handle == who)
        return Actor(PLATFORM, WORKSPACE, person.id, person.name)

    def ref(self, thread: str) -> ThreadRef:
        return ThreadRef(PLATFORM, WORKSPACE, "C01GENERAL", thread)

    def teardown(self) -> None:
        self.do(self.stack.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    # What people do

    @rule(target=threads, who=st.sampled_from(PEOPLE))
    def start_a_thread(self, who):
        thread = self.do(self.chat.start_thread("C01GENERAL", "A thread", self.actor(who).user)).id
        self.words[thread] = {}
        self._say(thread, who)
        return thread

    def _say(self, thread: str, who: str) -> None:
        self.number += 1
        word = f"word{self.number}x"
        message = Message("", self.actor(who).user, self.chat.now(), body=(Paragraph((Text(word),)),))
        post = self.do(self.chat.add_post(Post(thread, message)))
        self.words[thread][post.id] = word

    @rule(thread=threads, who=st.sampled_from(PEOPLE))
    def say_something(self, thread, who):
        self._say(thread, who)

    @rule(thread=threads, data=st.data())
    def edit_a_message(self, thread, data):
        own = [key for key, text in self.words[thread].items() if text.count("word") == 1 and key.isdecimal()]
        if not own:
            return
        post = data.draw(st.sampled_from(own))
        self.number += 1
        word = f"word{self.number}x"
        change = lambda old: replace(old, message=replace(old.message, body=(Paragraph((Text(word),)),)))  # noqa: E731
        self.do(self.chat.change_post(post, change))
        self.words[thread][post] = word

    @rule(target=links, thread=threads, who=st.sampled_from(PEOPLE), data=st.data(),
          days=st.sampled_from([None, 1, 7]), update=st.booleans(), twice=st.booleans())  # fmt: skip
    def share(self, thread, who, data, days, update, twice):
        actor = self.actor(who)
        posts = list(self.words[thread])
        draft = self.do(self.sharing.prepare(actor, self.ref(thread)))
        earlier = next((url for url, s in reversed(self.shares.items())
                        if s.thread == thread and s.owner == who and not self._gone(s)), None)  # fmt: skip
        assert (draft.updates is not None) == (earlier is not None)
        update = update and earlier is not None
        kept_out = self.shares[earlier].left_out & set(posts) if earlier else set()
        assert draft.choices.left_out == kept_out
        left_out = kept_out | data.draw(st.sets(st.sampled_from(posts), max_size=len(posts) - 1))
        choices = replace(
            draft.choices, left_out=frozenset(left_out), expires_days=days, names=Names.PSEUDONYMS
        )
        self.do(self.sharing.choose(draft.id, actor, choices, update=update))
        if len(left_out) == len(posts):
            with pytest.raises(Refused):
                self.do(self.sharing.publish(draft.id, actor))
            return multiple()
        done = self.do(self.sharing.publish(draft.id, actor))
        if twice:
            assert self.do(self.sharing.publish(draft.id, actor)).url == done.url
        old = self.shares.get(done.url)
        assert (old is not None) == update
        self.shares[done.url] = ModelShare(
            owner=who,
            thread=thread,
            words=[word for key, word in self.words[thread].items() if key not in left_out],
            left_out=set(left_out),
            expires_at=self.now() + timedelta(days=days) if days else None,
            revision=old.revision + 1 if old else 1,
            continued=old.continued if old else 0,
        )
        return multiple() if update else done.url

    @rule(link=links, who=st.sampled_from(PEOPLE))
    def revoke(self, link, who):
        share = self.shares[link]
        if self._gone(share) or who not in {share.owner, MODERATOR}:
            with pytest.raises(Refused):
                self.do(self.sharing.revoke(link, self.actor(who)))
        else:
            self.do(self.sharing.revoke(link, self.actor(who)))
            share.gone = "revoked"

    @rule(who=st.sampled_from(PEOPLE))
    def revoke_all(self, who):
        live = [s for s in self.shares.values() if s.owner == who and not self._gone(s)]
        assert self.do(self.sharing.revoke_all(self.actor(who))) == len(live)
        for share in live:
            share.gone = "revoked"

    @rule(target=threads, link=links, who=st.sampled_from(PEOPLE), crash=st.booleans())
    def continue_(self, link, who, crash):
        share = self.shares[link]
        ask = self.world.continuing.continue_share(
            self.actor(who), ChannelRef(PLATFORM, WORKSPACE, "C01GENERAL"), link
        )
        if self._gone(share):
            with pytest.raises(Refused):
                self.do(ask)
            return multiple()
        started = self.do(ask)
        if crash:
            self.restart()
            self.do(self.world.continuing.resume())
        self.do(self.world.continuing.settle())
        share.continued += 1
        posts = self.do(self.chat.posts(started.thread.thread, after=0, until=self.chat.now(), limit=1000))
        turns = [post for post in posts if post.role is Role.TURN]
        assert " ".join(plain(p.message.body) for p in turns).split() == " ".join(share.words).split()
        self.words[started.thread.thread] = {p.id: " ".join(plain(p.message.body).split()) for p in turns}
        return started.thread.thread

    @rule(days=st.sampled_from([1, 3]), sweep=st.booleans())
    def time_passes(self, days, sweep):
        self.skew += timedelta(days=days, seconds=1)
        if sweep:
            self.do(self.sharing.sweep())

    @rule()
    def restart(self):
        async def again() -> None:
            await self.world.continuing.close()
            await self.stack.aclose()
            self.stack = AsyncExitStack()
            await self._open()

        self.do(again())

    # What must be true

    def _gone(self, share: ModelShare) -> str:
        if share.gone:
            return share.gone
        return "expired" if share.expires_at and share.expires_at <= self.now() else ""

    @invariant()
    def every_link_shows_what_it_should(self):
        self.do(self._check_links())

    async def _check_links(self) -> None:
        for url, share in self.shares.items():
            standing = await self.sharing.standing(self.sharing.links.token_of(url))
            gone = self._gone(share)
            if gone:
                assert standing == Gone(gone), url
                continue
            assert (standing.revision, standing.continued) == (share.revision, share.continued)
            page = await self.sharing.page(standing.share_id, 1)
            shown = " ".join(plain(message.body) for message in page.messages).split()
            assert shown == " ".join(share.words).split()
            again = {p.key: p.name for p in page.share.header.participants}
            assert set(again.values()).isdisjoint({"Ana", "Jonas", "Mei"})

    @invariant()
    def promises_are_kept(self):
        async def check() -> None:
            await self.world.outbox.drain()
            assert await self.world.store.read(outbox.pending) == 0

        self.do(check())


def test_the_jobs_agree_with_the_model(seeded_chat):
    Sharing.seed_folder = seeded_chat
    run_state_machine_as_test(
        Sharing,
        settings=settings(
            max_examples=250 if LONG else 8,
            stateful_step_count=50 if LONG else 20,
            deadline=None,
            phases=(
                Phase.reuse,
                Phase.generate,
                *([Phase.shrink] if LONG else []),
            ),  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
