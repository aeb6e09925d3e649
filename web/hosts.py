"""Says where a link really goes, where its label names another place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.richtext.nodes import Link, Text
from bot.richtext.plain import plain_inline

_LABEL_LIMIT = 400
_SHORTEST_TOP_DOMAIN = 2
_DOTS = str.maketrans("。․", "..")
_EDGES = "()[]{}<>\"'“”‘’«»,;!?. "


def real_host(link: Link) -> str | None:
    """The host that `link` leads to, if its label looks like another one; else None.

    The host is in ASCII (punycode), so that look-alike letters show. An address with a user name
    before its host (https://bank.example@host.example) always counts as looking like another.
    """
    match link.children:
        case (Text(label),) if label == link.url and "@" not in label:
            return None
        case _:
            label = plain_inline(link.children)
    if "." not in label and "@" not in link.url and label.isascii():
        return None
    parts = urlsplit(link.url)
    if parts.scheme == "mailto" or not parts.hostname:
        return None
    target = _ascii(parts.hostname)
    if "@" in parts.netloc or any(not _same(name, target) for name in _hosts_in(label)):
        return target
    return None


def _hosts_in(label: str) -> Iterator[str]:
    """What looks like a host in `label`, seen as a reader sees it: without invisible characters."""
    visible = "".join(c for c in label[:_LABEL_LIMIT] if unicodedata.category(c) not in {"Cf", "Mn"})
    for word in unicodedata.normalize("NFKC", visible).translate(_DOTS).lower().split():
        rest = word.partition("://")[2] or word
        for mark in "/?#\\":
            rest = rest.partition(mark)[0]
        name = rest.rpartition("@")[2].partition(":")[0].strip(_EDGES)
        pieces = name.split(".")
        top = pieces[-1]
        if len(pieces) > 1 and all(pieces) and len(top) >= _SHORTEST_TOP_DOMAIN and not top.isdecimal():
            yield _ascii(name)


def _same(name: str, target: str) -> bool:
    """Whether a label that names `name` is honest about `target`."""
    name, target = name.removeprefix("www."), target.removeprefix("www.")
    return name == target or target.endswith(f".{name}")


def _ascii(host: str) -> str:
    try:
        return host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:  # no name that DNS knows: shown as it is
        return host.lower()
