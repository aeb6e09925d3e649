"""What is looked for in every thread, beside the names of its people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.privacy.rules import Rule
from bot.privacy.secrets import RuleBook
from bot.privacy.vendors import VENDOR_RULES


@dataclass(frozen=True, slots=True)
class Patterns:
    """`rules`: how secrets look. `addresses`: how a link looks that leads into a chat, and so tells which
    chat it is; its whole match goes.
    """

    rules: RuleBook
    addresses: tuple[Rule, ...]


def patterns(rules: Iterable[Rule] = (), addresses: Iterable[Rule] = ()) -> Patterns:
    """The patterns of the platforms, which are the most telling, before those of all other products."""
    return Patterns(RuleBook((*rules, *VENDOR_RULES)), tuple(addresses))
