"""The whole job in a browser: share, leave out, read, update, continue, list, revoke."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.chatting import ANA, JONAS, MEI, Chat

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])

SEARCH = "Why is search slow on long threads?"
LEFT_OUT = ("Before we change anything", "Reviewed and merged")
LATER = "A later word that the page must not show by itself"


async def enter(visit, demo, person=ANA):
    """A tab of the playground on a desktop."""
    return await Chat.open(await visit(demo, **DESKTOP), demo.origin, person)


async def publish_with_choices(chat: Chat) -> str:
    """Steps 3 and 4 of the job; returns the link."""
    await chat.page.get_by_label("Message", exact=True).press_sequentially("/sha")
    help_text = chat.page.get_by_role("option").filter(has_text="/share [title]")
    await expect(help_text).to_contain_text("read-only page of this thread")
    await chat.page.get_by_label("Message", exact=True).fill("")
    panel = await chat.share()
    await expect(panel).to_contain_text("9 messages from 3 people and 1 app")
    await expect(panel).to_contain_text("anyone with the link")
    await panel.get_by_label("Title").fill("Search, faster")
    await panel.get_by_label("Pseudonyms").check()

    choosing = await chat.open_choosing()
    await choosing.get_by_label("Leave out message 3", exact=True).check()
    await choosing.get_by_label("From message").fill("7")
    await choosing.get_by_label("to message").fill("8")
    await choosing.get_by_role("button", name="Save choices").click()
    await expect(choosing.get_by_role("status")).to_contain_text("Saved.")
    for number, ticked in ((2, False), (3, True), (6, False), (7, True), (8, True), (9, False)):
        await expect(choosing.get_by_label(f"Leave out message {number}", exact=True)).to_be_checked(
            checked=ticked
        )
    await choosing.close()

    await chat.press("Show my choices")
    await expect(panel).to_contain_text("3 messages are left out")
    await expect(panel.get_by_label("Title")).to_have_value("Search, faster")
    await chat.press("Publish")
    await expect(chat.card).to_contain_text("Search, faster")
    await expect(chat.notes).to_contain_text("Published.")
    return await chat.link()


async def check_first_page(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("Search, faster")
    await expect(page.locator(".facts")).to_contain_text("6 messages between 3 people and 1 app")
    await expect(page.locator("body")).to_contain_text("Sage")
    for absent in ("Ana Moreno", "Jonas", "Mei", "Before we change anything", "This message was deleted"):
        await expect(page.locator("body")).not_to_contain_text(absent)


@SIZES
async def test_the_whole_job(visit, demo, size):
    context = await visit(demo, **size, permissions=["clipboard-read", "clipboard-write"])
    chat = await Chat.open(context, demo.origin)
    await chat.go_to(SEARCH)
    beside = await Chat.open(context, demo.origin, JONAS)
    await beside.go_to(SEARCH)
    link = await publish_with_choices(chat)
    assert link.startswith(f"{demo.origin}/share/")
    await expect(beside.card).to_contain_text("Search, faster")

    page = await chat.open_shared()
    await check_first_page(page)
    names = await page.locator("article:not(.bt) h3").all_text_contents()

    await chat.say(LATER)
    await expect(beside.page.locator(".post").last).to_contain_text(LATER)
    await page.reload()
    await expect(page.locator("body")).not_to_contain_text(LATER)

    await update(chat)
    await page.reload()
    await expect(page.locator("body")).to_contain_text(LATER)
    await expect(page.locator(".notes")).to_contain_text("Updated")
    await expect(page.locator("body")).not_to_contain_text("Before we change anything")
    assert set(await page.locator("article:not(.bt) h3").all_text_contents()) == set(names)
    assert await chat.link() == link

    await continue_it(chat, beside, page)
    await list_and_revoke(chat, page, "Search, faster")
    await expect(beside.card).to_contain_text("no longer opens")


async def update(chat: Chat) -> None:
    panel = await chat.share()
    question = panel.get_by_role("group", name="You have shared this thread before")
    await expect(question.get_by_label("Update the link")).to_be_checked()
    await expect(question).to_contain_text("1 new message")
    await chat.press("Update the link")
    await expect(chat.notes).to_contain_text("The link now shows the new snapshot.")


async def continue_it(chat: Chat, beside: Chat, page: Page) -> None:
    """Pastes the line that the page's own button copied into another channel."""
    await page.get_by_role("button", name="Copy").last.click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    await chat.go_to("# general")
    await chat.page.get_by_label("Message", exact=True).press("ControlOrMeta+V")
    await expect(chat.page.get_by_label("Message", exact=True)).to_have_value(re.compile("^/continue http"))
    await chat.page.get_by_label("Message", exact=True).press("Enter")
    await expect(chat.page.locator("#title")).to_have_text("Search, faster (continued)")

    head = chat.page.locator(".post.role-head")
    await expect(head).to_contain_text("All of it follows.")
    await expect(head).not_to_contain_text("Copying")
    turns = chat.page.locator(".post.role-turn")
    await expect(turns).to_have_count(7)
    for name in await turns.locator("h3").all_text_contents():
        assert name.endswith("(shared)")
    await expect(turns.last).to_contain_text(LATER)
    await expect(beside.page.locator(".mentions")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".notes")).to_contain_text("Continued 1 time")


