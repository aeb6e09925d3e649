"""The picture beside a name: the copy of their own, or letters on a colour that the name gives."""

from __future__ import annotations

import unicodedata
from zlib import crc32

from markupsafe import Markup, escape

from bot.model import Participant, ParticipantKind
from web.inlines import Pictures

TINTS = 12
_PARTICLES_BEGIN = "([{"


def tint(name: str) -> int:
    """Which of `TINTS` colours `name` has, always the same, whoever bears it."""
    return crc32(name.encode("utf-8", "surrogatepass")) % TINTS


def initials(name: str) -> str:
    """One or two letters for `name`: of its first and its last word. "?" where it has none."""
    words = [word for word in name.split() if word[0] not in _PARTICLES_BEGIN]
    letters = [letter for word in (words[:1] + words[1:][-1:]) if (letter := _first(word))]
    # Two ideographs or Hangul syllables are too wide for the circle, and one says enough.
    if letters and unicodedata.east_asian_width(letters[0]) in "WF":
        letters = letters[:1]
    return "".join(letters) or "?"


def _first(word: str) -> str:
    """The first letter or digit of `word`, else its first character that can be seen."""
    visible = [c for c in word if unicodedata.category(c)[0] not in "CMZ"]
    chosen = next((c for c in visible if c.isalnum()), visible[0] if visible else "")
    return chosen.upper() if len(chosen.upper()) == 1 else chosen


def avatar(person: Participant, pictures: Pictures) -> Markup:
    """A decoration: the name stands beside it, so a screen reader passes over it."""
    shape = "av bt" if person.kind is ParticipantKind.BOT else "av"
    url = pictures.url(person.avatar)
    if url is not None:
        return Markup('<img class="{}" src="{}" alt="" width="40" height="40" loading="lazy">').format(
            shape, url
        )
    return Markup('<span class="{} c{}" aria-hidden="true">{}</span>').format(
        shape, tint(person.name), escape(initials(person.name))
    )
