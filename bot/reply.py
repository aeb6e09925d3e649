"""The core's answers, as data: what a person is told and what they can do next.

Each platform draws a `Reply` with its own means (a modal, an ephemeral message, a web form); no
platform decides what it says. Everything a platform sends back when somebody uses a reply is a
`verb` and an `argument`, with the values of the fields by their names: see commands.Request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model import ThreadRef
from bot.richtext.nodes import Body


class Style(StrEnum):
    PRIMARY = "primary"
    NEUTRAL = "neutral"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Confirm:
    """Asked before an action is carried out. All are plain sentences or words."""

    title: str
    text: str
    yes: str
    no: str = "Keep"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to press. With `url` it is a link that opens in a browser; otherwise pressing it
    sends `verb` and `argument` to commands, with the values of the reply's fields.
    """

    label: str
    verb: str = ""
    argument: str = ""
    url: str = ""
    style: Style = Style.NEUTRAL
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class TextField:
    name: str
    label: str
    value: str
    max_length: int


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of several; `value` is the chosen `Option.value`."""

    name: str
    label: str
    options: tuple[Option, ...]
    value: str


Field = TextField | ChoiceField


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a list, with its own actions."""

    title: str
    detail: str
    url: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """`title` a short heading or ""; `body` the text; then `fields` to fill in, `items` to go
    through, `sample` of what it is about, and `actions` for the whole. `error`: it says why something was
    not done. `done`: what the reply answered is over, so that a preview it stood in can be closed. `thread`:
    where it goes on, for a platform that can lead there.
    """

    body: Body = ()
    title: str = ""
    fields: tuple[Field, ...] = ()
    items: tuple[Item, ...] = ()
    sample: Body = ()
    actions: tuple[Action, ...] = ()
    error: bool = False
    done: bool = False
    thread: ThreadRef | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in the thread after it was shared, for everyone there to see.

    `lines`: facts in plain words, most important first. A revoked card has no actions.
    """

    title: str
    url: str
    lines: tuple[str, ...]
    actions: tuple[Action, ...]
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class ThreadHead:
    """The first post of a new thread: says what it continues. `key` is unique to this thread
    for ever, so that a platform that can makes the thread at most once.
    """

    key: str
    title: str
    body: Body
