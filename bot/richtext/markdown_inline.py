"""Inlines -> Markdown. Works in two steps: nodes to pieces, then pieces to text, because what a
mark means in Markdown depends on the characters on both its sides.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import NamedTuple, assert_never

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


class Place(Enum):
    """Where the text stands: only a flow has more than one line, only in a cell do pipes part."""

    FLOW = auto()
    HEADING = auto()
    CELL = auto()


class _Words(NamedTuple):
    """Text with line breaks, not escaped yet, not empty."""

    text: str


class _Ready(NamedTuple):
    """Finished Markdown."""

    text: str


class _Span(NamedTuple):
    """Finished Markdown that `mark` shall stand around, or the HTML element `tag` where it cannot."""

    text: str
    mark: str
    tag: str


class _CodeSpan(NamedTuple):
    text: str


_Piece = _Words | _Ready | _Span | _CodeSpan

_MARKS = {Bold: ("**", "strong"), Italic: ("_", "em"), Strike: ("~~", "del"), Underline: ("", "u")}
_MARKUP = re.compile(r"[\\`*\[\]<~|_&]")
_ESCAPES = str.maketrans({c: f"\\{c}" for c in "\\`*[]<~|_"})
# An underscore inside a word is no mark (CommonMark 0.31, 6.2).
_WITHIN_WORD = re.compile(r"(?<=[A-Za-z0-9])\\_(?=[A-Za-z0-9])")
_ENTITY_START = re.compile(r"&(?=[#A-Za-z0-9])")
_INDENTED = re.compile(r"\n[^\S\n]+")
_LINE_START = re.compile(r"\n(?:([-+=>#])|([0-9]{1,9})(?=[.)]))")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]{1,32};)")
_UNSAFE_IN_DESTINATION = re.compile(r"[()<>|&]")
_IN_DESTINATION = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "|": "%7C"})
_TICKS = re.compile("`+")
_GAPS = frozenset(("", " ", "\t", "\n", *string.punctuation))
_BREAK = re.compile(r"\r\n|\r|\n")


def inline(nodes: Iterable[Inline], place: Place = Place.FLOW) -> str:
    """`nodes` as Markdown that stands at the beginning of a line. No line break at either end."""
    nodes = _trimmed(tuple(nodes))
    return _written(_pieces(nodes, place, frozenset()), place, at_start=place is Place.FLOW).strip(" \t")


def escape_trailing_hashes(text: str) -> str:
    """A heading's text whose last "#" cannot be taken for its closing mark."""
    return f"{text[:-1]}\\#" if text.endswith("#") and not text.endswith("\\#") else text