async def list_and_revoke(chat: Chat, page: Page, title: str) -> None:
    await chat.say("/shares")
    row = chat.panel.get_by_role("listitem").filter(has_text=title)
    await expect(row).to_contain_text("7 messages, 3 people and 1 app")
    await expect(row).to_contain_text("continued once: “Search, faster” (Playground)")
    await row.get_by_role("button", name="Revoke").click()
    await chat.answer("Keep")
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)

    await row.get_by_role("button", name="Revoke").click()
    await chat.answer("Revoke")
    await expect(chat.notes).to_contain_text(f"Revoked. “{title}” no longer opens for anyone.")
    gone = await page.reload()
    assert gone.status == 410
    await expect(page.get_by_role("heading", level=1)).to_have_text("This link has ended")
    await expect(page.locator("body")).not_to_contain_text(title)
    await expect(chat.page.locator(".post.role-turn")).to_have_count(7)


async def test_revoke_all_names_the_number(visit, demo):
    chat = await enter(visit, demo)
    links = []
    for title in ("Where do we meet in spring?", "Frankenstein, letters and chapters 1 to 5"):
        await chat.go_to(title)
        links.append(await chat.publish())
    await chat.say("/shares revoke all")
    await expect(chat.panel).to_contain_text("Revoke all of your 2 live links?")
    await chat.press("Revoke all 2 links")
    await expect(chat.notes).to_contain_text("Revoked 2 links.")
    for link in links:
        assert (await chat.page.request.get(link)).status == 410
    await chat.say("/shares")
    await expect(chat.notes).to_contain_text("You have no live links.")


async def test_a_moderator_sees_and_ends_the_links_of_a_channel(visit, demo):
    chat = await enter(visit, demo)
    await chat.go_to("A reading page for phones")
    link = await chat.publish()
    await chat.say("/shares here")
    await expect(chat.notes).to_contain_text("Only moderators can see all links of a channel.")

    await chat.become(MEI)
    await chat.say("/shares here")
    row = chat.panel.get_by_role("listitem").filter(has_text="A reading page for phones")
    await expect(row).to_contain_text("by Ana Moreno")
    await row.get_by_role("button", name="Revoke").click()
    await chat.answer("Revoke")
    await expect(chat.notes).to_contain_text("no longer opens for anyone")
    assert (await chat.page.request.get(link)).status == 410
    await expect(chat.card).to_contain_text("no longer opens")


