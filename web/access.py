"""The right to serve, asked on every request.

No request that starts after a revoke has committed may get content, whichever process revoked.
Each turn of the event loop that handles requests reads the database's tick first; all of them had
arrived before it began, so whatever was committed before one of them started shows in that tick.
While it stands still, what was asked under the same tick is still true; else the standing is asked
again. A standing is noted under the tick that was read *before* it was asked, so that a commit in
between makes the next request ask once more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.sharing import Gone
from bot.store.shares import Standing
from web.cache import Grant, Grants
from web.needs import SharingJobs

CACHE_BYTES = 64 * 1024 * 1024


class Access:
    """Tells which links may be served, and keeps the bytes of those that may."""

    def __init__(
        self,
        sharing: SharingJobs,
        *,
        limit: int = CACHE_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.grants = Grants(limit)
        self._sharing = sharing
        self._clock = clock
        self._tick: int | None = None
        self._tick_is_of_this_turn = False
        self._asking: dict[tuple[str, int], asyncio.Task[Standing | Gone | None]] = {}

    def known(self, token: str) -> Grant | None:
        """The grant of `token` if it certainly holds at this moment; else None: `ask`."""
        grant = self.grants.get(token)
        if grant is None or grant.expires <= self._clock():
            return None
        tick = self._tick_of_this_turn()
        return grant if tick is not None and grant.tick == tick else None

    async def ask(self, token: str) -> Grant | Gone | None:
        """The grant of `token` as the database knows it now; Gone once revoked or expired, None
        where it never was.
        """
        tick = self._tick_of_this_turn()
        if tick is None:
            return self._note(token, None, await self._sharing.standing(token))
        # Whoever reads the same tick sees the same database, so the answer to a question that
        # was begun under this tick is true for all of them.
        question = (token, tick)
        task = self._asking.get(question)
        if task is None:
            task = asyncio.ensure_future(self._sharing.standing(token))
            self._asking[question] = task
            task.add_done_callback(lambda done: self._asked(question, done))
        return self._note(token, tick, await asyncio.shield(task))

    def _tick_of_this_turn(self) -> int | None:
        """The database's tick, read when this turn of the event loop first needs it: a request that arrives
        during a turn is handled in a later one.
        """
        if not self._tick_is_of_this_turn:
            asyncio.get_running_loop().call_soon(self._end_turn)
            self._tick, self._tick_is_of_this_turn = self._sharing.tick(), True
        return self._tick

    def _end_turn(self) -> None:
        self._tick_is_of_this_turn = False

    def _asked(self, question: tuple[str, int], task: asyncio.Task[Standing | Gone | None]) -> None:
        del self._asking[question]
        if not task.cancelled():
            task.exception()  # each waiter sees it; when all have left, nobody needs to

    def _note(self, token: str, tick: int | None, standing: Standing | Gone | None) -> Grant | Gone | None:
        if standing is None or isinstance(standing, Gone):
            self.grants.drop(token)
            return standing
        grant = self.grants.get(token)
        if grant is not None and grant.standing == standing:
            grant.tick = tick
            return grant
        expires = standing.expires_at.timestamp() if standing.expires_at else float("inf")
        grant = Grant(standing, tick, expires)
        self.grants.put(token, grant)
        return grant