def _trimmed(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without line breaks at the ends, which Markdown has no room for."""
    first, last = 0, len(nodes)
    while first < last and isinstance(nodes[first], LineBreak):
        first += 1
    while last > first and isinstance(nodes[last - 1], LineBreak):
        last -= 1
    return nodes[first:last]


def _pieces(nodes: Iterable[Inline], place: Place, inside: frozenset[type]) -> list[_Piece]:
    """What `nodes` are made of. Neighbours are one piece, so that "1" and ". " are seen to begin a list."""
    pieces: list[_Piece] = []
    words: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            words.append(_lines(node.text))
        elif isinstance(node, LineBreak):
            words.append("\n")
        else:
            for piece in _of_node(node, place, inside):
                if isinstance(piece, _Words):
                    words.append(piece.text)
                    continue
                _append_words(words, pieces)
                last = pieces[-1] if pieces else None
                if isinstance(piece, _CodeSpan) and isinstance(last, _CodeSpan):
                    pieces[-1] = _CodeSpan(last.text + piece.text)
                else:
                    pieces.append(piece)
    _append_words(words, pieces)
    return pieces


def _append_words(words: list[str], pieces: list[_Piece]) -> None:
    if text := "".join(words):
        pieces.append(_Words(text))
    words.clear()


def _of_node(node: Inline, place: Place, inside: frozenset[type]) -> Sequence[_Piece]:  # noqa: C901, PLR0912  one case a node
    match node:
        case Text(text):
            return (_Words(_lines(text)),)
        case LineBreak():
            return (_Words("\n"),)
        case Bold(children) | Italic(children) | Strike(children) | Underline(children):
            kind = type(node)
            if kind in inside:
                return _pieces(children, place, inside)
            text = _written(_pieces(children, place, inside | {kind}), place, at_start=False)
            return (_Span(text, *_MARKS[kind]),) if text else ()
        case Spoiler(children):
            bars = r"\|\|" if place is Place.CELL else "||"
            text = _written(_pieces(children, place, inside), place, at_start=False)
            return (_Ready(f"{bars}{text}{bars}"),)
        case Code(text):
            return (_CodeSpan(_one_line(text)),) if text else ()
        case Link():
            return _link(node, place, inside)
        case Mention(_, name):
            return (_Words(f"@{_one_line(name)}"),)
        case ChannelMention(name):
            return (_Words(f"#{_one_line(name)}"),)
        case Emoji(name, char):
            return (_Words(_one_line(char or f":{name}:")),)
        case Timestamp():
            return (_Words(_lines(timestamp_text(node))),)
        case Unsupported():
            return (_Words(_lines(unsupported_text(node))),)
        case _:
            assert_never(node)


def _one_line(text: str) -> str:
    return _BREAK.sub(" ", text)


def _lines(text: str) -> str:
    """`text` with a line feed for every line end."""
    return _BREAK.sub("\n", text) if "\r" in text else text


def _link(link: Link, place: Place, inside: frozenset[type]) -> Sequence[_Piece]:
    if Link in inside:
        return _pieces(link.children, place, inside)
    url = link.url
    if _UNSAFE_IN_DESTINATION.search(url):
        url = _ENTITY.sub("&amp;", url.translate(_IN_DESTINATION))
    if url == link.url and link.children in ((), (Text(url),)):
        return (_Ready(f"<{url}>"),)
    label = _written(_pieces(link.children, place, inside | {Link}), place, at_start=False)
    return (_Ready(f"[{label or escape(link.url)}]({url})"),)


def _written(pieces: list[_Piece], place: Place, *, at_start: bool) -> str:
    """The pieces in one string; `at_start`: it stands at the beginning of a line."""
    out = ""
    for i, piece in enumerate(pieces):
        starts_line = out.endswith("\n") or (at_start and not out)
        match piece:
            case _Words(text):
                out += _escaped_lines(text, place, starts_line=starts_line)
            case _Ready(text):
                # "!" before a link would make it an image.
                if text.startswith("[") and out.endswith("!"):
                    out = f"{out[:-1]}\\!"
                out += text
            case _CodeSpan(text):
                out += _code_span(text, place)
            case _Span():
                after = _first(pieces[i + 1]) if i + 1 < len(pieces) else ""
                out += _span(piece, out[-1:], after)
            case _:
                assert_never(piece)
    return out


def _first(piece: _Piece) -> str:
    """A character like the first one that `piece` will have."""
    match piece:
        case _Words(text) | _Ready(text):
            return text[:1]
        case _Span(_, mark):
            return mark[:1] or "<"
        case _CodeSpan():
            return "`"
        case _:
            assert_never(piece)


def _span(span: _Span, before: str, after: str) -> str:
    """With its mark where that can be read as one (CommonMark 0.31, 6.2: flanking), else as HTML."""
    mark, text = span.mark, span.text
    readable = (
        mark
        and (_is_word(text[0]) or (_is_gap(before) and not text[0].isspace()))
        and (_is_word(text[-1]) or (_is_gap(after) and not text[-1].isspace() and text[-1] != "\\"))
        and not (mark == "_" and not (_is_gap(before) and _is_gap(after)))
        and mark[0] not in (before, after, text[0], text[-1])
    )
    return f"{mark}{text}{mark}" if readable else f"<{span.tag}>{text}</{span.tag}>"


def _is_word(c: str) -> bool:
    """Whether `c` surely counts neither as white space nor as punctuation."""
    return c.isalnum()


def _is_gap(c: str) -> bool:
    """Whether `c` surely counts as white space or punctuation; the edge of a text ("") does. What is
    neither, such as emoji and control characters, is seen differently by different programs.
    """
    return c in _GAPS


def _code_span(text: str, place: Place) -> str:
    runs = {len(run) for run in _TICKS.findall(text)} if "`" in text else ()
    fence = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    edges = text[0] + text[-1]
    pad = " " if "`" in edges or (edges == "  " and text.strip(" ")) else ""
    if place is Place.CELL:
        text = text.replace("|", r"\|")
    return f"{fence}{pad}{text}{pad}{fence}"


def escape(text: str) -> str:
    """`text` inside a line, with what could be read as markup escaped."""
    if not _MARKUP.search(text):
        return text
    text = text.translate(_ESCAPES)
    if "_" in text:
        text = _WITHIN_WORD.sub("_", text)
    return _ENTITY_START.sub(r"\\&", text) if "&" in text else text


def _escaped_lines(text: str, place: Place, *, starts_line: bool) -> str:
    """`text`, escaped also where it begins a line: more can be read as markup there, and spaces mean code."""
    if place is not Place.FLOW:
        return escape(text).replace("\n", "<br>")
    lines = _INDENTED.sub("\n", escape(f"\n{text}" if starts_line else text))
    lines = _LINE_START.sub(_start_escaped, lines)
    return (lines[1:] if starts_line else lines).replace("\n", "\\\n")


def _start_escaped(match: re.Match[str]) -> str:
    mark, number = match.groups()
    return f"\n\\{mark}" if mark else f"\n{number}\\"