async def test_a_thread_with_secrets_waits_until_each_is_decided(visit, demo):
    chat = await enter(visit, demo)
    await chat.go_to("Access to staging for the import test")
    said = await chat.page.locator(".post pre").first.text_content()
    token = re.search(r"IMPORT_TOKEN=(\S+)", said)[1]
    password = re.search(r"importer:([^@]+)@", said)[1]
    panel = await chat.share()
    await expect(panel).to_contain_text("Looks like 2 secrets")
    await expect(panel.get_by_role("button", name="Publish")).to_have_count(0)

    choosing = await chat.open_choosing()
    await expect(choosing.locator("#secrets")).to_be_visible()
    about_password = choosing.get_by_role("group", name=re.compile("password", re.IGNORECASE))
    await about_password.get_by_label("Mask it").check()
    await choosing.get_by_role("button", name="Save choices").click()
    await expect(choosing.get_by_role("status")).to_contain_text("Decide about the suspected secrets")
    await chat.press("Show my choices")
    await expect(panel).to_contain_text("Looks like 1 secret")
    await expect(panel.get_by_role("button", name="Publish")).to_have_count(0)

    about_token = choosing.locator("fieldset.finding.open")
    await about_token.get_by_label("Publish it as it is").check()
    await choosing.get_by_role("button", name="Save choices").click()
    await expect(choosing.get_by_role("status")).to_contain_text("Go back to the chat to publish.")
    await chat.press("Show my choices")
    await chat.press("Publish")
    await expect(chat.card).to_be_visible()
    page = await chat.open_shared()
    text = await page.locator("main").text_content()
    assert password not in text
    assert token in text


async def test_masking_all_at_once_publishes_none_of_them(visit, demo):
    chat = await enter(visit, demo, JONAS)
    await chat.go_to("Access to staging for the import test")
    said = await chat.page.locator(".post pre").first.text_content()
    await chat.share()
    await chat.press("Mask 2 suspected secrets")
    await chat.answer("Mask")
    await chat.press("Publish")
    await expect(chat.notes).to_contain_text("Published.")
    page = await chat.open_shared()
    for secret in (re.search(r"IMPORT_TOKEN=(\S+)", said)[1], re.search(r"importer:([^@]+)@", said)[1]):
        assert secret not in await page.locator("main").text_content()


async def test_cancel_leaves_nothing_behind(visit, demo):
    chat = await enter(visit, demo)
    await chat.go_to("おはよう")
    await chat.share()
    choosing = await chat.open_choosing()
    await chat.press("Cancel")
    await expect(chat.notes).to_contain_text("Nothing was published, and nothing of it is kept.")
    answer = await choosing.reload()
    assert answer.status == 410
    await expect(choosing.locator("body")).not_to_contain_text("おはよう")
    await expect(chat.page.locator(".post.role-card")).to_have_count(0)


async def test_an_expired_link_ends_like_a_revoked_one(visit, demo):
    chat = await enter(visit, demo)
    await chat.go_to("Start here: share this thread")
    await chat.share()
    await chat.panel.get_by_label("The link expires").select_option(label="After 1 day")
    await chat.press("Publish")
    page = await chat.open_shared()
    await expect(page.locator(".notes")).to_contain_text("Valid until")
    await expect(page.locator(".notes")).not_to_contain_text("revoked")
    with demo.later(days=2):
        await demo.world.sharing.sweep()
    assert (await page.reload()).status == 410
    await expect(page.get_by_role("heading", level=1)).to_have_text("This link has ended")
    await expect(chat.card).to_contain_text("The link has expired.")


async def private_thread(context: BrowserContext, origin: str) -> str:
    leads = await Chat.open(context, origin, MEI)
    await leads.go_to("Who takes over the support rota?")
    return leads.page.url


async def test_who_may_not_read_a_thread_may_not_share_it(visit, demo):
    context = await visit(demo, **DESKTOP)
    address = await private_thread(context, demo.origin)
    chat = await Chat.open(context, demo.origin, JONAS)
    await expect(chat.page.locator("#rooms")).not_to_contain_text("leads")
    await chat.page.goto(address)
    await chat.page.reload()
    await expect(chat.problem).to_contain_text("I can't find that thread, or you can't read it.")
    ask = """async ([path, body]) => (await fetch(path, {method: "POST",
        headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)})).status"""
    body = {"text": "/share", "thread": address.partition("#t/")[2], "tab": "t", "delivery": "delivery-1"}
    assert await chat.page.evaluate(ask, ["/playground/api/command?as=U02JNS4W", body]) == 404


async def test_a_message_not_a_command_stays_a_message(visit, demo):
    chat = await enter(visit, demo)
    await chat.go_to("Where do we meet in spring?")
    await chat.say("/etc/hosts is a file")
    await expect(chat.page.locator(".post").last).to_contain_text("/etc/hosts is a file")
    await chat.say("/nonsense")
    await expect(chat.notes).to_contain_text(
        "There is no command /nonsense. I know /share, /continue, /shares."
    )
