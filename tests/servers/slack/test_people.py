"""What people do reaches the app in Slack's shape, and what Slack's client does not offer is not possible."""

from __future__ import annotations

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.servers.slack import ManualClock, NotPossible
from tests.servers.slack.tickets import RESPONSE_SECONDS


@pytest.fixture
def clock():
    return ManualClock()


def plain(text):
    return {"type": "plain_text", "text": text}


def button(action_id, **more):
    return {"type": "button", "text": plain(action_id.title()), "action_id": action_id, **more}


def actions(*elements):
    return {"type": "actions", "block_id": "buttons", "elements": list(elements)}


CONFIRM = {"title": plain("Revoke?"), "text": plain("Sure?"), "confirm": plain("Yes"), "deny": plain("No")}
DAYS = [{"text": plain(f"{days} days"), "value": days} for days in ("7", "30")]
EXPIRY = {"type": "static_select", "action_id": "expiry", "options": DAYS}


@pytest.fixture
async def told(bolt, connect):
    """Every command and interaction that reached the app."""
    told = []

    async def listen(ack, body):
        await ack()
        told.append(body)

    bolt.command("/share")(listen)
    for callback_id in ("share_thread", "share_global"):
        bolt.shortcut(callback_id)(listen)
    bolt.view("continue")(listen)
    for action_id in ("revoke", "open", "expiry", "where", "more"):
        bolt.action(action_id)(listen)
    for event in ("app_uninstalled", "tokens_revoked"):  # Slack tries again what nobody takes
        bolt.event(event)(listen)
    await connect()
    return told


async def test_a_command_carries_slacks_fields_and_no_thread(slack, told, ana, general):
    await slack.slash(ana, general, "/share", "https://a.example")
    body = told[0]
    assert (body["command"], body["text"], body["channel_name"]) == ("/share", "https://a.example", "general")
    assert (body["user_id"], body["user_name"], body["team_domain"]) == (ana.id, "ana.moreno", "acme")
    assert "thread_ts" not in body


async def test_slack_refuses_commands_in_threads_and_unknown_ones(slack, told, ana, mei, general):
    root = await slack.post(ana, general, "Root")
    with pytest.raises(NotPossible, match="not supported in threads"):
        await slack.slash(ana, general, "/share", thread=root)
    with pytest.raises(NotPossible, match="is not in #general"):
        await slack.slash(mei, general, "/share")
    slack.app.commands = {"/shares"}
    with pytest.raises(NotPossible, match="is not a valid command"):
        await slack.slash(ana, general, "/share")
    assert told == []


async def test_a_message_shortcut_brings_the_message_even_where_the_app_is_no_member(slack, told, acme, ana):
    place = slack.channel(acme, "design", [ana], bot=False)
    root = await slack.post(ana, place, "Root")
    reply = await slack.post(ana, place, "Reply", thread=root)
    await slack.message_shortcut(ana, reply, "share_thread")
    body = told[0]
    assert (body["channel"]["id"], body["message_ts"]) == (place.id, reply.ts)
    assert (body["message"]["text"], body["message"]["thread_ts"]) == ("Reply", root.ts)


async def test_a_global_shortcut_knows_no_channel(slack, told, ana):
    await slack.global_shortcut(ana, "share_global")
    assert "channel" not in told[0]
    assert "response_url" not in told[0]


async def test_nobody_uses_a_shortcut_on_what_they_do_not_see(slack, told, acme, ana, jonas):
    secret = slack.channel(acme, "secret", [ana], kind="private")
    message = await slack.post(ana, secret, "Psst")
    with pytest.raises(NotPossible):
        await slack.message_shortcut(jonas, message, "share_thread")


