"""Giving people names that tell nothing about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count

from bot.model import ParticipantKind, Snapshot
from bot.privacy.walk import Leaf, Visitor, map_message
from bot.privacy.words import ADJECTIVES, ANIMALS
from bot.richtext.nodes import ChannelMention, Inline, Mention

Choose = Callable[[Sequence[str]], str]
"""Picks one of several at random, e.g. `secrets.SystemRandom().choice`."""

_WORDS = re.compile(r"[^\W_]+")


def assign(
    keys: Iterable[str], taken: Mapping[str, str], choose: Choose, *, avoid: Iterable[str] = ()
) -> dict[str, str]:
    """A pseudonym for each of `keys`, such as "Amber Heron", unique among them and in `taken`.

    `taken`: who has which pseudonym in this share already; keys in it keep theirs. `avoid`: real
    names, whose words no new pseudonym uses. Pseudonyms are drawn with `choose` alone and so tell
    nothing about the keys; when all pairs of words are gone, numbers are added.
    """
    keys = tuple(keys)
    given = {key: taken[key] for key in keys if key in taken}
    fresh = _fresh(
        set(taken.values()), choose, {w.casefold() for name in avoid for w in _WORDS.findall(name)}
    )
    for key in keys:
        if key not in given:
            given[key] = next(fresh)
    return given


def _fresh(used: set[str], choose: Choose, avoid: set[str]) -> Iterator[str]:
    adjectives = [word for word in ADJECTIVES if word.casefold() not in avoid] or list(ADJECTIVES)
    animals = [word for word in ANIMALS if word.casefold() not in avoid] or list(ANIMALS)
    for number in count(1):
        suffix = f" {number}" if number > 1 else ""
        free = {a: [b for b in animals if f"{a} {b}{suffix}" not in used] for a in adjectives}
        left = [a for a in adjectives if free[a]]
        while left:
            adjective = choose(left)
            animal = choose(free[adjective])
            free[adjective].remove(animal)
            if not free[adjective]:
                left.remove(adjective)
            yield f"{adjective} {animal}{suffix}"


def people(snapshot: Snapshot) -> tuple[str, ...]:
    """The keys of everyone in `snapshot` who needs a pseudonym: participants but bots, and whoever is
    mentioned, answered or reacting, in the order of the thread.
    """
    return Census(snapshot).pseudonymous()


class Census(Visitor):
    """Everyone, and every channel, that a snapshot speaks of.

    `keys`: of people in the order they appear. `mentions`: key and name of each mentioned person.
    `channels`: names of the source's and the mentioned channels, `groups` of the mentioned groups of
    people, in lower case.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._participants = snapshot.header.participants
        self.keys: dict[str, None] = {}
        self.mentions: dict[tuple[str | None, str], None] = {}
        self.channels = {snapshot.header.source.channel.lstrip("#").casefold()} - {""}
        self.groups: set[str] = set()
        for message in snapshot.messages:
            map_message(message, self)

    def pseudonymous(self) -> tuple[str, ...]:
        """See `people`."""
        bots = {p.key for p in self._participants if p.kind is ParticipantKind.BOT}
        return tuple(
            k for k in dict.fromkeys((*self.keys, *(p.key for p in self._participants))) if k not in bots
        )

    def person(self, key: str) -> str:
        self.keys[key] = None
        return key

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        if isinstance(node, Mention):
            if node.kind == "person":
                self.mentions[node.person, node.name] = None
            elif node.kind == "group":
                self.groups.add(node.name.casefold())
            if node.person is not None:
                self.keys[node.person] = None
        elif isinstance(node, ChannelMention):
            self.channels.add(node.name.casefold())
        return (node,)
