"""With pseudonyms, nothing of a name, id or address is in any byte that is served, whatever real message it
stands in: every text of the collected messages is made to name somebody, and every surface is read.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any

import pytest

from adapters.discord import parse as discord
from adapters.slack import parse as slack
from bot.cli.patterns import PATTERNS
from bot.codec import message_to_json, to_document
from bot.model import (
    Actor,
    Choices,
    Message,
    Names,
    Participant,
    ParticipantKind,
    Share,
    Snapshot,
    Source,
    ThreadRef,
)
from bot.privacy.pseudonyms import assign, people
from bot.privacy.publish import publishable
from tests.adapters.discord import test_corpora as discord_corpora
from tests.adapters.slack import test_corpora as slack_corpora
from tests.builders import snapshot
from tests.corpora import corpora
from web.render import PageView, link_preview, render_page
from web.twins import markdown_twin

pytestmark = [pytest.mark.corpus, pytest.mark.long]

LONG = bool(os.environ.get("THREADLINK_LONG"))
PLATFORMS = {"slack": (slack, 1 if LONG else 90), "discord": (discord, 1 if LONG else 9)}
"""Parsers, and of how many messages in a row one is taken."""

SOMEBODY = Participant(
    "UZORBLAX00", "Quirinus Zorblax", aliases=("qzorblax", "quirinus.zorblax@vexmail.example")
)
PLACE = ("Vexcorp Systems", "hush-quorvax")
TELLING = re.compile("quirinus|zorblax|vexmail|vexcorp|quorvax", re.IGNORECASE)
NAMED = (
    " Quirinus Zorblax", " @qzorblax says", " quirinus.zorblax@vexmail.example", " Zorblax's", " zorblaxs", " <@UZORBLAX00>",
    " quirinus_zorblax", " ZORBLAX", " in #hush-quorvax", " at Vexcorp Systems", " vexcorp.slack.com/archives/CZORBLAX0/p1700000000000100",
)  # fmt: skip
ADDRESSED = (
    "/quirinus-zorblax", "?by=Quirinus%20Zorblax", "/~qzorblax/x", "#Zorblax", "?m=quirinus.zorblax%40vexmail.example", "/hush-quorvax",
)  # fmt: skip
NOT_SHOWN = re.compile(
    r"id|type|ts|.*_(?:id|ts)|subtype|style|client_msg_id|team|user|channel|color|mimetype|filetype|mode|content_type|timestamp|"
    r"edited_timestamp|avatar|nonce|locale|method|state|action|url_private.*|thumb_.*|permalink.*|token|hash|discriminator|icon|key|"
    r"latest_reply|unicode|ended_timestamp|joined_at|premium_since"
)
"""Keys whose values are ids, kinds and moments: a message with a name there would be another message."""


@dataclass(frozen=True)
class Chat:
    """One real message as a thread, and what would tell where and who it was."""

    captured: Snapshot
    secret: tuple[str, ...]


def naming(value: Any, said: str, address: str, key: str = "") -> Any:
    """`value` with `said` behind each of its texts and `address` behind each of its addresses."""
    if isinstance(value, dict):
        return {k: naming(inner, said, address, k) for k, inner in value.items()}
    if isinstance(value, list):
        return [naming(inner, said, address, key) for inner in value]
    if not isinstance(value, str) or not value or NOT_SHOWN.fullmatch(key):
        return value
    if value.startswith(("http://", "https://")):
        return value + address
    return value + ("-" + said.strip().replace(" ", "-") if key in ("name", "filename") else said)


@lru_cache(maxsize=1)
def chosen(platform: str) -> list[dict[str, Any]]:
    return list(raws(platform))[:: PLATFORMS[platform][1]]


def raws(platform: str) -> Iterator[dict[str, Any]]:
    if platform == "discord":
        for _, document in discord_corpora.documents():
            for raw in discord_corpora.objects(document):
                if any(isinstance(raw.get(key), shape) for key, shape in discord_corpora.SHOWN_IN.items()):
                    yield raw
        return
    for path in sorted(corpora().glob("slack-*/**/*.json")):
        try:
            document = json.loads(path.read_text("utf-8-sig"))
        except ValueError:
            continue
        yield from slack_corpora.messages(document)


def chat(platform: str, parser: ModuleType, raw: dict[str, Any]) -> Chat:
    needs = parser.references(raw)
    known = {
        key: Participant(key, f"Quirinus{i} Zorblax{i}", aliases=(f"qzorblax{i}",))
        for i, key in enumerate(sorted(needs.people))
    }
    known[SOMEBODY.key] = SOMEBODY
    channels = dict.fromkeys(needs.channels, PLACE[1])
    found: Any
    if platform == "slack":
        groups = dict.fromkeys(needs.groups, "quorvax-team")
        found = slack.Found(known, channels, groups, {name: f"emoji:{name}" for name in needs.emoji})
    else:
        found = discord.Found(known, channels, dict.fromkeys(needs.roles, "quorvax-team"))
    message: Message = parser.parse(raw, found)
    author = message.author or SOMEBODY.key
    message = replace(message, id=message.id or "M1", author=author)
    if author not in known:
        known[author] = parser.participant(raw) or Participant(author, "Quirinus9 Zorblax9")
    captured = snapshot(
        message, people=known.values(), files=needs.files, title="Zorblax asks about hush-quorvax",
        source=Source(platform.capitalize(), *PLACE),
    )  # fmt: skip
    ids = [p.key for p in known.values() if p.kind is ParticipantKind.PERSON and len(p.key) > 8]
    files = [text for file in needs.files for text in (file.id, file.locator) if len(text) > 8]
    return Chat(captured, (*ids, *files, *([message.id] if len(message.id) > 6 else [])))


def served(public: Snapshot) -> Iterator[str]:
    """All that anybody gets of a published snapshot, and all that is stored of it."""
    share = Share(
        "s1", Actor("cli", "", ""), ThreadRef("cli", "", "", ""), public.header, Names.PSEUDONYMS, None, datetime(2026, 11, 22, tzinfo=UTC)
    )  # fmt: skip
    view = PageView(
        share, "https://t.example/share/A", public.messages, page=1, pages=1, base_url="https://t.example"
    )
    twin = markdown_twin(view)
    yield render_page(view).decode()
    yield repr(link_preview(view))
    yield twin.head + twin.messages(public.messages)
    document = to_document(public.header)
    yield json.dumps([document, *map(message_to_json, public.messages)], ensure_ascii=False)


@pytest.mark.parametrize("said", NAMED)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_real_message_tells_who_said_it_or_where(platform, said):
    parser, _ = PLATFORMS[platform]
    address = ADDRESSED[NAMED.index(said) % len(ADDRESSED)]
    tried = 0
    for raw in chosen(platform):
        told = chat(platform, parser, naming(raw, said, address))
        given = assign(people(told.captured), {}, random.Random(1).choice)
        public = publishable(told.captured, Choices(told.captured.header.title), given, PATTERNS)
        bots = {p.name for p in public.header.participants if p.kind is ParticipantKind.BOT}
        for surface in served(public):
            shown = surface
            for bot in bots:  # apps keep their names
                shown = shown.replace(bot, "")
            assert not TELLING.search(shown), (raw, TELLING.findall(shown))
            assert [secret for secret in told.secret if secret in shown] == [], raw
        tried += 1
    assert tried > 10
