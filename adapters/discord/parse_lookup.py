"""What a message refers to by id: what has to be looked up, what was found, and how it is shown.

`Lookup` answers the parsers' questions from a `Found` and notes each question. The notes of a run
with nothing found are the message's `Needs`: so the two can never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from adapters.discord.parse_fields import Raw, identifier, mapping, mappings
from adapters.discord.parse_people import name_of
from bot.model import FileCopy, Participant
from bot.richtext.nodes import ChannelMention, Emoji, Mention

UNKNOWN_USER = "unknown-user"
UNKNOWN_CHANNEL = "unknown-channel"
UNKNOWN_ROLE = "unknown-role"


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up before a message can be shown in full.

    `people` (never webhooks: a message carries all that is known of them), `channels`, `roles`:
    ids. `files`: everything it shows, `PENDING` with the address to fetch as `locator`, or
    `MISSING` with the reason. The address may be anyone's: whoever fetches decides whether to.
    """

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    files: tuple[FileCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked up, by the ids of `Needs`; what is missing is shown as unknown.

    `channels` and `roles`: id -> name.
    """

    people: Mapping[str, Participant] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


NOTHING_FOUND = Found()

Guesses: TypeAlias = Mapping[str, str] | None
"""Of a message that was read with nothing found: the names of people that show in it, by their ids, as the
message itself tells them; None where it shows what only looking up tells.
"""


def holds(guesses: Guesses, found: Found) -> bool:
    """Whether a message that was read with nothing found shows the same with `found`."""
    return guesses is not None and all(
        key not in found.people or found.people[key].name == name for key, name in guesses.items()
    )


class Lookup:
    """One message's way to names and files. Users whom the message itself lists are known too."""

    def __init__(self, found: Found, raw: Raw, *, asking: bool = False) -> None:
        """With `asking`, only the questions count: what is read is thrown away."""
        self.message = identifier(raw)
        self.asking = asking
        self._found = found
        self._listed: dict[str, str] = {}
        self._channels_listed: dict[str, str] = {}
        for channel in mappings(raw, "mention_channels"):
            self._channels_listed[identifier(channel)] = name_of(channel)
        self._people: dict[str, None] = {}
        self._channels: dict[str, None] = {}
        self._roles: dict[str, None] = {}
        self._files: dict[str, FileCopy] = {}
        self._guesses: dict[str, str] = {}
        self._is_open = False

    def guesses(self) -> Guesses:
        """What has shown so far of names that were not looked up."""
        return None if self._is_open else self._guesses

    def needs(self) -> Needs:
        people, channels, roles = map(frozenset, (self._people, self._channels, self._roles))
        return Needs(people, channels, roles, tuple(self._files.values()))

    def listed(self, raw: Raw) -> None:
        """Learn the users whom a message or forwarded message lists as mentioned."""
        for user in mappings(raw, "mentions"):
            if key := identifier(user):
                self._people[key] = None
                member = mapping(user, "member")
                self._listed.setdefault(key, name_of(user, member))

    def needs_person(self, key: str) -> None:
        self._people[key] = None

    def person(self, key: str) -> Mention:
        self._people[key] = None
        known = self._found.people.get(key)
        name = known.name if known else self._listed.get(key, "")
        # A forward may list by name whom the words before it only mention by id.
        self._is_open |= self._guesses.setdefault(key, name) != name
        return Mention("person", name, key) if name else Mention("person", UNKNOWN_USER)

    def channel(self, key: str) -> ChannelMention:
        self._is_open = True
        self._channels[key] = None
        name = self._found.channels.get(key) or self._channels_listed.get(key)
        return ChannelMention(name or UNKNOWN_CHANNEL)

    def role(self, key: str) -> Mention:
        self._is_open = True
        self._roles[key] = None
        return Mention("group", self._found.roles.get(key) or UNKNOWN_ROLE)

    def emoji(self, name: str, key: str) -> Emoji:
        """A custom emoji. discord.com/developers: reference, image formatting."""
        address = f"https://cdn.discordapp.com/emojis/{key}.webp"
        return Emoji(name, file=self.file(FileCopy(f"emoji:{key}", "", locator=address)))

    def file(self, copy: FileCopy) -> str:
        """Note a file that the message shows; its id."""
        self._files.setdefault(copy.id, copy)
        return copy.id
