"""What Threadlink promises to reach, measured: one table, exit code 1 where something is missed.

    python -m tests.bench [NAME ...]

NAME: page, rendering, loop, hostile, slack, discord. All, where none is given. Each is also a module of its own that
prints more: python -m tests.bench.rendering
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.bench import (
    discord,
    hostile_discord,
    hostile_playground,
    hostile_privacy,
    hostile_renderers,
    hostile_slack,
    loop,
    page,
    rendering,
    slack,
)
from tests.bench.table import Row, to_text


def _hostile() -> list[Row]:
    kinds = (hostile_slack, hostile_discord, hostile_playground, hostile_privacy, hostile_renderers)
    return [row for kind in kinds for row in kind.measure()]


MEASUREMENTS: dict[str, Callable[[], list[Row]]] = {
    "page": page.measure,
    "rendering": rendering.measure,
    "loop": loop.measure,
    "hostile": _hostile,
    "slack": slack.measure,
    "discord": discord.measure,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        print(
            f"no measurement is called {unknown[0]!r}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr
        )
        return 2
    rows: list[Row] = []
    for name in names or MEASUREMENTS:
        print(f"measuring: {name} ...", file=sys.stderr, flush=True)
        rows += MEASUREMENTS[name]()
    print(to_text(rows))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
