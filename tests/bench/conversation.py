"""A conversation as Discord's API gives it: the same messages whenever and wherever it is made.

Of eight messages in a row one is a two-line code block, each block different; the others are prose,
mentions, quotes, links and emphasis.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

GUILD = 1_100_000_000_000_000_000
CHANNEL = GUILD + 1
ROLE = GUILD + 2
USERS = tuple(
    {
        "id": str(GUILD + 10 + number),
        "username": name.lower(),
        "global_name": name,
        "discriminator": "0",
        "avatar": f"{number:032x}",
        "public_flags": 0,
    }
    for number, name in enumerate(("Ana", "Benjamin", "Chiara", "Dmitri", "Elif"))
)
_START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


def payloads(count: int) -> list[dict[str, Any]]:
    """`count` messages, from the oldest, as `GET /channels/{id}/messages` has them."""
    dice = random.Random(count)
    words = ["".join(dice.choices("aeinorstlmdu", k=dice.randint(2, 9))) for _ in range(2000)]
    sent = _START
    author = USERS[0]
    told = []
    for index in range(count):
        sent += timedelta(seconds=dice.randint(5, 240))
        if dice.random() < 0.6:
            author = dice.choice(USERS)
        content = _KINDS[index % len(_KINDS)](dice, words)
        told.append(_message(content, author, sent, index))
    return told


def _message(content: str, author: dict[str, Any], sent: datetime, index: int) -> dict[str, Any]:
    milliseconds = int((sent - _EPOCH).total_seconds() * 1000)
    return {
        "id": str((milliseconds << 22) + index % 4096),
        "type": 0,
        "channel_id": str(CHANNEL),
        "author": author,
        "content": content,
        "timestamp": sent.isoformat(timespec="microseconds"),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user for user in USERS if f"<@{user['id']}>" in content],
        "mention_roles": [str(ROLE)] if f"<@&{ROLE}>" in content else [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "flags": 0,
    }


def _some(dice: random.Random, words: list[str], least: int = 4, most: int = 24) -> str:
    return " ".join(dice.choices(words, k=dice.randint(least, most)))


def _prose(dice: random.Random, words: list[str]) -> str:
    return f"{_some(dice, words).capitalize()}. {_some(dice, words).capitalize()}?"


def _mentions(dice: random.Random, words: list[str]) -> str:
    who = dice.choice(USERS)["id"]
    return f"<@{who}> {_some(dice, words)}, in <#{CHANNEL}> with <@&{ROLE}>: {_some(dice, words)}"


def _quote(dice: random.Random, words: list[str]) -> str:
    return f"> {_some(dice, words)}\n> {_some(dice, words)}\n{_some(dice, words)}"


def _links(dice: random.Random, words: list[str]) -> str:
    first, second = dice.choices(words, k=2)
    return (
        f"{_some(dice, words)} https://{first}.example/{second}?n={dice.randint(1, 999)} "
        f"{_some(dice, words)} [{_some(dice, words, 2, 4)}](https://{second}.example/{first})"
    )


def _emphasis(dice: random.Random, words: list[str]) -> str:
    bold, italic, code, struck = (_some(dice, words, 1, 4) for _ in range(4))
    return f"{_some(dice, words)} **{bold}** {_some(dice, words)} *{italic}*, `{code}` and ~~{struck}~~"


def _code(dice: random.Random, words: list[str]) -> str:
    a, b, c = dice.choices(words, k=3)
    number = dice.randint(100, 99_999)
    language, lines = dice.choice(
        (
            (
                "python",
                f'def {a}_{number}({b}, {c}=None):\n    return [{b}(x, "{c}") for x in range({number})]',
            ),
            ("js", f"const {a}{number} = async ({b}) => {{\n  return await {b}.{c}('{a}', {number}); }}"),
            ("sql", f"SELECT {a}, count(*) FROM {b}_{number}\nWHERE {c} = '{a}' GROUP BY {a};"),
            ("bash", f'for {a} in $(seq {number}); do echo "${a}"\n  {b} --{c}={number} | grep {a}; done'),
        )
    )
    return f"```{language}\n{lines}\n```"


_KINDS: tuple[Callable[[random.Random, list[str]], str], ...] = (
    _prose,
    _mentions,
    _prose,
    _quote,
    _links,
    _emphasis,
    _prose,
    _code,
)
