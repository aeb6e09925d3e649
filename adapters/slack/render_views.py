"""Replies -> modals and the home tab.

Fields keep their block_id and action_id over all updates, so that Slack keeps what was typed in them.
What a view holds for us is no more than a draft's or share's id. docs.slack.dev/reference/views
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.slack import words_dialog as words
from adapters.slack.parse_asked import Page
from adapters.slack.render_card import ACTION
from adapters.slack.render_fields import choice_input, field_blocks, place_input, plain_words, text_input
from adapters.slack.render_reply import (
    VIEW,
    Part,
    body_blocks,
    bold,
    button_blocks,
    fitted,
    heading,
    list_blocks,
    warned,
)
from adapters.slack.render_said import said_blocks, small
from bot.reply import Action, ChoiceField, Reply, TextField
from bot.richtext.nodes import Paragraph, Text
from bot.terms import Terms

Json = dict[str, Any]

_TITLE = 24


def preview_modal(reply: Reply, note: str = "") -> Json:
    """The preview of a draft. Its submit is the reply's "publish", or "choose" while publishing waits for
    something; closing it is "cancel". `note`: why the last submit was not carried out.
    """
    submit = submit_of(reply)
    rest = [action for action in reply.actions if action.verb not in {"cancel", submit.verb}]
    parts = [
        Part(warned(_line(note)) if note else [], kept=True),
        Part(body_blocks(reply)),
        Part([block for field in reply.fields for block in field_blocks(field)], kept=True),
        Part(said_blocks(reply.sample)),
        Part(button_blocks(rest), kept=True),
    ]
    closing = next((action.label for action in reply.actions if action.verb == "cancel"), words.CLOSE)
    return _modal(
        reply.title,
        fitted(parts, VIEW),
        callback_id=ACTION + submit.verb,
        private_metadata=hold(submit.argument),
        submit=plain_words(submit.label, _TITLE),
        close=plain_words(closing, _TITLE),
        notify_on_close=True,
    )


def submit_of(reply: Reply) -> Action:
    """What a preview's submit stands for."""
    verbs = {action.verb: action for action in reply.actions}
    return verbs.get("publish") or verbs.get("choose") or Action(words.CLOSE, "close")


def is_preview(reply: Reply) -> bool:
    """Whether `reply` is to be filled in: then only a modal can show it."""
    return bool(reply.fields)


def with_values(reply: Reply, values: Mapping[str, str]) -> Reply:
    """`reply` with what was typed in its fields, where that is something they offer."""

    def typed(field: TextField | ChoiceField) -> TextField | ChoiceField:
        value = values.get(field.name)
        if value is None:
            return field
        if isinstance(field, ChoiceField) and value not in {option.value for option in field.options}:
            return field
        return replace(field, value=value)

    return replace(reply, fields=tuple(map(typed, reply.fields)))


def said_modal(reply: Reply, title: str = "", more: Sequence[Json] = ()) -> Json:
    """A reply that says something and is done with; below it, `more` blocks."""
    parts = [
        Part([*body_blocks(reply), *said_blocks(reply.sample)]),
        Part([*button_blocks(reply.actions), *more], kept=True),
    ]
    return _modal(reply.title or title, fitted(parts, VIEW), close=plain_words(words.CLOSE, _TITLE))


def working_modal(title: str, *lines: str) -> Json:
    """What stands there while something is done: closing it changes nothing."""
    first, *others = lines
    blocks = [*said_blocks((Paragraph((Text(first),)),)), *map(small, others)]
    return _modal(title, blocks, close=plain_words(words.CLOSE, _TITLE))


def link_modal(terms: Terms, *, link: str = "", title: str = "", note: str = "") -> Json:
    """Asks for a message's link, and teaches the shorter way."""
    blocks = [
        *(warned(_line(note)) if note else []),
        text_input("link", words.LINK_LABEL, link, 2000, placeholder=words.LINK_EXAMPLE),
        text_input("title", words.TITLE_LABEL, title, 150, optional=True),
        small(words.LINK_TIP.format(share=terms.share)),
    ]
    return _modal(
        words.SHORTCUT_GLOBAL,
        blocks,
        callback_id=f"{ACTION}share",
        submit=plain_words(words.PREVIEW, _TITLE),
        close=plain_words(words.CANCEL, _TITLE),
    )


def continue_modal(share: str, *, channel: str = "", number: str = words.USUAL, note: str = "") -> Json:
    """Asks where a shared thread is to go on, and how much of it is copied."""
    blocks = [
        *(warned(_line(note)) if note else []),
        place_input("place", words.PLACE_LABEL, channel),
        choice_input(ChoiceField("number", words.NUMBER_LABEL, words.NUMBERS, number)),
        small(words.CONTINUE_TIP),
    ]
    return _modal(
        words.CONTINUE_TITLE,
        blocks,
        callback_id=f"{ACTION}continue",
        private_metadata=hold(share),
        submit=plain_words(words.CONTINUE, _TITLE),
        close=plain_words(words.CANCEL, _TITLE),
    )


def place_line(channel: str) -> Json:
    """Names a channel, which Slack shows to those who may know of it."""
    text = words.GOES_ON_IN.format(channel=f"<#{channel}>")
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def home_view(reply: Reply, start: Sequence[str], page: Page, note: Reply | None = None) -> Json:
    """The home tab: one's links, what has just come of a click, and how to `start`, a line each."""
    parts = [
        Part(body_blocks(note) if note else [], kept=True),
        Part([*heading(reply), *body_blocks(reply)]),
        Part([*list_blocks(reply, page, VIEW), *button_blocks(reply.actions)], kept=True),
        Part([{"type": "divider"}, *_how_to(start)], kept=True),
    ]
    return {"type": "home", "blocks": fitted(parts, VIEW)}


def hold(held: str) -> str:
    """A view's private_metadata: the id of a draft or share."""
    return json.dumps({"id": held}) if held else ""


def held(metadata: str) -> str:
    """What `hold` wrote, "" for anything else."""
    try:
        found = json.loads(metadata)
    except ValueError:
        return ""
    value = found.get("id") if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _how_to(lines: Sequence[str]) -> list[Json]:
    return [*said_blocks(bold(words.HOW_TO_TITLE)), *said_blocks(tuple(_paragraph(line) for line in lines))]


def _line(text: str) -> list[Json]:
    return said_blocks((_paragraph(text),))


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _modal(title: str, blocks: list[Json], **more: Any) -> Json:
    """A modal; a title that is too long for its head stands below it as well."""
    shown = " ".join(title.split()) or words.APP_NAME
    whole = [] if len(shown) <= _TITLE else said_blocks(bold(shown))
    return {
        "type": "modal",
        "title": plain_words(shown, _TITLE),
        "blocks": [*whole, *blocks],
        **{key: value for key, value in more.items() if value not in ("", None)},
    }
