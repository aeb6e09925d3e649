"""The golden-case files are read and written without loss, and their notation is unambiguous."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.richtext.nodes import Bold, CodeBlock, Emoji, Heading, Link, List, Paragraph, Table, Text
from tests.golden import CASES, RENDERERS, SOURCES, Case, load, notation, read, resolve, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "case.md"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.md")), ids=lambda path: path.name)
def test_case_files_stand_in_their_canonical_form(path: Path, file: Path):
    write(file, *read(path))
    assert file.read_text("utf-8") == path.read_text("utf-8")


def test_values_on_one_line_and_on_several(file: Path):
    file.write_text("a note\n\n## one\n.slack    *a*\n.tree\n    x\n\n      y\n\n## two\n.plain\n", "utf-8")
    note, (one, two) = read(file)
    assert note == "a note"
    assert (one.title, one.values) == ("one", {"slack": "*a*", "tree": "x\n\n  y"})
    assert (two.title, two.values) == ("two", {"plain": ""})


@pytest.mark.parametrize("text", ["stray\n", ".slack a\n.slack b\n", ".nonsense a\n"])
def test_a_line_that_cannot_be_placed_is_named(file: Path, text: str):
    file.write_text(f"## one\n{text}", "utf-8")
    with pytest.raises(ValueError, match=r"case\.md:"):
        read(file)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ((), ""),
        ((Paragraph((Text("a b"),)),), "Text(a b)"),
        ((Paragraph((Text("a, b"), Text(" c"))),), 'Text("a, b"), Text(" c")'),
        ((Paragraph((Text("\u202e"),)),), 'Text("\\u202e")'),
        ((Paragraph((Text("a"),)), Heading(2, (Text("b"),))), "Paragraph(Text(a))\nHeading(2, Text(b))"),
        ((CodeBlock("x\ny", "c"),), 'CodeBlock("x\\ny", language=c)'),
        (
            (Paragraph((Link("https://example.org", (Bold((Text("here"),)),)),)),),
            "Link(https://example.org, Bold(Text(here)))",
        ),
        ((Paragraph((Emoji("tada", "🎉"),)),), "Emoji(tada, char=🎉)"),
        (
            (List(((Paragraph((Text("a"),)),),), ordered=True, start=3),),
            "List(ordered=True, start=3, [Paragraph(Text(a))])",
        ),
        ((Table((((Text("a"),), ()),), header=True),), "Table(header=True, [[Text(a)], []])"),
    ],
)
def test_notation(body, text):
    assert notation(body) == text


def rendered() -> list[tuple[str, Case]]:
    return [
        (name, case)
        for name in RENDERERS
        if resolve(RENDERERS[name])
        for case in load(name)
        if case.sources()
    ]


@pytest.mark.parametrize(("name", "case"), rendered(), ids=str)
def test_what_a_renderer_makes_of_a_case_is_what_was_accepted(name: str, case: Case):
    """A difference is either a fault, or an intended change that `make accept` writes down."""
    key, source = next(iter(case.sources().items()))
    parse, render = resolve(SOURCES[key]), resolve(RENDERERS[name])
    assert parse
    assert render
    assert str(render(parse(source))) == case.values[name]
