"""A raw Slack message -> a Message of the core. The one module others import.

Takes messages as conversations.replies and Slack exports give them, plain JSON, and never raises
whatever stands in it: facts in docs.slack.dev/reference/events/message and its subtypes. Pure: what
has to be looked up is named by `references`, and what was found is given to `parse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.slack import parse_words as words
from adapters.slack.parse_attachments import cards
from adapters.slack.parse_blocks import parse_blocks
from adapters.slack.parse_dates import moment
from adapters.slack.parse_files import attach
from adapters.slack.parse_inline import paragraphs
from adapters.slack.parse_lookup import Found, Lookup, Needs
from adapters.slack.parse_mrkdwn import mrkdwn
from adapters.slack.parse_people import author_key, chosen_name, of_app, participant, profile
from adapters.slack.parse_raw import (
    NOTHING,
    Raw,
    items,
    mapping,
    mappings,
    number_text,
    string,
    strings,
    whole,
)
from adapters.slack.parse_renames import RENAMES, with_channels
from bot.model import Message, MessageKind, Reaction
from bot.richtext.nodes import Block, Body, Inline, Italic, LineBreak, Paragraph, Text, Unsupported
from bot.richtext.plain import plain

__all__ = [
    "Found",
    "Needs",
    "author_key",
    "of_app",
    "parse",
    "parse_noting",
    "participant",
    "profile",
    "references",
]

_NORMAL = frozenset(
    [
        "assistant_app_thread",
        "bot_message",
        "file_comment",
        "file_mention",
        "file_share",
        "me_message",
        "reply_broadcast",
        "slackbot_response",
        "thread_broadcast",
    ]
)
_SYSTEM = frozenset(
    [
        "bot_add",
        "bot_disable",
        "bot_enable",
        "bot_remove",
        "channel_archive",
        "channel_canvas_updated",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "document_mention",
        "ekm_access_denied",
        "group_archive",
        "group_join",
        "group_leave",
        "group_name",
        "group_purpose",
        "group_topic",
        "group_unarchive",
        "huddle_thread",
        "joiner_notification",
        "joiner_notification_for_inviter",
        "pinned_item",
        "unpinned_item",
        "reminder_add",
        "reminder_delete",
        "sh_room_created",
        "sh_room_shared",
        "share_shortcut",
        "tabbed_canvas_updated",
        "app_conversation_join",
    ]
)
_DELETED = frozenset({"tombstone", "message_deleted"})
_BESIDES = frozenset({"attachments", "edited", "file", "files", "pinned_info", "pinned_to", "reactions"})
"""What a message may have beside its words. Most have none of it."""

_EVENTS = frozenset({"message_changed", "message_replied"})
"""Events that carry the message they are about; old exports have some."""


def references(raw: Mapping[str, Any]) -> Needs:
    """What has to be looked up before `parse` can show `raw` in full."""
    return parse_noting(raw, Found())[1]


def parse(raw: Mapping[str, Any], found: Found) -> Message:
    """The message. `author` is the key that `participant` gives; nothing found is no error."""
    raw = _unwrap(raw)
    return _message(raw, author_key(raw), Lookup(found, _id(raw)))


def parse_noting(raw: Mapping[str, Any], found: Found) -> tuple[Message, Needs]:
    """The message, and its `references`, whatever of them was found: both for the price of one."""
    raw = _unwrap(raw)
    lookup = Lookup(found, _id(raw))
    author = author_key(raw)
    if not of_app(raw):
        lookup.know(author)
    elif author and not chosen_name(raw):
        lookup.know(author)
        lookup.know(string(raw, "bot_id"))
    return _message(raw, author, lookup), lookup.needs()


def _unwrap(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        return NOTHING
    if "message" not in raw or string(raw, "subtype") not in _EVENTS:
        return raw
    return mapping(raw, "message") or raw


def _id(raw: Raw) -> str:
    return string(raw, "ts") or number_text(raw.get("ts"))


def _message(raw: Raw, author: str, lookup: Lookup) -> Message:
    key = lookup.message
    sent_at = moment(key)
    subtype = string(raw, "subtype")
    if subtype in _DELETED:
        return Message(key, None, sent_at, MessageKind.DELETED)
    kind = MessageKind.SYSTEM if subtype in _SYSTEM else MessageKind.NORMAL
    body = _body(raw, subtype, lookup)
    pictures = lookup.take_pictures()
    if raw.keys().isdisjoint(_BESIDES):
        return Message(key, author or None, sent_at, kind, body, attachments=pictures)
    uploads = tuple(attach(file, lookup) for file in _files(raw))
    previews, further = cards(raw, lookup)
    return Message(
        key,
        author or None,
        sent_at,
        kind,
        body,
        edited_at=_edited(raw),
        attachments=(*uploads, *pictures, *further),
        cards=previews,
        reactions=_reactions(raw, lookup),
        pinned=bool(items(raw, "pinned_to") or mapping(raw, "pinned_info")),
    )


def _files(raw: Raw) -> list[Raw]:
    """The files of a message; messages of before 2018 have one under `file`."""
    return mappings(raw, "files") or [file for file in (mapping(raw, "file"),) if file]


def _body(raw: Raw, subtype: str, lookup: Lookup) -> Body:
    """The blocks, else the text. Blocks of which we can show nothing do not hide the text."""
    blocks = parse_blocks(items(raw, "blocks"), lookup)
    shown = [block for block in blocks if type(block) is not Unsupported or block.fallback]
    if not shown and not lookup.has_pictures():
        blocks = (*_text(raw, subtype, lookup), *blocks)
    if not subtype:
        return blocks
    if subtype in RENAMES:
        return with_channels(blocks, raw)
    if subtype == "me_message":
        return tuple(map(_emphasized, blocks))
    if subtype not in _NORMAL and subtype not in _SYSTEM:
        return _of_unknown_kind(subtype, blocks, from_text=not shown)
    return blocks


def _text(raw: Raw, subtype: str, lookup: Lookup) -> Body:
    text = mrkdwn(string(raw, "text"), lookup)
    if subtype != "huddle_thread":
        return text
    people: list[Inline] = []
    for key in strings(mapping(raw, "room"), "participant_history"):
        people += (Text(" "), lookup.person(key)) if people else (lookup.person(key),)
    return (*(text or (Paragraph((Text(words.HUDDLE),)),)), *paragraphs(people))


def _of_unknown_kind(subtype: str, blocks: Body, *, from_text: bool) -> Body:
    """What a message of a kind we do not know says, its kind kept for whoever checks the page."""
    if from_text:
        return (Unsupported(subtype, plain(blocks)),)
    return (*blocks, Unsupported(subtype))


def _emphasized(block: Block) -> Block:
    """/me messages stand in italics, line by line."""
    if not isinstance(block, Paragraph):
        return block
    lines: list[Inline] = []
    words_of_line: list[Inline] = []
    for node in (*block.children, None):
        if node is not None and not isinstance(node, LineBreak):
            words_of_line.append(node)
            continue
        if words_of_line:
            lines.append(Italic(tuple(words_of_line)))
            words_of_line = []
        if node is not None:
            lines.append(node)
    return Paragraph(tuple(lines))


def _edited(raw: Raw) -> datetime | None:
    edited = mapping(raw, "edited")
    return moment(string(edited, "ts")) if edited else None


def _reactions(raw: Raw, lookup: Lookup) -> tuple[Reaction, ...]:
    """Reactions in Slack's order. `count` is right where `users` is cut short."""
    found: list[Reaction] = []
    for one in mappings(raw, "reactions"):
        users = strings(one, "users")
        if name := string(one, "name"):
            known = tuple(dict.fromkeys(user for user in users if lookup.know(user)))
            count = whole(one.get("count"))
            found.append(
                Reaction(lookup.emoji(name), max(len(known), len(users) if count is None else count), known)
            )
    return tuple(found)
