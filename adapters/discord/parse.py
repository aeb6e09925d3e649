"""Raw API messages -> the neutral model. Pure: no SDK, no I/O, no clock.

Takes message objects as `GET /channels/{id}/messages` gives them. Nothing here raises on any JSON,
and nothing that a message shows is dropped in silence: an unknown type of message or component
becomes a visible placeholder with the texts it carried. What the model has no place for is left
out: the addresses and icons of embeds' authors and footers, accent colours of containers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adapters.discord.parse_components import Components
from adapters.discord.parse_embeds import cards
from adapters.discord.parse_emoji import reactions
from adapters.discord.parse_excerpts import excerpt
from adapters.discord.parse_fields import (
    NOTHING,
    Raw,
    flags,
    identifier,
    line,
    made_at,
    mapping,
    mappings,
    moment,
    string,
    whole,
)
from adapters.discord.parse_files import HOLD_FILES, attachments, shown_name
from adapters.discord.parse_lookup import NOTHING_FOUND, Found, Guesses, Lookup, Needs, holds
from adapters.discord.parse_markdown import QUESTION, parse_markdown
from adapters.discord.parse_people import UNKNOWN, author_key, avatar_file, is_webhook, participant, profile
from adapters.discord.parse_polls import poll
from adapters.discord.parse_system import NORMAL_TYPES, POLL_RESULT, THREAD_STARTER, Event, event
from bot.model import Attachment, Forward, LinkCard, Message, MessageKind, ReplyTo
from bot.richtext.nodes import Block, Body, Inline, Paragraph, Text, Unsupported

__all__ = [
    "Found",
    "Guesses",
    "Needs",
    "author_key",
    "avatar_file",
    "holds",
    "is_webhook",
    "parse",
    "parse_noting",
    "participant",
    "profile",
    "references",
    "starter",
]

_SUPPRESS_EMBEDS = 1 << 2
_FORWARD = 1
_ASKING = (
    *HOLD_FILES,
    "components",
    "embeds",
    "message_snapshots",
    "poll",
    "reactions",
    "referenced_message",
)
_BESIDE_TEXT = (*HOLD_FILES, "components", "activity", "shared_client_theme", "embeds")
_DELETED_ANSWERED = "Original message was deleted"
_STARTER_MISSING = "The first message of this thread could not be read."
_NO_EVENT = Event((), tells_content=False)


def references(raw: Raw) -> Needs:
    """What has to be looked up before `parse` can show the message in full. Never raises."""
    shown = _shown(raw)
    lookup = Lookup(NOTHING_FOUND, shown, asking=True)
    if _may_ask(shown):
        _message(shown, lookup)
    else:
        lookup.listed(shown)
        _author(shown, lookup)
    return lookup.needs()


def _may_ask(raw: Raw) -> bool:
    """Whether a message may show more that has to be looked up than its author and whom it mentions."""
    if whole(raw, "type") not in NORMAL_TYPES or any(map(raw.get, _ASKING)):
        return True
    content = raw.get("content")
    return isinstance(content, str) and QUESTION in content


def parse(raw: Raw, found: Found) -> Message:
    """The message. `found` answers its `references`; what is missing there has placeholders.

    A thread's starter stub (type 21) gives the message it stands for, or a DELETED one where that
    is gone. Never raises.
    """
    shown = _shown(raw)
    return _message(shown, Lookup(found, shown))


def parse_noting(raw: Raw) -> tuple[Message, Needs, Guesses]:
    """What `parse` gives with nothing found, the `references`, and with what is found the message stays like that
    (`holds`). Never raises.
    """
    shown = _shown(raw)
    lookup = Lookup(NOTHING_FOUND, shown)
    message = _message(shown, lookup)
    return message, lookup.needs(), lookup.guesses()


def starter(raw: Raw) -> Raw | None:
    """The message that began the thread, given the stub (type 21) that stands for it inside.

    None where `raw` is no stub, where the original was deleted (`referenced_message` null), and
    where Discord did not send it (absent): then it is in the parent channel, with the thread's id.
    """
    if whole(raw, "type") != THREAD_STARTER:
        return None
    original = mapping(raw, "referenced_message")
    return original or None


def _shown(raw: Raw) -> Raw:
    """The message that stands for `raw`: the original of a starter stub, else itself."""
    raw = raw if isinstance(raw, dict) else NOTHING
    return starter(raw) or raw


def _message(raw: Raw, lookup: Lookup) -> Message:
    lookup.listed(raw)
    key = identifier(raw)
    kind = whole(raw, "type") or 0
    if kind == THREAD_STARTER:
        return _lost_starter(raw)
    told = _NO_EVENT if kind in NORMAL_TYPES else event(raw, lookup)
    body, files, embeds = _content(raw, lookup, key, told)
    if kind not in NORMAL_TYPES and not body:
        body = (Unsupported(f"message type {kind}"),)
    forwards = _forwards(raw, lookup, key)
    return Message(
        id=key,
        author=_author(raw, lookup) if told.by_author else None,
        sent_at=moment(raw, "timestamp") or made_at(key),
        kind=MessageKind.NORMAL if kind in NORMAL_TYPES else MessageKind.SYSTEM,
        body=body,
        edited_at=moment(raw, "edited_timestamp"),
        reply_to=None if forwards or kind not in NORMAL_TYPES else _reply_to(raw, lookup),
        attachments=files,
        cards=() if kind == POLL_RESULT else embeds,
        reactions=reactions(raw, lookup) if raw.get("reactions") else (),
        forwards=forwards,
        poll=poll(raw, lookup) if raw.get("poll") else None,
        pinned=raw.get("pinned") is True,
    )


def _author(raw: Raw, lookup: Lookup) -> str:
    key = author_key(raw)
    if key != UNKNOWN and not is_webhook(raw):
        lookup.needs_person(key)
    return key


def _content(
    raw: Raw, lookup: Lookup, owner: str, told: Event = _NO_EVENT
) -> tuple[Body, tuple[Attachment, ...], tuple[LinkCard, ...]]:
    """What a message and a forwarded one have in common: text, files and cards."""
    blocks: list[Block] = [Paragraph(told.sentence)] if told.sentence else []
    if not told.tells_content:
        blocks += parse_markdown(string(raw, "content"), lookup)
    if not any(map(raw.get, _BESIDE_TEXT)):
        return tuple(blocks), (), ()
    files = attachments(raw, lookup) if any(map(raw.get, HOLD_FILES)) else []
    if raw.get("components"):
        components = Components(raw, lookup, owner)
        blocks += components.blocks(mappings(raw, "components"))
        files = _merged(files, components.pictures)
    if raw.get("activity"):
        blocks.append(Unsupported("activity", line(mapping(raw, "application"), "name")))
    if raw.get("shared_client_theme"):
        blocks.append(Unsupported("client theme"))
    suppressed = flags(raw) & _SUPPRESS_EMBEDS or not raw.get("embeds")
    return tuple(blocks), tuple(files), () if suppressed else cards(raw, lookup, owner)


def _merged(files: Iterable[Attachment], pictures: Iterable[Attachment]) -> list[Attachment]:
    """Each file once: an upload that a component shows takes that component's description."""
    found: dict[str, Attachment] = {file.file: file for file in files}
    for one in pictures:
        same = found.get(one.file, one)
        found[one.file] = replace(
            same, description=one.description or same.description, spoiler=one.spoiler or same.spoiler
        )
    return list(found.values())


