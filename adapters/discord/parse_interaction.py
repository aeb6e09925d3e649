"""An interaction's `data` -> what was asked, as values (docs: interactions/receiving-and-responding)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import words_dialog as words
from adapters.discord.custom_ids import Press, is_pick, read_press
from adapters.discord.definitions import CONTINUE, SHARE, SHARES
from adapters.discord.identity import MessageLink, parse_message_link
from adapters.discord.words import SHARE_MENU

_SUBCOMMAND, _STARTED_THREAD = 1, 18
_HAS_THREAD = 1 << 5
_ROW = 1
_CHOSEN = ("names", "expires")


class Misread(Exception):
    """What was typed makes no sense; `str()` says so, and what to do."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it was typed. `first` and `last`: the links that bound what is shared. `thread`: id of the
    thread that hangs on the message whose menu was used.
    """

    verb: str
    argument: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    first: MessageLink | None = None
    last: MessageLink | None = None
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, select or modal as it was used, with the values it gives by their fields' names."""

    press: Press
    values: Mapping[str, str] = field(default_factory=dict)


def read_command(data: Mapping[str, Any]) -> Typed | None:
    """A slash command, or the message menu; None for one that is not ours. Raises Misread."""
    name = data.get("name")
    given = _options(data.get("options") or [])
    if name == SHARE_MENU:
        return Typed(SHARE, thread=_thread_of(data))
    if name == SHARE:
        first, last = (_link(given.get(option, "")) for option in ("from", "to"))
        values = {option: given[option] for option in _CHOSEN if option in given}
        return Typed(SHARE, given.get("title", "").strip(), values, first, last)
    if name == CONTINUE:
        return Typed(CONTINUE, f"{_one_word(given, 'link')} {_one_word(given, 'messages')}".strip())
    if name == SHARES:
        word = _subcommand(data)
        return Typed(SHARES, "" if word == "list" else f"{word} {_one_word(given, 'link')}".strip())
    return None


def read_component(data: Mapping[str, Any]) -> Pressed | None:
    """A button or a select; None for one that is not ours."""
    custom_id, values = str(data.get("custom_id", "")), data.get("values") or []
    if is_pick(custom_id):
        press = read_press(str(values[0])) if values else None
        return Pressed(press) if press else None
    press = read_press(custom_id)
    if press is None:
        return None
    return Pressed(press, {press.field: str(values[0])} if press.field and values else {})


def read_modal(data: Mapping[str, Any]) -> Pressed | None:
    """A modal that was sent; None for one that is not ours."""
    press = read_press(str(data.get("custom_id", "")))
    return Pressed(press, dict(_inputs(data.get("components") or []))) if press else None


def read_typing(data: Mapping[str, Any]) -> str:
    """What stands in the option that is being typed."""
    for option in data.get("options") or []:
        if option.get("focused"):
            return str(option.get("value", ""))
        if found := read_typing(option):
            return found
    return ""


def _options(options: list[Mapping[str, Any]]) -> dict[str, str]:
    """The values of the options by name, those of the subcommand where there is one."""
    if options and options[0].get("type") == _SUBCOMMAND:
        return _options(options[0].get("options") or [])
    return {str(option["name"]): str(option.get("value", "")) for option in options}


def _subcommand(data: Mapping[str, Any]) -> str:
    options = data.get("options") or [{}]
    return str(options[0].get("name", "list"))


def _one_word(given: Mapping[str, str], name: str) -> str:
    """An option that is one word: a space in it would be read as the end of it."""
    return "".join(given.get(name, "").split())


def _link(text: str) -> MessageLink | None:
    """Raises Misread for what is no link of Discord's."""
    if not text.strip():
        return None
    link = parse_message_link(text)
    if link is None:
        raise Misread(words.NO_MESSAGE_LINK)
    return link


def _thread_of(data: Mapping[str, Any]) -> int | None:
    """The thread of a menu's message: the one it started, which has its id, or of whose start it tells."""
    messages = (data.get("resolved") or {}).get("messages") or {}
    message = messages.get(str(data.get("target_id"))) or {}
    if thread := (message.get("thread") or {}).get("id"):
        return int(thread)
    if message.get("type") == _STARTED_THREAD:
        told = (message.get("message_reference") or {}).get("channel_id")
        return int(told) if told else None
    return int(message["id"]) if int(message.get("flags") or 0) & _HAS_THREAD else None


def _inputs(components: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Text inputs in labels, and in rows as older clients send them."""
    for component in components:
        inner = component.get("components") if component.get("type") == _ROW else [component.get("component")]
        for one in inner or []:
            if one and "value" in one:
                yield str(one.get("custom_id", "")), str(one["value"])
