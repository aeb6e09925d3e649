"""A Slack workspace export: lists of people and channels, and one JSON file a channel and day.

Shapes as Slack's help page "How to read Slack data exports" has them: `users.json`,
`channels.json` (public), `groups.json` (private), `mpims.json` and `dms.json` (direct messages)
at the root, then a folder a conversation with `YYYY-MM-DD.json` files, each a list of message
objects of the Web API's shape. Files are listed by address only; slackdump puts the files
themselves into `__uploads/<file id>/` or `<channel>/attachments/<file id>-<name>`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.archives.container import Container, shown
from adapters.archives.errors import ArchiveError, Limits
from adapters.archives.strict_json import load_json
from adapters.archives.threads import (
    UNKNOWN_PERSON,
    ThreadSummary,
    exported_file,
    short_title,
    to_snapshot,
)
from adapters.slack import parse
from bot.model import FileCopy, Message, Participant, ReplyTo, Snapshot, Source

RawMessage = dict[str, Any]

_DAY = re.compile(r"(?P<folder>[^/]+)/[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
_UPLOAD = re.compile(r"__uploads/(?P<id>[^/]+)/[^/]+|[^/]+/attachments/(?P<id_before>[^/-]+)-[^/]+")
_TS = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,6}))?")
_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
_WORKSPACE = " Slack export "
"""Between the workspace's name and the dates, in the names that Slack gives its zips."""


def slack_root(names: Collection[str]) -> str | None:
    """Where in the archive an export begins: "" or a folder with its "/"; None where there is none."""
    roots = {
        name[: -len(last)] for name in names if (last := name.rpartition("/")[2]) in ("users.json", *_LISTS)
    }
    with_days = [root for root in roots if any(_is_day_below(root, name) for name in names)]
    return min(with_days or [r for r in roots if f"{r}users.json" in names], key=len, default=None)


def _is_day_below(root: str, name: str) -> bool:
    return name.startswith(root) and _DAY.fullmatch(name, len(root)) is not None


def is_day(value: object) -> bool:
    """Whether a JSON value is the content of a day file, or one of the lists at the root."""
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and ("ts" in first or "profile" in first or "members" in first)


@dataclass(frozen=True, slots=True)
class _Channel:
    """A conversation: its folder, the name people know it by, its day files in order."""

    folder: str
    label: str
    days: tuple[str, ...]


