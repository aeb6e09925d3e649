"""The commands as Discord is told of them, and whether what it knows is still that.

Pure data (docs: interactions/application-commands). The bot is installed into servers only, and its commands
are offered in servers only: an app that is installed to a person cannot read a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.discord import words_dialog as words
from adapters.discord.words import SHARE_MENU
from bot.model import Names
from bot.sharing.capturing import TITLE_LIMIT
from bot.wording import expiry_label

Json = dict[str, Any]

SHARE, CONTINUE, SHARES = "share", "continue", "shares"

_CHAT_INPUT, _MESSAGE = 1, 3
_SUBCOMMAND, _STRING = 1, 3
_SERVERS: Json = {"integration_types": [0], "contexts": [0]}
_LINK_LIMIT = 300
_DEFAULTS: Json = {
    "description": "",
    "required": False,
    "autocomplete": False,
    "nsfw": False,
    "options": [],
    "choices": [],
    "min_length": None,
    "max_length": None,
    "default_member_permissions": None,
    "name_localizations": None,
    "description_localizations": None,
}
"""What Discord gives back where nothing was said; each may also be missing."""


def definitions(expiries: Sequence[int | None]) -> list[Json]:
    """All commands. `expiries`: the days that a link may live here, None for ever."""
    return [
        _command(SHARE, words.SHARE, _share_options(expiries)),
        _command(CONTINUE, words.CONTINUE, _continue_options()),
        _command(SHARES, words.SHARES, _shares_options()),
        {"type": _MESSAGE, "name": SHARE_MENU, **_SERVERS},
    ]


def for_one_server(commands: Iterable[Mapping[str, Any]]) -> list[Json]:
    """As a single server is told: its commands have no `contexts` and no `integration_types` to choose."""
    return [{key: value for key, value in command.items() if key not in _SERVERS} for command in commands]


def differences(ours: Iterable[Json], theirs: Iterable[Mapping[str, Any]]) -> list[str]:
    """What Discord knows otherwise of our commands, for the operator; ids, versions and the order of commands do not
    count.
    """
    mine, known = _by_name(ours), _by_name(theirs)
    found = []
    for kind, name in sorted(mine.keys() | known.keys(), key=str):
        label = f"/{name}" if kind == _CHAT_INPUT else words.menu(name)
        if (kind, name) not in known:
            found.append(words.missing_command(label))
        elif (kind, name) not in mine:
            found.append(words.unknown_command(label))
        elif parts := list(_differing(mine[kind, name], known[kind, name])):
            found.append(words.differing_command(label, parts))
    return found


def _differing(mine: Json, known: Json) -> Iterator[str]:
    """The parts that differ, named as Discord's documentation does: "description", "expires: choices"."""
    yield from (key for key in sorted(mine | known) if key != "options" and mine.get(key) != known.get(key))
    options, others = ({one["name"]: one for one in part.get("options", ())} for part in (mine, known))
    if list(options) != list(others):
        yield "options"
    for name in options.keys() & others.keys():
        yield from (f"{name}: {part}" for part in _differing(options[name], others[name]))


def _by_name(commands: Iterable[Mapping[str, Any]]) -> dict[tuple[int, str], Json]:
    return {(command.get("type", _CHAT_INPUT), command["name"]): _plain(command) for command in commands}


def _plain(part: Mapping[str, Any]) -> Json:
    """A command, option or choice without what Discord adds and what goes without saying."""
    known = ("type", "name", "value", *_DEFAULTS, *_SERVERS)
    said = {key: part[key] for key in known if part.get(key) is not None}
    said = {key: value for key, value in said.items() if _DEFAULTS.get(key) != value}
    for key in ("options", "choices"):
        if key in said:
            said[key] = [_plain(one) for one in said[key]]
    return said


def _command(name: str, description: str, options: list[Json]) -> Json:
    return {
        "type": _CHAT_INPUT,
        "name": name,
        "description": description,
        "options": options,
        **_SERVERS,
    }


def _share_options(expiries: Sequence[int | None]) -> list[Json]:
    return [
        _text("title", words.SHARE_TITLE, max_length=TITLE_LIMIT),
        _choice("names", words.SHARE_NAMES, {words.PSEUDONYMS: Names.PSEUDONYMS, words.REAL: Names.REAL}),
        _choice(
            "expires", words.SHARE_EXPIRES, {expiry_label(days): str(days or "never") for days in expiries}
        ),
        _text("from", words.SHARE_FROM, max_length=_LINK_LIMIT),
        _text("to", words.SHARE_TO, max_length=_LINK_LIMIT),
    ]


def _continue_options() -> list[Json]:
    return [
        _text("link", words.CONTINUE_LINK, required=True, max_length=_LINK_LIMIT),
        _text("messages", words.CONTINUE_MESSAGES, max_length=10),
    ]


def _shares_options() -> list[Json]:
    revoked = _text("link", words.REVOKE_LINK, required=True, max_length=_LINK_LIMIT)
    return [
        _subcommand("list", words.SHARES_LIST),
        _subcommand("revoke", words.SHARES_REVOKE, [revoked | {"autocomplete": True}]),
        _subcommand("here", words.SHARES_HERE),
    ]


def _subcommand(name: str, description: str, options: list[Json] | None = None) -> Json:
    return {"type": _SUBCOMMAND, "name": name, "description": description, "options": options or []}


def _text(name: str, description: str, *, max_length: int, required: bool = False) -> Json:
    option = {"type": _STRING, "name": name, "description": description, "max_length": max_length}
    return option | {"required": True} if required else option


def _choice(name: str, description: str, choices: Mapping[str, str]) -> Json:
    offered = [{"name": label, "value": str(value)} for label, value in choices.items()]
    return {"type": _STRING, "name": name, "description": description, "choices": offered}
