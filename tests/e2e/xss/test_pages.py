"""The attack itself: no payload in any field executes, changes the page, or makes it ask elsewhere."""

from __future__ import annotations

import pytest

from adapters.playground import render as playground
from tests.e2e.xss import chat, pages
from tests.e2e.xss.arena import BARE, Seen
from tests.e2e.xss.payloads import LONG, batches, payloads, sample
from web.render import render_error, render_message_parts, render_page, render_preview_page

pytestmark = [pytest.mark.corpus, pytest.mark.browser, pytest.mark.long]

EVERYTHING, EXPOSED, FRAMES, PARSED = 60, 500, 100, 500
TITLES = 1 if LONG else 25
"""How many payloads share a title, where each page takes its time."""


@pytest.fixture(params=["with its policy", "without a policy"])
def protected(request):
    return request.param == "with its policy"


async def test_no_payload_in_any_field_of_a_message(arena, protected):
    headers = arena.headers.page if protected else BARE
    for batch in batches(sample(30 if protected else EVERYTHING), EVERYTHING):
        assert await arena.visit(render_page(pages.everything(batch, arena.base)), headers) == Seen()


async def test_no_payload_at_all_in_the_most_exposed_fields(arena, check):
    for batch in batches(payloads(), EXPOSED):
        assert await check([render_page(pages.most_exposed(batch, arena.base))]) == [[]]


async def test_no_payload_executes_in_the_most_exposed_fields(arena, protected):
    headers = arena.headers.page if protected else BARE
    for batch in batches(sample(EXPOSED if protected else 2 * EXPOSED), EXPOSED):
        assert await arena.visit(render_page(pages.most_exposed(batch, arena.base)), headers) == Seen()


async def test_no_payload_at_all_in_the_head_of_a_page(arena, check):
    """Title, sharer, place, names, report address, and what other apps are told of the link."""
    titles = ["\n".join(some) for some in batches(payloads(), TITLES)]
    for batch in batches(titles, PARSED):
        found = await check([render_page(pages.view(title, base=arena.base)) for title in batch])
        assert not [faults for faults in found if faults]


async def test_no_payload_executes_in_the_head_of_a_page(arena):
    for batch in batches(sample(40), FRAMES):
        seen, _ = await arena.visit_each([render_page(pages.view(p, base=arena.base)) for p in batch])
        assert seen == Seen()


async def test_the_head_of_a_page_breaks_nothing_of_its_policy(arena):
    for payload in sample(4):
        page = render_page(pages.view(payload, base=arena.base))
        assert await arena.visit(page, arena.headers.page) == Seen()


async def test_no_payload_on_the_private_preview_page(arena, protected):
    headers = arena.headers.preview if protected else BARE
    for batch in batches(sample(20), EVERYTHING):
        assert await arena.visit(render_preview_page(pages.preview(batch)), headers) == Seen()


async def test_no_payload_on_an_error_page(check):
    made = [render_error(410, p, p, app_name=f"{p}!") for p in sample(500)]
    for batch in batches(made, PARSED):
        assert not [faults for faults in await check(batch) if faults]


async def test_no_payload_in_what_the_playground_draws(arena):
    drawn = playground.Pages(render_message_parts)
    for batch in batches(sample(25), FRAMES):
        seen, _ = await arena.visit_each([chat.document(drawn, playground, p) for p in batch])
        assert seen == Seen()