def _forwards(raw: Raw, lookup: Lookup, key: str) -> tuple[Forward, ...]:
    """Forwarded messages, which Discord gives without their authors."""
    if not raw.get("message_snapshots") and not raw.get("message_reference"):
        return ()
    found = []
    for index, snapshot in enumerate(mappings(raw, "message_snapshots")):
        message = mapping(snapshot, "message")
        lookup.listed(message)
        body, files, embeds = _content(message, lookup, f"{key}:{index}")
        found.append(Forward(body, files, embeds, moment(message, "timestamp")))
    if not found and whole(mapping(raw, "message_reference"), "type") == _FORWARD:
        found.append(Forward((Unsupported("forwarded message"),)))
    return tuple(found)


def _reply_to(raw: Raw, lookup: Lookup) -> ReplyTo | None:
    """What the message answers. Discord sends the answered message, null where it was deleted,
    and nothing where it did not look (discord.com/developers: resources/message).
    """
    if "referenced_message" not in raw and whole(raw, "type") in (None, 0):
        return None
    answered = mapping(raw, "referenced_message")
    key = identifier(mapping(raw, "message_reference"), "message_id") or identifier(answered) or None
    if answered:
        lookup.listed(answered)
        return ReplyTo(key, _author(answered, lookup), _excerpt(answered, lookup))
    if key is None:
        return None
    if "referenced_message" in raw:
        return ReplyTo(key, None, (Text(_DELETED_ANSWERED),))
    return ReplyTo(key)


def _excerpt(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    """The first words of a message; of one without words, what else it has."""
    if words := excerpt(parse_markdown(string(raw, "content"), lookup)):
        return words
    names = [shown_name(one) for one in mappings(raw, "attachments")]
    names += [line(one, "name") for one in mappings(raw, "sticker_items")]
    names += [line(one, "title") for one in mappings(raw, "embeds")]
    return excerpt((Paragraph((Text(", ".join(filter(None, names))),)),)) if any(names) else ()


def _lost_starter(raw: Raw) -> Message:
    """The stub of a first message that was deleted, or that Discord did not send."""
    reference = mapping(raw, "message_reference")
    key = identifier(reference, "message_id") or identifier(raw)
    sent = moment(raw, "timestamp") or made_at(identifier(raw))
    if "referenced_message" in raw:
        return Message(key, None, sent, MessageKind.DELETED)
    return Message(key, None, sent, MessageKind.SYSTEM, (Paragraph((Text(_STARTER_MISSING),)),))
