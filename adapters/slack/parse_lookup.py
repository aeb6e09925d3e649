"""What a message refers to by id: what has to be looked up, what was found, and how it is shown.

`Lookup` answers the parsers' questions from a `Found` and notes each question. The notes of a run
with nothing found are the message's `Needs`: so the two can never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from adapters.slack import parse_words as words
from adapters.slack.emoji_names import emoji_char, with_tone
from adapters.slack.parse_raw import Raw, mapping, string, whole
from bot.model import Attachment, FileCopy, FileState, Participant
from bot.richtext.nodes import ChannelMention, Emoji, Mention

SLACK_FILE = "slack-file:"
"""Begins the locator of a picture that Slack names by file id only; files.info has its address."""

_ID = re.compile(r"[A-Z][A-Z0-9]+")
_EMOJI_NAME = re.compile(r"[\w+'-]{1,100}")
_CODE_POINTS = re.compile(r"[0-9a-fA-F]{2,6}(?:-[0-9a-fA-F]{2,6}){0,15}")
_MAX_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up before a message can be shown in full.

    `people`: ids of users (U…, W…) and bots (B…); `channels`, `groups` (user groups): ids;
    `emoji`: short names that are not standard; `files`: uploads and pictures, `PENDING` with the
    address to fetch as `locator` (or `SLACK_FILE` and an id), or `MISSING` with the reason.
    """

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    emoji: frozenset[str] = frozenset()
    files: tuple[FileCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked up, by the ids and names of `Needs`; what is missing is shown as unknown.

    `channels` and `groups`: id -> name. `emoji`: custom short name -> `FileCopy.id` of its
    picture. `aliases`: custom short name -> the standard short name it stands for.
    """

    people: Mapping[str, Participant] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    emoji: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


class Lookup:
    """One message's way to names, emoji and files. `message`: its id."""

    __slots__ = ("_channels", "_emoji", "_files", "_found", "_groups", "_people", "_pictures", "message")

    def __init__(self, found: Found, message: str) -> None:
        self._found = found
        self.message = message
        self._people: set[str] = set()
        self._channels: set[str] = set()
        self._groups: set[str] = set()
        self._emoji: set[str] = set()
        self._files: list[FileCopy] = []
        self._pictures: list[Attachment] = []

    def needs(self) -> Needs:
        if not (self._channels or self._groups or self._emoji or self._files):
            return _of_people(frozenset(self._people))
        return Needs(
            frozenset(self._people),
            frozenset(self._channels),
            frozenset(self._groups),
            frozenset(self._emoji),
            tuple(self._files),
        )

    def know(self, person: str) -> bool:
        """Whether the person or bot with this id was found; notes the question. Nobody has the id ""."""
        if not person:
            return False
        self._people.add(person)
        return person in self._found.people

    def person(self, key: str, label: str = "") -> Mention:
        """A mention of a user or bot. What is no id is a name already (old exports have <@ana>)."""
        name = label.removeprefix("@").strip()
        if not _ID.fullmatch(key):
            return Mention("person", name or key or words.UNKNOWN_USER)
        if self.know(key):
            return Mention("person", self._found.people[key].name, key)
        return Mention("person", _not_an_id(name, key) or words.UNKNOWN_USER)

    def channel(self, key: str, label: str = "") -> ChannelMention:
        if not _ID.fullmatch(key):
            return ChannelMention(label.removeprefix("#") or key or words.PRIVATE_CHANNEL)
        self._channels.add(key)
        name = self._found.channels.get(key) or _not_an_id(label.removeprefix("#").strip(), key)
        return ChannelMention(name or words.PRIVATE_CHANNEL)

    def group(self, key: str, label: str = "") -> Mention:
        if key:
            self._groups.add(key)
        name = self._found.groups.get(key) or _not_an_id(label.removeprefix("@").strip(), key)
        return Mention("group", name.removeprefix("@") or words.UNKNOWN_GROUP)

    def emoji(self, name: str, unicode: str = "", tone: int | None = None) -> Emoji:
        """An emoji by its short name; Slack's own `unicode` (hexadecimal, dash-joined) wins, then a
        workspace's own picture, then the standard character.
        """
        base, _, named_tone = name.partition("::skin-tone-")
        if char := _from_code_points(unicode):
            return Emoji(base, char)
        standard = emoji_char(base)
        if standard is None and _EMOJI_NAME.fullmatch(base):
            self._emoji.add(base)
        if base in self._found.emoji:
            return Emoji(base, file=self._found.emoji[base])
        char = standard or emoji_char(self._found.aliases.get(base, ""))
        tone = whole(named_tone) if tone is None else tone
        return Emoji(base, with_tone(char, tone) if char and tone else char)

    def written_emoji(self, name: str) -> Emoji | None:
        """The emoji that `:name:` in a text stands for; None where it is only a word between colons."""
        found = self.emoji(name)
        return found if found.char or found.file else None

    def add_file(self, file: FileCopy, description: str = "") -> Attachment:
        """Note an upload or picture, and attach it. One without id gets one of this message's."""
        if not file.id:
            file = FileCopy(
                f"image:{self.message}:{len(self._files)}",
                file.name,
                file.state,
                file.locator,
                reason=file.reason,
            )
        self._files.append(file)
        return Attachment(file.id, description)

    def picture(self, image: Raw, description: str = "", address: str = "image_url") -> Attachment | None:
        """A picture by its address, or by Slack's id of it; None where there is neither."""
        upload = mapping(image, "slack_file")
        url = string(image, address) or string(upload, "url")
        key = string(upload, "id")
        if not url and not key:
            return None
        name = _file_name(url) or words.UNNAMED_IMAGE
        if url and not url.lower().startswith(("http://", "https://")):
            file = FileCopy("", name, FileState.MISSING, reason=words.FILE_NO_ADDRESS)
        else:
            file = FileCopy("", name, locator=url or SLACK_FILE + key)
        return self.add_file(file, description)

    def show(self, picture: Attachment | None) -> None:
        """Put a picture met among blocks with the message's attachments: the tree has no images."""
        if picture:
            self._pictures.append(picture)

    def has_pictures(self) -> bool:
        return bool(self._pictures)

    def take_pictures(self) -> tuple[Attachment, ...]:
        """The pictures shown since the last call."""
        taken = tuple(self._pictures)
        self._pictures.clear()
        return taken


@lru_cache(1_000)
def _of_people(people: frozenset[str]) -> Needs:
    """What most messages need is their author, and the same for all of that author's."""
    return Needs(people)


def _not_an_id(name: str, key: str) -> str:
    return "" if name == key else name


def _file_name(url: str) -> str:
    path = url.partition("?")[0].partition("#")[0].partition("://")[2]
    return path.rpartition("/")[2][:255] if "/" in path else ""


def _from_code_points(text: str) -> str | None:
    if not _CODE_POINTS.fullmatch(text):
        return None
    points = [int(part, 16) for part in text.split("-")]
    if any(point > _MAX_CODE_POINT or point in _SURROGATES or point < ord(" ") for point in points):
        return None
    return "".join(map(chr, points))
