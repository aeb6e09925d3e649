"""mrkdwn, Slack's own markup -> the tree. One pass per step, all of them linear.

First the tokens in angle brackets are found, then code blocks, then quotes, then each line's
inline marks, which never span lines. Escapes are undone last, where text becomes `Text`.
docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

from adapters.slack.parse_inline import inlines_of, paragraphs, unescape
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn_inline import QUOTES, Source, line_inlines, unmarked
from bot.richtext.nodes import Block, Body, CodeBlock, Inline, LineBreak, Quote, text_nodes

FENCE = "```"
CODE_LIMIT = 500
"""How many code blocks one text may have; what looks like more is text."""
_BREAK = LineBreak()
_REST = ("&gt;&gt;&gt;", ">>>")


def mrkdwn(text: str, lookup: Lookup) -> Body:
    """`text` as blocks: paragraphs, quotes and code blocks."""
    if not text.strip():
        return ()
    return _Blocks(Source(text, lookup)).read() or paragraphs(text_nodes(unescape(text)))


def mrkdwn_inline(text: str, lookup: Lookup) -> tuple[Inline, ...]:
    """`text` where only inlines may stand."""
    return inlines_of(mrkdwn(text, lookup))


class _Blocks:
    """Collects a source's blocks in order. A run is what one quote, or the text around quotes, holds."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._done: list[Block] = []
        self._run: list[Block] = []
        self._lines: list[Inline] = []
        self._in_quote = False
        self._to_the_end = False
        self._line_start = 0

    def read(self) -> Body:
        text = self._source.text
        at = 0
        for _ in range(CODE_LIMIT):
            opening = text.find(FENCE, at)
            closing = text.find(FENCE, opening + len(FENCE) + 1)
            if min(opening, closing) < 0 or opening >= self._source.marks_end:
                break
            self._read_lines(at, opening)
            self._read_code(opening, closing)
            at = closing + len(FENCE)
        self._read_lines(at, len(text))
        self._end_run()
        return tuple(self._done)

    def _read_code(self, opening: int, closing: int) -> None:
        """A code block belongs to a quote that begins on its line, or that takes all the rest."""
        if (
            self._in_quote
            and not self._to_the_end
            and self._source.text.find("\n", self._line_start, opening) >= 0
        ):
            self._end_run()
        self._line_start = closing
        code = self._source.verbatim(opening + len(FENCE), closing)
        self._end_lines()
        self._run.append(CodeBlock(code.removeprefix("\n").removesuffix("\n")))

    def _read_lines(self, start: int, end: int) -> None:
        at = start
        if start == 0 and not self._source.has_markup(start, end):
            self._lines += unmarked(self._source, start, end)
            return
        while at < end:
            if at >= self._source.marks_end:
                self._lines += unmarked(self._source, at, end)
                return
            stop = self._source.text.find("\n", at, end)
            stop = end if stop < 0 else stop
            if at > start or start == 0:
                self._line_start = at
                at = self._begin_line(at, stop)
            self._lines += line_inlines(self._source, at, stop)
            if stop < end:
                self._lines.append(_BREAK)
            at = stop + 1

    def _begin_line(self, start: int, end: int) -> int:
        """Take the mark of a quote off a line; the place where its words begin."""
        text = self._source.text
        if self._to_the_end:
            return start
        marked = text.startswith(QUOTES, start, end)
        if marked != self._in_quote:
            self._end_run()
            self._in_quote = marked
        if not marked:
            return start
        if text.startswith(_REST, start, end):
            self._end_run()
            self._in_quote = self._to_the_end = True
            return start + (len(_REST[0]) if text[start] == "&" else len(_REST[1]))
        start += len(QUOTES[0]) if text[start] == "&" else len(QUOTES[1])
        return start + text.startswith(" ", start, end)

    def _end_lines(self) -> None:
        self._run += paragraphs(self._lines)
        self._lines = []

    def _end_run(self) -> None:
        self._end_lines()
        if self._run and self._in_quote:
            self._done.append(Quote(tuple(self._run)))
        else:
            self._done += self._run
        self._run = []
        self._in_quote = False
