"""A reply's fields, items and actions -> rows of selects and buttons, as many as Discord has room for.

A select sends its choice at once, by the reply's `choose` action; a text field is asked for in a window.
What finds no room is named in the text, so that nothing goes missing unseen. Limits: docs, components/reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import words_dialog as words
from adapters.discord.custom_ids import Press, TextInput, write_pick, write_press
from adapters.discord.render_card import ASK, is_button_url
from adapters.discord.render_escape import cut, escape_line, size
from bot.reply import Action, ChoiceField, Item, Reply, Style, TextField

Json = dict[str, Any]

_ROW, _BUTTON, _SELECT, _INPUT, _LABEL = 1, 2, 3, 4, 18
_LINK_STYLE = 5
_STYLES = {Style.PRIMARY: 1, Style.NEUTRAL: 2, Style.DANGER: 4}
_ROWS, _IN_ROW, _OPTIONS = 5, 5, 25
_BUTTON_LABEL, _OPTION_LABEL, _VALUE, _PLACEHOLDER, _WINDOW_TITLE = 80, 100, 100, 150, 45
_URL, _INPUTS, _INPUT_LIMIT = 512, 5, 4000
SHOWN_VALUE = 1024
"""Characters of an embed's field, in which the value of a text field stands (docs: resources/message)."""

_CHOOSE = "choose"


@dataclass(slots=True)
class Controls:
    """The rows; `urls`: links that no button takes, by label; `missing`: labels of what found no room."""

    rows: list[Json] = field(default_factory=list)
    urls: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a reply: the `items` of this page of its list, the number of `pages`, `source` to
    ask for another one, and the server where the message itself is in none.
    """

    items: Sequence[Item] = ()
    pages: int = 1
    source: Press | None = None
    workspace: str = ""


def controls(reply: Reply, around: Around) -> Controls:
    return _Drawing(reply, around).drawn()


class _Drawing:
    def __init__(self, reply: Reply, around: Around) -> None:
        self._reply = reply
        self._around = around
        self._made = Controls()
        self._ids: dict[str, int] = {}
        self._choose = next((a for a in reply.actions if a.verb == _CHOOSE and not a.url), None)

    def drawn(self) -> Controls:
        selects = [
            *[
                select
                for one in self._reply.fields
                if isinstance(one, ChoiceField)
                for select in self._field(one)
            ],
            *self._picks(),
        ]
        buttons = self._buttons()
        room = _ROWS - min(_ROWS, -(-len(buttons) // _IN_ROW))
        for select in selects[room:]:
            self._made.missing.append(str(select.get("placeholder", "")))
        for button in buttons[_ROWS * _IN_ROW :]:
            self._made.missing.append(str(button["label"]))
        buttons = buttons[: _ROWS * _IN_ROW]
        rows = [[select] for select in selects[:room]]
        rows += [buttons[i : i + _IN_ROW] for i in range(0, len(buttons), _IN_ROW)]
        self._made.rows = [{"type": _ROW, "components": row} for row in rows]
        return self._made

    def _custom_id(self, press: Press) -> str | None:
        """The id of `press`, another one each time it is asked for; None where it does not fit."""
        written = write_press(press)
        if written is None:
            return None
        number = self._ids[written] = self._ids.get(written, -1) + 1
        return write_press(press, number)

    # Fields

    def _field(self, choice: ChoiceField) -> Iterable[Json]:
        custom_id = self._choose and self._custom_id(
            Press(_CHOOSE, self._choose.argument, field=choice.name, workspace=self._around.workspace)
        )
        options = {o.value: o for o in choice.options if 0 < len(o.value) <= _VALUE}
        kept = list(options)[:_OPTIONS]
        if choice.value in options and choice.value not in kept:
            kept[-1] = choice.value
        if not custom_id or not kept:
            self._made.missing.append(choice.label)
            return
        self._made.missing += [o.label for o in choice.options if o.value not in kept]
        yield {
            "type": _SELECT,
            "custom_id": custom_id,
            "placeholder": cut(choice.label, _PLACEHOLDER),
            "options": [
                _option(
                    words.CHOICE.format(label=choice.label, option=options[value].label),
                    value,
                    options[value].hint,
                    default=value == choice.value,
                )
                for value in kept
            ],
        }

    def _edit(self) -> Json | None:
        """The button that opens a window with the reply's text fields."""
        texts = [one for one in self._reply.fields if isinstance(one, TextField)]
        if not texts:
            return None
        form = tuple(
            TextInput(one.name, min(max(one.max_length, 1), _INPUT_LIMIT)) for one in texts[:_INPUTS]
        )
        custom_id = self._choose and self._custom_id(
            Press(_CHOOSE, self._choose.argument, form=form, workspace=self._around.workspace)
        )
        if not custom_id or any(size(escape_line(one.value)) > SHOWN_VALUE for one in texts):
            self._made.missing += [one.label for one in texts]  # a window would lose what is not shown
            return None
        self._made.missing += [one.label for one in texts[_INPUTS:]]
        one_field = len(texts) == 1
        label = words.EDIT.format(label=texts[0].label.lower()) if one_field else words.EDIT_MANY
        return _button(label, Style.NEUTRAL, custom_id)

    # Items

    def _picks(self) -> list[Json]:
        """For each kind of action one select of the items that have it. A single item has buttons."""
        items = self._around.items
        if len(items) < 2:  # noqa: PLR2004
            return []
        by_label: dict[str, list[Json]] = {}
        for item in items:
            for action in item.actions:
                if action.url:
                    continue
                custom_id = self._custom_id(self._press(action, apart=True))
                if custom_id is None or len(by_label.setdefault(action.label, [])) == _OPTIONS:
                    self._made.missing.append(f"{action.label}: {item.title}")
                    continue
                by_label[action.label].append(_option(item.title, custom_id, item.detail))
        return [
            {
                "type": _SELECT,
                "custom_id": write_pick(number),
                "placeholder": cut(words.PICK.format(action=label), _PLACEHOLDER),
                "options": options,
            }
            for number, (label, options) in enumerate(by_label.items())
            if options
        ]

    # Buttons

    def _buttons(self) -> list[Json]:
        made: list[Json] = []
        if len(self._around.items) == 1:
            made += self._pressable(self._around.items[0].actions)
        edit = self._edit()
        for action in self._reply.actions:
            if action is self._choose and edit:
                made.append(edit)
            made += self._pressable([action])
        return [*self._paging(), *made]

    def _pressable(self, actions: Iterable[Action]) -> Iterable[Json]:
        for action in actions:
            if action.url:
                if is_button_url(action.url):
                    yield _button(action.label, Style.NEUTRAL, url=action.url)
                else:
                    self._made.urls.append((action.label, action.url))
                continue
            # A preview is asked about in its own place; a list stays, and the question stands below it.
            custom_id = self._custom_id(self._press(action, apart=bool(self._around.items)))
            if custom_id is None:
                self._made.missing.append(action.label)
                continue
            yield _button(action.label, action.style, custom_id)

    def _press(self, action: Action, *, apart: bool) -> Press:
        workspace = self._around.workspace
        if action.confirm:
            return Press(ASK, f"{action.verb} {action.argument}", apart=apart, workspace=workspace)
        return Press(action.verb, action.argument, workspace=workspace)

    def _paging(self) -> Iterable[Json]:
        source = self._around.source
        if source is None or not self._around.items:
            return
        for label, page in (
            (words.NEWER, source.page - 1),
            (words.OLDER, source.page + 1),
            (words.REFRESH, source.page),
        ):
            press = Press(source.verb, source.argument, page=max(page, 0), workspace=self._around.workspace)
            custom_id = self._custom_id(press) if 0 <= page < self._around.pages else None
            if custom_id:
                yield _button(label, Style.NEUTRAL, custom_id)


