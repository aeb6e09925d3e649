"""The pages that a browser shows around an installation: a heading, a sentence, perhaps a link."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from markupsafe import Markup

_STYLE = Markup(
    "body{font:18px/1.6 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1.2em;color:#1f2430;"
    "background:#fff}a{color:#4f46e5}"
    "@media(prefers-color-scheme:dark){body{color:#e6e8ee;background:#14161c}a{color:#a5b4fc}}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE = Markup(
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>{style}</style></head>"
    "<body><main><h1>{title}</h1><p>{text}</p>{link}</main></body></html>\n"
)
_LINK = Markup('<p><a href="{url}">{label}</a></p>')

PAGE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address of this page holds the code and the ticket.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def page(title: str, text: str, link: tuple[str, str] | None = None) -> str:
    """The page as HTML; `link`: an address of ours and its label."""
    shown = _LINK.format(url=link[0], label=link[1]) if link else Markup()
    return str(_PAGE.format(title=title, style=_STYLE, text=text, link=shown))
