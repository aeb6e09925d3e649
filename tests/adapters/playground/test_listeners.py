"""What people can see and do in the playground's page."""

from __future__ import annotations

import asyncio

from adapters.playground.files import SIZE_LIMIT
from adapters.playground.parse import LENGTH_LIMIT
from adapters.playground.pictures import draw as picture
from tests.adapters.playground.serving import ANA, JONAS, MEI, new_thread, say


async def mentions(browser, as_):
    channels = (await browser.json("state", as_))["channels"]
    return {t["id"]: t["mentions"] for c in channels for t in c["threads"] if t["mentions"]}


async def test_a_thread_can_be_started_and_answered(browser):
    thread = await new_thread(browser)
    first = (await browser.json(f"threads/{thread}"))["html"]
    answer = await say(browser, thread, "Hi Ana", JONAS, answers=_first_id(first))
    shown = await browser.json(f"threads/{thread}", JONAS)
    assert shown["title"] == "A talk"
    assert shown["messages"] == 2
    assert "Hi Ana" in shown["html"]
    assert f'data-jump="{_first_id(first)}"' in (await browser.json(f"posts/{answer}"))["html"]


def _first_id(html):
    return html.split('data-post="')[1].split('"')[0]


async def test_a_thread_needs_a_title_and_words(browser):
    body = {"channel": "C01GENERAL", "title": " ", "text": "x"}
    assert "title" in (await browser.refused("threads", body))[1]
    assert "Write something" in (await browser.refused("threads", {**body, "title": "x", "text": " "}))[1]
    assert (await browser.refused("threads", {**body, "title": "x", "text": "x" * (LENGTH_LIMIT + 1)}))[
        0
    ] == 400


async def test_a_private_channel_does_not_exist_for_others(browser, chat):
    private = next(t.id for t in await chat.threads(ANA) if t.channel == "C07LEADS")
    post = (await chat.last_posts(private, before=2**62, limit=1))[0].id
    assert "C07LEADS" in {c["id"] for c in (await browser.json("state", MEI))["channels"]}
    assert "C07LEADS" not in {c["id"] for c in (await browser.json("state", JONAS))["channels"]}
    hidden = await browser.get(f"/playground/api/threads/{private}", JONAS)
    absent = await browser.get("/playground/api/threads/T404", JONAS)
    assert (hidden.status, await hidden.text()) == (absent.status, await absent.text())
    assert (await browser.get(f"/playground/api/posts/{post}", JONAS)).status == 404
    for path in (
        f"threads/{private}/posts",
        f"posts/{post}/react",
        f"posts/{post}/edit",
        f"posts/{post}/delete",
    ):
        assert (await browser.refused(path, {"text": "x", "emoji": "+1"}, JONAS))[0] == 404
    assert (await browser.refused("threads", {"channel": "C07LEADS", "title": "x", "text": "x"}, JONAS))[
        0
    ] == 404
    assert (await browser.refused("command", {"text": "/share", "thread": private}, JONAS))[0] == 404


async def test_a_mention_is_counted_until_its_thread_is_looked_at(browser):
    thread = await new_thread(browser, "Hello @jonas and @ana")
    await say(browser, thread, "and again, @everyone", MEI)
    assert await mentions(browser, JONAS) == {thread: 2}
    assert await mentions(browser, ANA) == {thread: 1}
    await browser.do(f"threads/{thread}/read", as_=JONAS)
    assert await mentions(browser, JONAS) == {}


async def test_a_mention_in_a_private_channel_reaches_only_its_members(browser, chat):
    thread = await new_thread(browser, "@everyone @jonas", "C07LEADS")
    assert await chat.unread(JONAS) == {}
    assert await chat.unread(MEI) == {thread: 1}


async def test_only_its_author_edits_a_message(browser):
    thread = await new_thread(browser)
    post = await say(browser, thread, "frist")
    assert (await browser.refused(f"posts/{post}/edit", {"text": "mine"}, MEI))[0] == 403
    await browser.do(f"posts/{post}/edit", {"text": "**first**"})
    shown = await browser.json(f"posts/{post}")
    assert "first" in shown["html"]
    assert "edited" in shown["html"]
    assert shown["source"] == "**first**"
    assert (await browser.json(f"posts/{post}", MEI))["source"] == ""


