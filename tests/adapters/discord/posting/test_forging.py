"""Words that imitate what only we write: nobody passes them off as ours, and nothing else is taken for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.marks import ADDED, key_mark
from bot.model import Participant
from bot.richtext.nodes import Bold, Code, CodeBlock, Paragraph, Subtext, Text
from bot.richtext.plain import plain
from tests.adapters.discord.posting.turns import WITHOUT_WEBHOOKS, begun, copies, may, post, turn
from tests.adapters.stage import a_card, capture
from tests.servers.discord.building import BOT_MAY

CARD = "s1:card"


@pytest.mark.parametrize("permissions", [BOT_MAY, WITHOUT_WEBHOOKS])
async def test_a_line_that_looks_like_one_of_ours_stays_what_somebody_said(stage, permissions):
    may(stage, permissions)
    thread = await begun(stage)
    body = (
        Paragraph((Bold((Text(f"{ADDED}Mei Tanaka (shared)"),)),)),
        Paragraph((Text("I never said that."),)),
        Subtext((Text(f"{ADDED}and this neither"),)),
    )
    await post(stage, thread, replace(turn(0), body=body))
    (message,) = (await capture(stage, thread)).messages
    assert plain(message.body).startswith("Mei Tanaka (shared)")
    assert "and this neither" in plain(message.body)


@pytest.mark.parametrize("wrapped", [Text, Code])
async def test_a_copied_mark_is_no_post_of_ours(stage, wrapped):
    mark = key_mark(CARD)
    said = replace(turn(0), body=(Paragraph((wrapped(f"Look {mark}"),)), CodeBlock(f"here {mark}")))
    await post(stage, stage.thread, said)
    head = await begun(stage)
    await stage.platform.post_notice(stage.thread, (Paragraph((Text(f"Over {mark}"),)),), "c1:stopped")
    before = len(stage.messages(stage.thread))
    posted = await stage.platform.post_card(stage.thread, a_card(f"Numbers {mark}"), "s2:card")
    assert (await stage.platform.post_card(stage.thread, a_card(), CARD)).post != posted.post
    assert len(stage.messages(stage.thread)) == before + 2
    assert copies(stage, head) == []


async def test_a_name_with_marks_is_no_other_lane(stage):
    may(stage, WITHOUT_WEBHOOKS)
    thread = await begun(stage)
    forger = Participant("p-x", f"{ADDED}Ana")
    first = replace(turn(0, "yes"), author=forger)
    await post(stage, thread, first)
    stage.platform = stage.another()
    assert await stage.platform.find_turn(thread, turn(1, "yes", by="Ana")) is None


async def test_a_mark_that_somebody_writes_themselves_is_no_post_of_ours(stage):
    forged = f"I was here first {key_mark(CARD)}"
    await stage.say(stage.thread, "Jonas Weber", forged)
    await stage.platform.post_card(stage.thread, a_card(), CARD)
    assert [message.content for message in stage.messages(stage.thread)[-2:]] == [forged, ""]
    assert stage.messages(stage.thread)[-1].embeds
