"""What a button, select or modal carries, so that it works after a restart: all of it in its `custom_id`.

Written `tl:<verb><modifiers>:<argument>`, e.g. `tl:publish:3f2a…` or `tl:choose=names@81384788765712384:3f2a…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LIMIT = 100
"""Characters of a custom_id (docs: components/reference)."""

_WRITTEN = re.compile(
    r"tl:(?P<verb>[a-z_]{1,32})"
    r"(?:=(?P<field>[a-z_]{1,32}))?"
    r"(?:~(?P<form>[a-z_]{1,32}\.\d{1,4}(?:,[a-z_]{1,32}\.\d{1,4})*))?"
    r"(?:#(?P<page>\d{1,4}))?"
    r"(?P<apart>\+)?"
    r"(?:@(?P<workspace>\d{1,20}))?"
    r"(?:!\d{1,3})?"
    r":(?P<argument>.*)",
    re.DOTALL,
)
_PICK = re.compile(r"tl-pick:\d{1,3}")


@dataclass(frozen=True, slots=True)
class TextInput:
    """A text field that a modal asks for."""

    name: str
    max_length: int


@dataclass(frozen=True, slots=True)
class Press:
    """What pressing something asks for: `verb` and `argument` as in `bot.reply.Action`.

    `field`: name of the field whose value a select gives. `form`: the fields that a modal asks for first.
    `page`: which page of the answer's list to show, from 0. `apart`: the answer is a message of its own and
    does not replace the one that was pressed. `workspace`: the server it is about, where it stands in a
    direct message, which belongs to none.
    """

    verb: str
    argument: str = ""
    field: str = ""
    form: tuple[TextInput, ...] = ()
    page: int = 0
    apart: bool = False
    workspace: str = ""


def write_press(press: Press, number: int = 0) -> str | None:
    """The custom_id of `press`, or None where it does not fit into one. `number` tells apart what would
    else be written alike: Discord refuses two equal ids in one message.
    """
    modifiers = "".join(
        (
            f"={press.field}" if press.field else "",
            f"~{','.join(f'{one.name}.{one.max_length}' for one in press.form)}" if press.form else "",
            f"#{press.page}" if press.page else "",
            "+" if press.apart else "",
            f"@{press.workspace}" if press.workspace else "",
            f"!{number}" if number else "",
        )
    )
    written = f"tl:{press.verb}{modifiers}:{press.argument}"
    return written if len(written) <= LIMIT and read_press(written) == press else None


def read_press(custom_id: str) -> Press | None:
    """What `write_press` wrote; None for anything else."""
    found = _WRITTEN.fullmatch(custom_id)
    if found is None:
        return None
    form = (found["form"] or "").split(",") if found["form"] else []
    return Press(
        found["verb"],
        found["argument"],
        found["field"] or "",
        tuple(TextInput(name, int(limit)) for name, limit in (one.split(".") for one in form)),
        int(found["page"] or 0),
        bool(found["apart"]),
        found["workspace"] or "",
    )


def write_pick(number: int) -> str:
    """The custom_id of the `number`th select whose options' values are custom_ids themselves."""
    return f"tl-pick:{number}"


def is_pick(custom_id: str) -> bool:
    return _PICK.fullmatch(custom_id) is not None
