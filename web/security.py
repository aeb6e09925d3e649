"""What every answer says to the browser, and which posted forms are believed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from aiohttp import web

HTML = "text/html; charset=utf-8"
NOSNIFF = "X-Content-Type-Options"
REVALIDATE = "private, no-cache"
NEVER_STORE = "no-store"
FOR_EVER = "public, max-age=31536000, immutable"

INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""The only types of other people's files that are shown inside the origin."""

_DOWNLOAD_POLICY = "sandbox; default-src 'none'"
_FILE_NAME_LIMIT = 120
_EXTENSION_LIMIT = 10
_NOT_IN_A_FILE_NAME = re.compile(r'[/\\:*?"<>|]')
_NOT_IN_QUOTES = re.compile(r"[^A-Za-z0-9 ._()\-]")


@dataclass(frozen=True, slots=True)
class HeaderSets:
    """The headers of each kind of answer, without those of its body."""

    page: Mapping[str, str]
    preview: Mapping[str, str]
    error: Mapping[str, str]
    plain: Mapping[str, str]
    """Twins, oEmbed, /healthz, robots.txt: text that no browser runs."""
    card: Mapping[str, str]
    file: Mapping[str, str]
    static: Mapping[str, str]
    redirect: Mapping[str, str]
    guest: Mapping[str, str]
    """The least that a mounted route's answer has, where it brings no headers of its own."""


def make_header_sets(base_url: str, script: str) -> HeaderSets:
    """All header sets. `script` is the path of the one script below `base_url`, e.g. "/static/a.js"."""
    common = {
        NOSNIFF: "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Server": "Threadlink",
    }
    if base_url.startswith("https://"):
        common["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    address = f"{base_url}{script}"
    html = {**common, "Content-Type": HTML}
    plain = {**common, "Content-Security-Policy": _DOWNLOAD_POLICY, "Cache-Control": REVALIDATE}
    return HeaderSets(
        page={
            **html,
            "Content-Security-Policy": _policy(address),
            "Cache-Control": REVALIDATE,
            "Vary": "Accept-Encoding",
        },
        preview={
            **html,
            "Content-Security-Policy": _policy(address, form="'self'"),
            "Cache-Control": NEVER_STORE,
            # Under no-referrer a browser sends "Origin: null" with our own form (Fetch, 3.2).
            "Referrer-Policy": "same-origin",
        },
        error={**html, "Content-Security-Policy": _policy(address), "Cache-Control": NEVER_STORE},
        plain=plain,
        # The card exists to be shown by other origins; it says no more than the link's preview.
        card={**plain, "Cross-Origin-Resource-Policy": "cross-origin", "Content-Type": "image/png"},
        file=plain,
        static={**common, "Content-Security-Policy": _DOWNLOAD_POLICY, "Cache-Control": FOR_EVER},
        redirect={**common, "Content-Security-Policy": _DOWNLOAD_POLICY, "Cache-Control": NEVER_STORE},
        guest={**common, "Referrer-Policy": "same-origin"},
    )


def _policy(script: str, *, form: str = "'none'") -> str:
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self'; font-src 'self'; "
        f"base-uri 'none'; form-action {form}; frame-ancestors 'none'"
    )


def is_own_form(request: web.Request, base_url: str) -> bool:
    """Whether a POST comes from a page of ours.

    Browsers say so in Sec-Fetch-Site, where the connection is trustworthy, else in Origin. A
    request with neither does not come from a browser's form and is not believed.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    ours = urlsplit(base_url)
    return origin in {f"{ours.scheme}://{ours.netloc}", f"{ours.scheme}://{request.host}"}


def content_disposition(kind: str, name: str) -> str:
    """A Content-Disposition of `kind` "inline" or "attachment" for a file called `name` by
    anybody (RFC 6266): one line, no path, no invisible character, at most 120 characters.
    """
    name = safe_file_name(name)
    plain = _NOT_IN_QUOTES.sub("_", name)
    header = f'{kind}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def safe_file_name(name: str) -> str:
    """`name` as one that every system can save and that looks like what it is."""
    visible = "".join(
        c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
    )
    flat = " ".join(_NOT_IN_A_FILE_NAME.sub("_", visible).split()).strip(". ")
    if len(flat) > _FILE_NAME_LIMIT:
        stem, dot, extension = flat.rpartition(".")
        tail = f".{extension}" if dot and len(extension) <= _EXTENSION_LIMIT else ""
        flat = (stem if tail else flat)[: _FILE_NAME_LIMIT - len(tail)].rstrip(". ") + tail
    return flat or "file"
