"""Snapshots and their parts <-> JSON, for the database and for the `.json` twin of a page.

One rule covers every type: a dataclass becomes an object of its fields, those at their default
left out; a node of the tree also carries `"type"`, its name in snake_case. Moments are ISO 8601 in
UTC, sets and tuples are arrays. Decoding checks every value against its declared type, so that
JSON from anybody either becomes a well-formed tree or raises `CodecError` naming the place.

The document (`to_document`, `from_document`) is the public format, version `VERSION`; README
describes it. A reader of version N refuses documents of a later version.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Literal, NoReturn, Union, cast, get_args, get_origin, get_type_hints

from bot.model import Choices, Header, Message, Participant, PostRef, Snapshot
from bot.richtext import nodes

FORMAT = "threadlink-snapshot"
VERSION = 1
MESSAGES_PER_CHUNK = 100
"""Messages are stored in rows of this many, so that no single JSON call holds the event loop long."""

_NODE_TYPES: frozenset[type] = frozenset(get_args(nodes.Inline)) | frozenset(get_args(nodes.Block))
_JSON_DEPTH_LIMIT = 8 + 4 * nodes.DEPTH_LIMIT
"""A node within its depth limit costs at most an object and three arrays (a table's cell)."""


class CodecError(ValueError):
    """The JSON is not what it should be; the message names the place."""


def dump_header(header: Header) -> str:
    return _dump(Header, header)


def load_header(text: str) -> Header:
    return cast("Header", _load(Header, text))


def dump_messages(messages: Sequence[Message]) -> str:
    return _dump(tuple[Message, ...], messages)


def load_messages(text: str) -> tuple[Message, ...]:
    return cast("tuple[Message, ...]", _load(tuple[Message, ...], text))


def dump_choices(choices: Choices) -> str:
    return _dump(Choices, choices)


def load_choices(text: str) -> Choices:
    return cast("Choices", _load(Choices, text))


def dump_participants(people: Sequence[Participant]) -> str:
    return _dump(tuple[Participant, ...], people)


def load_participants(text: str) -> tuple[Participant, ...]:
    return cast("tuple[Participant, ...]", _load(tuple[Participant, ...], text))


def dump_post(post: PostRef) -> str:
    return _dump(PostRef, post)


def load_post(text: str) -> PostRef:
    return cast("PostRef", _load(PostRef, text))


def chunked(messages: Sequence[Message]) -> Iterable[tuple[Message, ...]]:
    """`messages` in slices of `MESSAGES_PER_CHUNK`."""
    for start in range(0, len(messages), MESSAGES_PER_CHUNK):
        yield tuple(messages[start : start + MESSAGES_PER_CHUNK])


def to_document(header: Header, *, share: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The public document without its `messages`, which a caller appends (encode them with
    `message_to_json`). `share` adds facts of the link, e.g. {"url": …, "revision": 2}.
    """
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    if share:
        document["share"] = dict(share)
    # Where we keep our copies is nobody else's business.
    files = tuple(dataclasses.replace(file, blob="") for file in header.files)
    document["header"] = _encoder(Header)(dataclasses.replace(header, files=files))
    return document


def message_to_json(message: Message) -> dict[str, Any]:
    """One element of the document's `messages`."""
    return cast("dict[str, Any]", _encoder(Message)(message))


def from_document(document: object) -> Snapshot:
    """The snapshot in a document as `to_document` makes it. Raises CodecError."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise CodecError(f'this is not a Threadlink document: "format" is not "{FORMAT}"')
    version = document.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise CodecError(
            f"this document has version {version!r}; this Threadlink reads versions up to {VERSION}"
        )
    _check_depth(document)
    header = cast("Header", _decoder(Header)(document.get("header"), "header"))
    messages = cast(
        "tuple[Message, ...]", _decoder(tuple[Message, ...])(document.get("messages"), "messages")
    )
    return Snapshot(header, messages)


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(_JSON_DEPTH_LIMIT):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise CodecError("this document is nested too deeply")


def _dump(declared: Any, value: object) -> str:
    return json.dumps(_encoder(declared)(value), ensure_ascii=False, separators=(",", ":"))


def _load(declared: Any, text: str) -> object:
    return _decoder(declared)(json.loads(text), "")


def _tag(cls: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


@cache
def _encoder(declared: Any) -> Callable[[Any], Any]:
    origin, args = get_origin(declared), get_args(declared)
    if origin in (Union, types.UnionType):
        options = [option for option in args if option is not type(None)]
        return _encode_union if len(options) > 1 else _optional(_encoder(options[0]))
    if origin is tuple:
        return lambda values, element=args[0]: [_encoder(element)(value) for value in values]  # type: ignore[misc]
    if origin is frozenset:
        return sorted
    if declared is datetime:
        return lambda value: value.astimezone(UTC).isoformat()
    if dataclasses.is_dataclass(declared):
        return _dataclass_encoder(cast("type", declared))
    return lambda value: value


def _optional(encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else encode(value)


def _encode_union(value: Any) -> Any:
    return _encoder(cast("Any", type(value)))(value)


def _dataclass_encoder(cls: type) -> Callable[[Any], Any]:
    hints = get_type_hints(cls)
    members = [(f.name, _default(f), hints[f.name]) for f in dataclasses.fields(cls)]
    head = {"type": _tag(cls)} if cls in _NODE_TYPES else {}

    def encode(value: Any) -> dict[str, Any]:
        encoded = dict(head)
        for name, default, declared in members:
            member = getattr(value, name)
            if member != default:
                encoded[name] = _encoder(declared)(member)
        return encoded

    return encode


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default  # MISSING, where there is none, equals no value


@cache
def _decoder(declared: Any) -> Callable[[Any, str], Any]:
    origin, args = get_origin(declared), get_args(declared)
    if origin in (Union, types.UnionType):
        options = [option for option in args if option is not type(None)]
        if len(options) > 1:
            return _union_decoder(options)
        inner = options[0]
        return lambda value, at: None if value is None else _decoder(inner)(value, at)
    if origin is tuple:
        return _array_decoder(args[0], tuple)
    if origin is frozenset:
        return _array_decoder(args[0], frozenset)
    if origin is Literal:
        return _choice_decoder(frozenset(args))
    if isinstance(declared, type) and issubclass(declared, StrEnum):
        return _enum_decoder(declared)
    if declared is datetime:
        return _decode_moment
    if dataclasses.is_dataclass(declared):
        return _dataclass_decoder(cast("type", declared))
    return _scalar_decoder(declared)


def _fail(at: str, expected: str) -> NoReturn:
    raise CodecError(f"{at or 'the document'}: {expected} expected")


def _scalar_decoder(declared: type) -> Callable[[Any, str], Any]:
    def decode(value: Any, at: str) -> Any:
        if type(value) is not declared:
            _fail(
                at,
                {str: "text", int: "a whole number", bool: "true or false"}.get(declared, declared.__name__),
            )
        return value

    return decode


def _choice_decoder(choices: frozenset[str]) -> Callable[[Any, str], Any]:
    def decode(value: Any, at: str) -> Any:
        if not isinstance(value, str) or value not in choices:
            _fail(at, "one of " + ", ".join(sorted(choices)))
        return value

    return decode


def _enum_decoder(declared: type[StrEnum]) -> Callable[[Any, str], Any]:
    check = _choice_decoder(frozenset(declared))
    return lambda value, at: declared(check(value, at))


def _decode_moment(value: Any, at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        _fail(at, "a moment in ISO 8601")
    if moment.tzinfo is None:
        _fail(at, "a moment with its offset from UTC")
    return moment.astimezone(UTC)


def _array_decoder(element: Any, make: Callable[[Iterable[Any]], Any]) -> Callable[[Any, str], Any]:
    def decode(value: Any, at: str) -> Any:
        if not isinstance(value, list):
            _fail(at, "an array")
        one = _decoder(element)
        return make([one(item, f"{at}[{i}]") for i, item in enumerate(value)])

    return decode


def _union_decoder(options: Sequence[Any]) -> Callable[[Any, str], Any]:
    by_tag = {_tag(option): option for option in options}

    def decode(value: Any, at: str) -> Any:
        tag = value.get("type") if isinstance(value, dict) else None
        cls = by_tag.get(tag) if isinstance(tag, str) else None
        if cls is None:
            _fail(at, 'an object whose "type" is one of ' + ", ".join(sorted(by_tag)))
        return _decoder(cls)(value, at)

    return decode


def _dataclass_decoder(cls: type) -> Callable[[Any, str], Any]:
    hints = get_type_hints(cls)
    members = [(f.name, f.default is dataclasses.MISSING, hints[f.name]) for f in dataclasses.fields(cls)]

    def decode(value: Any, at: str) -> Any:
        if not isinstance(value, dict):
            _fail(at, "an object")
        found = {}
        for name, required, declared in members:
            if name in value:
                found[name] = _decoder(declared)(value[name], f"{at}.{name}" if at else name)
            elif required:
                _fail(f"{at}.{name}" if at else name, "a value")
        try:
            return cls(**found)
        except ValueError as refused:
            raise CodecError(f"{at}: {refused}") from refused

    return decode
