"""The private page of a draft: a form that works without a script."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from bot.model import Choices, Names, Snapshot
from bot.privacy.findings import Review
from bot.wording import FILES_STAY
from tests.forms import tries
from tests.strategies import snapshots
from tests.web import sample
from tests.web.structure import Structure, read
from web.render import PreviewView, render_preview_page

EMPTY = Review((), {}, (), (), 0, 0, 0, 0)


def page_of(**fields: object) -> Structure:
    return read(render_preview_page(sample.preview(**fields)))


def inputs(structure: Structure) -> list[dict[str, str | None]]:
    return [attributes for tag, attributes in structure.tags if tag == "input"]


def test_it_has_the_structure_that_we_write_and_one_form():
    structure = page_of()
    assert not structure.faults
    assert [a for tag, a in structure.tags if tag == "form"] == [{"method": "post", "action": "/preview/abc"}]


def test_each_message_can_be_left_out_and_tells_that_it_was_shown():
    fields = inputs(page_of())
    assert [f["value"] for f in fields if f["name"] == "shown"] == [f"m{n}" for n in range(1, 18)]
    assert [f["value"] for f in fields if f["name"] == "leave_out"] == [f"m{n}" for n in range(1, 18)]
    assert [f["value"] for f in fields if f["name"] == "leave_out" and "checked" in f] == ["m8"]


def test_each_finding_has_its_choice():
    fields = inputs(page_of())
    assert [(f["value"], "checked" in f) for f in fields if f["name"] == "finding:k1"] == [
        ("masked", False),
        ("acknowledged", False),
        ("open", True),
    ]
    assert [f["value"] for f in fields if f["name"] == "finding:k2" and "checked" in f] == ["masked"]
    assert [f["value"] for f in fields if f["name"] == "finding:k3" and "checked" in f] == ["acknowledged"]


def test_it_names_where_a_finding_stands():
    text = page_of().text
    assert "GitHub token, in message 2" in text
    assert "Webhook address, in the title" in text


def test_a_range_and_the_page_can_be_sent():
    names = {field["name"] for field in inputs(page_of(page=1))}
    assert {"from", "to", "page"} <= names


def test_messages_count_on_over_pages():
    text = page_of(page=2, pages=3).text
    assert "Leave out message 501" in text
    assert "on another page" not in text


def test_it_says_what_happened():
    assert "Saved." in page_of(saved=True).text
    assert "Not saved. There is <no> message 99." in page_of(error="There is <no> message 99.").text
    assert "Saved." not in page_of().text


def test_it_warns():
    text = page_of().text
    for words in (
        "1 message has content that is shown only as text",
        "screen-recording.mov",
        "ordinary words: Sage",
        "1 message is left out",
    ):
        assert words in text


def test_under_pseudonyms_it_says_that_files_stay_as_they_are():
    real = Choices("T", Names.REAL)
    assert FILES_STAY in page_of().text
    assert FILES_STAY not in page_of(choices=real).text
    assert FILES_STAY not in page_of(review=EMPTY).text


def test_it_leads_to_no_file_because_none_is_public():
    assert not [a for _, a in page_of().tags if "/file/" in str(a.get("href") or a.get("src"))]


@tries(15)
@given(snapshots())
def test_any_draft_has_a_page(snapshot: Snapshot):
    view = PreviewView(
        snapshot.header.title,
        snapshot.messages,
        snapshot.header,
        sample.preview().choices,
        EMPTY,
        "/preview/x",
        saved=False,
        page=1,
        pages=2,
    )
    assert not read(render_preview_page(view)).faults
    assert not read(render_preview_page(replace(view, error="x"))).faults
