"""Slack, Discord and the playground, with one Threadlink between them that runs as `serve` runs it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import unused_port

from adapters.playground.chat import Chat
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, WORKSPACE
from bot.cli.serving import running
from bot.cli.world import World
from bot.commands import Request
from bot.model import Actor, ChannelRef, Names, Share, Snapshot, ThreadRef
from bot.reply import Reply
from bot.richtext.markdown import markdown
from bot.settings import load_settings
from bot.store import continuations
from tests.adapters.stage import conversation_of
from tests.servers.discord import LocalDiscord
from tests.servers.discord import model as discord_model
from tests.servers.slack import LocalSlack, Message, User
from tests.servers.slack import state as slack_state

Said = list[tuple[str, str]]
"""Who said what, as Markdown, neighbours by one author joined."""


@dataclass
class ThreeChats:
    world: World
    slack: LocalSlack
    ana: User
    jonas: User
    general: slack_state.Channel
    discord: LocalDiscord
    guild: discord_model.Guild
    mei: discord_model.User
    lounge: discord_model.Channel

    @property
    def playground(self) -> Chat:
        platform = self.world.sharing.platforms[PLATFORM]
        assert isinstance(platform, PlaygroundPlatform)
        return platform._chat

    async def newest(self) -> Share:
        return (await self.world.sharing.every())[0]

    async def url(self, share: Share) -> str:
        return await self.world.sharing.url_of(share.id) or ""

    async def said(self, share: Share) -> Said:
        """What the share's page says."""
        page = await self.world.sharing.page(share.id, 1)
        told = conversation_of(Snapshot(page.share.header, page.messages))
        return [(name, markdown(body)) for name, body in told]

    async def copied(self) -> None:
        """Until every copy that was begun is whole."""
        while await self.world.store.read(continuations.running):
            await self.world.continuing.settle()

    # Slack

    async def share_in_slack(self, message: Message) -> Share:
        await self.slack.message_shortcut(self.ana, message, "share_thread")
        view = await self.slack.until(lambda: self._open("Share this thread?"))
        await self.slack.submit(view, {"tl:field:names": "names"})
        await self.slack.until(lambda: "Published" in self.slack.see(self.slack.modal(self.ana)))
        await self.slack.close(self.slack.modal(self.ana))
        return await self.newest()

    def _open(self, title: str):
        view = self.slack.world.views.tops.get(self.ana.id)
        return view if view is not None and view.title == title else None

    async def continue_in_slack(self, url: str) -> Message:
        """The head of the new thread, once all of it was copied."""
        before = {message.ts for message in self.slack.posts(self.general)}
        await self.slack.slash(self.ana, self.general, "/continue", f"{url} all")
        head = await self.slack.until(lambda: self._new_root(before))
        await self.copied()
        assert head is not None
        return head

    def _new_root(self, before: set[str]) -> Message | None:
        found = [m for m in self.slack.posts(self.general) if m.ts not in before and m.raw.get("blocks")]
        return next((m for m in found if "(continued)" in self.slack.see(m)), None)

    # Discord

    async def continue_in_discord(self, url: str) -> discord_model.Channel:
        before = set(self.guild.threads)
        asked = await self.discord.people.slash(
            self.mei, self.lounge, "continue", {"link": url, "messages": "all"}
        )
        await asked.answered(timeout=10)
        await self.discord.until(lambda: set(self.guild.threads) - before, timeout=10)
        await self.copied()
        (made,) = set(self.guild.threads) - before
        return self.guild.threads[made]

    async def share_in_discord(self, thread: discord_model.Channel) -> Share:
        asked = await self.discord.people.slash(self.mei, thread, "share", {"names": "names"})
        await asked.answered(timeout=10)
        pressed = await self.discord.people.click(self.mei, asked.message, "Publish")
        await pressed.answered(timeout=10)
        await self.discord.until(lambda: "Published" in self.discord.see(pressed), timeout=10)
        return await self.newest()

    # The playground

    @property
    def visitor(self) -> Actor:
        person = next(p for p in self.playground.people.values() if p.handle == "ana")
        return Actor(PLATFORM, WORKSPACE, person.id, person.name)

    async def ask(
        self, verb: str, argument: str = "", thread: ThreadRef | None = None, **values: str
    ) -> Reply:
        channel = next(c for c in self.playground.channels.values() if c.name == "general")
        place = thread.place if thread else ChannelRef(PLATFORM, WORKSPACE, channel.id)
        request = Request(self.visitor, verb, argument, place, thread, values)
        reply = await self.world.commands.handle(request)
        assert not reply.error, reply
        return reply

    async def continue_in_the_playground(self, url: str) -> ThreadRef:
        before = {thread.id for thread in await self.playground.threads(self.visitor.user)}
        await self.ask("continue", f"{url} all")
        await self.copied()
        (made,) = [t for t in await self.playground.threads(self.visitor.user) if t.id not in before]
        return ThreadRef(PLATFORM, WORKSPACE, made.channel, made.id)

    async def share_in_the_playground(self, thread: ThreadRef) -> Share:
        preview = await self.ask("share", "", thread, names=Names.REAL)
        draft = next(action.argument for action in preview.actions if action.verb == "publish")
        await self.ask("publish", draft)
        return await self.newest()


@asynccontextmanager
async def three_chats(folder: Path) -> AsyncIterator[ThreeChats]:
    async with LocalSlack.started() as slack, LocalDiscord() as discord:
        acme = slack.workspace("Acme")
        ana, jonas = slack.user(acme, "Ana Moreno"), slack.user(acme, "Jonas Weber")
        general = slack.channel(acme, "general", [ana, jonas])
        guild = discord.build.guild("Otters")
        mei = discord.build.user("mei")
        discord.build.join(guild, mei, nick="Mei Tanaka")
        lounge = discord.build.channel(guild, "lounge")
        port = unused_port()
        variables = {
            "THREADLINK_DATA": str(folder),
            "THREADLINK_LISTEN": f"127.0.0.1:{port}",
            "THREADLINK_BASE_URL": f"http://127.0.0.1:{port}",
            "THREADLINK_METRICS_LISTEN": "off",
            "THREADLINK_PLAYGROUND": "1",
            "THREADLINK_SECRET_KEY": secrets.token_hex(32),
            "SLACK_BOT_TOKEN": acme.app.token,
            "SLACK_APP_TOKEN": slack.app.app_token,
            "SLACK_API_URL": slack.api_url,
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        async with running(load_settings(variables, env_file=None)) as world:
            yield ThreeChats(world, slack, ana, jonas, general, discord, guild, mei, lounge)
