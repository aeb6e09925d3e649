"""Reads HTML as strictly as we write it, and says what should not be in it."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "path", "rect", "circle", "use"})
ATTRIBUTES = {
    "html": {"lang"},
    "meta": {"charset", "name", "content", "property", "media"},
    "link": {"rel", "href", "type", "title"},
    "script": {"src", "id", "type"},
    "svg": {"width", "height", "viewbox"},
    "symbol": {"viewbox"},
    "g": {"fill", "stroke", "stroke-width"},
    "path": {"fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "d"},
    "rect": {"x", "y", "width", "height", "rx"},
    "circle": {"cx", "cy", "r", "fill", "stroke", "stroke-width"},
    "use": {"href"},
    "a": {"href", "rel", "download"},
    "img": {"src", "alt", "width", "height", "loading", "title"},
    "time": {"datetime", "data-s", "title"},
    "ol": {"start"},
    "th": {"scope"},
    "pre": {"tabindex"},
    "div": {"tabindex", "role"},
    "h2": {"tabindex"},
    "p": {"role"},
    "li": {"title"},
    "progress": {"max", "value"},
    "button": {"type", "hidden", "data-copy"},
    "form": {"method", "action"},
    "input": {"type", "name", "value", "checked", "min", "max", "inputmode"},
}
EVERYWHERE = {"class", "id", "aria-label", "aria-hidden", "aria-labelledby", "aria-current"}
PLAIN = frozenset(
    [
        "head",
        "title",
        "body",
        "header",
        "main",
        "footer",
        "nav",
        "section",
        "article",
        "h1",
        "h3",
        "h4",
        "ul",
        "p",
        "li",
        "b",
        "bdi",
        "strong",
        "em",
        "u",
        "s",
        "code",
        "span",
        "small",
        "q",
        "details",
        "summary",
        "br",
        "hr",
        "blockquote",
        "table",
        "tr",
        "td",
        "figure",
        "figcaption",
        "label",
        "fieldset",
        "legend",
    ]
)
SCHEMES = ("http://", "https://", "mailto:", "/", "#")
INLINE = frozenset(
    [
        "a",
        "b",
        "bdi",
        "strong",
        "em",
        "u",
        "s",
        "code",
        "span",
        "small",
        "q",
        "time",
        "br",
        "img",
        "svg",
        "use",
        "label",
        "input",
        "button",
    ]
)
"""What may stand in a paragraph: anything else would end it."""


class Structure(HTMLParser):
    """`faults` lists what is wrong, in words; `text` is what a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in PLAIN and tag not in ATTRIBUTES:
            self.faults.append(f"<{tag}>")
        self.faults += [
            f"{name} on <{tag}>" for name, _ in attrs if name not in ATTRIBUTES.get(tag, set()) | EVERYWHERE
        ]
        for name, value in attrs:
            if name in {"href", "src", "action"} and not (value or "").lower().startswith(SCHEMES):
                self.faults.append(f"{name}={value}")
        if "p" in self.open and tag not in INLINE:
            self.faults.append(f"<{tag}> ends a <p>")
        if tag == "a" and "a" in self.open:
            self.faults.append("a link in a link")
        if tag == "script" and not ({"src", "id"} & dict(attrs).keys()):
            self.faults.append("a script of its own")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> after {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"a declaration: {data[:40]}")


def read(html: str | bytes) -> Structure:
    """The structure of a page or a part of one."""
    structure = Structure()
    structure.feed(html.decode() if isinstance(html, bytes) else html)
    structure.close()
    structure.faults += [f"<{tag}> stays open" for tag in structure.open]
    return structure
