"""The oracles prove themselves: they see what they are there to see, and nothing else."""

from __future__ import annotations

import pytest

from tests.e2e.xss import pages, raw
from tests.e2e.xss.payloads import sample
from web.render import render_page

pytestmark = [pytest.mark.corpus, pytest.mark.browser, pytest.mark.long]

PAGE = b"<!doctype html><html><head><title>a page</title></head><body><main>%s</main></body></html>"
FAULTS = {
    "a script": b"<script>alert(1)</script>",
    "a script from elsewhere": b"<script src=/static/other.js></script>",
    "a handler": b"<p onclick=alert(1)>text</p>",
    "a style": b"<p style='color:red'>text</p>",
    "a style element": b"<style>p{color:red}</style>",
    "a comment": b"<p>text<!-- unseen --></p>",
    "a frame": b"<iframe src=/page/1></iframe>",
    "an object": b"<object data=/page/1></object>",
    "an embed": b"<embed src=/page/1>",
    "a base": b"<base href=https://example.org/>",
    "a refresh": b"<meta http-equiv=refresh content='0;url=/page/1'>",
    "a style sheet": b"<link rel=stylesheet href=/static/a.css>",
    "a form": b"<form action=https://example.org/></form>",
    "a second form": b"<form action=/preview/a></form><form action=/preview/b></form>",
    "an attribute of its own": b"<p data-x=1>text</p>",
    "an element of its own": b"<custom-element></custom-element>",
    "a script in a drawing": b"<svg><script>alert(1)</script></svg>",
    "a foreign object": b"<svg><foreignObject><p>text</p></foreignObject></svg>",
    "a link in a drawing": b"<svg><a href='javascript:alert(1)'></a></svg>",
    "a formula": b"<math><mi>x</mi></math>",
    "a script address": b"<a href='javascript:alert(1)' rel=noopener>text</a>",
    "a data address": b"<a href='data:text/html,text' rel=noopener>text</a>",
    "a veiled script address": b"<a href='java&#9;script:alert(1)' rel=noopener>text</a>",
    "a way out": b"<a href='https://example.org/'>text</a>",
    "a picture from elsewhere": b"<img src='https://example.org/a.png'>",
    "a strange class": b"<p class='a\"b'>text</p>",
    "a second main": b"</main><main>",
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_structural_oracle_sees(check, fault):
    found, clean = await check([PAGE % FAULTS[fault], PAGE % b"<p>text</p>"])
    assert found
    assert not clean


async def test_raw_insertion_fires(firing):
    assert len(firing) >= raw.LEAST * len(sample(raw.SAMPLE))


async def test_the_policy_stops_what_raw_insertion_fires_and_says_so(arena, copy, firing):
    page = raw.raw_page(copy, next(p for p in firing if "<script" in p or "onerror" in p))
    seen = await arena.visit(page, arena.headers.page)
    assert not seen.fired
    assert seen.violations
    assert seen.structure


async def test_a_request_to_elsewhere_is_counted(arena, copy):
    seen = await arena.visit(raw.raw_page(copy, "<img src=https://example.org/a.png>"))
    assert seen.requests == ["https://example.org/a.png"]


async def test_a_link_check_that_lets_everything_through_is_caught(arena, monkeypatch):
    monkeypatch.setattr("bot.richtext.nodes.is_safe_url", lambda url: bool(url.strip()))
    page = render_page(pages.everything(["javascript:alert(1)"], arena.base))
    seen = await arena.visit(page)
    assert any("javascript:" in what for what in seen.structure)
    assert seen.fired
