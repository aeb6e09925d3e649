"""Hostile text through the privacy steps: what a preview warns of, and what publishing replaces.

Run `python -m tests.bench.hostile_privacy` for the slowest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot.cli.patterns import PATTERNS
from bot.model import Choices, Participant
from bot.privacy.findings import review
from bot.privacy.publish import publishable
from tests.bench.hostile import LENGTH, Runs, report, row, texts
from tests.bench.table import Row
from tests.builders import message, paragraph, person, snapshot


def crowd() -> list[Participant]:
    """Many people, some with names that are hard to look for; keys as platforms make them."""
    names = ["Ana Lima", "Will", "Ann Bo", "林", "Ana", *(f"Person{i} Number{i}" for i in range(50))]
    return [
        person(name, key=f"U0{i:08}", aliases=(f"{name.lower().replace(' ', '.')}@example.org",))
        for i, name in enumerate(names)
    ]


def near_secrets() -> Iterator[tuple[str, str]]:
    """Words that make a rule look closer, and what spoils the match at its end."""
    for word in sorted({word for rule in PATTERNS.rules.rules for word in rule.keywords}):
        yield f"keyword {word!r}", (word * (LENGTH // len(word) + 1))[:LENGTH]
        yield f"keyword {word!r} and letters", word + ("a1B-" * LENGTH)[: LENGTH - len(word)]


def runs() -> Runs:
    everyone = crowd()
    given = {one.key: f"Somebody {number}" for number, one in enumerate(everyone)}
    choices = Choices("A thread")
    for name, text in (*texts(), *near_secrets()):
        for ending in ("", " !"):
            said = message(paragraph(text.removesuffix(text[-2:]) + ending if ending else text), everyone[0])
            chat = snapshot(said, people=everyone)
            shown = f"{name}, then{ending}" if ending else name
            yield f"review: {shown}", partial(review, chat, choices, PATTERNS)
            yield f"publishing: {shown}", partial(publishable, chat, choices, given, PATTERNS)


def measure() -> list[Row]:
    return [row("privacy", runs())]


if __name__ == "__main__":
    report(runs())
