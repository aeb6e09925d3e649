"""Finding people's names and handles in plain text.

Terms are looked up word by word, so that the time does not grow with the number of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, chain

from bot.privacy.callings import (
    FIRST_MARK,
    JOINED,
    WORD,
    Called,
    Term,
    When,
    fold,
    id_term,
    is_mark,
    is_single,
    spellings,
    telling_words,
    to_term,
)
from bot.privacy.edits import Edit, merge
from bot.privacy.words import ORDINARY

NO_IDS: Mapping[str, str] = {}

_DEEPEST = 8
"""Terms of more words are told apart by their patterns alone, so that the search stays linear."""
_LONGEST_FILE_NAME = 255
_PARTED = re.compile(f"({WORD.pattern})")
_ENCODED = re.compile(r"[0-9a-f]{2}(?=.)")
_END = "\n"
_ENDS = frozenset(" \n.,;:!?'\"-/_@()")
_APART = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")

# Arabic and Hebrew write "and", "in", "to", "like" as a letter before the word.
_CLITICS = frozenset("وفبلكוהבלמשכ")
_CLITIC = re.compile("[وفبلك](?=[\u0621-\u064a]{3})|[והבלמשכ](?=[\u05d0-\u05ea]{3})")


class _Node:
    """The terms that end with some word, and how those go on that do not."""

    __slots__ = ("next", "terms")

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.next: dict[str, _Node] = {}


class _Singles(dict[str, Term | None]):
    """The term of a word, made when the word is met first: a thread may know thousands of names, of which its
    texts say a few.
    """

    def __init__(self, names: Mapping[str, tuple[str, str]], ids: Mapping[str, tuple[str, str]]) -> None:
        super().__init__()
        self._names = names
        self._ids = ids

    def __missing__(self, word: str) -> Term | None:
        found: Term | None = None
        if word in self._ids:
            found = id_term(*self._ids[word])
        elif word in self._names and is_single(self._names[word][0]):
            found = to_term(*self._names[word])
        self[word] = found
        return found


class NameFinder:
    """Finds the names of `people`. Where two share a name, `shared` takes its place. `ids`: what to say
    instead of words that can be nothing but somebody's id.
    """

    def __init__(
        self, people: Sequence[Called], ids: Mapping[str, str] = NO_IDS, *, shared: str = "someone"
    ) -> None:
        names = spellings(people, shared)
        self._single = _Singles(names, {fold(key): (key, by) for key, by in ids.items() if is_single(key)})
        self._first = _Node()
        self._unspaced: dict[str, list[Term]] = {}
        self._named = [person for person in people if not person.kept and not person.whole]
        self._ids = ids
        self._tells: dict[str, bool] = {}
        self._instead: dict[str, str | None] = {}
        known = chain(names.values(), ids.items())
        several = [to_term(text, by) for text, by in known if not is_single(text)]
        for term in sorted(several, key=lambda term: -len(term.text)):
            if term.words:
                node = self._first
                for word in term.words[:_DEEPEST]:
                    node = node.next.setdefault(word, _Node())
                node.terms.append(term)
            else:
                self._unspaced.setdefault(_wanted(term)[:2], []).append(term)
        firsts = "".join({begin[0] for begin in self._unspaced})
        self._unspaced_begin = re.compile(f"[{re.escape(firsts)}]" if firsts else r"(?!)")

    def edits(self, text: str) -> list[Edit]:
        """What to replace in `text`, sorted and without overlaps; the longest name wins."""
        found, _ = self._found(text)
        return merge(found, self._unspaced_edits(text)) if self._unspaced else found

    def staying(self, text: str) -> set[str]:
        """Names that may stand in `text` but are not replaced there: ordinary words."""
        _, doubtful = self._found(text)
        return {term.text for edit, term in doubtful if text[edit.start : edit.end] == term.text != term.by}

    def replacement(self, name: str) -> str | None:
        """What to say instead of `name`, if it is the name of somebody."""
        if name not in self._instead:
            edits = self.edits(f"@{name}")
            self._instead[name] = edits[0].text if edits and edits[0].end == len(name) + 1 else None
        return self._instead[name]

    def in_file_name(self, name: str) -> bool:
        """Whether the name of a file or an emoji holds any word of anybody's name, a longer one also
        within another word: here every doubt counts, and a name too long for a file is one.
        """
        known = self._tells.get(name)
        if known is None:
            known = self._tells[name] = len(name) > _LONGEST_FILE_NAME or self._tells_somebody(name)
        return known

    @cached_property
    def _telling(self) -> set[str]:
        ids = {word.casefold() for key in self._ids for word in WORD.findall(key) if len(word) >= JOINED}
        return ids.union(*map(telling_words, self._named))

    @cached_property
    def _telling_lengths(self) -> set[int]:
        return {len(word) for word in self._telling if len(word) >= JOINED}

    def _tells_somebody(self, name: str) -> bool:
        words = {word.casefold() for word in (*WORD.findall(_APART.sub(" ", name)), *WORD.findall(name))}
        return not words.isdisjoint(self._telling) or self._within(name.casefold()) or bool(self.edits(name))

    def _within(self, name: str) -> bool:
        return any(
            name[start : start + length] in self._telling
            for length in self._telling_lengths
            for start in range(len(name) - length + 1)
        )

    def _found(self, text: str) -> tuple[list[Edit], list[tuple[Edit, Term]]]:
        """What is certainly a name, and what may be none, each with the term that it may be."""
        found: list[Edit] = []
        doubtful: list[tuple[Edit, Term]] = []
        at = 0
        words = self._words(text)
        padded = text + _END
        single_of, node_of = self._single.__getitem__, self._first.next.get
        for i, (start, word_end, word) in enumerate(words):
            single, node, genitive = single_of(word), node_of(word), 0
            if single is None and node is None:
                if word[-1] == "s" and (single := self._genitive(word)):
                    genitive = 1
                elif word[0] in _CLITICS and _CLITIC.match(word):
                    single, node = single_of(word[1:]), node_of(word[1:])
                    start += 1  # noqa: PLW2901 - the name begins behind it
                else:
                    continue
            if start < at or (text[start - 1] >= FIRST_MARK and _joins(text, start - 1)):
                continue
            candidates: Sequence[Term] = (single,) if single else ()
            if node and (node.terms or (i + 1 < len(words) and words[i + 1][2] in node.next)):
                candidates = (*_from(node, words, i), *candidates)
            for term in candidates:
                end = word_end if term.single else _end(term, text, start)
                if end is not None and (padded[end] in _ENDS or not _goes_on(text, end)):
                    edit = Edit(start, end - genitive, term.by)
                    if term.when is When.ANYWHERE or _allowed(term, text, start, end):
                        found.append(edit)
                        at = end
                        break
                    doubtful.append((edit, term))
        return found, doubtful

    def _may_name(self, text: str) -> bool:
        """False where no word of `text` begins anybody's name, as of most texts. Quick: asks for each word once."""
        if "%" in text:
            return True
        folded = fold(text)
        words = WORD.findall(folded) if len(folded) == len(text) else map(fold, WORD.findall(text))
        return any(self._begins(word) or word[-1] == "s" or word[0] in _CLITICS for word in frozenset(words))

    def _words(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and folded form of each word of `text`; nothing where none can begin a name."""
        if not self._may_name(text):
            return []
        folded = fold(text)
        # Words and what parts them in turn: the places are summed up several times faster than matches give them.
        parts = _PARTED.split(folded if len(folded) == len(text) else text)
        ends = list(accumulate(map(len, parts)))
        told = parts[1::2] if len(folded) == len(text) else map(fold, parts[1::2])
        words = list(zip(ends[::2], ends[1::2], told, strict=False))
        if "%" in text:  # in an address, what is encoded before a word reads as its beginning: "%20ana"
            for i, (start, end, word) in enumerate(words):
                if text[start - 1 : start] == "%" and _ENCODED.match(word) and not self._begins(word):
                    words[i] = (start + 2, end, word[2:])
        return words

    def _begins(self, word: str) -> bool:
        return word in self._first.next or self._single[word] is not None

    def _genitive(self, word: str) -> Term | None:
        """The name of which `word` is the genitive without an apostrophe, as in many languages: "Annas Idee"."""
        term = self._single[word[:-1]]
        sure = (
            term is not None and term.when is When.ANYWHERE and term.text.isalpha() and word not in ORDINARY
        )
        return term if sure else None

    def _unspaced_edits(self, text: str) -> Iterator[Edit]:
        at = 0
        for begin in self._unspaced_begin.finditer(text):
            start = begin.start()
            if start < at:
                continue
            for term in self._unspaced.get(text[start : start + 2], ()):
                wanted = _wanted(term)
                if text.startswith(wanted, start):
                    at = start + len(wanted)
                    yield Edit(at - len(term.text), at, term.by)
                    break


def _from(node: _Node, words: Sequence[tuple[int, int, str]], at: int) -> Sequence[Term]:
    """The terms whose words are those from `at` on, of which `node` has the first; the longest first."""
    terms = node.terms
    while (at := at + 1) < len(words) and (after := node.next.get(words[at][2])):
        node = after
        terms = [*node.terms, *terms]
    return terms


def _wanted(term: Term) -> str:
    return f"@{term.text}" if term.when is When.AFTER_AT else term.text


def _end(term: Term, text: str, start: int) -> int | None:
    """Where `term` ends in `text` if it begins at `start`."""
    match = _pattern(term.text).match(text, start)
    return match.end() if match else None


def _allowed(term: Term, text: str, start: int, end: int) -> bool:
    """Whether a term that is no name everywhere is one there."""
    if text[start - 1 : start] == "@":
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
    return at >= 0 and text[at] >= FIRST_MARK and is_mark(text[at])


def _goes_on(text: str, at: int) -> bool:
    """Whether the word that ends before `at` goes on there."""
    if at >= len(text):
        return False
    return _joins(text, at) or (text[at].isalnum() and (text[at - 1].isalnum() or _joins(text, at - 1)))
