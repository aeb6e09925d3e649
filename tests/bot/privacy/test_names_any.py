"""The finder of names, which looks words up, finds what trying every name at every place finds."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.callings import Called, Term, When, spellings, to_term
from bot.privacy.edits import Edit, apply
from bot.privacy.names import NameFinder
from bot.privacy.words import ORDINARY
from tests.forms import tries

_WORDS = ("ana", "Ana", "anas", "LIMA", "bo", "will", "x1", "77", "josé", "straße")
_JOINTS = (" ", "\n", "@", "-", ".", "_", "'s ", "%20", "\u0301", "")

_names = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3).map(" ".join)
_people = st.lists(
    st.builds(
        Called, st.lists(_names, min_size=1, max_size=2).map(tuple), st.sampled_from(("P1", "P2", "P3"))
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def _crowds_and_texts(draw: st.DrawFn) -> tuple[list[Called], str]:
    """Some people, and what says their names, and words that are parts of such, in all neighbourhoods."""
    people = draw(_people)
    said = st.sampled_from((*(name for person in people for name in person.names), *_WORDS))
    pairs = draw(st.lists(st.tuples(st.sampled_from(_JOINTS), said), max_size=6))
    return people, "".join(f"{joint}{words}" for joint, words in pairs)


def tried(people: Sequence[Called], text: str) -> list[Edit]:
    """At each beginning of a word, every term in turn, the one of most words first."""
    known = sorted(
        (to_term(*one) for one in spellings(people, "someone").values()),
        key=lambda term: (-len(term.words), -len(term.text)),
    )
    begun = {term.words[0] for term in known}
    found: list[Edit] = []
    for word in re.finditer(r"(?<=%)[0-9a-f]{2}(?=[^\W_])|[^\W_]+", text):
        start = word.start()
        if start < (found[-1].end if found else 0) or text[start - 1 : start] == "\u0301":
            continue
        if edit := next(filter(None, (_tried(term, text, start, word[0], begun) for term in known)), None):
            found.append(edit)
    return found


def _tried(term: Term, text: str, start: int, word: str, begun: set[str]) -> Edit | None:
    spelling = re.escape(term.text).replace(r"\ ", r"(?:[ \t]{1,3}|\n|[._+-]|%20)")
    for genitive in ("", "s"):
        match = re.compile(spelling + genitive, re.IGNORECASE).match(text, start)
        if match is None or re.match("[^\\W_]|\u0301", text[match.end() :]):
            continue
        sure = term.when is When.ANYWHERE
        if genitive:
            known = word.casefold() in begun or word.lower() in ORDINARY
            if known or not (sure and term.single and term.text.isalpha()):
                continue
        written = term.when is When.AS_WRITTEN and match[0] == term.text
        if sure or written or text[start - 1 : start] == "@":
            return Edit(start, match.end() - len(genitive), term.by)
    return None


@tries(250)
@given(_crowds_and_texts())
def test_the_finder_finds_what_trying_every_name_everywhere_finds(given_both):
    people, text = given_both
    assert NameFinder(people).edits(text) == tried(people, text)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Straße", "die STRASSE, STRASSEN", "die P1, STRASSEN"),
        ("STRASSE", "die straße, straßen", "die P1, straßen"),
        ("İpek", "so İPEK, ipek, İ", "so P1, P1, İ"),
        ("Ana Lima", "İ ß Ana Lima, İ ß", "İ ß P1, İ ß"),
        ("Voßmann", "Voßmanns %20voßmann %20VOSSMANN", "P1s %20P1 %20P1"),
        ("Zoé", "İZoé ßZoé İ Zoé", "İZoé ßZoé İ P1"),
        ("Ana", "ß Ana i\u0307", "ß P1 i\u0307"),
        ("Straße Lima", "STRASSE LIMA", "P1"),
    ],
)
def test_words_that_grow_or_shrink_when_their_case_is_folded_are_found_where_they_stand(name, text, told):
    assert apply(text, NameFinder([Called((name,), "P1")]).edits(text)) == told
