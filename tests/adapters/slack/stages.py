"""The platform on a local Slack: a workspace, its people and channels, and the fixed conversation of the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from adapters.slack.asking import Asking
from adapters.slack.clients import Clients
from adapters.slack.config import SlackConfig
from adapters.slack.identity import PLATFORM, actor_of, thread_ref, workspace_key
from adapters.slack.platform import SlackPlatform
from bot.model import Actor, ChannelRef, PostRef, ThreadRef
from bot.reply import Reply
from bot.richtext.nodes import CodeBlock
from tests.adapters.stage import CONVERSATION, PEOPLE
from tests.servers.slack import Channel, LocalSlack, ManualClock, Message, User, Workspace

TYPED = {
    0: "Shall we look at the *numbers*?",
    1: "Here: https://example.org/notes",
    2: "Thanks <@{Jonas Weber}> :tada:",
    5: "> Shall we look?\nWe did.",
}
"""The fixed conversation as people type it on Slack, by its place there."""


@dataclass
class TokensOfTheServer:
    """Every installation's token, as an operator's settings or an installation store would have it."""

    slack: LocalSlack

    async def token_of(self, workspace: str) -> str | None:
        live = (one for one in self.slack.world.installations if not one.uninstalled)
        by_key = {workspace_key(one.workspace.id, one.workspace.enterprise_id): one.token for one in live}
        return by_key.get(workspace)


@dataclass
class Watching:
    """Somebody who looks at an answer as long as `looking`; else they need a message."""

    looking: bool = False
    told: list[Reply] = field(default_factory=list)

    async def tell(self, _actor: Actor, reply: Reply) -> bool:
        if self.looking:
            self.told.append(reply)
        return self.looking


def drawn(reply: Reply) -> list[dict[str, Any]]:
    """A reply as blocks, as simple as can be."""
    return [{"type": "section", "text": {"type": "plain_text", "text": str(reply.body)[:2000]}}]


@dataclass
class SlackStage:
    """See `tests.adapters.stage.Stage`. Time stands still but for what is waited: `waited` are those seconds."""

    slack: LocalSlack
    clock: ManualClock
    clients: Clients
    acme: Workspace
    watching: Watching = field(default_factory=Watching)
    waited: list[float] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)
    losses: frozenset[str] = frozenset({"deleted", "replies"})
    config: SlackConfig = field(default_factory=lambda: SlackConfig("http://127.0.0.1"))

    def __post_init__(self) -> None:
        self.platform: Any = self.another()
        ana, jonas, mei = (self.slack.user(self.acme, name, is_admin=name[0] == "M") for name in PEOPLE)
        self.people = {person.real_name: person for person in (ana, jonas, mei)}
        self.general = self.slack.channel(self.acme, "general", [ana, jonas, mei])
        self.leads = self.slack.channel(self.acme, "leads", [mei], kind="private")
        self.place = ChannelRef(PLATFORM, self.acme.id, self.general.id)
        self.reader, self.stranger, self.moderator = map(self.actor, (ana, jonas, mei))

    def another(self) -> SlackPlatform:
        """The platform as another process would have it: remembering nothing."""
        asking = Asking(self.clients, sleep=self.sleep)
        return SlackPlatform(asking, self.watching, drawn, now=self.clock.now, clock=self.clock.now)

    def actor(self, person: User) -> Actor:
        return actor_of(person.id, person.name, self.acme.id, self.acme.enterprise_id)

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.advance(seconds)
        await asyncio.sleep(0)

    async def tell(self) -> None:
        """The fixed conversation, in #general, and a secret in #leads."""
        root = None
        for place, told in enumerate(CONVERSATION):
            self.clock.advance(1)
            message = await self._told(place, told.by, told.file, root)
            if told.deleted:
                await self.slack.delete(message)
            root = root or message
        assert root
        self.thread = thread_ref(self.acme.id, self.general.id, root.ts)
        secret = await self.slack.post(self.people["Mei Tanaka"], self.leads, "secret", quiet=True)
        self.private = thread_ref(self.acme.id, self.leads.id, secret.ts)

    async def _told(
        self, place: int, by: str, file: tuple[str, bytes] | None, root: Message | None
    ) -> Message:
        person, text = self.people[by], TYPED.get(place, "gone")
        for name, mentioned in self.people.items():
            text = text.replace(f"{{{name}}}", mentioned.id)
        if file:
            return await self.slack.upload(
                person, self.general, *file, text=text, thread=root, at=self.clock.now()
            )
        code = CONVERSATION[place].body[:1]
        if code and isinstance(code[0], CodeBlock):
            blocks = [_preformatted(code[0])]
            message = await self.slack.post(
                person, self.general, "code", thread=root, blocks=blocks, quiet=True
            )
            return await self.slack.edit(message, "code", blocks=blocks)
        return await self.slack.post(person, self.general, text, thread=root, quiet=True)

    # What `Stage` asks for

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    async def say(self, thread: ThreadRef, by: str, text: str) -> None:
        await self.say_many(thread, by, [text])

    async def say_many(self, thread: ThreadRef, by: str, texts: Sequence[str]) -> None:
        for text in texts:
            self.clock.advance(1)
            await self.slack.post(
                self.people[by], self.channel(thread), text, thread=thread.thread, quiet=True
            )

    async def edit_first(self, thread: ThreadRef, text: str) -> None:
        await self.slack.edit(self.channel(thread).messages[thread.thread], text)

    async def delete(self, post: PostRef) -> None:
        await self.slack.delete(self.channel(post.thread).messages[post.post])

    async def delete_thread(self, thread: ThreadRef) -> None:
        for message in reversed(self.messages(thread)):
            await self.slack.delete(message)

    async def pings(self) -> int:
        return len(self.slack.pings)

    async def texts(self, thread: ThreadRef) -> Sequence[str]:
        return [self.slack.see(message) for message in self.messages(thread)]

    async def names(self, thread: ThreadRef) -> Sequence[str]:
        return [message.author for message in self.messages(thread)]

    async def close(self) -> None: ...

    # More

    def channel(self, thread: ThreadRef) -> Channel:
        return self.acme.channels[thread.channel]

    def messages(self, thread: ThreadRef) -> list[Message]:
        """The root and its replies as they stand there now."""
        root = self.channel(thread).messages[thread.thread]
        return [root, *root.replies]


def _preformatted(code: CodeBlock) -> dict[str, Any]:
    text = {"type": "text", "text": code.code}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [text], "language": code.language}],
    }


@asynccontextmanager
async def staged(
    scopes: Sequence[str] | None = None, *, more: Sequence[web.RouteDef] = (), **config: Any
) -> AsyncIterator[SlackStage]:
    """A stage with the conversation told. `scopes`: what the workspace granted, all unless named; `more`: addresses
    beside those that this Slack has.
    """
    clock = ManualClock()
    slack = LocalSlack(clock)
    await slack.start(more=more)
    try:
        async with aiohttp.ClientSession() as session:
            acme = slack.workspace("Acme", scopes=scopes)
            settings = SlackConfig("http://127.0.0.1", api_url=slack.api_url, **config)
            clients = Clients(settings, TokensOfTheServer(slack), session, now=clock.now)
            stage = SlackStage(slack, clock, clients, acme, config=settings)
            await stage.tell()
            yield stage
            assert slack.complaints == []
    finally:
        await slack.stop()
