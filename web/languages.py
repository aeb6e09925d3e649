"""The languages whose code is coloured: what their words, comments and strings look like.

A description, not a grammar: enough that code reads well. Each becomes one regular expression that
takes every character once and never goes back (possessive and bounded pieces only), so that any text,
however odd, takes a time in proportion to its length. That is why no general lexer library is used:
theirs take seconds for some kilobytes of blank lines or unclosed comments, and what is coloured here
was written by anybody.

languages.toml has, for each language: `label`, its `names`; `keywords`, `types` and `constants` (words,
after those of the language that it `extends`); `comments`, `strings` and `marks` (decorators, variables:
names of `PATTERNS`, or regular expressions); `word`, how a word looks; `fold`, whether its case does not
matter; `calls`, whether another word before "(" is a function; `capitals`, whether one with a capital is a
type. Or `shapes`: classes and what they match, where a language is not made of words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NotRequired, TypedDict

_TRIPLE = r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+(?:""")?+' + r"|'''(?:[^'\\]|\\[\s\S]|'(?!''))*+(?:''')?+"
_DOUBLE, _SINGLE = r'"(?:[^"\\\n]|\\.)*+"?+', r"'(?:[^'\\\n]|\\.)*+'?+"

PATTERNS: Mapping[str, str] = {
    "SLASHES": r"//[^\n]*+",
    "BLOCK": r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?+",
    "HASH": r"\#[^\n]*+",
    "SHELL_HASH": r"(?<![^\s;(])\#[^\n]*+",
    "DASHES": r"--[^\n]*+",
    "SEMICOLON": r";[^\n]*+",
    "PERCENT": r"%[^\n]*+",
    "MARKUP_COMMENT": r"<!--(?:[^-]|-(?!->))*+(?:-->)?+",
    "TRIPLE": _TRIPLE,
    "DOUBLE": _DOUBLE,
    "SINGLE": _SINGLE,
    "BACKTICK": r"`(?:[^`\\]|\\[\s\S])*+`?+",
    "SQL_STRING": r"'[^']*+'?+",
    # Where an apostrophe alone means something else, as in Rust's lifetimes.
    "CHARACTER": r"'(?:[^'\\\n]|\\[^\n]{1,8})'",
    "PYTHON_STRING": rf"(?:\b[bBfFrRuUtT]{{1,2}})?+(?:{_TRIPLE}|{_DOUBLE}|{_SINGLE})",
    "YAML_STRING": rf"(?<!\w)(?:{_DOUBLE}|{_SINGLE})",
    "VALUE": r'(?<==)(?:"[^"<]*+"?+|' + r"'[^'<]*+'?+)",
    "AT": r"@[\w.]++",
    "DOLLAR": r"\$(?:\w++|\{[^}\n]*+\}?+|[#?!$@*-])",
    "PREPROCESSOR": r"(?m:^)[ \t]*+\#[ \t]*+\w++",
}
_NUMBER = r"\d[\w.]*+"
_WORD = r"[^\W\d]\w*+"
_CONSTANTS = "true false null"


class _Entry(TypedDict):
    label: str
    names: str
    extends: NotRequired[str]
    keywords: NotRequired[str]
    types: NotRequired[str]
    constants: NotRequired[str]
    comments: NotRequired[Sequence[str]]
    strings: NotRequired[Sequence[str]]
    marks: NotRequired[Sequence[str]]
    word: NotRequired[str]
    fold: NotRequired[bool]
    calls: NotRequired[bool]
    capitals: NotRequired[bool]
    shapes: NotRequired[Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Language:
    """The groups of `pattern` name the class of what they match. Group `w` takes a word as a whole; its
    class is in `words` (in lower case with `fold`), or it has none.
    """

    label: str
    pattern: re.Pattern[str]
    words: Mapping[str, str] = field(default_factory=dict)
    fold: bool = False
    calls: bool = False
    capitals: bool = False


def _load() -> dict[str, Language]:
    entries: Sequence[_Entry] = tomllib.loads(
        Path(__file__).with_name("languages.toml").read_text(encoding="utf-8")
    )["language"]
    known: dict[str, Language] = {}
    for entry in entries:
        language = _read(entry, known)
        known.update(dict.fromkeys(entry["names"].split(), language))
    return known


def _read(entry: _Entry, known: Mapping[str, Language]) -> Language:
    shapes = entry.get("shapes")
    if shapes is not None:
        return Language(entry["label"], _pattern(shapes))
    words = dict(known[entry["extends"]].words) if "extends" in entry else {}
    for name, text in (
        ("t", entry.get("types", "")),
        ("m", entry.get("constants", _CONSTANTS)),
        ("k", entry.get("keywords", "")),
    ):
        words.update(dict.fromkeys(text.split(), name))
    groups = {
        "a": entry.get("marks", ()),
        "c": entry.get("comments", ("SLASHES", "BLOCK")),
        "s": entry.get("strings", ("DOUBLE", "SINGLE")),
        "m": (_NUMBER,),
        "w": (entry.get("word", _WORD),),
    }
    return Language(
        entry["label"],
        _pattern(groups),
        words,
        entry.get("fold", False),
        entry.get("calls", True),
        entry.get("capitals", False),
    )


def _pattern(groups: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The first group that matches wins."""
    parts = {name: "|".join(PATTERNS.get(part, part) for part in group) for name, group in groups.items()}
    return re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items() if part))


LANGUAGES: Mapping[str, Language] = _load()
"""By each of their names, in lower case."""
