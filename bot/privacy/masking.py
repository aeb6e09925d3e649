"""Suspected secrets of a message, each with an id, and the same message with some blacked out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.model import FileCopy, Message
from bot.privacy.edits import Edit, apply, map_text, running_text
from bot.privacy.secrets import Match, RuleBook, find_secrets

MASK = "█" * 8
"""What stands for a masked secret: always of the same length, which tells nothing."""

TITLE = "title"
"""Stands for the message in the ids of what is suspected in the title."""

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Suspect:
    """`id`: "<message id>:<number>", the same as long as the message is the same. `excerpt`: enough
    to recognise the secret by, never enough to use it. `file`: the `FileCopy.id` whose name holds
    it, else None.
    """

    id: str
    kind: str
    excerpt: str
    start: int
    end: int
    file: str | None = None


def suspects(message: Message, files: Mapping[str, FileCopy], rules: RuleBook) -> tuple[Suspect, ...]:
    """What in `message`, and in the names of its attachments among `files`, may be a secret."""
    places: list[tuple[str | None, str]] = [(None, running_text(message))]
    places += [(i, files[i].name) for i in attached(message) if i in files]
    found = [(place, text, match) for place, text in places for match in find_secrets(text, rules)]
    return tuple(_suspect(message.id, n, *item) for n, item in enumerate(found, 1))


def title_suspects(title: str, rules: RuleBook) -> tuple[Suspect, ...]:
    """What in a title may be a secret; it is often made of the first message."""
    return tuple(_suspect(TITLE, n, None, title, m) for n, m in enumerate(find_secrets(title, rules), 1))


def touched(masked: Collection[str]) -> set[str]:
    """The ids of the messages that the findings with the ids `masked` are in."""
    return {finding.rpartition(":")[0] for finding in masked}


def mask_message(
    message: Message, files: dict[str, FileCopy], masked: Collection[str], rules: RuleBook
) -> Message:
    """`message` with `MASK` for the secrets whose ids are in `masked`; names in `files` are changed too."""
    chosen = [suspect for suspect in suspects(message, files, rules) if suspect.id in masked]
    for file_id in {suspect.file for suspect in chosen} - {None}:
        assert file_id is not None
        edits = [Edit(s.start, s.end, MASK) for s in chosen if s.file == file_id]
        files[file_id] = replace(files[file_id], name=apply(files[file_id].name, edits))
    edits = [Edit(s.start, s.end, MASK) for s in chosen if s.file is None]
    return map_text(message, lambda _: edits)


def mask_title(title: str, masked: Collection[str], rules: RuleBook) -> str:
    return apply(title, [Edit(s.start, s.end, MASK) for s in title_suspects(title, rules) if s.id in masked])


def attached(message: Message) -> dict[str, None]:
    """The ids of the files that were uploaded with `message` or with what it forwards, in order."""
    uploads = (*message.attachments, *(a for forward in message.forwards for a in forward.attachments))
    return dict.fromkeys(upload.file for upload in uploads)


def _suspect(place: str, number: int, file: str | None, text: str, match: Match) -> Suspect:
    secret = text[match.start : match.end]
    excerpt = secret[: min(_SHOWN, len(secret) // _SHOWN)] + "…"
    return Suspect(f"{place}:{number}", match.kind, excerpt, match.start, match.end, file)
