"""A page with everything on it, to look at: `python -m tests.web.sample FOLDER` writes pages and pictures."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from bot.model import (
    Actor,
    Attachment,
    Choices,
    FileCopy,
    FileState,
    Forward,
    Header,
    LinkCard,
    Message,
    MessageKind,
    Names,
    Participant,
    ParticipantKind,
    Poll,
    PollOption,
    Reaction,
    ReplyTo,
    Share,
    Snapshot,
    Source,
    ThreadRef,
)
from bot.privacy.findings import Finding, FindingState, Review
from bot.richtext.nodes import (
    Block,
    Bold,
    ChannelMention,
    Code,
    CodeBlock,
    Divider,
    Emoji,
    Heading,
    Inline,
    Italic,
    LineBreak,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Subtext,
    Table,
    Text,
    Timestamp,
    Underline,
    Unsupported,
)
from web.render import PageView, PreviewView, render_error, render_page, render_preview_page, static_files

DAY = datetime(2026, 11, 21, 15, 58, tzinfo=UTC)
BASE = "https://threads.example.org"
TOKEN = "q0Zr4Vd8Xw2LmT7yKp3NsA"

PEOPLE = (
    Participant("p1", "Ana Moreno", avatar="f1"),
    Participant("p2", "Jonas Weber"),
    Participant("p3", "Mei 陈"),
    Participant("p4", "Sage", ParticipantKind.BOT),
)
FILES = (
    FileCopy("f1", "", FileState.COPIED, blob="b1", media_type="image/webp", size=900, width=96, height=96),
    FileCopy(
        "f2",
        "search-latency.png",
        FileState.COPIED,
        blob="b2",
        media_type="image/png",
        size=48_213,
        width=1280,
        height=640,
    ),
    FileCopy("f3", "search-latency.csv", FileState.COPIED, blob="b3", media_type="text/csv", size=1_245_900),
    FileCopy("f4", "screen-recording.mov", FileState.MISSING, reason="it is larger than 25 MB"),
    FileCopy("f5", "", FileState.COPIED, blob="b5", media_type="image/webp", size=300, width=64, height=64),
    FileCopy(
        "f6",
        "whiteboard.jpg",
        FileState.COPIED,
        blob="b6",
        media_type="image/jpeg",
        size=90_000,
        width=600,
        height=800,
    ),
)
PARTY = Emoji("party_blob", file="f5")


def p(*parts: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(x) if isinstance(x, str) else x for x in parts))


PYTHON = '''def search(thread_id: str, words: str) -> list[Hit]:
    """Every hit with the messages around it."""
    hits = []
    for row in index.lookup(words):
        messages = load_messages(thread_id)  # again and again
        position = next(i for i, m in enumerate(messages) if m.id == row.id)
        hits.append(Hit(messages[position], messages[position - 1 : position + 2]))
    return hits[:200]'''
SQL = """SELECT id, position, LAG(id) OVER w AS before, LEAD(id) OVER w AS after
FROM messages WHERE thread = $1 -- one pass
WINDOW w AS (ORDER BY position) LIMIT 10;"""
DIFF = """-    messages = load_messages(thread_id)
+    messages = cache.get(thread_id) or load_messages(thread_id)"""


def said(number: int, author: str | None, minutes: int, *blocks: Block, **fields: object) -> Message:
    return replace(
        Message(f"m{number}", author, DAY + timedelta(minutes=minutes), body=tuple(blocks)),
        **fields,  # type: ignore[arg-type]
    )


def messages() -> tuple[Message, ...]:
    thumbs = Emoji("+1", "👍")
    return (
        said(
            1,
            "p1",
            0,
            p(
                "Search takes ",
                Bold((Text("over two seconds"),)),
                " on threads with more than 5,000 messages. On short ones nobody notices. I measured the last seven days:",
            ),
            Table(
                (
                    ((Text("messages in thread"),), (Text("median"),), (Text("slowest 5 %"),)),
                    ((Text("up to 100"),), (Text("18 ms"),), (Text("41 ms"),)),
                    ((Text("100 to 1,000"),), (Text("64 ms"),), (Text("190 ms"),)),
                    ((Text("over 5,000"),), (Text("2,120 ms"),), (Text("5,900 ms"),)),
                ),
                header=True,
            ),
            p(
                "The raw numbers are attached. ",
                Mention("person", "Jonas Weber", "p2"),
                ", you know the query best: does anything in there look quadratic to you?",
            ),
            attachments=(
                Attachment("f2", "Line chart: search time grows much faster than the number of messages"),
                Attachment("f3"),
                Attachment("f4"),
            ),
            reactions=(
                Reaction(Emoji("eyes", "👀"), 2, ("p2", "p3")),
                Reaction(PARTY, 1, ("p3",)),
                Reaction(thumbs, 12),
            ),
        ),
        said(
            2,
            "p2",
            8,
            p(
                "Good table. Yes, I think so: for each hit we load the whole thread again to find its neighbours."
            ),
            CodeBlock(PYTHON, "python"),
            p("With 200 hits in a thread of 6,000 that is 1.2 million messages read to show a list of 200."),
            edited_at=DAY + timedelta(minutes=11),
        ),
        said(
            3,
            "p2",
            9,
            p(
                "See ",
                Link("https://docs.example.org/search/windowing", (Text("the notes on windowing"),)),
                " and ",
                Link("https://evil.example.net/login", (Text("docs.example.org"),)),
                ", in ",
                ChannelMention("engineering"),
                ".",
            ),
        ),
        said(
            4,
            "p2",
            9,
            p(
                "Also ",
                Code("EXPLAIN ANALYZE"),
                " shows a sequential scan. ",
                Italic((Text("Not great."),)),
                " ",
                Strike((Text("Not terrible."),)),
                " ",
                Underline((Text("Fixable."),)),
            ),
        ),
        said(
            5,
            "p3",
            15,
            p(
                "Before we change anything: which part do people feel? I would rather have ",
                Italic((Text("the first ten hits fast"),)),
                " than all of them a little faster.",
            ),
            reply_to=ReplyTo(
                "m1",
                "p1",
                (
                    Text("Search takes "),
                    Bold((Text("over two seconds"),)),
                    Text(" on threads with more than 5,000 messages. On short ones nobody notices."),
                ),
            ),
            reactions=(Reaction(Emoji("100", "💯"), 1, ("p1",)),),
        ),
        said(6, "p3", 16, p(thumbs, PARTY, Emoji("rocket", "🚀"))),
        said(
            7,
            "p1",
            31,
            Quote((p("the first ten hits fast"),)),
            p("Agreed. From the support inbox, in the order people complain:"),
            List(
                (
                    (p("the wait before anything appears"),),
                    (
                        p("results that jump while the rest loads"),
                        List(((p("worst on phones"),), (p("also in the side panel"),))),
                    ),
                    (p("no way to cancel"),),
                )
            ),
        ),
        said(8, "p1", 32, kind=MessageKind.DELETED),
        said(
            9,
            None,
            33,
            p("Ana Moreno changed the title to “Why is search slow on long threads?”"),
            kind=MessageKind.SYSTEM,
        ),
        said(
            10,
            "p4",
            34,
            p(
                "Here are the two options for a thread with ",
                Italic((Text("n"),)),
                " messages and ",
                Italic((Text("h"),)),
                " hits.",
            ),
            Heading(2, (Text("1. A window query"),)),
            CodeBlock(SQL, "sql"),
            Heading(2, (Text("2. A position column"),)),
            List(
                (
                    (p("add ", Code("position")),),
                    (p("backfill it, then keep it in a trigger"),),
                    (p("read neighbours by ", Code("position ± 1")), CodeBlock(DIFF, "diff")),
                ),
                ordered=True,
                start=1,
            ),
            Divider(),
            Subtext((Text("I can be wrong. Measure before you decide."),)),
            reply_to=ReplyTo(
                "m7", "p1", (Text("Agreed. From the support inbox, in the order people complain:"),)
            ),
            pinned=True,
        ),
        said(
            11,
            "p2",
            9 * 60,
            p(
                "The surprise in the second half: ",
                Spoiler((Text("the index was never used, not even once"),)),
                " and nobody saw.",
            ),
            cards=(
                LinkCard(
                    (Text("Window functions, explained with pictures"),),
                    "https://blog.example.org/window",
                    "Example Blog",
                    "Rosa Klein",
                    (
                        p(
                            "A window is a view of the rows around a row. Here is how to read them once instead of a hundred times."
                        ),
                    ),
                    (Text("12 min read · 3 Nov 2026"),),
                    color="#e11d48",
                ),
            ),
        ),
        said(
            12,
            "p3",
            9 * 60 + 3,
            p("Which one first?"),
            poll=Poll(
                (Text("What shall we try first?"),),
                (
                    PollOption((Text("Window query"),), 5),
                    PollOption((Text("Position column"),), 2),
                    PollOption((Text("A cache"),), 0),
                ),
                closed=True,
            ),
        ),
        said(
            13,
            "p3",
            9 * 60 + 5,
            p("Meanwhile, from the other channel:"),
            forwards=(
                Forward(
                    (
                        p(
                            "We saw the same on Tuesday. It went away after a restart, so it is probably the plan cache."
                        ),
                    ),
                    sent_at=DAY - timedelta(days=3),
                ),
            ),
        ),
        said(
            14,
            "p1",
            9 * 60 + 20,
            p("Whiteboard from today, next session ", Timestamp(1795528800, "F"), ":"),
            Unsupported("canvas", "Roadmap for Q1"),
            attachments=(
                Attachment("f6", "Whiteboard with three boxes and many arrows"),
                Attachment("f2", "", spoiler=True),
            ),
        ),
        said(
            15,
            "p2",
            9 * 60 + 30,
            p("مرحبا بالعالم — and Z̷̧̢͍̻̘͇̖̀̓̆̉̈́a̸̛͚̠͖͍͌̂͗͠l̵̢̼̹̤̈́̃͆g̴̨̟̥̈́o plus a_very_long_" + "word" * 30),
            p("two", LineBreak(), "lines   with   spaces"),
        ),
        said(
            16,
            "p4",
            9 * 60 + 31,
            p("Noted: ", Bold((Text("window query first"),)), ". I will remind you on Monday."),
        ),
        said(17, "p1", 9 * 60 + 33, p("Thanks all. Let's go on here on Monday 🌱")),
    )


def snapshot() -> Snapshot:
    told = messages()
    return Snapshot(
        Header(
            "Why is search slow on long threads?",
            Source("Slack", "Acme", "engineering"),
            datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
            PEOPLE,
            FILES,
            len(told),
            told[0].sent_at,
            told[-1].sent_at,
        ),
        told,
    )


def share(**fields: object) -> Share:
    made = Share(
        "s1",
        Actor("playground", "w", "u1", "Ana"),
        ThreadRef("playground", "w", "c", "t"),
        snapshot().header,
        Names.REAL,
        "Ana Moreno",
        datetime(2026, 11, 22, 9, 1, tzinfo=UTC),
        expires_at=datetime(2026, 12, 22, 9, 0, tzinfo=UTC),
        continued=2,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def view(base: str = BASE, **fields: object) -> PageView:
    made = PageView(share(), f"{base}/share/{TOKEN}", snapshot().messages, 1, 1, base, "abuse@example.org")
    return replace(made, **fields)  # type: ignore[arg-type]


def preview(**fields: object) -> PreviewView:
    whole = snapshot()
    found = (
        Finding("k1", "m2", "GitHub token", "ghp_Ab…"),
        Finding("k2", "m4", "Password in an address", "post…", FindingState.MASKED),
        Finding("k3", "title", "Webhook address", "http…", FindingState.ACKNOWLEDGED),
    )
    review = Review(found, {"m14": ("canvas",)}, (FILES[3],), ("Sage",), 16, 3, 1, 5)
    made = PreviewView(
        whole.header.title,
        whole.messages,
        whole.header,
        Choices(whole.header.title, left_out=frozenset({"m8"})),
        review,
        "/preview/abc",
        saved=False,
        page=1,
        pages=1,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def picture(file: FileCopy) -> bytes:
    """A drawing in the file's size."""
    width, height = file.width or 1, file.height or 1
    image = Image.new("RGB", (width, height), "#eef0fb")
    draw = ImageDraw.Draw(image)
    points = [(x, height * 0.9 - (x / width) ** 3 * height * 0.75) for x in range(0, width, 8)]
    draw.line(points, fill="#4f46e5", width=max(2, width // 160))
    for i in range(1, 6):
        draw.line((0, height * i / 6, width, height * i / 6), fill="#d5d8ee")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pages() -> dict[str, bytes]:
    """Path below the origin -> content."""
    made = {
        f"/share/{TOKEN}": render_page(view("http://127.0.0.1")),
        "/preview/abc": render_preview_page(preview()),
        "/gone": render_error(
            410,
            "This link has ended",
            "Whoever shared it has revoked it, or its time was over. What it showed is not here any more.",
        ),
        "/middle": render_page(
            view(
                "http://127.0.0.1",
                page=3,
                pages=9,
                share=share(names=Names.PSEUDONYMS, sharer=None, expires_at=None),
            )
        ),
    }
    made |= {f"/static/{name}": content for name, (content, _) in static_files().items()}
    made |= {f"/share/{TOKEN}/file/{file.id}": picture(file) for file in FILES if file.width}
    return made


def main(folder: str) -> None:
    for path, content in pages().items():
        target = Path(folder) / path.lstrip("/")
        if not target.suffix and "/file/" not in path:
            target = target.with_suffix(".html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
