"""A share's card -> a message of Discord's: an embed and a row of buttons.

The share's address stands only where it causes no preview of Discord's own: behind the embed's title and
in a button. Buttons carry all that their click needs in their `custom_id`, so that they work after a
restart; where a question comes first (`Action.confirm`), the click asks the core for that question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from adapters.discord import words
from adapters.discord.render_escape import cut, escape_cut, size
from bot.reply import Action, Card, Style

Payload: TypeAlias = dict[str, Any]
"""A part of a request's body, as JSON."""

PREFIX = "tl:"
"""Begins every custom_id of ours; the core's verb and argument follow, parted by a colon."""

NO_PINGS: Payload = {"parse": []}
"""`allowed_mentions` of everything that we send: without it Discord's defaults hold, on edits too."""

ASK = "ask"
"""The core's verb for an action that is asked about first: Discord has no dialog for that."""

_ROW, _BUTTON, _LINK_STYLE = 1, 2, 5
_STYLES = {Style.PRIMARY: 1, Style.NEUTRAL: 2, Style.DANGER: 4}
_COLOR, _ENDED = 0x5865F2, 0x80848E
_TITLE, _LINE, _DESCRIPTION = 256, 1000, 4096
_LABEL, _CUSTOM_ID, _BUTTON_URL = 80, 100, 512
_IN_ROW, _ROWS = 5, 5


def card_payload(card: Card, mark: str = "") -> Payload:
    """The body of a request that posts `card`, or edits a post to show it. A revoked card has no buttons. `mark`
    stands unseen at its end.
    """
    return {
        "content": "",
        "embeds": [_embed(card, mark)],
        "components": [] if card.revoked else button_rows(card.actions),
        "allowed_mentions": NO_PINGS,
    }


def button_rows(actions: Iterable[Action]) -> list[Payload]:
    """Rows of five buttons, five rows at the most. A link that Discord takes in no button is left out."""
    buttons = [made for action in actions if (made := button(action))]
    rows = [buttons[i : i + _IN_ROW] for i in range(0, min(len(buttons), _IN_ROW * _ROWS), _IN_ROW)]
    return [{"type": _ROW, "components": row} for row in rows]


def button(action: Action) -> Payload | None:
    """One button; None where Discord takes none with such an address or argument."""
    label = cut(" ".join(action.label.split()), _LABEL) or "…"
    if action.url:
        if not is_button_url(action.url):
            return None
        return {"type": _BUTTON, "style": _LINK_STYLE, "label": label, "url": action.url}
    verb, argument = (
        (ASK, f"{action.verb} {action.argument}") if action.confirm else (action.verb, action.argument)
    )
    name = custom_id(verb, argument)
    if len(name) > _CUSTOM_ID:
        return None
    return {"type": _BUTTON, "style": _STYLES[action.style], "label": label, "custom_id": name}


def is_button_url(url: str) -> bool:
    """Whether Discord takes `url` for a button or an embed: a web address of a host with a dot in its name."""
    parts = urlsplit(url)
    return len(url) <= _BUTTON_URL and parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def custom_id(verb: str, argument: str = "") -> str:
    """What a click of a button for `verb` reports. See `pressed`."""
    return f"{PREFIX}{verb}:{argument}"


def pressed(custom_id: str) -> tuple[str, str] | None:
    """The verb and the argument of a click, None where the button is none of ours."""
    if not custom_id.startswith(PREFIX):
        return None
    verb, _, argument = custom_id.removeprefix(PREFIX).partition(":")
    return (verb, argument) if verb else None


def _embed(card: Card, mark: str) -> Payload:
    title = escape_cut(" ".join(card.title.split()), _TITLE) or words.UNTITLED
    lines = "\n".join(escape_cut(" ".join(line.split()), _LINE) for line in card.lines)
    linked = is_button_url(card.url) and not card.revoked
    if card.url and not linked and not card.revoked:
        lines = f"{lines}\n<{card.url}>"  # Discord would refuse the whole card for http://localhost behind a button
    embed: Payload = {
        "title": title,
        "description": cut(lines, _DESCRIPTION - size(mark)) + mark,
        "color": _ENDED if card.revoked else _COLOR,
    }
    if linked:
        embed["url"] = card.url
    return embed
