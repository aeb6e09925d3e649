"""The interactive elements of a surface, and what people typed or chose in them."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.errors import NotPossible

Json = dict[str, Any]
Chosen = dict[str, dict[str, Json]]
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
ONE_OPTION = ("static_select", "radio_buttons", "external_select")
MANY_OPTIONS = ("checkboxes", "multi_static_select", "multi_external_select")
PICKED = {
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "users_select": ("selected_user", "initial_user"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_users_select": ("selected_users", "initial_users"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "initial_files"),
}
STATEFUL = (*TYPED, *ONE_OPTION, *MANY_OPTIONS, *PICKED)


def completed(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and element without an id has got one, as Slack gives them."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(4))
    return blocks


def elements_of(block: Json) -> Iterator[Json]:
    """The interactive elements that stand in `block`."""
    match block.get("type"):
        case "input":
            yield block["element"]
        case "section" if block.get("accessory", {}).get("type") not in (None, "image"):
            yield block["accessory"]
        case "actions" | "context_actions":
            yield from block["elements"]


def interactive(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element with its block."""
    for block in blocks:
        for element in elements_of(block):
            yield block, element


def initial(element: Json, here: str | None = None) -> Json:
    """The state of an element that nobody has touched. `here` is the channel that the person is in."""
    kind = element["type"]
    if element.get("default_to_current_conversation") and here and "initial_conversation" not in element:
        return {"type": kind, "selected_conversation": here}
    if kind in TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options") or []}
    now, start = PICKED[kind]
    return {"type": kind, now: element.get(start) or ([] if kind.startswith("multi_") else None)}


def options_of(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def state(blocks: list[Json], before: Chosen, here: str | None = None) -> Chosen:
    """`before`, for the elements that still stand there under the same ids; the others as they start.

    So what was typed survives an update, and so does a first value that nobody typed: with the same
    block_id and action_id Slack's client does not look at a new initial_value.
    """
    found: Chosen = {}
    for block, element in interactive(blocks):
        if element["type"] in STATEFUL:
            entry = before.get(block["block_id"], {}).get(element["action_id"])
            kept = entry if entry and entry["type"] == element["type"] and _offered(entry, element) else None
            found.setdefault(block["block_id"], {})[element["action_id"]] = kept or initial(element, here)
    return found


def _offered(entry: Json, element: Json) -> bool:
    if element["type"].endswith("external_select"):
        return True
    values = {option["value"] for option in options_of(element)}
    chosen = [entry.get("selected_option"), *(entry.get("selected_options") or [])]
    return all(option["value"] in values for option in chosen if option)


def value_of(element: Json, value: Any) -> Json:
    """The state entry of `element` once a person gave it `value`. Raises NotPossible for what it does not offer.

    value: text for what is typed; an option's value or text (a list of them where several may be chosen);
    an object with an `id`, or an id (a list of them for multi pickers); None clears.
    """
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": value or None}
    if kind in (*ONE_OPTION, "overflow"):
        return {"type": kind, "selected_option": None if value is None else _option(element, value)}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, one) for one in value or ()]}
    name = PICKED[kind][0]
    if kind.startswith("multi_"):
        return {"type": kind, name: [getattr(one, "id", one) for one in value or ()]}
    return {"type": kind, name: getattr(value, "id", value)}


def _option(element: Json, value: Any) -> Json:
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    offered = [option["value"] for option in options_of(element)]
    raise NotPossible(f"{element['action_id']} offers {offered}, not {value!r}")
