"""HTTP mode: what Slack sends is what Bolt's own verifier accepts, and it comes again as Slack's does."""

from __future__ import annotations

import json

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request


@pytest.fixture
async def door(slack, bolt):
    """The app behind a request URL; `door.answers` can be given statuses to fail with first."""
    answers: list[web.Response] = []

    async def events(request):
        if answers:
            return answers.pop(0)
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", events)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    posts = slack.by_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    posts.answers = answers
    yield posts
    await runner.cleanup()


async def test_the_url_is_verified_by_its_challenge(door):
    assert await door.verify()


async def test_commands_clicks_and_events_arrive_signed(slack, bolt, door, ana, general):
    @bolt.command("/share")
    async def share(ack, body):
        await ack(f"Looking at {body['text']}")

    @bolt.action("revoke")
    async def revoke(ack, respond):
        await ack()
        await respond("Revoked", replace_original=True)

    @bolt.event("app_mention")
    async def mentioned(say, event):
        button = {"type": "button", "action_id": "revoke", "text": {"type": "plain_text", "text": "Revoke"}}
        await say(text="Card", thread_ts=event["ts"], blocks=[{"type": "actions", "elements": [button]}])

    assert (await slack.slash(ana, general, "/share", "a & b")).message.text == "Looking at a &amp; b"
    mention = await slack.mention(ana, general)
    card = (await slack.until(lambda: mention.message.replies))[0]
    assert (await slack.click(ana, card, "revoke")).acked
    await slack.until(lambda: card.text == "Revoked")


async def test_a_submit_is_answered_in_the_response(slack, bolt, door, client, acme, ana):
    @bolt.view("share")
    async def submitted(ack):
        await ack(response_action="errors", errors={"title": "Too short"})

    element = {"type": "plain_text_input", "action_id": "title"}
    label = {"type": "plain_text", "text": "Title"}
    blocks = [{"type": "input", "block_id": "title", "label": label, "element": element}]
    view = {"type": "modal", "callback_id": "share", "title": label, "submit": label, "blocks": blocks}
    await client.views_open(trigger_id=slack.world.tickets.trigger(acme, ana), view=view)
    delivery = await slack.submit(slack.modal(ana), {"title": "x"})
    assert delivery.errors == slack.modal(ana).errors == {"title": "Too short"}


@pytest.mark.parametrize("skew", [301, -301])
async def test_an_old_signature_is_a_401(slack, door, ana, general, skew):
    slack.courier.retries = []
    door.skew = skew
    delivery = await slack.mention(ana, general)
    assert (delivery.acked, delivery.attempts[0].failure) == (False, "http_error")


async def test_an_event_comes_again_with_its_number_and_reason(slack, bolt, door, ana, general):
    headers = []

    @bolt.event("app_mention")
    async def mentioned(request):
        headers.append({name: request.headers[name] for name in request.headers if "retry" in name})

    slack.courier.retries = [0.0, 0.0]
    door.answers += [web.Response(status=500), web.Response(status=503)]
    delivery = await slack.mention(ana, general)
    await slack.until(lambda: delivery.acked)
    await slack.until(lambda: headers)
    assert headers == [{"x-slack-retry-num": ["2"], "x-slack-retry-reason": ["http_error"]}]


async def test_no_retry_is_no_retry(slack, door, ana, general):
    slack.courier.retries = [0.0]
    door.answers += [
        web.Response(status=500, headers={"X-Slack-No-Retry": "1"}),
        *(web.Response(status=500) for _ in range(2)),
    ]
    final = await slack.mention(ana, general)
    retried = await slack.mention(ana, general)
    await slack.until(lambda: len(retried.attempts) == 2)
    assert (final.failure, len(final.attempts)) == ("http_service_error", 1)


async def test_nobody_there_is_a_failed_connection(slack, ana, general):
    slack.courier.retries = []
    slack.by_http("http://127.0.0.1:9/slack/events")
    assert (await slack.slash(ana, general, "/share")).failure == "dispatch_failed"


async def test_anything_can_be_sent_signed(door):
    status, _, _ = await door.post(door.events_url, json.dumps({"type": "nonsense"}), "application/json")
    assert status == 404
