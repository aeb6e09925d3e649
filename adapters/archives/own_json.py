"""Our own JSON, the `.json` twin of a shared page, read back as a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from adapters.archives.errors import ArchiveError
from adapters.archives.threads import ThreadSummary, exported_file, to_snapshot
from bot.codec import FORMAT, CodecError, from_document
from bot.model import Message, MessageKind, Snapshot

THREAD_ID = "thread"
"""The document holds one thread; it has no id of its own."""


def is_document(value: object) -> bool:
    return isinstance(value, dict) and value.get("format") == FORMAT


class OwnExport:
    """One document as the only thread of an archive."""

    kind = "threadlink"

    def __init__(self, document: object, label: str) -> None:
        """Raises ArchiveError for a document of a later version and for one that is not well-formed."""
        try:
            snapshot = from_document(document)
        except CodecError as error:
            raise ArchiveError(f"{label} cannot be read: {error}.") from error
        self._snapshot = _captured(snapshot, label)

    def threads(self) -> Sequence[ThreadSummary]:
        header = self._snapshot.header
        authors = {message.author for message in self._snapshot.messages if message.author}
        return [
            ThreadSummary(
                THREAD_ID,
                header.title,
                header.source.channel,
                header.message_count,
                len(authors),
                header.first_at,
            )
        ]

    def read(self, thread_id: str) -> Snapshot:
        if thread_id != THREAD_ID:
            raise KeyError(thread_id)
        return self._snapshot


def _captured(document: Snapshot, label: str) -> Snapshot:
    """`document` as a capture: its facts are counted anew, and its files are not at hand.

    A document may come from anybody: a `blob` in it must never open a file of our own store.
    """
    twice = [key for key, count in Counter(m.id for m in document.messages).items() if count > 1]
    if twice:
        raise ArchiveError(f'{label} cannot be read: two of its messages have the id "{twice[0][:40]}".')
    header = document.header
    return to_snapshot(
        map(_with_author, document.messages),
        title=header.title,
        source=header.source,
        taken_at=header.taken_at,
        people={person.key: replace(person, avatar=None) for person in header.participants},
        files={file.id: exported_file(file, None) for file in header.files},
    )


def _with_author(message: Message) -> Message:
    if message.kind is MessageKind.NORMAL and message.author is None:
        return replace(message, author="unknown")
    return message