def modal_payload(press: Press, values: Sequence[tuple[str, str]]) -> Json:
    """The window that asks for `press.form`; `values`: label and present value of each, as the message shows
    them.
    """
    labels = [label for label, _ in values]
    title = words.EDIT.format(label=labels[0].lower()) if len(press.form) == 1 and labels else words.EDIT_MANY
    inputs = []
    for number, one in enumerate(press.form):
        label, value = values[number] if number < len(values) else (one.name, "")
        asked = {
            "type": _INPUT,
            "style": 1,
            "custom_id": one.name,
            "max_length": one.max_length,
            "required": False,
            "value": value[: one.max_length],
        }
        inputs.append({"type": _LABEL, "label": cut(label, _WINDOW_TITLE), "component": asked})
    custom_id = write_press(Press(press.verb, press.argument, workspace=press.workspace))
    return {"custom_id": custom_id, "title": cut(title, _WINDOW_TITLE), "components": inputs}


def link_choices(reply: Reply, typed: str) -> list[tuple[str, str]]:
    """The links of a list as choices of a name and a value, those that hold every typed word; "all" at the
    end.
    """
    wanted = typed.casefold().split()
    found = []
    for item in reply.items:
        name = cut(f"{item.title} · {item.detail}", _OPTION_LABEL)
        value = next((a.argument for a in item.actions if a.argument), "")
        if 0 < len(value) <= _VALUE and all(
            word in f"{item.title} {item.detail}".casefold() for word in wanted
        ):
            found.append((name, value))
    everything = (
        [(words.ALL_LINKS, "all")] if reply.items and (not typed or "all".startswith(typed.lower())) else []
    )
    return [*found[: _OPTIONS - len(everything)], *everything]


def _option(label: str, value: str, hint: str, *, default: bool = False) -> Json:
    made: Json = {"label": _shown(label, _OPTION_LABEL), "value": value}
    if hint.strip():
        made["description"] = _shown(hint, _OPTION_LABEL)
    return made | {"default": True} if default else made


def _button(label: str, style: Style, custom_id: str = "", url: str = "") -> Json:
    made: Json = {"type": _BUTTON, "label": _shown(label, _BUTTON_LABEL)}
    return made | (
        {"style": _LINK_STYLE, "url": url} if url else {"style": _STYLES[style], "custom_id": custom_id}
    )


def _shown(text: str, most: int) -> str:
    return cut(" ".join(text.split()), most) or "…"
