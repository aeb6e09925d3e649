"""Headers of every kind of answer, file names of anybody, forms of nobody else."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.model import FileState
from tests.builders import attach, conversation, file, message, snapshot
from tests.web.memory_sharing import MemorySharing
from tests.web.serving import BASE, NOBODY, serving
from web.limits import Buckets, Clients
from web.render import assets
from web.security import content_disposition, is_own_form, safe_file_name

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Server": "Threadlink",
}


def page_policy(form: str = "'none'") -> str:
    return (
        f"default-src 'none'; script-src {BASE}{assets().script}; style-src 'self'; img-src 'self'; "
        f"font-src 'self'; base-uri 'none'; form-action {form}; frame-ancestors 'none'"
    )


PAGE = {"Content-Security-Policy": page_policy(), "Referrer-Policy": "no-referrer"}
SEALED = {"Content-Security-Policy": "sandbox; default-src 'none'", "Referrer-Policy": "no-referrer"}
KINDS = {
    "page": ("/share/{live}", 200, PAGE | {"Cache-Control": "private, no-cache"}),
    "page unchanged": ("/share/{live}", 304, PAGE | {"Cache-Control": "private, no-cache"}),
    "unknown": (f"/share/{NOBODY}", 404, PAGE | {"Cache-Control": "no-store"}),
    "revoked": ("/share/{old}", 410, PAGE | {"Cache-Control": "no-store"}),
    "no such address": ("/nowhere", 404, PAGE | {"Cache-Control": "no-store"}),
    "failure": ("/share/{broken}", 500, PAGE | {"Cache-Control": "no-store"}),
    "front": ("/", 200, PAGE),
    "preview": (
        "/preview/{draft}",
        200,
        {
            "Content-Security-Policy": page_policy("'self'"),
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        },
    ),
    "preview gone": ("/preview/nothing", 410, PAGE | {"Cache-Control": "no-store"}),
    "markdown": ("/share/{live}.md", 200, SEALED | {"Cache-Control": "private, no-cache"}),
    "json": ("/share/{live}.json", 200, SEALED | {"Cache-Control": "private, no-cache"}),
    "card": (
        "/share/{live}.png",
        200,
        SEALED | {"Content-Type": "image/png", "Cross-Origin-Resource-Policy": "cross-origin"},
    ),
    "picture": (
        "/share/{live}/file/f1",
        200,
        SEALED | {"Content-Type": "image/png", "Cache-Control": "private, no-cache"},
    ),
    "file": ("/share/{live}/file/f2", 200, SEALED | {"Content-Type": "application/octet-stream"}),
    "permalink": ("/share/{live}/m1", 302, SEALED | {"Cache-Control": "no-store"}),
    "oembed": ("/oembed?url=" + BASE + "/share/{live}", 200, SEALED),
    "static": (assets().script, 200, SEALED | {"Cache-Control": "public, max-age=31536000, immutable"}),
    "robots": ("/robots.txt", 200, SEALED),
    "icon": ("/favicon.svg", 200, SEALED | {"Content-Type": "image/svg+xml"}),
    "old icon": ("/favicon.ico", 200, SEALED | {"Content-Type": "image/x-icon"}),
    "health": ("/healthz", 200, SEALED | {"Cache-Control": "no-store"}),
}


def with_files() -> tuple[MemorySharing, str]:
    sharing = MemorySharing()
    files = (
        file("f1", "a.png", media_type="image/png", width=4, height=4, size=4),
        file("f2", "page.html", media_type="text/html", size=31),
        file("f3", "vector.svg", media_type="image/svg+xml", width=4, height=4, size=2500),
        file("f4", "gone.pdf", state=FileState.MISSING, reason="too large"),
        file("f5", "", media_type="image/png", width=4, height=4, size=4),
        file("f6", "photo.png", media_type="image/png", size=4),
    )
    token = sharing.publish(snapshot(message("Look", attachments=attach(*files)), files=files))
    sharing.blobs = {
        "blob-f1": b"\x89PNG",
        "blob-f2": b"<script>alert(document)</script"[:31],
        "blob-f3": b"<svg>" * 500,
        "blob-f5": b"\x89PNG",
        "blob-f6": b"\x89PNG",
    }
    return sharing, token


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_answer_has_its_headers_and_no_cookie(kind):
    path, status, headers = KINDS[kind]
    sharing, live = with_files()
    old, broken = sharing.publish(conversation(3)), sharing.publish(conversation(3))
    sharing.revoke(old)
    del sharing.messages[sharing.tokens[broken]]
    path = path.format(live=live, old=old, broken=broken, draft=sharing.prepare(conversation(3)))
    async with serving(sharing) as client:
        known = {}
        if status == 304:
            async with client.get(path) as first:
                known = {"If-None-Match": first.headers["ETag"]}
        async with client.get(path, headers=known, allow_redirects=False) as answer:
            assert answer.status == status
            found = {name: answer.headers.get(name) for name in EVERYWHERE | headers}
            assert found == EVERYWHERE | headers
            assert answer.headers["Cross-Origin-Resource-Policy"] in {"same-origin", "cross-origin"}
            assert "Set-Cookie" not in answer.headers


async def test_a_plain_http_base_does_not_promise_https():
    sharing, live = with_files()
    async with (
        serving(sharing, base_url="http://localhost:8080") as client,
        client.get(f"/share/{live}") as answer,
    ):
        assert "Strict-Transport-Security" not in answer.headers
        assert (
            f"script-src http://localhost:8080{assets().script};" in answer.headers["Content-Security-Policy"]
        )


@pytest.mark.parametrize(
    ("path", "media_type", "disposition"),
    [
        ("f1", "image/png", 'inline; filename="a.png"'),
        ("f1?download", "image/png", 'attachment; filename="a.png"'),
        ("f2", "application/octet-stream", 'attachment; filename="page.html"'),
        ("f3", "application/octet-stream", 'attachment; filename="vector.svg"'),
        ("f5", "image/png", 'inline; filename="f5.png"'),
        ("f6", "application/octet-stream", 'attachment; filename="photo.png"'),
    ],
)
async def test_only_our_own_pictures_are_shown_and_everything_else_is_a_download(
    path, media_type, disposition
):
    sharing, token = with_files()
    async with serving(sharing) as client, client.get(f"/share/{token}/file/{path}") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"] == disposition
        assert await answer.read() == sharing.blobs["blob-" + path[:2]]


@pytest.mark.parametrize("path", ["f4", "f9", "..%2ff1", "f1%00", "blob-f1"])
async def test_a_file_that_is_not_there_is_a_friendly_404(path):
    sharing, token = with_files()
    async with serving(sharing) as client, client.get(f"/share/{token}/file/{path}") as answer:
        assert answer.status == 404
        assert "text/html" in answer.headers["Content-Type"]


async def test_a_file_is_gone_with_its_link_even_for_who_has_it():
    sharing, token = with_files()
    async with serving(sharing) as client:
        async with client.get(f"/share/{token}/file/f1") as answer:
            known = {"If-None-Match": answer.headers["ETag"]}
        async with client.get(f"/share/{token}/file/f1", headers=known) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
        sharing.revoke(token)
        async with client.get(f"/share/{token}/file/f1", headers=known) as answer:
            assert answer.status == 410


async def test_a_file_lost_from_its_store_is_a_friendly_failure():
    sharing, token = with_files()
    sharing.blobs.clear()
    async with serving(sharing) as client, client.get(f"/share/{token}/file/f1") as answer:
        assert answer.status == 500
        assert "text/html" in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("report.pdf", 'attachment; filename="report.pdf"'),
        ("naïve.txt", "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"),
        ('a"b.txt', 'attachment; filename="a_b.txt"'),
        (
            "a\r\nSet-Cookie: x=y.txt",
            "attachment; filename=\"aSet-Cookie_ x_y.txt\"; filename*=UTF-8''aSet-Cookie_%20x%3Dy.txt",
        ),
        ("../../etc/passwd", 'attachment; filename="_.._etc_passwd"'),
        ("C:\\evil.exe", 'attachment; filename="C__evil.exe"'),
        ("gpj\u202e.exe", 'attachment; filename="gpj.exe"'),
        ("100%41.txt", "attachment; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"),
        (".htaccess", 'attachment; filename="htaccess"'),
        ("", 'attachment; filename="file"'),
        (" . \x00", 'attachment; filename="file"'),
        ("\ud800.txt", 'attachment; filename="txt"'),
        ("x" * 300 + ".pdf", f'attachment; filename="{"x" * 116}.pdf"'),
    ],
)
def test_a_hostile_file_name_becomes_a_harmless_one(name, header):
    assert content_disposition("attachment", name) == header


@given(st.text(max_size=300))
def test_any_file_name_makes_one_printable_line_that_names_one_file(name):
    header = content_disposition("attachment", name)
    assert re.fullmatch(
        r"attachment; filename=\"[A-Za-z0-9 ._()\-]+\"(; filename\*=UTF-8''[A-Za-z0-9%._~\-]+)?", header
    )
    safe = safe_file_name(name)
    assert 1 <= len(safe) <= 120
    assert not set(safe) & set('/\\:*?"<>|\r\n\0')
    assert not safe.startswith(".")
    if "UTF-8''" in header:
        assert unquote(header.partition("UTF-8''")[2]) == safe


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": BASE}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": BASE}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": BASE}, True),
        ({"Origin": "https://localhost:1234", "Host": "localhost:1234"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://threads.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_a_form_of_our_own_page_is_believed(headers, believed):
    request = make_mocked_request("POST", "/preview/x", headers=headers)
    assert is_own_form(request, BASE) is believed


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "client"),
    [
        ((), "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        (("10.0.0.0/8",), "9.9.9.9", "1.1.1.1", "9.9.9.9"),
        (("10.0.0.0/8",), "10.1.2.3", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (("10.0.0.0/8",), "10.1.2.3", "1.1.1.1, 10.9.9.9", "1.1.1.1"),
        (("10.0.0.0/8",), "10.1.2.3", None, "10.1.2.3"),
        (("10.0.0.0/8",), "10.1.2.3", "nonsense", "unknown"),
        (("10.0.0.0/8",), "::ffff:10.1.2.3", "1.1.1.1", "1.1.1.1"),
        (("::1",), "::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ((), "::ffff:1.1.1.1", None, "1.1.1.1"),
    ],
)
def test_only_declared_proxies_speak_for_others(proxies, peer, forwarded, client):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    assert Clients(proxies).name(request) == client


def test_the_limiter_remembers_a_bounded_number_of_clients():
    buckets = Buckets(burst=1, clients=100)
    for number in range(1000):
        buckets.take(f"client {number}")
    assert len(buckets._levels) == 100
