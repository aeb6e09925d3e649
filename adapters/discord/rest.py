"""Discord's REST interface as raw JSON, by discord.py's own client with its own rate limits.

Raw, because discord.py's objects drop what they do not know; by `client.http`, so that nothing depends on
which servers and channels are in its cache. Whatever goes wrong is an error of the port. discord.py repeats
a request after a 5xx: so everything here may be carried out twice without harm. What may not is in `once`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import discord
from discord.http import Route

from adapters.discord import errors, words
from adapters.discord.errors import Job, Refused, translating
from adapters.discord.marks import holds_mark
from adapters.discord.parse_fields import Raw, whole
from bot.platforms import Unavailable

Json: TypeAlias = dict[str, Any]

PAGE = 100
"""The most messages that one request gives (docs: resources/message, get channel messages)."""

_NONCE = 25
_CONTENT = 1 << 18 | 1 << 19
"""The application's flags for Message Content: of verified ones, and of others."""

_ABSENT = (errors.UNKNOWN_MEMBER, errors.UNKNOWN_USER, errors.UNKNOWN_MESSAGE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a post."""

    name: str
    data: bytes
    description: str = ""


def nonce_of(key: str, part: int = 0) -> str:
    """The nonce of the `part`th post of what `key` names: of two posts with the same one, Discord makes only
    the first for some minutes (docs: resources/message, create message: nonce, enforce_nonce).
    """
    return hashlib.sha256(f"{key}/{part}".encode()).hexdigest()[:_NONCE]


def form_of(body: Json, uploads: Sequence[Upload]) -> list[Json]:
    """The parts of a multipart request (docs: reference, uploading files); it can be read again."""
    told = [_told(i, upload) for i, upload in enumerate(uploads)]
    whole = {**body, "attachments": told}
    parts: list[Json] = [
        {"name": "payload_json", "value": json.dumps(whole), "content_type": "application/json"}
    ]
    for i, upload in enumerate(uploads):
        part = {"value": upload.data, "filename": upload.name, "content_type": "application/octet-stream"}
        parts.append({"name": f"files[{i}]", **part})
    return parts


def _told(index: int, upload: Upload) -> Json:
    told: Json = {"id": index, "filename": upload.name}
    return told | {"description": upload.description} if upload.description else told


class Rest:
    """`client` has logged in; whether its gateway is connected does not matter."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    @property
    def me(self) -> str:
        """The id of the bot's own user. Raises Unavailable before the login."""
        if self._client.user is None:
            raise Unavailable(words.UNAVAILABLE)
        return str(self._client.user.id)

    @property
    def application(self) -> str:
        """The id of the bot's application."""
        return str(self._client.application_id or self.me)

    @property
    def ids(self) -> frozenset[str]:
        """The ids under which posts of ours are known, as in `marks.is_ours`."""
        return frozenset((self.me, self.application))

    # Reading

    async def reads_content(self) -> bool:
        """Whether Discord shows the application now what people write (docs: resources/application, flags)."""
        found = _object(await self._ask("GET", "/applications/@me", Job.READING))
        return bool((whole(found, "flags") or 0) & _CONTENT)

    async def user(self, user: int | str) -> Raw | None:
        """Anybody on Discord; None where the account is gone."""
        return await self._found("GET", "/users/{user_id}", user_id=user)

    async def guild(self, guild: int) -> Raw:
        """The server with its roles."""
        return _object(await self._ask("GET", "/guilds/{guild_id}", Job.READING, guild_id=guild))

    async def guild_channels(self, guild: int) -> list[Raw]:
        """All channels but threads, also those that the bot can't view."""
        return _objects(await self._ask("GET", "/guilds/{guild_id}/channels", Job.READING, guild_id=guild))

    async def active_threads(self, guild: int) -> list[Raw]:
        path = "/guilds/{guild_id}/threads/active"
        answer = _object(await self._ask("GET", path, Job.READING, guild_id=guild))
        return _objects(answer.get("threads"))

    async def channel(self, channel: int, job: Job = Job.READING) -> Raw:
        """A channel or thread that the bot can view."""
        return _object(await self._ask("GET", "/channels/{channel_id}", job, channel_id=channel))

    async def member(self, guild: int, user: int | str) -> Raw | None:
        """A member of the server with their user; None for anybody else."""
        path = "/guilds/{guild_id}/members/{user_id}"
        return await self._found("GET", path, guild_id=guild, user_id=user)

    async def is_in_thread(self, thread: int, user: int | str) -> bool:
        path = "/channels/{channel_id}/thread-members/{user_id}"
        return await self._found("GET", path, channel_id=thread, user_id=user) is not None

    async def message(self, channel: int, message: int | str) -> Raw | None:
        """One message; None where it was deleted."""
        path = "/channels/{channel_id}/messages/{message_id}"
        return await self._found("GET", path, channel_id=channel, message_id=message)

    async def after(self, channel: int, message: int, job: Job = Job.READING) -> list[Raw]:
        """The `PAGE` messages that follow right after an id, oldest first. Without the right to read the
        history Discord gives an empty list, and no error.
        """
        return await self._page(channel, job, after=message)

    async def before(self, channel: int, message: int, job: Job = Job.READING) -> list[Raw]:
        """The last `PAGE` messages before an id, oldest first."""
        return await self._page(channel, job, before=message)

    async def latest(self, channel: int, job: Job = Job.READING) -> list[Raw]:
        """The last `PAGE` messages, oldest first."""
        return await self._page(channel, job)

    async def marked(self, channel: int, mark: str, job: Job) -> Raw | None:
        """The post of ours that holds a mark (`marks.key_mark`), among the last messages: a nonce is forgotten after
        some minutes, and an earlier process may have ended without having learnt that its post was made.
        """
        return next((raw for raw in await self.latest(channel, job) if holds_mark(raw, mark, self.ids)), None)

    async def _page(self, channel: int, job: Job, **cursor: int) -> list[Raw]:
        params = {"limit": PAGE, **cursor}
        path = "/channels/{channel_id}/messages"
        page = _objects(await self._ask("GET", path, job, {"params": params}, channel_id=channel))
        return sorted(page, key=message_id)

    # Posting, so that twice is the same as once

    async def post(
        self, channel: int | str, body: Json, nonce: str, job: Job, files: Sequence[Upload] = ()
    ) -> Raw:
        """Posts a message once for each `nonce`, and gives the one that stands."""
        body = {**body, "nonce": nonce, "enforce_nonce": True}
        sent: Json = {"form": form_of(body, files)} if files else {"json": body}
        return _object(
            await self._ask("POST", "/channels/{channel_id}/messages", job, sent, channel_id=channel)
        )

    async def edit(self, channel: int, message: int | str, body: Json, job: Job) -> Raw:
        path = "/channels/{channel_id}/messages/{message_id}"
        return _object(
            await self._ask("PATCH", path, job, {"json": body}, channel_id=channel, message_id=message)
        )

    async def delete(self, channel: int, message: int | str, job: Job) -> None:
        path = "/channels/{channel_id}/messages/{message_id}"
        await self._ask("DELETE", path, job, channel_id=channel, message_id=message)

    async def start_thread(self, channel: int, message: str, name: str) -> None:
        """Makes the thread of a message, or finds it made."""
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        try:
            await self._ask(
                "POST", path, Job.STARTING, {"json": {"name": name}}, channel_id=channel, message_id=message
            )
        except Refused as refused:
            if refused.code != errors.THREAD_EXISTS:
                raise

    async def set_archived(self, thread: int, *, archived: bool, job: Job) -> None:
        sent = {"json": {"archived": archived}}
        await self._ask("PATCH", "/channels/{channel_id}", job, sent, channel_id=thread)

    async def webhooks(self, channel: int) -> list[Raw]:
        """Raises NotAllowed without Manage Webhooks."""
        return _objects(
            await self._ask("GET", "/channels/{channel_id}/webhooks", Job.POSTING_TURNS, channel_id=channel)
        )

    async def create_webhook(self, channel: int, name: str) -> Raw:
        sent = {"json": {"name": name}}
        path = "/channels/{channel_id}/webhooks"
        return _object(await self._ask("POST", path, Job.POSTING_TURNS, sent, channel_id=channel))

    async def direct_channel(self, user: str) -> str:
        """The id of the channel for direct messages with a person."""
        sent = {"json": {"recipient_id": user}}
        found = _object(await self._ask("POST", "/users/@me/channels", Job.WRITING_DIRECTLY, sent))
        return str(found.get("id", ""))

    async def _found(self, method: str, path: str, **ids: int | str) -> Raw | None:
        """An object that may be gone."""
        with translating(Job.READING):
            try:
                return _object(await self._client.http.request(_route(method, path, ids)))
            except discord.NotFound as absent:
                if absent.code in _ABSENT:
                    return None
                raise

    async def _ask(
        self, method: str, path: str, job: Job, sent: Mapping[str, Any] | None = None, **ids: int | str
    ) -> object:
        with translating(job):
            answer: object = await self._client.http.request(_route(method, path, ids), **(sent or {}))
        return answer


def message_id(raw: Raw) -> int:
    """A raw message's id, for comparing; 0 where there is none."""
    key = str(raw.get("id", ""))
    return int(key) if key.isdecimal() else 0


def _route(method: str, path: str, ids: Mapping[str, int | str]) -> Route:
    parameters: Json = dict(ids)
    return Route(method, path, **parameters)


def _object(answer: object) -> Raw:
    if not isinstance(answer, dict):
        raise Unavailable(words.UNAVAILABLE)
    return answer


def _objects(answer: object) -> list[Raw]:
    if not isinstance(answer, list):
        raise Unavailable(words.UNAVAILABLE)
    return [one for one in answer if isinstance(one, dict)]
