"""One interaction: what was sent to the bot, and everything that the bot made of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from tests.servers.discord.errors import Json
from tests.servers.discord.model import Channel, Flag, Message, User

if TYPE_CHECKING:
    from tests.servers.discord.world import World

ACK_WITHIN = timedelta(seconds=3)
LIVES = timedelta(minutes=15)


class Asked(IntEnum):
    """Interaction types (docs: interactions/receiving-and-responding)."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Callback types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(eq=False, repr=False)
class Interaction:
    world: World
    id: int
    token: str
    kind: Asked
    user: User
    channel: Channel
    payload: Json
    """As the gateway sends it."""
    created_at: datetime
    source: Message | None = None
    """The message whose button or select was used, also for a modal that came of it."""
    delivered: int = 0
    """How many connected clients it reached at once; 0: nobody was there."""
    answer: Answer | None = None
    acked_at: datetime | None = None
    ack_seconds: float | None = None
    """Real seconds from delivery to acknowledgement."""
    ephemeral: bool | None = None
    """Fixed by the first response; None before, and where that made no message."""
    original: Message | None = None
    """What "@original" is: the answer, the deferred one, or for updates the source."""
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    """`custom_id`, `title` and `components` of the modal that it opened."""
    choices: list[Json] | None = None
    edits: int = 0
    """How often its messages were edited."""
    refusals: list[int] = field(default_factory=list)
    """Codes of the errors that the bot got when it answered, e.g. 40060."""
    _sent: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def acknowledge(self, answer: Answer) -> None:
        self.answer, self.acked_at = answer, self.world.now()
        self.ack_seconds = asyncio.get_running_loop().time() - self._sent

    @property
    def too_late(self) -> bool:
        """Nobody acknowledged it in 3 seconds, and nobody can any more."""
        return self.answer is None and self.world.now() - self.created_at > ACK_WITHIN

    @property
    def dead(self) -> bool:
        return self.world.now() - self.created_at >= LIVES

    @property
    def thinking(self) -> bool:
        """The person sees "Threadlink is thinking..."."""
        waiting = self.original
        return bool(waiting and waiting.flags & Flag.LOADING and not waiting.deleted)

    @property
    def messages(self) -> list[Message]:
        """What the person sees of it now, without what was deleted or is still to come."""
        own = [self.original] if self.original and not self.original.flags & Flag.LOADING else []
        return [message for message in [*own, *self.followups] if not message.deleted]

    @property
    def message(self) -> Message:
        """The newest of `messages`."""
        return self.messages[-1]

    async def acked(self, timeout: float = 5) -> Interaction:
        """Waits until the bot acknowledged it; raises TimeoutError."""
        await self.world.changes.until(lambda: self.answer, timeout)
        return self

    async def answered(self, timeout: float = 5) -> Interaction:
        """Waits until the person sees more than "thinking": a message, a change of the source, a modal,
        or choices.
        """
        await self.world.changes.until(lambda: self._visible, timeout)
        return self

    @property
    def _visible(self) -> bool:
        if self.answer in (Answer.MODAL, Answer.CHOICES, Answer.UPDATE):
            return True
        if self.answer is Answer.DEFERRED_UPDATE:
            return self.edits > 0 or bool(self.followups)
        return bool(self.answer and self.messages)
