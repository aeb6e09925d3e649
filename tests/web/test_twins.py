"""The Markdown twin tells all that the page tells."""

from __future__ import annotations

from tests.web import sample
from web.twins import markdown_twin


def twin() -> str:
    made = markdown_twin(sample.view())
    return made.head + made.messages(sample.messages())


def test_it_begins_with_what_it_is():
    head = markdown_twin(sample.view()).head
    assert head.startswith(
        "# Why is search slow on long threads?\n\nSnapshot of 17 messages between 3 people and 1 app, "
    )
    assert "- Valid until 22 Dec 2026\n" in head
    assert f"<{sample.BASE}/share/{sample.TOKEN}>" in head


def test_in_parts_it_is_the_same_document():
    made = markdown_twin(sample.view())
    parts = made.head + "".join(made.messages((message,)) for message in sample.messages())
    assert parts == twin()


def test_it_tells_everything():
    text = twin()
    for words in (
        "## Saturday, 21 November 2026\n\n### Ana Moreno, 15:58 UTC",
        "| up to 100 | 18 ms | 41 ms |",
        f"- [search-latency.csv]({sample.BASE}/share/{sample.TOKEN}/file/f3) (CSV table, 1.2 MB)",
        "- screen-recording.mov (not available: it is larger than 25 MB)",
        "Reactions: 👀 2 · :party_blob: 1 · 👍 12",
        "Edited 21 Nov 2026, 16:09 UTC",
        "Reply to Ana Moreno: Search takes over two seconds",
        "_This message was deleted._",
        "### Sage (app), 16:32 UTC",
        "##### 1. A window query",
        "```python\ndef search(",
        "||the index was never used, not even once||",
        "> **[Window functions, explained with pictures](https://blog.example.org/window)**",
        "Poll: **What shall we try first?** (closed)\n\n- Window query, 5 votes",
        "_Forwarded message, 18 Nov 2026, 15:58 UTC_\n\n> We saw the same",
        "Ana Moreno changed the title",
    ):
        assert words in text, words
