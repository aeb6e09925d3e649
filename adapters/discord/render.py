"""The tree -> Discord's Markdown, as posts that fit.

Nothing in a post pings anybody or draws a preview: mentions are plain names, addresses stand in angle
brackets, and what people wrote stays text. What Discord has no markup for is drawn with what it has:
tables as code, deep headings in bold, custom emoji by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from adapters.discord.render_cut import cut_runs, cut_text
from adapters.discord.render_escape import cut, fitting, size
from adapters.discord.render_inline import least, written
from adapters.discord.render_lines import Fence, Line, Part, blocks_of
from adapters.discord.render_runs import lines_of, on_one_line, runs_of
from bot.richtext.nodes import Block, Inline

POST_LIMIT = 2000
"""Characters of a message (docs: resources/message). Counted in UTF-16 units here, which is never less."""

_WORTH_FILLING = 200
"""So much room is used up for the beginning of what fits into no post."""


def render(body: Iterable[Block], *, limit: int = POST_LIMIT) -> list[str]:
    """`body` as the texts of one or more posts of at most `limit` (100 or more) UTF-16 units.

    Cut between blocks where they fit, else between lines, else between words. Code and links that fit
    into a post are never cut; code that is longer is closed and goes on in its own block. Empty for a body
    that shows nothing.
    """
    posts = _Posts(limit)
    for parts in blocks_of(body):
        posts.add(parts)
    return posts.done()


def render_text(body: Iterable[Block], limit: int) -> str:
    """`body` as one text of at most `limit` units; "…" at its end where something is missing."""
    posts = render(body, limit=limit - 2)
    return "\n…".join((posts[0], "")) if len(posts) > 1 else "".join(posts)


def render_inline(nodes: Iterable[Inline], limit: int = POST_LIMIT) -> str:
    """`nodes` on one line of at most `limit` units, cut with "…"."""
    runs = on_one_line(runs_of(nodes))
    whole = written(runs)
    if size(whole) <= limit:
        return whole
    head, _ = cut_runs(runs, limit - 1, whole=True)
    return cut(written(head) + "…", limit)


class _Posts:
    """Fills one post after another."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._posts: list[str] = []
        self._lines: list[str] = []
        self._left = limit

    def done(self) -> list[str]:
        self._next()
        return self._posts

    def add(self, parts: list[Part]) -> None:
        """Puts a block where it fits whole, else part by part."""
        if sum(map(_least, parts)) <= self._limit and self._put("\n".join(_texts(parts))):
            return
        if len(parts) == 1:
            self._divide(parts[0])
            return
        for part in parts:
            self.add([part])

    def _put(self, text: str) -> bool:
        """Whether `text` fitted, here or into a post of its own."""
        if size(text) > self._limit:
            return False
        if size(text) + 1 > self._left and self._lines:
            self._next()
            text = text.removeprefix("\n")
        self._lines.append(text)
        self._left -= size(text) + 1
        return True

    def _next(self) -> None:
        if text := "\n".join(self._lines).strip():
            self._posts.append(text)
        self._lines = []
        self._left = self._limit + 1

    def _divide(self, part: Part) -> None:
        if isinstance(part, Fence):
            self._divide_code(part)
            return
        for i, runs in enumerate(lines_of(part.runs)):
            first = part.rest if i else part.first
            self._divide_line(Line(runs, first, part.rest, part.again, part.gap))

    def _divide_line(self, line: Line) -> None:
        if self._put(_text(line)):
            return
        if self._left < _WORTH_FILLING:
            self._next()
        runs, first = line.runs, line.first
        while runs:
            room = self._left - 1 - size(first)
            head, runs = cut_runs(runs, room, whole=not self._lines)
            if head:
                self._put(first + written(head))
                first = line.again
            if runs:
                self._next()

    def _divide_code(self, fence: Fence) -> None:
        if self._left < _WORTH_FILLING:
            self._next()
        lines = fence.code.split("\n")
        while lines:
            taken: list[str] = []
            room = self._left - 1 - size(_text(replace(fence, code="")))
            while lines and size(lines[0]) + 1 + len(fence.rest) <= room:
                taken.append(lines.pop(0))
                room -= size(taken[-1]) + 1 + len(fence.rest)
            if not taken and not self._lines:  # not even one line fits into a post
                head, lines[0] = cut_text(lines[0], fitting(lines[0], room))
                taken.append(head)
            if code := "\n".join(taken).strip("\n"):
                self._put(_text(replace(fence, code=code, gap=None)))
                fence = replace(fence, first=fence.rest)
            if lines:
                self._next()


def _texts(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if part.gap is not None:
            yield part.gap
        yield _text(part)


def _least(part: Part) -> int:
    """So many characters `part` has at least: what is far too long need not be written to see that."""
    return sum(map(least, part.runs)) if isinstance(part, Line) else len(part.code)


def _text(part: Part) -> str:
    if isinstance(part, Line):
        return part.first + written(part.runs).replace("\n", f"\n{part.rest}")
    code = part.code.replace("\n", f"\n{part.rest}")
    return f"{part.first}```{part.language}\n{part.rest}{code}\n{part.rest}```"