async def test_authors_and_moderators_delete_and_a_placeholder_stays(browser):
    thread = await new_thread(browser)
    mine, other = await say(browser, thread, "one"), await say(browser, thread, "two")
    assert (await browser.refused(f"posts/{mine}/delete", as_=JONAS))[0] == 403
    await browser.do(f"posts/{mine}/delete")
    await browser.do(f"posts/{other}/delete", as_=MEI)
    html = (await browser.json(f"threads/{thread}"))["html"]
    assert html.count("This message was deleted.") == 2
    assert "two" not in html
    assert (await browser.refused(f"posts/{mine}/react", {"emoji": "+1"}))[0] == 410


async def test_a_reaction_is_given_and_taken_back(browser):
    post = await say(browser, await new_thread(browser))
    for who in (ANA, JONAS):
        await browser.do(f"posts/{post}/react", {"emoji": "tada"}, who)
    assert 'aria-label="tada, 2"' in (await browser.json(f"posts/{post}"))["html"]
    await browser.do(f"posts/{post}/react", {"emoji": "tada"})
    html = (await browser.json(f"posts/{post}"))["html"]
    assert 'aria-label="tada, 1"' in html
    assert 'aria-pressed="false"' in html
    assert (await browser.refused(f"posts/{post}/react", {"emoji": "no such"}))[0] == 400


async def test_reactions_at_the_same_time_are_all_counted(browser):
    post = await say(browser, await new_thread(browser))
    await asyncio.gather(
        *(browser.do(f"posts/{post}/react", {"emoji": "tada"}, who) for who in (ANA, JONAS, MEI))
    )
    assert 'aria-label="tada, 3"' in (await browser.json(f"posts/{post}"))["html"]


async def test_only_moderators_delete_threads(browser):
    thread = await new_thread(browser)
    assert (await browser.refused(f"threads/{thread}/delete"))[0] == 403
    await browser.do(f"threads/{thread}/delete", as_=MEI)
    assert (await browser.get(f"/playground/api/threads/{thread}")).status == 404


async def test_a_long_thread_is_shown_from_its_end_in_steps(browser, chat):
    thread = next(t.id for t in await chat.threads(ANA) if t.messages == 300)
    last = await browser.json(f"threads/{thread}")
    before = await browser.json(f"threads/{thread}", before=_first_id(last["html"]))
    first = await browser.json(f"threads/{thread}", before=_first_id(before["html"]))
    assert [part["earlier"] for part in (last, before, first)] == [True, True, False]
    ids = [
        int(i.split('"')[0]) for part in (first, before, last) for i in part["html"].split('data-post="')[1:]
    ]
    assert len(ids) == 300
    assert ids == sorted(set(ids))


async def upload(browser, data, name, as_=ANA):
    path = f"/playground/api/files?name={name}"
    return await browser.post(path, data, as_, content_type="application/octet-stream")


async def test_a_picture_is_shown_and_any_other_file_is_a_download(browser):
    stored = {}
    for name, data in (
        ("a.png", picture("reading-page.png")),
        ("b.html", b"<script>alert(1)</script>"),
        ("c.png", b"<svg/>"),
    ):
        stored[name] = (await (await upload(browser, data, name)).json())["file"]
    thread = await new_thread(browser)
    await say(browser, thread, "", files=list(stored.values()))
    for name, kind, disposition in (
        ("a.png", "image/png", "inline"),
        ("b.html", "application/octet-stream", "attachment"),
        ("c.png", "application/octet-stream", "attachment"),
    ):
        response = await browser.get(f"/playground/files/{stored[name]}")
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Disposition"].startswith(disposition)
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert stored[name] in (await browser.json(f"threads/{thread}"))["html"]


async def test_a_file_is_refused_when_it_is_too_large_or_not_there(browser, chat):
    assert (await upload(browser, b"x" * (SIZE_LIMIT + 1), "big")).status == 413
    thread = await new_thread(browser)
    assert (await browser.refused(f"threads/{thread}/posts", {"files": ["nosuchfile"]}))[0] == 400
    for path in ("nosuchfile", "..%2Fplayground.sqlite", "."):
        assert (await browser.get(f"/playground/files/{path}")).status == 404


async def test_a_file_belongs_to_one_message(browser, chat):
    file = (await (await upload(browser, b"x", "a")).json())["file"]
    thread = await new_thread(browser)
    await say(browser, thread, "", files=[file])
    assert (await browser.refused(f"threads/{thread}/posts", {"files": [file]}, JONAS))[0] == 400
