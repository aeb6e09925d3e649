"""Legacy attachments (link previews, bots' cards) -> LinkCards.

docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments. An attachment that
quotes another Slack message may come from a channel that no reader here may see: its words are
left out, and the card says so. Raw video HTML is never read; the link stays.
"""

from __future__ import annotations

import re

from adapters.slack import parse_words as words
from adapters.slack.parse_blocks import parse_blocks
from adapters.slack.parse_dates import EPOCH, moment
from adapters.slack.parse_elements import text_inlines
from adapters.slack.parse_files import attach
from adapters.slack.parse_inline import linked, merge_text, titled
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn import mrkdwn, mrkdwn_inline
from adapters.slack.parse_raw import Raw, flag, items, mapping, mappings, number_text, string
from adapters.slack.parse_unknown import visible_words
from bot.model import Attachment, LinkCard
from bot.richtext.nodes import (
    Block,
    Bold,
    Inline,
    LineBreak,
    Paragraph,
    Subtext,
    Text,
    Timestamp,
    is_safe_url,
    make_link,
    text_nodes,
)

_NAMED_COLORS = {"good": "#2eb886", "warning": "#daa038", "danger": "#a30200"}
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")
_SHORT_HEX = 3
_QUOTES = ("is_msg_unfurl", "is_reply_unfurl", "is_thread_root_unfurl", "is_share")
_PERMALINK = re.compile(r"https?://[a-z0-9.-]{1,200}\.slack\.com/archives/", re.IGNORECASE)


def cards(raw: Raw, lookup: Lookup) -> tuple[tuple[LinkCard, ...], tuple[Attachment, ...]]:
    """A message's attachments as cards, and the files and further pictures that they hold."""
    found: list[LinkCard] = []
    files: list[Attachment] = []
    for one in mappings(raw, "attachments"):
        if quotes_a_message(one):
            found.append(LinkCard(body=(Subtext((Text(words.QUOTE_LEFT_OUT),)),)))
            continue
        card, pictures = _card(one, lookup)
        if card != LinkCard(color=card.color):
            found.append(card)
        files += pictures
        files += (attach(file, lookup) for file in mappings(one, "files"))
    return tuple(found), tuple(files)


def quotes_a_message(raw: Raw) -> bool:
    """Whether an attachment repeats another Slack message."""
    if any(flag(raw, key) for key in _QUOTES) or raw.get("message_blocks"):
        return True
    return any(_PERMALINK.match(string(raw, key)) for key in ("from_url", "original_url"))


def _card(raw: Raw, lookup: Lookup) -> tuple[LinkCard, tuple[Attachment, ...]]:
    blocks = _body(raw, lookup)
    image = lookup.picture(raw, string(raw, "title"))
    thumbnail = lookup.picture(raw, address="thumb_url")
    pictures = lookup.take_pictures()
    if image is None and pictures:
        image, *others = pictures
        pictures = tuple(others)
    title, url = _title(raw, lookup)
    footer = _footer(raw, lookup)
    if not (title or blocks or image or thumbnail or pictures) and (rest := _rest(raw, lookup)):
        blocks = [Paragraph(rest)]
    author = " ".join(filter(None, (string(raw, "author_name"), string(raw, "author_subname"))))
    card = LinkCard(
        title,
        url,
        string(raw, "service_name"),
        author,
        tuple(blocks),
        footer,
        image.file if image else None,
        thumbnail.file if thumbnail else None,
        color(string(raw, "color")),
    )
    return card, pictures


def _title(raw: Raw, lookup: Lookup) -> tuple[tuple[Inline, ...], str | None]:
    """The title, and the address it links to; an address we would not link stays visible in the title."""
    preview = mapping(raw, "preview")
    title = titled(raw, "title", lookup) or text_inlines(preview.get("title"), lookup)
    if title_link := string(raw, "title_link").strip():
        return (title, title_link) if is_safe_url(title_link) else (make_link(title_link, title), None)
    keys = ("from_url", "original_url", "app_unfurl_url", "video_url")
    url = next((url for key in keys if is_safe_url(url := string(raw, key).strip())), None)
    return title, url


def _body(raw: Raw, lookup: Lookup) -> list[Block]:
    blocks: list[Block] = []
    for key in ("pretext", "text"):
        blocks += mrkdwn(string(raw, key), lookup)
    for field in mappings(raw, "fields"):
        title, value = titled(field, "title", lookup), _value(field, lookup)
        if title or value:
            gap = (LineBreak(),) if title and value else ()
            blocks.append(Paragraph((*((Bold(title),) if title else ()), *gap, *value)))
    blocks += parse_blocks(items(raw, "blocks"), lookup)
    blocks += _buttons(raw, lookup)
    return blocks


def _value(field: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    return mrkdwn_inline(string(field, "value"), lookup) or text_nodes(number_text(field.get("value")))


def _buttons(raw: Raw, lookup: Lookup) -> tuple[Subtext, ...]:
    """Buttons of the old kind: an object with a text and perhaps an address."""
    nodes: list[Inline] = []
    for action in mappings(raw, "actions"):
        if label := text_inlines(action.get("text"), lookup):
            button = linked(string(action, "url"), merge_text(("[", *label, "]")))
            nodes += (Text("  "), *button) if nodes else button
    return (Subtext(merge_text(nodes)),) if nodes else ()


def _footer(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    footer = mrkdwn_inline(string(raw, "footer"), lookup)
    ts = string(raw, "ts") or number_text(raw.get("ts"))
    at = moment(ts)
    if not ts or at == EPOCH:
        return footer
    stamp = Timestamp(int(at.timestamp()))
    return (*merge_text((*footer, " · ")), stamp) if footer else (stamp,)


def _rest(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    """What a card says that shows nothing else: its fallback, else any word it carries."""
    if fallback := mrkdwn_inline(string(raw, "fallback"), lookup):
        return fallback
    hidden = {"author_name", "author_subname", "service_name", "footer"}
    return text_nodes(visible_words({k: v for k, v in raw.items() if k not in hidden}, lookup))


def color(text: str) -> str | None:
    """A card's colour as #rrggbb, from a name of Slack's or hexadecimal digits; None for anything else."""
    lowered = text.strip().lower()
    if lowered in _NAMED_COLORS:
        return _NAMED_COLORS[lowered]
    match = _HEX.fullmatch(lowered)
    if not match:
        return None
    digits = match[1]
    return "#" + ("".join(d * 2 for d in digits) if len(digits) == _SHORT_HEX else digits)
