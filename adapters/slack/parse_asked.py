"""What people ask in Slack, read from the payloads that tell of it: commands, shortcuts, clicks, submits, mentions.

Nothing in a payload is trusted beyond its ids, which Slack has proven: names come from elsewhere.
docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime

from adapters.slack.parse_dates import EPOCH, moment
from adapters.slack.parse_raw import Raw, flag, mapping, mappings, string

FIELD = "tl:field:"
"""Begins the block_id of every field, before its name."""

ITEM = "tl:item:"
"""Begins the block_id of the buttons of a list's row, before the list's place and the row's number."""

PICKED = "value"
"""The action_id of every field's element."""

_WORD = re.compile(r"\S+")
_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")
_DIRECT = ("directmessage", "mpdm-")
"""How Slack names what is no channel; group messages carry their people's names behind the second."""

_PRIVATE = "privategroup"
_VERB_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A channel by its id; `direct` where only a few people talk, and nothing can be continued."""

    channel: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command with what stands behind it."""

    user: str
    text: str
    place: Place
    trigger: str
    response_url: str
    command: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A shortcut; `thread` is the root's ts of the message it was chosen on, "" for the global one; `within`: the
    same, where that message stands in a thread.
    """

    user: str
    channel: str
    thread: str
    within: str
    trigger: str
    response_url: str
    at: str
    private: bool = False
    """Whether its channel is a private one."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of which list: `shares` is what stands behind the command ("" or "here")."""

    shares: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Click:
    """A button of ours. `at`: ts of the click. `view`: id of the modal or home tab that it stands in, else "".
    `held`: what that view held for us. `page`: the page that it stands on, None where it stands in no list.
    """

    user: str
    verb: str
    argument: str
    at: str
    trigger: str
    response_url: str
    place: Place
    view: str = ""
    home: bool = False
    private: bool = False
    """Stands in a message that only its person sees."""
    held: str = ""
    values: dict[str, str] = field(default_factory=dict)
    page: Page | None = None
    thread: str = ""
    """ts of the root of the thread that its message stands in."""


@dataclass(frozen=True, slots=True)
class Submit:
    """A modal that was submitted or closed. `verb`: what its submit stands for."""

    user: str
    verb: str
    view: str
    hash: str
    held: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Our name in a message. `thread`: ts of the root of the thread it stands in, "" outside of one."""

    user: str
    channel: str
    thread: str
    at: str
    word: str
    """The first word behind our name, in small letters."""
    rest: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Links of ours that somebody pasted."""

    channel: str
    ts: str
    unfurl_id: str
    source: str
    urls: tuple[str, ...]


def typed(payload: Raw) -> Typed:
    name = string(payload, "channel_name")
    place = Place(string(payload, "channel_id"), name.startswith(_DIRECT))
    return Typed(
        string(payload, "user_id"),
        string(payload, "text").strip(),
        place,
        string(payload, "trigger_id"),
        string(payload, "response_url"),
        string(payload, "command").removeprefix("/"),
    )


def chosen(payload: Raw) -> Chosen:
    message = mapping(payload, "message")
    return Chosen(
        string(mapping(payload, "user"), "id"),
        string(mapping(payload, "channel"), "id"),
        string(message, "thread_ts") or string(message, "ts") or string(payload, "message_ts"),
        string(message, "thread_ts"),
        string(payload, "trigger_id"),
        string(payload, "response_url"),
        string(payload, "action_ts"),
        string(mapping(payload, "channel"), "name") == _PRIVATE,
    )


