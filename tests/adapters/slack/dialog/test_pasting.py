"""Share links that people paste: each shows what it leads to, or that it has ended."""

from __future__ import annotations

import pytest


@pytest.fixture
async def shared(town):
    """A published thread and its link."""
    share = await town.publish(town.ana, await town.talk(), {"tl:field:title": "Numbers"})
    return share, await town.url(share)


async def paste(town, text, **how):
    message = await town.slack.paste(town.jonas, town.general, text, **how)
    await town.settled()
    return message


async def test_a_live_link_shows_its_title_and_audience_and_no_words_of_the_thread(town, shared):
    _, link = shared
    message = await paste(town, f"Look: {link}")
    seen = town.slack.see(message)
    assert "Numbers" in seen
    assert "Anyone with the link, without an account, can read it" in seen
    assert "3, 5, 8" not in seen
    assert list(message.unfurls) == [link]


async def test_an_ended_link_says_so_and_what_stood_there_is_drawn_anew(town, shared):
    share, link = shared
    before = await paste(town, link)
    await town.slack.click(town.ana, town.cards()[0], "tl:revoke")
    await town.slack.until(lambda: "no longer opens" in town.slack.see(before))
    after = await paste(town, link)
    assert "The link was revoked and no longer opens." in town.slack.see(after)
    assert "Numbers" not in town.slack.see(after)
    assert share.id not in str(after.unfurls)


async def test_a_link_is_shown_already_while_its_author_is_typing(town, shared):
    _, link = shared
    message = await paste(town, link, composer=True)
    assert "Numbers" in town.slack.see(message)
    sources = [call.args.get("source") for call in town.slack.calls_of("chat.unfurl")]
    assert "composer" in sources


async def test_several_links_in_one_message_are_all_shown(town, shared):
    _, link = shared
    other = await town.url(await town.publish(town.jonas, await town.talk(), {"tl:field:title": "Other"}))
    message = await paste(town, f"{link} and {other}")
    assert set(message.unfurls) == {link, other}


async def test_what_is_no_link_of_a_share_stays_as_it_is(town, shared):
    _, link = shared
    for text in (f"{town.base_url}/", f"{town.base_url}/share/{'A' * 24}", link[:-1]):
        message = await paste(town, text)
        assert message.unfurls == {}
    assert town.slack.calls_of("chat.unfurl") == []


async def test_the_buttons_of_a_preview_work(town, shared):
    _, link = shared
    message = await paste(town, link)
    await town.slack.click(town.jonas, message, "tl:continue")
    await town.settled()
    assert town.slack.modal(town.jonas).title == "Continue this thread"


async def test_ten_deliveries_of_one_event_draw_once(town, shared):
    _, link = shared
    town.slack.courier.times = 10
    await paste(town, link)
    assert len(town.slack.calls_of("chat.unfurl")) == 1


async def test_where_slack_refuses_the_preview_nothing_else_suffers(town, shared):
    _, link = shared
    town.slack.fail_next("chat.unfurl", error="cannot_unfurl_url")
    await paste(town, link)
    assert "Numbers" in town.slack.see(await paste(town, link))
