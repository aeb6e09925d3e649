"""The vocabulary in which Block Kit's rules are written: small checks that name what is wrong, and where.

A rule takes a value and its JSON pointer and adds its reasons, worded as Slack words them
("must be less than 3001 characters [json-pointer:/blocks/0/text/text]").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class Reasons(list[str]):
    """What is wrong, in order."""

    def say(self, reason: str, pointer: str) -> None:
        self.append(f"{reason} [json-pointer:{pointer}]")


Rule = Callable[[Reasons, Any, str], None]


def anything(_reasons: Reasons, _value: Any, _at: str) -> None:
    """What is not looked into."""


def flag(reasons: Reasons, value: Any, at: str) -> None:
    if not isinstance(value, bool):
        reasons.say("must be a valid boolean", at)


def string(most: int, least: int = 1) -> Rule:
    def check(reasons: Reasons, value: Any, at: str) -> None:
        if not isinstance(value, str):
            reasons.say("must be a string", at)
        elif len(value) < least:
            reasons.say(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            reasons.say(f"must be less than {most + 1} characters", at)

    return check


def address(most: int = 3000) -> Rule:
    def check(reasons: Reasons, value: Any, at: str) -> None:
        string(most)(reasons, value, at)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:", "slack://")):
            reasons.say("must be a valid URL", at)

    return check


def choice(*allowed: str) -> Rule:
    def check(reasons: Reasons, value: Any, at: str) -> None:
        if value not in allowed:
            reasons.say("must be one of the allowed values: " + ", ".join(allowed), at)

    return check


def whole(least: int, most: int) -> Rule:
    def check(reasons: Reasons, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            reasons.say("must be a valid integer", at)
        elif value < least:
            reasons.say(f"must be greater than {least - 1}", at)
        elif value > most:
            reasons.say(f"must be less than {most + 1}", at)

    return check


def many(rule: Rule, most: int, least: int = 1) -> Rule:
    def check(reasons: Reasons, value: Any, at: str) -> None:
        if not isinstance(value, list):
            reasons.say("must be an array", at)
            return
        if len(value) > most:
            reasons.say(f"no more than {most} items allowed", at)
        if len(value) < least:
            reasons.say(f"no fewer than {least} items allowed", at)
        for number, item in enumerate(value):
            rule(reasons, item, f"{at}/{number}")

    return check


@dataclass(frozen=True)
class Shape:
    """An object: these keys must be there, these may be, no others."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    also: Callable[[Reasons, Json, str], None] | None = None
    """What no single key can say."""

    def __call__(self, reasons: Reasons, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            reasons.say("must provide an object", at)
            return
        for key in self.required.keys() - value.keys():
            reasons.say(f"missing required field: {key}", at)
        for key, child in value.items():
            rule = self.required.get(key) or self.optional.get(key)
            if rule:
                rule(reasons, child, f"{at}/{key}")
            elif key != "type":
                reasons.say(f"invalid additional property: {key}", at)
        if self.also and self.required.keys() <= value.keys():
            self.also(reasons, value, at)


def one_of(shapes: Callable[[], Mapping[str, Rule]], *allowed: str) -> Rule:
    """An object whose `type` says its shape; all known types are allowed unless some are named."""

    def check(reasons: Reasons, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            reasons.say("must provide an object", at)
            return
        kind = value.get("type")
        known = shapes()
        if not isinstance(kind, str) or kind not in known or (allowed and kind not in allowed):
            reasons.say(f"unsupported type: {kind}", f"{at}/type")
        else:
            known[kind](reasons, value, at)

    return check


def text(most: int, *, plain: bool = False, least: int = 1) -> Rule:
    """A text object; `plain` where mrkdwn is not allowed."""
    body = string(most, least)
    kinds: dict[str, Rule] = {"plain_text": Shape({"text": body}, {"emoji": flag})}
    if not plain:
        kinds["mrkdwn"] = Shape({"text": body}, {"verbatim": flag})
    return one_of(lambda: kinds)
