"""From a thread's raw messages to a snapshot in captured form."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from adapters.slack import words
from adapters.slack.access import Place
from adapters.slack.ahead import Ahead, Parsed, told
from adapters.slack.asking import Json
from adapters.slack.clients import Identity
from adapters.slack.directory import Directory, LookedUp
from adapters.slack.downloads import Hosts, locator
from adapters.slack.identity import thread_ref
from adapters.slack.marks import HEAD, TURN, Mark, is_ours, mark_of
from adapters.slack.parse import Found, Needs, parse_noting, participant
from adapters.slack.parse_dates import moment
from adapters.slack.parse_lookup import SLACK_FILE
from adapters.slack.parse_raw import Raw, mappings, string
from adapters.slack.replays import by, restored, speaker, without_additions
from bot.model import (
    FileCopy,
    FileState,
    Header,
    Message,
    MessageKind,
    Participant,
    Snapshot,
    Source,
)
from bot.platforms import ReplayedBy
from bot.privacy.gathering import gathered
from bot.richtext.plain import plain

_BOT = "bot_id"
"""What every post of an app has: of the others, none can be ours."""

_CHUNK = 200
_TITLE = 80
_STUB = "check_file_info"
_NOBODY = "nobody"


class _Said(NamedTuple):
    """A message that belongs into the snapshot. `original`: of a replayed turn, who said it first."""

    raw: Raw
    mark: Mark | None = None
    originals: tuple[Participant, ...] = ()
    original: Participant | None = None


class Capturing:
    def __init__(self, directory: Directory, hosts: Hosts) -> None:
        self._directory = directory
        self._hosts = hosts

    async def snapshot(
        self,
        raws: Sequence[Json],
        place: Place,
        ours: Identity,
        early: Ahead,
        replayed_by: ReplayedBy,
        *,
        until: datetime,
    ) -> Snapshot:
        """`raws`: all messages of a thread, in order; those later than `until` are left out. `early` knows what
        became of most of them already.
        """
        kept = raws[: bisect_right(raws, until, key=lambda raw: moment(string(raw, "ts")))]
        known = await _originals(kept, place, replayed_by)
        said = await asyncio.to_thread(_said, kept, ours, known)
        if ours.has("files:read"):
            said = [await self._opened(place.workspace, one) if one.raw.get("files") else one for one in said]
        people = await asyncio.to_thread(told, [raw for raw, _, _, original in said if not original])
        messages, needs, looked_up = await self._parsed(place.workspace, said, people, early)
        files = self._files(place.workspace, ours, needs, looked_up)
        source = Source(words.LABEL, ours.name, place.name)

        def whole() -> Snapshot:
            header = Header(_title(kept, messages, ours), source, until)
            everyone = _everyone(said, messages, looked_up) | people
            return gathered(messages, header, everyone, files, unknown=words.UNKNOWN_PERSON)

        return await asyncio.to_thread(whole)

    async def _parsed(
        self, workspace: str, said: Sequence[_Said], people: Mapping[str, Participant], early: Ahead
    ) -> tuple[list[Message], Needs, LookedUp]:
        """Every message, parsed already or now, and again where it names what was not known then. `people`: of
        whom the messages themselves tell.
        """
        await early.settle()
        parsed = [None if one.original else early.parsed(one.raw) for one in said]
        late = [one for one, done in zip(said, parsed, strict=True) if done is None]
        wanted = await _in_chunks(late, Found())
        needs = await asyncio.to_thread(_joined, [done[1] for done in (*parsed, *wanted) if done])
        looked_up = await self._directory.look_up(workspace, needs, people)
        now = iter(await _in_chunks(late, looked_up.found))
        return [_authored((done or next(now))[0]) for done in parsed], needs, looked_up

    async def _opened(self, workspace: str, said: _Said) -> _Said:
        """With what Slack tells of files that the message only hinted at (Slack Connect)."""
        files = mappings(said.raw, "files")
        if not any(_is_stub(file) for file in files):
            return said
        opened = [
            await self._directory.file(workspace, string(file, "id")) or file if _is_stub(file) else file
            for file in files
        ]
        return said._replace(raw={**said.raw, "files": opened})

    def _files(
        self, workspace: str, ours: Identity, needs: Needs, looked_up: LookedUp
    ) -> dict[str, FileCopy]:
        files = {file.id: self._located(workspace, file, ours) for file in needs.files}
        return files | {file.id: file for file in looked_up.files}

    def _located(self, workspace: str, file: FileCopy, ours: Identity) -> FileCopy:
        if file.state is not FileState.PENDING:
            return file
        by_id = file.locator.startswith(SLACK_FILE)
        reason = "" if by_id or self._hosts.is_slack(file.locator) else words.FILE_ELSEWHERE
        if not reason and not ours.has("files:read"):
            reason = words.FILE_NOT_GRANTED
        if reason:
            return replace(file, state=FileState.MISSING, locator="", reason=reason)
        return replace(file, locator=locator(workspace, file.locator))


async def _originals(
    raws: Sequence[Raw], place: Place, replayed_by: ReplayedBy
) -> Mapping[str, Sequence[Participant]]:
    """By ts, of the posts of apps that are turns of a replay: who said first what they say."""
    posts = [string(raw, "ts") for raw in raws if _BOT in raw]
    if not posts:
        return {}
    root = string(raws[0], "thread_ts") or string(raws[0], "ts")
    return await replayed_by(thread_ref(place.workspace, place.id, root), posts)


def _said(raws: Sequence[Raw], ours: Identity, known: Mapping[str, Sequence[Participant]]) -> list[_Said]:
    """Without our own posts, but for the copies among them. `known`: as `_originals` tells."""
    said: list[_Said] = []
    for raw in raws:
        if _BOT not in raw:
            said.append(_Said(raw))
            continue
        mark = mark_of(raw, ours.bot)
        originals = known.get(string(raw, "ts"), ())
        if originals or (mark and mark.kind == TURN) or _only_brings_files(raw, mark, ours):
            person = speaker(raw, mark, originals)
            said.append(_Said(without_additions(raw), mark, tuple(originals), person))
        elif not is_ours(raw, ours.bot):
            said.append(_Said(raw))
    return said


def _is_stub(file: Raw) -> bool:
    return string(file, "file_access") == _STUB


def _only_brings_files(raw: Raw, mark: Mark | None, ours: Identity) -> bool:
    """Files of a turn come in a post of their own, which can carry no mark."""
    return mark is None and is_ours(raw, ours.bot) and bool(mappings(raw, "files"))


def _joined(needs: Sequence[Needs]) -> Needs:
    return Needs(
        frozenset().union(*[one.people for one in needs]),
        frozenset().union(*[one.channels for one in needs]),
        frozenset().union(*[one.groups for one in needs]),
        frozenset().union(*[one.emoji for one in needs]),
        tuple([file for one in needs for file in one.files]),
    )


async def _in_chunks(said: Sequence[_Said], found: Found) -> list[Parsed]:
    """Parsed aside, so that whoever waits for an answer meanwhile does not wait long."""
    chunks = (said[at : at + _CHUNK] for at in range(0, len(said), _CHUNK))
    return [one for chunk in chunks for one in await asyncio.to_thread(_parse_all, chunk, found)]


def _parse_all(said: Sequence[_Said], found: Found) -> list[Parsed]:
    return [_parse(one, found) for one in said]


def _parse(one: _Said, found: Found) -> tuple[Message, Needs]:
    message, needs = parse_noting(one.raw, found)
    if one.original:  # our own bot, which posts copies for others, is nobody to look up
        bot = {string(one.raw, "user"), string(one.raw, "bot_id")}
        needs = replace(needs, people=needs.people - bot)
        return by(restored(message, one.mark, one.originals), one.original), needs
    return message, needs


def _authored(message: Message) -> Message:
    """A message of nobody, as some old apps posted them, is somebody's."""
    if message.author is None and message.kind is MessageKind.NORMAL:
        return replace(message, author=_NOBODY)
    return message


def _everyone(
    said: Sequence[_Said], messages: Sequence[Message], looked_up: LookedUp
) -> dict[str, Participant]:
    """By key. Of whom Slack tells nothing, what their messages tell."""
    everyone = {_NOBODY: Participant(_NOBODY, words.SOMEBODY)} | dict(looked_up.found.people)
    for one, message in zip(said, messages, strict=True):
        if one.original:
            everyone.update({person.key: person for person in one.originals})
            everyone[one.original.key] = one.original
        elif message.author not in everyone and (known := participant(one.raw)):
            everyone[known.key] = known
    return everyone


def _title(raws: Sequence[Raw], messages: Sequence[Message], ours: Identity) -> str:
    """The first words of the thread; of a thread that we began, the title that it has."""
    mark = mark_of(raws[0], ours.bot) if raws else None
    if mark and mark.kind == HEAD and mark.name:
        return mark.name
    for message in messages:
        line = " ".join(plain(message.body).split())
        if line and message.kind is MessageKind.NORMAL:
            return line if len(line) <= _TITLE else (line[:_TITLE].rpartition(" ")[0] or line[:_TITLE]) + "…"
    return ""
