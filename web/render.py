"""The pages, as bytes: pure functions of what they are given, with neither clock nor network.

The same input gives the same bytes. The frame is a Jinja template, autoescaped; what people wrote
is drawn by `web.messages` and what it calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from bot.model import FileCopy, Header, Message, Names
from bot.richtext.nodes import Body
from bot.wording import between
from web.assets import Assets, assets, static_files, templates
from web.avatars import avatar
from web.inlines import Out, Pictures
from web.messages import Thread, make_thread, parts_of, write_messages
from web.pages import PageView, page_links, report_url
from web.preview_page import PreviewView, render_preview_page
from web.richtext import join, write_blocks
from web.unfurl import LinkPreview, link_preview

__all__ = [
    "Assets",
    "LinkPreview",
    "PageView",
    "PreviewView",
    "assets",
    "link_preview",
    "render_body",
    "render_error",
    "render_message_parts",
    "render_page",
    "render_preview_page",
    "static_files",
]

SHOWN_PEOPLE = 10
"""How many people the head of a page names."""


def render_page(view: PageView) -> bytes:
    """One page of a share, UTF-8 HTML."""
    thread = _thread(view)
    out: Out = []
    write_messages(view.messages, thread, out)
    people = view.share.header.participants
    page = (
        templates()
        .get_template("page.html")
        .render(
            view=view,
            share=view.share,
            header=view.share.header,
            whose=between(view.share.header.people_count, view.share.header.app_count),
            pseudonyms=view.share.names is Names.PSEUDONYMS,
            root=view.root,
            app_name=view.app_name,
            assets=assets(),
            preview=link_preview(view),
            people=[(person, avatar(person, thread.pictures)) for person in people[:SHOWN_PEOPLE]],
            more_people=max(0, len(people) - SHOWN_PEOPLE),
            links=page_links(view),
            report_url=report_url(view),
            messages=join(out),
        )
    )
    return page.encode("utf-8", "replace")


def _thread(view: PageView) -> Thread:
    here = {message.id for message in view.messages}
    last = view.share.header.message_count

    def address_of(message_id: str) -> str | None:
        if message_id in here:
            return f"#{quote(message_id, safe='')}"
        number = message_id.removeprefix("m")
        if message_id.startswith("m") and number.isascii() and number.isdigit() and 1 <= int(number) <= last:
            return f"{view.path}/{message_id}"
        return None

    return make_thread(view.share.header, view.file_url, address_of)


def render_body(body: Body, file_url: Callable[[str], str], files: Mapping[str, FileCopy]) -> Markup:
    """Rich text alone. `file_url` gives the address of a copied file by its id."""
    out: Out = []
    write_blocks(body, out, Pictures(files, file_url))
    return join(out)


def render_message_parts(message: Message, header: Header, file_url: Callable[[str], str] | None) -> Markup:
    """What a message says, without its author, time, reply and edit mark: text, cards, attachments,
    reactions, poll and forwards. The styles are in `assets().content`.
    """
    return parts_of(message, header, file_url)


def render_error(
    status: int, title: str, text: str, *, base_url: str = "", app_name: str = "Threadlink"
) -> bytes:
    """A friendly page that says what is the matter, and nothing of what was asked for."""
    page = (
        templates()
        .get_template("error.html")
        .render(
            status=status,
            title=title,
            text=text,
            root=urlsplit(base_url).path.rstrip("/"),
            app_name=app_name,
            assets=assets(),
        )
    )
    return page.encode("utf-8", "replace")
