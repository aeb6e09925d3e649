"""A second copy of everything that makes HTML, in which one escape at a time can be taken away.

The copy is made from the same sources. Around every value that is about to be escaped (the argument
of `escape`, those of a Markup's `format` and `join`, the table that keeps JSON inside its script
element, every `{{ variable }}` of a template) stands a point with a number. While a point is broken,
its value counts as markup and is not escaped any more.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import BaseLoader, Environment, nodes
from markupsafe import Markup

ROOT = Path(__file__).parents[3]
_POINT, _EACH, _TABLE = "__point__", "__each__", "__table__"
_VARIABLE = re.compile(r"\{\{(-?)(.*?)(-?)\}\}", re.DOTALL)
_MODULES = ("web", "adapters.playground.render")


@dataclass(frozen=True, slots=True)
class Point:
    """A value on its way to an escape: `file` it stands in, and `source`, its expression.
    `constant`: it is one of our own words in any case.
    """

    number: int
    file: str
    source: str
    constant: bool

    @property
    def name(self) -> str:
        return f"{self.file}: {self.source}"


@dataclass
class Points:
    """All points, and which are broken."""

    all: list[Point] = field(default_factory=list)
    broken: frozenset[int] = frozenset()
    passed: set[int] = field(default_factory=set)
    """Points that any value has come to."""
    escaping: set[int] = field(default_factory=set)
    """Points that a plain string has come to: an escape changes neither markup nor numbers."""

    def add(self, file: str, source: str, *, constant: bool) -> int:
        self.all.append(Point(len(self.all), file, source, constant))
        return len(self.all) - 1

    def value(self, number: int, value: Any) -> Any:
        self.passed.add(number)
        if isinstance(value, Markup) or not isinstance(value, str):
            return value
        self.escaping.add(number)
        return Markup(value) if number in self.broken else value

    def each(self, number: int, values: Iterable[Any]) -> Iterator[Any]:
        self.passed.add(number)
        return (self.value(number, value) for value in values)

    def table(self, number: int, table: dict[int, str]) -> dict[int, str]:
        self.passed.add(number)
        self.escaping.add(number)
        return {} if number in self.broken else table

    @contextmanager
    def without(self, *points: Point) -> Iterator[None]:
        self.broken = frozenset(point.number for point in points)
        try:
            yield
        finally:
            self.broken = frozenset()


@dataclass(frozen=True)
class Copy:
    """The second copy of `web.render` and of the playground's renderer."""

    points: Points
    render: ModuleType
    playground: ModuleType


class _Marker(ast.NodeTransformer):
    """Puts a point around every value that a module escapes."""

    def __init__(self, points: Points, file: str) -> None:
        self._points = points
        self._file = file

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Name("escape"):
                node.args = [self._marked(_POINT, arg) for arg in node.args]
            case ast.Attribute(receiver, "format") if not isinstance(receiver, ast.Constant):
                node.args = [self._marked(_POINT, arg) for arg in node.args]
                for keyword in node.keywords:
                    keyword.value = self._marked(_POINT, keyword.value)
            case ast.Attribute(ast.Call(ast.Name("Markup")), "join"):
                node.args = [self._marked(_EACH, arg) for arg in node.args]
            case ast.Attribute(_, "translate") if ast.unparse(node.args[0]) == "_IN_SCRIPT":
                node.args = [self._marked(_TABLE, arg) for arg in node.args]
        return node

    def _marked(self, function: str, value: ast.expr) -> ast.Call:
        source = re.sub(r"__(?:point|each|table)__\(\d+, ", "(", ast.unparse(value))
        number = self._points.add(self._file, source, constant=_is_constant(value))
        return ast.Call(ast.Name(function, ast.Load()), [ast.Constant(number), value], [])


def _is_constant(value: ast.expr) -> bool:
    match value:
        case ast.Constant():
            return True
        case ast.IfExp(_, body, orelse):
            return _is_constant(body) and _is_constant(orelse)
        case _:
            return False


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports modules below `_MODULES` with their points."""

    def __init__(self, points: Points) -> None:
        self._points = points

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        file = ROOT / (fullname.replace(".", "/") + ".py")
        if not _is_ours(fullname) or not file.is_file():
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=str(file))

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        file = Path(str(module.__spec__.origin))
        module.__file__ = str(file)
        marker = _Marker(self._points, str(file.relative_to(ROOT)))
        tree = ast.fix_missing_locations(marker.visit(ast.parse(file.read_text(encoding="utf-8"))))
        points: dict[str, Callable[..., Any]] = {
            _POINT: self._points.value,
            _EACH: self._points.each,
            _TABLE: self._points.table,
        }
        module.__dict__.update(points)
        exec(compile(tree, str(file), "exec"), module.__dict__)


def _is_ours(name: str) -> bool:
    return any(name == ours or name.startswith(f"{ours}.") for ours in _MODULES)


class _Templates(BaseLoader):
    """Templates with a point around each of their variables."""

    def __init__(self, points: Points, environment: Environment, folder: str) -> None:
        self._points = points
        self._environment = environment
        self._folder = folder
        assert environment.loader is not None
        self._loader = environment.loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:
        source, path, _ = self._loader.get_source(environment, template)
        file = f"{self._folder}/{template}"

        def marked(found: re.Match[str]) -> str:
            expression = found[2].strip()
            constant = self._is_constant(expression)
            number = self._points.add(file, expression, constant=constant)
            return f"{{{{{found[1]} {_POINT}({number}, ({expression})) {found[3]}}}}}"

        return _VARIABLE.sub(marked, source), path, None

    def _is_constant(self, expression: str) -> bool:
        output = self._environment.parse(f"{{{{ {expression} }}}}").body[0]
        assert isinstance(output, nodes.Output)
        return _says_constants(output.nodes[0])


def _says_constants(node: nodes.Expr | None) -> bool:
    match node:
        case None | nodes.Const():
            return True
        case nodes.CondExpr():
            return _says_constants(node.expr1) and _says_constants(node.expr2)
        case _:
            return False


def mark_templates(points: Points, environment: Environment, folder: str) -> None:
    """Puts points into all templates of `environment`, which stand in `folder`."""
    environment.loader = _Templates(points, environment, folder)
    environment.globals[_POINT] = points.value
    for path in sorted((ROOT / folder).glob("*.html")):
        environment.get_template(path.name)


def make_copy() -> Copy:
    """A second copy of the renderers with their points. The first stays as it is."""
    points = Points()
    finder = _Finder(points)
    kept = {name: module for name, module in sys.modules.items() if _is_ours(name)}
    for name in kept:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    try:
        render = importlib.import_module("web.render")
        playground = importlib.import_module("adapters.playground.render")
        assets = sys.modules["web.assets"]
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _is_ours(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        for name, module in kept.items():  # an import also sets the attribute of the package
            package, _, child = name.rpartition(".")
            if package:
                setattr(sys.modules[package], child, module)
    mark_templates(points, assets.templates(), "web/templates")
    return Copy(points, render, playground)
