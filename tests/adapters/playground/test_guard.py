"""Other websites in the same browser can neither read nor write here."""

from __future__ import annotations

import pytest

from adapters.playground.guard import POLICY

POST = "/playground/api/threads"


async def routes(browser):
    """Every GET route with something behind it."""
    state = await browser.json("state")
    thread = state["channels"][0]["threads"][0]["id"]
    return ["/", "/playground/static/app.js", "/playground/api/people", "/playground/api/state",
            f"/playground/api/threads/{thread}", "/playground/api/notices"]  # fmt: skip


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
async def test_it_answers_under_its_own_addresses(browser, name):
    assert (await browser.get("/", host=f"{name}:{browser.port}")).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "localhost:1", "localhost.evil.example:{port}", "[::2]:{port}"]
)
async def test_a_foreign_host_is_refused_everywhere(browser, host):
    for path in [*await routes(browser), "/playground/api/events"]:
        response = await browser.get(path, host=host.format(port=browser.port))
        assert response.status == 403, path
        assert "own address" in (await response.json())["error"]
    assert (await browser.post(POST, host=host.format(port=browser.port))).status == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "https://localhost:{port}",
        "http://127.0.0.1:{port}",
        "http://localhost",
    ],
)
async def test_a_post_from_another_origin_is_refused(browser, chat, origin):
    before = await chat.threads("U01QANA7")
    body = {"channel": "C01GENERAL", "title": "x", "text": "x"}
    response = await browser.post(POST, body, origin=origin and origin.format(port=browser.port))
    assert response.status == 403
    assert "own page" in (await response.json())["error"]
    assert await chat.threads("U01QANA7") == before


@pytest.mark.parametrize(
    "path", ["threads", "command", "act", "posts/1/delete", "threads/T1/delete", "notices/x/dismiss", "files"]
)
async def test_every_post_route_is_guarded(browser, path):
    url = f"/playground/api/{path}"
    assert (await browser.post(url, origin="http://evil.example")).status == 403
    assert (await browser.post(url, host="evil.example")).status == 403
    assert (await browser.post(url, content_type="text/plain")).status == 415


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_form_of_another_kind_is_refused(browser, kind):
    assert (await browser.post(POST, content_type=kind)).status == 415


async def test_every_answer_has_the_policy(browser):
    for path in [*await routes(browser), "/playground/static/none.js", "/playground/api/threads/T404"]:
        headers = (await browser.get(path)).headers
        assert headers["Content-Security-Policy"] == POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


async def test_the_page_has_no_inline_script_or_style(browser):
    page = await (await browser.get("/")).text()
    assert "<script>" not in page
    assert "style=" not in page
    assert "onclick" not in page
    assert "'unsafe" not in POLICY


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 100_000, b'{"channel": 5}', b'{"files": "x"}', b"\xff\xfe"]
)
async def test_broken_json_gets_a_kind_sentence(browser, body):
    response = await browser.post(POST, body)
    assert response.status in (400, 404)
    assert (await response.json())["error"]


@pytest.mark.parametrize("who", ["U09SAGEX", "U00THREADLINK", "U404", ""])
async def test_apps_and_nobody_cannot_be_impersonated(browser, who):
    for path in ("state", "notices", "events"):
        assert (await browser.get(f"/playground/api/{path}", who)).status == 400
    assert (await browser.refused("threads", {"channel": "C01GENERAL", "title": "x", "text": "x"}, who))[
        0
    ] == 400
