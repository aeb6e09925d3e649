"""Submitting and closing modals, as the real app answers."""

from __future__ import annotations

import pytest

from tests.servers.slack import NotPossible


def plain(text):
    return {"type": "plain_text", "text": text}


def modal(title="Share", **more):
    element = {"type": "plain_text_input", "action_id": "title", "initial_value": "Numbers"}
    block = {"type": "input", "block_id": "title", "label": plain("Title"), "element": element}
    fixed = {"type": "modal", "callback_id": "share", "title": plain(title), "submit": plain("Share")}
    return fixed | {"blocks": [block]} | more


@pytest.fixture
async def answers(slack, bolt, connect, client, acme, ana):
    """A modal is open; what is put here is how the app answers its submits, one after another."""
    answers: list[dict] = []

    @bolt.view("share")
    async def submitted(ack):
        await ack(**answers.pop(0))

    await connect()
    await client.views_open(trigger_id=slack.world.tickets.trigger(acme, ana), view=modal())
    return answers


async def test_a_submit_brings_the_values_and_closes(slack, answers, ana):
    answers.append({})
    delivery = await slack.submit(slack.modal(ana), {"title": "Better"})
    assert delivery.payload["view"]["state"]["values"]["title"]["title"]["value"] == "Better"
    with pytest.raises(NotPossible, match="no modal open"):
        slack.modal(ana)


async def test_errors_leave_it_open_and_are_shown(slack, answers, ana):
    answers.append({"response_action": "errors", "errors": {"title": "Too short"}})
    await slack.submit(slack.modal(ana))
    assert "  ! Too short" in slack.see(slack.modal(ana))


async def test_update_push_and_clear_do_as_they_say(slack, answers, ana):
    answers += [
        {"response_action": "update", "view": modal("Working")},
        {"response_action": "push", "view": modal("More")},
        {"response_action": "clear"},
    ]
    first = slack.modal(ana)
    await slack.submit(first)
    assert (slack.modal(ana), first.title) == (first, "Working")
    await slack.submit(first)
    assert (slack.modal(ana).title, slack.modal(ana).previous) == ("More", first)
    await slack.submit(slack.modal(ana))
    assert not first.is_open


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"elsewhere": "x"}},
        {"response_action": "update", "view": modal("A title of far more than 24")},
        {"response_action": "explode"},
    ],
)
async def test_an_answer_that_slack_cannot_use_is_a_failure(slack, answers, ana, answer):
    answers.append(answer)
    delivery = await slack.submit(slack.modal(ana))
    assert (delivery.failure, len(slack.complaints)) == ("invalid_response", 1)
    assert slack.modal(ana).is_open


async def test_only_the_top_one_is_submitted_and_only_once(slack, answers, ana):
    answers += [{"response_action": "push", "view": modal("More")}, {}]
    first = slack.modal(ana)
    await slack.submit(first)
    second = slack.modal(ana)
    with pytest.raises(NotPossible, match="not on top"):
        await slack.submit(first)
    await slack.submit(second)
    with pytest.raises(NotPossible, match="not on top"):
        await slack.submit(second)


async def test_a_submit_delivered_ten_times_has_the_same_view_and_hash(slack, answers, ana):
    answers += [{}] * 10
    view = slack.modal(ana)
    delivery = await slack.submit(view, times=10)
    assert (len(delivery.attempts), delivery.payload["view"]["hash"]) == (10, view.hash)


async def test_closing_is_told_only_where_it_was_asked_for(slack, bolt, answers, client, ana):
    closed = []

    @bolt.view_closed("share")
    async def on_close(ack, body):
        closed.append(body)
        await ack()

    view = slack.modal(ana)
    await client.views_update(view_id=view.id, view=modal(notify_on_close=True))
    await slack.close(view)
    assert (closed[0]["view"]["id"], closed[0]["is_cleared"]) == (view.id, False)


async def test_closing_is_quiet_otherwise(slack, answers, ana):
    assert await slack.close(slack.modal(ana)) is None
    assert slack.deliveries == []


async def test_a_disabled_submit_cannot_be_pressed(slack, answers, client, ana):
    await client.views_update(view_id=slack.modal(ana).id, view=modal(submit_disabled=True))
    with pytest.raises(NotPossible, match="disabled"):
        await slack.submit(slack.modal(ana))


async def test_opening_the_home_tab_tells_the_app(slack, bolt, connect, ana):
    @bolt.event("app_home_opened")
    async def opened(event, client):
        text = plain("Again" if "view" in event else "Welcome")
        home = {"type": "home", "blocks": [{"type": "section", "text": text}]}
        await client.views_publish(user_id=event["user"], view=home)

    await connect()
    await slack.open_home(ana)
    await slack.until(lambda: slack.calls_of("views.publish"))
    await slack.until(lambda: slack.world.views.homes)
    assert slack.see(slack.home(ana)) == "Welcome"
    await slack.open_home(ana)
    await slack.until(lambda: slack.see(slack.home(ana)) == "Again")
