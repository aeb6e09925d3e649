"""The playground's own fragments, posts and private replies, filled with one payload."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from markupsafe import Markup

from adapters.playground.records import Person, Post, Role
from bot.model import Participant
from bot.reply import Action, Card, ChoiceField, Confirm, Item, Option, Reply, TextField
from bot.richtext.nodes import Paragraph, Text
from tests.e2e.xss import fields

FRAME = Markup(
    "<!doctype html><html lang=en><head><title>chat</title></head><body><main>{}</main></body></html>"
)


def _actions(payload: str) -> tuple[Action, ...]:
    confirm = Confirm(payload, payload, payload, payload)
    return (
        Action(payload, payload, payload, confirm=confirm),
        Action(payload, url=f"{fields.SITE}?{payload}"),
    )


def posts(payload: str) -> list[Post]:
    said = [Post(payload, one, source=payload) for one in fields.messages(payload)]
    card = Card(payload, f"{fields.SITE}?{payload}", (payload, payload), _actions(payload))
    first = said[0].message
    speaker = Participant(payload, payload)
    return [
        *said,
        Post(payload, first, Role.CARD, card=card),
        Post(payload, first, Role.CARD, card=Card(payload, "", (payload,), (), revoked=True)),
        Post(payload, first, Role.TURN, speaker=speaker),
    ]


def reply(payload: str) -> Reply:
    option = Option(payload, payload, payload)
    return Reply(
        body=(Paragraph((Text(payload),)),),
        title=payload,
        fields=(
            TextField(payload, payload, payload, 100),
            ChoiceField(payload, payload, (option,) * 3, payload),
            ChoiceField(payload, payload, (option,) * 4, payload),
        ),
        items=(
            Item(payload, payload, f"{fields.SITE}?{payload}", _actions(payload)),
            Item(payload, payload),
        ),
        actions=_actions(payload),
        error=True,
        sample=(Paragraph((Text(payload),)),),
    )


def document(pages: Any, records: ModuleType, payload: str) -> bytes:
    """`posts` and `reply` as `pages` draws them, in one document. `records` is the module of `Looking`."""
    people: Mapping[str, Person] = {
        one.key: Person(one, payload, live=True, moderator=True) for one in fields.people(payload)
    }
    looking = records.Looking(people[payload], people, fields.files(payload))
    drawn = pages.posts(posts(payload), looking) + pages.reply(reply(payload), payload) + pages.reply(Reply())
    return str(FRAME.format(drawn)).encode("utf-8", "replace")
