"""A ShareCard -> Slack blocks: for our post in the thread, and for the preview of a pasted link.

Only section, context and actions, which chat.unfurl takes too. Names and titles were written by people:
they stand where Slack reads no markup, or with its three special characters escaped.
"""

from __future__ import annotations

from typing import Any

from adapters.slack import words
from bot.reply import Action, Card, Confirm, Style

ACTION = "tl:"
"""Begins every action_id of ours; the core's verb follows. docs.slack.dev/reference/interaction-payloads"""

OPEN = f"{ACTION}open"
"""The action_id of buttons that only open an address: Slack reports their clicks too."""

_TEXT = 3000
_TITLE = 300
_LABEL = 75
_VALUE = 2000
_ADDRESS = 3000
_BUTTONS = 25


def card_blocks(card: Card) -> list[dict[str, Any]]:
    """The card as blocks; a card whose link has ended is small print without buttons."""
    if card.revoked:
        return [_small(" · ".join((card.title, *card.lines)))]
    blocks = [_section({"type": "mrkdwn", "text": _headline(card), "verbatim": True})]
    if lines := cut("\n".join(filter(None, card.lines)), _TEXT):
        blocks.append(_section({"type": "plain_text", "text": lines, "emoji": False}))
    buttons = [button(action) for action in card.actions if len(action.url) <= _ADDRESS]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons[:_BUTTONS]})
    return blocks


def card_words(card: Card) -> str:
    """The card as plain text: its title, its address, its lines."""
    address = f" {card.url}" if linkable(card.url) else ""
    return cut("\n".join((f"{cut(card.title, _TITLE)}{address}", *card.lines)), _TEXT)


def card_text(card: Card) -> str:
    """The card for notifications and screen readers, which read only this."""
    return escape(card_words(card))


def button(action: Action) -> dict[str, Any]:
    """An action as a button: `action_id` ACTION + verb with the argument as `value`, or OPEN with `url`, of
    which Slack takes up to 3,000 characters.
    """
    label = words.CONTINUE_HERE if action.verb == "continue" and not action.url else action.label
    made: dict[str, Any] = {"type": "button", "text": _words(label, _LABEL)}
    if action.url:
        made |= {"action_id": OPEN, "url": action.url}
    else:
        made |= {"action_id": ACTION + action.verb}
        if action.argument:
            made["value"] = action.argument[:_VALUE]
    if action.style is not Style.NEUTRAL:
        made["style"] = str(action.style)
    if action.confirm:
        made["confirm"] = confirm(action.confirm, dangerous=action.style is Style.DANGER)
    return made


def confirm(asked: Confirm, *, dangerous: bool = False) -> dict[str, Any]:
    """Slack's confirmation dialog: title up to 100 characters, text 300, buttons 30."""
    made: dict[str, Any] = {
        "title": _words(asked.title, 100),
        "text": _words(asked.text, 300),
        "confirm": _words(asked.yes, 30),
        "deny": _words(asked.no, 30),
    }
    return made | ({"style": "danger"} if dangerous else {})


def escape(text: str) -> str:
    """`text` so that Slack shows it as it is: & < > are the three characters it reads.
    docs.slack.dev/messaging/formatting-message-text
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str = "") -> str:
    """A link in Slack's markup; whatever would end it early is percent-encoded or left out."""
    address = url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace("&", "&amp;")
    return f"<{address}|{escape(label)}>" if label else f"<{address}>"


def linkable(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= _ADDRESS


def cut(text: str, most: int) -> str:
    """`text` with at most `most` characters, the last one "…" where some are missing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _headline(card: Card) -> str:
    title = " ".join(cut(card.title, _TITLE).split()) or words.UNTITLED
    shown = link(card.url, title) if linkable(card.url) else escape(title)
    return shown if "*" in title else f"*{shown}*"  # a star in the title would end the bold there


def _words(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(" ".join(text.split()), most) or "…", "emoji": False}


def _section(text: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "text": text}


def _small(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [_words(text, _TEXT)]}
