"""Lays out one line of anybody's text: characters to clusters, clusters to fonts, fonts to pixels.

Whatever has no font becomes a visible box. Right-to-left text is ordered by a small part of the
Unicode bidirectional algorithm, enough for a title: runs are ordered here, characters inside a run
by Raqm.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont, features

from web.fonts import BITMAP_EMOJI_SIZE, Face, emoji_face, faces
from web.graphemes import clusters, drawn, is_emoji

_BOXES = ("\u25a1", "?")
_EMOJI_GAP = 1.17
"""Width of an emoji, in parts of the text's size."""


@dataclass(frozen=True, slots=True)
class Run:
    """Clusters side by side that one font draws in one direction, in reading order."""

    text: str
    face: Face
    emoji: bool
    rtl: bool


@dataclass(frozen=True, slots=True)
class Pen:
    """`rtl`: the text as a whole reads from right to left."""

    size: int
    bold: bool
    color: str
    rtl: bool = False

    def width(self, text: str) -> float:
        return sum(_advance(run, self.size) for run in self._runs(text))

    def _runs(self, text: str) -> list[Run]:
        return runs(text, bold=self.bold, rtl=self.rtl)

    def draw(self, image: Image.Image, x: float, baseline: float, text: str) -> None:
        """Draws `text` with its left end at `x`."""
        for run in visual_order(self._runs(text), rtl=self.rtl):
            if run.emoji:
                _draw_emoji(image, x, baseline, run, self.size)
            else:
                shaped = _shaped(run)
                ImageDraw.Draw(image).text(
                    (x, baseline),
                    shaped,
                    self.color,
                    run.face.load(self.size),
                    anchor="ls",
                    direction=_direction(run),
                )
            x += _advance(run, self.size)


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    for c in text:
        direction = unicodedata.bidirectional(c)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def runs(text: str, *, bold: bool, rtl: bool = False) -> list[Run]:
    """`text` in reading order, each cluster with the font that draws it. `rtl`: the direction of the
    whole, of which `text` may be a line.
    """
    parts = clusters(text)
    directions = _directions(parts, base=rtl)
    assigned: list[tuple[str, Face, bool, bool]] = []
    current: Face | None = None
    for part, backward in zip(parts, directions, strict=True):
        shown, face, emoji = _choose(part, current, bold=bold)
        assigned.append((shown, face, emoji, backward))
        current = None if emoji else face
    grouped = groupby(assigned, key=lambda one: one[1:])
    return [Run("".join(one[0] for one in group), *kind) for kind, group in grouped]


def _choose(part: str, current: Face | None, *, bold: bool) -> tuple[str, Face, bool]:
    """What to draw for a cluster, with which face, and whether as a coloured picture."""
    known = faces(bold=bold)
    needed = drawn(part)
    emoji = emoji_face()
    if emoji is not None and needed and is_emoji(part) and emoji.has(needed):
        return part, emoji, True
    nearest = () if current is None else (current,)
    # What has no direction, such as a space, looks best in the font of what it stands beside.
    neutral = unicodedata.bidirectional(part[0]) not in {"L", "R", "AL"}
    candidates = (*nearest, *known) if neutral else (known[0], *nearest, *known)
    face = next((face for face in candidates if face.has(needed)), None)
    if face is not None:
        return part, face, False
    return next((box, face, False) for box in _BOXES for face in known if face.has(box))


def _directions(parts: Sequence[str], *, base: bool) -> list[bool]:
    """For each cluster whether it runs from right to left; what has no direction follows its
    neighbours where both agree, else the whole text.
    """
    strong: list[bool | None] = []
    for part in parts:
        direction = unicodedata.bidirectional(part[0])
        strong.append(True if direction in {"R", "AL"} else False if direction in {"L", "EN", "AN"} else None)
    result: list[bool] = []
    after = base
    following: list[bool] = []
    for own in reversed(strong):
        following.append(after)
        after = after if own is None else own
    before = base
    for own, ahead in zip(strong, reversed(following), strict=True):
        result.append(own if own is not None else before if before == ahead else base)
        before = before if own is None else own
    return result


def visual_order(line: Sequence[Run], *, rtl: bool) -> Iterator[Run]:
    """`line` from left to right. `rtl`: the direction of the whole that it belongs to."""
    stretches = [(backward, list(group)) for backward, group in groupby(line, key=lambda run: run.rtl)]
    for backward, stretch in reversed(stretches) if rtl else stretches:
        yield from reversed(stretch) if backward else stretch


def _raqm() -> bool:
    return bool(features.check("raqm"))


def _direction(run: Run) -> str | None:
    return ("rtl" if run.rtl else "ltr") if _raqm() else None


def _shaped(run: Run) -> str:
    return "".join(reversed(clusters(run.text))) if run.rtl and not _raqm() else run.text


def _advance(run: Run, size: int) -> float:
    if run.emoji:
        return len(clusters(run.text)) * size * _EMOJI_GAP
    return float(run.face.load(size).getlength(_shaped(run), direction=_direction(run)))


def _draw_emoji(image: Image.Image, x: float, baseline: float, run: Run, size: int) -> None:
    font = run.face.load(BITMAP_EMOJI_SIZE)
    assert isinstance(font, ImageFont.FreeTypeFont)  # an emoji face comes from a file
    for part in clusters(run.text):
        picture = Image.new("RGBA", (int(BITMAP_EMOJI_SIZE * 1.3), int(BITMAP_EMOJI_SIZE * 1.3)))
        ImageDraw.Draw(picture).text((0, 0), part, font=font, embedded_color=True, anchor="lt")
        side = round(size * _EMOJI_GAP)
        small = picture.crop((0, 0, 136, 136)).resize((side, side), Image.Resampling.LANCZOS)
        image.paste(small, (round(x), round(baseline - size * 0.92)), small)
        x += size * _EMOJI_GAP


def wrap(text: str, pen: Pen, width: float, lines: int) -> tuple[list[str], bool]:
    """`text` in at most `lines` lines no wider than `width`, the last one with … where it does not
    fit; and whether all of it fitted.
    """
    found: list[str] = []
    rest = _words(text)
    while rest and len(found) < lines:
        taken = _fitting(rest, pen, width)
        if taken == 0:  # a word wider than the line
            pieces = clusters(rest[0])
            cut = max(1, _fitting(pieces, pen, width))
            rest[:1] = ["".join(pieces[:cut]), "".join(pieces[cut:])]
            taken = 1
        found.append("".join(rest[:taken]).strip())
        rest = rest[taken:]
    if rest:
        found[-1] = _ellipsised(found[-1], pen, width)
    return found, not rest


def _words(text: str) -> list[str]:
    """`text` in pieces between which a line may end; a space stays with the word before it."""
    words: list[str] = []
    for part in clusters(text):
        if words and (part == " " or not _may_end_before(words[-1], part)):
            words[-1] += part
        else:
            words.append(part)
    return words


def _may_end_before(word: str, part: str) -> bool:
    return word.endswith(" ") or any(unicodedata.east_asian_width(c) in "WF" for c in (word[-1], part[0]))


def _fitting(pieces: Sequence[str], pen: Pen, width: float) -> int:
    """How many of `pieces` fit beside each other."""
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if pen.width("".join(pieces[:middle]).rstrip()) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _ellipsised(line: str, pen: Pen, width: float) -> str:
    pieces = clusters(line)
    while pieces and pen.width("".join(pieces).rstrip() + "…") > width:
        pieces.pop()
    return "".join(pieces).rstrip() + "…"
