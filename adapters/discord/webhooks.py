"""The webhooks that copies are posted with: made where there are none, remembered, made anew when they are gone.

A channel has two of ours, and neighbouring turns of a replay take turns with them. A post through a webhook
carries no key of ours; but so it tells which of two equal neighbours it belongs to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.discord import words
from adapters.discord.errors import Refused
from adapters.discord.parse_fields import Raw, identifier, line, string
from adapters.discord.rest import Rest, message_id
from bot.platforms import NotAllowed

LANES = 2
_NAMES = (words.WEBHOOK, f"{words.WEBHOOK} 2")
_PAUSE = 60.0
"""Seconds until a channel is asked again where no webhook can be had."""

_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    token: str = field(repr=False)


@dataclass(slots=True)
class _Channel:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    hooks: dict[int, Webhook] = field(default_factory=dict)
    ask_again: float = 0.0
    """Loop time before which no webhook is asked for that could not be had."""


class Webhooks:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._channels: dict[int, _Channel] = {}

    async def get(self, channel: int, lane: int) -> Webhook | None:
        """A webhook of ours in a channel, the other one where there can be but one; None where there can be none:
        the bot may not manage webhooks, or others have taken all that Discord allows.
        """
        hooks = await self._hooks(channel)
        return hooks.get(lane) or next(iter(hooks.values()), None)

    async def lanes(self, channel: int) -> Mapping[str, int]:
        """Which lane each webhook of ours posts for, by its id; empty where they share one."""
        hooks = await self._hooks(channel)
        return {hook.id: lane for lane, hook in hooks.items()} if len(hooks) == LANES else {}

    def forget(self, channel: int) -> None:
        """One of them is gone, or somewhere else."""
        known = self._channels.get(channel)
        if known is not None:
            known.hooks, known.ask_again = {}, 0.0

    async def _hooks(self, channel: int) -> dict[int, Webhook]:
        """Those that there are, made as far as they are missing."""
        known = self._known(channel)
        async with known.lock:
            now = asyncio.get_running_loop().time()
            if len(known.hooks) < LANES and now >= known.ask_again:
                try:
                    known.hooks = _ours(await self._rest.webhooks(channel), self._rest.application)
                    for lane in set(range(LANES)) - set(known.hooks):
                        made = await self._rest.create_webhook(channel, _NAMES[lane])
                        known.hooks[lane] = Webhook(identifier(made), string(made, "token"))
                except (NotAllowed, Refused):  # no right to, or too many in this channel or server
                    known.ask_again = now + _PAUSE
            return known.hooks

    def _known(self, channel: int) -> _Channel:
        if channel not in self._channels and len(self._channels) >= _REMEMBERED:
            self._channels = {key: one for key, one in self._channels.items() if one.lock.locked()}
        return self._channels.setdefault(channel, _Channel())


def _ours(raws: list[Raw], application: str) -> dict[int, Webhook]:
    """Those that this application made; others, also of this name, are somebody else's."""
    found: dict[int, Webhook] = {}
    for raw in sorted(raws, key=message_id):
        name, token = line(raw, "name"), string(raw, "token")
        if identifier(raw, "application_id") == application and token and name in _NAMES:
            found.setdefault(_NAMES.index(name), Webhook(identifier(raw), token))
    return found
