"""The filter before Slack's SDK: what Slack has not signed is a 401, and nothing else happens."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import logging
import random
import secrets
import socket
import time
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog

from tests.adapters.slack.dialog.town import town_of
from tests.servers.slack.signed import signature

FORM = "application/x-www-form-urlencoded"
WORDS = "words that nobody may find in a log"


@pytest.fixture
async def town(tmp_path):
    async with town_of(tmp_path, "http") as town:
        yield town


@pytest.fixture
def logged(caplog):
    """Everything that is logged, by whatever way."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        yield lambda: [*(record.getMessage() for record in caplog.records if _ours(record)), *map(str, lines)]


def _ours(record):
    return record.name.partition(".")[0] not in {"asyncio", "aiosqlite", "tests"}


def signed(town, body, *, at=None, **changed):
    """Headers of a request that Slack could have sent."""
    moment = str(int(time.time() if at is None else at))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": signature(town.slack.app.signing_secret, moment, body),
    }
    return {name: value for name, value in (headers | changed).items() if value is not None}


async def post(town, headers, body):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{town.address}/slack/events", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def command_body():
    return urlencode({"command": "/share", "text": WORDS, "user_id": "U1", "team_id": "T1"})


async def test_what_slack_signs_is_heard(town):
    assert await town.slack.by_http(f"{town.address}/slack/events").verify()


@pytest.mark.parametrize("skew", [-290, 0, 299])
async def test_a_signature_is_good_for_five_minutes(town, skew):
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    assert (await post(town, signed(town, body, at=time.time() + skew), body))[0] == 200


@pytest.mark.parametrize("skew", [-302, 310, -86400, 10**10])
async def test_and_not_longer(town, skew):
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    assert (await post(town, signed(town, body, at=time.time() + skew), body))[0] == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Slack-Signature": None},
        {"X-Slack-Request-Timestamp": None},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=" + "é" * 64},
        {"X-Slack-Signature": "v1=" + "0" * 64},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "abc"},
        {"X-Slack-Request-Timestamp": "١٢٣"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"Content-Type": "text/plain"},
        {"Content-Encoding": "gzip"},
    ],
    ids=str,
)
async def test_every_kind_of_wrong_header_is_the_same_401(town, changed, logged):
    body = json.dumps({"type": "url_verification", "challenge": WORDS})
    assert await post(town, signed(town, body, **changed), body) == (401, "Not signed by Slack.\n")
    assert logged() == []


async def test_a_charset_that_does_not_exist_is_not_looked_up(town):
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    headers = signed(town, body) | {"Content-Type": "application/json; charset=no-such-thing"}
    assert (await post(town, headers, body))[0] == 200


@pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_header_that_comes_twice_is_not_believed(town, name):
    body = json.dumps({"type": "url_verification", "challenge": "c"})
    headers = [*signed(town, body).items()]
    headers.append((name, dict(headers)[name]))
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{town.address}/slack/events", data=body, headers=headers) as answer,
    ):
        assert answer.status == 401


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"\xff\xfe{}"),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b"{}"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"team": 5, "authorizations": 5, "user": [], "channel": 7}'),
        (FORM, b""),
        (FORM, b"payload="),
        (FORM, b"payload=%7B"),
        (FORM, b"payload=%5B%5D"),
        (FORM, b"{"),
        (FORM, b"payload=%FF%FE"),
    ],
)
async def test_even_with_a_good_signature_nonsense_does_no_harm(town, kind, body, logged):
    """Only Slack can sign; should it ever sign this, it is answered without an error of ours."""
    moment = str(int(time.time()))
    base = b"v0:%s:%s" % (moment.encode(), body)
    proof = "v0=" + hmac.new(town.slack.app.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": moment, "X-Slack-Signature": proof}
    status, _ = await post(town, headers, body)
    assert status in {200, 401, 404}
    assert "Traceback" not in str(logged())


async def test_a_body_over_the_limit_is_not_read_to_its_end(town):
    body = json.dumps({"type": "url_verification", "challenge": "c" * (1000 * 1024)})
    assert (await post(town, signed(town, body), body))[0] == 401


async def test_a_body_without_a_length_is_not_read_for_ever(town):
    async def endless():
        for _ in range(3000):
            yield b"x" * 1024

    status = 0
    try:
        status, _ = await post(town, signed(town, "x"), endless())
    except aiohttp.ClientError:
        status = 401  # answered and closed while we were still sending
    assert status == 401


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "unheard-of"])
async def test_whatever_a_request_says_it_is_packed_with_is_the_same_401(town, logged, encoding):
    body = command_body()
    for sent in (body, gzip.compress(body.encode())):
        status, said = await post(town, signed(town, body) | {"Content-Encoding": encoding}, sent)
        assert (status, said) == (401, "Not signed by Slack.\n")
    assert logged() == []


async def test_what_is_packed_is_not_unpacked(town):
    body = gzip.compress(b"0" * 10_000_000)
    headers = signed(town, "x") | {"Content-Encoding": "gzip"}
    assert (await post(town, headers, body))[0] == 401


def _malformed(dice, town):
    """A request that no Slack has sent: one thing or several about it are wrong."""
    body = dice.choice([command_body(), json.dumps({"type": "event_callback", "text": WORDS}), "", "\0" * 9])
    headers = signed(town, body)
    noise = "".join(chr(dice.choice([dice.randrange(33, 127), dice.randrange(160, 1000)])) for _ in range(40))
    for _ in range(dice.randrange(1, 4)):
        match dice.randrange(6):
            case 0:
                headers["X-Slack-Signature"] = noise
            case 1:
                headers["X-Slack-Signature"] = "v0=" + secrets.token_hex(32)
            case 2:
                headers.pop("X-Slack-Signature", None)
            case 3:
                headers["X-Slack-Request-Timestamp"] = dice.choice(
                    [noise, "", "-1", "0", "99999999999999999999"]
                )
            case 4:
                headers.pop("X-Slack-Request-Timestamp", None)
            case 5:
                body += dice.choice(["&x=1", " ", "\u2603", noise])
    return headers, body.encode("utf-8") + dice.choice([b"", b"\xff\xfe", b"\x80" * 100])


async def test_a_thousand_malformed_requests_are_all_401_and_nothing_of_them_is_logged(town, logged):
    dice = random.Random(20261127)
    async with aiohttp.ClientSession() as session:
        for _ in range(1000):
            headers, body = _malformed(dice, town)
            async with session.post(f"{town.address}/slack/events", data=body, headers=headers) as answer:
                # A body whose tail is changed and whose signature is kept cannot be one of Slack's either.
                assert answer.status == 401, (headers, body)
                assert await answer.text() == "Not signed by Slack.\n"
    assert logged() == []
    assert town.slack.calls_of("users.info") == []


async def test_the_answer_has_the_servers_own_headers_around_it(town):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{town.address}/slack/events", data="x") as answer,
    ):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Type"].startswith("text/plain")


async def test_other_methods_find_nothing(town):
    async with aiohttp.ClientSession() as session, session.get(f"{town.address}/slack/events") as answer:
        assert answer.status == 405


async def test_raw_bytes_that_are_no_http_end_the_connection_without_a_word_in_the_log(town, logged):
    with socket.create_connection(("127.0.0.1", town.port)) as raw:
        raw.setblocking(False)
        raw.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n")
    assert (await post(town, {}, b""))[0] == 401
    assert WORDS not in str(logged())


async def test_socket_mode_has_no_such_address(tmp_path):
    async with town_of(tmp_path, "socket") as town:
        assert (await post(town, signed(town, "x"), "x"))[0] == 404
