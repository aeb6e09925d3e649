"""What people say in a long thread, in a chat's own markup: the same lines whenever they are made."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a chat writes things. `mentions` are people, ready to be said."""

    mentions: Sequence[str]
    bold: str = "*{}*"
    link: str = "<{url}|{words}>"


def lines(count: int, tongue: Tongue) -> list[str]:
    """Of six in a row, two are prose; the others mention, quote, link and emphasise, or are code."""
    dice = random.Random(count)
    words = ["".join(dice.choices("aeinorstlmdu", k=dice.randint(2, 9))) for _ in range(2000)]
    return list(islice(_told(dice, words, tongue), count))


def _told(dice: random.Random, words: Sequence[str], tongue: Tongue) -> Iterator[str]:
    def some(least: int = 4, most: int = 24) -> str:
        return " ".join(dice.choices(words, k=dice.randint(least, most)))

    for kind in cycle(range(6)):
        match kind:
            case 0 | 3:
                yield f"{some().capitalize()}. {some().capitalize()}?"
            case 1:
                yield f"{dice.choice(tongue.mentions)} {some()}"
            case 2:
                yield f"> {some()}\n{some()}"
            case 4:
                url = f"https://{some(1, 1)}.example/{some(1, 1)}?n={dice.randint(1, 999)}"
                link = tongue.link.format(url=url, words=some(2, 4))
                yield f"{some()} {link}, {tongue.bold.format(some(1, 4))} and `{some(1, 2)}`"
            case _:
                yield f"```\ndef {some(1, 1)}_{dice.randint(1, 999)}({some(1, 1)}):\n    return {some(1, 1)}\n```"
