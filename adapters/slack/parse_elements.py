"""Interactive elements: buttons, menus, pickers, inputs. Nothing can be pressed on a page: each
is shown by the words that stand on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from adapters.slack.parse_inline import linked, merge_text, plain_nodes
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn import mrkdwn_inline
from adapters.slack.parse_raw import Raw, mapping, mappings, string, strings
from adapters.slack.parse_unknown import unknown
from bot.richtext.nodes import Inline, Subtext, Text

_BUTTONS = frozenset({"button", "icon_button", "workflow_button"})
_CHOICES = frozenset({"checkboxes", "radio_buttons"})
_CLOSED = frozenset({"overflow"})
"""Show nothing of their options until they are opened."""


def text_inlines(raw: object, lookup: Lookup) -> tuple[Inline, ...]:
    """A text object (plain_text or mrkdwn) or, where Slack allows it, a bare string."""
    if isinstance(raw, str):
        return plain_nodes(string({"text": raw}, "text"), lookup)
    text = string(raw, "text")
    if string(raw, "type") == "mrkdwn":
        return mrkdwn_inline(text, lookup)
    return plain_nodes(text, lookup)


def element_text(raw: object, lookup: Lookup) -> tuple[Inline, ...]:
    """The words on one element."""
    if not isinstance(raw, dict):
        return ()
    kind = string(raw, "type")
    if kind in _BUTTONS:
        return _button(raw, lookup)
    if kind in _CLOSED:
        return ()
    if kind in _CHOICES:
        chosen = [option.get("value") for option in mappings(raw, "initial_options")]
        chosen.append(mapping(raw, "initial_option").get("value"))
        return _join(
            _option(option, option.get("value") in chosen, lookup) for option in mappings(raw, "options")
        )
    if kind == "feedback_buttons":
        return _join(_button(mapping(raw, key), lookup) for key in ("positive_button", "negative_button"))
    if kind == "url":
        return linked(string(raw, "url"), text_inlines(raw, lookup) or (Text(string(raw, "url")),))
    if kind.endswith(("_select", "picker", "_input")):
        return _field(raw, lookup)
    return unknown(raw, lookup)


def element_line(elements: Iterable[object], lookup: Lookup) -> tuple[Subtext, ...]:
    """Several elements as one line of small print; none where they show no words."""
    nodes = _join(element_text(element, lookup) for element in elements)
    return (Subtext(nodes),) if nodes else ()


def _button(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    """A label in brackets; linked where the button opens an address."""
    label = text_inlines(raw.get("text"), lookup) or plain_nodes(string(raw, "accessibility_label"), lookup)
    if not label:
        return ()
    return linked(string(raw, "url"), merge_text(("[", *label, "]")))


def _option(raw: Raw, chosen: bool, lookup: Lookup) -> tuple[Inline, ...]:
    description = text_inlines(raw.get("description"), lookup)
    more = (Text(" – "), *description) if description else ()
    return merge_text(("☑ " if chosen else "☐ ", *text_inlines(raw.get("text"), lookup), *more))


def _field(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    """What a menu, picker or input shows before anybody touches it: its first value, else its placeholder."""
    options = [mapping(raw, "initial_option"), *mappings(raw, "initial_options")]
    shown = [text_inlines(option.get("text"), lookup) for option in options if option]
    shown += [
        (lookup.person(key),) for key in (string(raw, "initial_user"), *strings(raw, "initial_users")) if key
    ]
    channels = [string(raw, "initial_channel"), string(raw, "initial_conversation")]
    channels += strings(raw, "initial_channels") + strings(raw, "initial_conversations")
    shown += [(lookup.channel(key),) for key in channels if key]
    for key in ("initial_value", "initial_date", "initial_time"):
        shown.append(plain_nodes(string(raw, key), lookup))
    value = _join(shown) or text_inlines(raw.get("placeholder"), lookup)
    return merge_text(("[", *value, "]")) if value else ()


def _join(parts: Iterable[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    nodes: list[Inline] = []
    for part in filter(None, parts):
        nodes += (Text("  "), *part) if nodes else part
    return merge_text(nodes)
