"""The newest interaction of each person, as long as something more can be said through it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

import discord
import structlog

from adapters.discord import sending
from adapters.discord.errors import FAILURES
from adapters.discord.render_reply import Frame, render_reply
from adapters.discord.sending import Interaction
from bot.model import Actor
from bot.reply import Reply

log = structlog.get_logger(__name__)

_LIFE = 14 * 60.0
"""Seconds that an interaction is used: Discord forgets it after 15 minutes (docs: receiving-and-responding)."""

_PEOPLE = 2_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    followup: discord.Webhook
    direct: bool
    until: float


class Live:
    """Remembers the answered interactions of the last minutes, one a person and server."""

    def __init__(self) -> None:
        self._people: OrderedDict[tuple[str, str], _Remembered] = OrderedDict()

    def remember(self, interaction: Interaction, actor: Actor) -> None:
        """`interaction` has just been answered, and `actor` can be told more through it. An unanswered one
        must not be remembered: a further message would take the place of its answer.
        """
        key = (actor.workspace, actor.user)
        until = asyncio.get_running_loop().time() + _LIFE
        self._people[key] = _Remembered(interaction.followup, interaction.guild_id is None, until)
        self._people.move_to_end(key)
        while len(self._people) > _PEOPLE:
            self._people.popitem(last=False)

    async def tell(self, actor: Actor, reply: Reply) -> bool:
        """Whether `actor` was told `reply`, in a message for them alone where they last spoke to us."""
        known = self._people.get((actor.workspace, actor.user))
        if known is None or known.until < asyncio.get_running_loop().time():
            return False
        workspace = actor.workspace if known.direct else ""
        try:
            payload = render_reply(reply, Frame(workspace=workspace))
            await sending.add(known.followup, payload, direct=known.direct)
        except FAILURES as failed:
            log.info("live.over", error=type(failed).__name__)
            self._people.pop((actor.workspace, actor.user), None)
            return False
        return True