class SlackExport:
    """Threads are "<folder>/<thread_ts>"; a whole channel is "<folder>"."""

    kind = "slack-export"

    def __init__(self, container: Container, root: str, path: Path, limits: Limits) -> None:
        """Raises ArchiveError for lists of people and channels that cannot be read."""
        self._container = container
        self._root = root
        self._limits = limits
        self._exported_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        workspace, found, _ = path.stem.partition(_WORKSPACE)
        self._workspace = workspace if found else ""
        self._people = {p.key: p for p in map(parse.profile, self._list("users.json"))}
        self._channels = self._find_channels()

    def threads(self) -> Sequence[ThreadSummary]:
        return [summary for channel in self._channels.values() for summary in self._summaries(channel)]

    def read(self, thread_id: str) -> Snapshot:
        folder, slash, root_ts = thread_id.partition("/")
        channel = self._channels[folder]
        raws = self._messages(channel)
        if slash:
            raws = _threads(raws)[root_ts]
        people = self._people_of(raws)
        messages = self._parse(raws, people)
        if not slash:
            messages = _answering(raws, messages)
        return to_snapshot(
            messages,
            title=short_title(messages[0], channel.label) if slash and messages else channel.label,
            source=Source("Slack", self._workspace, channel.label),
            taken_at=max([self._exported_at, *(message.sent_at for message in messages)]),
            people=people,
            files=self._files_of(raws),
        )

    def _summaries(self, channel: _Channel) -> Iterator[ThreadSummary]:
        raws = self._messages(channel)
        threads = {ts: told for ts, told in _threads(raws).items() if len(told) > 1}
        if raws and not any(len(told) == len(raws) for told in threads.values()):
            summary = self._summary(channel, channel.folder, channel.label, raws)
            yield replace(summary, whole_channel=True)
        people = self._people_of(raws)
        for root_ts, told in sorted(threads.items(), key=lambda item: _ts(item[1][0])):
            [first] = self._parse(told[:1], people)
            yield self._summary(
                channel, f"{channel.folder}/{root_ts}", short_title(first, channel.label), told
            )

    def _summary(
        self, channel: _Channel, thread_id: str, title: str, raws: Sequence[RawMessage]
    ) -> ThreadSummary:
        authors = {parse.author_key(raw) for raw in raws} - {""}
        first_at = datetime.fromtimestamp(_ts(raws[0])[0], UTC)
        return ThreadSummary(thread_id, title, channel.label, len(raws), len(authors), first_at)

    def _parse(self, raws: Iterable[RawMessage], people: Mapping[str, Participant]) -> list[Message]:
        found = parse.Found(people=people, channels=self._channel_names, groups={}, emoji={})
        return [parse.parse(raw, found) for raw in raws]

    def _people_of(self, raws: Iterable[RawMessage]) -> dict[str, Participant]:
        """Everyone of the workspace, with those that only messages tell of: apps and guests."""
        people = dict(self._people)
        for raw in raws:
            author = parse.participant(raw)
            if author is not None:
                people.setdefault(author.key, author)
        return people

    def _messages(self, channel: _Channel) -> list[RawMessage]:
        """All messages of a channel once each, by time."""
        told: dict[str, RawMessage] = {}
        for day in channel.days:
            for raw in self._load_list(day):
                told.setdefault(str(raw.get("ts") or f"no ts {len(told)}"), raw)
        return sorted(told.values(), key=_ts)

    def _find_channels(self) -> dict[str, _Channel]:
        days: dict[str, list[str]] = {}
        for name in sorted(self._container.names()):
            if name.startswith(self._root) and (day := _DAY.fullmatch(name, len(self._root))):
                days.setdefault(day["folder"], []).append(name)
        labels: dict[str, str] = {}
        for file in _LISTS:
            for listed in self._list(file):
                folder = str(listed.get("id") if file == "dms.json" else listed.get("name"))
                labels[folder] = self._label(listed, direct=file in ("dms.json", "mpims.json"))
        order = [*(folder for folder in labels if folder in days), *(f for f in days if f not in labels)]
        return {f: _Channel(f, labels.get(f, f), tuple(days[f])) for f in order}

    def _label(self, listed: Mapping[str, Any], *, direct: bool) -> str:
        members = listed.get("members")
        if direct and isinstance(members, list) and members:
            found = [self._people.get(member) for member in map(str, members)]
            return ", ".join(person.name if person else UNKNOWN_PERSON for person in found)
        return str(listed.get("name") or listed.get("id") or "")

    @cached_property
    def _channel_names(self) -> dict[str, str]:
        listed = [one for file in _LISTS[:2] for one in self._list(file)]
        return {str(one.get("id")): str(one.get("name")) for one in listed if one.get("name")}

    @cached_property
    def _uploads(self) -> dict[str, str]:
        """The member that holds a file, by the file's id."""
        names = (name for name in self._container.names() if name.startswith(self._root))
        found = ((_UPLOAD.fullmatch(name, len(self._root)), name) for name in names)
        return {upload["id"] or upload["id_before"]: name for upload, name in found if upload}

    def _files_of(self, raws: Iterable[RawMessage]) -> dict[str, FileCopy]:
        """The uploads that `raws` show, as what the archive has of them."""
        shown = [file for raw in raws for file in parse.references(raw).files]
        return {file.id: exported_file(file, self._uploads.get(file.id)) for file in shown}

    def _list(self, file: str) -> list[dict[str, Any]]:
        name = f"{self._root}{file}"
        return self._load_list(name) if name in self._container.names() else []

    def _load_list(self, name: str) -> list[dict[str, Any]]:
        value = load_json(self._container, name, self._limits)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ArchiveError(
                f'"{shown(name)}" in {self._container.label} is not a list of objects, '
                "as a Slack export has it."
            )
        return value


def _threads(raws: Iterable[RawMessage]) -> dict[str, list[RawMessage]]:
    """The messages of each thread by its root's ts; a message outside threads is one of its own.

    A root that was not exported is taken from a reply that was also sent to the channel.
    """
    threads: dict[str, list[RawMessage]] = {}
    for raw in raws:
        threads.setdefault(str(raw.get("thread_ts") or raw.get("ts", "")), []).append(raw)
    for root_ts, told in threads.items():
        if told[0].get("ts") == root_ts:
            continue
        quoted = (raw["root"] for raw in told if isinstance(raw.get("root"), dict))
        told[:0] = [root for root in quoted if root.get("ts") == root_ts][:1]
    return threads


def _answering(raws: Sequence[RawMessage], messages: Sequence[Message]) -> list[Message]:
    """In a whole channel, what was said in a thread answers the thread's root."""
    by_ts = {str(raw.get("ts")): message for raw, message in zip(raws, messages, strict=True)}
    told = []
    for raw, message in zip(raws, messages, strict=True):
        root = by_ts.get(str(raw.get("thread_ts", "")))
        if root is not None and root is not message and message.reply_to is None:
            told.append(replace(message, reply_to=ReplyTo(root.id, root.author)))
        else:
            told.append(message)
    return told


def _ts(raw: Mapping[str, Any]) -> tuple[int, int]:
    """The order of a message: seconds and microseconds of its ts, without a float's rounding."""
    found = _TS.fullmatch(str(raw.get("ts", "")))
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
