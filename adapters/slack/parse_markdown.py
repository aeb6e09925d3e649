"""Standard Markdown, as `markdown` blocks carry it -> the tree: what Slack draws of it.

Headings, emphasis, code, quotes, lists and task lists, tables, dividers, links; images become links
and raw HTML stays text. docs.slack.dev/reference/block-kit/blocks/markdown-block. Line by line,
containers by recursion on their own lines, so a line is read once per level it stands in.
"""

from __future__ import annotations

import re

from adapters.slack.parse_inline import NEST_LIMIT, paragraphs, ticked
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_markdown_inline import markdown_inline
from bot.richtext.nodes import (
    Block,
    Body,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Quote,
    Table,
    text_nodes,
)

LINES_LIMIT = 1_500
"""How many lines are read as Markdown. Slack takes 12,000 characters, so more has no lines to speak of."""

_BLOCK_START = re.compile(r"[ \t>]|#{1,6}(?:[ \t]|$)|`{3}|~{3}|[-*_+](?:[-*_+ \t]|$)|\d{1,9}[.)](?:[ \t]|$)")
"""What a line begins with that may begin a block other than a paragraph or table."""
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})")
_ITEM = re.compile(r"( {0,3})(?:([-*+])|(\d{1,9})[.)])([ \t]+|$)")
_QUOTE = re.compile(r" {0,3}> ?")
_RULE_CHARS = frozenset("-*_")
_RULE_LENGTH = 3
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


def markdown(text: str, lookup: Lookup) -> Body:
    """`text` as blocks; past the line limit, as lines of text."""
    lines = text.split("\n", LINES_LIMIT)
    rest = lines.pop() if len(lines) > LINES_LIMIT else ""
    return (*_Reader(lines, lookup, 0).read(), *paragraphs(text_nodes(rest)))


class _Reader:
    """Reads the lines of one container."""

    def __init__(self, lines: list[str], lookup: Lookup, depth: int) -> None:
        self._lines = lines
        self._lookup = lookup
        self._depth = depth
        self._at = 0
        self._blocks: list[Block] = []
        self._loose: list[str] = []

    def read(self) -> Body:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                self._end_paragraph()
                self._at += 1
            elif not (_BLOCK_START.match(line) and self._read_block(line)) and not self._read_table():
                self._loose.append(line)
                self._at += 1
        self._end_paragraph()
        return tuple(self._blocks)

    def _read_block(self, line: str) -> bool:
        """Read the block that begins here, if one does."""
        if (match := _FENCE.match(line)) and "`" not in line[match.end() :]:
            self._code(match)
        elif match := _HEADING.fullmatch(line):
            title = (match[2] or "").strip().rstrip("#").rstrip()
            self._add(Heading(len(match[1]), self._inline(title)))
            self._at += 1
        elif _is_rule(line):
            self._add(Divider())
            self._at += 1
        elif self._depth < NEST_LIMIT and _QUOTE.match(line):
            self._quote()
        elif self._depth < NEST_LIMIT and (match := _ITEM.match(line)):
            self._list(match)
        else:
            return False
        return True

    def _add(self, *blocks: Block) -> None:
        self._end_paragraph()
        self._blocks += blocks

    def _end_paragraph(self) -> None:
        if self._loose:
            self._blocks += paragraphs(self._inline("\n".join(self._loose)))
            self._loose = []

    def _inline(self, text: str) -> tuple[Inline, ...]:
        return markdown_inline(text, self._lookup)

    def _inner(self, lines: list[str]) -> Body:
        if len(lines) == 1 and not _BLOCK_START.match(lines[0]):
            return paragraphs(self._inline(lines[0]))
        return _Reader(lines, self._lookup, self._depth + 1).read()

    def _code(self, opening: re.Match[str]) -> None:
        """Fenced code, to its closing fence or the container's end."""
        indent, fence = len(opening[1]), opening[2]
        info = self._lines[self._at][opening.end() :].split(maxsplit=1)
        code: list[str] = []
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            closing = line.strip()
            if len(closing) >= len(fence) and not closing.strip(fence[0]):
                break
            code.append(line[min(indent, len(line) - len(line.lstrip(" "))) :])
        self._add(CodeBlock("\n".join(code), info[0] if info else ""))

    def _quote(self) -> None:
        lines: list[str] = []
        while self._at < len(self._lines) and (match := _QUOTE.match(self._lines[self._at])):
            lines.append(self._lines[self._at][match.end() :])
            self._at += 1
        if inner := self._inner(lines):
            self._add(Quote(inner))

    def _list(self, first: re.Match[str]) -> None:
        items: list[Body] = []
        match: re.Match[str] | None = first
        while match and bool(match[2]) == bool(first[2]):
            items.append(self._item(match))
            line = self._lines[self._at] if self._at < len(self._lines) else ""
            match = None if _is_rule(line) else _ITEM.match(line)
        ordered = not first[2]
        self._add(List(tuple(items), ordered, int(first[3]) if ordered else 1))

    def _item(self, match: re.Match[str]) -> Body:
        """One item: the rest of its line, and the lines below that are indented to its text."""
        width = len(match[1]) + len(match[2] or match[3] + ".") + 1
        first = self._lines[self._at][match.end() :]
        box = next((mark for mark in _TASKS if first.startswith(mark)), "")
        lines = [first.removeprefix(box)]
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and not line.startswith(" " * min(width, 2)):
                break
            following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
            if not line.strip() and not following.startswith(" " * min(width, 2)):
                self._at += bool(_ITEM.match(following))
                break
            lines.append(line[min(width, len(line) - len(line.lstrip(" "))) :])
            self._at += 1
        return ticked(_TASKS.get(box, ""), self._inner(lines))

    def _begins_table(self) -> bool:
        if "|" not in self._lines[self._at]:
            return False
        following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        if "-" not in following or following.strip("|:- \t"):
            return False
        return len(_cells(following)) == len(_cells(self._lines[self._at]))

    def _read_table(self) -> bool:
        """Read the table that begins here, if one does."""
        if not self._begins_table():
            return False
        rows = [self._row(self._lines[self._at])]
        self._at += 2
        while self._at < len(self._lines) and "|" in self._lines[self._at]:
            rows.append(self._row(self._lines[self._at]))
            self._at += 1
        self._add(Table(tuple(rows), header=True))
        return True

    def _row(self, line: str) -> tuple[tuple[Inline, ...], ...]:
        return tuple(self._inline(cell) for cell in _cells(line))


def _cells(line: str) -> list[str]:
    """The cells of a table row; a bar behind a backslash does not part them."""
    row = line.strip().replace("\\|", "\0")
    row = row.removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\0", "|") for cell in row.split("|")]


def _is_rule(line: str) -> bool:
    marks = line.replace(" ", "").replace("\t", "")
    return len(marks) >= _RULE_LENGTH and marks[0] in _RULE_CHARS and not marks.strip(marks[0])
