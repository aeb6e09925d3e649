"""What other apps are told about a link, within their limits, without a word of a message."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from tests.strategies import lines
from tests.web import sample
from web.render import LinkPreview, link_preview, render_page
from web.unfurl import COMPONENT_BYTES, TITLE_BYTES

ALLOWED = {1, 2, 9, 10, 11, 12, 14, 17}


def preview_of(title: str, url: str = f"{sample.BASE}/share/{sample.TOKEN}") -> LinkPreview:
    header = replace(sample.share().header, title=title)
    return link_preview(sample.view(share=sample.share(header=header), url=url))


def components(node: dict[str, object]) -> list[dict[str, object]]:
    children = node.get("components", [])
    assert isinstance(children, list)
    return [node, *(found for child in children for found in components(child))]


def test_a_preview_tells_counts_and_date():
    preview = preview_of("A thread")
    assert preview.title == "A thread"
    assert preview.description == "17 messages · 3 people and 1 app · 22 Nov 2026"
    assert preview.image == f"{sample.BASE}/share/{sample.TOKEN}.png"


@given(lines)
def test_any_title_keeps_every_limit(title):
    preview = preview_of(title * 5)
    assert 0 < len(preview.title.encode()) <= TITLE_BYTES
    assert len(preview.component.encode()) <= COMPONENT_BYTES
    assert not set("<>&") & set(preview.component)
    outer = json.loads(preview.component)
    assert set(outer) == {"component"}
    found = components(outer["component"])
    assert [node["type"] for node in found].count(17) == 1
    assert outer["component"]["type"] == 17
    assert len(found) <= 40
    assert {node["type"] for node in found} <= ALLOWED
    assert json.loads(json.dumps(preview.oembed))["version"] == "1.0"


@pytest.mark.parametrize("cut", ["👩‍👩‍👧", "e\u0301", "🇩🇪", "漢"])
def test_a_title_is_cut_between_two_characters_of_a_reader(cut):
    title = preview_of(cut * 60).title
    assert title.endswith("…")
    assert title.removesuffix("…").replace(cut, "") == ""


def test_markdown_in_a_title_is_escaped_for_the_component_embed():
    content = json.loads(preview_of("[a](b) **c** <@1> # d").component)["component"]["components"][0][
        "content"
    ]
    assert content.split("\n")[0] == r"### \[a\]\(b\) \*\*c\*\* \<\@1\> \# d"


def test_an_address_too_long_for_the_component_embed_leaves_it_out():
    url = f"{sample.BASE}/share/{'x' * 3000}"
    assert preview_of("A", url).component == ""
    page = render_page(sample.view(url=url))
    assert b"component-embed" not in page
    assert b'property="og:title"' in page


def test_no_word_of_a_message_and_no_name_is_in_the_head():
    page = render_page(sample.view()).decode()
    head = page[: page.index("</head>")].replace("Why is search slow on long threads?", "")
    for word in ("seconds", "Ana", "Jonas", "engineering", "Acme", "window"):
        assert word not in head


def test_no_title_has_a_stand_in():
    assert preview_of("").title == "A conversation"
    assert preview_of("\u202e\u200b").title == "A conversation"
