"""What is looked for in every thread, beside the names of its people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.privacy.rules import Rule
from bot.privacy.secrets import RuleBook
from bot.privacy.vendors import VENDOR_RULES


@dataclass(frozen=True, slots=True)
class Patterns:
    """`rules`: how secrets look. `addresses`: what a link looks like that leads into a chat, and so tells
    which chat it is.
    """

    rules: RuleBook
    addresses: re.Pattern[str]


def patterns(rules: Iterable[Rule] = (), addresses: Iterable[str] = ()) -> Patterns:
    """The patterns of the platforms, which are the most telling, before those of all other products."""
    either = re.compile("|".join(addresses) or r"(?!)", re.IGNORECASE)
    return Patterns(RuleBook((*rules, *VENDOR_RULES)), either)