async def test_a_click_names_its_button_and_its_place(slack, told, client, ana, general):
    root = await slack.post(ana, general, "Root")
    blocks = [actions(button("revoke", value="s1", confirm=CONFIRM), button("open", url="https://a.example"))]
    await client.chat_postMessage(channel=general.id, thread_ts=root.ts, text="Card", blocks=blocks)
    card = root.replies[0]
    delivery = await slack.click(ana, card, "revoke")
    body = told[0]
    assert delivery.confirm == CONFIRM
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("s1", "buttons")
    assert body["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": general.id,
        "is_ephemeral": False,
        "thread_ts": root.ts,
    }
    assert (await slack.click(ana, card, "open")).opened_url == "https://a.example"


async def test_saying_no_to_a_dialog_sends_nothing(slack, told, client, ana, general):
    await client.chat_postMessage(
        channel=general.id, text="x", blocks=[actions(button("revoke", confirm=CONFIRM))]
    )
    delivery = await slack.click(ana, slack.posts(general)[0], "revoke", confirm=False)
    assert (delivery.failure, told) == ("declined", [])


async def test_there_must_be_exactly_one_such_element(slack, told, client, ana, general):
    blocks = [
        actions(button("revoke", value="s1")),
        {**actions(button("revoke", value="s2")), "block_id": "more"},
    ]
    await client.chat_postMessage(channel=general.id, text="x", blocks=blocks)
    card = slack.posts(general)[0]
    with pytest.raises(NotPossible, match="more than one"):
        await slack.click(ana, card, "revoke")
    with pytest.raises(NotPossible, match="no element close"):
        await slack.click(ana, card, "close")
    await slack.click(ana, card, "revoke", "s2")
    await slack.click(ana, card, "revoke", block_id="buttons")
    assert [body["actions"][0]["value"] for body in told] == ["s2", "s1"]


async def test_a_menu_keeps_its_choice_and_offers_no_more_than_it_shows(slack, told, client, ana, general):
    await client.chat_postMessage(channel=general.id, text="x", blocks=[actions(EXPIRY, button("revoke"))])
    card = slack.posts(general)[0]
    await slack.click(ana, card, "expiry", "30 days")
    await slack.click(ana, card, "revoke")
    assert told[0]["actions"][0]["selected_option"]["value"] == "30"
    assert told[1]["state"]["values"]["buttons"]["expiry"]["selected_option"]["value"] == "30"
    with pytest.raises(NotPossible, match="offers"):
        await slack.click(ana, card, "expiry", "365")


async def test_an_ephemeral_is_clicked_by_its_reader_only_and_comes_without_its_content(
    slack, told, client, ana, jonas, general
):
    await client.chat_postEphemeral(
        channel=general.id, user=ana.id, text="x", blocks=[actions(button("revoke"))]
    )
    whisper = slack.ephemerals(ana)[0]
    with pytest.raises(NotPossible):
        await slack.click(jonas, whisper, "revoke")
    await slack.click(ana, whisper, "revoke")
    assert told[0]["container"]["is_ephemeral"]
    assert "message" not in told[0]


async def test_a_click_in_a_modal_can_push_and_has_no_response_url(slack, told, client, acme, ana):
    view = {"type": "modal", "title": plain("Share"), "blocks": [actions(button("more"))]}
    await client.views_open(trigger_id=slack.world.tickets.trigger(acme, ana), view=view)
    delivery = await slack.click(ana, slack.modal(ana), "more")
    assert "response_url" not in delivery.payload
    await client.views_push(trigger_id=delivery.trigger_id, view=view)
    assert slack.modal(ana).previous


async def test_a_picker_starts_where_the_person_is(slack, told, client, ana, general):
    picker = {"type": "conversations_select", "action_id": "where", "default_to_current_conversation": True}
    picker["response_url_enabled"] = True
    block = {"type": "input", "block_id": "where", "label": plain("Where"), "element": picker}
    view = {"type": "modal", "callback_id": "continue", "title": plain("Continue"), "submit": plain("Go")}
    view |= {"blocks": [block]}
    delivery = await slack.slash(ana, general, "/share")
    await client.views_open(trigger_id=delivery.trigger_id, view=view)
    submitted = await slack.submit(slack.modal(ana))
    assert (
        submitted.payload["view"]["state"]["values"]["where"]["where"]["selected_conversation"] == general.id
    )
    assert submitted.payload["response_urls"][0]["channel_id"] == general.id


