"""Block Kit's rules for elements: buttons, menus, inputs, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tests.servers.slack.rules import (
    Reasons,
    Rule,
    Shape,
    address,
    anything,
    choice,
    flag,
    many,
    one_of,
    string,
    text,
    whole,
)
from tests.servers.slack.values import options_of

Json = dict[str, Any]
ID = string(255)
CONFIRM = Shape(
    {"title": text(100, plain=True), "text": text(300), "confirm": text(30, plain=True)}
    | {"deny": text(30, plain=True)},
    {"style": choice("primary", "danger")},
)
DISPATCH = Shape({"trigger_actions_on": many(choice("on_enter_pressed", "on_character_entered"), 2)})
_COMMON: dict[str, Rule] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
_HINT: dict[str, Rule] = {"placeholder": text(150, plain=True)}


def option(*, plain: bool = True, link: bool = False) -> Rule:
    more: dict[str, Rule] = {"description": text(75, plain=plain)}
    return Shape(
        {"text": text(75, plain=plain), "value": string(150)}, more | ({"url": address()} if link else {})
    )


def _initials(reasons: Reasons, element: Json, at: str) -> None:
    offered = options_of(element)
    if "initial_option" in element and element["initial_option"] not in offered:
        reasons.say("initial_option must be one of the options", f"{at}/initial_option")
    for number, initial in enumerate(element.get("initial_options", ())):
        if initial not in offered:
            reasons.say("initial_options must be among the options", f"{at}/initial_options/{number}")
    values = [one.get("value") for one in offered if isinstance(one, dict)]
    if len(set(map(str, values))) < len(values):
        reasons.say("option values must be unique", f"{at}/options")


def _menu(reasons: Reasons, element: Json, at: str) -> None:
    if ("options" in element) == ("option_groups" in element):
        reasons.say("must provide exactly one of options and option_groups", at)
    else:
        _initials(reasons, element, at)


_GROUPS = many(Shape({"label": text(75, plain=True), "options": many(option(), 100)}), 100)
_STATIC: dict[str, Rule] = {"options": many(option(), 100), "option_groups": _GROUPS}
_SEVERAL: dict[str, Rule] = {"max_selected_items": whole(1, 10_000)}
_FILTER = Shape(
    {},
    {
        "include": many(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_CONVERSATIONS: dict[str, Rule] = {"default_to_current_conversation": flag, "filter": _FILTER}


def _lengths(reasons: Reasons, element: Json, at: str) -> None:
    most, value = element.get("max_length", 3000), element.get("initial_value", "")
    if isinstance(value, str) and isinstance(most, int) and len(value) > most:
        reasons.say(f"must be less than {most + 1} characters", f"{at}/initial_value")


_TYPED = _COMMON | _HINT | {"dispatch_action_config": DISPATCH}


def _picker(name: str, more: Mapping[str, Rule] = MappingProxyType({}), *, several: bool = False) -> Shape:
    start = f"initial_{name}s" if several else f"initial_{name}"
    first: Rule = many(string(255), 100) if several else string(255)
    return Shape(
        {},
        _COMMON
        | _HINT
        | {start: first, "response_url_enabled": flag}
        | (_SEVERAL if several else {})
        | dict(more),
    )


IMAGE = Shape(
    {"alt_text": string(2000)}, {"image_url": address(), "slack_file": anything, "fallback": anything}
)
_BUTTON_MORE: dict[str, Rule] = {
    "action_id": ID,
    "confirm": CONFIRM,
    "value": string(2000),
    "url": address(),
    "style": choice("primary", "danger"),
    "accessibility_label": string(75),
}

ELEMENTS: dict[str, Rule] = {
    "button": Shape({"text": text(75, plain=True)}, _BUTTON_MORE),
    "static_select": Shape({}, _COMMON | _HINT | _STATIC | {"initial_option": option()}, _menu),
    "multi_static_select": Shape(
        {}, _COMMON | _HINT | _STATIC | _SEVERAL | {"initial_options": many(option(), 100)}, _menu
    ),
    "external_select": Shape(
        {}, _COMMON | _HINT | {"initial_option": option(), "min_query_length": whole(0, 1000)}
    ),
    "overflow": Shape(
        {"options": many(option(link=True), 5)}, {"action_id": ID, "confirm": CONFIRM}, _initials
    ),
    "radio_buttons": Shape(
        {"options": many(option(plain=False), 10)},
        _COMMON | {"initial_option": option(plain=False)},
        _initials,
    ),
    "checkboxes": Shape(
        {"options": many(option(plain=False), 10)},
        _COMMON | {"initial_options": many(option(plain=False), 10)},
        _initials,
    ),
    "conversations_select": _picker("conversation", _CONVERSATIONS),
    "multi_conversations_select": _picker("conversation", _CONVERSATIONS, several=True),
    "channels_select": _picker("channel"),
    "multi_channels_select": _picker("channel", several=True),
    "users_select": _picker("user"),
    "multi_users_select": _picker("user", several=True),
    "datepicker": _picker("date"),
    "timepicker": _picker("time", {"timezone": string(100)}),
    "datetimepicker": Shape({}, _COMMON | {"initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": Shape(
        {},
        _TYPED
        | {"multiline": flag, "initial_value": string(3000, 0)}
        | {"min_length": whole(0, 3000), "max_length": whole(1, 3000)},
        _lengths,
    ),
    "url_text_input": Shape({}, _TYPED | {"initial_value": address()}),
    "email_text_input": Shape({}, _TYPED | {"initial_value": string(3000, 0)}),
    "number_input": Shape(
        {"is_decimal_allowed": flag},
        _TYPED | {"initial_value": string(50), "min_value": string(50), "max_value": string(50)},
    ),
    "rich_text_input": Shape({}, _TYPED | {"initial_value": anything}),
    "file_input": Shape({}, {"action_id": ID, "filetypes": anything, "max_files": whole(1, 10)}),
    "image": IMAGE,
}
INPUTS = tuple(kind for kind in ELEMENTS if kind not in ("button", "overflow", "image"))
ACTIONS = (
    *(kind for kind in ELEMENTS if not kind.endswith("_input") and kind != "image"),
    "rich_text_input",
)
ACCESSORIES = tuple(kind for kind in ELEMENTS if not kind.endswith("_input"))


def element(*allowed: str) -> Rule:
    return one_of(lambda: ELEMENTS, *allowed)
