"""Turns of a replay as posts: each once, resumed where it broke off, its files behind it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from adapters.slack import words
from adapters.slack.errors import Lacking, Refused, Spot
from adapters.slack.marks import NOTICE, TURN, Mark
from adapters.slack.posted import Posted, Shelf
from adapters.slack.render import copy_icon, copy_name, mentioned, notice_post, turn_posts
from adapters.slack.saying import BOT, Author, Saying
from adapters.slack.uploads import Uploaded, Uploads
from bot.model import FileCopy, ThreadRef
from bot.phrases import left_behind
from bot.platforms import OpenBlob, PostGone, ThreadNotFound, Turn, Unavailable
from bot.richtext.nodes import Subtext, Text

CUSTOMISE = "chat:write.customize"
UPLOAD = "files:write"
_NAMELESS = frozenset({"reserved_username", "invalid_username", "missing_scope"})
"""Codes that mean: not under this name."""


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a turn: those that Slack has now, and those that stay behind."""

    brought: list[Uploaded]
    left: list[FileCopy]


class Copying:
    def __init__(self, saying: Saying, posted: Posted, uploads: Uploads) -> None:
        self._saying = saying
        self._posted = posted
        self._uploads = uploads

    async def find_turn(self, thread: ThreadRef, turn: Turn, spot: Spot) -> list[str] | None:
        """All posts of a turn where all of them stand there. Of those that do, `turn` posts none again."""
        shelf = self._posted.shelf(thread)
        async with shelf.lock:
            await self._know_all(thread, shelf, spot)
            return shelf.turn(turn.key)

    async def turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob, spot: Spot) -> list[str]:
        """Posts what of a turn does not stand there yet; all its posts in order."""
        shelf = self._posted.shelf(thread)
        async with shelf.lock:
            if not shelf.whole:
                await self._know_all(thread, shelf, spot)
            if found := shelf.turn(turn.key):
                return found
            identity = await self._saying.asking.clients.identity_of(thread.workspace)
            files = await self._bring(thread, turn, open_blob, shelf, granted=identity.has(UPLOAD))
            named = identity.has(CUSTOMISE)
            try:
                said = await self._turn(thread, turn, files, shelf, spot, named=named)
            except (Lacking, Refused) as refused:
                if not named or refused.code not in _NAMELESS:
                    raise
                said = await self._turn(thread, turn, files, shelf, spot, named=False)
            return said

    async def _know_all(self, thread: ThreadRef, shelf: Shelf, spot: Spot) -> None:
        try:
            await self._posted.look_at_all(thread, shelf, spot)
        except ThreadNotFound:
            raise PostGone(words.THREAD_GONE) from None

    async def _bring(
        self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob, shelf: Shelf, *, granted: bool
    ) -> _Files:
        """The attached files: uploaded, but posted nowhere yet, as far as possible."""
        known = {file.id: file for file in turn.files}
        brought: list[Uploaded] = []
        left: list[FileCopy] = []
        for attachment in turn.attachments:
            file = known.get(attachment.file)
            if file is None or turn.key in shelf.files:
                continue
            reason = self._uploads.hindrance(file, granted=granted)
            uploaded = None
            if not reason:
                uploaded = await self._uploads.upload(
                    thread.workspace, file, attachment.description, open_blob
                )
            if uploaded:
                brought.append(uploaded)
            else:
                left.append(replace(file, reason=reason or words.LEFT_NOT_TAKEN))
        return _Files(brought, left)

    async def _turn(
        self, thread: ThreadRef, turn: Turn, files: _Files, shelf: Shelf, spot: Spot, *, named: bool
    ) -> list[str]:
        author = Author(copy_name(turn.author), copy_icon(turn.author)) if named else BOT
        posts = turn_posts(turn, files.left, [file.name for file in files.brought], line=not named)
        follow = bool(files.brought) or turn.key in shelf.files
        whole = Mark(TURN, turn.key, 0, len(posts), follow, turn.author.name, turn.author.key)
        said: list[str] = []
        for part, post in enumerate(posts):
            names = mentioned(turn.body, post.words)
            mark = replace(
                whole, part=part, people=names.people, groups=names.groups, everyone=names.everyone
            )
            ts = shelf.post(TURN, turn.key, part)
            said.append(ts or await self._saying.post(shelf, thread, post, mark, spot, author))
        if files.brought and turn.key not in shelf.files:
            try:
                said.append(await self._share(thread, turn.key, files, said[-1], shelf, spot, author))
            except (Lacking, Refused):
                shelf.files[turn.key] = ""
                await self._name(thread, turn, files, shelf, spot)
        return [ts for ts in said if ts]

    async def _name(self, thread: ThreadRef, turn: Turn, files: _Files, shelf: Shelf, spot: Spot) -> None:
        """Says which files stay behind after all."""
        brought = {file.source for file in files.brought}
        left = [replace(file, reason=words.LEFT_NOT_TAKEN) for file in turn.files if file.id in brought]
        lines = [Subtext((Text(left_behind(file, words.LEFT_TOO_LARGE)),)) for file in left]
        mark = Mark(NOTICE, f"{turn.key}:left")
        await self._saying.post(shelf, thread, notice_post(tuple(lines)), mark, spot)

    async def _share(
        self,
        thread: ThreadRef,
        key: str,
        files: _Files,
        behind: str,
        shelf: Shelf,
        spot: Spot,
        author: Author,
    ) -> str:
        await self._saying.pacing.turn(thread.workspace, thread.channel)
        try:
            ts = await self._uploads.share(
                thread, files.brought, behind, spot, username=author.username, icon=author.icon
            )
        except (Unavailable, asyncio.CancelledError):
            shelf.whole = False
            raise
        shelf.files[key] = ts
        return ts
