"""A conversation goes from chat to chat and stays the same conversation."""

from __future__ import annotations

import pytest

from tests.across.three_chats import Said, three_chats

CODE = "for number in (3, 5, 8):\n    print(number)"


@pytest.fixture
async def chats(tmp_path):
    async with three_chats(tmp_path) as chats:
        yield chats


def rich(*elements):
    return [{"type": "rich_text", "elements": list(elements)}]


def section(*inline):
    return {"type": "rich_text_section", "elements": list(inline)}


def text(words: str, **style):
    return {"type": "text", "text": words, **({"style": style} if style else {})}


async def tell_in_slack(chats):
    """All that every chat can say, by two people in turn; the thread's root."""
    slack, ana, jonas, general = chats.slack, chats.ana, chats.jonas, chats.general
    root = await slack.post(ana, general, "Shall we look at the *numbers*?")
    listed = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(text("three")), section(text("five, "), text("struck", strike=True))],
    }
    code = {"type": "rich_text_preformatted", "language": "python", "elements": [text(CODE)]}
    quote = {"type": "rich_text_quote", "elements": [text("Shall we look?")]}
    link = {"type": "link", "url": "https://example.org/notes", "text": "notes"}
    user = {"type": "user", "user_id": ana.id}
    for who, blocks in (
        (jonas, rich(section(text("Here, "), user, text(", from the "), link, text(":")), listed)),
        (ana, rich(code)),
        (
            jonas,
            rich(quote, section(text("We did. "), {"type": "emoji", "name": "tada", "unicode": "1f389"})),
        ),
        (ana, rich(section(text("Not "), text("*this*"), text(" <!channel> @everyone `or` that_one_")))),
    ):
        await slack.post(who, general, "see blocks", thread=root, blocks=blocks)
    return root


async def test_slack_to_discord_to_the_playground_and_back(chats):
    pings = len(chats.slack.pings), chats.discord.pings
    first = await chats.share_in_slack(await tell_in_slack(chats))
    told: Said = await chats.said(first)
    assert [name for name, _ in told] == ["Ana Moreno", "Jonas Weber"] * 2 + ["Ana Moreno"]
    assert CODE in told[2][1]

    thread = await chats.continue_in_discord(await chats.url(first))
    second = await chats.share_in_discord(thread)
    assert second.thread.platform == "discord"
    assert await chats.said(second) == told

    third = await chats.share_in_the_playground(
        await chats.continue_in_the_playground(await chats.url(second))
    )
    assert third.thread.platform == "playground"
    assert await chats.said(third) == told

    head = await chats.continue_in_slack(await chats.url(third))
    fourth = await chats.share_in_slack(head)
    assert fourth.thread.thread == head.ts
    assert await chats.said(fourth) == told
    assert (len(chats.slack.pings), chats.discord.pings) == pings


async def test_what_one_chat_has_revoked_the_others_can_not_continue(chats):
    share = await chats.share_in_slack(await tell_in_slack(chats))
    url = await chats.url(share)
    thread = await chats.continue_in_discord(url)
    copied = [chats.discord.see(message) for message in thread.messages]
    await chats.slack.slash(chats.ana, chats.general, "/shares", f"revoke {url}")
    whispers = lambda: "".join(map(chats.slack.see, chats.slack.ephemerals(chats.ana)))  # noqa: E731
    await chats.slack.until(lambda: "no longer opens" in whispers())
    asked = await chats.discord.people.slash(chats.mei, chats.lounge, "continue", {"link": url})
    await asked.answered(timeout=10)
    assert "revoked" in chats.discord.see(asked)
    assert [chats.discord.see(message) for message in thread.messages] == copied
