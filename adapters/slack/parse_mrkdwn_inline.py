"""mrkdwn inside a line: tokens, marks, code, emoji. Slack's marks work at the edges of words.

At most one mark of each kind is open at a time, and a text has so many marks and no more, which
bounds the time that any text takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from adapters.slack.parse_inline import EMOJI, MARKS_LIMIT, merge_text, unescape, words_of
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_tokens import TOKEN, token_nodes
from bot.richtext.nodes import Bold, Code, Inline, Italic, LineBreak, Strike, Text, text_nodes

LINES_LIMIT = 2_000
"""How many lines may have marks; what comes after them is text."""
TOKENS_LIMIT = 3_000
"""How many links and mentions one text may have; what looks like more is text."""
LABELS_LIMIT = 500
"""How many links may have labels with marks; what other labels have is text."""
QUOTES = ("&gt;", ">")
"""What begins a quoted line: Slack escapes it, some exports do not."""

_MARKS: dict[str, type[Bold | Italic | Strike]] = {"*": Bold, "_": Italic, "~": Strike}
_SPECIAL = re.compile(r"[*]{4,}|[_]{4,}|[~]{4,}|`{2,}|[*_~`:\ufffc]")
"""What may mean something inside a line. Long runs of one mark are drawings, not marks."""
_LINE_END = re.compile("\n")
_PLACEHOLDER = re.compile("\ufffc")
_BREAK = LineBreak()


class Source:
    """A text whose tokens are known: each stands as one opaque character at its place."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self.lookup = lookup
        self.tokens: dict[int, tuple[Inline, ...]] = {}
        self._marked_labels = 0
        parts: list[str] = []
        length = done = 0
        for match in islice(TOKEN.finditer(text), TOKENS_LIMIT):
            content, (start, end) = match[1], match.span()
            label = () if content[0] in "@#!" else self._label(content)
            nodes = token_nodes(content, label, lookup)
            if nodes is None:
                continue
            parts += (text[done:start], "\ufffc")
            length += start - done
            self.tokens[length] = nodes
            length += 1
            done = end
        self.text = "".join((*parts, text[done:]))
        self.marks_end = len(self.text)
        if self.marks_end > min(MARKS_LIMIT, LINES_LIMIT):
            self._limit_marks()

    def _limit_marks(self) -> None:
        self.marks_end = min(
            _place(_SPECIAL.finditer(self.text), MARKS_LIMIT, len(self.text)),
            _place(_LINE_END.finditer(self.text), LINES_LIMIT, len(self.text)),
        )

    def _label(self, content: str) -> tuple[Inline, ...]:
        """The label of a link may carry marks and emoji, not tokens: brackets do not nest."""
        tail = content.partition("|")[2]
        if not tail:
            return ()
        if not (_SPECIAL.search(tail) or "\n" in tail) or self._marked_labels == LABELS_LIMIT:
            return text_nodes(unescape(tail))
        self._marked_labels += 1
        nodes: list[Inline] = []
        for line in tail.split("\n"):
            nodes += (_BREAK, *_label_line(line, self.lookup)) if nodes else _label_line(line, self.lookup)
        return tuple(nodes)

    def has_markup(self, start: int, end: int) -> bool:
        """Whether anything in a stretch may mean more than its characters."""
        quoted = any(self.text.find(mark, start, end) >= 0 for mark in QUOTES)
        return quoted or _SPECIAL.search(self.text, start, end) is not None

    def verbatim(self, start: int, end: int) -> str:
        """A stretch as code shows it: tokens by their visible text, escapes undone."""
        parts: list[str] = []
        done = start
        if self.tokens:
            at = self.text.find("\ufffc", start, end)
            while at >= 0:
                if at in self.tokens:
                    parts += (unescape(self.text[done:at]), words_of(self.tokens[at]))
                    done = at + 1
                at = self.text.find("\ufffc", at + 1, end)
        return "".join((*parts, unescape(self.text[done:end])))


