"""Each escape is needed and watched: taken away alone, it is caught.

A point that no hostile text can come to is named in `HARMLESS` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import pytest_asyncio

from tests.e2e.xss import chat, pages
from tests.e2e.xss.arena import Check
from tests.e2e.xss.mutants import Copy, Point, mark_templates
from tests.e2e.xss.payloads import NARROW

pytestmark = [pytest.mark.corpus, pytest.mark.browser, pytest.mark.long]

FIRING = 10
"""How many payloads that fire are tried, after the short ones of our own."""

_PAGE, _PREVIEW, _POST = (
    "web/templates/page.html",
    "web/templates/preview.html",
    "adapters/playground/templates/post.html",
)
_PARTS = "adapters/playground/templates/parts.html"
_DATE = "a date or a time"
_NUMBER = "a number, with our words around it"
_WORD = "one of our own words"
_ADDRESS = "an address of ours: what strangers have in it is percent-encoded"
HARMLESS = {
    _DATE: {
        "web/inlines.py: f'{moment.astimezone(UTC).isoformat()[:19]}Z'",
        "web/messages.py: day.isoformat()",
        "web/messages.py: f'{day:%A}, {day.day} {day:%B %Y}'",
        "web/messages.py: f'{minute}Z'",
        "web/messages.py: minute[_HOUR:]",
        "web/messages.py: moment(message.edited_at.astimezone(UTC))",
        "web/parts.py: moment(forward.sent_at)",
        f"{_PAGE}: moment.strftime('%Y-%m-%d')",
        f"{_PAGE}: moment.strftime('%b %Y')",
        f"{_PREVIEW}: row.sent",
        f"{_POST}: post.message.sent_at.isoformat()",
        f'{_POST}: post.message.sent_at.strftime("%H:%M")',
    },
    _NUMBER: {
        "web/parts.py: f\"Poll · {votes}{('closed' if poll.closed else 'open when this was taken')}\"",
        "web/parts.py: f\"{count(option.votes, 'vote')}{share}\"",
        "web/parts.py: f'{reaction.count:,}'",
        f"{_PAGE}: preview.description",
        f'{_PAGE}: "{{:,}}".format(number)',
        f'{_PREVIEW}: "{{:,}}".format(number)',
        f"{_PAGE}: whose",
        f"{_PREVIEW}: whose",
        f"{_PREVIEW}: row.place",
        f"{_PREVIEW}: row.place[3:]",
        f"{_PREVIEW}: row.anchor",
    },
    _WORD: {
        "web/avatars.py: shape",
        f"{_PAGE}: one if number == 1 else others",
        f"{_PAGE}: name",
        f"{_PREVIEW}: one if number == 1 else others",
        f"{_PREVIEW}: app_name",
        f"{_PREVIEW}: files_stay_text",
        f"{_PARTS}: one.style",
        f"{_POST}: post.role",
        f"{_POST}: name",
        f"{_POST}: char",
    },
    _ADDRESS: {
        "web/avatars.py: url",
        "web/files.py: url",
        "web/inlines.py: url",
        "web/messages.py: address",
        "web/messages.py: quote(message_id, safe='', errors='replace')",
        "web/templates/bar.html: root",
        "web/templates/base.html: root",
        "web/templates/base.html: assets.css",
        "web/templates/base.html: assets.script",
        *(f"{_PAGE}: {url}" for url in ("root", "preview.url", "preview.image", "view.path", "view.url")),
        f"{_PAGE}: view.page_url(view.page - 1)",
        f"{_PAGE}: view.page_url(view.page + 1)",
        f"{_PAGE}: link.url",
        f"{_PREVIEW}: view.action_url",
        f"{_PREVIEW}: row.url",
    },
}
"""What no hostile text can come to, and why: taking its escape away changes no byte of any page."""

_TABLE = "web/unfurl.py: _IN_SCRIPT"
BEHIND_ANOTHER = {
    _TABLE: "a backslash already stands before each < and / of a title, for Discord's Markdown",
    f"{_PAGE}: preview.oembed_url": "an address of ours; only the & between its parameters is escaped",
}
"""Escapes whose loss alone does no harm, and why."""

NEEDLESS = frozenset[str](BEHIND_ANOTHER).union(*HARMLESS.values())


def documents(copy: Copy, base: str) -> dict[str, Callable[[str], bytes]]:
    """All kinds of pages that the copy can make of a payload, the quickest first."""
    render = copy.render
    drawn = copy.playground.Pages(render.render_message_parts)
    mark_templates(copy.points, drawn._templates, "adapters/playground/templates")
    return {
        "error": lambda p: render.render_error(410, p, p, app_name=f"{p}!"),
        "nowhere": lambda p: render.render_page(pages.placeless(p, base)),
        "preview": lambda p: render.render_preview_page(pages.preview([p])),
        "playground": lambda p: chat.document(drawn, copy.playground, p),
        "everything": lambda p: render.render_page(pages.everything([p], base)),
    }


class Hunt:
    """Which points each kind of page leads to, and what to try on each."""

    def __init__(self, copy: Copy, payloads: tuple[str, ...], base: str) -> None:
        self._copy = copy
        self._made = documents(copy, base)
        self._payloads = payloads
        self.untouched: dict[tuple[str, str], bytes] = {}
        self._leads_to: dict[str, set[int]] = {}
        for kind, make in self._made.items():
            copy.points.escaping.clear()
            for payload in payloads:
                self.untouched[kind, payload] = make(payload)
            self._leads_to[kind] = set(copy.points.escaping)
        escaping = set().union(*self._leads_to.values())
        self.points = [p for p in copy.points.all if p.number in escaping and not p.constant]

    def changed(self, *points: Point) -> Iterator[bytes]:
        """The pages that are different while `points` are broken."""
        numbers = {point.number for point in points}
        kinds = [kind for kind in self._made if numbers & self._leads_to[kind]]
        for payload in self._payloads:
            for kind in kinds:
                with self._copy.points.without(*points):
                    page = self._made[kind](payload)
                if page != self.untouched[kind, payload]:
                    yield page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hunt(arena, copy, firing) -> Hunt:
    return Hunt(copy, (*NARROW, *firing[:: max(1, len(firing) // FIRING)]), arena.base)


async def is_caught(check: Check, hunt: Hunt, point: Point) -> bool:
    for page in hunt.changed(point):
        if any(await check([page])):
            return True
    return False


async def test_each_escape_taken_away_is_caught(check, hunt):
    missed = [
        point.name
        for point in hunt.points
        if point.name not in NEEDLESS and not await is_caught(check, hunt, point)
    ]
    assert not missed, "no oracle sees these escapes go: " + "; ".join(missed)


def test_what_is_called_harmless_changes_nothing(hunt):
    names = frozenset[str]().union(*HARMLESS.values())
    harmless = [point for point in hunt.points if point.name in names]
    assert names == {point.name for point in harmless}
    if any(hunt.changed(*harmless)):
        at_work = [point.name for point in harmless if any(hunt.changed(point))]
        pytest.fail("these escape something: " + "; ".join(at_work))


async def test_the_data_block_is_caught_without_both_its_locks(check, copy, hunt, monkeypatch):
    table = next(point for point in hunt.points if point.name == _TABLE)
    monkeypatch.setitem(copy.render.link_preview.__globals__, "_escaped", str)
    assert await is_caught(check, hunt, table)


async def test_with_all_escapes_in_their_place_there_is_nothing_to_see(check, hunt):
    assert not any(await check(list(hunt.untouched.values())))


def test_pages_lead_to_every_escape(copy, hunt):
    idle = [point.name for point in copy.points.all if point.number not in copy.points.passed]
    assert not idle, "no page of these tests comes here: " + "; ".join(idle)
