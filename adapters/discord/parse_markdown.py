"""Discord's Markdown -> the tree: code first, then quotes, then lines, then what is in a line.

There is no official grammar; the rules are those of Discord's clients as others recorded them.
Code is taken out of a text and stands in it as one character (`CODE`, `FENCE`), so that no later
step can look into it. Every step reads its text once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice

from adapters.discord.parse_inline import CODE, Atoms, parse_inline
from adapters.discord.parse_lines import FENCE, parse_lines
from adapters.discord.parse_lookup import Lookup
from bot.richtext.nodes import Block, Body, Code, CodeBlock, Inline, Paragraph, Quote, Text, text_nodes

_PLAIN = re.compile(r"[^\\*_~|<\[\]:@\n`\x00\x01]*")
_FIRST_OF_BLOCKS = frozenset("#->*0123456789 ")
_SPANS = r"\\[!-/:-@\[-`{-~]|`+|\|\|"
# The engine finds what begins with a literal many times faster than what stands at the begin of any line.
_WITHOUT_QUOTES = re.compile(_SPANS)
_WITH_QUOTES = re.compile(_SPANS + r"|^ *>(?:>>)? ", re.MULTILINE)
_FIRST_BLOCK = re.compile(r" *[>#\-*0-9]")
_NEXT_BLOCK = re.compile(r"`|\n *[>#\-*0-9]")
_QUOTED_LINES = re.compile(r" *> [^\n]*(?:\n *> [^\n]*)*")
_QUOTE_MARK = re.compile(r"^ *> ", re.MULTILINE)
_TICKS = re.compile(r"`+")
_LANGUAGE = re.compile(r"([A-Za-z0-9_+\-.#]{1,64})\n")
_FENCE_TICKS = 3
QUESTION = "<"
"""Whatever has to be looked up begins with it."""
_MARK = re.compile(r"[\\*_~|<\[\]@`\n]|://")

MARKS_LIMIT = 2048
"""How many marks and line ends one text may have; what follows is plain text. The longest text on Discord
has 4096 characters: with more marks than letters it is a drawing. Bounds the time of hostile texts."""


def parse_markdown(text: str, lookup: Lookup) -> Body:
    """A message's text as blocks. `text` is clean (parse_fields.clean); "" gives no blocks."""
    if lookup.asking and QUESTION not in text:
        return ()
    if len(text) > MARKS_LIMIT and (last := next(islice(_MARK.finditer(text), MARKS_LIMIT, None), None)):
        rest = text_nodes(text[last.start() :].strip("\n"))
        return (*parse_markdown(text[: last.start()], lookup), *([Paragraph(rest)] if rest else []))
    if not text.strip():
        return ()
    if text[0] not in _FIRST_OF_BLOCKS and _PLAIN.fullmatch(text):
        return (Paragraph((Text(text),)),)
    if not _FIRST_BLOCK.match(text) and not _NEXT_BLOCK.search(text):
        return (Paragraph(parse_inline(text.strip("\n"), lookup, iter(()))),)
    return _Structure(text, lookup).read(quotes=True)


def parse_title(text: str, lookup: Lookup) -> tuple[Inline, ...]:
    """A text of inlines only, without links: titles and names of fields."""
    if lookup.asking and QUESTION not in text:
        return ()
    stretch, atoms = _Structure(text[:MARKS_LIMIT], lookup).without_code()
    inlines = parse_inline(stretch.replace(FENCE, CODE).strip(), lookup, atoms, links=False)
    return (*inlines, *text_nodes(text[MARKS_LIMIT:]))


