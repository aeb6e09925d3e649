"""Block Kit's limits, checked as Slack checks them: by name and place."""

from __future__ import annotations

import copy

import pytest


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def section(text="Text", **more):
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id="go", **more):
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def options(number, length=1):
    return [{"text": plain("O"), "value": str(n).rjust(length, "0")} for n in range(number)]


def select(**more):
    return {"type": "static_select", "action_id": "pick", "options": options(2), **more}


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


def spans(*elements):
    return rich({"type": "rich_text_section", "elements": list(elements)})


def text_input(**more):
    return {
        "type": "input",
        "label": plain("L"),
        "element": {"type": "plain_text_input", "action_id": "t", **more},
    }


def confirm(title="T", text="T", yes="Y"):
    return {"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain("No")}


FITS = {
    "50 blocks": [section()] * 50,
    "a section of 3000 characters": [section("x" * 3000)],
    "10 fields of 1000": [{"type": "section", "fields": [mrkdwn("x" * 1000)] * 10}],
    "a header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "10 context elements": [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    "25 actions": [actions(*(button(f"b{n}") for n in range(25)))],
    "a full button": [actions(button("x" * 255, value="x" * 2000, url="https://a.example/" + "x" * 2900))],
    "a confirm": [actions(button(confirm=confirm("x" * 100, "x" * 300, "x" * 30)))],
    "100 options of 150": [actions(select(options=options(100, 150)))],
    "5 overflow options": [section(accessory={"type": "overflow", "action_id": "o", "options": options(5)})],
    "a rich text": [
        spans({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"})
    ],
    "a table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100}],
    "an image": [{"type": "image", "image_url": "https://a.example/x.png", "alt_text": "A picture"}],
    "13,200 characters": [section("x" * 3000)] * 4 + [section("x" * 1200)],
}
REFUSED = {
    "51 blocks": ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "a section of 3001": (
        [section("x" * 3001)],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "an empty section": ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a section of nothing": ([{"type": "section"}], "must provide one of text and fields"),
    "11 fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "no more than 10 items"),
    "a field of 2001": ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/blocks/0/fields/0/text"),
    "a header of 151": ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151 characters"),
    "a header in mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn"),
    "11 context elements": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items"),
    "26 actions": ([actions(*(button(f"b{n}") for n in range(26)))], "no more than 25 items"),
    "no action": ([actions()], "no fewer than 1 items"),
    "a button of 76": ([actions({**button(), "text": plain("x" * 76)})], "must be less than 76 characters"),
    "a value of 2001": ([actions(button(value="x" * 2001))], "must be less than 2001 characters"),
    "a url of 3001": ([actions(button(url="https://" + "x" * 2993))], "must be less than 3001 characters"),
    "a url that is none": ([actions(button(url="javascript:x"))], "must be a valid URL"),
    "an action_id of 256": ([actions(button("x" * 256))], "must be less than 256 characters"),
    "the same action_id": ([actions(button(), button())], "action_id must be unique"),
    "the same block_id": ([section(block_id="b"), section(block_id="b")], "block_id must be unique"),
    "a style that is none": ([actions(button(style="warning"))], "must be one of the allowed values"),
    "a confirm title of 101": (
        [actions(button(confirm=confirm("x" * 101)))],
        "must be less than 101 characters",
    ),
    "a confirm text of 301": ([actions(button(confirm=confirm(text="x" * 301)))], "must be less than 301"),
    "a confirm button of 31": ([actions(button(confirm=confirm(yes="x" * 31)))], "must be less than 31"),
    "101 options": ([actions(select(options=options(101)))], "no more than 100 items"),
    "no option": ([actions(select(options=[]))], "no fewer than 1 items"),
    "an option of 76": ([actions(select(options=[{"text": plain("x" * 76), "value": "1"}]))], "less than 76"),
    "an option value of 151": (
        [actions(select(options=options(1, 151)))],
        "must be less than 151 characters",
    ),
    "the same option value": ([actions(select(options=options(1) * 2))], "option values must be unique"),
    "an initial option from elsewhere": (
        [actions(select(initial_option=options(3)[2]))],
        "one of the options",
    ),
    "6 overflow options": (
        [section(accessory={"type": "overflow", "options": options(6)})],
        "no more than 5 items",
    ),
    "an unknown key": ([section(colour="red")], "invalid additional property: colour"),
    "an unknown block": ([{"type": "carpet"}], "unsupported type: carpet [json-pointer:/blocks/0/type]"),
    "an unknown element": ([actions({"type": "lever"})], "unsupported type: lever"),
    "an input among actions": ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "a text without style": ([spans({"type": "text", "text": "x", "style": {"big": True}})], "property: big"),
    "an empty span": ([spans({"type": "text", "text": ""})], "must be more than 0 characters"),
    "a mention in code": (
        [rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U1"}]})],
        "unsupported type: user",
    ),
    "an image without words": (
        [{"type": "image", "image_url": "https://a.example/x.png"}],
        "field: alt_text",
    ),
    "21 columns": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        "no more than 20",
    ),
    "101 rows": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}],
        "no more than 100",
    ),
    "an alert in a message": ([{"type": "alert"}], "unsupported type: alert"),
}


@pytest.mark.parametrize("name", FITS)
async def test_a_message_within_the_limits_is_posted(client, general, name):
    assert (await client.chat_postMessage(channel=general.id, text="x", blocks=FITS[name]))["ok"]


