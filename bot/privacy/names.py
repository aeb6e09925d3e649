"""Finding people's names and handles in plain text.

Terms are looked up word by word, so that the time does not grow with the number of people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

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
from bot.privacy.several import Line, Node, as_written, longest, tree
from bot.privacy.unspaced import UnspacedNames
from bot.privacy.words import ORDINARY

NO_IDS: Mapping[str, str] = {}

_LONGEST_FILE_NAME = 255
_PARTED = re.compile(f"({WORD.pattern})")
_ENCODED = re.compile(r"[0-9a-f]{2}(?=.)")
_APART = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])")

# Arabic and Hebrew write "and", "in", "to", "like" as a letter before the word.
_CLITICS = frozenset("وفبلكוהבלמשכ")
_CLITIC = re.compile("[وفبلك](?=[\u0621-\u064a]{3})|[והבלמשכ](?=[\u05d0-\u05ea]{3})")


class _Start(NamedTuple):
    """What may begin with a word: `single` is the whole of it, but for the first `skip` letters and the last
    `back`, and `by` takes its place wherever it stands, if that is sure; longer names go on from `node`.
    """

    single: Term | None
    by: str | None
    node: Node | None
    skip: int = 0
    back: int = 0


_NO_WORDS = Line("", [], [], [], [])
_END = "\n"
_MANY = 16


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


class _Starts(dict[str, _Start | None]):
    """What a word may begin, found when the word is met first."""

    def __init__(self, singles: Mapping[str, Term | None], nodes: Mapping[str, Node]) -> None:
        super().__init__({"": None})
        self._singles = singles
        self._nodes = nodes

    def __missing__(self, word: str) -> _Start | None:
        start: _Start | None = None
        if self.begins(word):
            start = self._start(word)
        elif word[-1] == "s" and (single := self._genitive(word)):
            start = _Start(single, single.by, None, back=1)
        elif word[0] in _CLITICS and _CLITIC.match(word) and self.begins(word[1:]):
            start = self._start(word[1:])._replace(skip=1)
        self[word] = start
        return start

    def _start(self, word: str) -> _Start:
        single = self._singles[word]
        by = single.by if single and single.when is When.ANYWHERE else None
        return _Start(single, by, self._nodes.get(word))

    def begins(self, word: str) -> bool:
        """Whether a name begins with just this word."""
        return word in self._nodes or self._singles[word] is not None

    def _genitive(self, word: str) -> Term | None:
        """The name of which `word` is the genitive without an apostrophe, as in many languages: "Annas Idee"."""
        term = self._singles[word[:-1]]
        sure = (
            term is not None and term.when is When.ANYWHERE and term.text.isalpha() and word not in ORDINARY
        )
        return term if sure else None


class NameFinder:
    """Finds the names of `people`. Where two share a name, `shared` takes its place. `ids`: what to say
    instead of words that can be nothing but somebody's id.
    """

    def __init__(
        self, people: Sequence[Called], ids: Mapping[str, str] = NO_IDS, *, shared: str = "someone"
    ) -> None:
        names = spellings(people, shared)
        self._single = _Singles(names, {fold(key): (key, by) for key, by in ids.items() if is_single(key)})
        self._named = [person for person in people if not person.kept and not person.whole]
        self._ids = ids
        self._tells: dict[str, bool] = {}
        self._instead: dict[str, str | None] = {}
        known = chain(names.values(), ids.items())
        several = [to_term(text, by) for text, by in known if not is_single(text)]
        several.sort(key=lambda term: -len(term.text))
        self._starts = _Starts(self._single, tree((term for term in several if term.words), shared).next)
        self._unspaced = UnspacedNames(term for term in several if not term.words)

    def edits(self, text: str) -> list[Edit]:
        """What to replace in `text`, sorted and without overlaps; the longest name wins."""
        found, _ = self._found(text)
        unspaced = self._unspaced.edits(text)
        return merge(found, unspaced) if unspaced else found

    def staying(self, text: str) -> set[str]:
        """Names that may stand in `text` but are not replaced there: ordinary words."""
        _, doubtful = self._found(text)
        return doubtful

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
    def _telling_lengths(self) -> dict[str, set[int]]:
        """By their first letters, how long the words are that tell somebody also within another word."""
        lengths: dict[str, set[int]] = {}
        for word in self._telling:
            if len(word) >= JOINED:
                lengths.setdefault(word[:JOINED], set()).add(len(word))
        return lengths

    def _tells_somebody(self, name: str) -> bool:
        words = {word.casefold() for word in (*WORD.findall(_APART.sub(" ", name)), *WORD.findall(name))}
        return not words.isdisjoint(self._telling) or self._within(name.casefold()) or bool(self.edits(name))

    def _within(self, name: str) -> bool:
        lengths = self._telling_lengths
        return any(
            name[start : start + length] in self._telling
            for start in range(len(name) - JOINED + 1)
            for length in lengths.get(name[start : start + JOINED], ())
        )

    def _found(self, text: str) -> tuple[list[Edit], set[str]]:
        """What is certainly a name, and which names stand here but may be none."""
        found: list[Edit] = []
        doubtful: set[str] = set()
        line = self._line(text)
        words, between, padded, at = line.words, line.between, text + _END, 0
        for i, hot in enumerate(map(self._starts.__getitem__, words)):
            if hot is None:
                continue
            single, by, node, skip, back = hot
            start, end = line.starts[i] + skip, line.ends[i]
            if start < at or ((before := padded[start - 1]) >= FIRST_MARK and is_mark(before)):
                continue
            if node and (
                node.names or ((second := node.next.get(words[i + 1])) and second.follows(between[i + 1]))
            ):
                edit = longest(node, line, i, start, doubtful)
                if edit:
                    found.append(edit)
                    at = edit.end
                    continue
            if single is None or ((after := padded[end]) >= FIRST_MARK and is_mark(after)):
                continue
            if by is not None or before == "@" or as_written(single, text[start:end]):
                found.append(Edit(start, end - back, single.by))
                at = end
            elif text[start:end] == single.text != single.by:
                doubtful.add(single.text)
        return found, doubtful

    def _line(self, text: str) -> Line:
        """The words of `text`; none where none of them begins a name, as in most texts."""
        # Words and what parts them in turn: the places are summed up several times faster than matches give them.
        parts = _PARTED.split(text)
        words = fold("\n".join(parts[1::2])).split("\n")
        if "%" not in text and not any(
            map(self._starts.__getitem__, frozenset(words) if len(words) > _MANY else words)
        ):
            return _NO_WORDS
        ends = list(accumulate(map(len, parts)))
        line = Line(text, [*words, ""], ends[::2], ends[1::2], parts[::2])
        if "%" in text:
            self._decode(line)
        return line

    def _decode(self, line: Line) -> None:
        """In an address, what is encoded before a word reads as its beginning: "%20ana"."""
        for i, before in enumerate(line.between[:-1]):
            word = line.words[i]
            if before[-1:] == "%" and _ENCODED.match(word) and not self._starts.begins(word):
                line.words[i] = word[2:]
                line.starts[i] += 2
                line.between[i] += word[:2]
