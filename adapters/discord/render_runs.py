"""Inlines -> runs: pieces of text, each with the marks that hold for it.

A tree of marks in marks becomes a flat sequence, in which neighbours with the same marks are one. That
can be cut anywhere, and neighbouring marks that Discord would misread have become one mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias, assert_never

from adapters.discord.render_escape import clean
from bot.richtext.nodes import (
    Bold,
    ChannelMention,
    Code,
    Emoji,
    Inline,
    Italic,
    LineBreak,
    Link,
    Mention,
    Spoiler,
    Strike,
    Text,
    Timestamp,
    Underline,
    Unsupported,
)
from bot.richtext.plain import timestamp_text, unsupported_text


class Mark(IntEnum):
    """In the order in which they stand around each other, the outermost first."""

    SPOILER = 0
    STRIKE = 1
    UNDERLINE = 2
    BOLD = 3
    ITALIC = 4


Marks: TypeAlias = frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Words:
    """Text on one line, not escaped yet."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeSpan:
    text: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A link with a label, which holds runs of its own; never cut."""

    url: str
    label: tuple[Run, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Finished markup that is never cut. `plain`: the same as text, where it is too long for a post."""

    text: str
    plain: str


@dataclass(frozen=True, slots=True)
class End:
    """The end of a line."""


Piece: TypeAlias = Words | CodeSpan | Linked | Ready | End


@dataclass(frozen=True, slots=True)
class Run:
    piece: Piece
    marks: Marks = frozenset()


NO_MARKS: Marks = frozenset()
_END = End()
_MARKS: dict[type, Mark] = {
    Bold: Mark.BOLD,
    Italic: Mark.ITALIC,
    Underline: Mark.UNDERLINE,
    Strike: Mark.STRIKE,
    Spoiler: Mark.SPOILER,
}
_STYLES = frozenset("tTdDfFsSR")
_LAST_MOMENT = 8_640_000_000_000
"""The furthest moment that Discord's clients can show, in seconds."""


def runs_of(nodes: Iterable[Inline], marks: Marks = NO_MARKS) -> tuple[Run, ...]:
    """`nodes` as runs, without line ends at the edges; all of them have `marks` too."""
    return trimmed(joined(_runs(nodes, marks, linked=False)))


def joined(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring words with the same marks as one."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if (
            last
            and isinstance(last.piece, Words)
            and isinstance(run.piece, Words)
            and last.marks == run.marks
        ):
            found[-1] = replace(last, piece=Words(last.piece.text + run.piece.text))
        else:
            found.append(run)
    return found


def trimmed(runs: list[Run]) -> tuple[Run, ...]:
    first, last = 0, len(runs)
    while first < last and isinstance(runs[first].piece, End):
        first += 1
    while last > first and isinstance(runs[last - 1].piece, End):
        last -= 1
    return tuple(runs[first:last])


def on_one_line(runs: Iterable[Run]) -> tuple[Run, ...]:
    """With a space for every line end."""
    return tuple(joined(replace(r, piece=Words(" ")) if isinstance(r.piece, End) else r for r in runs))


def lines_of(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """Cut at line ends."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if isinstance(run.piece, End):
            lines.append([])
        else:
            lines[-1].append(run)
    return [tuple(line) for line in lines]


def is_visible(run: Run) -> bool:
    return not isinstance(run.piece, End) and not (isinstance(run.piece, Words) and run.piece.text.isspace())


def words(text: str, marks: Marks = NO_MARKS) -> Iterator[Run]:
    """Any text, line by line."""
    for i, line in enumerate(clean(text).split("\n")):
        if i:
            yield Run(_END, marks)
        if line:
            yield Run(Words(line), marks)


def _runs(nodes: Iterable[Inline], marks: Marks, *, linked: bool) -> Iterator[Run]:  # noqa: C901, PLR0912  one case a node
    for node in nodes:
        match node:
            case Text(text):
                yield from words(text, marks)
            case LineBreak():
                yield Run(_END, marks)
            case Bold(inner) | Italic(inner) | Underline(inner) | Strike(inner) | Spoiler(inner):
                yield from _runs(inner, marks | {_MARKS[type(node)]}, linked=linked)
            case Code(text):
                if text:
                    yield Run(CodeSpan(clean(text)), marks)
            case Link(_, inner):
                yield from _runs(inner, marks, linked=True) if linked else _link(node, marks)
            case Mention("everyone", "everyone" | "here" as name):
                yield Run(Ready(f"@{name}", f"@{name}"), marks)
            case Mention(_, name):
                yield from words(f"@{_line(name)}", marks)
            case ChannelMention(name):
                yield from words(f"#{_line(name)}", marks)
            case Emoji(name, char):
                yield from words(_line(char or f":{name}:"), marks)
            case Timestamp():
                yield from _moment(node, marks)
            case Unsupported():
                yield from words(unsupported_text(node), marks)
            case _:
                assert_never(node)


def _line(text: str) -> str:
    return " ".join(clean(text).splitlines())


def _moment(node: Timestamp, marks: Marks) -> Iterator[Run]:
    shown = timestamp_text(node)
    if abs(node.at) > _LAST_MOMENT:
        return words(shown, marks)
    style = f":{node.style}" if node.style in _STYLES and node.style != "f" else ""
    return iter([Run(Ready(f"<t:{node.at}{style}>", shown), marks)])


def _link(node: Link, marks: Marks) -> Iterator[Run]:
    """Discord links http and https alone, and shows a masked link as it is written where its label is an
    address or has brackets that do not match: there, the address stands visibly behind the label.
    """
    label = on_one_line(joined(_runs(node.children, NO_MARKS, linked=True)))
    text = "".join(map(_plain, label)).strip()
    url = _address(node.url)
    bare = Run(Ready(f"<{url}>", node.url), marks)
    if not node.url.lower().startswith(("http://", "https://")):
        shown = node.url.removeprefix("mailto:")
        yield from _marked(label, marks) if text else ()
        if text not in (node.url, shown):
            yield from words(f" ({shown})" if text else shown, marks)
    elif text in ("", node.url):
        yield bare
    elif _may_be_label(label):
        label = tuple(replace(run, marks=run.marks - marks) for run in label)
        yield Run(Linked(url, label, f"{text} ({node.url})"), marks)
    else:
        yield from (*_marked(label, marks), Run(Words(" ("), marks), bare, Run(Words(")"), marks))


def _marked(runs: Iterable[Run], marks: Marks) -> Iterator[Run]:
    return (replace(run, marks=run.marks | marks) for run in runs)


def _plain(run: Run) -> str:
    match run.piece:
        case Words(text) | CodeSpan(text):
            return text
        case Linked(_, _, plain) | Ready(_, plain):
            return plain
        case End():
            return "\n"
        case _:
            assert_never(run.piece)


def _address(url: str) -> str:
    """`url` without what would end it early in angle brackets."""
    kept = url.replace("<", "%3C").replace(">", "%3E")
    return "".join(c if not c.isspace() else "".join(f"%{b:02X}" for b in c.encode()) for c in clean(kept))


def _may_be_label(label: Iterable[Run]) -> bool:
    text = "".join(r.piece.text for r in label if isinstance(r.piece, Words | CodeSpan))
    depth = 0
    for c in text:
        depth += (c == "[") - (c == "]")
        if depth not in (0, 1):
            return False
    return depth == 0 and "://" not in text
