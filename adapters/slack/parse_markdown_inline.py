"""The inlines of standard Markdown -> the tree, in one pass.

Of each emphasis mark at most one is open at a time, links do not nest, and an address ends within
the longest that may become a link: so the time grows with the text and no faster.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left

from adapters.slack.parse_inline import EMOJI, MARKS_LIMIT, merge_text
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_tokens import TOKEN, token_nodes
from bot.richtext.nodes import (
    URL_LIMIT,
    Bold,
    Code,
    Inline,
    Italic,
    LineBreak,
    Link,
    Strike,
    make_link,
    text_nodes,
)

_SPECIAL = re.compile(
    r"\\[!-/:-@\[-`{-~]|`+|\*+|_+|~+|!\[|\[|\]|<|&#?\w{1,32};|:|https?://|\\?\n", re.IGNORECASE
)
_MARKS: dict[str, type[Bold | Italic | Strike]] = {
    "**": Bold,
    "__": Bold,
    "*": Italic,
    "_": Italic,
    "~~": Strike,
    "~": Strike,
}
_LONGEST_RUN = 3
_BACKTICKS = re.compile(r"`+")
_BARE_URL = re.compile(r"https?://[^\s<>\\]{1,2048}", re.IGNORECASE)
_URL_TAIL = "?!.,:*_~'\""
_SLACK_MARKS = ("@", "#", "!")


def markdown_inline(text: str, lookup: Lookup) -> tuple[Inline, ...]:
    """`text`, which may have several lines, as inlines."""
    return _Inlines(text, lookup).read() if _SPECIAL.search(text) else text_nodes(text)


class _Inlines:
    def __init__(self, text: str, lookup: Lookup) -> None:
        self._text = text
        self._lookup = lookup
        self._nodes: list[Inline | str] = []
        self._open: dict[str, int] = {}
        self._brackets: list[tuple[int, bool]] = []
        self._next_paren = 0
        self._runs: dict[int, list[int]] | None = None

    def read(self) -> tuple[Inline, ...]:
        done = marks = 0
        for match in _SPECIAL.finditer(self._text):
            at = match.start()
            if at < done:
                continue
            self._add(self._text[done:at])
            done = self._special(match[0], at)
            marks += 1
            if marks > MARKS_LIMIT:
                break
        self._nodes += text_nodes(self._text[done:])
        return merge_text(self._nodes)

    def _add(self, text: str) -> None:
        if text:
            self._nodes.append(text)

    def _special(self, found: str, at: int) -> int:
        """Read what stands at `at`; the place behind it."""
        end = at + len(found)
        match found[0]:
            case "`":
                return self._code(found, end)
            case "*" | "_" | "~":
                self._emphasis(found, at, end)
            case "!" | "[":
                self._brackets.append((len(self._nodes), found == "!["))
                self._nodes.append(found)
            case "]":
                return self._end_link(end)
            case "<":
                return self._angle(at)
            case "&":
                self._nodes += text_nodes(html.unescape(found))
            case ":":
                return self._emoji(at)
            case "h" | "H":
                return self._bare_url(at)
            case _ if found.endswith("\n"):
                self._end_line()
            case _:
                self._nodes.append(found[1:])
        return end

    def _end_line(self) -> None:
        if self._nodes and isinstance(self._nodes[-1], str):
            self._nodes[-1] = self._nodes[-1].rstrip(" ")
        self._nodes.append(LineBreak())

    def _code(self, fence: str, end: int) -> int:
        """Code between equal runs of backticks; one space inside either end belongs to the fence."""
        closing = self._closing_fence(fence, end)
        if closing < 0:
            self._nodes.append(fence)
            return end
        code = self._text[end:closing].replace("\n", " ")
        if code.startswith(" ") and code.endswith(" ") and code.strip():
            code = code[1:-1]
        self._nodes.append(Code(code))
        return closing + len(fence)

    def _closing_fence(self, fence: str, start: int) -> int:
        """Where the next run of exactly as many backticks begins; -1 where there is none."""
        if self._runs is None:
            self._runs = {}
            for run in _BACKTICKS.finditer(self._text):
                self._runs.setdefault(len(run[0]), []).append(run.start())
        places = self._runs.get(len(fence), [])
        after = bisect_left(places, start)
        return places[after] if after < len(places) else -1

    def _emphasis(self, run: str, start: int, end: int) -> None:
        before = self._text[start - 1] if start else " "
        after = self._text[end] if end < len(self._text) else " "
        mark, left = run[0], len(run)
        inside_word = mark == "_" and before.isalnum() and after.isalnum()
        if left > _LONGEST_RUN or inside_word:
            self._nodes.append(run)
            return
        if not before.isspace():
            left = self._close(mark, left)
        while left and not after.isspace():
            size = min(left, 2)
            self._open[mark * size] = len(self._nodes)
            self._nodes.append(mark * size)
            left -= size
        self._add(mark * left)

    def _close(self, mark: str, left: int) -> int:
        """Close what the run can close, the innermost first; how much of the run is left."""
        while left:
            sizes = [size for size in (1, 2) if size <= left and self._holds(mark * size)]
            if not sizes:
                break
            size = max(sizes, key=lambda size: self._open[mark * size])
            opened = self._open[mark * size]
            self._wrap(opened, (_MARKS[mark * size](merge_text(self._nodes[opened + 1 :])),))
            left -= size
        return left

    def _holds(self, mark: str) -> bool:
        return self._open.get(mark, len(self._nodes)) < len(self._nodes) - 1

    def _wrap(self, opened: int, nodes: tuple[Inline, ...]) -> None:
        """Put `nodes` in the place of what stands from `opened` on, and close what opened there."""
        del self._nodes[opened:]
        self._nodes += nodes
        self._open = {mark: place for mark, place in self._open.items() if place < opened}
        while self._brackets and self._brackets[-1][0] >= opened:
            self._brackets.pop()

    def _end_link(self, end: int) -> int:
        opened, is_image = self._brackets.pop() if self._brackets else (-1, False)
        address = self._address(end) if opened >= 0 else None
        if address is None:
            self._nodes.append("]")
            return end
        url, after = address
        label = _unlinked(merge_text(self._nodes[opened + 1 :]))
        self._wrap(opened, make_link(url, label))
        if not is_image:
            self._brackets = [bracket for bracket in self._brackets[-1:] if bracket[1]]
        return after

    def _address(self, at: int) -> tuple[str, int] | None:
        """The address in parentheses at `at`, without its title, and the place behind it."""
        if not self._text.startswith("(", at):
            return None
        closing = self._closing_paren(at + 1)
        if closing - at > URL_LIMIT or closing < 0:
            return None
        if self._text.count("(", at + 1, closing):
            closing = self._text.find(")", closing + 1, at + URL_LIMIT)
            if closing < 0:
                return None
        inside = self._text[at + 1 : closing].strip()
        url = inside[1:].partition(">")[0] if inside.startswith("<") else inside.partition(" ")[0]
        return (html.unescape(url.partition("\n")[0]), closing + 1) if url else None

    def _closing_paren(self, at: int) -> int:
        """The next ) from `at` on, found once for all who ask."""
        if 0 <= self._next_paren < at:
            self._next_paren = self._text.find(")", at)
        return self._next_paren

    def _angle(self, at: int) -> int:
        """A token of Slack's or an address between angle brackets; HTML stays text."""
        match = TOKEN.match(self._text, at)
        content = match[1] if match else ""
        nodes = None
        if "\n" not in content and (content.startswith(_SLACK_MARKS) or ":" in content):
            label = content.partition("|")[2]
            nodes = token_nodes(content, text_nodes(label), self._lookup)
        if match is None or nodes is None or content.startswith(("!-", "!D", "!d")):
            self._nodes.append("<")
            return at + 1
        self._nodes += nodes
        return match.end()

    def _emoji(self, at: int) -> int:
        match = EMOJI.match(self._text, at)
        emoji = self._lookup.written_emoji(match[1]) if match else None
        self._nodes.append(emoji or ":")
        return match.end() + 1 if match and emoji else at + 1

    def _bare_url(self, at: int) -> int:
        match = _BARE_URL.match(self._text, at)
        if match is None or self._brackets:
            self._nodes.append(self._text[at : at + 4])
            return at + 4
        url = match[0].rstrip(_URL_TAIL)
        if url.endswith(")") and url.count("(") < url.count(")"):
            url = url.rstrip(")")
        self._nodes += make_link(url)
        return at + len(url)


def _unlinked(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A label without links of its own: an image in a link leaves its words."""
    plain: list[Inline] = []
    for node in nodes:
        plain += node.children if isinstance(node, Link) else (node,)
    return tuple(plain)
