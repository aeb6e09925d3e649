"""JSON files of DiscordChatExporter: one channel or thread a file, or a part of one.

Media that were saved with an export are named by a path relative to the JSON file; only members of
the archive are opened by it. What is named by an address was not saved and is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.archives.container import Container, find_member, shown
from adapters.archives.discord_messages import (
    is_webhook,
    saved_path,
    to_api_message,
    to_api_user,
)
from adapters.archives.discord_restore import restore
from adapters.archives.errors import ArchiveError
from adapters.archives.threads import ThreadSummary, exported_file, moment, short_title, to_snapshot
from adapters.discord import parse
from bot.model import FileCopy, Message, Participant, Snapshot, Source


def is_discord_export(value: object) -> bool:
    """Whether a JSON value is what DiscordChatExporter writes."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("guild"), dict)
        and isinstance(value.get("channel"), dict)
        and isinstance(value.get("messages"), list)
    )


_NAMED = (("id", "name"), ("categoryId", "category"))


@dataclass(frozen=True, slots=True)
class _Part:
    """One file: what it says about its channel, and its messages as they stand in it."""

    file: str
    guild: Mapping[str, Any]
    channel: Mapping[str, Any]
    exported_at: datetime | None
    messages: tuple[Mapping[str, Any], ...]


class DiscordExport:
    """Threads are channels, by their ids; files of the same channel are parts of one."""

    kind = "discord-export"

    def __init__(
        self, container: Container, files: Sequence[str], path: Path, load: Callable[[str], Any]
    ) -> None:
        """`load` reads one of `files`, JSON that `is_discord_export`. Raises ArchiveError."""
        self._container = container
        self._load = load
        self._modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        self._files: dict[str, list[str]] = {}
        for file in files:
            channel = load(file)["channel"]
            self._files.setdefault(str(channel.get("id") or file), []).append(file)

    def threads(self) -> Sequence[ThreadSummary]:
        return [self._summary(thread_id) for thread_id in self._files]

    def read(self, thread_id: str) -> Snapshot:
        parts = [self._part(file) for file in self._files[thread_id]]
        told = _Told(self._container, parts)
        messages = told.messages()
        exported_at = max((part.exported_at for part in parts if part.exported_at), default=self._modified_at)
        return to_snapshot(
            messages,
            title=_title(parts[0].channel, messages),
            source=Source("Discord", str(parts[0].guild.get("name") or ""), _channel_name(parts[0].channel)),
            taken_at=max([exported_at, *(message.sent_at for message in messages)]),
            people=told.people,
            files=told.files,
        )

    def _summary(self, thread_id: str) -> ThreadSummary:
        parts = [self._part(file) for file in self._files[thread_id]]
        exported = [one for _, one in _keyed(parts).values()]
        authors = {_author_id(one) for one in exported}
        moments = [sent for one in exported if (sent := moment(one.get("timestamp")))]
        return ThreadSummary(
            thread_id,
            _title(parts[0].channel, ()),
            _channel_name(parts[0].channel),
            len(exported),
            len(authors),
            min(moments, default=None),
        )

    def _part(self, file: str) -> _Part:
        value = self._load(file)
        if not all(isinstance(item, dict) for item in value["messages"]):
            raise ArchiveError(
                f'"{shown(file)}" in {self._container.label} has messages that are not objects, '
                "so it is not what DiscordChatExporter writes."
            )
        return _Part(
            file, value["guild"], value["channel"], moment(value.get("exportedAt")), tuple(value["messages"])
        )


