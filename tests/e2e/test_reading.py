"""The shared page as readers have it: without script and with it, by keyboard, on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.chatting import Chat
from tests.e2e.library import LONG
from tests.e2e.watching import Watch

pytestmark = pytest.mark.browser

SCRIPTS = pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
NEW_YORK = {"timezone_id": "America/New_York", "locale": "en-US"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def read(visit, library, link: str, **options) -> Page:
    """`link` opened in a context of its own."""
    context: BrowserContext = await visit(library.demo, **options)
    page = await context.new_page()
    await page.goto(link)
    return page


@SCRIPTS
async def test_everything_can_be_read(visit, library, script):
    page = await read(visit, library, library.rich, java_script_enabled=script)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    for words in ("Snapshot of", "Later messages are not included", "Valid until"):
        await expect(page.get_by_text(words).first).to_be_visible()
    for selector in ("article.g h3", "article.g.bt", "table", "pre", "blockquote", ".rx", ".re"):
        await expect(page.locator(selector).first).to_be_visible()
    await expect(page.locator("#command")).to_have_text(f"/continue {library.rich}")
    for kind in ("Markdown", "JSON"):
        async with page.expect_download() as started:
            await page.get_by_role("link", name=f"Download as {kind}").click()
        assert (await started.value).suggested_filename.endswith((".md", ".json"))


@SCRIPTS
async def test_a_spoiler_opens(visit, library, script):
    page = await read(visit, library, library.pictured, java_script_enabled=script)
    rule = page.get_by_role("listitem").filter(has=page.locator("summary"))
    await expect(rule).not_to_contain_text("surprises stay covered", use_inner_text=True)
    await rule.locator("summary").click()
    await expect(rule).to_contain_text("surprises stay covered", use_inner_text=True)


@SCRIPTS
async def test_only_buttons_that_work_are_shown(visit, library, script):
    page = await read(visit, library, library.rich, java_script_enabled=script)
    for button in (page.locator(".theme"), page.locator(".go .copy")):
        await expect(button).to_be_visible(visible=script)
    assert (await page.locator("pre + .copy").count() > 0) is script


@SCRIPTS
async def test_pictures_keep_their_place_before_they_are_there(visit, library, script):
    page = await read(visit, library, library.pictured, java_script_enabled=script)
    picture = page.locator("main img[src*='/file/']").first
    width, height = await picture.get_attribute("width"), await picture.get_attribute("height")
    assert int(width or 0) > int(height or 0) > 0
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    async with page.expect_download() as started:
        await page.get_by_role("link", name=re.compile("interview-notes.txt")).click()
    assert (await started.value).suggested_filename == "interview-notes.txt"


async def test_a_permalink_leads_to_its_message(visit, library):
    page = await read(visit, library, library.incident)
    await expect(page.locator("div.m")).to_have_count(300)
    wanted = page.locator("div.m").nth(249)
    await wanted.hover()
    await wanted.locator("a.t").first.click()
    address = page.url
    assert "#" in address
    await page.goto("about:blank")
    await page.goto(address)
    await expect(page.locator("div.m:target")).to_be_in_viewport()
    assert await page.locator("div.m:target").text_content() == await wanted.text_content()


async def test_a_long_thread_has_pages_and_permalinks_find_theirs(visit, library):
    page = await read(visit, library, library.long)
    pager = page.get_by_role("navigation", name="Pages")
    await expect(page.locator("div.m")).to_have_count(500)
    await expect(page.locator(".facts")).to_contain_text(f"{LONG:,} messages")
    await pager.get_by_role("link", name="Later").click()
    await expect(page.locator("div.m").first).to_contain_text("Message number 501")
    await pager.get_by_role("link", name="Page 3").first.click()
    await expect(page.locator("div.m")).to_have_count(LONG - 1000)
    await expect(page.get_by_role("link", name="Later")).to_have_count(0)

    await page.goto(f"{library.long}/m750")
    assert page.url == f"{library.long}?page=2#m750"
    await expect(page.locator("div.m:target")).to_contain_text("Message number 750")
    await expect(page.locator("div.m:target")).to_be_in_viewport()
    beyond = await page.goto(f"{library.long}/m{LONG + 1}")
    assert beyond.status == 404


async def test_the_keyboard_reaches_everything_in_order(visit, library):
    page = await read(visit, library, library.pictured)
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the messages")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    visited = [await describe(page)]
    for _ in range(200):
        await page.keyboard.press("Tab")
        here = await describe(page)
        if here["tag"] == "BODY":
            break
        visited.append(here)
    assert {"Continue this conversation", "Copy", "Download as JSON"} <= {one["text"] for one in visited}
    assert [one["text"] for one in visited if not one["outlined"]] == []
    assert [one["order"] for one in visited] == sorted(one["order"] for one in visited)


async def describe(page: Page) -> Any:
    """What has the focus: its place in the document, and whether a reader sees that it is focused."""
    return await page.evaluate("""() => {
        const one = document.activeElement, seen = getComputedStyle(one);
        return {tag: one.tagName, text: one.textContent.trim(), order: [...document.querySelectorAll("*")].indexOf(one),
                outlined: seen.outlineStyle !== "none" && seen.opacity !== "0"};
    }""")


async def test_skip_goes_to_the_messages(visit, library):
    page = await read(visit, library, library.pictured)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("() => Boolean(document.activeElement.closest('main'))")


async def test_the_chosen_theme_stays(visit, library):
    page = await read(visit, library, library.rich, color_scheme="light")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(paper)
    await page.get_by_role("button", name="Dark").click()
    dark = await page.evaluate(paper)
    assert dark != light
    await page.reload()
    await expect(page.get_by_role("button", name="Light")).to_be_visible()
    assert await page.evaluate(paper) == dark
    await page.goto(library.never)
    assert await page.evaluate(paper) == dark


async def test_times_are_the_readers_own(visit, library):
    plain = await read(visit, library, library.incident, java_script_enabled=False, **NEW_YORK)
    first = plain.locator("main time[datetime*='T']").first
    moment = await first.get_attribute("datetime")
    assert await first.text_content() == moment[11:16]
    await expect(plain.locator(".zone")).to_have_text("Times are in UTC.")

    local = await read(visit, library, library.incident, **NEW_YORK)
    shown = local.locator("main time[datetime*='T']").first
    await expect(local.locator(".zone")).to_have_text("Times are in your time zone, America/New York.")
    hour = await local.evaluate("moment => new Date(moment).getHours()", moment)
    assert (await shown.text_content()).startswith(
        (f"{hour:02}:", f"{(hour + 11) % 12 + 1:02}:", f"{(hour + 11) % 12 + 1}:")
    )
    assert await shown.text_content() != moment[11:16]


async def test_paper_shows_the_conversation_and_no_buttons(visit, library):
    page = await read(visit, library, library.rich, color_scheme="dark")
    await page.emulate_media(media="print")
    await expect(page.locator("article.g").first).to_be_visible()
    for selector in (".theme", ".copy >> nth=0", ".go", ".more", ".jump"):
        await expect(page.locator(selector)).to_be_hidden()
    ink = await page.evaluate("() => getComputedStyle(document.body).color")
    assert max(int(part) for part in re.findall(r"\d+", ink)[:3]) < 100
    assert len(await page.pdf()) > 10_000


@pytest.mark.parametrize("name", ["rich", "pictured", "long", "ended", "never", "preview"])
async def test_nothing_is_wider_than_a_phone(visit, library, name):
    page = await read(visit, library, getattr(library, name), **PHONE)
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


@pytest.mark.parametrize(
    ("name", "status", "heading"),
    [("ended", 410, "This link has ended"), ("never", 404, "There is no such page")],
)
async def test_what_is_gone_says_so_and_nothing_more(visit, library, name, status, heading):
    page = await (await visit(library.demo)).new_page()
    for suffix in ("", ".md", ".json", ".png", "/m1"):
        answer = await page.request.get(getattr(library, name) + suffix, max_redirects=0)
        assert answer.status == status
        assert "spring" not in await answer.text()
    await page.goto(getattr(library, name))
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)


async def test_the_watch_sees_what_must_not_happen(browser, library):
    """Without this, an empty list of faults would prove nothing."""
    context = await browser.new_context()
    watch = Watch(context, library.demo.origin)
    page = await context.new_page()
    await page.goto(library.rich)
    await watch.check()
    await page.evaluate("""async () => {
        document.cookie = "a=b";
        document.head.append(Object.assign(document.createElement("script"), {textContent: "1"}));
        await new Promise((done) => document.body.append(Object.assign(new Image(),
            {onerror: done, src: "http://127.0.0.1:9/elsewhere.png"})));
    }""")
    with pytest.raises(AssertionError):
        await watch.check()
    told = "\n".join(watch.faults)
    assert "script-src" in told
    assert "img-src" in told
    assert len(await context.cookies()) == 1
    await context.close()


async def test_the_playground_reads_as_it_is_shared(visit, library):
    chat = await Chat.open(await visit(library.demo), library.demo.origin)
    await chat.go_to("A reading page for phones")
    page = await read(visit, library, library.pictured)
    for words in ("it should feel like a", "reactions sit", "Where should the date stand?"):
        await expect(chat.page.locator("#messages")).to_contain_text(words)
        await expect(page.locator("main")).to_contain_text(words)
