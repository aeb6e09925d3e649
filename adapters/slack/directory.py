"""Names and pictures that messages only refer to: looked up, remembered for a while, never hotlinked.

What a workspace did not grant, or Slack does not tell, is shown as unknown: no capture fails for a name.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from adapters.slack.asking import Asking, Call, Json
from adapters.slack.downloads import Hosts, locator
from adapters.slack.emoji_names import emoji_char
from adapters.slack.errors import Refused
from adapters.slack.parse import Found, Needs, profile
from adapters.slack.parse_raw import Raw, flag, mapping, mappings, string
from bot.model import FileCopy, Participant, ParticipantKind
from bot.platforms import NotAllowed, ThreadNotFound

AT_ONCE = 5
LIFE = 3600.0
"""Seconds for which a name is believed."""

SHORT_LIFE = 600.0
"""For lists of a whole workspace, and for what was not to be had."""

_REMEMBERED = 20_000
_LONGEST_WAIT = 90.0
_CHAIN = 10
"""How many aliases of emoji are followed."""

_ALIAS = "alias:"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What `parse` needs, and the pictures that come with it: of custom emoji and of people."""

    found: Found
    files: tuple[FileCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class _Person:
    shown: Participant
    picture: str = ""
    """Address of the portrait they chose; "" where Slack drew one."""


class _Memory(Generic[Value]):
    """What was asked for lately. Only `_REMEMBERED` answers are kept, the oldest go first."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: dict[tuple[str, str], tuple[float, Value | None]] = {}

    async def get(
        self, key: tuple[str, str], ask: Callable[[], Awaitable[Value | None]], life: float
    ) -> Value | None:
        """What is known under `key`, or what `ask` tells; that it tells nothing is believed for a short time."""
        known = self._kept.pop(key, None)
        if known is None or known[0] <= self._now():
            found = await ask()
            known = (self._now() + (life if found is not None else min(life, SHORT_LIFE)), found)
        while len(self._kept) >= _REMEMBERED:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = known
        return known[1]


class Directory:
    def __init__(self, asking: Asking, hosts: Hosts, *, now: Callable[[], float] = time.monotonic) -> None:
        self._asking = asking
        self._hosts = hosts
        self._people: _Memory[_Person] = _Memory(now)
        self._channels: _Memory[str] = _Memory(now)
        self._groups: _Memory[Mapping[str, str]] = _Memory(now)
        self._emoji: _Memory[Mapping[str, str]] = _Memory(now)

    async def look_up(self, workspace: str, needs: Needs, told: Mapping[str, Participant]) -> LookedUp:
        """All that `needs` names. `told`: people that the messages themselves tell of. Raises PlatformError only
        where Slack is silent, or asks to wait for long.
        """
        known = await _at_once(needs.people - told.keys(), lambda key: self._person(workspace, key))
        channels = await _at_once(needs.channels, lambda key: self._channel(workspace, key))
        groups = await self._group_names(workspace) if needs.groups else {}
        pictures, aliases = await self._resolve(workspace, needs.emoji)
        people = {key: told[key] for key in needs.people & told.keys()}
        people |= {key: person.shown for key, person in known.items()}
        files = [FileCopy(_emoji_id(name), "", locator=address) for name, address in pictures.items()]
        files += [FileCopy(p.shown.avatar, "", locator=p.picture) for p in known.values() if p.shown.avatar]
        return LookedUp(
            Found(people, channels, groups, {name: _emoji_id(name) for name in pictures}, aliases),
            tuple(replace(file, locator=locator(workspace, file.locator)) for file in files),
        )

    async def file(self, workspace: str, file: str) -> Raw:
        """A file object by its id; empty where Slack does not tell."""
        found = await self._ask(workspace, lambda web: web.files_info(file=file))
        return mapping(found, "file")

    async def _person(self, workspace: str, key: str) -> _Person | None:
        async def ask() -> _Person | None:
            if key.startswith("B"):
                found = mapping(await self._ask(workspace, lambda web: web.bots_info(bot=key)), "bot")
                name = string(found, "name").strip()
                return _Person(Participant(key, name, ParticipantKind.BOT)) if name else None
            found = mapping(await self._ask(workspace, lambda web: web.users_info(user=key)), "user")
            return self._portrayed(found) if found else None

        return await self._people.get((workspace, key), ask, LIFE)

    def _portrayed(self, user: Raw) -> _Person:
        """A picture that Slack drew, or Gravatar keeps (by a digest of an e-mail address), is none."""
        shown, details = profile(user), mapping(user, "profile")
        picture = string(details, "image_192") if flag(details, "is_custom_image") else ""
        if not self._hosts.is_slack(picture):
            return _Person(shown)
        return _Person(replace(shown, avatar=f"avatar:{shown.key}"), picture)

    async def _channel(self, workspace: str, key: str) -> str | None:
        """A public channel's name: a private one's is for those alone who are in it."""

        async def ask() -> str | None:
            found = await self._ask(workspace, lambda web: web.conversations_info(channel=key))
            channel = mapping(found, "channel")
            private = flag(channel, "is_private") or flag(channel, "is_im") or flag(channel, "is_mpim")
            return None if private else string(channel, "name") or None

        return await self._channels.get((workspace, key), ask, LIFE)

    async def _group_names(self, workspace: str) -> Mapping[str, str]:
        async def ask() -> Mapping[str, str] | None:
            found = await self._ask(workspace, lambda web: web.usergroups_list(include_disabled=True))
            groups = mappings(found, "usergroups")
            return {string(one, "id"): string(one, "handle") or string(one, "name") for one in groups}

        return await self._groups.get((workspace, ""), ask, SHORT_LIFE) or {}

    async def _resolve(self, workspace: str, names: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Custom emoji: the addresses of their pictures, and the standard emoji that others stand for."""

        async def ask() -> Mapping[str, str] | None:
            listed = mapping(await self._ask(workspace, lambda web: web.emoji_list()), "emoji")
            return {name: value for name, value in listed.items() if isinstance(value, str)}

        custom = (await self._emoji.get((workspace, ""), ask, SHORT_LIFE) or {}) if names else {}
        pictures: dict[str, str] = {}
        aliases: dict[str, str] = {}
        for name in sorted(names):
            value = _last_of(custom, name)
            if value.startswith(_ALIAS):
                aliases[name] = value.removeprefix(_ALIAS)
            elif self._hosts.is_slack(value):
                pictures[name] = value
        return pictures, aliases

    async def _ask(self, workspace: str, call: Call) -> Json:
        try:
            return await self._asking.read(workspace, call, longest=_LONGEST_WAIT)
        except (NotAllowed, ThreadNotFound, Refused):
            return {}


def _emoji_id(name: str) -> str:
    return f"emoji:{name}"


def _last_of(custom: Mapping[str, str], name: str) -> str:
    """What a custom emoji is in the end: an address, "alias:" and a standard name, or "" for neither."""
    for _ in range(_CHAIN):
        value = custom.get(name, "")
        if not value.startswith(_ALIAS):
            return value
        name = value.removeprefix(_ALIAS)
        if name not in custom:
            return value if emoji_char(name) else ""
    return ""


async def _at_once(keys: Iterable[str], ask: Callable[[str], Awaitable[Value | None]]) -> dict[str, Value]:
    """What `ask` tells of each key, `AT_ONCE` at a time; keys of which it tells nothing are missing."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(key: str) -> Value | None:
        async with turn:
            return await ask(key)

    keys = sorted(keys)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(key)) for key in keys]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return {key: found for key, task in zip(keys, tasks, strict=True) if (found := task.result()) is not None}
