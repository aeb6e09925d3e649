"""The real server: its twins are no pages, and its error pages do not repeat what was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from playwright.async_api import Error
from yarl import URL

from bot.model import Snapshot
from tests.e2e.xss import fields
from tests.e2e.xss.payloads import NARROW, sample
from tests.web.memory_sharing import MemorySharing
from web.app import build_app, start_server
from web.limits import Buckets

pytestmark = [pytest.mark.browser]

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TWINS = {".md": "text/markdown", ".json": "application/json"}


@dataclass(frozen=True)
class House:
    base: str
    token: str
    client: ClientSession

    async def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        async with self.client.get(URL(self.base + path, encoded=True)) as answer:
            return answer.status, dict(answer.headers), await answer.read()


@pytest_asyncio.fixture(loop_scope="session")
async def house() -> AsyncIterator[House]:
    """A server with one share that is hostile in every field."""
    port = unused_port()
    sharing = MemorySharing()
    said = tuple(replace(m, id=f"m{i}") for i, m in enumerate(fields.messages(HOSTILE), 1))
    head = replace(fields.header(HOSTILE), message_count=len(said))
    token = sharing.publish(Snapshot(head, said), sharer=HOSTILE)
    base = f"http://127.0.0.1:{port}"
    app = build_app(sharing, base_url=base, report=HOSTILE, buckets=Buckets(burst=10**9))
    runner = await start_server(app, "127.0.0.1", port)
    async with ClientSession() as client:
        yield House(base, token, client)
    await runner.cleanup()


async def test_the_page_is_as_sound_as_it_was_made(arena, house):
    status, headers, body = await house.get(f"/share/{house.token}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    async with arena.parser(house.base) as check:
        assert await check([body]) == [[]]


@pytest.mark.parametrize("ending", TWINS)
async def test_a_twin_is_no_page_to_a_browser(page, house, ending):
    path = f"/share/{house.token}{ending}"
    _, headers, body = await house.get(path)
    assert headers["Content-Type"].startswith(TWINS[ending])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert b"script" in body
    await page.add_init_script("window.alert = () => { document.title = 'fired'; }")
    with suppress(Error):  # a type that browsers do not show is saved instead
        await page.goto(house.base + path)
    assert await page.evaluate("document.contentType !== 'text/html' || document.URL === 'about:blank'")
    assert await page.title() != "fired"


async def test_what_other_apps_are_told_is_json(house):
    url = quote(f"{house.base}/share/{house.token}", safe="")
    _, headers, body = await house.get(f"/oembed?format=json&url={url}")
    assert headers["Content-Type"].startswith("application/json")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert HOSTILE[:20].encode() in body


@pytest.mark.corpus
@pytest.mark.long
async def test_an_error_page_does_not_repeat_what_was_asked_for(house):
    forms = (
        "/{}",
        "/share/{}",
        "/preview/{}",
        "/static/{}",
        f"/share/{house.token}/file/{{}}",
        "/oembed?url={}",
    )
    ordinary = [await house.get(form.format(word)) for form in forms for word in ("a", "a%2Fb")]
    known = {(status, body) for status, _, body in ordinary}
    for payload in (*NARROW, *(p for p in sample(60) if len(p) < 500)):
        for form in forms:
            status, headers, body = await house.get(form.format(quote(payload, safe="")))
            assert status in {400, 404, 410}
            assert (status, body) in known
            assert "Content-Security-Policy" in headers
