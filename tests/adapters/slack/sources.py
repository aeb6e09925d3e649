"""How golden cases read Slack's formats: with a small cast that is always the same."""

from __future__ import annotations

import json

from adapters.slack.parse import Found, parse
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_mrkdwn import mrkdwn
from bot.model import Message, Participant, ParticipantKind
from bot.richtext.nodes import Body
from tests.golden import node

CAST = Found(
    people={
        "U1ANA": Participant("U1ANA", "Ana"),
        "U2BEN": Participant("U2BEN", "Ben"),
        "B1BOT": Participant("B1BOT", "Deploy Bot", ParticipantKind.BOT),
    },
    channels={"C1GEN": "general"},
    groups={"S1DEV": "developers"},
    emoji={"party_parrot": "emoji:party_parrot"},
    aliases={"yay": "tada"},
)


def text_body(source: str) -> Body:
    """The body of mrkdwn text."""
    return mrkdwn(source, Lookup(CAST, "1"))


def message(source: str) -> Message:
    """The message of a raw JSON object."""
    return parse(json.loads(source), CAST)


def message_body(source: str) -> Body:
    return message(source).body


def cards(source: str) -> str:
    """A message's link cards, one a line."""
    return "\n".join(map(node, message(source).cards))


def files(source: str) -> str:
    """A message's attachments, one a line."""
    return "\n".join(map(node, message(source).attachments))
