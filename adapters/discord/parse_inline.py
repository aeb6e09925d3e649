"""One stretch of Discord's Markdown -> inlines, in one pass.

Code was found before (parse_markdown.py): it stands in the text as one opaque character for each,
whose nodes come from an iterator in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from adapters.discord.parse_angle import ANGLE, angle_nodes
from adapters.discord.parse_links import masked_target, url_end, url_label_is_address
from adapters.discord.parse_lookup import Lookup
from adapters.discord.parse_marks import Marks, join
from bot.richtext.nodes import Code, CodeBlock, Inline, LineBreak, Link, Mention, Text

CODE = "\x00"
"""Stands for inline code, and for a code block where only inlines may stand."""

_PUNCTUATION = r"[!-/:-@\[-`{-~]"
# Each alternative begins with a literal: the engine then looks for their first characters only.
_TOKEN = re.compile(
    rf"\\{_PUNCTUATION}|\*\**|__*|~~|\|\||<|\[|\]|://|@(?:everyone|here)|\n|\x00",
)
_SCHEME = re.compile(r"https?\Z", re.IGNORECASE)
_BREAK = LineBreak()
_SHRUG = "¯\\_(ツ)_/¯"

Atoms: TypeAlias = Iterator[Code | CodeBlock]


def parse_inline(text: str, lookup: Lookup, atoms: Atoms, *, links: bool = True) -> tuple[Inline, ...]:
    """`text` as inlines; `atoms` gives a node for each `CODE` in it. Without `links`, addresses
    and masked links stay as they are written, as in the title of an embed.
    """
    first = _TOKEN.search(text)
    if first is None:
        return (Text(text),) if text else ()
    return _Scanner(text, lookup, atoms, links=links).read(first)


class _Scanner:
    __slots__ = ("_atoms", "_links", "_lookup", "_marks", "_out", "_text")

    def __init__(self, text: str, lookup: Lookup, atoms: Atoms, *, links: bool) -> None:
        self._text = text
        self._lookup = lookup
        self._atoms = atoms
        self._links = links
        self._marks = Marks(text)
        self._out = self._marks.out

    def read(self, match: re.Match[str] | None) -> tuple[Inline, ...]:
        """All of the text, whose first token is `match`."""
        text, out, search = self._text, self._out, _TOKEN.search
        done = 0
        while match:
            at = match.start()
            if at > done:
                out.append(text[done:at])
            done = _HANDLERS[text[at]](self, at, match.end())
            match = search(text, done)
        if done < len(text):
            out.append(text[done:])
        return join(out)

    def escape(self, at: int, end: int) -> int:
        if self._text.startswith(_SHRUG, max(at - 1, 0)):
            self._out.append(_SHRUG[1:])
            return at - 1 + len(_SHRUG)
        self._out.append(self._text[at + 1])
        return end

    def line_break(self, _at: int, end: int) -> int:
        self._out.append(_BREAK)
        return end

    def atom(self, _at: int, end: int) -> int:
        atom = next(self._atoms, None)
        if atom:
            self._out.append(Code(atom.code) if isinstance(atom, CodeBlock) else atom)
        return end

    def everyone(self, at: int, end: int) -> int:
        self._out.append(Mention("everyone", self._text[at + 1 : end]))
        return end

    def angle(self, at: int, end: int) -> int:
        match = ANGLE.match(self._text, at)
        nodes = angle_nodes(match, self._lookup) if match else ()
        if not match or not nodes or (match.lastgroup == "url" and not self._links):
            self._out.append("<")
            return end
        if match.lastgroup == "url":
            self._marks.link_at = len(self._out)
        self._out += nodes
        return match.end()

    def address(self, at: int, end: int) -> int:
        """The "://" of an address, if its scheme stands before it."""
        out = self._out
        before = out[-1] if out else ""
        scheme = _SCHEME.search(before) if isinstance(before, str) and self._links else None
        start, stop = at, end
        if scheme:
            start -= len(scheme[0])
            in_label = bool(self._marks.brackets)
            stop = url_end(self._text, start, end, self._marks.closers(), in_label=in_label)
        try:
            link = Link(self._text[start:stop], (Text(self._text[start:stop]),)) if stop > end else None
        except ValueError:
            link = None
        if link is None:
            out.append(self._text[at:stop])
            return stop
        out.pop()
        if rest := str(before)[: start - at]:
            out.append(rest)
        self._marks.link_at = len(out)
        out.append(link)
        return stop

    def bracket(self, _at: int, end: int) -> int:
        if self._links:
            self._marks.brackets.append(len(self._out))
        self._out.append("[")
        return end

    def unbracket(self, _at: int, end: int) -> int:
        """A masked link ends here, if an address in parentheses follows and its label is no
        address: Discord leaves [https://a.example](https://b.example) as it is, against phishing.
        """
        out = self._out
        opened = self._marks.brackets.pop() if self._marks.brackets else len(out)
        target = masked_target(self._text, end) if opened + 1 < len(out) else None
        if target is None or self._marks.link_at > opened:
            out.append("]")
            return end
        label = join(out[opened + 1 :])
        if url_label_is_address(label):
            out.append("]")
            return end
        self._marks.replace_from(opened, Link(target.url, label))
        self._marks.link_at = opened
        if target.title:
            out.append(f" ({target.title})")
        return target.end

    def pair(self, at: int, end: int) -> int:
        self._marks.pair(self._text[at:end])
        return end

    def run(self, at: int, end: int) -> int:
        self._marks.run(at, end)
        return end


_HANDLERS: dict[str, Callable[[_Scanner, int, int], int]] = {
    "\\": _Scanner.escape,
    "\n": _Scanner.line_break,
    CODE: _Scanner.atom,
    "@": _Scanner.everyone,
    "<": _Scanner.angle,
    ":": _Scanner.address,
    "[": _Scanner.bracket,
    "]": _Scanner.unbracket,
    "~": _Scanner.pair,
    "|": _Scanner.pair,
    "*": _Scanner.run,
    "_": _Scanner.run,
}
