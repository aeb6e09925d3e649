"""No text field is forgotten: each that a page is made from is filled by `fields` and `pages`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, get_type_hints

from bot.privacy.findings import Finding, Review
from bot.reply import Card, Reply
from bot.richtext import nodes
from tests.e2e.xss import chat, fields, pages
from web.render import PageView, PreviewView

PAYLOAD = "<payload>"
ROOTS = (PageView, PreviewView, Review, Finding, Reply, Card)
NEVER_SHOWN = {
    "Actor": "whom the owner is proven to be: no page names it",
    "ThreadRef": "where the thread lives: no page names it",
    "FileCopy.blob": "the key in our own store: the address has the file's id",
    "FileCopy.locator": "the platform's, in captured form only; no page names it",
    "Share.id": "our own number; no page names it",
    "PageView.url": "made of the operator's address and a token that is in the database",
    "PageView.base_url": "the operator's address",
    "PreviewView.action_url": "made of the operator's address and a signature that was checked",
    "Choices.acknowledged": "ids to compare with",
}


def declared(cls: Any, seen: set[type] | None = None) -> Iterator[str]:
    """ "Class.field" of every text in the dataclasses that are reached from `cls`."""
    seen = set() if seen is None else seen
    if cls in seen:
        return
    seen.add(cls)
    for name, hint in get_type_hints(cls).items():
        for part in parts(hint):
            if part is str:
                yield f"{cls.__name__}.{name}"
            elif dataclasses.is_dataclass(part):
                yield from declared(part, seen)


def parts(hint: Any) -> Iterator[Any]:
    arguments = getattr(hint, "__args__", None)
    if arguments is None:
        yield hint
    else:
        for argument in arguments:
            yield from parts(argument)


def filled(value: Any) -> Iterator[str]:
    """ "Class.field" of every text in `value` that holds the payload."""
    if dataclasses.is_dataclass(value):
        for member in dataclasses.fields(value):
            inner = getattr(value, member.name)
            if holds(inner):
                yield f"{type(value).__name__}.{member.name}"
            yield from filled(inner)
    elif isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from filled(item)
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from filled(item)


def holds(value: Any) -> bool:
    if isinstance(value, str):
        return PAYLOAD in value
    return isinstance(value, tuple | frozenset | dict) and any(
        isinstance(v, str) and PAYLOAD in v for v in value
    )


def test_every_text_field_is_attacked():
    page = pages.everything([PAYLOAD], "http://127.0.0.1")
    attacked = set(filled((page, pages.preview([PAYLOAD]), chat.reply(PAYLOAD))))
    attacked |= set(filled([post.card for post in chat.posts(PAYLOAD)]))
    wanted = {name for root in ROOTS for name in declared(root)}
    left = {name if name in NEVER_SHOWN else name.partition(".")[0] for name in wanted - attacked}
    assert left == set(NEVER_SHOWN)


def test_every_node_is_among_the_fields():
    names = {name.partition(".")[0] for name in filled(fields.messages(PAYLOAD))}
    texts = {
        cls.__name__
        for cls in (*nodes.Inline.__args__, *nodes.Block.__args__)
        if any(part is str for hint in get_type_hints(cls).values() for part in parts(hint))
    }
    assert texts <= names
