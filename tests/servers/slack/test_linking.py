"""link_shared and chat.unfurl."""

from __future__ import annotations

import pytest

URL = "https://share.example.com/s/abc?a=1&b=2"
CARD = {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "A *card*"}}]}


@pytest.fixture
async def events(slack, bolt, connect):
    """The link_shared events that the app acknowledged, without unfurling."""
    events: list[dict] = []

    @bolt.event("link_shared")
    async def shared(event):
        events.append(event)

    await connect()
    return events


async def test_a_pasted_link_is_told_and_unfurled(slack, client, events, jonas, general):
    root = await slack.post(jonas, general, "Root")
    message = await slack.paste(jonas, general, f"See {URL} and https://else.example/x", thread=root)
    event = (await slack.until(lambda: events))[0]
    assert event["links"] == [{"domain": "share.example.com", "url": URL}]
    assert (event["message_ts"], event["thread_ts"]) == (message.ts, root.ts)
    assert (event["channel"], event["is_bot_user_member"]) == (general.id, True)
    await client.chat_unfurl(channel=general.id, ts=message.ts, unfurls={URL: CARD})
    assert slack.see(message) == f"jonas:\nSee {URL} and https://else.example/x\n| A *card*"
    shown = message.json()["attachments"]
    assert (len(shown), shown[0]["app_unfurl_url"], shown[0]["is_app_unfurl"]) == (1, URL, True)


async def test_a_second_unfurl_changes_the_same_card(slack, client, events, jonas, general):
    message = await slack.paste(jonas, general, URL)
    for unfurl in (CARD, {"title": "Revoked", "text": "This share was revoked."}):
        await client.chat_unfurl(channel=general.id, ts=message.ts, unfurls={URL: unfurl})
    assert [one.get("title") for one in message.attachments] == ["Revoked"]


async def test_links_reach_the_app_where_it_is_no_member(slack, client, events, acme, ana):
    place = slack.channel(acme, "secret", [ana], kind="private", bot=False)
    message = await slack.paste(ana, place, URL)
    event = (await slack.until(lambda: events))[0]
    assert not event["is_bot_user_member"]
    await client.chat_unfurl(channel=place.id, ts=message.ts, unfurls={URL: CARD})
    assert message.unfurls


async def test_a_link_in_the_composer_is_told_before_it_is_sent(slack, client, bolt, connect, jonas, general):
    events = []

    @bolt.event("link_shared")
    async def shared(event):
        events.append(event)
        if event["source"] == "composer":
            unfurls = {link["url"]: CARD for link in event["links"]}
            await client.chat_unfurl(unfurl_id=event["unfurl_id"], source="composer", unfurls=unfurls)

    await connect()
    message = await slack.paste(jonas, general, URL, composer=True)
    await slack.until(lambda: len(events) == 2)
    composed, posted = events
    assert (composed["source"], composed["channel"]) == ("composer", "COMPOSER")
    assert (posted["source"], posted["channel"]) == ("conversations_history", general.id)
    await slack.until(lambda: message.unfurls)


async def test_the_apps_own_links_are_not_told(slack, client, events, acme, general):
    await client.chat_postMessage(channel=general.id, text=URL)
    await slack.post(acme.app.user, general, URL)
    assert slack.deliveries == []


async def test_other_apps_links_are_told(slack, events, acme, general):
    deploys = slack.bot(acme, "Deploys")
    general.members_of([deploys])
    await slack.post(deploys, general, URL)
    assert await slack.until(lambda: events)


async def test_nothing_is_told_without_domain_subscription_or_scope(slack, events, acme, jonas, general):
    await slack.paste(jonas, general, "https://share.example.com.evil.example/s/abc")
    slack.app.subscriptions.discard("link_shared")
    await slack.paste(jonas, general, URL)
    slack.app.subscriptions.add("link_shared")
    acme.app.scopes = ("links:write",)
    await slack.paste(jonas, general, URL)
    assert slack.deliveries == []


async def test_a_button_of_an_unfurl_is_clicked_in_its_attachment(
    slack, bolt, client, events, jonas, general
):
    @bolt.action("open")
    async def opened(ack):
        await ack()

    button = {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}}
    message = await slack.paste(jonas, general, URL)
    unfurls = {URL: {"blocks": [{"type": "actions", "elements": [button]}]}}
    await client.chat_unfurl(channel=general.id, ts=message.ts, unfurls=unfurls)
    delivery = await slack.click(jonas, message, "open")
    container = delivery.payload["container"]
    assert (container["type"], container["app_unfurl_url"]) == ("message_attachment", URL)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"unfurls": {"https://else.example/x": CARD}}, "cannot_unfurl_url"),
        ({"unfurls": {"https://share.example.com/s/other": CARD}}, "cannot_unfurl_message"),
        ({"unfurls": None}, "missing_unfurls"),
        ({"unfurls": "{"}, "invalid_unfurls_format"),
        ({"unfurls": {URL: "x"}}, "cannot_parse_attachment"),
        ({"ts": "1.000001"}, "cannot_find_message"),
        ({"ts": None}, "missing_ts"),
        ({"channel": "C0NOWHERE"}, "cannot_find_channel"),
        ({"unfurl_id": "x"}, "missing_source"),
        ({"unfurl_id": "x", "source": "conversations_history"}, "invalid_unfurl_id"),
        ({"unfurl_id": "x", "source": "elsewhere"}, "invalid_source"),
    ],
)
async def test_a_wrong_unfurl_is_refused_by_its_fault(
    slack, client, events, jonas, general, refused, change, error
):
    message = await slack.paste(jonas, general, f"{URL} https://else.example/x")
    ask = {"channel": general.id, "ts": message.ts, "unfurls": {URL: CARD}} | change
    ask = {key: value for key, value in ask.items() if value is not None}
    assert (await refused(client.api_call("chat.unfurl", json=ask)))["error"] == error


async def test_a_blocked_domain_is_not_unfurled(slack, client, events, acme, jonas, general, refused):
    message = await slack.paste(jonas, general, URL)
    acme.blocked_unfurl_domains.add("share.example.com")
    answer = await refused(client.chat_unfurl(channel=general.id, ts=message.ts, unfurls={URL: CARD}))
    assert answer["error"] == "cannot_unfurl_url"


async def test_a_link_that_was_never_told_is_not_unfurled(slack, client, jonas, general, refused):
    message = await slack.post(jonas, general, URL, quiet=True)
    answer = await refused(client.chat_unfurl(channel=general.id, ts=message.ts, unfurls={URL: CARD}))
    assert answer["error"] == "cannot_unfurl_url"
