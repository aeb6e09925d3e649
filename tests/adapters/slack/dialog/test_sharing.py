"""Sharing a thread: every way in leads to the same preview, and from there to one link."""

from __future__ import annotations


async def test_the_message_shortcut_opens_a_preview_and_its_submit_publishes(town):
    root = await town.talk()
    view = await town.preview(town.ana, root.replies[0])
    print(town.slack.see(view))
    assert view.title == "Share this thread?"
    await town.slack.submit(view, {"tl:field:title": "Numbers"})
    await town.settled()
    print(town.slack.see(town.slack.modal(town.ana)))
    (share,) = await town.shares(town.ana)
    assert share.header.title == "Numbers"
    (card,) = town.cards()
    print(town.slack.see(card))
    assert town.slack.complaints == []
