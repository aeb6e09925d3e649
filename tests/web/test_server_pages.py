"""The shared page over HTTP: what is served, to whom it counts, and what is told when there is nothing."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest
from aiohttp import ClientError

from bot import codec
from tests.builders import attach, conversation, file, message, snapshot
from tests.web.memory_sharing import MemorySharing
from tests.web.serving import BASE, NOBODY, serving


@pytest.fixture
def sharing():
    return MemorySharing()


async def test_a_link_opens_its_page_and_each_page_of_a_long_thread(sharing):
    token = sharing.publish(conversation(1100, title="Long one"))
    async with serving(sharing) as client:
        for query, shown, missing in (
            ("", "Message number 500", "Message number 501"),
            ("?page=3", "Message number 1001", "Message number 1000"),
        ):
            async with client.get(f"/share/{token}{query}") as answer:
                text = await answer.text()
                assert (answer.status, answer.content_type, answer.charset) == (200, "text/html", "utf-8")
                assert "Long one" in text
                assert shown in text
                assert missing not in text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?page=1", 200),
        ("?page=abc", 200),
        ("?page=", 200),
        ("?page=-1", 200),
        ("?page=%ff", 200),
        ("?utm_source=x", 200),
        ("?page=0", 404),
        ("?page=2", 404),
        ("?page=99999999999999999999999", 404),
    ],
)
async def test_a_page_number_that_means_nothing_opens_the_first_page_and_a_wrong_one_is_told(
    sharing, query, status
):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client, client.get(f"/share/{token}{query}") as answer:
        assert answer.status == status
        assert ("Message number 1" in await answer.text()) == (status == 200)


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity", "br;q=0, gzip", "br;q=0, gzip;q=0"])
async def test_bodies_travel_compressed_as_the_client_likes(sharing, encoding):
    token = sharing.publish(conversation(50))
    expected = {"br": "br", "gzip": "gzip", "br;q=0, gzip": "gzip"}.get(encoding)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected]
    async with serving(sharing, unpacked=False) as client:
        for _ in range(2):  # made, then ready
            async with client.get(f"/share/{token}", headers={"Accept-Encoding": encoding}) as answer:
                assert answer.headers.get("Content-Encoding") == expected
                assert answer.headers["Vary"] == "Accept-Encoding"
                assert b"Message number 50" in unpack(await answer.read())


async def test_head_gives_the_headers_of_get_and_no_body_and_counts_no_view(sharing):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        for path in ("", ".md", ".json", ".png"):
            async with (
                client.get(f"/share/{token}{path}") as got,
                client.head(f"/share/{token}{path}") as headed,
            ):
                assert await headed.read() == b""
                assert headed.status == got.status == 200
                assert {**headed.headers, "Date": ""} == {**got.headers, "Date": ""} or path in {
                    ".md",
                    ".json",
                }
                assert headed.headers["ETag"] == got.headers["ETag"]
        assert sharing.views == {"s1": 1}


async def test_an_unchanged_page_is_answered_without_its_body_and_still_counts_as_a_view(sharing):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        async with client.get(f"/share/{token}") as first:
            etag = first.headers["ETag"]
        for known in (etag, f"W/{etag}", f'"other", {etag}'):
            async with client.get(f"/share/{token}", headers={"If-None-Match": known}) as again:
                assert (again.status, await again.read()) == (304, b"")
                assert again.headers["ETag"] == etag
        async with client.get(f"/share/{token}", headers={"If-None-Match": "*"}) as wild:
            assert wild.status == 200
    assert sharing.views == {"s1": 5}


async def test_etags_differ_between_encodings_and_between_revisions(sharing):
    token = sharing.publish(conversation(3))
    seen = set()
    async with serving(sharing) as client:
        for _ in range(2):
            for encoding in ("br", "gzip", "identity"):
                async with client.get(f"/share/{token}", headers={"Accept-Encoding": encoding}) as answer:
                    seen.add(answer.headers["ETag"])
            sharing.update(token, conversation(4))
    assert len(seen) == 6


async def test_who_has_what_an_update_has_replaced_gets_all_of_it_anew(sharing):
    def told(text):
        sharing.blobs["b"] = text.encode()
        notes = file("f1", blob="b", size=len(text))
        return snapshot(message(text, attachments=attach(notes)), files=[notes])

    token = sharing.publish(told("old words"))
    paths = [f"/share/{token}{rest}" for rest in ("", ".md", ".json", "/file/f1")]
    async with serving(sharing) as client:
        etags = []
        for path in paths:
            async with client.get(path) as answer:
                etags.append(answer.headers["ETag"])
                assert "old words" in await answer.text()
        sharing.update(token, told("new words"))
        for path, etag in zip(paths, etags, strict=True):
            async with client.get(path, headers={"If-None-Match": etag}) as answer:
                assert answer.status == 200, path
                assert "new words" in await answer.text()


async def test_an_update_shows_at_once(sharing):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        async with client.get(f"/share/{token}") as answer:
            assert "Message number 4" not in await answer.text()
        sharing.update(token, conversation(4))
        async with client.get(f"/share/{token}") as answer:
            assert "Message number 4" in await answer.text()


@pytest.mark.parametrize(
    ("agent", "counted"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15", 1),
        ("Mozilla/5.0 (Linux; Android 12; CUBOT X50) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", 1),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", 0),
        ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", 0),
        ("Twitterbot/1.0", 0),
        ("facebookexternalhit/1.1", 0),
        ("WhatsApp/2.23.20.0", 0),
        ("TelegramBot (like TwitterBot)", 0),
        ("LinkedInBot/1.0 (compatible; Mozilla/5.0)", 0),
        ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 0),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", 0),
        ("SkypeUriPreview Preview/0.5", 0),
        ("", 0),
    ],
)
async def test_only_people_are_counted_as_viewers(sharing, agent, counted):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        for _ in range(2):
            async with client.get(f"/share/{token}", headers={"User-Agent": agent}) as answer:
                assert answer.status == 200
    assert sharing.views.total() == 2 * counted


async def test_a_permalink_leads_to_the_page_that_shows_its_message(sharing):
    token = sharing.publish(conversation(600))
    async with serving(sharing, base_url=f"{BASE}/threads") as client:
        for number, place in (
            (1, f"/threads/share/{token}#m1"),
            (501, f"/threads/share/{token}?page=2#m501"),
        ):
            async with client.get(f"/share/{token}/m{number}", allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (302, place)
                assert answer.headers["Cache-Control"] == "no-store"
        for wrong in ("m0", "m601", "m9999999", "mx", "m-1"):
            async with client.get(f"/share/{token}/{wrong}", allow_redirects=False) as answer:
                assert answer.status == 404


async def test_the_json_twin_can_be_read_back_and_the_markdown_twin_holds_every_message(sharing):
    snapshot = conversation(250, title='Plan "B"\r\nSet-Cookie: a=b')
    token = sharing.publish(snapshot)
    async with serving(sharing) as client:
        async with client.get(f"/share/{token}.json") as answer:
            document = json.loads(await answer.read())
            assert answer.content_type == "application/json"
        async with client.get(f"/share/{token}.md") as answer:
            text = await answer.text()
            assert (answer.content_type, answer.charset) == ("text/markdown", "utf-8")
            assert answer.headers["Content-Disposition"].startswith(
                'inline; filename="Plan _B_Set-Cookie_ a_b.md"'
            )
    assert codec.from_document(document) == snapshot
    assert document["share"] == {"url": f"{BASE}/share/{token}", "revision": 1}
    assert "Message number 1" in text
    assert "Message number 250" in text


async def test_a_twin_whose_thread_ends_on_the_way_is_never_taken_for_whole(sharing):
    snapshot = conversation(250)
    token = sharing.publish(snapshot)
    share_id = sharing.tokens[token]
    sharing.messages[share_id] = snapshot.messages[:200]
    async with serving(sharing) as client:
        for kind in ("md", "json"):
            with pytest.raises(ClientError):
                async with client.get(f"/share/{token}.{kind}") as answer:
                    await answer.read()


async def test_oembed_tells_of_a_link_and_of_no_other(sharing):
    token = sharing.publish(conversation(3, title="A plan"))
    old = sharing.publish(conversation(3))
    sharing.revoke(old)
    async with serving(sharing) as client:
        async with client.get(
            "/oembed", params={"url": f"{BASE}/share/{token}?page=1", "format": "json"}
        ) as answer:
            told = await answer.json()
            assert (answer.status, told["version"]) == (200, "1.0")
            assert "A plan" in json.dumps(told)
            assert "Message number" not in json.dumps(told)
        for url, status in (
            (f"{BASE}/share/{NOBODY}", 404),
            (f"{BASE}/share/{old}", 410),
            (f"https://elsewhere.example/share/{token}", 404),
            (f"{BASE}/share/", 404),
            ("", 404),
            ("https://[", 404),
            (f"{BASE}/share///[", 404),
        ):
            async with client.get("/oembed", params={"url": url}) as answer:
                assert answer.status == status, url
        async with client.get("/oembed", params={"url": f"{BASE}/share/{token}", "format": "xml"}) as answer:
            assert answer.status == 501
