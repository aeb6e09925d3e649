"""chat.postMessage and its siblings keep Slack's rules about where, by whom and in which thread."""

from __future__ import annotations

import json

import pytest


async def test_a_post_is_the_bots_and_carries_its_profile(client, acme, general):
    message = (await client.chat_postMessage(channel=general.id, text="Look & see <3"))["message"]
    assert (message["user"], message["bot_id"]) == (acme.app.user.id, acme.app.bot.id)
    assert (message["text"], message["bot_profile"]["name"]) == ("Look &amp; see &lt;3", "Threadlink")
    assert message["blocks"][0]["type"] == "rich_text"


@pytest.mark.parametrize("parse", [None, "none"])
async def test_bare_addresses_are_linked_unless_parse_is_none(client, general, parse):
    message = (await client.chat_postMessage(channel=general.id, text="https://a.example/x.", parse=parse))[
        "message"
    ]
    assert message["text"] == ("https://a.example/x." if parse else "<https://a.example/x>.")


async def test_a_user_id_opens_the_direct_conversation(slack, client, ana):
    posted = await client.chat_postMessage(channel=ana.id, text="Hello")
    assert posted["channel"] == slack.direct(ana).id


async def test_a_thread_must_be_named_by_an_existing_parent(slack, client, ana, general, refused):
    root = await slack.post(ana, general, "Root")
    reply = await slack.post(ana, general, "Reply", thread=root)

    async def error(thread_ts):
        answer = await refused(client.chat_postMessage(channel=general.id, text="x", thread_ts=thread_ts))
        return answer["error"]

    assert await error("1.000001") == "thread_not_found"
    assert await error(reply.ts) == "cannot_reply_to_message"
    await client.chat_postMessage(channel=general.id, text="x", thread_ts=root.ts)
    general.locked_threads.add(root.ts)
    assert await error(root.ts) == "restricted_action_thread_locked"


async def test_where_the_app_may_not_post_the_reason_is_named(slack, client, acme, ana, refused):
    async def error(**fields):
        place = slack.channel(acme, "place", [ana], **fields)
        return (await refused(client.chat_postMessage(channel=place.id, text="x")))["error"]

    assert await error(bot=False) == "not_in_channel"
    assert await error(bot=False, kind="private") == "channel_not_found"
    assert await error(is_archived=True) == "is_archived"
    assert await error(read_only=True) == "restricted_action_read_only_channel"


async def test_a_post_says_something(client, general, refused):
    for empty in ('"text": ""', '"text": "  "', '"blocks": []', '"attachments": []'):
        ask = json.loads(f'{{"channel": "{general.id}", {empty}}}')
        call = client.api_call("chat.postMessage", json=ask)
        assert (await refused(call))["error"] == "no_text"


async def test_a_long_text_is_cut_in_a_post_and_refused_in_an_update(client, general, refused):
    posted = await client.chat_postMessage(channel=general.id, text="x" * 41_000)
    assert len(posted["message"]["text"]) == 40_000
    ask = {"channel": general.id, "ts": posted["ts"]}
    await client.chat_update(**ask, text="x" * 4_000)
    assert (await refused(client.chat_update(**ask, text="&" * 801)))["error"] == "msg_too_long"


async def test_a_customised_name_needs_its_scope(slack, client, acme, general, refused):
    ask = {"channel": general.id, "text": "Hi", "username": "Ana (shared)", "icon_emoji": "wave"}
    message = (await client.chat_postMessage(**ask))["message"]
    assert (message["subtype"], message["username"]) == ("bot_message", "Ana (shared)")
    assert "user" not in message
    assert (await refused(client.chat_postMessage(**(ask | {"username": "Slackbot"}))))[
        "error"
    ] == "reserved_username"
    acme.app.scopes = ("chat:write",)
    assert (await refused(client.chat_postMessage(**ask)))["needed"] == "chat:write.customize"
    slack.traits.ignores_names_without_scope = True
    assert "username" not in (await client.chat_postMessage(**ask))["message"]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ({"event_type": "shared"}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "shared", "event_payload": {}, "more": 1}, "invalid_metadata_schema"),
        ({"event_type": "shared", "event_payload": {"x": "x" * 9000}}, "metadata_too_large"),
    ],
)
async def test_metadata_keeps_its_schema(client, general, refused, metadata, error):
    ask = {"channel": general.id, "text": "Card", "metadata": metadata}
    assert (await refused(client.api_call("chat.postMessage", json=ask)))["error"] == error


