"""What people and places may be called in plain text, and how surely each such word means them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from bot.privacy.words import ORDINARY, PARTICLES

WORD = re.compile(r"[^\W_]+")
SHORT = 3
"""Words of fewer letters are names only in the very case of the name."""
JOINED = 5
"""Names written as one word ("analima") are looked for from so many letters on."""
FIRST_MARK = "\u0300"
"""Before it, no character is a mark on a letter."""

_ASIDE = re.compile(r"\s+[(\[|/~–—·•-]")  # "Ana Lima (she/her)", "Ana Lima | Acme"
_SHORT_UNSPACED = 2
"""Where words are not parted by spaces, a character is a syllable or a word."""
_ID_DIGITS = 9
"""Numbers are names only after @, but so long a number is somebody's id."""
_PLAIN_NAME_WORDS = 3
"""Names of more words are phrases, whose single words call nobody. Particles do not count."""
_PLAIN_WORDS = re.compile("[A-Za-z0-9]+(?: [A-Za-z0-9]+)+")
_ELISION = re.compile(r"[dl]['’ʼ](?=[^\W\d_])")
_HYPHENS = re.compile("[-‐‑]")
_JOINTS = frozenset("-‐‑'’ʼ")

# Scripts written without spaces, or whose particles follow a name without one.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)


class When(Enum):
    """Where a term is taken for the name."""

    ANYWHERE = "anywhere, in any case"
    AS_WRITTEN = "in the very case of the name"
    AFTER_AT = "after @"


class Term(NamedTuple):
    """What somebody may be called: `text`, replaced by `by` where `when` allows. `words`: those of
    `text`, folded; none where its script does not part words. `single`: it is no more than one word.
    """

    text: str
    by: str
    when: When
    words: tuple[str, ...]
    single: bool


class Called(NamedTuple):
    """Somebody with all the names they go by, and `by` what to say in their place.

    `kept`: the name is public (a bot's) and only keeps others' names from being found in it. `whole`:
    the name is a place's, and no part of it calls anybody. `aside`: they take no part, so that all
    others' names outweigh theirs.
    """

    names: tuple[str, ...]
    by: str
    kept: bool = False
    whole: bool = False
    aside: bool = False


def spellings(people: Iterable[Called], shared: str) -> dict[str, tuple[str, str]]:
    """Everything that anybody may be called, and what to say instead, by its folded form. A name somebody bears
    in full outweighs a part of someone else's; where two share a name, `shared` takes its place.
    """
    own: dict[str, tuple[str, str]] = {}
    parts: dict[str, tuple[str, str]] = {}
    others: dict[str, tuple[str, str]] = {}
    for person in people:
        for text in _own_terms(person):
            _note(others if person.aside else own, text, person.by, shared)
        if not (person.kept or person.whole or all(map(str.isalnum, person.names))):
            for text in _part_terms(person):
                _note(others if person.aside else parts, text, person.by, shared)
    return others | parts | own


def to_term(text: str, by: str) -> Term:
    """What somebody is called, as it is to be looked for."""
    if is_plain(text):
        folded = text.lower()
        return Term(text, by, _when(text, folded), (folded,), single=True)
    words = tuple(fold(word) for word in WORD.findall(text))
    if not words or _UNSPACED.search(text):
        return Term(text, by, When.ANYWHERE if len(text) > 1 else When.AFTER_AT, (), single=False)
    return Term(text, by, _when(text, text.casefold()), words, text.isalnum())


def is_single(text: str) -> bool:
    """Whether `to_term` makes a single word of `text`."""
    return is_plain(text) or (text.isalnum() and not _UNSPACED.search(text))


def id_term(key: str, by: str) -> Term:
    """An id as it is to be looked for: a plain one is an id wherever it stands."""
    if is_plain(key):
        return Term(key, by, When.ANYWHERE, (key.lower(),), single=True)
    return to_term(key, by)


def telling_words(person: Called) -> set[str]:
    """The words of a person's names that may give them away in the name of a file."""
    words = {word.casefold() for name in person.names for word in WORD.findall(name) if len(word) >= SHORT}
    return words - ORDINARY or words


def fold(word: str) -> str:
    """`word` as it is compared: letters in any case, the Turkish dotless and dotted i among them."""
    return word.lower() if word.isascii() else word.casefold().replace("i\u0307", "i").replace("ı", "i")


