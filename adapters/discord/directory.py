"""Names that messages only refer to: looked up, remembered for a while.

What Discord does not tell is shown as unknown: no capture fails for a name. Nothing here decides what
anybody may do; `access` asks for that anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import discord

from adapters.discord.identity import id_of
from adapters.discord.parse_fields import Raw, identifier, line, mapping, mappings, whole
from adapters.discord.parse_lookup import Found, Needs
from adapters.discord.parse_people import avatar_file, profile
from adapters.discord.permissions import THREADS, Can, Kind, in_channel
from adapters.discord.rest import Rest
from bot.model import FileCopy, Participant
from bot.platforms import PlatformError, RateLimited, ThreadNotFound, Unavailable

AT_ONCE = 5
LIFE = 3600.0
"""Seconds for which a name is believed."""

SHORT_LIFE = 600.0
"""For what was not to be had."""

PAUSE = 60.0
"""Seconds without questions after Discord was silent or asked to slow down: every name would cost that again."""

_TOLD, _UNTOLD = 1_000, 100
"""People of whom messages tell, and people and channels whose ids alone they name, that are asked for in one
capture: anybody can write any number of ids, and each costs a request of those that all share.
"""

_REMEMBERED = 20_000

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What `parse` needs, and the pictures of the people who were found, by their ids."""

    found: Found
    avatars: Mapping[str, FileCopy]


@dataclass(frozen=True, slots=True)
class _Person:
    shown: Participant
    avatar: FileCopy | None


class _Memory(Generic[Value]):
    """What was asked for lately. Only `_REMEMBERED` answers are kept, the oldest go first."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: dict[tuple[str, str], tuple[float, Value | None]] = {}

    async def get(self, key: tuple[str, str], ask: Callable[[], Awaitable[Value | None]]) -> Value | None:
        """What is known under `key`, or what `ask` tells; that it tells nothing is believed for a short time."""
        known = self._kept.pop(key, None)
        if known is None or known[0] <= self._now():
            found = await ask()
            known = (self._now() + (SHORT_LIFE if found is None else LIFE), found)
        while len(self._kept) >= _REMEMBERED:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = known
        return known[1]


class Directory:
    """`client` has logged in. `now` tells time in seconds that never go back."""

    def __init__(self, client: discord.Client, *, now: Callable[[], float] = time.monotonic) -> None:
        self._rest = Rest(client)
        self._now = now
        self._quiet_until = now()
        self._people: _Memory[_Person] = _Memory(now)
        self._channels: _Memory[str] = _Memory(now)
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def look_up(self, guild: Raw, needs: Needs, told: Mapping[str, Raw]) -> LookedUp:
        """The people, channels and roles of `needs`, as they are called in the server `guild`. `told`: users
        that the messages themselves tell of, by id. People have their nicknames as far as Discord gives them
        in good time.
        """
        ours = needs.people & told.keys()
        asked = {*sorted(ours)[:_TOLD], *sorted(needs.people - ours)[:_UNTOLD]}
        known = {key: _portrayed(told[key], None) for key in ours - asked}
        known |= await self._each(asked, lambda key: self._person(guild, key, told))
        channels = await self._each(sorted(needs.channels)[:_UNTOLD], lambda key: self._channel(guild, key))
        roles = {identifier(role): line(role, "name") for role in mappings(guild, "roles")}
        people = {key: person.shown for key, person in known.items()}
        pictures = {person.avatar.id: person.avatar for person in known.values() if person.avatar}
        return LookedUp(
            Found(people, channels, {key: roles[key] for key in needs.roles if key in roles}), pictures
        )

    async def _person(self, guild: Raw, key: str, told: Mapping[str, Raw]) -> _Person | None:
        async def ask() -> _Person | None:
            member = await self._rest.member(int(identifier(guild)), key)
            if member:
                return _portrayed(mapping(member, "user"), member)
            user = told.get(key) or await self._rest.user(key)
            return _portrayed(user, None) if user else None

        found = None
        if id_of(key) is not None:
            found = await self._calmly(lambda: self._people.get((identifier(guild), key), ask))
        return found or (_portrayed(told[key], None) if key in told else None)

    async def _channel(self, guild: Raw, key: str) -> str | None:
        """The name of a channel of this server that everyone in it can view: others are for those alone who do."""

        async def ask() -> str | None:
            try:
                channel = parent = await self._rest.channel(int(key))
                if whole(channel, "type") in THREADS:
                    parent = await self._rest.channel(id_of(identifier(channel, "parent_id")) or 0)
            except ThreadNotFound:
                return None
            here = identifier(channel, "guild_id") == identifier(parent, "guild_id") == identifier(guild)
            hidden = whole(channel, "type") == Kind.PRIVATE_THREAD
            if not here or hidden or not in_channel(guild, {}, parent) & Can.VIEW_CHANNEL:
                return None
            return line(channel, "name") or None

        if id_of(key) is None:
            return None
        return await self._calmly(lambda: self._channels.get((identifier(guild), key), ask))

    async def _calmly(self, ask: Callable[[], Awaitable[Value | None]]) -> Value | None:
        """What `ask` tells; nothing where Discord refuses or is silent."""
        if self._now() < self._quiet_until:
            return None
        try:
            return await ask()
        except (RateLimited, Unavailable):
            self._quiet_until = self._now() + PAUSE
        except PlatformError:
            pass
        return None

    async def _each(
        self, keys: Iterable[str], ask: Callable[[str], Awaitable[Value | None]]
    ) -> dict[str, Value]:
        """What `ask` tells of each key, `AT_ONCE` at a time; keys of which it tells nothing are missing."""

        async def one(key: str) -> Value | None:
            async with self._turn:
                return await ask(key)

        keys = sorted(keys)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(key)) for key in keys]
        return {k: found for k, task in zip(keys, tasks, strict=True) if (found := task.result()) is not None}


def _portrayed(user: Raw, member: Raw | None) -> _Person:
    return _Person(profile(user, member), avatar_file(user))
