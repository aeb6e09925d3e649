"""Golden cases: files people can read that hold a source, the tree it means, and what renderers make of it.

A case file is Markdown-like text: `## title`, then lines `.key value`. A longer value stands on the
lines below its key, indented by four spaces. Text above the first title is a note to the reader.

    ## a bold link
    .slack    <https://example.org|*here*>
    .tree     Link(https://example.org, Bold(Text(here)))

Keys in `SOURCES` are written in a platform's format; every one of a case must give the same `.tree`.
Keys in `RENDERERS` are made from the tree. A missing key means "not promised".

`python -m tests.golden --accept` rewrites `.tree` of every case that has a source, and those renderer
keys that a case already has. Read the diff: it is the review.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.richtext.nodes import Body, Paragraph

CASES = Path(__file__).parent / "cases"
INDENT = "    "
KEY_LINE = re.compile(r"\.([a-z]+)(?: +(.*))?")
BARE = re.compile(r"[^\s()\",=\\]+(?: [^\s()\",=\\]+)*")

SOURCES = {
    "slack": "tests.adapters.slack.sources:text_body",
    "slackjson": "tests.adapters.slack.sources:message_body",
    "discord": "tests.adapters.discord.sources:text_body",
    "discordjson": "tests.adapters.discord.sources:message_body",
}
"""Source key -> "module:function" that takes the source and gives its Body."""

EXTRAS = {
    "cards": "tests.adapters.slack.sources:cards",
    "files": "tests.adapters.slack.sources:files",
}
"""Key -> "module:function" that takes a `.slackjson` source and gives lines of notation."""

RENDERERS = {
    "plain": "bot.richtext.plain:plain",
    "markdown": "bot.richtext.markdown:markdown",
    "html": "tests.web.golden_html:html",
    "slackpost": "tests.adapters.slack.golden_posts:posts",
    "discordpost": "tests.adapters.discord.golden_posts:posts",
}
"""Renderer key -> "module:function" that takes a Body and gives its text."""

ORDER = (*SOURCES, "tree", *RENDERERS, *EXTRAS)
"""How keys follow each other in an accepted case."""


@dataclasses.dataclass
class Case:
    title: str
    file: str
    values: dict[str, str]

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"

    def sources(self) -> dict[str, str]:
        return {key: value for key, value in self.values.items() if key in SOURCES}


def read(path: Path) -> tuple[str, list[Case]]:
    """The note above the first title, and the cases of one file. Raises ValueError on a line it cannot place."""
    note: list[str] = []
    cases: list[Case] = []
    key = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            cases.append(Case(line[3:].strip(), path.name, {}))
            key = ""
        elif not cases:
            note.append(line)
        elif match := KEY_LINE.fullmatch(line):
            key = match[1]
            if key not in ORDER:
                raise ValueError(f"{path.name}:{number}: no key is called .{key}")
            if key in cases[-1].values:
                raise ValueError(f"{path.name}:{number}: .{key} twice in one case")
            cases[-1].values[key] = match[2] or ""
        elif key and (line.startswith(INDENT) or not line.strip()):
            before = cases[-1].values[key]
            rest = line.removeprefix(INDENT)
            cases[-1].values[key] = f"{before}\n{rest}" if before or "\n" in before else f"\n{rest}"
        elif line.strip():
            raise ValueError(
                f"{path.name}:{number}: neither a title nor a key nor an indented value: {line!r}"
            )
    for case in cases:
        case.values = {k: _value(v) for k, v in case.values.items()}
    return "\n".join(note).strip("\n"), cases


def _value(text: str) -> str:
    """A value without the line end that separates a key from its block, and without blank lines at its end."""
    lines = text.removeprefix("\n").split("\n")
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    return "\n".join(lines)


def load(*keys: str, pattern: str = "*.md") -> list[Case]:
    """All cases of the files matching `pattern` that have every key of `keys`."""
    found = [case for path in sorted(CASES.glob(pattern)) for case in read(path)[1]]
    return [case for case in found if all(key in case.values for key in keys)]


def write(path: Path, note: str, cases: Iterable[Case]) -> None:
    """Write a case file in its canonical form."""
    parts = [note] if note else []
    parts += ["\n".join([f"## {c.title}", *(_entry(k, v) for k, v in c.values.items())]) for c in cases]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _entry(key: str, value: str) -> str:
    if "\n" in value or value != value.strip():
        return "\n".join([f".{key}", *(f"{INDENT}{line}" if line else "" for line in value.split("\n"))])
    return f".{key:<8} {value}".rstrip()


def notation(body: Body) -> str:
    """`body` as text: a lone paragraph as its inlines on one line, else one block a line."""
    if len(body) == 1 and isinstance(body[0], Paragraph):
        return ", ".join(map(node, body[0].children))
    return "\n".join(map(node, body))


def node(value: object) -> str:
    """One node: `Name(required fields, optional=fields that differ from their default, children)`."""
    assert dataclasses.is_dataclass(value)
    parts: list[str] = []
    children: list[str] = []
    for field in dataclasses.fields(value):
        content = getattr(value, field.name)
        if content == field.default:
            continue
        if isinstance(content, tuple):
            marked = field.default is not dataclasses.MISSING
            inner = list(map(_child, content))
            children += [f"{field.name}=({', '.join(inner)})"] if marked else inner
        elif field.default is dataclasses.MISSING:
            parts.append(atom(content))
        else:
            parts.append(f"{field.name}={atom(content)}")
    return f"{type(value).__name__}({', '.join(parts + children)})"


def _child(value: object) -> str:
    """A node, or a tuple of nodes (list item, table row or cell) in brackets."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_child, value))}]"
    return node(value) if dataclasses.is_dataclass(value) else atom(value)


def atom(value: object) -> str:
    """A string bare where nothing in it could be misread, else quoted as in JSON; other values as they are."""
    if not isinstance(value, str):
        return str(value)
    if value.isprintable() and BARE.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=not value.replace("\n", "").isprintable())


def resolve(target: str) -> Callable[..., object] | None:
    """The function behind "module:function", or None where its module does not exist."""
    module, _, function = target.partition(":")
    try:
        found: Callable[..., object] = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError:
        return None
    return found


def accept(path: Path) -> None:
    """Rewrite what is expected in one case file from what the code does now."""
    note, cases = read(path)
    for case in cases:
        _accept_case(case)
    write(path, note, cases)


def _accept_case(case: Case) -> None:
    for key, source in case.sources().items():
        parser = resolve(SOURCES[key])
        if parser is None:
            continue
        body = parser(source)
        assert isinstance(body, tuple)
        expected = {"tree": notation(body)}
        for name in RENDERERS.keys() & case.values.keys():
            if renderer := resolve(RENDERERS[name]):
                expected[name] = str(renderer(body))
        for name in EXTRAS.keys() & case.values.keys():
            if reader := resolve(EXTRAS[name]):
                expected[name] = str(reader(source))
        merged = case.values | expected
        case.values = {key: merged[key] for key in ORDER if key in merged}
        return


def main(arguments: list[str]) -> int:
    if arguments != ["--accept"]:
        print("usage: python -m tests.golden --accept")
        return 2
    for path in sorted(CASES.glob("*.md")):
        accept(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
