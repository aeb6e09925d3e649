"""Finding people's names and handles in plain text.

Terms are looked up by their first word, so that the time does not grow with the number of people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from bot.privacy.edits import Edit
from bot.privacy.words import ORDINARY, PARTICLES

_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\s+[(\[|/~–—·•-]")  # "Ana Lima (she/her)", "Ana Lima | Acme"
_SHORT = 3
"""Words of fewer letters are names only in the very case of the name."""
_JOINED = 5
"""Names written as one word ("analima") are looked for from so many letters on."""
_LONGEST_FILE_NAME = 255
_ID_DIGITS = 9
"""Numbers are names only after @, but so long a number is somebody's id."""
_PLAIN_NAME_WORDS = 3
"""Names of more words are phrases, whose single words call nobody. Particles do not count."""
_ELISION = re.compile(r"[dl]['’ʼ](?=[^\W\d_])")
_JOINTS = frozenset("-‐‑'’ʼ")

# Scripts written without spaces, or whose particles follow a name without one.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)

# Arabic and Hebrew write "and", "in", "to", "like" as a letter before the word.
_CLITIC = re.compile("[وفبلك](?=[\u0621-\u064a]{3})|[והבלמשכ](?=[\u05d0-\u05ea]{3})")


class When(Enum):
    """Where a term is taken for the name."""

    ANYWHERE = "anywhere, in any case"
    AS_WRITTEN = "in the very case of the name"
    AFTER_AT = "after @"


@dataclass(frozen=True, slots=True)
class Term:
    """What a person may be called: `text`, replaced by `by` where `when` allows."""

    text: str
    by: str
    when: When


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody with all the names they go by, and `by` what to say in their place."""

    names: tuple[str, ...]
    by: str
    kept: bool = False
    """The name is public (a bot's): it only keeps others' names from being found in it."""
    whole: bool = False
    """The name is a place's: no part of it calls anybody."""


class NameFinder:
    """Finds the names of `people`. Where two share a name, `shared` takes its place."""

    def __init__(self, people: Sequence[Called], *, shared: str = "someone") -> None:
        self._first: dict[str, list[Term]] = {}
        self._unspaced: list[Term] = []
        named = (person for person in people if not person.kept and not person.whole)
        self._telling = {word for person in named for word in _telling_words(person)}
        self._telling_lengths = {len(word) for word in self._telling if len(word) >= _JOINED}
        for term in _unambiguous(people, shared):
            words = [word.casefold() for word in _WORD.findall(term.text)]
            if words and not _UNSPACED.search(term.text):
                self._first.setdefault(words[0], []).append(term)
            else:
                self._unspaced.append(term)
        for terms in (*self._first.values(), self._unspaced):
            terms.sort(key=lambda term: -len(term.text))

    def edits(self, text: str) -> list[Edit]:
        """What to replace in `text`, sorted and without overlaps; the longest name wins."""
        found = [Edit(start, end, term.by) for start, end, term, certain in self._found(text) if certain]
        if not self._unspaced:
            return found
        ends = [(edit.start, edit.end) for edit in found]
        for edit in self._unspaced_edits(text):
            if all(edit.end <= start or end <= edit.start for start, end in ends):
                found.append(edit)
                ends.append((edit.start, edit.end))
        return sorted(found)

    def staying(self, text: str) -> set[str]:
        """Names that may stand in `text` but are not replaced there: ordinary words."""
        return {
            term.text
            for start, end, term, certain in self._found(text)
            if not certain and text[start:end] == term.text != term.by
        }

    def replacement(self, name: str) -> str | None:
        """What to say instead of `name`, if it is the name of somebody."""
        edits = self.edits(f"@{name}")
        return edits[0].text if edits and edits[0].end == len(name) + 1 else None

    def in_file_name(self, name: str) -> bool:
        """Whether the name of a file or an emoji holds any word of anybody's name, a longer one also
        within another word: here every doubt counts, and a name too long for a file is one.
        """
        if len(name) > _LONGEST_FILE_NAME:
            return True
        spaced = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])", " ", name)
        words = {word.casefold() for word in (*_WORD.findall(spaced), *_WORD.findall(name))}
        return not words.isdisjoint(self._telling) or self._within(name.casefold()) or bool(self.edits(name))

    def _within(self, name: str) -> bool:
        return any(
            name[start : start + length] in self._telling
            for length in self._telling_lengths
            for start in range(len(name) - length + 1)
        )

    def _found(self, text: str) -> Iterator[tuple[int, int, Term, bool]]:
        """Start, end, term, and whether it is certainly the name."""
        at = 0
        for word in _WORD.finditer(text) if self._first else ():
            start, terms = word.start(), self._first.get(word[0].casefold())
            if not terms and (clitic := _CLITIC.match(word[0])):
                start, terms = start + 1, self._first.get(word[0][clitic.end() :])
            if not terms or word.start() < at or _joins(text, word.start() - 1):
                continue
            for term in terms:
                end = _end(term, text, start, word.end())
                if end is not None and not _goes_on(text, end):
                    certain = _allowed(term, text, start, end)
                    yield start, end, term, certain
                    if certain:
                        at = end
                        break

    def _unspaced_edits(self, text: str) -> Iterator[Edit]:
        for term in self._unspaced:
            wanted = f"@{term.text}" if term.when is When.AFTER_AT else term.text
            at = text.find(wanted)
            while at >= 0:
                end = at + len(wanted)
                yield Edit(end - len(term.text), end, term.by)
                at = text.find(wanted, end)


