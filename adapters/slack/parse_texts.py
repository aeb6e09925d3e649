"""Text objects -> blocks."""

from __future__ import annotations

from adapters.slack.parse_elements import text_inlines
from adapters.slack.parse_inline import paragraphs, plain_nodes
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn import mrkdwn
from adapters.slack.parse_raw import string
from adapters.slack.parse_richtext import rich_text
from bot.richtext.nodes import Body, Bold, Paragraph, Subtext


def text_blocks(raw: object, lookup: Lookup) -> Body:
    """A text object, rich text, or bare string, as paragraphs, quotes and code."""
    kind = string(raw, "type")
    if kind == "rich_text" and isinstance(raw, dict):
        return rich_text(raw, lookup)
    if kind == "mrkdwn":
        return mrkdwn(string(raw, "text"), lookup)
    if isinstance(raw, str):
        raw = {"text": raw}
    return paragraphs(plain_nodes(string(raw, "text"), lookup))


def bold_line(raw: object, lookup: Lookup) -> tuple[Paragraph, ...]:
    """A title: a text object or bare string, bold on a line of its own."""
    nodes = text_inlines(raw, lookup)
    return (Paragraph((Bold(nodes),)),) if nodes else ()


def small_line(raw: object, lookup: Lookup) -> tuple[Subtext, ...]:
    """A text object or bare string as small print."""
    nodes = text_inlines(raw, lookup)
    return (Subtext(nodes),) if nodes else ()
