"""Our copies of files into a Slack thread, in three steps: an address, the bytes, the post.

docs.slack.dev/messaging/working-with-files. The post is Slack's own: it can carry no metadata.
"""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from adapters.slack import words
from adapters.slack.asking import Asking
from adapters.slack.downloads import Hosts
from adapters.slack.errors import FAILURES, Lacking, Refused, Spot
from adapters.slack.parse_raw import clean, string
from adapters.slack.posted import Posted
from adapters.slack.render_card import cut
from bot.model import FileCopy, FileState, ThreadRef
from bot.platforms import OpenBlob, PlatformError, RateLimited, Unavailable

_NAME = 200
_DESCRIPTION = 1000
_OK = 200
_TIMEOUT = aiohttp.ClientTimeout(total=300)
_LOOKS = 6
_WAIT = 0.5


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that Slack has, and nobody sees yet. `source`: id of the `FileCopy` that it was."""

    id: str
    name: str
    source: str


class Uploads:
    def __init__(self, asking: Asking, hosts: Hosts, posted: Posted) -> None:
        self._asking = asking
        self._hosts = hosts
        self._posted = posted
        self._limit = asking.clients.config.max_file_bytes

    def hindrance(self, file: FileCopy, *, granted: bool) -> str:
        """Why a file cannot even be tried, "" where it can. `granted`: whether we may upload at all."""
        if file.state is not FileState.COPIED:
            return file.reason or words.FILE_GONE
        if not granted:
            return words.LEFT_NOT_GRANTED
        if not file.size:
            return words.LEFT_EMPTY
        return words.LEFT_TOO_LARGE if file.size > self._limit else ""

    async def upload(
        self, workspace: str, file: FileCopy, description: str, open_blob: OpenBlob
    ) -> Uploaded | None:
        """Brings the bytes to Slack; None where that failed for this file. Raises RateLimited and Unavailable."""
        data = await self._bytes(file, open_blob)
        if not data:
            return None
        name = cut(" ".join(clean(file.name).split()) or "file", _NAME)
        try:
            asked = await self._asking.read(
                workspace,
                lambda web: web.files_getUploadURLExternal(
                    filename=name, length=len(data), alt_txt=cut(clean(description), _DESCRIPTION) or None
                ),
                reading=False,
            )
        except (RateLimited, Unavailable):
            raise
        except PlatformError:
            return None
        brought = await self._bring(string(asked, "upload_url"), data)
        return Uploaded(string(asked, "file_id"), name, file.id) if brought else None

    async def _bytes(self, file: FileCopy, open_blob: OpenBlob) -> bytes:
        """Our copy; nothing where it is larger than it said."""
        data = bytearray()
        async with open_blob(file.blob) as chunks:
            async for chunk in chunks:
                data += chunk
                if len(data) > self._limit:
                    return b""
        return bytes(data)

    async def _bring(self, address: str, data: bytes) -> bool:
        if not self._hosts.takes_token(address):
            return False
        try:
            async with self._asking.clients.session.post(
                address,
                data=data,
                headers={"Content-Type": "application/octet-stream"},
                allow_redirects=False,
                timeout=_TIMEOUT,
            ) as response:
                return response.status == _OK
        except FAILURES:
            return False

    async def share(
        self,
        thread: ThreadRef,
        files: list[Uploaded],
        behind: str,
        spot: Spot,
        *,
        username: str = "",
        icon: str = "",
    ) -> str:
        """Posts uploaded files into the thread and returns the ts of that post, which stands behind the ts
        `behind`; "" where Slack took them but shows no post yet.
        """
        try:
            await self._complete(thread, files, spot, username, icon)
        except (Refused, Lacking):
            if not username:
                raise
            await self._complete(thread, files, spot)  # not every Slack takes a name here
        wanted = {file.id for file in files}
        for attempt in range(_LOOKS):
            try:
                found = await self._posted.files_behind(thread, behind, wanted, spot)
            except PlatformError:
                return ""
            if found:
                return found
            await self._asking.sleep(_WAIT * 2**attempt)
        return ""

    async def _complete(
        self, thread: ThreadRef, files: list[Uploaded], spot: Spot, username: str = "", icon: str = ""
    ) -> None:
        await self._asking.post(
            thread.workspace,
            lambda web: web.files_completeUploadExternal(
                files=[{"id": file.id, "title": file.name} for file in files],
                channel_id=thread.channel,
                thread_ts=thread.thread,
                username=username or None,
                icon_emoji=icon or None,
            ),
            spot,
        )