class _Told:
    """The messages of one channel, parsed, with the people and files that the export has for them."""

    def __init__(self, container: Container, parts: Sequence[_Part]) -> None:
        self._container = container
        self._exported = _keyed(parts)
        self._channels = _channel_names(parts)
        self.people: dict[str, Participant] = {}
        self.files: dict[str, FileCopy] = {}
        self._roles: dict[str, str] = {}
        for file, one in self._exported.values():
            for user in _users(one):
                self._learn(user, file)

    def messages(self) -> list[Message]:
        return [self._message(exported, file) for file, exported in self._exported.values()]

    def _message(self, exported: Mapping[str, Any], beside: str) -> Message:
        raw = to_api_message(exported, self._answered(exported))
        author = parse.participant(raw)
        if author is not None:
            self.people.setdefault(author.key, author)
        self._learn_pictures(exported, beside)
        for file in parse.references(raw).files:
            path = saved_path(file.locator)
            member = find_member(self._container, beside, path) if path is not None else None
            self.files.setdefault(file.id, exported_file(file, member))
        found = parse.Found(people=self.people, channels=self._channels, roles=self._roles)
        message = _with_reacting(parse.parse(raw, found), exported)
        mentioned = (self.people.get(str(user.get("id"))) for user in _list(exported, "mentions"))
        return restore(message, filter(None, mentioned), _list(exported, "inlineEmojis"), self.files)

    def _answered(self, exported: Mapping[str, Any]) -> Mapping[str, Any] | None:
        reference = exported.get("reference")
        key = str(reference.get("messageId")) if isinstance(reference, dict) else ""
        return self._exported[key][1] if key in self._exported else None

    def _learn(self, user: Mapping[str, Any], beside: str) -> None:
        for role in _list(user, "roles"):
            self._roles[str(role.get("id"))] = str(role.get("name") or "")
        if is_webhook(user):
            return  # its name is the message's own
        person = parse.profile(to_api_user(user), None)
        picture = find_member(self._container, beside, str(user.get("avatarUrl") or ""))
        if picture is not None:
            person = replace(person, avatar=f"avatar:{person.key}")
            self.files[f"avatar:{person.key}"] = exported_file(FileCopy(f"avatar:{person.key}", ""), picture)
        self.people.setdefault(person.key, person)

    def _learn_pictures(self, exported: Mapping[str, Any], beside: str) -> None:
        """Emoji and stickers saved with the export, under the ids that the parser gives them."""
        for one in _emoji(exported):
            self._learn_picture(FileCopy(f"emoji:{one.get('id')}", ""), beside, one.get("imageUrl"))
        for one in _list(exported, "stickers"):
            name = str(one.get("name") or "sticker")
            self._learn_picture(FileCopy(f"sticker:{one.get('id')}", name), beside, one.get("sourceUrl"))

    def _learn_picture(self, file: FileCopy, beside: str, path: object) -> None:
        member = find_member(self._container, beside, path) if isinstance(path, str) else None
        if member is not None:
            self.files.setdefault(file.id, exported_file(file, member))


def _keyed(parts: Iterable[_Part]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Each message once by its id, with the file it stands in; one without id has a key of its own."""
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for part in parts:
        for number, one in enumerate(part.messages):
            found.setdefault(str(one.get("id") or f"{part.file}:{number}"), (part.file, one))
    return found


def _channel_names(parts: Iterable[_Part]) -> dict[str, str]:
    """Names of the few channels that an export tells of: its own, and what that is in."""
    named = [(part.channel.get(key), part.channel.get(name)) for part in parts for key, name in _NAMED]
    return {str(key): str(name) for key, name in named if key and name}


def _users(exported: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Everyone that an exported message describes."""
    interaction = exported.get("interaction")
    found = [exported.get("author"), *_list(exported, "mentions")]
    found += [user for one in _list(exported, "reactions") for user in _list(one, "users")]
    found += [interaction.get("user")] if isinstance(interaction, dict) else []
    return (user for user in found if isinstance(user, dict))


def _emoji(exported: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = [*_list(exported, "inlineEmojis"), *(one.get("emoji") for one in _list(exported, "reactions"))]
    return (emoji for emoji in found if isinstance(emoji, dict))


def _list(exported: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = exported.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _with_reacting(message: Message, exported: Mapping[str, Any]) -> Message:
    """`message` with the people who reacted: the API's messages do not name them, exports do."""
    told = _list(exported, "reactions")
    if len(told) != len(message.reactions):
        return message
    people = (tuple(str(user.get("id")) for user in _list(one, "users") if user.get("id")) for one in told)
    return replace(
        message,
        reactions=tuple(
            replace(reaction, people=who) for reaction, who in zip(message.reactions, people, strict=True)
        ),
    )


def _author_id(exported: Mapping[str, Any]) -> str:
    author = exported.get("author")
    return str(author.get("id")) if isinstance(author, dict) else ""


def _is_thread(channel: Mapping[str, Any]) -> bool:
    return "Thread" in str(channel.get("type"))


def _channel_name(channel: Mapping[str, Any]) -> str:
    """Of a thread, the channel that it is in: exports keep its name as the "category"."""
    return str((channel.get("category") if _is_thread(channel) else channel.get("name")) or "")


def _title(channel: Mapping[str, Any], messages: Sequence[Message]) -> str:
    name = str(channel.get("name") or "")
    if name or not messages:
        return name or "A conversation"
    return short_title(messages[0], "A conversation")
