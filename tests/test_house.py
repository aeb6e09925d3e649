"""The house rules that import-linter cannot say: pure parsers and renderers, short files, short functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for room in ("bot", "adapters", "web") for path in (ROOT / room).rglob("*.py"))
PURE = [path for path in SOURCES if path.name.startswith("parse") and "adapters" in path.parts]
IMPURE = {
    *(
        "asyncio",
        "aiohttp",
        "aiosqlite",
        "sqlalchemy",
        "obstore",
        "requests",
        "socket",
        "subprocess",
        "random",
    ),
    *("os", "io", "time", "structlog", "logging", "slack_sdk", "discord"),
    *("bot.store", "bot.files", "bot.sharing", "bot.platforms", "bot.outbox", "bot.commands", "bot.settings"),
}
LONG_FILES = {"bot/model.py": "one list of values, each with what it means"}
LONG_FUNCTIONS: dict[str, str] = {}
FINISHED_HTML = {
    "web/unfurl.py": "JSON for a data block, every < of it escaped as JSON allows",
    "web/richtext.py": "pieces, each of which has just been seen to be Markup",
    "adapters/playground/render.py": "what an autoescaping template made",
}
"""Where a string becomes markup unseen, at most once a file, and why that is safe."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_a_parser_does_nothing_but_read_what_it_is_given(path):
    parts = {".".join(name.split(".")[:depth]) for name in imported(path) for depth in (1, 2)}
    assert parts.isdisjoint(IMPURE)


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_a_parser_asks_no_clock(path):
    text = path.read_text(encoding="utf-8")
    assert ".now(" not in text
    assert "utcnow" not in text


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_fits_on_a_few_screens(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert (lines > 300) == (name_of(path) in LONG_FILES)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_one_screen(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = len((ast.get_docstring(node) or "").splitlines())
            length = (node.end_lineno or 0) - node.lineno + 1 - documented
            where = f"{name_of(path)}:{node.name}"
            assert (length > 40) == (where in LONG_FUNCTIONS), where


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_html_is_built_by_escaping_parts_only(path):
    """No `|safe`, and no string that becomes markup unseen."""
    unseen = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Markup"
        and not all(isinstance(arg, ast.Constant) for arg in node.args)
    ]
    assert len(unseen) == (name_of(path) in FINISHED_HTML), unseen


@pytest.mark.parametrize(
    "path", sorted(p for room in ("web", "adapters") for p in (ROOT / room).rglob("*.html")), ids=name_of
)
def test_no_template_switches_escaping_off(path):
    text = path.read_text(encoding="utf-8")
    assert "|safe" not in text.replace(" ", "")
    assert "autoescape" not in text


CORE = [path for path in SOURCES if path.parts[len(ROOT.parts)] == "bot"]
OUTERMOST = ("bot/__main__.py", "bot/cli/", "bot/settings/")
WORD_LISTS = {"bot/privacy/words.py": "words of the dictionary"}


@pytest.mark.parametrize("path", [p for p in CORE if not name_of(p).startswith(OUTERMOST)], ids=name_of)
def test_the_core_names_no_platform(path):
    """Not in its code: a comment or docstring may name one as an example."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    words = [
        getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "value", None)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute | ast.Constant) and id(node) not in told
    ]
    named = [
        word for word in words if isinstance(word, str) and re.search("slack|discord", word, re.IGNORECASE)
    ]
    assert bool(named) == (name_of(path) in WORD_LISTS), named
