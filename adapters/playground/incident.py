"""A thread of 300 messages that reads like one: the log of an evening when checkout broke.

The same every time: the turning points of `samples/incident/turns.toml`, and between them what such
evenings are full of: measurements, checks and short answers.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LENGTH = 300


@dataclass(frozen=True, slots=True)
class Line:
    by: str
    minute: int
    text: str
    reactions: tuple[tuple[str, str], ...] = ()


_FOLDER = Path(__file__).parent / "samples" / "incident"
_LIKED = (37, 201, 296)
_ROLL_BACK, _ALL_BACK = 112, 201
"""At which messages the second and the third part of the evening begin."""

_SEARCHING = (
    ("ana", "{time}: {errors} failures in the last minute, {share} of all checkouts."),
    ("jonas", "Checked {part}: nothing unusual. Crossing it off."),
    ("ana", "{part}: queue is {queue} long, was {less} a minute ago."),
    ("mei", "{letters} letters from customers so far, all about the payment page."),
    ("jonas", "Next I look at {part}."),
    ("ana", "Tried it myself with a voucher, attempt {attempt}: {outcome}."),
)
_ROLLING = (
    ("jonas", "{part} is on the old release now, {done} of 80 done."),
    ("ana", "{time}: {errors} failures in the last minute. Falling."),
    ("mei", "Status page says {time}, next note in half an hour."),
    ("ana", "Tried it with a voucher, attempt {attempt}: works."),
    ("jonas", "Waiting for {part} to drain before I go on."),
)
_WATCHING = (
    ("ana", "{time}: 0 failures. {queue} checkouts went through since the last look."),
    ("jonas", "{part}: quiet."),
    ("mei", "{letters} letters answered, none open."),
    ("ana", "Watching {part} a little longer."),
)
_PARTS = ("the cart", "the voucher service", "the payment gateway", "the receipt worker", "the session cache",
          "the load balancer", "the north region", "the south region", "the west region")  # fmt: skip


def lines() -> Iterator[Line]:
    """All 300 messages in order; `minute` counts from 18:00."""
    turns = {
        turn["number"]: turn for turn in tomllib.loads((_FOLDER / "turns.toml").read_text("utf-8"))["turns"]
    }
    for i in range(LENGTH):
        minute = i * 211 // (LENGTH - 1)
        if i in turns:
            yield Line(
                turns[i]["by"],
                minute,
                turns[i]["text"],
                (("+1", "mei"), ("heart", "ana")) if i in (37, 201, 296) else (),
            )
            continue
        by, text = _filler(i)
        yield Line(by, minute, _filled(text, i, minute), (("eyes", "jonas"),) if i % 41 == 0 else ())


def _filler(i: int) -> tuple[str, str]:
    patterns = _SEARCHING if i < _ROLL_BACK else _ROLLING if i < _ALL_BACK else _WATCHING
    return patterns[(i * i * 3 + i // 3) % len(patterns)]


def _filled(text: str, i: int, minute: int) -> str:
    errors = max(0, 38 - abs(60 - i) // 3) if i < _ROLL_BACK else max(0, (_ALL_BACK - i) // 5)
    filled = text.format(
        time=f"{18 + minute // 60}:{minute % 60:02}",
        errors=errors,
        share=f"{errors / 4.7:.1f} %",
        part=_PARTS[(i * 5) % len(_PARTS)],
        queue=40 + (i * 37) % 160,
        less=30 + (i * 31) % 150,
        letters=2 + i // 9,
        attempt=1 + i // 12,
        outcome="fails" if i % 3 else "works, second time lucky",
        done=min(80, (i - 111) * 80 // 90),
    )
    return filled[0].upper() + filled[1:]
