"""Tree -> Markdown (CommonMark with GFM's tables and strikethrough), in which text stays text.

Whatever could be read as markup is escaped, and only that, so that prose stays readable. Where
Markdown's own marks cannot say something (underline, emphasis inside a word), plain HTML tags do.
Spoilers are `||…||`. Bare addresses in text stay as they are; some programs make links of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from bot.richtext.markdown_inline import Place, escape_trailing_hashes, inline
from bot.richtext.nodes import (
    Block,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Subtext,
    Table,
    Unsupported,
    text_nodes,
)
from bot.richtext.plain import unsupported_text

_DEEPEST_HEADING = 6
_LONGEST_LANGUAGE = 40
_HIGHEST_NUMBER = 999_999_999
"""CommonMark 0.31, 5.2: list numbers have at most nine digits."""
_LANGUAGE_MARKS = frozenset("+#._-")


def markdown(body: Iterable[Block], *, below: int = 0) -> str:
    """`body` as Markdown without a line break at its end. Its headings are put below the level
    `below`, so that they do not end the chapter they stand in.
    """
    return _blocks(tuple(body), below)


def markdown_inline(nodes: Iterable[Inline]) -> str:
    """`nodes` as Markdown for one paragraph."""
    return inline(nodes)


def _blocks(body: Sequence[Block], below: int) -> str:
    parts: list[str] = []
    before: Block | None = None
    other = False
    for block in body:
        # Two lists in a row would be one list, unless their markers differ.
        other = not other if _continues(before, block) else False
        if part := _block(block, below, other=other):
            parts.append(part)
            before = block
    return "\n\n".join(parts)


def _continues(before: Block | None, block: Block) -> bool:
    return isinstance(before, List) and isinstance(block, List) and before.ordered == block.ordered


def _block(block: Block, below: int, *, other: bool) -> str:
    match block:
        case Paragraph(children):
            return inline(children)
        case Heading(level, children):
            text = inline(children, Place.HEADING)
            marks = "#" * min(max(level, 1) + below, _DEEPEST_HEADING)
            return f"{marks} {escape_trailing_hashes(text)}" if text else ""
        case Quote(children):
            return _prefixed("> ", "> ", _blocks(children, below))
        case CodeBlock():
            return _code(block)
        case List():
            return _list(block, below, other=other)
        case Table():
            return _table(block)
        case Divider():
            return "***"
        case Subtext(children):
            text = inline(children)
            return f"<sub>{text}</sub>" if text else ""
        case Unsupported():
            return inline(text_nodes(unsupported_text(block)))
        case _:
            assert_never(block)


def _prefixed(first: str, rest: str, text: str) -> str:
    lines = text.split("\n")
    return "\n".join((f"{rest if i else first}{line}").rstrip(" ") for i, line in enumerate(lines))


def _code(block: CodeBlock) -> str:
    code = block.code.replace("\r\n", "\n").replace("\r", "\n")
    fence = "`" * max(3, _longest_run(code) + 1)
    kept = (
        c for c in block.language[:_LONGEST_LANGUAGE] if (c.isascii() and c.isalnum()) or c in _LANGUAGE_MARKS
    )
    return f"{fence}{''.join(kept)}\n{code}\n{fence}"


def _longest_run(text: str) -> int:
    longest = run = 0
    for c in text:
        run = run + 1 if c == "`" else 0
        longest = max(longest, run)
    return longest


def _list(block: List, below: int, *, other: bool) -> str:
    items: list[str] = []
    start = min(max(block.start, 0), _HIGHEST_NUMBER)
    loose = any(_is_loose(item) for item in block.items)
    for i, item in enumerate(block.items):
        if block.ordered:
            marker = f"{min(start + i, _HIGHEST_NUMBER)}{')' if other else '.'} "
        else:
            marker = "* " if other else "- "
        content = _blocks(item, below) if loose else _tight(item, below)
        items.append(_prefixed(marker, " " * len(marker), content))
    return ("\n\n" if loose else "\n").join(items)


def _is_loose(item: tuple[Block, ...]) -> bool:
    """Whether an item needs blank lines: it holds more than a paragraph with a list below."""
    match item:
        case () | (_,):
            return False
        case (Paragraph(), List() as inner):
            # Only such a list may follow a paragraph without a blank line (CommonMark 0.31, 5.2).
            return (inner.ordered and inner.start != 1) or not any(map(_shows, inner.items[:1]))
        case _:
            return True


def _shows(item: tuple[Block, ...]) -> bool:
    """Whether an item is drawn as anything. Looks into no list or quote: they show their marks at
    least, and lists in lists would be drawn twice for each level of their depth.
    """
    return any(
        bool(block.items)
        if isinstance(block, List)
        else isinstance(block, Quote) or _block(block, 0, other=False)
        for block in item
    )


def _tight(item: tuple[Block, ...], below: int) -> str:
    return "\n".join(part for block in item if (part := _block(block, below, other=False)))


def _table(table: Table) -> str:
    rows = [[inline(cell, Place.CELL) for cell in row] for row in table.rows]
    columns = max(map(len, rows), default=0)
    if columns == 0:
        return ""
    if not table.header:
        rows.insert(0, [])
    # Only the first row needs all its cells (GFM 0.29, 4.10).
    rows[0] += [""] * (columns - len(rows[0]))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{' --- |' * columns}")
    return "\n".join(lines)