async def test_a_mention_reaches_the_app_where_it_is_a_member(slack, bolt, connect, acme, ana, general):
    mentions = []

    @bolt.event("app_mention")
    async def mentioned(event):
        mentions.append(event)

    await connect()
    root = await slack.post(ana, general, "Root")
    delivery = await slack.mention(ana, general, "share Numbers", thread=root)
    event = (await slack.until(lambda: mentions))[0]
    assert (event["thread_ts"], event["text"]) == (root.ts, f"<@{acme.app.user.id}> share Numbers")
    assert delivery.message.is_reply
    elsewhere = await slack.mention(ana, slack.channel(acme, "design", [ana], bot=False))
    assert (elsewhere.failure, elsewhere.attempts) == ("not_in_channel", [])
    assert len(mentions) == 1


async def test_a_mention_is_no_event_without_scope_subscription_or_channel(slack, acme, ana, general):
    assert (await slack.mention(ana, slack.direct(ana))).failure == "no_event"
    slack.app.subscriptions = {"message.channels"}
    delivery = await slack.mention(ana, general)
    assert [one.event["type"] for one in slack.deliveries] == ["message"]
    slack.app.subscriptions = {"app_mention"}
    acme.app.scopes = ("commands",)
    assert (delivery.failure, (await slack.mention(ana, general)).failure) == ("no_event", "no_event")


async def test_a_response_address_is_good_for_five_posts(slack, told, ana, general):
    delivery = await slack.slash(ana, general, "/share")
    webhook = AsyncWebhookClient(delivery.response_url)
    answers = [await webhook.send(text=f"Note {number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert [one.text for one in slack.ephemerals(ana, general)] == [f"Note {number}" for number in range(5)]


async def test_a_response_address_lives_half_an_hour(slack, clock, told, ana, general):
    delivery = await slack.slash(ana, general, "/share")
    clock.advance(RESPONSE_SECONDS - 1)
    assert (await AsyncWebhookClient(delivery.response_url).send(text="In time")).status_code == 200
    clock.advance(2)
    assert (await AsyncWebhookClient(delivery.response_url).send(text="Late")).status_code == 404


async def test_a_response_address_ends_with_the_app(slack, told, acme, ana, general):
    delivery = await slack.slash(ana, general, "/share")
    await slack.revoke(acme.app)
    assert (await AsyncWebhookClient(delivery.response_url).send(text="Still here?")).status_code == 404


async def test_a_response_address_replaces_deletes_and_tells_everybody(slack, told, client, ana, acme):
    place = slack.channel(acme, "design", [ana], bot=False)
    delivery = await slack.slash(ana, place, "/share")
    webhook = AsyncWebhookClient(delivery.response_url)
    await webhook.send(text="Told to all", response_type="in_channel")
    assert [message.text for message in slack.posts(place)] == ["Told to all"]
    await webhook.send(text="x", blocks=[actions(button("revoke"))])
    whisper = slack.ephemerals(ana, place)[0]
    click = await slack.click(ana, whisper, "revoke")
    webhook = AsyncWebhookClient(click.response_url)
    await webhook.send(text="Done", replace_original=True)
    assert [message.text for message in slack.ephemerals(ana)] == ["Done"]
    await webhook.send(delete_original=True)
    assert slack.ephemerals(ana) == []


async def test_a_response_keeps_block_kits_limits(slack, told, ana, general):
    delivery = await slack.slash(ana, general, "/share")
    long = [{"type": "section", "text": plain("x" * 3001)}]
    answer = await AsyncWebhookClient(delivery.response_url).send(text="x", blocks=long)
    assert (answer.status_code, "invalid_blocks" in answer.body) == (400, True)