def is_plain(name: str) -> bool:
    """Whether `name` is one word of ASCII's letters and digits, as most handles and ids are."""
    return name.isalnum() and name.isascii()


def _note(known: dict[str, tuple[str, str]], text: str, by: str, shared: str) -> None:
    folded = fold(text)
    before = known.get(folded)
    known[folded] = (text, by if before is None or before[1] == by else shared)


def _when(text: str, folded: str) -> When:
    if folded in ORDINARY or (len(text) < _ID_DIGITS and text.isdecimal()) or len(text) == 1:
        return When.AFTER_AT
    return When.ANYWHERE if len(text) >= SHORT else When.AS_WRITTEN


def is_certain(text: str) -> bool:
    """Whether `text` is taken for the name wherever it stands."""
    return to_term(text, "").when is When.ANYWHERE


def _own_terms(person: Called) -> Iterable[str]:
    """A person's names in the spellings in which they may be met."""
    return person.names if all(map(is_plain, person.names)) else _spelt(person.names)


def _spelt(names: Iterable[str]) -> Iterator[str]:
    for name in dict.fromkeys(names):
        if is_plain(name):
            yield name
            continue
        if _PLAIN_WORDS.fullmatch(name):  # as most full names
            if len(joined := name.replace(" ", "")) >= JOINED:
                yield joined
            yield name
            continue
        visible = name if name.isprintable() else "".join(c for c in name if c.isprintable() or c.isspace())
        clean = visible.strip().lstrip("@")
        for text in dict.fromkeys((clean, _ASIDE.split(clean, maxsplit=1)[0], clean.partition("@")[0])):
            if is_plain(text):
                yield text
                continue
            words = WORD.findall(text)
            if len(words) > 1 and len(joined := "".join(words)) >= _shortest(joined, JOINED):
                yield from _spellings(joined)
            yield from _spellings(_core(text))


def _core(text: str) -> str:
    """`text` without the ornaments around its words; as it is where it has no words."""
    if text.isalnum():
        return text
    words = list(WORD.finditer(text))
    if not words:
        return text
    end = words[-1].end()
    while end < len(text) and is_mark(text[end]):
        end += 1
    return text[words[0].start() : end]


def is_mark(char: str) -> bool:
    """Whether `char` is a mark on a letter, and so within a word."""
    return char >= FIRST_MARK and unicodedata.category(char)[0] == "M"


def _part_terms(person: Called) -> Iterator[str]:
    """First and last words of names such as "Ana Lima" and "Ludwig van Beethoven", by which people are
    called as well.
    """
    for name in person.names:
        if name.isalnum():
            continue
        plain = _ASIDE.split(unicodedata.normalize("NFKC", name), maxsplit=1)[0]
        words = [_ELISION.sub("", _core(word)) for word in plain.split() if _calls(word)]
        if 1 < len(words) <= _PLAIN_NAME_WORDS and not any(word[:1].islower() for word in words):
            for word in dict.fromkeys((*_joined(words[0]), *_joined(words[-1]))):
                if len(word) >= _shortest(word, SHORT) and _is_name(word):
                    yield from _spellings(word)


def _shortest(word: str, usual: int) -> int:
    """Of how many letters `word` must be, as things are in its script."""
    return _SHORT_UNSPACED if _UNSPACED.search(word) else usual


def _calls(word: str) -> bool:
    """Whether a word of a name may call somebody: no particle, no ornament, no title ("Dr.", "Jr.")."""
    return word not in PARTICLES and not word.endswith(".") and WORD.search(word) is not None


def _joined(word: str) -> Sequence[str]:
    """`word`, and the parts of one like "Anne-Marie"."""
    parts = _HYPHENS.split(word)
    return (word, *parts) if len(parts) > 1 else (word,)


def _is_name(word: str) -> bool:
    """Only letters with their marks, or several such words joined ("Jean-Luc", "O'Neill")."""
    letters = [c for c in word if c not in _JOINTS]
    return word[0].isalpha() and all(c.isalpha() or is_mark(c) for c in letters)


def _spellings(text: str) -> Sequence[str]:
    if text.isascii():
        return (text,) if text else ()
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    latin = all(ord(c) < 0x250 for c in bare)  # noqa: PLR2004 - elsewhere marks are letters, not ornaments
    # NFKC: names in letters for show ("𝐀𝐧𝐚") are written by others in ordinary ones.
    forms = tuple(unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC"))
    return (*forms, bare) if latin else forms
