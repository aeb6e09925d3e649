"""The style sheet and the script: read once, named by their content, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent
_CSS, _JS = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
_STYLES = ("tokens.css", "content.css", "page.css", "preview.css")


@dataclass(frozen=True, slots=True)
class Assets:
    """Paths below the base URL, such as "/static/page.1a2b3c.css".

    `content`: the part of `css` that draws what messages say, for pages with a frame of their own.
    """

    css: str
    script: str
    content: str


def assets() -> Assets:
    """Where the files of `static_files` are."""
    css, script, content = _load()
    return Assets(f"/static/{css[0]}", f"/static/{script[0]}", f"/static/{content[0]}")


def static_files() -> Mapping[str, tuple[bytes, str]]:
    """File name -> content and media type, of all that pages load from /static/."""
    css, script, content = _load()
    return {css[0]: (css[1], _CSS), script[0]: (script[1], _JS), content[0]: (content[1], _CSS)}


@cache
def _load() -> tuple[tuple[str, bytes], ...]:
    parts = {name: (_HERE / "static" / name).read_bytes() for name in (*_STYLES, "page.js")}
    css = b"\n".join(parts[name] for name in _STYLES)
    content = parts["tokens.css"] + b"\n" + parts["content.css"]
    return (
        _named("page", "css", css),
        _named("page", "js", parts["page.js"]),
        _named("content", "css", content),
    )


def _named(stem: str, ending: str, content: bytes) -> tuple[str, bytes]:
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}", content


@cache
def templates() -> Environment:
    """The templates of web/templates, autoescaped; an undefined name is an error."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
