"""Highlighted code is the code, escaped, in few spans."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.strategies import texts
from web.highlight import SIZE_LIMIT, SPAN_LIMIT, highlight, language_label
from web.languages import LANGUAGES


def drawn(code: str, language: str) -> str:
    out: list[Markup] = []
    highlight(code, language, out)
    assert all(type(piece) is Markup for piece in out)
    return "".join(out)


def test_neighbours_of_one_class_share_a_span():
    assert drawn("def f(x):\n    return not x", "py") == (
        '<span class="k">def</span> <span class="f">f</span>(x):\n    <span class="k">return not</span> x'
    )


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("py", "Python"),
        ("PY", "Python"),
        ("c++", "C++"),
        ("", ""),
        ("text", ""),
        ("brainf<k", "brainf<k"),
        ("x" * 99, "x" * 24),
    ],
)
def test_a_language_has_its_common_name(language, label):
    assert language_label(language) == label


@pytest.mark.parametrize("code", ["x = 1", "\n\nx\n\n", "  <b>", "a\tb\n", "- a\n+ b", "\n"])
@pytest.mark.parametrize(
    "language", sorted({language.label.lower(): name for name, language in LANGUAGES.items()}.values())
)
def test_every_language_keeps_every_character(language, code):
    bare = re.sub(r'<span class="[a-z]">|</span>', "", drawn(code, language))
    assert html.unescape(bare) == code


@given(texts, st.sampled_from(("python", "js", "html", "php", "bash", "no-such")))
def test_whatever_the_code_nothing_of_it_is_lost_or_becomes_markup(code, language):
    bare = re.sub(r'<span class="[a-z]">|</span>', "", drawn(code, language))
    assert html.unescape(bare.replace("\x00", "")) == code.replace("\x00", "") or "\r" in code
    assert "<" not in bare


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("py", '@x\ns = f"a" # b', 'a:@x s:f"a" c:# b'),
        ("py", 's = """a\n"b" """', 's:"""a\n"b" """'),
        ("js", "const a = `x\ny`; // c", "k:const s:`x\ny` c:// c"),
        ("rust", "let c: &'a str = 'x';", "k:let a:'a t:str s:'x'"),
        ("sql", "Select a FROM b -- c", "k:Select k:FROM c:-- c"),
        ("bash", 'if x; then echo "$a" $b # c', 'k:if k:then t:echo s:"$a" a:$b c:# c'),
        ("json", '{"a": "b", "c": [1.5e3, true]}', 'a:"a" s:"b" a:"c" m:1.5e3 m:true'),
        ("yaml", "a b: true # c\n- d: 'x'", "a:a b m:true c:# c a:- d s:'x'"),
        ("html", '<a href="x">&amp;<!-- c -->', 't:<a a:href s:"x" t:> m:&amp; c:<!-- c -->'),
        ("diff", "--- a\n+++ b\n-x\n+y\n z", "f:--- a\n+++ b d:-x i:+y"),
        ("c", "#include <x.h>\nint main() { return 0; }", "a:#include t:int f:main k:return m:0"),
        ("go", "func Add(a int) {}", "k:func f:Add t:int"),
        ("java", "/* a */ class Ab {}", "c:/* a */ k:class t:Ab"),
        ("css", ".a { color: red } /* b */", "a:.a c:/* b */"),
    ],
)
def test_a_language_tells_its_parts_apart(language, code, expected):
    spans = re.findall(r'<span class="([a-z])">(.*?)</span>', drawn(code, language), re.DOTALL)
    assert " ".join(f"{name}:{html.unescape(text)}" for name, text in spans) == expected


def test_what_is_not_closed_reaches_to_the_end():
    assert drawn("/* a\nb", "c") == '<span class="c">/* a\nb</span>'


def test_a_block_has_a_bounded_number_of_spans():
    code = "x 1 " * 9_000
    assert drawn(code, "py").count("<span") == SPAN_LIMIT
    assert html.unescape(re.sub(r'<span class="[a-z]">|</span>', "", drawn(code, "py"))) == code


def test_very_long_code_stays_plain():
    assert "<span" not in drawn("x = 1\n" * SIZE_LIMIT, "py")
