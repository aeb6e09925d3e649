"""Reading raw JSON that nobody has checked: every accessor takes anything and never raises.

Objects are `dict` here, as every JSON reader makes them; other mappings count as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Raw: TypeAlias = Mapping[str, Any]

NOTHING: Raw = {}
_REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONE = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")
_NUMBER_LENGTH = 15
"""Longest number read from a string, in characters: enough for any moment and any count."""


def clean(text: str) -> str:
    """`text` without what no store and no page can hold: NUL and lone surrogates become U+FFFD.
    Line ends become line feeds.
    """
    if not text.isascii() and _SURROGATE.search(text):
        text = _LONE.sub(_REPLACEMENT, text).encode("utf-16", "surrogatepass").decode("utf-16")
    return text.replace("\0", _REPLACEMENT).replace("\r\n", "\n").replace("\r", "\n")


def string(raw: object, key: str) -> str:
    """The string under `key`, cleaned; "" for anything else."""
    value = raw.get(key) if isinstance(raw, dict) else None
    if type(value) is not str:
        return ""
    # Nearly all are such that there is nothing to clean: this is asked dozens of times a message.
    return value if value.isascii() and "\r" not in value and "\0" not in value else clean(value)


def kind_of(raw: Raw) -> str:
    """The `type` of an object as it stands there, to tell what it is; "" where it has none."""
    value = raw.get("type")
    return value if type(value) is str else ""


def mapping(raw: object, key: str) -> Raw:
    """The object under `key`; empty for anything else."""
    value = raw.get(key) if isinstance(raw, dict) else None
    return value if isinstance(value, dict) else NOTHING


def items(raw: object, key: str) -> list[Any]:
    """The array under `key`; empty for anything else."""
    value = raw.get(key) if isinstance(raw, dict) else None
    return value if isinstance(value, list) else []


def mappings(raw: object, key: str) -> list[Raw]:
    """The objects in the array under `key`, other members left aside."""
    found = items(raw, key)
    return [item for item in found if isinstance(item, dict)] if found else []


def strings(raw: object, key: str) -> list[str]:
    """The non-empty strings in the array under `key`, cleaned."""
    return [clean(item) for item in items(raw, key) if isinstance(item, str) and item]


def flag(raw: object, key: str) -> bool:
    """Whether the value under `key` is exactly true."""
    return isinstance(raw, dict) and raw.get(key) is True


def whole(value: object) -> int | None:
    """`value` as a whole number, read from a number or its digits; None for anything else."""
    if isinstance(value, str) and len(value) <= _NUMBER_LENGTH:
        digits = value.removeprefix("-").partition(".")[0]
        return int(value.partition(".")[0]) if digits.isascii() and digits.isdigit() else None
    if isinstance(value, float) and abs(value) < 10**_NUMBER_LENGTH:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_NUMBER_LENGTH:
        return value
    return None


def number_text(value: object) -> str:
    """A number as a person writes it; "" for what is none."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_NUMBER_LENGTH:
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value) if whole(value) is not None else ""
    return ""


_VISIBLE = frozenset(
    [
        "text",
        "title",
        "subtitle",
        "label",
        "name",
        "caption",
        "description",
        "body",
        "content",
        "value",
        "alt_text",
        "fallback",
        "summary",
        "hint",
    ]
)
_HIDDEN = frozenset({"message_blocks", "video_html", "confirm", "metadata", "root"})
"""Quotes of other messages, raw HTML, and what shows only after a click."""


def visible_strings(raw: object) -> list[str]:
    """Every different string that an unknown shape seems to show, in reading order.

    Walks without recursion, so that no nesting is too deep for it.
    """
    found: dict[str, None] = {}
    stack: list[Iterator[tuple[str, object]]] = [iter((("", raw),))]
    while stack:
        key, value = next(stack[-1], (None, None))
        if key is None:
            stack.pop()
        elif isinstance(value, str) and key in _VISIBLE and value.strip():
            found[clean(value).strip()] = None
        elif isinstance(value, dict):
            stack.append(iter([(str(k), v) for k, v in value.items() if k not in _HIDDEN]))
        elif isinstance(value, list):
            stack.append(iter([(key, v) for v in value]))
    return list(found)
