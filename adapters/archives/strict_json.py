"""JSON out of an archive, or a sentence that says which file is not JSON and why."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from adapters.archives.container import Container, reading, shown
from adapters.archives.errors import MEGABYTE, ArchiveError, Limits

_TROUBLE = re.compile(r"\\u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000)")
"""Escapes that may leave half a surrogate pair or a NUL in a string: no database takes these."""

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


class _RefusedError(ValueError):
    """The JSON is well-formed, but means nothing sure."""


def load_json(container: Container, name: str, limits: Limits) -> Any:
    """The value in the JSON file `name`.

    Raises ArchiveError where the file is too large or damaged, is not UTF-8 or not JSON, holds a
    number that is none (NaN, infinities), a key twice, or is nested deeper than `limits.json_depth`.
    Characters that no database stores (NUL, lone surrogates) become U+FFFD.
    """
    if container.size(name) > limits.json_bytes:
        raise ArchiveError(
            f'"{shown(name)}" in {container.label} is larger than {limits.json_bytes // MEGABYTE} MB, '
            "the most that is read of one JSON file."
        )
    with reading(container, name) as stream:
        raw = stream.read(limits.json_bytes + 1)
    try:
        text = raw.decode("utf-8-sig")
        value = json.loads(
            text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_unambiguous
        )
        _check_depth(value, limits.json_depth)
    except UnicodeDecodeError as error:
        raise ArchiveError(f'"{shown(name)}" in {container.label} is not UTF-8 text.') from error
    except json.JSONDecodeError as error:
        raise ArchiveError(
            f'"{shown(name)}" in {container.label} is not valid JSON: {error.msg} in line {error.lineno}, '
            f"column {error.colno}."
        ) from error
    except RecursionError as error:
        raise ArchiveError(f'"{shown(name)}" in {container.label} is nested too deeply.') from error
    except ValueError as error:  # ours, and Python's for numbers of thousands of digits
        reason = str(error) if isinstance(error, _RefusedError) else "a number in it is too long"
        raise ArchiveError(f'"{shown(name)}" in {container.label} cannot be used: {reason}.') from error
    return _storable(value) if _TROUBLE.search(text) or "\x00" in text else value


def _no_number(constant: str) -> NoReturn:
    raise _RefusedError(f"it holds {constant}, which is not a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _RefusedError("it holds a number that is too large")
    return number


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _RefusedError(f'an object in it has "{shown(twice)}" twice')
    return members


def _check_depth(value: object, limit: int) -> None:
    open_levels: list[Iterator[Any]] = [_children(value)]
    while open_levels:
        child = next(open_levels[-1], None)
        if child is None:
            open_levels.pop()
            continue
        open_levels.append(_children(child))
        if len(open_levels) > limit:
            raise _RefusedError("it is nested too deeply")


def _children(value: object) -> Iterator[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (member for member in members if isinstance(member, dict | list))


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value
