"""What requests bring, checked: JSON of the expected shape, a person one can be, things one may read.

Who one is comes as `?as=` with each request. The playground trusts the person at the browser with
that, because it is a stand-in and nobody else can reach it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from adapters.playground import words
from adapters.playground.chat import Chat
from adapters.playground.guard import Refused
from adapters.playground.parse import LENGTH_LIMIT
from adapters.playground.records import Person, Post, Thread

_ID_DIGITS = 19
"""SQLite's ids have fewer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The JSON object of a POST."""

    raw: Mapping[str, Any]

    def text(self, name: str, limit: int = LENGTH_LIMIT) -> str:
        """The text called `name`, "" where there is none. Refused when it is no text or too long."""
        value = self.raw.get(name) or ""
        if not isinstance(value, str):
            raise Refused(words.MALFORMED)
        if len(value) > limit:
            raise Refused(words.TOO_LONG.format(limit=limit))
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.raw.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise Refused(words.MALFORMED)
        return tuple(values)

    def pairs(self, name: str) -> dict[str, str]:
        values = self.raw.get(name) or {}
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise Refused(words.MALFORMED)
        return values


async def read_sent(request: web.Request) -> Sent:
    try:
        raw = json.loads(await request.text())
    except (ValueError, RecursionError) as broken:
        raise Refused(words.MALFORMED) from broken
    if not isinstance(raw, dict):
        raise Refused(words.MALFORMED)
    return Sent(raw)


def person_of(chat: Chat, request: web.Request) -> Person:
    """Whom the request says it is from. Only the live people can be; apps can't be impersonated."""
    person = chat.people.get(request.query.get("as", ""))
    if person is None or not person.live:
        raise Refused(words.NOBODY)
    return person


async def thread_of(chat: Chat, person: Person, thread_id: str) -> Thread:
    thread = await chat.readable_thread(person.id, thread_id)
    if thread is None:
        raise Refused(words.NOT_FOUND, HTTPStatus.NOT_FOUND)
    return thread


async def post_of(chat: Chat, person: Person, post_id: str) -> Post:
    post = await chat.post(post_id) if number_of(post_id, 0) else None
    if post is None:
        raise Refused(words.POST_GONE, HTTPStatus.NOT_FOUND)
    await thread_of(chat, person, post.thread)
    return post


def number_of(text: str, default: int) -> int:
    """The row number in a query, or `default` where there is none."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < _ID_DIGITS else default
