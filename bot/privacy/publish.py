"""The only door from a captured snapshot to a published one."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.model import (
    Choices,
    FileCopy,
    FileState,
    Header,
    Message,
    Names,
    Participant,
    ParticipantKind,
    Snapshot,
    Source,
)
from bot.privacy.anonymise import SOMEONE, Anonymiser
from bot.privacy.masking import TITLE, attached, mask_message, mask_title, touched
from bot.privacy.patterns import Patterns
from bot.privacy.walk import Leaf, Visitor, map_message
from bot.richtext.nodes import ChannelMention, Emoji, Inline, Mention

NOT_COPIED = "was not copied"

# Bidirectional controls turn a name around, or what stands after it; other controls are noise.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def publishable(
    snapshot: Snapshot,
    choices: Choices,
    pseudonyms: Mapping[str, str],
    patterns: Patterns,
) -> Snapshot:
    """What readers get of a captured `snapshot` under `choices`: see model.py, "published".

    `pseudonyms`: by `Participant.key`, for all of `pseudonyms.people(snapshot)` where names are
    pseudonyms; unused otherwise. `patterns` are those the preview was made with. Raises ValueError when a
    participant has no pseudonym. Whether findings are still open is not asked here.
    """
    files = {f.id: f for f in snapshot.header.files}
    masked = touched(choices.masked)
    kept = [
        _answering(m, choices.left_out, masked) for m in snapshot.messages if m.id not in choices.left_out
    ]
    kept = [mask_message(m, files, choices.masked, patterns.rules) if m.id in masked else m for m in kept]
    title = choices.title or snapshot.header.title
    title = mask_title(title, choices.masked, patterns.rules) if TITLE in masked else title
    anonymiser = None
    if choices.names is Names.PSEUDONYMS:
        anonymiser = Anonymiser(snapshot, pseudonyms, patterns.addresses)
        if anonymiser.missing:
            raise ValueError(f"{anonymiser.missing} people have no pseudonym")
        kept = [anonymiser.message(m) for m in kept]
        title = anonymiser.title(title)
    keys = _Keys(snapshot.header.participants, files, kept, anonymiser)
    messages = tuple(_in_seconds(map_message(m, keys)) for m in kept)
    return Snapshot(
        _header(snapshot.header, title, messages, keys, anonymiser, pseudonyms if anonymiser else None),
        messages,
    )


def digest(key: bytes, share_id: str, value: str) -> bytes:
    """What to remember a person or a left-out message of one share by: HMAC-SHA256 under the
    installation's `key`. Digests of two shares, or of two values, have nothing in common.
    """
    share = share_id.encode()
    return hmac.digest(key, len(share).to_bytes(4, "big") + share + value.encode(), "sha256")


def clean_name(text: str) -> str:
    """`text` in one line, without characters that turn it or its surroundings around."""
    if text.isprintable() and "  " not in text and text == text.strip():
        return text  # printable: neither a control character nor any space but " "
    return " ".join(_CONTROLS.sub(" ", text).split())


def _answering(message: Message, left_out: frozenset[str], masked: set[str]) -> Message:
    """`message` without what it quotes of a message that readers do not see, or not in full."""
    reply = message.reply_to
    if reply is None or reply.message is None:
        return message
    if reply.message in left_out:
        return replace(message, reply_to=None)
    return replace(message, reply_to=replace(reply, excerpt=())) if reply.message in masked else message


def _in_seconds(message: Message) -> Message:
    """`message` with its moments in whole seconds: to the microsecond, a moment is a message's id on Slack."""
    edited = message.edited_at
    return replace(
        message,
        sent_at=message.sent_at.replace(microsecond=0),
        edited_at=edited.replace(microsecond=0) if edited else None,
        forwards=tuple(
            replace(one, sent_at=one.sent_at.replace(microsecond=0)) if one.sent_at else one
            for one in message.forwards
        ),
    )