class _Structure:
    """One text cut into quotes and the stretches between them, code taken out of both."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self._text = text
        self._lookup = lookup
        self._runs: dict[int, list[int]] | None = None
        self._fences = True
        self._start = 0
        self._stretch: list[str] = []
        self._atoms: list[Code | CodeBlock] = []
        self._blocks: list[Block] = []

    def read(self, *, quotes: bool) -> Body:
        """All blocks. Quotes do not nest: within one, `quotes` is off and its mark is text."""
        self._scan(quotes=quotes)
        self._end_stretch(len(self._text))
        return tuple(self._blocks)

    def without_code(self) -> tuple[str, Atoms]:
        """The text with a character in place of each code, and what they stand for."""
        self._scan(quotes=False)
        return "".join((*self._stretch, self._text[self._start :])), iter(self._atoms)

    def _scan(self, *, quotes: bool) -> None:
        text = self._text
        search = (_WITH_QUOTES if quotes and ">" in text else _WITHOUT_QUOTES).search
        hidden = False
        done = 0
        while match := search(text, done):
            at, done = match.span()
            if text[at] == "`":
                done = self._code(at, done)
            elif text[at] == "|":
                hidden = not hidden
            # A quote does not end a spoiler around it: what was hidden stays hidden.
            elif text[at] != "\\" and not (hidden and text.find("||", done) >= 0):
                done = self._quote(at, done)

    def _end_stretch(self, end: int) -> None:
        stretch = "".join((*self._stretch, self._text[self._start : end]))
        self._blocks += parse_lines(stretch, self._lookup, iter(self._atoms))
        self._stretch.clear()
        self._atoms.clear()

    def _quote(self, at: int, end: int) -> int:
        self._end_stretch(at)
        text = self._text
        if text[end - 2 : end] == "> " and text[end - 4 : end] == ">>> ":
            inner, stop = text[end:], len(text)
        else:
            lines = _QUOTED_LINES.match(text, at)
            stop = lines.end() if lines else end
            inner = _QUOTE_MARK.sub("", text[at:stop])
            stop += text.startswith("\n", stop)
        children = _Structure(inner, self._lookup).read(quotes=False)
        self._blocks.append(Quote(children))
        self._start = stop
        return stop

    def _code(self, at: int, end: int) -> int:
        """Take out the code that begins with the backticks from `at` to `end`; the place behind it,
        or behind the backticks where they begin none.
        """
        found = self._fence(at) if end - at >= _FENCE_TICKS else self._span(at, end)
        if found is None:
            return end
        atom, stop = found
        self._stretch += (self._text[self._start : at], FENCE if isinstance(atom, CodeBlock) else CODE)
        self._atoms.append(atom)
        self._start = stop
        return stop

    def _fence(self, at: int) -> tuple[CodeBlock, int] | None:
        text, begin = self._text, at + _FENCE_TICKS
        end = text.find("`" * _FENCE_TICKS, begin) if self._fences else -1
        if end < 0:
            self._fences = False
            return None
        language = _LANGUAGE.match(text, begin, end)
        code = text[language.end() if language else begin : end].strip("\n")
        if language and not code:
            return CodeBlock(language[1]), end + _FENCE_TICKS
        if not code:
            return None
        return CodeBlock(code, language[1] if language else ""), end + _FENCE_TICKS

    def _span(self, at: int, end: int) -> tuple[Code, int] | None:
        """Inline code ends with as many backticks as it began with."""
        stop = self._run_after(end, end - at)
        if stop < 0:
            return None
        code = self._text[end:stop]
        # A space keeps code that begins or ends with a backtick apart from its marks.
        code = code[code.startswith(" `") : len(code) - code.endswith("` ")]
        return Code(code), stop + end - at

    def _run_after(self, at: int, length: int) -> int:
        """The place of the next run of exactly `length` backticks; -1 where there is none."""
        first = self._text.find("`" * length, at)
        if first < 0 or self._text[first + length : first + length + 1] != "`":
            return first
        if self._runs is None:
            self._runs = {}
            for run in _TICKS.finditer(self._text):
                self._runs.setdefault(run.end() - run.start(), []).append(run.start())
        places = self._runs.get(length, [])
        after = bisect_right(places, at)
        return places[after] if after < len(places) else -1
