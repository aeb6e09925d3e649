"""What we do not know: never dropped, shown by the words it carried."""

from __future__ import annotations

from adapters.slack.parse_inline import words_of
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn import mrkdwn_inline
from adapters.slack.parse_raw import string, visible_strings
from bot.richtext.nodes import Unsupported


def unknown(raw: object, lookup: Lookup, kind: str = "") -> tuple[Unsupported]:
    """One Unsupported for `raw`, with every word it seems to show; ids in them become names."""
    return (Unsupported(kind or string(raw, "type") or "unknown", visible_words(raw, lookup)),)


def visible_words(raw: object, lookup: Lookup) -> str:
    """Every word that `raw` seems to show, a line for each string."""
    return "\n".join(words_of(mrkdwn_inline(text, lookup)) for text in visible_strings(raw))