def click(payload: Raw) -> Click | None:
    """None for a payload without any action."""
    action = next(iter(mappings(payload, "actions")), None)
    if action is None:
        return None
    view, container, channel = (mapping(payload, key) for key in ("view", "container", "channel"))
    state = mapping(view, "state") or mapping(payload, "state")
    name = string(channel, "name")
    return Click(
        string(mapping(payload, "user"), "id"),
        verb_of(string(action, "action_id")),
        string(action, "value"),
        string(action, "action_ts"),
        string(payload, "trigger_id"),
        string(payload, "response_url"),
        Place(string(channel, "id") or string(container, "channel_id"), name.startswith(_DIRECT)),
        string(view, "id"),
        string(view, "type") == "home",
        flag(container, "is_ephemeral"),
        string(view, "private_metadata"),
        values_of(mapping(state, "values")),
        page_of(string(action, "block_id")),
        string(container, "thread_ts"),
    )


def submit(payload: Raw) -> Submit:
    view = mapping(payload, "view")
    return Submit(
        string(mapping(payload, "user"), "id"),
        verb_of(string(view, "callback_id")),
        string(view, "id"),
        string(view, "hash"),
        string(view, "private_metadata"),
        values_of(mapping(mapping(view, "state"), "values")),
    )


def mentioned(event: Raw) -> Mentioned:
    """An app_mention; the words are those behind the first mention, which is taken for ours."""
    _, _, behind = _split(string(event, "text"))
    words = _plain(behind).strip()
    first = _WORD.match(words)
    word = first[0] if first else ""
    return Mentioned(
        string(event, "user"),
        string(event, "channel"),
        string(event, "thread_ts"),
        string(event, "ts"),
        word.strip(".,!?:").lower(),
        words[len(word) :].strip(),
    )


def linked(event: Raw) -> Linked:
    urls = (string(link, "url") for link in mappings(event, "links"))
    return Linked(
        string(event, "channel"),
        string(event, "message_ts"),
        string(event, "unfurl_id"),
        string(event, "source"),
        tuple(dict.fromkeys(url for url in urls if url)),
    )


def moment_of(ts: str) -> datetime | None:
    """A ts as a moment; None for what is none."""
    found = moment(ts)
    return None if found == EPOCH else found


def verb_of(name: str) -> str:
    """The verb in an action_id or callback_id of ours: "tl:revoke" or "tl:open:2"."""
    ours, _, rest = name.partition(":")
    return rest.partition(":")[0][:_VERB_LIMIT] if ours == "tl" else ""


def values_of(values: Raw) -> dict[str, str]:
    """What stands in the fields now, by their names. An emptied text is ""; what was never chosen is not there."""
    found: dict[str, str] = {}
    for block, elements in values.items():
        element = mapping(elements, PICKED)
        if not block.startswith(FIELD) or not element:
            continue
        value = (
            string(element, "value")
            or string(mapping(element, "selected_option"), "value")
            or string(element, "selected_conversation")
        )
        if value or string(element, "type").endswith("_input"):
            found[block.removeprefix(FIELD)] = value
    return found


def page_of(block_id: str) -> Page | None:
    """The page in the block_id that `block_of` wrote."""
    return page_in(block_id.removeprefix(ITEM)) if block_id.startswith(ITEM) else None


def page_in(text: str) -> Page | None:
    """The page that a list's button names: "["here",2]", with anything behind it."""
    try:
        shares, number, *_ = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    whole = isinstance(number, int) and not isinstance(number, bool) and number >= 0
    return Page(shares, number) if whole and shares in ("", "here") else None


def block_of(page: Page, row: int) -> str:
    """The block_id of the buttons of a row: a button that is pressed years later still knows its list."""
    return ITEM + json.dumps([page.shares, page.number, row], separators=(",", ":"))


def name_of(page: Page) -> str:
    """What `page_in` reads."""
    return json.dumps([page.shares, page.number], separators=(",", ":"))


def words_of(text: str) -> str:
    """What was typed behind a command, without the marks that Slack puts around addresses."""
    return _plain(text).strip()


def _split(text: str) -> tuple[str, str, str]:
    found = _MENTION.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else ("", "", text)


def _plain(text: str) -> str:
    """Text as its author saw it: labels in place of marks, the three escapes undone."""
    shown = _TOKEN.sub(lambda match: match[2] or match[1], text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
