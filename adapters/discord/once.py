"""Requests that must not be made twice: posts through a webhook and new posts in a forum have no nonce.

discord.py repeats a request after a 5xx, as its webhooks do, whether or not the first one had its effect. These go
out once, over a connection of our own. After an answer that says nothing, whoever asked has to look.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence

import aiohttp
import discord
from discord.http import Route

from adapters.discord import words
from adapters.discord.errors import UNKNOWN_WEBHOOK, Job, Refused, refusal, seconds_of, translating
from adapters.discord.parse_fields import NOTHING, Raw, whole
from adapters.discord.rest import Json, Upload, form_of
from bot.platforms import RateLimited, Unavailable

_TIMEOUT = aiohttp.ClientTimeout(total=120, connect=15)
_PATIENCE = 5.0
"""Seconds of waiting for a rate limit that are waited out here; longer ones are for whoever asked."""

_ATTEMPTS = 4

_REMEMBERED = 1000
_OK, _ENDED, _UNAUTHORISED, _TOO_LARGE, _TOO_MANY_REQUESTS = 200, 300, 401, 413, 429
TOO_LARGE = 40005
"""Discord's code for a request with more bytes than it takes."""


class Once:
    """`close` it."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._session: aiohttp.ClientSession | None = None
        self._free_at: dict[str, float] = {}

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def webhook(
        self, webhook: str, token: str, thread: int, body: Json, files: Sequence[Upload] = ()
    ) -> Raw:
        """Posts into a thread, and gives the message. Raises what `translating` does: Unavailable where it is not
        known whether the message was made.
        """
        path = f"/webhooks/{webhook}/{token}"
        params = {"wait": "true", "thread_id": str(thread)}
        return await self._post(path, webhook, body, Job.POSTING_TURNS, params=params, files=files)

    async def forum_post(self, forum: int, body: Json) -> Raw:
        """Makes a post in a forum, and gives its thread."""
        headers = {"Authorization": f"Bot {self._client.http.token}"}
        return await self._post(
            f"/channels/{forum}/threads", f"forum {forum}", body, Job.STARTING, headers=headers
        )

    async def _post(
        self,
        path: str,
        bucket: str,
        body: Json,
        job: Job,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Sequence[Upload] = (),
    ) -> Raw:
        for _attempt in range(_ATTEMPTS - 1):
            await self._wait(bucket, job)
            try:
                # A rate limit is the one refusal after which the same may be asked again: nothing was done.
                return await self._send(path, bucket, body, job, params, headers, files)
            except RateLimited as limited:
                self._hold(bucket, limited.seconds)
        await self._wait(bucket, job)
        return await self._send(path, bucket, body, job, params, headers, files)

    async def _wait(self, bucket: str, job: Job) -> None:
        """Until the limit that is known is over. Raises RateLimited where that is too long."""
        left = self._free_at.get(bucket, 0.0) - asyncio.get_running_loop().time()
        if left > _PATIENCE:
            raise refusal(_TOO_MANY_REQUESTS, 0, job, left)
        if left > 0:
            await asyncio.sleep(left)

    def _hold(self, bucket: str, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._free_at) >= _REMEMBERED:
            self._free_at = {key: at for key, at in self._free_at.items() if at > now}
        self._free_at[bucket] = now + seconds

    async def _send(
        self,
        path: str,
        bucket: str,
        body: Json,
        job: Job,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        files: Sequence[Upload],
    ) -> Raw:
        if self._session is None:
            agent = {"User-Agent": self._client.http.user_agent}
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT, headers=agent)
        data: aiohttp.FormData | str = json.dumps(body)
        kind = {"Content-Type": "application/json"}
        if files:
            data, kind = aiohttp.FormData(quote_fields=False), {}  # Discord takes no escaped brackets
            for part in form_of(body, files):
                data.add_field(**part)
        url = Route.BASE + path
        sent = {**kind, **(headers or {})}
        with translating(job):
            async with self._session.post(url, data=data, params=params, headers=sent) as response:
                answer = await _json(response)
                self._note(bucket, response.headers)
        if _OK <= response.status < _ENDED and answer:
            return answer
        if response.status == _TOO_LARGE:
            raise Refused(TOO_LARGE)
        if (
            response.status == _UNAUTHORISED and not headers
        ):  # the token in a webhook's address, not the bot's
            raise Refused(UNKNOWN_WEBHOOK)
        asked = answer.get("retry_after") or response.headers.get("Retry-After")
        raise refusal(response.status, whole(answer, "code") or 0, job, _least(asked))

    def _note(self, bucket: str, headers: Mapping[str, str]) -> None:
        """Waits before the limit is hit: refusals count towards a ban of our address."""
        if headers.get("X-RateLimit-Remaining") == "0":
            self._hold(bucket, _least(headers.get("X-RateLimit-Reset-After")))


def _least(asked: object) -> float:
    """Seconds to wait, also below one."""
    try:
        return max(0.05, min(float(str(asked)), 3600.0))
    except ValueError:
        return seconds_of(asked)


async def _json(response: aiohttp.ClientResponse) -> Raw:
    """The answer's object; empty for none. A success that says nothing else is no answer."""
    text = await response.text(encoding="utf-8", errors="replace")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        return answer
    if _OK <= response.status < _ENDED:
        raise Unavailable(words.UNAVAILABLE)
    return NOTHING
