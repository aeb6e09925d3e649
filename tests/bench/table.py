"""One line of what a measurement found, and all of them as a table for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`measured` and `to_reach` are written for people; `ok` says whether the one reaches the other."""

    what: str
    measured: str
    to_reach: str
    ok: bool


def at_least(what: str, value: float, floor: float, *, unit: str = "", note: str = "") -> Row:
    return Row(what, f"{value:.2f}{unit}{_aside(note)}", f">= {floor:g}{unit}", value >= floor)


def at_most(what: str, value: float, limit: float, *, unit: str = "", note: str = "") -> Row:
    return Row(what, f"{value:.2f}{unit}{_aside(note)}", f"<= {limit:g}{unit}", value <= limit)


def _aside(note: str) -> str:
    return f" ({note})" if note else ""


def to_text(rows: Iterable[Row]) -> str:
    """The table, with a column as wide as its widest cell."""
    cells = [("what", "measured", "to reach", "ok?")]
    cells += [(row.what, row.measured, row.to_reach, "yes" if row.ok else "NO") for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
