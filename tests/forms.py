"""How much a test tries: little in the bounded form, much in the full one that `make test-long` runs."""

from __future__ import annotations

import os

from hypothesis import settings

LONG = bool(os.environ.get("THREADLINK_LONG"))


def tries(bounded: int) -> settings:
    """So many examples of a property, always the same ones; in the full form ten times as many, and new ones."""
    return settings(max_examples=10 * bounded if LONG else bounded)
