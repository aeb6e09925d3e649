"""What people see, in plain text, and what the composer makes of what they type."""

from __future__ import annotations

import pytest


def plain(text):
    return {"type": "plain_text", "text": text}


def option(value, **more):
    return {"text": plain(value.title()), "value": value, **more}


EVERY_INPUT = [
    {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*12 messages* by <@{ana}> in <#{general}>, <https://a.example|here>",
        },
    },
    {"type": "divider"},
    {
        "type": "input",
        "block_id": "title",
        "label": plain("Title"),
        "hint": plain("What readers see first"),
        "element": {"type": "plain_text_input", "action_id": "title", "placeholder": plain("Numbers")},
    },
    {
        "type": "input",
        "label": plain("Names"),
        "element": {
            "type": "radio_buttons",
            "action_id": "names",
            "options": [option("shown"), option("hidden", description=plain("by other names"))],
            "initial_option": option("shown"),
        },
    },
    {
        "type": "input",
        "optional": True,
        "label": plain("Extras"),
        "element": {
            "type": "checkboxes",
            "action_id": "extras",
            "options": [option("files"), option("reactions")],
            "initial_options": [option("files")],
        },
    },
    {
        "type": "input",
        "label": plain("Expiry"),
        "element": {
            "type": "static_select",
            "action_id": "expiry",
            "options": [option("never"), option("soon")],
        },
    },
    {
        "type": "input",
        "label": plain("Where"),
        "element": {"type": "conversations_select", "action_id": "where", "placeholder": plain("A channel")},
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "preview",
                "text": plain("Open preview"),
                "url": "https://a.example",
            },
            {"type": "button", "action_id": "revoke", "text": plain("Revoke"), "style": "danger"},
            {"type": "overflow", "action_id": "more", "options": [option("copy"), option("update")]},
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "&lt;Nobody&gt; &amp; none"}]},
]
EMPTY = """\
== Share ==
*12 messages* by @Ana Moreno in #general, here
---
Title: ____ Numbers
  What readers see first
Names:
(•) Shown
( ) Hidden — by other names
Extras (optional):
[x] Files
[ ] Reactions
Expiry: < ▾>
Where: <A channel ▾>
[Open preview↗] [Revoke!] <⋯ Copy · Update>
<Nobody> & none
[Cancel] [Share]"""


async def test_a_modal_reads_as_a_person_sees_it(slack, client, acme, ana, general):
    text = {"type": "mrkdwn", "text": EVERY_INPUT[0]["text"]["text"].format(ana=ana.id, general=general.id)}
    view = {"type": "modal", "title": plain("Share"), "submit": plain("Share")}
    view |= {"blocks": [{"type": "section", "text": text}, *EVERY_INPUT[1:]]}
    await client.views_open(trigger_id=slack.world.tickets.trigger(acme, ana), view=view)
    shown = slack.modal(ana)
    assert slack.see(shown) == EMPTY
    slack.fill(
        shown,
        {"title": "Better", "names": "hidden", "extras": ["reactions"], "expiry": "Soon", "where": general},
    )
    shown.errors = {"title": "Too short"}
    seen = slack.see(shown).split("\n")
    assert seen[3:6] == ["Title: [Better]", "  What readers see first", "  ! Too short"]
    assert seen[7:13] == [
        "( ) Shown",
        "(•) Hidden — by other names",
        "Extras (optional):",
        "[ ] Files",
        "[x] Reactions",
        "Expiry: <Soon ▾>",
    ]
    assert seen[13] == "Where: <#general ▾>"


async def test_messages_read_with_author_edit_files_reactions_and_cards(slack, client, ana, jonas, general):
    message = await slack.upload(ana, general, "a.csv", b"1", text=f"*Here*, {jonas.mention} :tada:")
    await slack.react(jonas, message, "eyes")
    await slack.edit(message, "Here")
    assert slack.see(message) == "Ana Moreno: (edited)\nHere\n[file: a.csv]\n:eyes: 1"
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="Psst")
    assert slack.see(slack.ephemerals(ana)[0]) == "Threadlink (only visible to you):\nPsst"
    attachments = [{"title": "Card", "text": "<https://a.example|a link>"}]
    await client.chat_postMessage(
        channel=general.id, text="x", username="Ana (shared)", attachments=attachments
    )
    assert slack.see(slack.posts(general)[0]) == "Ana (shared):\nx\n| Card\n| a link"


@pytest.mark.parametrize(
    ("typed", "elements"),
    [
        (
            "Hi *you*",
            [{"type": "text", "text": "Hi "}, {"type": "text", "text": "you", "style": {"bold": True}}],
        ),
        ("_*both*_", [{"type": "text", "text": "both", "style": {"italic": True, "bold": True}}]),
        ("`a *b*`", [{"type": "text", "text": "a *b*", "style": {"code": True}}]),
        ("a < b & c", [{"type": "text", "text": "a < b & c"}]),
        ("2*3*4 snake_case_name", [{"type": "text", "text": "2*3*4 snake_case_name"}]),
        (
            "<@U1> <#C1> <!here>",
            [
                {"type": "user", "user_id": "U1"},
                {"type": "text", "text": " "},
                {"type": "channel", "channel_id": "C1"},
                {"type": "text", "text": " "},
                {"type": "broadcast", "range": "here"},
            ],
        ),
        ("https://a.example/?a=1&b=2", [{"type": "link", "url": "https://a.example/?a=1&b=2"}]),
        ("<https://a.example|A>", [{"type": "link", "url": "https://a.example", "text": "A"}]),
        (
            ":tada: :custom_one:",
            [
                {"type": "emoji", "name": "tada", "unicode": "1f389"},
                {"type": "text", "text": " "},
                {"type": "emoji", "name": "custom_one"},
            ],
        ),
    ],
)
async def test_what_people_type_becomes_rich_text(slack, ana, general, typed, elements):
    message = await slack.post(ana, general, typed)
    assert message.blocks[0]["elements"] == [{"type": "rich_text_section", "elements": elements}]


async def test_lines_become_lists_quotes_and_code(slack, ana, general):
    message = await slack.post(ana, general, "Look:\n• one\n• two\n> quoted\n```x = 1\ny = 2```")
    kinds = [element["type"] for element in message.blocks[0]["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"]
    assert slack.see(message).split("\n")[1:] == ["Look:", "• one", "• two", "> quoted", "x = 1", "y = 2"]


async def test_a_wait_that_fails_says_what_happened_last(slack, client):
    await client.auth_test()
    with pytest.raises(TimeoutError, match=r"auth\.test -> 200"):
        await slack.until(lambda: False, timeout=0.01)
