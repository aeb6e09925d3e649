"""What all dialogs share: who asks, what the core says, and the ways to say it to one person."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import structlog

from adapters.slack import words
from adapters.slack import words_dialog as dialog_words
from adapters.slack.asking import Asking
from adapters.slack.background import Turns
from adapters.slack.identity import actor_of, enterprise_of, team_of
from adapters.slack.live import Address, Live
from adapters.slack.parse_asked import Page
from adapters.slack.parse_people import profile
from adapters.slack.parse_raw import mapping
from adapters.slack.platform import SlackPlatform
from adapters.slack.render_reply import message_blocks, message_text
from adapters.slack.render_views import said_modal
from adapters.slack.views import Modal, Views
from bot.commands import ALREADY, Commands, Request
from bot.model import Actor
from bot.platforms import PlatformError
from bot.reply import Reply
from bot.terms import Terms
from bot.wording import said

log = structlog.get_logger(__name__)

_AT_ONCE = 16
_NAME_LIFE = 600.0
_NAMES = 5_000
_LAST_WORDS = 2.0
"""Seconds for telling somebody that this ends here."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who has just asked for something. `actor` has no name yet: learning it takes a moment that a
    modal cannot wait. `address`: where they can be answered; `trigger`: what opens a modal, for three seconds.
    """

    actor: Actor
    address: Address
    trigger: str = ""

    @property
    def workspace(self) -> str:
        return self.actor.workspace


class Desk:
    def __init__(
        self,
        platform: SlackPlatform,
        asking: Asking,
        live: Live,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.platform = platform
        self.asking = asking
        self.live = live
        self.views = Views(asking)
        self._now = now
        self._commands: Commands | None = None
        self._turns = Turns(_AT_ONCE)
        self._names: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()

    def connect(self, commands: Commands) -> None:
        """From now on `commands` answers."""
        self._commands = commands

    @property
    def commands(self) -> Commands:
        if self._commands is None:
            raise RuntimeError("connect() comes before anything is delivered")
        return self._commands

    @property
    def terms(self) -> Terms:
        return self.platform.terms

    def asker(
        self, workspace: str, user: str, response_url: str = "", trigger: str = "", thread: str = ""
    ) -> Asker:
        """Whoever an event names; from now on they are reached by it."""
        actor = actor_of(user, "", team_of(workspace), enterprise_of(workspace))
        return Asker(actor, self.live.remember(actor, response_url, thread), trigger)

    async def handle(self, request: Request) -> Reply:
        """What the core says to it, its asker called by the name that Slack knows. Waits for its turn; a capture
        that Slack slows down does not keep others waiting.
        """
        async with self._turns.taken() as leave:

            async def progress(done: int, total: int | None) -> None:
                if request.thread is not None and self.platform.patience.estimate(request.thread):
                    leave()
                await request.progress(done, total)

            named = await self._named(request.actor)
            return await self.commands.handle(replace(request, actor=named, progress=progress))

    async def name_of_bot(self, workspace: str) -> str:
        """What people type after "@" to call us."""
        return (await self.asking.clients.identity_of(workspace)).handle

    async def say(
        self, asker: Asker, reply: Reply, *, page: Page | None = None, instead: bool = False
    ) -> None:
        """Answers `asker` alone: where they asked, else by direct message. `instead`: in place of the private
        message that they clicked in. Of what another process is at, that one tells: nothing is said here.
        """
        if reply is ALREADY:
            return
        blocks = message_blocks(reply, page)
        if not await self.live.say(asker.address, blocks, message_text(reply), replace=instead):
            await self.notify(asker.actor, reply)

    async def notify(self, actor: Actor, reply: Reply) -> None:
        """Reaches somebody whose interaction may be over. Where nothing works that is logged: there is nobody
        else to tell.
        """
        try:
            await self.platform.notify(actor, reply)
        except PlatformError as refused:
            log.warning("slack.not_told", error=type(refused).__name__)

    @asynccontextmanager
    async def ending_well(self, asker: Asker, modal: Modal) -> AsyncIterator[None]:
        """Around work that a modal waits for: it is told when this process ends first, or the work fails."""
        try:
            yield
        except asyncio.CancelledError:
            await self._last_words(asker, modal, dialog_words.CUT_OFF)
            raise
        except Exception:
            await self._last_words(asker, modal, dialog_words.FAILED)
            raise

    async def _last_words(self, asker: Asker, modal: Modal, text: str) -> None:
        view = said_modal(said(text, error=True), dialog_words.APP_NAME)
        with suppress(PlatformError, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                await self.views.update_now(asker.workspace, Modal(modal.id), view)

    async def _named(self, actor: Actor) -> Actor:
        """`actor` by their display name, known for ten minutes."""
        key = (actor.workspace, actor.user)
        known = self._names.get(key)
        if known is None or self._now() - known[0] > _NAME_LIFE:
            try:
                found = await self.asking.read(actor.workspace, lambda web: web.users_info(user=actor.user))
            except PlatformError:
                return replace(actor, name=words.SOMEBODY)  # whether they may ask at all is for others to say
            known = self._names[key] = (self._now(), profile(mapping(found, "user")).name)
            self._names.move_to_end(key)
            while len(self._names) > _NAMES:
                self._names.popitem(last=False)
        return replace(actor, name=known[1])
