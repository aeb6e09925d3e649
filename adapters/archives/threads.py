"""What an archive of any kind offers: a list of threads, and each as a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from bot.model import FileCopy, FileState, Header, Message, Participant, Snapshot, Source
from bot.privacy.gathering import gathered
from bot.richtext.plain import plain

UNKNOWN_PERSON = "Unknown user"
NOT_EXPORTED = "not part of the export"
TITLE_LIMIT = 80


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One thread of an archive: `id` is what `read` takes, `people` how many wrote in it.

    `whole_channel`: it is a channel with all that was said there, its threads included.
    """

    id: str
    title: str
    channel: str
    messages: int
    people: int
    first_at: datetime | None
    whole_channel: bool = False


class Export(Protocol):
    """A parsed archive of one kind."""

    kind: str

    def threads(self) -> Sequence[ThreadSummary]:
        """All threads, channel by channel, the oldest first. Raises ArchiveError."""

    def read(self, thread_id: str) -> Snapshot:
        """A thread in captured form. Raises KeyError for an unknown id, ArchiveError for bad data."""


def short_title(message: Message, fallback: str) -> str:
    """The first line that `message` says, shortened at a word; `fallback` where it says nothing."""
    first = next((line.strip() for line in plain(message.body).split("\n") if line.strip()), "")
    line = " ".join(first.split())
    if len(line) <= TITLE_LIMIT:
        return line or fallback
    head, _, _ = line[:TITLE_LIMIT].rpartition(" ")
    return f"{head or line[:TITLE_LIMIT]}…"


def moment(value: object) -> datetime | None:
    """A moment in ISO 8601 as UTC; None for anything else. Without an offset it is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def to_snapshot(
    messages: Iterable[Message],
    *,
    title: str,
    source: Source,
    taken_at: datetime,
    people: Mapping[str, Participant],
    files: Mapping[str, FileCopy],
) -> Snapshot:
    """A whole snapshot of `messages`, sorted by time, with exactly the people and files in them.

    Whoever is not in `people` becomes "Unknown user", a file that is not in `files` is missing.
    """
    told = tuple(sorted(messages, key=lambda message: message.sent_at))
    header = Header(title, source, taken_at)
    return gathered(told, header, people, files, unknown=UNKNOWN_PERSON, lost=missing_file)


def missing_file(file_id: str, name: str = "") -> FileCopy:
    """A file of which the export has no copy."""
    return FileCopy(file_id, name, state=FileState.MISSING, reason=NOT_EXPORTED)


def exported_file(file: FileCopy, member: str | None) -> FileCopy:
    """`file` as the export has it: in its `member`, or else missing. An address is never fetched."""
    if member is not None:
        return replace(file, state=FileState.PENDING, locator=member, reason="")
    reason = file.reason if file.state is FileState.MISSING and file.reason else NOT_EXPORTED
    return replace(file, state=FileState.MISSING, locator="", blob="", width=None, height=None, reason=reason)
