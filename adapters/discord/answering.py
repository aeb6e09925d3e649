"""One interaction from its acknowledgement to its last word, also where Discord's window closed meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord import sending
from adapters.discord import words_dialog as words
from adapters.discord.errors import FAILURES
from adapters.discord.live import Live
from adapters.discord.render_reply import Frame, plain_payload, render_reply
from adapters.discord.sending import Interaction
from bot.commands import ALREADY
from bot.model import Actor
from bot.platforms import PlatformError
from bot.reply import Reply

log = structlog.get_logger(__name__)

Notify = Callable[[Actor, Reply], Awaitable[None]]
"""As `Platform.notify`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When progress is shown, in seconds: not before `first`, then every `every`."""

    first: float = 2.0
    every: float = 3.0


class Progress:
    """A `bot.platforms.Progress` that is shown in place of "thinking", never faster than its pace."""

    def __init__(self, interaction: Interaction, pace: Pace) -> None:
        self._interaction = interaction
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.time() + pace.first
        self._edit: asyncio.Task[None] | None = None

    async def __call__(self, done: int, total: int | None) -> None:
        now = self._loop.time()
        if now < self._next or (self._edit and not self._edit.done()):
            return
        self._next = now + self._pace.every
        self._edit = asyncio.create_task(self._say(words.reading(done, total)))

    async def settle(self) -> None:
        """Waits for the last edit, so that it does not come after the answer."""
        if self._edit is not None:
            await asyncio.wait([self._edit])

    async def _say(self, text: str) -> None:
        try:
            await sending.say(self._interaction, text)
        except FAILURES as failed:
            log.info("progress.not_shown", error=type(failed).__name__)


class Answer:
    """The answer to one interaction of `actor`."""

    def __init__(
        self, interaction: Interaction, actor: Actor, live: Live, notify: Notify, pace: Pace
    ) -> None:
        self._interaction = interaction
        self.actor = actor
        self._live = live
        self._notify = notify
        self._update = False
        self.progress = Progress(interaction, pace)

    async def acknowledge(self, *, update: bool = False) -> bool:
        """See `sending.acknowledge`. With `update`, the answer takes the place of the pressed message."""
        self._update = update
        return await sending.acknowledge(self._interaction, update=update)

    async def give(self, reply: Reply, frame: Frame) -> None:
        """Shows `reply`; where Discord's window has closed, it reaches the person by direct message."""
        if reply is ALREADY:
            return  # whoever does it answers in the same place
        await self.progress.settle()
        try:
            await self._show(reply, frame)
        except FAILURES as failed:
            log.info("answer.window_closed", error=type(failed).__name__)
            await self._tell(reply)
        else:
            self._live.remember(self._interaction, self.actor)

    async def _show(self, reply: Reply, frame: Frame) -> None:
        """An error leaves the preview that it is about as it was, and stands below it."""
        below = self._update and reply.error
        try:
            await self._put(render_reply(reply, frame), below=below)
        except FAILURES as failed:
            if not sending.not_accepted(failed):
                raise
            log.exception("answer.not_accepted")
            await self._put(plain_payload(reply), below=below)

    async def _put(self, payload: dict[str, Any], *, below: bool) -> None:
        if below:
            await sending.add(self._interaction.followup, payload, direct=self._interaction.guild_id is None)
        else:
            await sending.show(self._interaction, payload)

    async def _tell(self, reply: Reply) -> None:
        try:
            await self._notify(self.actor, reply)
        except PlatformError as failed:
            log.warning("answer.lost", error=type(failed).__name__)
