"""Consecutive flat lists with indents -> one nested list."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.slack.parse_inline import NEST_LIMIT, ticked
from adapters.slack.parse_raw import Raw, string, whole
from bot.richtext.nodes import Block, Body, List

_BOXES = {"checked": "☑ ", "unchecked": "☐ "}
"""Checklists, which canvases have; a message may quote one."""


@dataclass(slots=True)
class _Open:
    """A list that still grows. Its items are blocks, or lists that are still open themselves."""

    indent: int
    ordered: bool
    start: int
    items: list[list[Block | _Open]] = field(default_factory=list)

    def freeze(self) -> List:
        frozen = tuple(
            tuple(block.freeze() if isinstance(block, _Open) else block for block in item)
            for item in self.items
        )
        return List(frozen, self.ordered, self.start)


class ListRun:
    """A run of consecutive rich_text_list elements."""

    def __init__(self) -> None:
        self.bordered = False
        self._roots: list[_Open] = []
        self._path: list[_Open] = []

    def __bool__(self) -> bool:
        return bool(self._roots)

    def add(self, raw: Raw, found: list[Body]) -> None:
        """Add one list, `found` being its items. Deeper than the limit, items join the deepest list."""
        if not found:
            return
        style = string(raw, "style")
        box = _BOXES.get(style, "")
        indent = max(0, whole(raw.get("indent")) or 0)
        start = max(0, whole(raw.get("offset")) or 0) + 1
        place = self._place(indent, style == "ordered", start)
        place.items += [list(ticked(box, item)) for item in found]

    def _place(self, indent: int, ordered: bool, start: int) -> _Open:
        """The open list that takes these items: one that goes on, or a new one inside or beside it."""
        while self._path and self._path[-1].indent > indent:
            self._path.pop()
        last = self._path[-1] if self._path else None
        if last and last.indent == indent:
            if last.ordered == ordered and (not ordered or start in {1, last.start + len(last.items)}):
                return last
            self._path.pop()
        elif last and len(self._path) >= NEST_LIMIT:
            return last
        new = _Open(indent, ordered, start)
        if self._path:
            self._path[-1].items[-1].append(new)
        else:
            self._roots.append(new)
        self._path.append(new)
        return new

    def take(self) -> list[Block]:
        """The lists gathered, which ends the run."""
        taken: list[Block] = [root.freeze() for root in self._roots]
        self._roots.clear()
        self._path.clear()
        return taken
