"""Fields of a Reply -> input blocks. docs.slack.dev/reference/block-kit/blocks/input-block"""

from __future__ import annotations

from typing import Any

from adapters.slack import words_dialog as words
from adapters.slack.parse_asked import FIELD, PICKED
from adapters.slack.render_card import cut
from adapters.slack.render_said import length, small
from bot.reply import ChoiceField, Field, Option, TextField

Json = dict[str, Any]

_LABEL = 2000
_OPTION = 75
_OPTIONS = 100
_RADIOS = 4
"""More options than these unfold from a menu."""
_LONGEST_INPUT = 3000


def field_blocks(field: Field) -> list[Json]:
    """A field as an input, and where it has more options than Slack shows, how many are missing."""
    if isinstance(field, TextField):
        return [text_input(field.name, field.label, field.value, field.max_length)]
    rest = len(field.options) - _OPTIONS
    return [choice_input(field), *([small(words.more(rest))] if rest > 0 else [])]


def text_input(
    name: str, label: str, value: str, most: int, *, placeholder: str = "", optional: bool = False
) -> Json:
    """One line of text. Slack counts a character beyond the first plane as two; what stands there must fit."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": PICKED,
        "max_length": min(max(most, length(value)), _LONGEST_INPUT),
    }
    if value:
        element["initial_value"] = cut(value, element["max_length"])
    if placeholder:
        element["placeholder"] = plain_words(placeholder, 150)
    return _input(name, label, element) | ({"optional": True} if optional else {})


def choice_input(field: ChoiceField) -> Json:
    """Radio buttons for a few options, with their hints; a menu for more."""
    few = len(field.options) <= _RADIOS
    options = [_option(option, hint=few) for option in field.options[:_OPTIONS]]
    element: Json = {
        "type": "radio_buttons" if few else "static_select",
        "action_id": PICKED,
        "options": options,
    }
    chosen = next((one for one in options if one["value"] == field.value), None)
    return _input(field.name, field.label, element | ({"initial_option": chosen} if chosen else {}))


def place_input(name: str, label: str, channel: str) -> Json:
    """A menu of the channels that a person may choose, with the one where they are."""
    element: Json = {
        "type": "conversations_select",
        "action_id": PICKED,
        "filter": {"include": ["public", "private"]},
    }
    start = {"initial_conversation": channel} if channel else {"default_to_current_conversation": True}
    return _input(name, label, element | start)


def plain_words(text: str, most: int) -> Json:
    """A text object that shows `text` as it is; never empty, which Slack would refuse."""
    return {"type": "plain_text", "text": cut(" ".join(text.split()), most) or "…", "emoji": False}


def _option(option: Option, *, hint: bool) -> Json:
    made: Json = {"text": plain_words(option.label, _OPTION), "value": option.value}
    return made | ({"description": plain_words(option.hint, _OPTION)} if hint and option.hint else {})


def _input(name: str, label: str, element: Json) -> Json:
    return {
        "type": "input",
        "block_id": FIELD + name,
        "label": plain_words(label, _LABEL),
        "element": element,
    }
