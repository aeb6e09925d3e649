"""The marks that are open while a line is read, and the nodes they will hold.

A mark closes the open mark of its kind, or opens. At most one of each kind is open at a time, so
every node is moved at most once per kind and the depth is bounded. A mark that is never closed
stays what it is in the list of nodes: text.
"""

from __future__ import annotations

from typing import TypeAlias

from bot.richtext.nodes import Bold, Inline, Italic, Spoiler, Strike, Text, Underline

_LONGEST_RUN = 4
_TRIPLE = 3
_Mark: TypeAlias = type[Bold | Italic | Underline | Strike | Spoiler]
_MARKS: dict[str, _Mark] = {
    "*": Italic,
    "**": Bold,
    "****": Bold,
    "_": Italic,
    "__": Underline,
    "____": Underline,
    "~~": Strike,
    "||": Spoiler,
}


def join(parts: list[Inline | str]) -> tuple[Inline, ...]:
    """Nodes and loose strings as nodes: neighbouring strings make one `Text`."""
    if len(parts) == 1 and isinstance(only := parts[0], str):
        return (Text(only),)
    nodes: list[Inline] = []
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
            continue
        if words:
            nodes.append(Text("".join(words)))
            words.clear()
        nodes.append(part)
    if words:
        nodes.append(Text("".join(words)))
    return tuple(nodes)


class Marks:
    """Nodes and loose strings read so far (`out`), and what is open among them."""

    __slots__ = ("_open", "_text", "brackets", "link_at", "out")

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: dict[str, int] = {}
        """Open marks, with their places in `out`."""
        self.out: list[Inline | str] = []
        self.brackets: list[int] = []
        """Places in `out` of "[" that may begin a masked link."""
        self.link_at = -1
        """Place in `out` of the last node that holds a link: links do not nest."""

    def closers(self) -> list[str]:
        """What ends an address before its own end: marks that are open around it."""
        return [mark[0] if len(mark) == _TRIPLE else mark for mark in self._open]

    def pair(self, mark: str) -> None:
        """Two tildes or bars."""
        if mark not in self._open:
            self._begin(mark)
        elif not self._close(mark):
            self.out.append(mark)

    def run(self, at: int, end: int) -> None:
        """One or more stars or underscores, from `at` to `end` in the text."""
        run = self._text[at:end]
        mark, length = run[0], end - at
        if length == 1:
            self._single(mark, at, end)
        elif length > _LONGEST_RUN:
            self.out.append(run)
        elif length == _TRIPLE:
            self._triple(mark, at)
        elif not self._close(run):
            if length == _LONGEST_RUN and mark * 2 in self._open:
                self.out.append(mark * 2)
                self._close(mark * 2)
            elif length == _LONGEST_RUN or not self._close_inner(mark * 2, mark):
                self._begin(run)

    def _single(self, mark: str, at: int, end: int) -> None:
        """A star does not close after a space nor open before one; an underscore does not close
        before a word. One that cannot close what is open makes that plain text.
        """
        text = self._text
        after = text[end] if end < len(text) else " "
        if mark == "*":
            closes, opens = at > 0 and not text[at - 1].isspace(), not after.isspace()
        else:
            closes, opens = not (after.isascii() and after.isalnum()), True
        if closes and (self._close(mark) or self._close_inner(mark, mark * 2)):
            return
        if opens:
            self._begin(mark)
        else:
            self._open.pop(mark, None)
            self.out.append(mark)

    def _triple(self, mark: str, at: int) -> None:
        """Three at once close what is open of single, double and triple, or open all three."""
        if self._close(mark * _TRIPLE):
            return
        single, double = mark, mark * 2
        closing = [one for one in (single, double) if one in self._open]
        if single in closing and mark == "*" and self._text[at - 1].isspace():
            closing.remove(single)
        if not closing:
            self._begin(mark * _TRIPLE)
            return
        if len(closing) == 1:
            self.out.append(single if closing[0] == double else double)
        for one in sorted(closing, key=self._open.__getitem__, reverse=True):
            self._close(one)

    def _begin(self, mark: str) -> None:
        """Open `mark`; an older one of the same kind, which could not be closed, is text for good."""
        self._open.pop(mark, None)
        self._open[mark] = len(self.out)
        self.out.append(mark)

    def _close(self, mark: str) -> bool:
        """Wrap what follows the open mark, if it is open and anything does; whether it did."""
        place = self._open.get(mark)
        if place is None or place + 1 == len(self.out):
            return False
        inner = join(self.out[place + 1 :])
        if len(mark) == _TRIPLE:
            inner, mark = (_MARKS[mark[0]](inner),), mark[:2]
        self.replace_from(place, _MARKS[mark](inner))
        return True

    def _close_inner(self, mark: str, rest: str) -> bool:
        """Close one part of an open triple mark; `rest` of it stays open. Whether it did."""
        triple = mark[0] * _TRIPLE
        place = self._open.get(triple)
        if place is None or place + 1 == len(self.out):
            return False
        self.replace_from(place + 1, _MARKS[mark](join(self.out[place + 1 :])))
        self.out[place] = rest
        del self._open[triple]
        self._open[rest] = place
        return True

    def replace_from(self, place: int, node: Inline) -> None:
        """Put `node` in place of all nodes from `place` on; marks among them are closed for good."""
        del self.out[place:]
        self.out.append(node)
        for mark in [mark for mark, opened in self._open.items() if opened >= place]:
            del self._open[mark]
        while self.brackets and self.brackets[-1] >= place:
            self.brackets.pop()
        self.link_at = min(self.link_at, place)
