"""What attackers type: the corpus of 10,250 payloads, and a few of our own for the narrowest fields."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeVar

from tests.corpora import corpora

T = TypeVar("T")
LONG = bool(os.environ.get("THREADLINK_LONG"))
NARROW = (
    "< !",  # two initials that begin a comment
    '"><s x="',
    '"><b hidden>',
    "'><b hidden>",
    '" onx="',
    "' onx='",
    "<b hidden>",
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "&lt;script&gt;",
    "javascript:alert(1)",
    "https://example.org/?\"><img/src='x'onerror=alert(1)>",
    "mailto:a@example.org?\"onmouseover='alert(1)'",
)
"""Short enough for every limit, each for a context of its own: text, an attribute, a raw element."""


@cache
def payloads() -> tuple[str, ...]:
    """All of the corpus, in its order. Skips the test where there is no corpus."""
    lines = (corpora() / "xss-merged" / "payloads.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["p"] for line in lines)


def sample(count: int) -> tuple[str, ...]:
    """At most `count` payloads, spread evenly over the corpus, always the same ones; all of them in the full form."""
    every = payloads()
    return every if LONG else every[:: -(-len(every) // count)]


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
