"""Filling in a modal: what its components accept, and what is sent of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.servers.discord.components import (
    CHECKBOX,
    CHECKBOXES,
    INPUT,
    LABEL,
    RADIO,
    ROW,
    SELECT,
    TEXT,
    numbered,
    walk,
)
from tests.servers.discord.errors import Json, Refused

Filled = str | bool | Sequence[str]


def modal_data(modal: Json, values: Mapping[str, Filled]) -> Json:
    """`data` of the submission, with the modal's own values where `values` has none."""
    components = numbered(modal["components"])
    known = {c["custom_id"] for c in walk(components) if c.get("custom_id")}
    for name in values:
        if name not in known:
            raise Refused(f"The modal has no field {name!r}, only {sorted(known)}.")
    return {"custom_id": modal["custom_id"], "components": [_sent(c, values) for c in components]}


def _sent(component: Json, values: Mapping[str, Filled]) -> Json:
    kind = component["type"]
    made: Json = {"type": kind, "id": component["id"]}
    if kind == LABEL:
        return made | {"component": _sent(component["component"], values)}
    if kind == ROW:
        return made | {"components": [_sent(c, values) for c in component["components"]]}
    if kind == TEXT:
        return made
    name = component["custom_id"]
    value = values.get(name, _prefilled(component))
    made["custom_id"] = name
    if kind == INPUT:
        return made | {"value": _text(component, value)}
    if kind == RADIO:
        return made | {"value": _one(component, value)}
    if kind == CHECKBOX:
        return made | {"value": bool(value)}
    return made | {"values": _several(component, value)}


def _prefilled(component: Json) -> Filled:
    kind = component["type"]
    if kind == INPUT:
        return str(component.get("value") or "")
    if kind == CHECKBOX:
        return bool(component.get("default"))
    marked = [o["value"] for o in component.get("options") or [] if o.get("default")]
    if kind == RADIO:
        return marked[0] if marked else ""
    return marked


def _text(component: Json, value: Filled) -> str:
    name = component["custom_id"]
    if not isinstance(value, str):
        raise Refused(f"{name!r} takes text.")
    if component.get("required", True) and not value:
        raise Refused(f"{name!r} is required.")
    if value and not component.get("min_length", 0) <= len(value) <= component.get("max_length", 4000):
        raise Refused(f"{name!r} has a wrong length.")
    return value


def _one(component: Json, value: Filled) -> str | None:
    if not value:
        if component.get("required", True):
            raise Refused(f"{component['custom_id']!r} is required.")
        return None
    return _value(component, value)


def _several(component: Json, value: Filled) -> list[str]:
    name, required = component["custom_id"], component.get("required", True)
    given = [value] if isinstance(value, str) else list(value) if isinstance(value, Sequence) else []
    least = component.get("min_values", 1 if required else 0)
    most = component.get("max_values", 1 if component["type"] == SELECT else 25)
    if component["type"] == CHECKBOXES:
        most = component.get("max_values", len(component["options"]))
    if not least <= len(given) <= most and (given or required):
        raise Refused(f"{name!r} takes {least} to {most}, not {len(given)}.")
    return [_value(component, one) for one in given] if component.get("options") else given


def _value(component: Json, value: Filled) -> str:
    """The value of an option, given as itself or as its label."""
    for option in component["options"]:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    offered = [option["label"] for option in component["options"]]
    raise Refused(f"{component['custom_id']!r} offers {offered}, not {value!r}.")
