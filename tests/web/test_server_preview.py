"""The private preview page: its form leaves messages out, and takes orders from nobody else."""

from __future__ import annotations

import asyncio
import gzip
from urllib.parse import urlencode

import pytest

from tests.builders import conversation
from tests.web.memory_sharing import MemorySharing
from tests.web.serving import serving
from web.preview import BODY_BYTES, Unclear, parse_wish

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def sharing():
    return MemorySharing()


def left_out(sharing, signed):
    return set(sharing.drafts[signed][0].choices.left_out)


async def test_the_preview_shows_the_draft_and_its_choices(sharing):
    signed = sharing.prepare(conversation(3, title="Draft of a plan"))
    async with serving(sharing) as client, client.get(f"/preview/{signed}") as answer:
        text = await answer.text()
        assert answer.status == 200
        assert "Draft of a plan" in text
        assert f"/preview/{signed}" in text


async def test_messages_are_left_out_and_taken_back_and_others_stay_as_they_were(sharing):
    signed = sharing.prepare(conversation(5))
    async with serving(sharing) as client:

        async def post(**fields):
            async with client.post(
                f"/preview/{signed}", data=urlencode(fields, doseq=True), headers=FORM, allow_redirects=False
            ) as answer:
                assert answer.status == 303
                assert answer.headers["Location"] == f"/preview/{signed}?saved=1&page=1"

        await post(shown=["M1", "M2", "M3"], leave_out=["M1", "M2"])
        assert left_out(sharing, signed) == {"M1", "M2"}
        await post(shown=["M2", "M3"], leave_out=["M3"])
        assert left_out(sharing, signed) == {"M1", "M3"}
        await post(shown=["M1"], leave_out=["M5"])  # M5 was not shown: the form cannot mean it
        assert left_out(sharing, signed) == {"M3"}
        async with client.get(f"/preview/{signed}?saved=1") as answer:
            assert answer.status == 200


FORM = OURS | {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("first", "last", "numbers"),
    [
        ("2", "4", {2, 3, 4}),
        ("4", "2", {2, 3, 4}),
        ("3", "", {3}),
        ("", "3", {3}),
        ("499", "502", {499, 500, 501, 502}),
        ("1", "1003", set(range(1, 1004))),
        ("", "", set()),
        (" 2 ", "2", {2}),
    ],
)
async def test_a_range_is_left_out_by_number_across_pages(sharing, first, last, numbers):
    signed = sharing.prepare(conversation(1003))
    async with serving(sharing) as client:
        body = urlencode({"shown": ["M1", "M2"], "from": first, "to": last, "page": "2"}, doseq=True)
        async with client.post(
            f"/preview/{signed}", data=body, headers=FORM, allow_redirects=False
        ) as answer:
            assert answer.status == 303
            assert answer.headers["Location"].endswith("page=2")
    assert left_out(sharing, signed) == {f"M{number}" for number in numbers}


@pytest.mark.parametrize(
    "fields",
    [
        {"from": "x", "to": "3"},
        {"from": "0", "to": "2"},
        {"from": "-1", "to": "2"},
        {"from": "2", "to": "6"},
        {"from": "99999999999999", "to": "2"},
        {"finding:a": "published"},
    ],
)
async def test_what_cannot_be_meant_is_told_on_the_page_and_changes_nothing(sharing, fields):
    signed = sharing.prepare(conversation(5, title="Kept"))
    async with serving(sharing) as client:
        body = urlencode({"shown": "M1", "leave_out": "M1", **fields})
        async with client.post(
            f"/preview/{signed}", data=body, headers=FORM, allow_redirects=False
        ) as answer:
            assert answer.status == 422
            assert "Kept" in await answer.text()
            assert answer.headers["Cache-Control"] == "no-store"
    assert left_out(sharing, signed) == set()


async def test_a_refusal_of_the_core_is_told_on_the_page(sharing):
    signed = sharing.prepare(conversation(5))
    sharing.refuse = "A thread without messages cannot be shared."
    async with (
        serving(sharing) as client,
        client.post(f"/preview/{signed}", data=b"shown=M1", headers=FORM) as answer,
    ):
        assert answer.status == 422
        assert "A thread without messages cannot be shared." in await answer.text()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_from_elsewhere_changes_nothing(sharing, headers):
    signed = sharing.prepare(conversation(5))
    headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
    async with (
        serving(sharing) as client,
        client.post(f"/preview/{signed}", data=b"shown=M1&leave_out=M1", headers=headers) as answer,
    ):
        assert answer.status == 403
    assert left_out(sharing, signed) == set()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (BODY_BYTES + 1), "application/x-www-form-urlencoded", 413),
        (b"&".join([b"a=b"] * 20_000), "application/x-www-form-urlencoded", 400),
        ("é".encode(), "application/x-www-form-urlencoded", 400),
        (b'{"leave_out": ["M1"]}', "application/json", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
        (b"", "text/plain", 415),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(sharing, body, kind, status):
    signed = sharing.prepare(conversation(5))
    async with (
        serving(sharing) as client,
        client.post(f"/preview/{signed}", data=body, headers=OURS | {"Content-Type": kind}) as answer,
    ):
        assert answer.status == status
        assert "text/html" in answer.headers["Content-Type"]


async def test_a_body_without_a_length_is_capped_too(sharing):
    signed = sharing.prepare(conversation(5))

    async def endless():
        for _ in range(BODY_BYTES // 1000 + 100):
            yield b"x" * 1000
            await asyncio.sleep(0)

    async with (
        serving(sharing) as client,
        client.post(f"/preview/{signed}", data=endless(), headers=FORM) as answer,
    ):
        assert answer.status == 413


async def test_a_packed_body_is_not_unpacked(sharing):
    signed = sharing.prepare(conversation(5))
    packed = gzip.compress(b"shown=M1&leave_out=M1")
    async with (
        serving(sharing) as client,
        client.post(f"/preview/{signed}", data=packed, headers=FORM | {"Content-Encoding": "gzip"}) as answer,
    ):
        assert answer.status == 400
    assert left_out(sharing, signed) == set()


async def test_every_dead_preview_says_the_same(sharing):
    signed = sharing.prepare(conversation(5))
    del sharing.drafts[signed]
    said = set()
    async with serving(sharing) as client:
        for path in (signed, "forged", "%ff", "a" * 5000):
            async with client.get(f"/preview/{path}") as answer:
                assert answer.status == 410
                said.add(await answer.read())
            async with client.post(f"/preview/{path}", data=b"shown=M1", headers=FORM) as answer:
                assert answer.status == 410
                said.add(await answer.read())
    assert len(said) == 1


def test_decisions_on_findings_are_read_by_their_id():
    wish = parse_wish(
        [("finding:m1:0", "masked"), ("finding:m2", "acknowledged"), ("finding:m3", "open"), ("x", "y")]
    )
    assert wish.findings == {"m1:0": "masked", "m2": "acknowledged", "m3": "open"}
    with pytest.raises(Unclear):
        parse_wish([("finding:m1", "deleted")])