async def test_only_the_apps_own_posts_are_updated_and_deleted(slack, client, ana, general, refused):
    theirs = await slack.post(ana, general, "Mine")
    ask = {"channel": general.id, "ts": theirs.ts}
    assert (await refused(client.chat_update(**ask, text="x")))["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(**ask)))["error"] == "cant_delete_message"
    posted = await client.chat_postMessage(channel=general.id, text="Ours")
    ask = {"channel": general.id, "ts": posted["ts"]}
    await client.chat_delete(**ask)
    assert (await refused(client.chat_update(**ask, text="x")))["error"] == "message_not_found"
    assert (await refused(client.chat_delete(**ask)))["error"] == "message_not_found"


async def test_an_update_with_text_alone_takes_the_blocks_away_and_shows_as_edited(client, general):
    card = [{"type": "section", "block_id": "card", "text": {"type": "plain_text", "text": "Card"}}]
    metadata = {"event_type": "shared", "event_payload": {"id": "s1"}}
    posted = await client.chat_postMessage(channel=general.id, text="Card", blocks=card, metadata=metadata)
    ask = {"channel": general.id, "ts": posted["ts"]}
    message = (await client.chat_update(**ask, blocks=card, text="Card 2"))["message"]
    assert (message["blocks"], message["metadata"], "edited" in message) == (card, metadata, False)
    message = (await client.chat_update(**ask, text="Revoked"))["message"]
    assert (message["blocks"][0]["type"], "edited" in message) == ("rich_text", True)


async def test_an_ephemeral_is_for_one_member_and_in_no_history(
    slack, client, ana, jonas, mei, general, refused
):
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="Only you")
    assert [message.text for message in slack.ephemerals(ana, general)] == ["Only you"]
    assert slack.ephemerals(jonas, general) == []
    assert (await client.conversations_history(channel=general.id))["messages"] == []
    answer = await refused(client.chat_postEphemeral(channel=general.id, user=mei.id, text="x"))
    assert answer["error"] == "user_not_in_channel"


async def test_an_ephemeral_in_a_thread_without_replies_is_not_seen(slack, client, ana, general):
    root = await slack.post(ana, general, "Root")
    ask = {"channel": general.id, "user": ana.id, "text": "Psst", "thread_ts": root.ts}
    await client.chat_postEphemeral(**ask)
    assert slack.ephemerals(ana) == []
    await slack.post(ana, general, "Reply", thread=root)
    await client.chat_postEphemeral(**ask)
    assert len(slack.ephemerals(ana)) == 1


async def test_a_permalink_leads_to_a_reply_by_its_thread(slack, client, ana, general):
    root = await slack.post(ana, general, "Root")
    reply = await slack.post(ana, general, "Reply", thread=root)
    link = (await client.chat_getPermalink(channel=general.id, message_ts=reply.ts))["permalink"]
    place = f"https://acme.slack.com/archives/{general.id}/p{reply.ts.replace('.', '')}"
    assert link == f"{place}?thread_ts={root.ts}&cid={general.id}"
    assert (
        slack.permalink(root) == f"https://acme.slack.com/archives/{general.id}/p{root.ts.replace('.', '')}"
    )


@pytest.mark.parametrize(
    ("content", "pings"),
    [
        ({"text": "Hello @jonas.weber and @here"}, 0),
        ({"text": "Hello @jonas.weber and @here", "link_names": True}, 2),
        ({"text": "Hello @here", "parse": "full"}, 1),
        ({"text": "&lt;!channel&gt; &lt;@{jonas}&gt;"}, 0),
        ({"text": "<!channel> <@{jonas}> <@{jonas}|jonas>"}, 2),
        (
            {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!everyone>"}}]},
            1,
        ),
        (
            {
                "text": "x",
                "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}}],
            },
            0,
        ),
        ({"text": "<!subteam^S012345>"}, 1),
    ],
)
async def test_every_notification_is_counted(slack, client, jonas, general, content, pings):
    content = content | {"text": content["text"].replace("{jonas}", jonas.id)}
    await client.chat_postMessage(channel=general.id, **content)
    assert len(slack.pings) == pings


async def test_mentions_in_rich_text_notify_too(slack, client, jonas, general):
    spans = [{"type": "user", "user_id": jonas.id}, {"type": "broadcast", "range": "here"}]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": spans}]}]
    await client.chat_postMessage(channel=general.id, text="x", blocks=blocks)
    assert [ping.whom for ping in slack.pings] == [jonas.id, "here"]
