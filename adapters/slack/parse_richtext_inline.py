"""The inline elements of rich text, each by the words a reader of Slack sees."""

from __future__ import annotations

from adapters.slack import parse_words as words
from adapters.slack.parse_dates import date_nodes
from adapters.slack.parse_inline import broadcast, linked
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_raw import Raw, string, whole
from adapters.slack.parse_unknown import unknown
from bot.richtext.nodes import Inline, Mention, Unsupported, make_link, text_nodes

_LABELS = ("text", "label", "title", "name", "value", "fallback")
_LABELLED = frozenset(
    [
        "attachment_mention",
        "canvas",
        "citation",
        "color",
        "file",
        "list_record",
        "message_mention",
        "salesforce_data_field",
        "tag",
        "work_object_mention",
        "workflow_mention",
    ]
)
"""Elements that Slack draws as a chip with a label and, mostly, a link."""


def element_nodes(kind: str, raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    """One inline element of a rich_text_section, of the type `kind`, without its style."""
    match kind:
        case "text":
            return text_nodes(string(raw, "text"))
        case "link":
            return _link(raw)
        case "date":
            template, url = string(raw, "format"), string(raw, "url")
            return date_nodes(raw.get("timestamp"), template, url, string(raw, "fallback"))
    if kind in _LABELLED:
        return _labelled(raw) or unknown(raw, lookup)
    named = _named(kind, raw, lookup)
    return (named,) if named else unknown(raw, lookup)


def _named(kind: str, raw: Raw, lookup: Lookup) -> Inline | None:
    """An element that stands for someone or something by its id."""
    match kind:
        case "emoji":
            return lookup.emoji(string(raw, "name"), string(raw, "unicode"), whole(raw.get("skin_tone")))
        case "user" | "canvas_user_mention":
            return lookup.person(string(raw, "user_id"))
        case "usergroup":
            return lookup.group(string(raw, "usergroup_id"))
        case "channel":
            return lookup.channel(string(raw, "channel_id"))
        case "broadcast":
            return broadcast(string(raw, "range"))
        case "team":
            return Mention("group", words.UNKNOWN_WORKSPACE)
        case "canvas_message_unfurl":
            return Unsupported(kind, words.QUOTE_LEFT_OUT)
    return None


def _link(raw: Raw) -> tuple[Inline, ...]:
    url, label = string(raw, "url"), text_nodes(string(raw, "text"))
    if not label and url.lower().startswith(("mailto:", "tel:")):
        label = text_nodes(url.partition(":")[2])
    return make_link(url, label)


def _labelled(raw: Raw) -> tuple[Inline, ...]:
    label = next((text for key in _LABELS if (text := string(raw, key).strip())), "")
    return linked(string(raw, "url"), text_nodes(label)) if label else make_link(string(raw, "url"))
