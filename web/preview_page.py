"""The private page on which a sharer leaves messages out and decides about suspected secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from bot.model import Choices, Header, Message, MessageKind, Names, Participant
from bot.privacy.findings import Finding, FindingState, Review
from bot.sharing import PAGE_SIZE
from bot.wording import between
from web.assets import assets, templates
from web.avatars import avatar
from web.files import file_names
from web.inlines import Out
from web.messages import SOMEBODY, Thread, make_thread
from web.parts import moment, write_parts
from web.richtext import join

TITLE_FINDING = "title"
"""`Finding.message` of what stands in the title."""

NOTICE = Participant("", "Notice")
_DELETED = Markup('<p class="del">This message was deleted.</p>')


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A draft as its sharer sees it; `messages` are those of this page, in captured form.
    `action_url` takes the form. `error`: why the last choice was not saved, or "".
    """

    title: str
    messages: tuple[Message, ...]
    header: Header
    choices: Choices
    review: Review
    action_url: str
    saved: bool
    page: int
    pages: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One message to leave out or keep. `anchor` is its id in the page."""

    number: int
    anchor: str
    message: Message
    author: Participant
    avatar: Markup
    sent: str
    content: Markup
    left_out: bool
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A suspected secret. `place`: where it stands, in words; `url` leads there, "" for nowhere."""

    finding: Finding
    place: str
    url: str
    left_out: bool


def render_preview_page(view: PreviewView) -> bytes:
    """The whole page, with a form that needs no script.

    Its fields: `leave_out` (ids of messages, repeated), `shown` (ids of all messages of this page, so
    that those not ticked can be told), `from` and `to` (numbers of a range to leave out),
    `finding:<id>` ("open", "masked" or "acknowledged"), `page`.
    """
    first = (view.page - 1) * PAGE_SIZE + 1
    thread = make_thread(view.header, None)
    rows = [_row(message, first + i, thread, view) for i, message in enumerate(view.messages)]
    numbers = {row.message.id: row for row in rows}
    page = (
        templates()
        .get_template("preview.html")
        .render(
            view=view,
            header=view.header,
            review=view.review,
            whose=between(view.review.people, view.review.apps),
            pseudonyms=view.choices.names is Names.PSEUDONYMS,
            rows=rows,
            findings=[_finding_row(finding, numbers) for finding in view.review.findings],
            missing=file_names(view.review.missing_files),
            root=_root(view.action_url),
            app_name="Threadlink",
            assets=assets(),
        )
    )
    return page.encode("utf-8", "replace")


def _root(action_url: str) -> str:
    """The path before "/preview/", mostly ""."""
    return urlsplit(action_url).path.partition("/preview/")[0]


def _row(message: Message, number: int, thread: Thread, view: PreviewView) -> Row:
    nobody = NOTICE if message.kind is MessageKind.SYSTEM else SOMEBODY
    author = thread.people.get(message.author or "", nobody)
    out: Out = []
    if message.kind is MessageKind.DELETED:
        out.append(_DELETED)
    write_parts(message, thread.people, out, thread.pictures, edited=Markup())
    return Row(
        number=number,
        anchor=f"n{number}",
        message=message,
        author=author,
        avatar=avatar(author, thread.pictures),
        sent=moment(message.sent_at.astimezone(UTC)),
        content=join(out),
        left_out=message.id in view.choices.left_out,
        kinds=view.review.unsupported.get(message.id, ()),
    )


def _finding_row(finding: Finding, numbers: Mapping[str, Row]) -> FindingRow:
    row = numbers.get(finding.message)
    left_out = finding.state is FindingState.LEFT_OUT
    if finding.message == TITLE_FINDING:
        return FindingRow(finding, "in the title", "", left_out)
    if row is None:
        return FindingRow(finding, "on another page of this preview", "", left_out)
    return FindingRow(finding, f"in message {row.number}", f"#{quote(row.anchor)}", left_out)