def _place(matches: Iterator[re.Match[str]], number: int, end: int) -> int:
    """Where the match of this number begins, or `end` where there are fewer."""
    match = next(islice(matches, number, None), None)
    return match.start() if match else end


def _label_line(line: str, lookup: Lookup) -> tuple[Inline, ...]:
    return line_inlines(Source(line, lookup), 0, len(line))


def line_inlines(source: Source, start: int, end: int) -> tuple[Inline, ...]:
    """The inlines of one line."""
    if start >= end:
        return ()
    if not _SPECIAL.search(source.text, start, end):
        return (Text(unescape(source.text[start:end])),)
    return _Line(source, start, end).read()


def unmarked(source: Source, start: int, end: int) -> tuple[Inline, ...]:
    """Lines of which only the tokens mean anything."""
    nodes: list[Inline] = []
    done = start
    for match in _PLACEHOLDER.finditer(source.text, start, end):
        if match.start() in source.tokens:
            nodes += text_nodes(unescape(source.text[done : match.start()]))
            nodes += source.tokens[match.start()]
            done = match.end()
    return (*nodes, *text_nodes(unescape(source.text[done:end])))


class _Line:
    """One line's inline marks. At most one of each kind is open, so every node is moved at most
    once per kind. Strings among the nodes are text that is not merged yet.
    """

    __slots__ = ("_end", "_nodes", "_open", "_source", "_start", "_text")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self._source = source
        self._text = source.text
        self._start = start
        self._end = end
        self._nodes: list[Inline | str] = []
        self._open: dict[str, int] = {}

    def read(self) -> tuple[Inline, ...]:
        nodes, text, done = self._nodes, self._text, self._start
        limit = min(max(self._source.marks_end, self._start), self._end)
        marks = _SPECIAL.finditer(text, self._start, limit)
        for match in chain(marks, _PLACEHOLDER.finditer(text, limit, self._end)):
            at = match.start()
            if at < done:
                continue
            if at > done:
                nodes.append(unescape(text[done:at]))
            found = match[0]
            done = self._mark(found, at) if found in _MARKS else self._special(found, at)
        if done < self._end:
            nodes.append(unescape(text[done : self._end]))
        return merge_text(nodes)

    def _special(self, found: str, at: int) -> int:
        """Read what stands at `at`; the place behind it."""
        if found == ":":
            return self._emoji(at)
        if found == "`":
            return self._code(at)
        self._nodes += self._source.tokens.get(at, (found,))
        return at + len(found)

    def _code(self, at: int) -> int:
        closing = self._text.find("`", at + 1, self._end)
        if closing < 0:
            self._nodes.append("`")
            return at + 1
        self._nodes.append(Code(self._source.verbatim(at + 1, closing)))
        return closing + 1

    def _emoji(self, at: int) -> int:
        match = EMOJI.match(self._text, at, self._end)
        emoji = self._source.lookup.written_emoji(match[1]) if match else None
        if match is None or emoji is None:
            self._nodes.append(":")
            return at + 1
        self._nodes.append(emoji)
        return match.end() + 1

    def _mark(self, mark: str, at: int) -> int:
        """A mark closes behind what is no space and before what is no word; it opens the other way round."""
        nodes, opened = self._nodes, self._open.get(mark, -1)
        before = self._text[at - 1] if at > self._start else " "
        after = self._text[at + 1] if at + 1 < self._end else " "
        if 0 <= opened < len(nodes) - 1 and not before.isspace() and not after.isalnum():
            inner = merge_text(nodes[opened + 1 :])
            del nodes[opened:]
            for other in [other for other, place in self._open.items() if place >= opened]:
                del self._open[other]
            nodes.append(_MARKS[mark](inner))
        else:
            if after != mark and not before.isalnum() and not after.isspace():
                self._open[mark] = len(nodes)
            nodes.append(mark)
        return at + 1
