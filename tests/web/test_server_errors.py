"""What there is when there is nothing to read: friendly errors, limits, health, figures."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry, generate_latest

from tests.builders import conversation
from tests.web.memory_sharing import MemorySharing
from tests.web.serving import BASE, NOBODY, serving
from web.app import build_app, start_server
from web.limits import Buckets
from web.metrics import start_metrics


@pytest.fixture
def sharing():
    return MemorySharing()


async def test_what_is_not_there_and_what_has_ended_are_told_in_the_same_words_everywhere(sharing):
    never, old = NOBODY, sharing.publish(conversation(3, title="Secret plan"))
    sharing.revoke(old)
    async with serving(sharing) as client:
        for token, status in ((never, 404), (old, 410)):
            bodies = set()
            for path in ("", "?page=2", ".md", ".json", ".png", "/m1", "/file/f1", "/file/f1?download", "/"):
                async with client.get(f"/share/{token}{path}", allow_redirects=False) as answer:
                    assert answer.status == status, path
                    bodies.add(await answer.read())
            assert len(bodies) == 1
            assert b"Secret" not in bodies.pop()


@pytest.mark.parametrize(
    "path",
    [
        "/share",
        "/share/",
        "/share/%ff%fe",
        "/share/%00",
        "/share/a%2Fb",
        "/share/..%2f..%2fetc",
        "/%zz",
        "/share/%",
        "/share/short",
        f"/share/{NOBODY}x",
        f"/share/{NOBODY}.pdf",
        f"/share/{NOBODY}.md.json",
        f"/share/{NOBODY}//",
        f"/share/{NOBODY}%0d%0aX:y",
        "/static/../app.py",
        "/static/%2e%2e%2fapp.py",
        "/wp-login.php",
        "/preview",
        "/share/" + "é" * 24,
        "/share/" + "\u202e" * 24,
        "/share//x",
    ],
)
async def test_strange_addresses_get_the_friendly_404(sharing, path):
    async with serving(sharing) as client:
        from yarl import URL

        async with client.get(URL(path, encoded=path.isascii())) as answer:
            assert answer.status == 404
            assert "text/html" in answer.headers["Content-Type"]
            assert b"Traceback" not in await answer.read()


async def test_who_guesses_at_links_is_slowed_down_and_who_has_one_is_not(sharing):
    token = sharing.publish(conversation(3))
    now = [100.0]
    async with serving(sharing, buckets=Buckets(burst=3, seconds=2, clock=lambda: now[0])) as client:

        async def ask(path: str) -> tuple[int, str | None]:
            async with client.get(path) as answer:
                return answer.status, answer.headers.get("Retry-After")

        assert [await ask(f"/share/{NOBODY}") for _ in range(3)] == [(404, None)] * 3
        assert await ask(f"/share/{NOBODY}") == (429, "2")
        assert await ask(f"/share/{NOBODY}.png") == (429, "2")
        assert await ask(f"/oembed?url={BASE}/share/{NOBODY}") == (429, "2")
        assert await ask(f"/share/{token}") == (200, None)
        now[0] += 2
        assert await ask(f"/share/{NOBODY}") == (404, None)
        assert await ask(f"/share/{NOBODY}") == (429, "2")


async def test_clients_behind_a_declared_proxy_are_told_apart_and_others_cannot_pretend(sharing):
    async def statuses(client: ClientSession, *addresses: str) -> list[int]:
        found = []
        for address in addresses:
            async with client.get(f"/share/{NOBODY}", headers={"X-Forwarded-For": address}) as answer:
                found.append(answer.status)
        return found

    async with serving(sharing, buckets=Buckets(burst=1), trusted_proxies=["127.0.0.1"]) as client:
        assert await statuses(client, "1.1.1.1", "2.2.2.2", "6.6.6.6, 1.1.1.1") == [404, 404, 429]
    async with serving(sharing, buckets=Buckets(burst=1)) as client:
        assert await statuses(client, "1.1.1.1", "2.2.2.2") == [404, 429]


async def test_a_method_that_is_not_offered_gets_a_friendly_405(sharing):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            async with client.request(method, f"/share/{token}") as answer:
                assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
                assert "text/html" in answer.headers["Content-Type"]


async def test_a_failure_inside_gets_a_friendly_500_without_a_word_of_it(sharing, capsys):
    token = sharing.publish(conversation(3, title="Very secret title"))

    def fail(share_id):
        raise RuntimeError(f"cannot count {share_id} Very secret title")

    sharing.count_view = fail
    async with serving(sharing) as client, client.get(f"/share/{token}") as answer:
        assert answer.status == 500
        body = await answer.text()
    said = body + "".join(capsys.readouterr())
    assert "RuntimeError" in said
    assert "RuntimeError" not in body
    assert "secret" not in said
    assert token not in said


async def test_health_tells_what_fails_without_telling_why(sharing):
    async def well():
        return 17

    async def broken():
        raise OSError("postgres://user:password@host is away")

    async with serving(sharing, checks={"queue": well}) as client, client.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True, "queue": 17})
    async with (
        serving(sharing, checks={"queue": well, "database": broken}) as client,
        client.get("/healthz") as answer,
    ):
        assert (answer.status, await answer.json()) == (503, {"ok": False, "queue": 17, "database": "failed"})


async def test_crawlers_are_let_in_so_that_they_see_they_may_not_index(sharing):
    async with serving(sharing) as client, client.get("/robots.txt") as answer:
        assert "Disallow" not in await answer.text()
        assert answer.content_type == "text/plain"


async def test_the_front_door_is_ours_unless_an_adapter_takes_it(sharing):
    async def playground(_request):
        return web.Response(text="a playground")

    async with serving(sharing) as client, client.get("/") as answer:
        assert answer.status == 200
        assert "Threadlink" in await answer.text()
    async with (
        serving(sharing, mounts=[lambda app: app.router.add_get("/", playground)]) as client,
        client.get("/") as answer,
    ):
        assert await answer.text() == "a playground"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_figures_are_counted_without_naming_a_link(sharing):
    registry = CollectorRegistry()
    token = sharing.publish(conversation(3, title="Named"))
    async with serving(sharing, registry=registry, buckets=Buckets(burst=1)) as client:
        for path in (f"/share/{token}", f"/share/{token}", f"/share/{NOBODY}", f"/share/{NOBODY}"):
            async with client.get(path) as answer:
                await answer.read()
    text = generate_latest(registry).decode()
    for line in (
        "threadlink_views_total 2.0",
        "threadlink_renders_total 1.0",
        "threadlink_cache_hits_total 1.0",
        "threadlink_limited_total 1.0",
        'threadlink_responses_total{status="2xx"} 2.0',
        'threadlink_responses_total{status="4xx"} 2.0',
    ):
        assert line in text
    assert token not in text
    assert "Named" not in text


def test_a_proxy_that_is_no_network_is_refused_at_the_start(sharing):
    with pytest.raises(ValueError, match="not-a-network"):
        build_app(sharing, base_url=BASE, trusted_proxies=["not-a-network"])


async def test_metrics_are_served_on_a_port_of_their_own(sharing):
    registry = CollectorRegistry()
    build_app(sharing, base_url=BASE, registry=registry)
    runner = await start_metrics("127.0.0.1", 0, registry)
    try:
        async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as client:
            async with client.get("/metrics") as answer:
                assert answer.status == 200
                assert "threadlink_views_total 0.0" in await answer.text()
            async with client.get("/") as answer:
                assert answer.status == 404
    finally:
        await runner.cleanup()


async def test_the_pages_do_not_serve_the_metrics(sharing):
    async with serving(sharing, registry=CollectorRegistry()) as client, client.get("/metrics") as answer:
        assert answer.status == 404


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(sharing):
    app = build_app(sharing, base_url=BASE)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="address already in use"),
    ):
        await start_server(app, "127.0.0.1", taken.getsockname()[1])


async def test_a_request_head_that_never_ends_is_cut_off_and_others_are_served_meanwhile(
    sharing, monkeypatch
):
    monkeypatch.setattr("web.app.IDLE_SECONDS", 0.05)
    token = sharing.publish(conversation(3))
    runner = await start_server(build_app(sharing, base_url=BASE), "127.0.0.1", 0)
    try:
        port = runner.addresses[0][1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        async with (
            ClientSession(f"http://127.0.0.1:{port}") as client,
            client.get(f"/share/{token}") as answer,
        ):
            assert answer.status == 200
        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /share/a HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET /share/\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /share/a\x00b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET http://other.example/share/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /share/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_what_is_not_http_gets_an_error_of_the_client_and_no_traceback(sharing, head):
    runner = await start_server(build_app(sharing, base_url=BASE), "127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
        writer.write(head)
        answer = await asyncio.wait_for(reader.read(), 20)
        assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
        assert b"Traceback" not in answer
        writer.close()
    finally:
        await runner.cleanup()
