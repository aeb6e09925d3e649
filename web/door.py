"""Who may come in: the right to serve as answers of HTTP, and the limit on guessing."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.sharing import Gone
from web.access import Access
from web.cache import Grant
from web.limits import Buckets, Clients
from web.metrics import Counts
from web.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Door:
    access: Access
    clients: Clients
    buckets: Buckets
    counts: Counts

    async def admit(self, request: web.Request, token: str) -> Grant:
        """The grant under which `token` may be served to `request`.

        Raises Refusal: 404 where the link never was (429 after too many of those), 410 once it is
        revoked or expired.
        """
        return self.access.known(token) or await self.ask_again(request, token)

    async def ask_again(self, request: web.Request, token: str) -> Grant:
        """Like `admit`, from the database: for who found a grant's content gone."""
        answer = await self.access.ask(token)
        if isinstance(answer, Gone):
            raise Refusal(410)
        if answer is None:
            raise self.unknown(request)
        return answer

    def unknown(self, request: web.Request) -> Refusal:
        """The refusal for a link that never was, counted against who asks."""
        wait = self.buckets.take(self.clients.name(request))
        if wait:
            self.counts.limited += 1
            return Refusal(429, headers={"Retry-After": str(wait)})
        return Refusal(404)