class _Keys(Visitor):
    """Gives people, messages and files new keys, in the order in which they appear. The names that
    are nodes are taken out on the way, where there is an `anonymiser`.
    """

    def __init__(
        self,
        participants: Sequence[Participant],
        files: Mapping[str, FileCopy],
        messages: Sequence[Message],
        anonymiser: Anonymiser | None,
    ) -> None:
        self._anonymiser = anonymiser
        authors = {m.author: Participant(m.author, SOMEONE) for m in messages if m.author is not None}
        self._participants = authors | {p.key: p for p in participants}
        self._files = files
        self._messages = {m.id: f"m{n}" for n, m in enumerate(messages, 1)}
        self.people: dict[str, str] = {}
        self.copies: dict[str, str] = {}

    def person(self, key: str) -> str | None:
        if key not in self._participants:
            return None
        return self.people.setdefault(key, f"p{len(self.people) + 1}")

    def file(self, file_id: str) -> str | None:
        if file_id not in self._files:
            return None
        return self.copies.setdefault(file_id, f"f{len(self.copies) + 1}")

    def message(self, message_id: str) -> str | None:
        return self._messages.get(message_id)

    def string(self, text: str) -> str:
        return clean_name(text)

    def author(self, text: str) -> str:
        return clean_name(self._anonymiser.withheld(text) if self._anonymiser else text)

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        if isinstance(node, Mention):
            person = self.person(node.person) if node.person is not None else None
            name = self._anonymiser.called(node) if self._anonymiser else node.name
            return (Mention(node.kind, clean_name(name), person),)
        node = self._anonymiser.leaf(node) if self._anonymiser else node
        match node:
            case ChannelMention():
                return (ChannelMention(clean_name(node.name)),)
            case Emoji():
                return (Emoji(node.name, node.char, self.file(node.file)),) if node.file else (node,)
            case _:
                return (node,)

    def published_people(self) -> list[Participant]:
        return [self._participants[key] for key in self.people]

    def published_files(self) -> list[FileCopy]:
        return [self._files[file_id] for file_id in self.copies]


def _header(
    header: Header,
    title: str,
    messages: tuple[Message, ...],
    keys: _Keys,
    anonymiser: Anonymiser | None,
    pseudonyms: Mapping[str, str] | None,
) -> Header:
    shown = [_participant(p, keys, pseudonyms) for p in keys.published_people()]
    uploads = {file_id for message in messages for file_id in attached(message)}
    copies = [_file(f, n, anonymiser, uploads) for n, f in enumerate(keys.published_files(), 1)]
    source = header.source
    authors = {m.author for m in messages} - {None}
    return Header(
        title=clean_name(title),
        source=Source(source.platform)
        if anonymiser
        else Source(source.platform, clean_name(source.workspace), clean_name(source.channel)),
        taken_at=header.taken_at,
        participants=tuple(shown),
        files=tuple(copies),
        message_count=len(messages),
        first_at=messages[0].sent_at if messages else None,
        last_at=messages[-1].sent_at if messages else None,
        author_count=len(authors),
        bot_author_count=sum(1 for p in shown if p.key in authors and p.kind is ParticipantKind.BOT),
    )


def _participant(person: Participant, keys: _Keys, pseudonyms: Mapping[str, str] | None) -> Participant:
    key, name, avatar = keys.people[person.key], person.name, person.avatar
    if pseudonyms is not None and person.kind is not ParticipantKind.BOT:
        name, avatar = pseudonyms[person.key], None
    picture = keys.file(avatar) if avatar is not None else None
    return Participant(key, clean_name(name) or SOMEONE, person.kind, picture)


def _file(file: FileCopy, number: int, anonymiser: Anonymiser | None, uploads: Collection[str]) -> FileCopy:
    # Only what somebody uploaded has a name: pictures of people, emoji and link cards are no files to readers.
    name = clean_name(file.name) if f"f{number}" in uploads else ""
    state, reason = file.state, clean_name(file.reason)
    if state is FileState.PENDING:
        state, reason = FileState.MISSING, NOT_COPIED
    if anonymiser:
        name, reason = anonymiser.file_name(name, number), anonymiser.text(reason)
    return replace(file, id=f"f{number}", name=name, locator="", state=state, reason=reason)
