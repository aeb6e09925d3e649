"""Code -> HTML with a class on what belongs together.

Classes: k keyword, t type or built-in, f function, s string, m number or constant, c comment, a attribute
or variable, i inserted and d deleted lines.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from web.languages import LANGUAGES, Language

SIZE_LIMIT = 100_000
"""Longer code stays plain, so that a page stays small."""
SPAN_LIMIT = 4_000
"""What follows after so many spans in one block stays plain."""
LABEL_LIMIT = 24

_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none"})
_OPEN = {name: Markup('<span class="{}">').format(name) for name in "kmtacsfdi"}
_CLOSE = Markup("</span>")


def language_label(language: str) -> str:
    """What to call `language`: its common name, what the author wrote, or "" for plain text."""
    name = language.strip().lower()
    if name in _PLAIN:
        return ""
    known = LANGUAGES.get(name)
    return known.label if known else language.strip()[:LABEL_LIMIT]


def highlight(code: str, language: str, out: list[Markup]) -> None:
    """Appends `code` to `out`, escaped and complete, with neighbours of one class in one span.

    A language that we do not know, and what is beyond the limits, stays plain.
    """
    known = LANGUAGES.get(language.strip().lower())
    if known is None or len(code) > SIZE_LIMIT:
        out.append(escape(code))
        return
    spans = 0
    name, begin, end = "", 0, 0  # the span that may still grow
    for match in known.pattern.finditer(code):
        found = _class(match, known)
        if not found:
            continue
        start, stop = match.span()
        if found != name or (start != end and not code[end:start].isspace()):
            _write(code[begin:end], name, out)
            if start != end:
                out.append(escape(code[end:start]))
            name, begin = found, start
            spans += 1
        end = stop
        if spans == SPAN_LIMIT:
            break
    _write(code[begin:end], name, out)
    out.append(escape(code[end:]))


def _write(text: str, name: str, out: list[Markup]) -> None:
    if text:
        out += (_OPEN[name], escape(text), _CLOSE)


def _class(match: re.Match[str], language: Language) -> str:
    """The class of a match, "" for a word that stands for itself."""
    group = match.lastgroup or ""
    if group != "w":
        return group
    word = match[0]
    known = language.words.get(word.lower() if language.fold else word)
    if known is not None:
        return known
    if language.calls and match.string.startswith("(", match.end()):
        return "f"
    if language.capitals and word[0].isupper():
        return "t"
    return ""
