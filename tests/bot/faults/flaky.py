"""A chat platform that works as the playground does, except when it was told to fail."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from adapters.playground.platform import PlaygroundPlatform
from bot.model import PostRef, ThreadRef
from bot.platforms import PlatformError, RateLimited, Turn
from bot.reply import Card, Reply


@dataclass(frozen=True)
class Fault:
    """`error` is raised; before the post is made, or, with `after`, although it was made."""

    error: PlatformError
    after: bool = False


class FlakyPlatform(PlaygroundPlatform):
    """`faults` are used up call by call, None for a call that succeeds; then everything works."""

    def __init__(self, chat) -> None:
        super().__init__(chat)
        self.faults: deque[Fault | None] = deque()
        self.always: Callable[[ThreadRef], PlatformError | None] = lambda _: None
        self.posted: list[str] = []
        self.told: list[Reply] = []
        self.calls = 0

    def fail(self, *errors: PlatformError | None, after: bool = False) -> None:
        self.faults.extend(None if error is None else Fault(error, after) for error in errors)

    async def _failing(self, thread: ThreadRef, work: Callable):
        self.calls += 1
        if error := self.always(thread):
            raise error
        fault = self.faults.popleft() if self.faults else None
        if fault is not None and not fault.after:
            raise fault.error
        result = await work()
        if fault is not None:
            raise fault.error
        return result

    async def post_card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        post = await self._failing(thread, lambda: super(FlakyPlatform, self).post_card(thread, card, key))
        self.posted.append(thread.thread)
        return post

    async def edit_card(self, post: PostRef, card: Card) -> None:
        await self._failing(post.thread, lambda: super(FlakyPlatform, self).edit_card(post, card))

    async def notify(self, actor, reply) -> None:
        self.told.append(reply)


class ForgetfulPlatform(PlaygroundPlatform):
    """A platform on which posting twice makes two posts, as on a webhook."""

    async def post_turn(self, thread, turn: Turn, open_blob):
        number = 0
        while await super().find_turn(thread, _numbered(turn, number)):
            number += 1
        return await super().post_turn(thread, _numbered(turn, number), open_blob)

    async def find_turn(self, thread, turn: Turn):
        return await super().find_turn(thread, turn if "#" in turn.key else _numbered(turn, 0))


def _numbered(turn: Turn, number: int) -> Turn:
    return replace(turn, key=f"{turn.key}#{number}")


def limited(seconds: float) -> RateLimited:
    return RateLimited("Slow down.", seconds)
