"""Whatever is posted or edited says that nobody is to be notified: Discord's own defaults notify."""

from __future__ import annotations

from bot.wording import said
from tests.adapters.discord.posting.turns import WITHOUT_WEBHOOKS, begun, may, post, turn
from tests.adapters.stage import a_card, a_head, line
from tests.servers.discord import LocalDiscord

NOBODY: dict[str, list[str]] = {"parse": []}


def messages_in(server: LocalDiscord) -> list[dict]:
    """The body of each request that made or changed a message, also the first one of a forum post."""
    bodies = [seen.body for seen in server.requests if seen.method in ("POST", "PATCH")]
    found = [body.get("message", body) for body in bodies if isinstance(body, dict)]
    return [body for body in found if {"content", "embeds", "components"} & body.keys()]


async def test_every_post_and_every_edit_notifies_nobody(stage, server):
    posted = await stage.platform.post_card(stage.thread, a_card(), "s1:card")
    await stage.platform.edit_card(posted, a_card("Another title"))
    await stage.platform.post_notice(stage.thread, (line("Stopped."),), "c1:stopped")
    await stage.platform.notify(stage.reader, said("Hello"))
    thread = await begun(stage)
    await stage.platform.edit_head(thread, a_head())
    await stage.platform.start_thread(stage.reader, stage.channel_ref(stage.forum()), a_head("c2:head"))
    await post(stage, thread, turn(0, "By a webhook"))
    stage.platform = stage.another()
    may(stage, WITHOUT_WEBHOOKS)
    await post(stage, thread, turn(1, "By the bot"))
    sent = messages_in(server)
    assert len(sent) == 9
    assert [body for body in sent if body.get("allowed_mentions") != NOBODY] == []
    assert server.pings == 0
