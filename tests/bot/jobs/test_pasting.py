"""What a pasted link shows, that it follows its share, and that it names nobody whom the page does not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, WORKSPACE
from bot.model import Names
from bot.platforms import PastedLink, PostGone, Unavailable
from bot.reply import Card
from bot.store import outbox, pasted


class UnfurlingPlatform(PlaygroundPlatform):
    """The playground, with previews that it keeps by place."""

    def __init__(self, chat) -> None:
        super().__init__(chat)
        self.previews: dict[str, Card] = {}
        self.failures: list[Exception] = []

    async def unfurl(self, pasted: PastedLink, card: Card) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.previews[pasted.place] = card


@pytest.fixture
async def unfurling(town):
    town.platform = UnfurlingPlatform(town.chat)
    platforms = {PLATFORM: town.platform}
    town.sharing.platforms = town.world.outbox.platforms = town.world.continuing.platforms = platforms
    return town


def link(url: str, place: str = "C1/1.0") -> PastedLink:
    return PastedLink(PLATFORM, WORKSPACE, place, url)


async def drain(town) -> None:
    await town.world.outbox.drain()


async def test_a_live_link_shows_its_share_and_not_who_shared_it_unless_the_page_does(unfurling):
    thread = await unfurling.thread()
    hidden = await unfurling.publish("mei", thread, show_sharer=False)
    shown = await unfurling.publish("mei", await unfurling.thread(index=1), show_sharer=True)
    card = await unfurling.world.commands.pasted(link(hidden.url))
    assert card.title == hidden.share.header.title
    assert card.url == hidden.url
    assert "Mei" not in "\n".join(card.lines)
    assert "Shared by Mei" in "\n".join((await unfurling.world.commands.pasted(link(shown.url))).lines)
    assert [action.verb for action in card.actions] == ["", "continue"]


async def test_what_is_no_live_link_of_ours_is_left_alone_or_said_to_have_ended(unfurling):
    commands = unfurling.world.commands
    done = await unfurling.publish("mei", await unfurling.thread())
    assert await commands.pasted(link("https://example.org/share/x")) is None
    assert await commands.pasted(link(done.url[:-1] + ("A" if done.url[-1] != "A" else "B"))) is None
    await unfurling.sharing.revoke(done.url, unfurling.actor("mei"))
    card = await commands.pasted(link(done.url))
    assert card.revoked
    assert card.url == ""


async def test_an_update_and_a_revoke_redraw_every_preview(unfurling):
    thread, mei = await unfurling.thread(), unfurling.actor("mei")
    done = await unfurling.publish("mei", thread, title="First title")
    for place, url in (("C1/1.0", done.url), ("C2/2.0", f"{done.url}#m3")):
        await unfurling.world.commands.pasted(link(url, place))
    await unfurling.publish("mei", thread, title="Second title", names=Names.REAL)
    await drain(unfurling)
    assert {card.title for card in unfurling.platform.previews.values()} == {"Second title"}
    assert len(unfurling.platform.previews) == 2
    await unfurling.sharing.revoke(done.url, mei)
    await drain(unfurling)
    assert all(card.revoked for card in unfurling.platform.previews.values())
    assert await unfurling.world.store.read(outbox.pending) == 0


async def test_a_preview_that_is_gone_or_late_holds_up_nothing(unfurling):
    done = await unfurling.publish("mei", await unfurling.thread())
    await unfurling.world.commands.pasted(link(done.url))
    await unfurling.sharing.revoke(done.url, unfurling.actor("mei"))
    unfurling.platform.failures = [Unavailable("No answer."), PostGone("It was deleted.")]
    await drain(unfurling)
    assert await unfurling.world.store.read(outbox.pending) == 1
    unfurling.later(timedelta(minutes=1))
    await drain(unfurling)
    assert await unfurling.world.store.read(outbox.pending) == 0
    assert unfurling.platform.previews == {}


async def test_an_update_that_was_promised_before_a_revoke_does_not_draw_over_it(unfurling):
    thread = await unfurling.thread()
    done = await unfurling.publish("mei", thread)
    await unfurling.world.commands.pasted(link(done.url))
    await unfurling.publish("mei", thread, title="Another title")
    await unfurling.sharing.revoke(done.url, unfurling.actor("mei"))
    await drain(unfurling)
    assert unfurling.platform.previews["C1/1.0"].revoked


async def test_the_address_is_not_readable_in_the_database(unfurling):
    done = await unfurling.publish("mei", await unfurling.thread())
    await unfurling.world.commands.pasted(link(done.url))
    rows = await unfurling.world.store.read(lambda tx: pasted.of_share(tx, done.share.id))
    token = unfurling.sharing.links.token_of(done.url).encode()
    assert len(rows) == 1
    assert token not in rows[0].url + rows[0].url_key
    await unfurling.sharing.revoke(done.url, unfurling.actor("mei"))
    waiting = await unfurling.world.store.read(lambda tx: outbox.due(tx, unfurling.sharing.clock(), 50))
    assert token.decode() not in json.dumps([job.payload for job in waiting])


async def test_only_the_latest_previews_are_remembered(unfurling, monkeypatch):
    monkeypatch.setattr(pasted, "KEPT", 3)
    done = await unfurling.publish("mei", await unfurling.thread())
    for number in (1, 1, 2, 3, 4, 5):
        await unfurling.world.commands.pasted(link(done.url, f"C1/{number}.0"))
    rows = await unfurling.world.store.read(lambda tx: pasted.of_share(tx, done.share.id))
    assert [row.place for row in rows] == ["C1/3.0", "C1/4.0", "C1/5.0"]


async def test_a_workspace_that_leaves_takes_its_links_along(unfurling):
    first = await unfurling.publish("mei", await unfurling.thread())
    second = await unfurling.publish("ana", await unfurling.thread("ana", index=1))
    assert await unfurling.world.commands.workspace_left(PLATFORM, "W404") == 0
    assert await unfurling.world.commands.workspace_left(PLATFORM, WORKSPACE) == 2
    for done in (first, second):
        with pytest.raises(Exception, match="revoked"):
            await unfurling.sharing.find(done.url)
