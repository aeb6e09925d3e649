"""Hostile text in the playground's composer. Run `python -m tests.bench.hostile_playground`."""

from __future__ import annotations

from functools import partial

from adapters.playground.parse import LENGTH_LIMIT, parse_line, parse_text
from adapters.playground.records import Names
from bot.model import Participant
from tests.bench.hostile import Runs, report, row, texts
from tests.bench.table import Row

_NAMES = Names({"ana": Participant("U1", "Ana")}, frozenset({"general"}))


def runs() -> Runs:
    for name, text in texts():
        yield f"text: {name}", partial(parse_text, text, _NAMES)
        yield f"line: {name}", partial(parse_line, text, _NAMES)
        yield f"longest that is Markdown: {name}", partial(parse_text, text[:LENGTH_LIMIT], _NAMES)


def measure() -> list[Row]:
    return [row("the playground", runs())]


if __name__ == "__main__":
    report(runs())
