"""The private preview page: where single messages are left out before anything is public.

The address is the right: it is signed for one draft and one person. There is no cookie, so a
forged form can do no more than its sender could; it is refused all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from aiohttp import hdrs, web

from bot.sharing import DraftGone, DraftPage, Refused
from web.needs import SharingJobs
from web.refusals import Refusal
from web.render import PreviewView, render_preview_page
from web.security import is_own_form
from web.views import Site, page_number

BODY_BYTES = 256 * 1024
BODY_SECONDS = 20.0
FIELDS = 10_000
"""Most fields of a form: 500 messages twice, and the findings of a long thread."""

_FORM = "application/x-www-form-urlencoded"
_FINDING = "finding:"
_DECISIONS = frozenset({"open", "masked", "acknowledged"})
_NUMBER_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Wish:
    """What a posted form asks for. `span`: first and last number of a range to leave out."""

    left_out: frozenset[str]
    shown: frozenset[str]
    findings: Mapping[str, str]
    span: tuple[int, int] | None
    page: int


class Unclear(ValueError):
    """The form cannot be meant as it is; `str()` says so to the person."""


class PreviewViews:
    """GET and POST of /preview/{signed}."""

    def __init__(self, site: Site, sharing: SharingJobs) -> None:
        self._site = site
        self._sharing = sharing

    async def show(self, request: web.Request) -> web.StreamResponse:
        signed = request.match_info["signed"]
        try:
            draft = await self._sharing.draft_page(signed, page_number(request))
        except DraftGone as gone:
            raise Refusal(410, text=str(gone)) from gone
        return await self._page(signed, draft, saved=request.query.get("saved") == "1")

    async def choose(self, request: web.Request) -> web.StreamResponse:
        signed = request.match_info["signed"]
        if not is_own_form(request, self._site.base_url):
            raise Refusal(403)
        fields = await _fields(request)
        page = _number(dict(fields).get("page", "")) or 1
        try:
            wish = parse_wish(fields)
            left_out = wish.left_out | await self._in_span(signed, wish.span)
            await self._sharing.choose_messages(
                signed, left_out=left_out, kept=wish.shown - left_out, findings=wish.findings
            )
        except DraftGone as gone:
            raise Refusal(410, text=str(gone)) from gone
        except (Refused, Unclear) as reason:
            return await self._repeat(signed, page, str(reason))
        location = f"{self._action(signed)}?saved=1&page={wish.page}"
        return web.Response(status=303, headers={**self._site.headers.redirect, hdrs.LOCATION: location})

    async def _in_span(self, signed: str, span: tuple[int, int] | None) -> frozenset[str]:
        """The ids of the messages numbered from `span[0]` to `span[1]`. Raises Unclear, DraftGone."""
        if span is None:
            return frozenset()
        first, last = span
        draft = await self._sharing.draft_page(signed, 1)
        total, size = draft.draft.header.message_count, max(1, len(draft.messages))
        if last > total:
            raise Unclear(f"There is no message {last}: this thread has {total}.")
        ids: list[str] = []
        for number in range((first - 1) // size + 1, (last - 1) // size + 2):
            page = await self._sharing.draft_page(signed, number)
            start = (number - 1) * size
            ids += [message.id for message in page.messages[max(0, first - 1 - start) : last - start]]
        return frozenset(ids)

    async def _repeat(self, signed: str, number: int, error: str) -> web.Response:
        """The page as it stands, with what was wrong."""
        try:
            draft = await self._sharing.draft_page(signed, number)
        except DraftGone as gone:
            raise Refusal(410, text=str(gone)) from gone
        return await self._page(signed, draft, error=error)

    async def _page(
        self, signed: str, draft: DraftPage, *, saved: bool = False, error: str = ""
    ) -> web.Response:
        view = PreviewView(
            title=draft.draft.choices.title,
            messages=draft.messages,
            header=draft.draft.header,
            choices=draft.draft.choices,
            review=draft.review,
            action_url=self._action(signed),
            saved=saved,
            page=draft.number,
            pages=draft.pages,
            error=error,
        )
        body = await asyncio.to_thread(render_preview_page, view)
        return web.Response(status=422 if error else 200, body=body, headers=self._site.headers.preview)

    def _action(self, signed: str) -> str:
        return f"{self._site.path}/preview/{quote(signed, safe='=')}"


async def _fields(request: web.Request) -> list[tuple[str, str]]:
    """The posted form. Raises Refusal for what is too large, too slow, or no form."""
    if request.content_type != _FORM:
        raise Refusal(415)
    if (request.content_length or 0) > BODY_BYTES:
        raise Refusal(413)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.content.read(BODY_BYTES + 1)
            while not request.content.at_eof() and len(body) <= BODY_BYTES:
                body += await request.content.read(BODY_BYTES + 1 - len(body))
    except TimeoutError as slow:
        raise Refusal(408) from slow
    if len(body) > BODY_BYTES:
        raise Refusal(413)
    try:
        return await asyncio.to_thread(_parse, body)
    except ValueError as wrong:
        raise Refusal(400) from wrong


def _parse(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS)


def parse_wish(fields: Sequence[tuple[str, str]]) -> Wish:
    """What the fields of the preview's form ask for. Raises Unclear."""
    one = dict(fields)
    findings = {name.removeprefix(_FINDING): value for name, value in fields if name.startswith(_FINDING)}
    if not _DECISIONS.issuperset(findings.values()):
        raise Unclear("Choose one of the given answers for each finding.")
    shown = frozenset(value for name, value in fields if name == "shown")
    left_out = frozenset(value for name, value in fields if name == "leave_out")
    return Wish(left_out & shown, shown, findings, _span(one), _number(one.get("page", "")) or 1)


def _span(fields: Mapping[str, str]) -> tuple[int, int] | None:
    given = [fields.get(name, "").strip() for name in ("from", "to")]
    if not any(given):
        return None
    first, last = (_number(text or other) for text, other in (given, reversed(given)))
    if not first or not last:
        raise Unclear("Give the numbers of the first and the last message to leave out, such as 3 and 7.")
    if first > last:
        first, last = last, first
    return first, last


def _number(text: str) -> int:
    """`text` as a number from 1, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS else 0
