"""Buttons, selects, Components V2 and modals: what Discord accepts (docs: components/reference)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence

from tests.servers.discord.errors import Form, Json

ROW, BUTTON, SELECT, INPUT = 1, 2, 3, 4
SELECTS = frozenset({3, 5, 6, 7, 8})
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 19, 21, 22, 23
V2 = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})
IN_LABEL = frozenset({INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX}) | SELECTS
LINK, PREMIUM = 5, 6


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component with all that stands in it."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        inner = [component[key] for key in ("accessory", "component") if component.get(key)]
        yield from walk(inner)


def numbered(components: Sequence[Json]) -> list[Json]:
    """A copy in which every component has an id, as Discord gives them."""
    made = copy.deepcopy(list(components))
    taken = {component["id"] for component in walk(made) if component.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for component in walk(made):
        if not component.get("id"):
            component["id"] = next(free)
    return made


def check_message_components(form: Form, components: object, *, v2: bool) -> None:
    if not isinstance(components, list):
        form.wrong("components", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    if v2:
        _check_v2(form, components)
    else:
        form.too_many("components", components, 5)
        for i, row in enumerate(components):
            if row.get("type") != ROW:
                form.wrong(
                    f"components.{i}.type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).'
                )
            else:
                _check_row(form, f"components.{i}", row)
    _check_unique(form, components)


def _check_v2(form: Form, components: list[Json]) -> None:
    everything = list(walk(components))
    if len(everything) > 40:
        form.wrong(
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            "The total number of components exceeds 40.",
        )
    if sum(len(c.get("content", "")) for c in everything if c.get("type") == TEXT) > 4000:
        form.wrong(
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            "The total text exceeds 4000 characters.",
        )
    if not components:
        form.required("components")
    for i, component in enumerate(components):
        _check_block(form, f"components.{i}", component, V2)


def _check_block(form: Form, path: str, component: Json, allowed: frozenset[int]) -> None:
    kind = component.get("type")
    if kind not in allowed:
        choices = ", ".join(map(str, sorted(allowed)))
        form.wrong(f"{path}.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({choices}).')
    elif kind == ROW:
        _check_row(form, path, component)
    elif kind == TEXT:
        form.too_long(f"{path}.content", component.get("content"), 4000, least=1)
    elif kind == SECTION:
        inner = component.get("components", [])
        form.too_many(f"{path}.components", inner, 3, least=1)
        for i, text in enumerate(inner):
            _check_block(form, f"{path}.components.{i}", text, frozenset({TEXT}))
        accessory = component.get("accessory")
        if not accessory:
            form.required(f"{path}.accessory")
        elif accessory.get("type") == BUTTON:
            _check_button(form, f"{path}.accessory", accessory)
    elif kind == GALLERY:
        form.too_many(f"{path}.items", component.get("items", []), 10, least=1)
    elif kind == CONTAINER:
        inner = component.get("components", [])
        form.too_many(f"{path}.components", inner, 40, least=1)
        for i, block in enumerate(inner):
            _check_block(form, f"{path}.components.{i}", block, V2 - {CONTAINER})


def _check_row(form: Form, path: str, row: Json) -> None:
    items = row.get("components", [])
    form.too_many(f"{path}.components", items, 5, least=1)
    selects = [item for item in items if item.get("type") in SELECTS]
    if selects and len(items) > 1:
        form.wrong(f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The width of the row exceeds 5.")
    for i, item in enumerate(items):
        if item.get("type") == BUTTON:
            _check_button(form, f"{path}.components.{i}", item)
        elif item.get("type") in SELECTS:
            check_select(form, f"{path}.components.{i}", item)
        else:
            form.wrong(
                f"{path}.components.{i}.type",
                "UNION_TYPE_CHOICES",
                "Only buttons and selects stand in a row.",
            )


def _check_button(form: Form, path: str, button: Json) -> None:
    form.too_long(f"{path}.label", button.get("label"), 80)
    style = button.get("style")
    if style not in range(1, 7):
        form.wrong(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).")
    elif style == LINK:
        form.too_long(f"{path}.url", button.get("url"), 512, least=1)
        if button.get("custom_id"):
            form.wrong(
                path,
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
        if not str(button.get("url", "")).startswith(("http://", "https://", "discord://")):
            form.wrong(
                f"{path}.url",
                "URL_TYPE_INVALID_SCHEME",
                "Scheme must be one of ('http', 'https', 'discord').",
            )
    elif style != PREMIUM:
        form.too_long(f"{path}.custom_id", button.get("custom_id"), 100, least=1)
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        form.wrong(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")


def check_select(form: Form, path: str, select: Json) -> None:
    form.too_long(f"{path}.custom_id", select.get("custom_id"), 100, least=1)
    form.too_long(f"{path}.placeholder", select.get("placeholder"), 150)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if least not in range(26) or most not in range(1, 26) or least > most:
        form.wrong(
            f"{path}.min_values", "NUMBER_TYPE_MAX", "min_values and max_values must be between 0 and 25."
        )
    if select.get("type") == SELECT:
        _check_options(form, path, select, 1, 25)
        chosen = sum(bool(option.get("default")) for option in select.get("options", []))
        if chosen > most:
            form.wrong(
                f"{path}.options",
                "SELECT_TOO_MANY_DEFAULTS",
                f"At most {most} options may be selected by default.",
            )


def _check_options(form: Form, path: str, component: Json, least: int, most: int) -> None:
    options = component.get("options", [])
    form.too_many(f"{path}.options", options, most, least=least)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        form.wrong(f"{path}.options", "SELECT_OPTION_VALUE_DUPLICATED", "The option value must be unique")
    for i, option in enumerate(options):
        form.too_long(f"{path}.options.{i}.label", option.get("label"), 100, least=1)
        form.too_long(f"{path}.options.{i}.value", option.get("value"), 100, least=1)
        form.too_long(f"{path}.options.{i}.description", option.get("description"), 100)


def _check_unique(form: Form, components: list[Json]) -> None:
    names = [c["custom_id"] for c in walk(components) if c.get("custom_id")]
    if len(set(names)) < len(names):
        form.wrong("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def check_modal(form: Form, modal: Json) -> None:
    form.too_long("data.custom_id", modal.get("custom_id"), 100, least=1)
    form.too_long("data.title", modal.get("title"), 45, least=1)
    components = modal.get("components", [])
    form.too_many("data.components", components, 5, least=1)
    for i, component in enumerate(components):
        path = f"data.components.{i}"
        if component.get("type") == LABEL:
            _check_label(form, path, component)
        elif component.get("type") == ROW:
            for j, item in enumerate(component.get("components", [])):
                if item.get("type") != INPUT:
                    form.wrong(
                        f"{path}.components.{j}.type",
                        "UNION_TYPE_CHOICES",
                        "Only a text input stands in a modal's row.",
                    )
                else:
                    _check_input(form, f"{path}.components.{j}", item)
        elif component.get("type") != TEXT:
            form.wrong(
                f"{path}.type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).'
            )
    _check_unique(form, components)


def _check_label(form: Form, path: str, label: Json) -> None:
    form.too_long(f"{path}.label", label.get("label"), 45, least=1)
    form.too_long(f"{path}.description", label.get("description"), 100)
    inner = label.get("component") or {}
    path = f"{path}.component"
    kind = inner.get("type")
    if kind not in IN_LABEL:
        form.wrong(f"{path}.type", "UNION_TYPE_CHOICES", "This cannot stand in a label.")
        return
    if inner.get("disabled"):
        form.wrong(
            f"{path}.disabled", "COMPONENT_MODAL_DISABLED", "A component of a modal cannot be disabled."
        )
    form.too_long(f"{path}.custom_id", inner.get("custom_id"), 100, least=1)
    if kind == INPUT:
        _check_input(form, path, inner)
    elif kind in SELECTS:
        check_select(form, path, inner)
    elif kind == RADIO:
        _check_options(form, path, inner, 2, 10)
    elif kind == CHECKBOXES:
        _check_options(form, path, inner, 1, 10)


def _check_input(form: Form, path: str, item: Json) -> None:
    form.too_long(f"{path}.custom_id", item.get("custom_id"), 100, least=1)
    form.too_long(f"{path}.placeholder", item.get("placeholder"), 100)
    most, least = item.get("max_length", 4000), item.get("min_length", 0)
    if most not in range(1, 4001) or least not in range(4001) or least > most:
        form.wrong(f"{path}.max_length", "NUMBER_TYPE_MAX", "Lengths must be between 1 and 4000.")
    form.too_long(f"{path}.value", item.get("value"), min(int(most), 4000))
    if item.get("style") not in (1, 2):
        form.wrong(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")
