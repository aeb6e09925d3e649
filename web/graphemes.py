"""Text as readers see it: without what is invisible, in pieces they take for one character."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_KEPT_FORMAT = frozenset({_JOINER, "\u200c"})
_VIRAMA = 9
"""Canonical combining class of the signs that join two Indic consonants."""

_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_REGIONAL_LETTERS = range(0x1F1E6, 0x1F200)
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_PICTOGRAPHS = range(0x1F000, 0x20000)
_OLD_PICTOGRAPHS = range(0x2600, 0x27C0)
_EMOJI_SELECTOR, _TEXT_SELECTOR = "\ufe0f", "\ufe0e"


def clean(text: str) -> str:
    """`text` in one line without what is not seen: controls, bidi controls, unassigned characters."""
    shown = (c for c in text if c in _KEPT_FORMAT or c.isspace() or _is_shown(c))
    return " ".join("".join(shown).split())


def _is_shown(c: str) -> bool:
    return unicodedata.category(c)[0] != "C" or ord(c) in _TAGS


def clusters(text: str) -> list[str]:
    """`text` in pieces that a reader takes for one character (a part of UAX 29)."""
    found: list[list[str]] = []
    for c in text:
        if found and _continues(found[-1], c):
            found[-1].append(c)
        else:
            found.append([c])
    return ["".join(cluster) for cluster in found]


def _continues(before: list[str], c: str) -> bool:
    code = ord(c)
    if unicodedata.category(c)[0] == "M" or c in _KEPT_FORMAT or code in _SKIN_TONES or code in _TAGS:
        return True
    last = before[-1]
    if last == _JOINER or unicodedata.combining(last) == _VIRAMA:
        return unicodedata.category(c)[0] in "LS"
    return code in _REGIONAL_LETTERS and len(before) == 1 and ord(last) in _REGIONAL_LETTERS


def drawn(cluster: str) -> str:
    """What a font must have to draw `cluster`: all of it but selectors, joiners and tags."""
    return "".join(
        c
        for c in cluster
        if c not in _KEPT_FORMAT and ord(c) not in _VARIATION_SELECTORS and ord(c) not in _TAGS
    )


def is_emoji(cluster: str) -> bool:
    """Whether `cluster` is shown as a coloured picture where there is one."""
    if _TEXT_SELECTOR in cluster:
        return False
    code = ord(cluster[0])
    return code in _PICTOGRAPHS or code in _OLD_PICTOGRAPHS or _EMOJI_SELECTOR in cluster
