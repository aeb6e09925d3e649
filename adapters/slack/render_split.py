"""A row of pieces -> posts that Slack takes: neither a link nor code is cut, nor a word where that can be helped.

Slack allows 50 blocks a message and, though no page says so, some 13,200 characters in all of them.
docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from adapters.slack.render_inline import OVERHEAD, Element, size
from adapters.slack.render_pieces import Kind, Piece

POST_LIMIT = 8000
"""Characters in one post, with what each element counts beyond its words."""

BLOCK_LIMIT = 45
_LEAST = 200
"""A piece that has to be cut is not begun in less room than this."""

_ALONE = frozenset({Kind.HEADING, Kind.SMALL, Kind.RULE})
"""Kinds that are a block each; all others stand together in one."""


def posts(pieces: Iterable[Piece], limit: int = POST_LIMIT) -> list[list[Piece]]:
    """The pieces of each post in order, none of them empty. Every piece keeps its place."""
    made: list[list[Piece]] = []
    room = blocks = 0
    for piece in pieces:
        for part in _parts(piece, room, limit):
            needed = _blocks(made[-1][-1] if made and made[-1] else None, part)
            if not made or _cost(part) > room or blocks + needed > BLOCK_LIMIT:
                made.append([])
                room, blocks, needed = limit, 0, 1
            made[-1].append(part)
            room -= _cost(part)
            blocks += needed
    return made


def _cost(piece: Piece) -> int:
    return piece.size + OVERHEAD


def _blocks(before: Piece | None, piece: Piece) -> int:
    """How many blocks more it takes behind `before`."""
    return 1 if before is None or piece.kind in _ALONE or before.kind in _ALONE else 0


def _parts(piece: Piece, room: int, limit: int) -> Iterator[Piece]:
    """`piece` whole where it fits into a post, else in parts that do, the first one into `room`."""
    if _cost(piece) <= limit:
        yield piece
        return
    first = room - OVERHEAD if room >= _LEAST else limit - OVERHEAD
    if piece.kind is Kind.CODE:
        yield from _code_parts(piece, first, limit - OVERHEAD)
        return
    for part in _cut(piece.elements, first, limit - OVERHEAD):
        yield replace(piece, elements=part)


def _code_parts(piece: Piece, first: int, limit: int) -> Iterator[Piece]:
    """Code between its lines, each part a block of its own; only a line longer than a post is cut."""
    (element,) = piece.elements
    room = first - OVERHEAD
    part: list[str] = []
    for line in _lines(element["text"], limit - OVERHEAD):
        if part and len(line) + 1 > room:
            yield replace(piece, elements=(element | {"text": "\n".join(part)},))
            part, room = [], limit - OVERHEAD
        part.append(line)
        room -= len(line) + 1
    if any(line.strip() for line in part):
        yield replace(piece, elements=(element | {"text": "\n".join(part)},))


def _lines(text: str, limit: int) -> Iterator[str]:
    for line in text.split("\n"):
        yield from (line[at : at + limit - 1] for at in range(0, max(1, len(line)), limit - 1))


def _cut(made: Sequence[Element], first: int, limit: int) -> Iterator[tuple[Element, ...]]:
    """Elements in runs of at most `limit`; the first of `first`."""
    run: list[Element] = []
    room = first
    for element in _small_enough(made, limit):
        if run and size(element) > room:
            yield tuple(run)
            run, room = [], limit
        run.append(element)
        room -= size(element)
    if run:
        yield tuple(run)


_GRAIN = 500
"""Texts are offered in steps of about so many characters, so that posts are filled well."""


def _small_enough(made: Iterable[Element], limit: int) -> Iterator[Element]:
    """Elements as they are, but running text in steps between words, and what no post could hold in pieces."""
    for element in made:
        text = str(element.get("text") or "")
        if element["type"] == "text" and not element.get("style", {}).get("code"):
            yield from (element | {"text": part} for part in _steps(text, _GRAIN, limit - OVERHEAD))
        elif size(element) > limit and text:
            rest = max(1, limit - (size(element) - len(text)))
            yield from (element | {"text": text[at : at + rest]} for at in range(0, len(text), rest))
        else:
            yield element


def _steps(text: str, step: int, longest: int) -> Iterator[str]:
    """`text` in parts that end behind a blank, each about `step` long; a word longer than `longest` is cut."""
    start = 0
    while len(text) - start > step:
        end = max(text.rfind(" ", start, start + step), text.rfind("\n", start, start + step)) + 1
        if end <= start:
            blanks = [at for at in (text.find(" ", start), text.find("\n", start)) if at >= 0]
            end = min([start + longest, len(text), *(at + 1 for at in blanks)])
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]
