"""Highlighted code is the code, escaped, in few spans."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.strategies import texts
from web.highlight import _KNOWN, SIZE_LIMIT, highlight, language_label


def drawn(code: str, language: str) -> str:
    out: list[Markup] = []
    highlight(code, language, out)
    assert all(type(piece) is Markup for piece in out)
    return "".join(out)


def test_neighbours_of_one_class_share_a_span():
    assert drawn("def f(x):\n    return not x", "py") == (
        '<span class="k">def </span><span class="f">f</span>(x):\n    <span class="k">return not </span>x'
    )


@pytest.mark.parametrize(
    ("language", "label"),
    [("py", "Python"), ("PY", "Python"), ("c++", "C++"), ("", ""), ("text", ""), ("brainf<k", "brainf<k"), ("x" * 99, "x" * 24)],
)
def test_a_language_has_its_common_name(language, label):
    assert language_label(language) == label


@pytest.mark.parametrize("code", ["x = 1", "\n\nx\n\n", "  <b>", "a\tb\n", "- a\n+ b", "\n"])
@pytest.mark.parametrize("language", sorted({aliases[0] for aliases in _KNOWN.values()}))
def test_every_language_keeps_every_character(language, code):
    bare = re.sub(r'<span class="[a-z]">|</span>', "", drawn(code, language))
    assert html.unescape(bare) == code


@given(texts, st.sampled_from(("python", "js", "html", "php", "bash", "no-such")))
def test_whatever_the_code_nothing_of_it_is_lost_or_becomes_markup(code, language):
    bare = re.sub(r'<span class="[a-z]">|</span>', "", drawn(code, language))
    assert html.unescape(bare.replace("\x00", "")) == code.replace("\x00", "") or "\r" in code
    assert "<" not in bare


def test_very_long_code_stays_plain():
    assert "<span" not in drawn("x = 1\n" * SIZE_LIMIT, "py")
