"""Searching and changing the text of a message as a reader sees it, across its nodes.

A token in half-bold letters, or a key over many lines, is several nodes but one text. So the text
of a whole message is laid out as one string, searched once, and what is found is changed back in
the nodes: the first one touched takes the new text, the others lose theirs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias, assert_never

from bot.model import Message
from bot.privacy.walk import Leaf, Visitor, Words, map_message
from bot.richtext.nodes import (
    ChannelMention,
    Code,
    Emoji,
    Inline,
    Link,
    Mention,
    Text,
    Timestamp,
    Unsupported,
    text_nodes,
)
from bot.richtext.plain import plain_inline

BARRIER = "\x1e"
"""Parts texts that have nothing to do with each other."""
BLOCK_END = "\n\n"
SEAM = "\x1f"
"""Parts what stands in one word but not in one form."""
OPAQUE = "\ufffc"
"""Stands for a mention where mentions are not to be searched."""


class Edit(NamedTuple):
    """`text` takes the place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


Find: TypeAlias = Callable[[str], Sequence[Edit]]
"""Which edits a text needs: sorted, none empty, none touching another's span."""


def running_text(message: Message, *, mentions: bool = True) -> str:
    """Every text of `message` in one string: first what is read in one flow (blocks apart by
    `BLOCK_END`), then addresses and descriptions (each after a `BARRIER`). Without `mentions`, `OPAQUE`
    stands for the names of people and channels that are mentions already.
    """
    return _laid_out(message, mentions=mentions).text()


def map_text(message: Message, find: Find, *, mentions: bool = True, torn: bool = False) -> Message:
    """`message` with the edits that `find` wants for its `running_text`.

    A link whose label or address is edited is a link no longer. A mention or emoji that is edited
    becomes text. Line breaks and nodes inside an edit vanish. With `torn`, `find` is asked once more
    where another form begins within a word ("Ana" in bold, "lyst" not), about the parts.
    """
    layout = _laid_out(message, mentions=mentions)
    message = _edited(message, layout, find)
    if torn and layout.is_torn():
        layout = _laid_out(message, mentions=mentions)
        layout.tear()
        message = _edited(message, layout, find)
    return message


def _laid_out(message: Message, *, mentions: bool) -> _Layout:
    layout = _Layout(mentions=mentions)
    map_message(message, layout)
    return layout


def _edited(message: Message, layout: _Layout, find: Find) -> Message:
    edits = find(layout.text())
    return map_message(message, _Writer(layout.edited(edits))) if edits else message


