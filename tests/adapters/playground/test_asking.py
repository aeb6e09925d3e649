"""Commands, private replies, and the news that tabs hear."""

from __future__ import annotations

import pytest

from bot.reply import Action, ChoiceField, Confirm, Item, Option, Reply, Style, TextField
from bot.richtext.nodes import Paragraph, Text
from tests.adapters.playground.serving import ANA, HOSTILE, JONAS, MEI, new_thread, say


@pytest.mark.parametrize(
    ("text", "verb", "argument"),
    [
        ("/share", "share", ""),
        ("/share My title", "share", "My title"),
        ("/continue http://localhost/share/x 20", "continue", "http://localhost/share/x 20"),
        ("/shares revoke all", "shares", "revoke all"),
        ("  /shares  here ", None, ""),
        ("/shares  here ", "shares", "here"),
    ],
)
async def test_a_typed_command_is_asked_with_its_place(browser, commands, text, verb, argument):
    thread = await new_thread(browser)
    response = await browser.post(
        "/playground/api/command", {"text": text, "thread": thread, "delivery": "0123-abcd"}
    )
    if verb is None:
        assert response.status == 400
        return
    (request,) = commands.asked
    assert (request.verb, request.argument) == (verb, argument)
    assert (request.thread.thread, request.place.channel) == (thread, "C01GENERAL")
    assert (request.actor.user, request.actor.name, request.actor.platform) == (
        ANA,
        "Ana Moreno",
        "playground",
    )
    assert request.delivery == "playground:0123-abcd"


async def test_a_command_in_a_channel_has_a_place_and_no_thread(browser, commands):
    await browser.do("command", {"text": "/continue x", "channel": "C03DESIGN"})
    assert (commands.asked[0].place.channel, commands.asked[0].thread) == ("C03DESIGN", None)
    await browser.do("command", {"text": "/shares", "channel": "C07LEADS"}, JONAS)
    assert commands.asked[1].place is None


async def test_an_unknown_command_is_refused_kindly(browser, commands):
    status, error = await browser.refused("command", {"text": "/dance"})
    assert status == 400
    assert "/dance" in error
    assert "/share, /continue, /shares" in error
    assert commands.asked == []


async def test_a_pressed_action_sends_its_verb_argument_and_values(browser, commands):
    values = {"title": "T", "names": "pseudonyms"}
    await browser.do("act", {"verb": "publish", "argument": "d1", "values": values, "delivery": "short"})
    (request,) = commands.asked
    assert (request.verb, request.argument, request.values) == ("publish", "d1", values)
    assert request.delivery == ""


async def test_a_private_reply_is_drawn_with_all_its_parts(browser, commands):
    confirm = Confirm("Revoke 2 links?", "Nobody can open them then.", "Revoke")
    commands.reply = Reply(
        title=HOSTILE,
        body=(Paragraph((Text(HOSTILE),)),),
        fields=(
            TextField("title", HOSTILE, HOSTILE, 100),
            ChoiceField("names", "Names", (Option("a", "A", HOSTILE), Option("b", "B")), "b"),
            ChoiceField("expires", "Expires", tuple(Option(str(i), f"{i} days") for i in range(4)), "2"),
        ),
        items=(Item(HOSTILE, HOSTILE, "https://example.org/1", (Action("Revoke", "revoke", HOSTILE),)),),
        actions=(
            Action("Revoke all", "revoke_all", confirm=confirm, style=Style.DANGER),
            Action("Open", url="https://example.org/2"),
        ),
    )
    answer = await browser.do("command", {"text": "/shares"})
    html = answer["html"]
    assert answer["form"]
    assert "<script" not in html
    assert 'value="b" checked' in html
    assert 'value="2" selected' in html
    assert 'maxlength="100"' in html
    assert 'data-verb="revoke_all" data-argument="" data-title="Revoke 2 links?"' in html
    assert 'href="https://example.org/2" target="_blank" rel="noopener"' in html


async def test_names_titles_and_cards_are_escaped(browser, chat):
    thread = await new_thread(browser, HOSTILE, title=HOSTILE)
    assert "<script" not in (await browser.json(f"threads/{thread}"))["html"]


async def test_progress_reaches_only_the_tab_that_asked(browser, commands):
    async with browser.news(tab="tab-1") as mine, browser.news(tab="tab-2") as other:
        await browser.do("command", {"text": "/share", "tab": "tab-1", "delivery": "0123-abcd"})
        assert await anext(mine) == {"kind": "progress", "delivery": "0123-abcd", "done": 100, "total": 300}
        thread = await new_thread(browser)
        assert (await anext(other))["thread"] == thread


async def test_every_tab_hears_what_happens(browser, chat):
    async with browser.news(JONAS) as news:
        thread = await new_thread(browser)
        post = await say(browser, thread)
        await browser.do(f"posts/{post}/edit", {"text": "x"})
        await browser.do(f"threads/{thread}/delete", as_=MEI)
        heard = [await anext(news) for _ in range(5)]
    assert [event["kind"] for event in heard] == ["thread", "post", "post", "changed", "gone"]
    assert {event["thread"] for event in heard} == {thread}
    assert heard[0]["starter"] == ANA


async def test_tabs_of_others_hear_nothing_of_a_private_channel(browser):
    async with browser.news(JONAS) as news:
        await new_thread(browser, channel="C07LEADS")
        public = await new_thread(browser)
        assert (await anext(news))["thread"] == public


async def test_a_notice_waits_for_a_tab_and_until_it_is_dismissed(browser, chat):
    chat.events.notify(ANA, Reply((Paragraph((Text("Your replay is done."),)),)))
    (notice,) = (await browser.json("notices"))["notices"]
    assert "Your replay is done." in notice["html"]
    assert (await browser.json("notices", JONAS))["notices"] == []
    async with browser.news() as news:
        chat.events.notify(ANA, Reply(title="Another"))
        assert (await anext(news))["kind"] == "notice"
        await browser.do(f"notices/{notice['id']}/dismiss")
        assert await anext(news) == {"kind": "dismissed", "id": notice["id"]}
    assert len((await browser.json("notices"))["notices"]) == 1


async def test_a_tab_that_does_not_listen_is_cut_off_and_holds_nobody_up(chat):
    with chat.events.tab("t", ANA) as tab:
        for _ in range(2_000):
            chat.events.tell({"kind": "post"}, lambda _tab: True)
        heard = [tab.news.get_nowait() for _ in range(tab.news.qsize())]
    assert heard[-1] is None
    assert len(heard) == 1_000


async def test_closing_ends_every_stream(browser, chat):
    async with browser.news() as news:
        chat.events.close()
        with pytest.raises(StopAsyncIteration):
            await anext(news)