@pytest.mark.parametrize("name", REFUSED)
async def test_a_message_beyond_a_limit_is_refused_with_the_reason_and_the_place(
    client, general, refused, name
):
    blocks, reason = REFUSED[name]
    answer = await refused(client.chat_postMessage(channel=general.id, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert reason in answer["errors"][0]
    assert answer["response_metadata"]["messages"][0] == f"[ERROR] {answer['errors'][0]}"


async def test_all_the_text_of_a_message_has_a_limit_too(client, general, refused):
    blocks = [section("x" * 3000)] * 4 + [section("x" * 1201)]
    answer = await refused(client.chat_postMessage(channel=general.id, text="x", blocks=blocks))
    assert answer["error"] == "msg_blocks_too_long"


async def test_markdown_has_a_limit_over_all_blocks(client, general, refused):
    blocks = [{"type": "markdown", "text": "x" * 6_001}] * 2
    answer = await refused(client.chat_postMessage(channel=general.id, text="x", blocks=blocks))
    assert answer["error"] == "msg_blocks_too_long"
    both = {"channel": general.id, "text": "x", "markdown_text": "y"}
    assert (await refused(client.api_call("chat.postMessage", json=both)))[
        "error"
    ] == "markdown_text_conflict"


async def test_blocks_must_be_a_list_of_json(client, general, refused):
    for blocks in ("[{", {"type": "section"}):
        ask = {"channel": general.id, "text": "x", "blocks": blocks}
        assert (await refused(client.api_call("chat.postMessage", json=ask)))[
            "error"
        ] == "invalid_blocks_format"


async def test_blocks_of_attachments_are_checked_too(client, general, refused):
    attachments = [{"blocks": [section("x" * 3001)]}]
    answer = await refused(client.chat_postMessage(channel=general.id, text="x", attachments=attachments))
    assert "/attachments/0/blocks/0/text/text" in answer["errors"][0]
    many = [{"text": "x"}] * 101
    answer = await refused(client.chat_postMessage(channel=general.id, text="x", attachments=many))
    assert answer["error"] == "too_many_attachments"


VIEW = {
    "type": "modal",
    "title": plain("Share"),
    "submit": plain("Share"),
    "close": plain("Cancel"),
    "callback_id": "share",
    "private_metadata": "d1",
    "blocks": [text_input(max_length=150, initial_value="Numbers")],
}


def view(**changes):
    changed = copy.deepcopy(VIEW) | changes
    return {key: value for key, value in changed.items() if value is not None}


WRONG_VIEWS = {
    "a title of 25": (
        view(title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    "a submit of 25": (view(submit=plain("x" * 25)), "/view/submit/text"),
    "a close of 25": (view(close=plain("x" * 25)), "/view/close/text"),
    "a title in mrkdwn": (view(title=mrkdwn("x")), "unsupported type: mrkdwn"),
    "metadata of 3001": (view(private_metadata="x" * 3001), "must be less than 3001 characters"),
    "a callback_id of 256": (view(callback_id="x" * 256), "must be less than 256 characters"),
    "an external_id of 256": (view(external_id="x" * 256), "must be less than 256 characters"),
    "101 blocks": (
        view(blocks=[section()] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
    "inputs without submit": (view(submit=None), "missing required field: submit"),
    "no title": (view(title=None), "missing required field: title"),
    "no blocks": (view(blocks=None), "missing required field: blocks"),
    "a first value over the limit": (
        view(blocks=[text_input(max_length=2, initial_value="xxx")]),
        "less than 3",
    ),
    "a markdown block": (view(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
    "two with focus": (
        view(blocks=[text_input(focus_on_load=True), text_input(focus_on_load=True)]),
        "only one element may have focus_on_load",
    ),
    "a home tab": (view(type="home"), "view type must be modal"),
}


@pytest.mark.parametrize("name", WRONG_VIEWS)
async def test_a_view_beyond_a_limit_is_refused_and_costs_no_trigger(slack, client, acme, ana, refused, name):
    wrong, reason = WRONG_VIEWS[name]
    trigger = slack.world.tickets.trigger(acme, ana)
    answer = await refused(client.views_open(trigger_id=trigger, view=wrong))
    assert answer["error"] == "invalid_arguments"
    assert any(reason in message for message in answer["response_metadata"]["messages"])
    assert (await client.views_open(trigger_id=trigger, view=VIEW))["ok"]


async def test_a_view_over_250_kilobytes_is_refused(slack, client, acme, ana, refused):
    heavy = view(blocks=[section("x" * 3000) for _ in range(90)])
    trigger = slack.world.tickets.trigger(acme, ana)
    assert (await refused(client.views_open(trigger_id=trigger, view=heavy)))["error"] == "view_too_large"


async def test_unfurls_take_no_rich_text(slack, client, jonas, general, refused):
    slack.traits.unfurl_needs_ack = False
    url = "https://share.example.com/s/1"
    message = await slack.post(jonas, general, url, quiet=True)
    unfurls = {url: {"blocks": [spans({"type": "text", "text": "x"})]}}
    answer = await refused(client.chat_unfurl(channel=general.id, ts=message.ts, unfurls=unfurls))
    assert (answer["error"], "rich_text" in answer["errors"][0]) == ("invalid_blocks", True)
