"""Code -> HTML with a class on what belongs together: our own writer over Pygments' lexers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup, escape
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Error, Generic, Keyword, Name, Number, Operator, String, _TokenType, is_token_subtype

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE_LIMIT = 12_000
LINE_LIMIT = 400
BLANK_LINES_LIMIT = 8
"""Code beyond these stays plain: lexers are written for what people write, and some take a time that
grows with the square of a line or of a run of blank lines."""
LABEL_LIMIT = 24

_LANGUAGES = """
bash: bash sh shell zsh ksh = Shell
console: console shellsession = Shell session
batch: batch bat cmd = Batch
c: c h = C
cpp: cpp c++ cc cxx hpp = C++
csharp: csharp c# cs = C#
clojure: clojure clj = Clojure
css: css = CSS
scss: scss sass = SCSS
dart: dart = Dart
diff: diff patch udiff = Diff
docker: docker dockerfile = Dockerfile
elixir: elixir ex exs = Elixir
erlang: erlang erl = Erlang
fsharp: fsharp f# fs = F#
go: go golang = Go
graphql: graphql gql = GraphQL
groovy: groovy gradle = Groovy
haskell: haskell hs = Haskell
hcl: hcl terraform tf = HCL
html: html htm xhtml = HTML
http: http = HTTP
ini: ini cfg conf = INI
java: java = Java
javascript: javascript js jsx mjs cjs node = JavaScript
json: json json5 jsonc = JSON
julia: julia jl = Julia
kotlin: kotlin kt kts = Kotlin
tex: latex tex = LaTeX
lua: lua = Lua
make: make makefile mk = Makefile
markdown: markdown md = Markdown
nginx: nginx = nginx
nix: nix = Nix
objective-c: objective-c objectivec objc = Objective-C
ocaml: ocaml ml = OCaml
perl: perl pl = Perl
php: php = PHP
powershell: powershell ps1 posh pwsh = PowerShell
properties: properties = Properties
protobuf: protobuf proto = Protocol Buffers
python: python py python3 py3 = Python
pycon: pycon = Python session
pytb: pytb py3tb traceback = Python traceback
r: r = R
ruby: ruby rb = Ruby
rust: rust rs = Rust
scala: scala = Scala
sql: sql mysql sqlite = SQL
postgresql: postgresql postgres plpgsql = PostgreSQL
swift: swift = Swift
toml: toml = TOML
typescript: typescript ts tsx = TypeScript
vim: vim viml = Vim script
xml: xml svg xsl rss = XML
yaml: yaml yml = YAML
zig: zig = Zig
"""
_PLAIN = frozenset({"", "text", "txt", "plain", "plaintext", "none"})

_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Keyword.Constant, "m"),
    (Keyword.Type, "t"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Comment.Preproc, "a"),
    (Comment, "c"),
    (String, "s"),
    (Number, "m"),
    (Name.Function, "f"),
    (Name.Class, "t"),
    (Name.Tag, "t"),
    (Name.Builtin, "t"),
    (Name.Exception, "t"),
    (Name.Decorator, "a"),
    (Name.Attribute, "a"),
    (Name.Property, "a"),
    (Name.Constant, "m"),
    (Generic.Deleted, "d"),
    (Generic.Error, "d"),
    (Generic.Traceback, "d"),
    (Generic.Inserted, "i"),
    (Generic.Heading, "f"),
    (Generic.Subheading, "f"),
    (Generic.Prompt, "c"),
    (Generic.Output, "c"),
    (Error, ""),
)
_OPEN = {name: Markup('<span class="{}">').format(name) for name in "kmtacsfdi"}
_CLOSE = Markup("</span>")


class _Lexer(Protocol):
    def get_tokens_unprocessed(self, text: str) -> Iterable[tuple[int, _TokenType, str]]: ...


def _read_languages() -> dict[str, tuple[str, str]]:
    """Alias -> Pygments' name and ours."""
    known = {}
    for line in _LANGUAGES.strip().splitlines():
        lexer, _, rest = line.partition(": ")
        aliases, _, label = rest.partition(" = ")
        known.update(dict.fromkeys(aliases.split(), (lexer, label)))
    return known


_KNOWN = _read_languages()


def language_label(language: str) -> str:
    """What to call `language`: its common name, what the author wrote, or "" for plain text."""
    name = language.strip().lower()
    if name in _PLAIN:
        return ""
    known = _KNOWN.get(name)
    return known[1] if known else language.strip()[:LABEL_LIMIT]


def highlight(code: str, language: str, out: list[Markup]) -> None:
    """Appends `code` to `out`, escaped and complete, with neighbours of one class in one span.

    A language that we do not know, and code beyond the limits, stays plain.
    """
    known = _KNOWN.get(language.strip().lower())
    if known is None or not code or not _is_ordinary(code):
        out.append(escape(code))
        return
    run: list[str] = []
    current = ""
    # Many lexers expect that the last line ends.
    for _, kind, text in _lexer(known[0]).get_tokens_unprocessed(f"{code}\n"):
        name = _class(kind)
        if name != current and not text.isspace():
            _write_run(run, current, out)
            run, current = [], name
        run.append(text)
    _write_run(["".join(run).removesuffix("\n")], current, out)


def _is_ordinary(code: str) -> bool:
    return (
        len(code) <= SIZE_LIMIT
        and "\n" * (BLANK_LINES_LIMIT + 2) not in code
        and (len(code) <= LINE_LIMIT or max(map(len, code.splitlines())) <= LINE_LIMIT)
    )


def _write_run(run: list[str], name: str, out: list[Markup]) -> None:
    text = escape("".join(run))
    if name and text:
        out += (_OPEN[name], text, _CLOSE)
    else:
        out.append(text)


@cache
def _lexer(name: str) -> _Lexer:
    lexer: _Lexer = get_lexer_by_name(name, startinline=True)
    return lexer


@cache
def _class(kind: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if is_token_subtype(kind, parent)), "")
