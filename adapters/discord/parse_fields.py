"""Reading raw API JSON that nobody has checked: every accessor takes anything and never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

Raw: TypeAlias = Mapping[str, Any]

NOTHING: Raw = {}
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_TOO_LARGE = 1 << 53
_SNOWFLAKE = re.compile(r"[0-9]{1,20}")
_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_SHOWN = ("title", "name", "label", "content", "text", "description", "placeholder", "value", "url")


def clean(text: str) -> str:
    """`text` without what no store and no page can hold: control characters and lone surrogates
    become U+FFFD, line ends line feeds.
    """
    if not _UNCLEAN.search(text):
        return text
    return _UNCLEAN.sub(_REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def string(raw: Raw, key: str) -> str:
    """The string under `key`, cleaned, or a whole number's digits; "" for anything else."""
    value = raw.get(key)
    if isinstance(value, str):
        return value if value.isprintable() else clean(value)
    if value is None:
        return ""
    number = whole(raw, key)
    return "" if number is None else str(number)


def line(raw: Raw, key: str) -> str:
    """The string under `key` on one line, without spaces around it."""
    return " ".join(string(raw, key).split())


def mapping(raw: Raw, key: str) -> Raw:
    """The object under `key`; empty for anything else."""
    value = raw.get(key)
    return value if isinstance(value, dict) else NOTHING


def mappings(raw: Raw, key: str) -> list[Raw]:
    """The objects in the array under `key`, other members left aside."""
    value = raw.get(key)
    if not value:
        return []
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def whole(raw: Raw, key: str) -> int | None:
    """The whole number under `key`, if it is one that a store can hold; None for anything else."""
    value = raw.get(key)
    return value if type(value) is int and abs(value) < _TOO_LARGE else None


def count(raw: Raw, key: str) -> int | None:
    """A whole number that is not negative, for sizes and counts; None for anything else."""
    value = whole(raw, key)
    return value if value is not None and value >= 0 else None


def flags(raw: Raw) -> int:
    return whole(raw, "flags") or 0


def identifier(raw: Raw, key: str = "id") -> str:
    """The id under `key`: a snowflake's digits, or whatever word an archive uses instead."""
    return string(raw, key)


def is_snowflake(key: str) -> bool:
    """Whether `key` is an id as Discord makes them, safe to stand in an address."""
    return _SNOWFLAKE.fullmatch(key) is not None


def moment(raw: Raw, key: str) -> datetime | None:
    """The ISO 8601 moment under `key` in UTC; None where there is none that makes sense."""
    value = raw.get(key)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is UTC:
            return found
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def made_at(snowflake: str) -> datetime:
    """When a snowflake was made (its upper bits count milliseconds); Discord's epoch for anything else."""
    milliseconds = int(snowflake) >> 22 if is_snowflake(snowflake) else 0
    return _DISCORD_EPOCH + timedelta(milliseconds=milliseconds)


def shown_strings(raw: object) -> list[str]:
    """Every different text that an unknown shape seems to show, in reading order.

    Walks without recursion, so that no nesting is too deep for it.
    """
    found: dict[str, None] = {}
    stack: list[Iterator[tuple[str, object]]] = [iter((("", raw),))]
    while stack:
        key, value = next(stack[-1], (None, None))
        if key is None:
            stack.pop()
        elif isinstance(value, str):
            if key in _SHOWN and value.strip():
                found[clean(value).strip()] = None
        elif isinstance(value, Mapping):
            stack.append(iter([(str(k), v) for k, v in value.items()]))
        elif isinstance(value, list):
            stack.append(iter([(key, v) for v in value]))
    return list(found)
