"""The page of a share: what stands on it, where it leads, and that it is the same each time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given

from bot.model import (
    Attachment,
    FileCopy,
    FileState,
    Header,
    Message,
    MessageKind,
    Names,
    Participant,
    ParticipantKind,
    ReplyTo,
    Snapshot,
    Source,
)
from bot.richtext.markdown import markdown
from bot.richtext.nodes import Emoji, Italic, Mention, Paragraph, Spoiler, Text
from bot.richtext.plain import plain
from tests.forms import tries
from tests.strategies import bodies, snapshots
from tests.web import sample
from tests.web.structure import read
from web.avatars import TINTS, initials, tint
from web.files import file_kind, size_text
from web.messages import excerpt
from web.pages import PageLink, page_links
from web.parts import ACCENTS, accent
from web.render import PageView, render_error, render_message_parts, render_page, static_files
from web.richtext import html
from web.twins import markdown_twin

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANA, BEN, BOT = (
    Participant("p1", "Ana"),
    Participant("p2", "Ben"),
    Participant("p3", "Sage", ParticipantKind.BOT),
)


def said(number: int, author: str | None = "p1", text: str = "hello", minutes: int = 0, **fields) -> Message:
    message = Message(
        f"m{number}", author, NOON + timedelta(minutes=minutes), body=(Paragraph((Text(text),)),)
    )
    return replace(message, **fields)


def page_of(*messages: Message, files: tuple[FileCopy, ...] = (), count: int = 0, **fields) -> str:
    header = Header(
        "A title", Source("Slack", "Acme", "dev"), NOON, (ANA, BEN, BOT), files, count or len(messages)
    )
    share = sample.share(header=header, **fields.pop("share", {}))
    return render_page(sample.view(share=share, messages=messages, **fields)).decode()


def thread_of(page: str) -> str:
    return page[page.index('<main id="main"') : page.index("</main>")]


def test_the_sample_page_has_the_structure_that_we_write():
    assert not read(render_page(sample.view())).faults


def test_the_same_input_gives_the_same_bytes():
    assert render_page(sample.view()) == render_page(sample.view())


def test_the_head_says_what_this_is():
    text = " ".join(read(page_of(said(1), said(2, "p2"), share={"continued": 3})).text.split())
    assert (
        "Snapshot of 2 messages between 2 people and 1 app, taken 22 Nov 2026, shared by Ana Moreno." in text
    )
    for fact in (
        "Later messages are not included",
        "Valid until 22 Dec 2026",
        "Continued 3 times",
        "From #dev in Acme, Slack",
    ):
        assert fact in text


def test_the_head_says_when_it_is_anonymous_and_without_end():
    text = read(page_of(said(1), share={"sharer": None, "expires_at": None, "names": Names.PSEUDONYMS})).text
    assert "shared anonymously" in text
    assert "Valid until it is revoked" in text
    assert "Names are pseudonyms" in text
    assert "Ana Moreno" not in text


def test_neighbours_by_one_author_on_one_day_share_a_head():
    page = thread_of(
        page_of(
            said(1),
            said(2, minutes=1),
            said(3, "p2", minutes=2),
            said(4, minutes=3),
            said(5, minutes=60 * 24),
        )
    )
    assert re.findall(r"<h3><bdi>(\w+)</bdi>", page) == ["Ana", "Ben", "Ana", "Ana"]
    assert re.findall(r"<h2 class=\"d\"><time datetime=\"([\d-]+)\">([^<]+)<", page) == [
        ("2026-11-22", "Sunday, 22 November 2026"),
        ("2026-11-23", "Monday, 23 November 2026"),
    ]


def test_a_bot_is_told_apart_by_what_it_is_and_not_by_its_name():
    page = thread_of(page_of(said(1, "p3"), said(2, "p1")))
    assert '<article class="g bt">' in page
    assert page.count('<span class="bot">App</span>') == 1


def test_every_message_has_a_permalink():
    page = page_of(said(1), said(2, kind=MessageKind.SYSTEM), said(3, kind=MessageKind.DELETED, body=()))
    structure = read(page)
    ids = {attributes.get("id") for _, attributes in structure.tags}
    links = {attributes.get("href") for tag, attributes in structure.tags if tag == "a"}
    assert {"m1", "m2", "m3"} <= ids
    assert {"#m1", "#m2", "#m3"} <= links


def test_a_reply_leads_to_what_it_answers():
    def to(message: str | None) -> str:
        reply = ReplyTo(
            message, "p2", (Text("Is it "), Italic((Text("late"),)), Spoiler((Text("Rosebud"),)), Text("?"))
        )
        return thread_of(page_of(said(501, "p2"), said(502, reply_to=reply), count=600))

    words = "Reply to <b><bdi>Ben</bdi></b> <q>Is it late[spoiler]?</q>"
    assert f'<a href="#m501">{words}</a>' in to("m501")
    assert f'<a href="/share/{sample.TOKEN}/m7">{words}</a>' in to("m7")
    for nowhere in ("m601", "m0", "x1", "m1²", None):
        assert f"<span>{words}</span>" in to(nowhere)


def test_a_long_excerpt_is_cut():
    assert len(excerpt((Text("word " * 100),))) <= 161


def test_what_a_message_went_through_is_shown():
    page = thread_of(
        page_of(
            said(1, edited_at=NOON + timedelta(minutes=5), pinned=True),
            said(2, body=()),
            said(3, None, kind=MessageKind.DELETED, body=()),
        )
    )
    assert (
        '<p>hello <time class="ed" datetime="2026-11-22T12:05:00Z" title="Edited 22 Nov 2026, 12:05 UTC">edited</time></p>'
        in page
    )
    assert "Pinned" in page
    assert "This message has no text." in page
    assert "This message was deleted." in page


@pytest.mark.parametrize(
    ("body", "author", "expected"),
    [
        ((Text("joined the thread"),), "p1", "<b><bdi>Ana</bdi></b> <p>joined"),
        ((Text("Ana changed the title"),), "p1", "</a><p>Ana changed"),
        ((Mention("person", "Ana", "p1"), Text(" joined")), "p1", '</a><p><bdi class="at">@Ana</bdi> joined'),
        ((Text("The thread was archived"),), None, "</a><p>The thread"),
    ],
)
def test_a_system_message_names_its_subject_once(body, author, expected):
    assert expected in thread_of(page_of(said(1, author, kind=MessageKind.SYSTEM, body=(Paragraph(body),))))


def test_pictures_keep_their_room_and_other_files_are_downloads():
    files = (
        FileCopy(
            "f1",
            "a.png",
            FileState.COPIED,
            blob="b",
            media_type="image/png",
            size=10,
            width=2000,
            height=1000,
        ),
        FileCopy(
            "f2", 'n"o<tes.pdf', FileState.COPIED, blob="b", media_type="application/pdf", size=1_500_000
        ),
        FileCopy("f3", "big.mov", FileState.MISSING, reason="it is too large"),
    )
    attached = (
        Attachment("f1", 'A "chart"'),
        Attachment("f2"),
        Attachment("f3"),
        Attachment("f9"),
        Attachment("f1", spoiler=True),
    )
    page = page_of(said(1, attachments=attached), files=files)
    structure = read(page)
    images = [attributes for tag, attributes in structure.tags if tag == "img"]
    assert {
        "src": f"/share/{sample.TOKEN}/file/f1",
        "alt": 'A "chart"',
        "width": "560",
        "height": "280",
        "loading": "lazy",
    } in images
    assert {"href": f"/share/{sample.TOKEN}/file/f2?download", "class": "fi"} in [
        a for tag, a in structure.tags if tag == "a"
    ]
    for words in (
        'n"o<tes.pdf',
        "PDF · 1.5 MB",
        "Not available: it is too large",
        "it is not part of this snapshot",
        "Spoiler: image",
    ):
        assert words in structure.text
    assert not structure.faults


def test_few_emoji_alone_are_drawn_larger():
    jumbo = said(1, body=(Paragraph((Emoji("tada", "🎉"), Text(" "), Emoji("+1", "👍"))),))
    assert 'class="m b jumbo"' in page_of(jumbo)
    assert 'class="m b jumbo"' not in page_of(
        replace(jumbo, body=(Paragraph((Emoji("tada", "🎉"), Text("yes"))),))
    )


def test_the_command_to_continue_is_exact_and_can_be_copied():
    page = page_of(said(1))
    assert f'<code id="command">/continue {sample.BASE}/share/{sample.TOKEN}</code>' in page
    assert 'data-copy="command" hidden' in page


def test_downloads_and_report_are_offered():
    page = page_of(said(1), report="abuse@example.org")
    for address in (
        f'/share/{sample.TOKEN}.md" download',
        f'/share/{sample.TOKEN}.json" download',
        'href="mailto:abuse@example.org?subject=Report',
    ):
        assert address in page
    assert 'href="https://example.org/report"' in page_of(said(1), report="https://example.org/report")
    for none in ("", "javascript:alert(1)", "data:text/html,x"):
        assert "Report this page" not in page_of(said(1), report=none) or "mailto:" in page_of(
            said(1), report=none
        )


def test_pages_are_linked():
    page = page_of(said(1), page=3, pages=9)
    assert [a["href"] for tag, a in read(page).tags if tag == "a" and "page=" in (a.get("href") or "")][
        :3
    ] == [
        f"/share/{sample.TOKEN}?page=2",
        f"/share/{sample.TOKEN}?page=2",
        f"/share/{sample.TOKEN}?page=4",
    ]
    assert "<nav" in page_of(said(1), pages=2)
    assert 'class="pager"' not in page_of(said(1))


def test_far_pages_are_left_out():
    numbers = [link.number for link in page_links(sample.view(page=10, pages=20))]
    assert numbers == [1, 0, 8, 9, 10, 11, 12, 0, 20]
    assert page_links(sample.view(page=1, pages=2))[0] == PageLink(1, "")


def test_a_base_url_with_a_path_is_kept_in_every_address():
    view = sample.view("https://example.org/chat")
    structure = read(render_page(view))
    local = [
        value
        for _, attributes in structure.tags
        for name, value in attributes.items()
        if name in {"href", "src"} and (value or "").startswith("/")
    ]
    assert local
    assert all((value or "").startswith("/chat/") for value in local)


def test_the_page_asks_nothing_of_other_origins():
    structure = read(render_page(sample.view()))
    loaded = [
        a.get("src") or a.get("href")
        for tag, a in structure.tags
        if tag in {"script", "img"} or (tag == "link" and a["rel"] in {"stylesheet", "icon"})
    ]
    assert all((address or "/").startswith("/") for address in loaded)


def test_an_empty_thread_has_a_page():
    page = page_of()
    assert "There are no messages here." in page
    assert not read(page).faults


@tries(15)
@given(snapshots())
def test_any_snapshot_has_a_page_a_twin_and_no_foreign_markup(snapshot: Snapshot):
    view = PageView(
        sample.share(header=snapshot.header),
        f"{sample.BASE}/share/x",
        snapshot.messages,
        1,
        2,
        sample.BASE,
        "abuse@example.org",
    )
    page = render_page(view)
    assert not read(page).faults
    assert page == render_page(view)
    twin = markdown_twin(view)
    assert twin.head + twin.messages(snapshot.messages)


@tries(30)
@given(bodies)
def test_any_tree_renders_in_all_three_renderers(body):
    assert not read(html(body)).faults
    assert isinstance(plain(body), str)
    assert isinstance(markdown(body), str)


def test_parts_of_a_message_can_be_drawn_without_file_addresses():
    for message in sample.messages():
        parts = render_message_parts(message, sample.snapshot().header, None)
        assert parts.startswith('<div class="b">')
        assert not read(parts).faults
        assert "/file/" not in parts


def test_error_pages_are_friendly_and_whole():
    page = render_error(410, "This link has <ended>", "Ask for a new one.")
    assert not read(page).faults
    assert "This link has <ended>" in read(page).text
    assert b"410" in page
    assert b'class="code"' not in render_error(200, "Threadlink", "Welcome.")


def test_the_script_is_small_and_the_names_change_with_the_content():
    files = static_files()
    script = next(content for name, (content, _) in files.items() if name.endswith(".js"))
    assert len(script) < 4_000
    assert all(re.fullmatch(r"(page|content)\.[0-9a-f]{12}\.(css|js)", name) for name in files)
    assert {media_type for _, media_type in files.values()} == {
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    }


def test_no_style_sheet_loads_anything():
    for style in (Path(__file__).parents[2] / "web/static").glob("*.css"):
        assert not re.search(r"url\(|@import", style.read_text())


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Lima", "AL"),
        ("ana", "A"),
        ("Ana de la Cruz (she)", "AC"),
        ("陈 美", "陈"),
        ("🦊", "🦊"),
        ("", "?"),
        ("\u200b", "?"),
        ("ßeta", "ß"),
        ("@ana", "A"),
    ],
)
def test_letters_stand_for_a_name(name, letters):
    assert initials(name) == letters


def test_a_name_always_has_the_same_colour():
    assert tint("Amber Fox") == tint("Amber Fox")
    assert {tint(f"name {i}") for i in range(300)} == set(range(TINTS))


@pytest.mark.parametrize(
    ("color", "nearest"),
    [(None, 0), ("#ff0000", 1), ("#5865f2", 8), ("#00ff00", 5), ("#808080", 0), ("nonsense", 0), ("#fff", 0)],
)
def test_a_card_has_the_nearest_of_our_colours(color, nearest):
    assert accent(color) == nearest
    assert len(ACCENTS) == 12


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (48_213, "48 kB"),
        (999_600, "1.0 MB"),
        (1_245_900, "1.2 MB"),
        (3 * 10**15, "3000 TB"),
    ],
)
def test_sizes_are_for_people(size, text):
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("a.pdf", "application/pdf", "PDF"),
        ("a.py", "text/plain", "PY file"),
        ("a", "text/plain", "Text"),
        ("a.xyz", "application/octet-stream", "XYZ file"),
        ("a", "x/y", "File"),
        ("clip.mov", "video/quicktime", "Video"),
    ],
)
def test_a_file_says_what_it_is(name, media_type, kind):
    assert file_kind(FileCopy("f", name, media_type=media_type)) == kind