def _unambiguous(people: Iterable[Called], shared: str) -> Iterator[Term]:
    """Every term once. A name somebody bears in full outweighs a part of someone else's."""
    own: dict[str, Term] = {}
    parts: dict[str, Term] = {}
    for person in people:
        for terms, texts in ((own, _own_terms(person)), (parts, _part_terms(person))):
            for text in () if (person.kept or person.whole) and terms is parts else texts:
                by = person.by if terms.get(text.casefold(), person).by == person.by else shared
                terms[text.casefold()] = Term(text, by, _when(text))
    return iter((parts | own).values())


def _own_terms(person: Called) -> Iterator[str]:
    """A person's names in the spellings in which they may be met."""
    for name in person.names:
        visible = name if name.isprintable() else "".join(c for c in name if c.isprintable() or c.isspace())
        clean = visible.strip().lstrip("@")
        local = clean.partition("@")[0]
        for text in (clean, _ASIDE.split(clean, maxsplit=1)[0], local):
            words = _WORD.findall(text)
            if len(words) > 1 and len(joined := "".join(words)) >= _JOINED:
                yield from _spellings(joined)
            yield from _spellings(_core(text))


def _core(text: str) -> str:
    """`text` without the ornaments around its words; as it is where it has no words."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    end = words[-1].end()
    while end < len(text) and _joins(text, end):
        end += 1
    return text[words[0].start() : end]


def _part_terms(person: Called) -> Iterator[str]:
    """First and last words of names such as "Ana Lima" and "Ludwig van Beethoven", by which people are
    called as well.
    """
    for name in person.names:
        plain = _ASIDE.split(unicodedata.normalize("NFC", name), maxsplit=1)[0]
        words = [_ELISION.sub("", word.strip(",")) for word in plain.split() if word not in PARTICLES]
        if 1 < len(words) <= _PLAIN_NAME_WORDS and not any(word[:1].islower() for word in words):
            for word in (words[0], words[-1]):
                if len(word) >= _SHORT and _is_name(word):
                    yield from _spellings(word)


def _is_name(word: str) -> bool:
    """Only letters with their marks, or several such words joined ("Jean-Luc", "O'Neill")."""
    letters = [c for c in word if c not in _JOINTS]
    return word[0].isalpha() and all(c.isalpha() or unicodedata.category(c)[0] == "M" for c in letters)


def _telling_words(person: Called) -> set[str]:
    """The words of a person's names that may give them away in the name of a file."""
    words = {word.casefold() for name in person.names for word in _WORD.findall(name) if len(word) >= _SHORT}
    return words - ORDINARY or words


def _spellings(text: str) -> Iterator[str]:
    if text.isascii():
        yield from (text,) if text else ()
        return
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    latin = all(ord(c) < 0x250 for c in bare)  # noqa: PLR2004 - elsewhere marks are letters, not ornaments
    for form in ("NFC", "NFD"):
        yield unicodedata.normalize(form, text)
    if latin:
        yield bare


def _when(text: str) -> When:
    words = _WORD.findall(text)
    if _UNSPACED.search(text) or not words:
        return When.ANYWHERE if len(text) > 1 else When.AFTER_AT
    if (text.isdecimal() and len(text) < _ID_DIGITS) or len(text) == 1 or text.casefold() in ORDINARY:
        return When.AFTER_AT
    return When.ANYWHERE if len(text) >= _SHORT else When.AS_WRITTEN


def _end(term: Term, text: str, start: int, word_end: int) -> int | None:
    """Where `term` ends in `text` if it begins at `start`, where its first word stands."""
    if term.text.isalnum():
        return word_end
    match = _pattern(term.text).match(text, start)
    return match.end() if match else None


def _allowed(term: Term, text: str, start: int, end: int) -> bool:
    if term.when is When.ANYWHERE or text[start - 1 : start] == "@":
        return True
    return term.when is When.AS_WRITTEN and text[start:end] == term.text


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    """`term` in any case, with any apostrophe, hyphen and spacing, that of addresses included."""
    escaped = re.escape(re.sub(r"\s+", " ", term)).replace(r"\ ", r"(?:[^\S\n]{1,3}|\n|[._+-]|%20)")
    escaped = re.sub(r"['’ʼ]", "['’ʼ]", escaped)
    return re.compile(re.sub(r"\\-|‐|‑", "[-‐‑]", escaped), re.IGNORECASE)


def _joins(text: str, at: int) -> bool:
    """Whether the character at `at` is a mark on a letter, and so within a word."""
    return at >= 0 and unicodedata.category(text[at])[0] == "M"


def _goes_on(text: str, at: int) -> bool:
    """Whether the word that ends before `at` goes on there."""
    if at >= len(text):
        return False
    mark = unicodedata.category(text[at])[0] == "M"
    return mark or (text[at].isalnum() and (text[at - 1].isalnum() or _joins(text, at - 1)))
