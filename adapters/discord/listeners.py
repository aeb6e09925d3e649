"""What people do in Discord -> `Request`s, and the replies back to where they did it.

Everything arrives as an interaction: commands, the message menu, autocompletion, buttons, selects and
modals. Each is acknowledged at once, and the work goes on behind that. Buttons carry all they need, so
that those of an earlier process work as well as those of this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import discord
import structlog

from adapters.discord import identity, sending
from adapters.discord import words_dialog as words
from adapters.discord.answering import Answer, Notify, Pace
from adapters.discord.custom_ids import Press
from adapters.discord.definitions import SHARE, SHARES
from adapters.discord.live import Live
from adapters.discord.ordering import Room, Seen, Turns
from adapters.discord.parse_interaction import (
    Misread,
    Pressed,
    read_command,
    read_component,
    read_modal,
    read_typing,
)
from adapters.discord.pointing import spot_of, thread_of
from adapters.discord.render_controls import link_choices, modal_payload
from adapters.discord.render_reply import Frame, field_value
from adapters.discord.sending import Interaction
from bot.commands import Request
from bot.model import Actor
from bot.platforms import PlatformError
from bot.reply import Reply
from bot.wording import said

log = structlog.get_logger(__name__)

_LIST_WITHIN = 2.5
"""Seconds after which nobody waits for choices any more: Discord gives them 3."""

_LAST_WORD = 2.0


class Handler(Protocol):
    """The part of `bot.commands.Commands` that is needed here."""

    async def handle(self, request: Request) -> Reply: ...


class Listeners:
    """Takes the interactions of `client`. Those that come before `commands` is set are left alone: Discord
    tells the person that nobody answered.
    """

    def __init__(self, client: discord.Client, notify: Notify, live: Live, pace: Pace | None = None) -> None:
        self.commands: Handler | None = None
        self._client = client
        self._notify = notify
        self._live = live
        self._pace = pace or Pace()
        self._seen = Seen()
        self._turns = Turns()
        self._room = Room()
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def on_interaction(self, interaction: Interaction) -> None:
        """discord.py calls this for each delivery, in a task of its own."""
        task = asyncio.current_task()
        if self.commands is None or self._closed or task is None or not self._seen.first(interaction.id):
            return
        self._running.add(task)
        try:
            await self._take(interaction, self.commands)
        except Exception:
            log.exception("interaction.failed", kind=interaction.type.name)
        finally:
            self._running.discard(task)

    async def close(self, patience: float) -> None:
        """Takes nothing more, and gives what is being done `patience` seconds to end; whoever still waits then
        is told so.
        """
        self._closed = True
        if self._running:
            await asyncio.wait(self._running, timeout=patience)
        left = set(self._running)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=_LAST_WORD)

    async def _take(self, interaction: Interaction, commands: Handler) -> None:
        data: Mapping[str, Any] = dict(interaction.data or {})
        match interaction.type:
            case discord.InteractionType.application_command:
                await self._command(interaction, data, commands)
            case discord.InteractionType.autocomplete:
                await self._typing(interaction, data, commands)
            case discord.InteractionType.component:
                await self._component(interaction, read_component(data), commands)
            case discord.InteractionType.modal_submit:
                await self._press(interaction, read_modal(data), commands, update=bool(interaction.message))
            case _:
                log.info("interaction.unknown", kind=interaction.type.value)

    async def _command(self, interaction: Interaction, data: Mapping[str, Any], commands: Handler) -> None:
        answer = self._answer(interaction, _actor(interaction))
        if not await answer.acknowledge():
            return

        async def ask() -> tuple[Reply, Frame]:
            typed, spot = read_command(data), spot_of(interaction)
            if typed is None or spot is None:
                return said(words.NOT_HERE if typed else words.OLD_COMMAND, error=True), Frame()
            wish = _wish(interaction, answer, typed.verb, typed.argument, typed.values)
            frame = Frame(Press(typed.verb, typed.argument))
            if typed.verb != SHARE:
                return await commands.handle(wish), frame
            async with self._room.taken(interaction.user.id):  # a whole thread is held in memory
                thread = await thread_of(self._client, spot, typed)
                return await commands.handle(replace(wish, thread=thread)), frame

        await self._finish(answer, ask)

    async def _component(self, interaction: Interaction, pressed: Pressed | None, commands: Handler) -> None:
        message = interaction.message
        if pressed and pressed.press.form and message:
            fields = [field for embed in message.embeds[:1] for field in embed.fields]
            values = [(field_value(field.name or ""), field_value(field.value or "")) for field in fields]
            await sending.open_modal(interaction, modal_payload(pressed.press, values))
            return
        private = interaction.guild_id is None or bool(message and message.flags.ephemeral)
        update = private and not (pressed and pressed.press.apart)
        await self._press(interaction, pressed, commands, update=update)

    async def _press(
        self, interaction: Interaction, pressed: Pressed | None, commands: Handler, *, update: bool
    ) -> None:
        press = pressed.press if pressed else Press("")
        answer = self._answer(interaction, _actor(interaction, press.workspace))

        async def ask() -> tuple[Reply, Frame]:
            if pressed is None or not answer.actor.workspace:
                return said(words.OLD_BUTTON, error=True), Frame()
            wish = _wish(interaction, answer, press.verb, press.argument, pressed.values)
            frame = Frame(Press(press.verb, press.argument, page=press.page), press.workspace)
            return await commands.handle(wish), frame

        with self._turns.queue(f"{interaction.user.id} {press.argument or interaction.id}") as turn:
            if not await answer.acknowledge(update=update):
                return
            await turn()
            await self._finish(answer, ask)

    async def _finish(self, answer: Answer, ask: Callable[[], Awaitable[tuple[Reply, Frame]]]) -> None:
        """Gives the answer that `ask` gets; whatever happens, the person does not wait in vain."""
        frame = Frame()
        try:
            reply, frame = await ask()
        except (Misread, PlatformError) as refused:
            reply = said(str(refused), error=True)
        except asyncio.CancelledError:
            await answer.give(said(words.RESTARTING, error=True), frame)
            raise
        except Exception:
            log.exception("interaction.failed")
            reply = said(words.FAILED, error=True)
        await answer.give(reply, frame)

    async def _typing(self, interaction: Interaction, data: Mapping[str, Any], commands: Handler) -> None:
        request = Request(_actor(interaction), SHARES)
        try:
            reply = await asyncio.wait_for(commands.handle(request), _LIST_WITHIN)
        except TimeoutError:
            return
        await sending.offer(interaction, link_choices(reply, read_typing(data)))

    def _answer(self, interaction: Interaction, actor: Actor) -> Answer:
        return Answer(interaction, actor, self._live, self._notify, self._pace)


def _actor(interaction: Interaction, workspace: str = "") -> Actor:
    """Who asks, and about which server: the one where it was asked, or in direct messages, which are in
    none, what the button there says. The core believes nobody to own anything in a server but themselves.
    """
    server = interaction.guild_id or workspace
    return identity.actor(server, interaction.user.id, interaction.user.display_name)


def _wish(
    interaction: Interaction, answer: Answer, verb: str, argument: str, values: Mapping[str, str]
) -> Request:
    spot = spot_of(interaction)
    return Request(
        answer.actor,
        verb,
        argument,
        spot.place if spot else None,
        values=values,
        delivery=f"{identity.PLATFORM}:{interaction.id}",
        progress=answer.progress,
        asked_at=interaction.created_at,
    )
