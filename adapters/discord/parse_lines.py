"""The lines of a stretch of text -> headings, small print, lists, paragraphs and code blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from adapters.discord.parse_inline import CODE, Atoms, parse_inline
from adapters.discord.parse_lookup import Lookup
from bot.richtext.nodes import Block, CodeBlock, Heading, Inline, List, Paragraph, Subtext

FENCE = "\x01"
"""Stands for a code block."""

LIST_LIMIT = 12
"""How deep lists nest; with a quote around and marks inside, a tree stays within its own limit."""

_HEADING = re.compile(r"(#{1,3}) +(\S.*)")
_SUBTEXT = re.compile(r"-# +(\S.*)")
_ITEM = re.compile(r"( *)(?:[-*]|([0-9]{1,9})\.) +(?=\S)")

_FIRST_BLOCK = re.compile(r" *[-*0-9]|#")
_NEXT_BLOCK = re.compile(r"\n(?: *[-*0-9]|#)")

_Make: TypeAlias = Callable[[tuple[Inline, ...]], Block]


@dataclass(slots=True)
class _OpenList:
    indent: int
    number: int | None
    items: list[list[Block]] = field(default_factory=list)


def parse_lines(text: str, lookup: Lookup, atoms: Atoms) -> list[Block]:
    """The blocks of `text`, whose code stands in it as `CODE` and `FENCE`, one of `atoms` each."""
    if not text.strip():
        return []
    if FENCE not in text and not _FIRST_BLOCK.match(text) and not _NEXT_BLOCK.search(text):
        return [Paragraph(parse_inline(text.strip("\n"), lookup, atoms))]
    return _Lines(lookup, atoms).read(text)


class _Lines:
    def __init__(self, lookup: Lookup, atoms: Atoms) -> None:
        self._lookup = lookup
        self._atoms = atoms
        self._blocks: list[Block] = []
        self._lists: list[_OpenList] = []
        self._pending: list[str] = []
        """Lines of the paragraph, or of the list item, that is not complete yet."""

    def read(self, text: str) -> list[Block]:
        lines = text.split("\n")
        last_hidden = max((i for i, line in enumerate(lines) if "||" in line), default=-1)
        hidden = False
        for index, line in enumerate(lines):
            # Lines within a spoiler stay in it: as blocks of their own they would be shown.
            if (hidden and index <= last_hidden) or not self._begin_block(line):
                self._pending.append(line)
            if index <= last_hidden and line.count("||") % 2:
                hidden = not hidden
        self._end_lists()
        return self._blocks

    def _begin_block(self, line: str) -> bool:
        """Whether `line` begins a block of its own, and is done with or noted as an item's first."""
        if match := _ITEM.match(line):
            self._item(match, line[match.end() :])
            return True
        if self._lists and (not line.startswith(" ") or not line.strip()):
            self._end_lists()
        if match := _HEADING.match(line):
            level = len(match[1])
            self._end_pending()
            self._add(match[2], lambda children: Heading(level, children))
            return True
        if match := _SUBTEXT.match(line):
            self._end_pending()
            self._add(match[1], Subtext)
            return True
        return False

    def _item(self, match: re.Match[str], text: str) -> None:
        indent = len(match[1])
        number = int(match[2]) if match[2] else None
        self._end_pending()
        while len(self._lists) > 1 and indent < self._lists[-1].indent:
            self._end_list()
        current = self._lists[-1] if self._lists else None
        if current is None or (indent > current.indent and len(self._lists) < LIST_LIMIT):
            self._lists.append(_OpenList(indent, number))
        elif (current.number is None) != (number is None):
            self._end_list()
            self._lists.append(_OpenList(indent, number))
        self._lists[-1].items.append([])
        self._pending.append(text)

    def _end_lists(self) -> None:
        self._end_pending()
        while self._lists:
            self._end_list()

    def _end_list(self) -> None:
        done = self._lists.pop()
        start = 1 if done.number is None else done.number
        items = tuple(map(tuple, done.items))
        self._target().append(List(items, done.number is not None, start))

    def _target(self) -> list[Block]:
        """Where the next block belongs: the item of the innermost open list, else the whole."""
        return self._lists[-1].items[-1] if self._lists else self._blocks

    def _end_pending(self) -> None:
        if not self._pending:
            return
        lines = [line.strip(" ") for line in self._pending] if self._lists else self._pending
        text = "\n".join(lines)
        self._pending.clear()
        self._add(_with_hidden_code(text), Paragraph)

    def _add(self, text: str, make: _Make) -> None:
        """Add `text` as blocks by `make`, with the code blocks in it between them."""
        target = self._target()
        for index, part in enumerate(text.split(FENCE)):
            if index:
                block = next(self._atoms, None)
                if isinstance(block, CodeBlock):
                    target.append(block)
            part_text = part.strip("\n")
            if part_text.strip():
                target.append(make(parse_inline(part_text, self._lookup, self._atoms)))


def _with_hidden_code(text: str) -> str:
    """Code blocks within spoilers become inline code: blocks would be shown to everybody."""
    if FENCE not in text or "||" not in text:
        return text
    parts = text.split("||")
    for index in range(1, len(parts) - 1, 2):
        parts[index] = parts[index].replace(FENCE, CODE)
    return "||".join(parts)
