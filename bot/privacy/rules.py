"""What a rule for one kind of secret is made of, and checks that tell secrets from their likes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from math import log2

_TEMPLATES = ("://", "...", "…", "***", "xxxx", "${", "{{", "•••", "███")
_CHARACTERS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of secret looks.

    `kind` names it for people ("GitHub token"). `pattern`: a linear regular expression; its group
    `secret`, else the whole of it, is what must not be seen. `keywords`: at least one of these
    stands in every text that holds such a secret, so that others need not be searched; with `fold`,
    in any case (give them in lower case). `short`: the secret may be shorter than
    `secrets.LONG_WORD`. `check`: has the last word on each find.
    """

    kind: str
    pattern: str
    keywords: tuple[str, ...] = ()
    check: Callable[[str], bool] | None = None
    fold: bool = False
    short: bool = False
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.pattern))


START = r"(?<![A-Za-z0-9_-])"
WORD_START = r"(?<![A-Za-z0-9])"
END = r"(?![A-Za-z0-9_-])"
"""Where a token may begin and end: what may run on without end begins only where a word begins."""


def prefixed(kind: str, *prefixes: str, body: str) -> Rule:
    """A secret that begins with one of `prefixes` (plain text) and goes on with `body`."""
    either = "|".join(prefix.replace(".", r"\.") for prefix in prefixes)
    return Rule(kind, rf"{WORD_START}(?:{either}){body}", prefixes)


def mixed(value: str) -> bool:
    """Upper and lower case, and digits or great disorder: random base64, unlike digests and paths."""
    disorder = entropy(value)
    certain = disorder > 4.2 or any(map(str.isdigit, value))  # noqa: PLR2004 - 40 random characters have about 4.7
    return certain and disorder > 3.5 and any(map(str.isupper, value)) and any(map(str.islower, value))  # noqa: PLR2004


def made_up(value: str) -> bool:
    """A value as people choose for a password: no placeholder, no code, not only letters."""
    value = value.rstrip(".!?:)]}>")
    return _no_template(value) and any(map(str.isdigit, value)) and len(set(value)) > 3  # noqa: PLR2004 - "1111"


def looks_random(value: str) -> bool:
    """A value as machines make it: letters and digits so mixed that no word is in it."""
    if not any(map(str.isdigit, value)):
        return False
    value = value.rstrip(".!?:)]}>")
    code = "." in value and value.rpartition(".")[2].isalpha()  # settings.api_key1.value
    if len(value) < 10 or code or not _no_template(value):  # noqa: PLR2004 - the shortest keys that vendors give
        return False
    letters = "".join(_CHARACTERS.findall(value))
    switches = sum(_class(a) != _class(b) for a, b in pairwise(letters))
    return switches * 8 >= len(letters) and entropy(value) > 2.7  # noqa: PLR2004


def credential(value: str) -> bool:
    """What stands after "Bearer": anything random, be it without digits."""
    return looks_random(value) or (_no_template(value) and mixed(value))


def userinfo(value: str) -> bool:
    """`user:password` from an address, unless the password is a placeholder."""
    return _no_template(value.partition(":")[2])


def entropy(value: str) -> float:
    """Shannon's entropy of the characters of `value`, in bits a character."""
    counts = Counter(value).values()
    return -sum(n / len(value) * log2(n / len(value)) for n in counts)


def _no_template(value: str) -> bool:
    return bool(value) and value[0] not in "<{$%[(/~" and not any(mark in value for mark in _TEMPLATES)


def _class(char: str) -> int:
    return 0 if char.isdigit() else 1 if char.isupper() else 2