def apply(text: str, edits: Iterable[Edit]) -> str:
    """`text` with `edits` made."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))


def merge(*found: Iterable[Edit]) -> list[Edit]:
    """All edits of `found`, sorted; where two overlap, the one from the earlier iterable stays whole, and
    the other is made beside it: nothing that either touches stays.
    """
    first, *others = [group for one in found if (group := list(one))] or [[]]
    if not others:
        return sorted(first)
    kept = sorted(first)
    for group in others:
        taken = sorted(kept)
        ends = [edit.end for edit in taken]
        for edit in sorted(group):
            start, end, text = edit
            after = bisect_right(ends, start)
            while after < len(taken) and taken[after].start < end:
                if start < taken[after].start:
                    kept.append(Edit(start, taken[after].start, text))
                    text = ""
                start, after = taken[after].end, after + 1
            if start < end:
                kept.append(Edit(start, end, text))
    return sorted(kept)


def _leaf_text(node: Leaf, *, mentions: bool) -> str:
    match node:
        case Code(text):
            return text
        case Mention(_, name):
            return f"@{name}" if mentions else OPAQUE
        case ChannelMention(name):
            return f"#{name}" if mentions else OPAQUE
        case Emoji(name, char):
            return char or f":{name}:"
        case Timestamp(_, _, fallback) | Unsupported(_, fallback):
            return fallback
        case _:
            assert_never(node)


def _shows(label: Sequence[Inline], url: str) -> bool:
    return plain_inline(label) in (url, url.removeprefix("mailto:"))


class _Layout(Visitor):
    """Lays the text out. Pieces are numbered in the order of the visit, as `_Writer` meets them."""

    def __init__(self, *, mentions: bool) -> None:
        self._mentions = mentions
        self._pieces: list[str] = []
        self._flow: list[int | str] = []
        self._beside: list[int | str] = []

    def _add(self, text: str, row: list[int | str]) -> None:
        row.append(len(self._pieces))
        self._pieces.append(text)

    def words(self, nodes: Words) -> tuple[Inline, ...]:
        first = nodes[0]
        if len(nodes) == 1 and type(first) is Text:
            self._add(first.text, self._flow)
        else:
            self._add("".join([node.text if type(node) is Text else "\n" for node in nodes]), self._flow)
        return nodes

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        self._add(_leaf_text(node, mentions=self._mentions), self._flow)
        return (node,)

    def link(self, node: Link, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
        # An address that its label shows is searched there, and goes when the label is edited.
        self.string("" if _shows(label, node.url) else node.url)
        return (node,)

    def code(self, text: str) -> str:
        self._add(text, self._flow)
        return text

    def end(self) -> None:
        self._flow.append(BLOCK_END)

    def string(self, text: str) -> str:
        self._beside.append(BARRIER)
        self._add(text, self._beside)
        return text

    author = string

    def url(self, url: str) -> str | None:
        return self.string(url)

    def torn(self) -> list[int | str]:
        """The flow, with a `SEAM` in each word that adjoining pieces make together."""
        torn: list[int | str] = []
        before = ""
        for part in self._flow:
            if isinstance(part, str):
                torn.append(part)
                before = part
                continue
            text = self._pieces[part]
            if before and text and before[-1].isalnum() and text[0].isalnum():
                torn.append(SEAM)
            torn.append(part)
            before = text or before
        return torn

    def is_torn(self) -> bool:
        return len(self.torn()) > len(self._flow)

    def tear(self) -> None:
        self._flow = self.torn()

    def _parts(self) -> Iterable[int | str]:
        return (*self._flow, *self._beside)

    def text(self) -> str:
        return "".join([self._pieces[part] if isinstance(part, int) else part for part in self._parts()])

    def edited(self, edits: Sequence[Edit]) -> dict[int, str]:
        """The new text of each piece that `edits` touch, by its number."""
        edited: dict[int, str] = {}
        at = current = 0
        placed = False  # whether the text of the current edit stands in a piece already
        count = len(edits)
        for part in self._parts():
            text = self._pieces[part] if isinstance(part, int) else part
            end = at + len(text)
            new: list[str] = []
            kept = at  # up to where the text is in `new`
            while current < count:
                start, stop, replacement = edits[current]
                if start >= end:
                    break
                if start > kept:
                    new.append(text[kept - at : start - at])
                if text and not placed and isinstance(part, int):
                    new.append(replacement)
                    placed = True
                kept = stop
                if stop > end:
                    break
                current, placed = current + 1, False
            if kept > at and text and isinstance(part, int):
                edited[part] = "".join((*new, text[kept - at :]))
            at = end
        return edited


class _Writer(Visitor):
    """Puts the new text of the pieces in."""

    def __init__(self, edited: dict[int, str]) -> None:
        self._edited = edited
        self._number = -1

    def _next(self) -> str | None:
        self._number += 1
        return self._edited.get(self._number)

    def words(self, nodes: Words) -> tuple[Inline, ...]:
        new = self._next()
        return nodes if new is None else text_nodes(new)

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        new = self._next()
        if new is None:
            return (node,)
        match node:
            case Code():
                return (Code(new),) if new else ()
            case Timestamp() | Unsupported():
                return (replace(node, fallback=new),)
            case Mention() | ChannelMention() | Emoji():
                return text_nodes(new)
            case _:
                assert_never(node)

    def link(self, node: Link, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
        changed = self._next() is not None or label != node.children
        return label if changed else (node,)

    def code(self, text: str) -> str:
        new = self._next()
        return text if new is None else new

    string = code
    author = code

    def url(self, url: str) -> str | None:
        return url if self._next() is None else None
