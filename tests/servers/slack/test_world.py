"""Who and what there is: people, bots, channels, files, emoji, as the Web API tells of them."""

from __future__ import annotations

import pytest


async def test_the_token_says_where_it_belongs_and_what_it_may(client, acme):
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (
        acme.id,
        acme.app.user.id,
        acme.app.bot.id,
    )
    assert (answer["url"], "chat:write" in answer.headers["x-oauth-scopes"]) == (
        "https://acme.slack.com/",
        True,
    )


async def test_a_person_has_the_names_and_flags_that_slack_tells(
    slack, client, acme, ana, jonas, mei, refused
):
    told = (await client.users_info(user=jonas.id))["user"]
    assert (told["profile"]["display_name"], told["real_name"], told["is_admin"]) == (
        "jonas",
        "Jonas Weber",
        False,
    )
    assert (await client.users_info(user=ana.id))["user"]["is_admin"]
    assert (await client.users_info(user=mei.id))["user"]["is_restricted"]
    gone = slack.user(acme, "Old Friend", deleted=True)
    told = (await client.users_info(user=gone.id))["user"]
    assert (told["deleted"], told["profile"]["real_name"]) == (True, "Old Friend")
    hidden = slack.user(acme, "Ghost", hidden=True)
    assert (await refused(client.users_info(user=hidden.id)))["error"] == "user_not_visible"
    assert (await refused(client.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_a_stranger_is_known_where_a_channel_is_shared(slack, client, acme, ana, refused):
    partner = slack.workspace("Partner", install=False)
    bo = slack.user(partner, "Bo Lind")
    assert (await refused(client.users_info(user=bo.id)))["error"] == "user_not_found"
    shared = slack.channel(acme, "joint", [ana, bo], is_ext_shared=True, shared_teams={partner.id})
    told = (await client.users_info(user=bo.id))["user"]
    assert (told["team_id"], told["is_stranger"]) == (partner.id, True)
    assert (await client.conversations_info(channel=shared.id))["channel"]["is_ext_shared"]
    message = await slack.post(bo, shared, "Hello from outside")
    assert message.json()["user_team"] == partner.id


async def test_members_are_paged(slack, client, acme):
    people = [slack.user(acme, f"Person {number}") for number in range(25)]
    place = slack.channel(acme, "crowd", people)
    found: list[str] = []
    async for page in await client.conversations_members(channel=place.id, limit=10):
        assert len(page["members"]) <= 10
        found += page["members"]
    assert found == [*(person.id for person in people), acme.app.user.id]


async def test_a_private_channel_is_unknown_to_an_app_outside(slack, client, acme, ana, refused):
    secret = slack.channel(acme, "secret", [ana], kind="private", bot=False)
    for call in (client.conversations_info, client.conversations_members, client.conversations_join):
        assert (await refused(call(channel=secret.id)))["error"] == "channel_not_found"


async def test_the_app_joins_public_channels_only(slack, client, acme, ana, refused):
    place = slack.channel(acme, "design", [ana], bot=False)
    assert not (await client.conversations_info(channel=place.id))["channel"]["is_member"]
    assert (await client.conversations_join(channel=place.id))["channel"]["is_member"]
    assert (await client.conversations_join(channel=place.id))["warning"] == "already_in_channel"
    inside = slack.channel(acme, "secret", [ana], kind="private")
    answer = await refused(client.conversations_join(channel=inside.id))
    assert answer["error"] == "method_not_supported_for_channel_type"


async def test_channels_are_listed_by_kind(slack, client, acme, ana, general):
    slack.channel(acme, "secret", [ana], kind="private")
    slack.channel(acme, "old", [ana], is_archived=True)
    slack.channel(acme, "hidden", [ana], kind="private", bot=False)
    names = [
        one["name"]
        for one in (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    ]
    assert names == ["general", "secret", "old"]
    mine = await client.users_conversations(types="private_channel", exclude_archived=True)
    assert [one["name"] for one in mine["channels"]] == ["secret"]


async def test_a_direct_conversation_opens_once(slack, client, ana):
    first = (await client.conversations_open(users=ana.id))["channel"]["id"]
    assert first == (await client.conversations_open(users=[ana.id]))["channel"]["id"] == slack.direct(ana).id
    assert (await client.conversations_info(channel=first))["channel"]["user"] == ana.id


async def test_bots_usergroups_emoji_and_the_team_are_told(slack, client, acme, ana):
    deploys = slack.bot(acme, "Deploys")
    acme.emoji |= {"party": f"{slack.base_url}/emoji/{acme.id}/party.png", "fete": "alias:party"}
    slack.usergroup(acme, "designers", [ana])
    assert (await client.bots_info(bot=deploys.bot_id))["bot"]["name"] == "Deploys"
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (groups[0]["handle"], groups[0]["users"]) == ("designers", [ana.id])
    assert (await client.emoji_list())["emoji"] == acme.emoji
    assert (await client.team_info())["team"]["domain"] == "acme"


async def test_another_apps_post_carries_its_bot(slack, client, acme, general):
    deploys = slack.bot(acme, "Deploys")
    general.members_of([deploys])
    message = (await slack.post(deploys, general, "Done")).json()
    assert (message["bot_id"], message["bot_profile"]["name"]) == (deploys.bot_id, "Deploys")


@pytest.fixture
def shared_file(slack, ana, general):
    async def share(content=b"a,b\n1,2\n", **file):
        message = await slack.upload(ana, general, "Numbers 1.csv", content, text="Here", **file)
        return message, message.raw["files"][0]

    return share


async def test_a_file_is_fetched_with_the_token_only(slack, client, acme, session, shared_file):
    message, told = await shared_file()
    assert (message.raw["subtype"], told["mimetype"], told["size"]) == ("file_share", "text/csv", 8)
    for address in (told["url_private"], told["url_private_download"]):
        async with session.get(address, headers={"Authorization": f"Bearer {acme.app.token}"}) as answer:
            assert await answer.read() == b"a,b\n1,2\n"
    for token in ("xoxb-wrong", slack.app.app_token, slack.workspace("Other").app.token):
        async with session.get(told["url_private"], headers={"Authorization": f"Bearer {token}"}) as answer:
            assert await answer.read() != b"a,b\n1,2\n"
    async with session.get(told["url_private"]) as answer:
        assert (answer.status, answer.content_type, "signin" in await answer.text()) == (
            200,
            "text/html",
            True,
        )
    acme.app.scopes = ("chat:write",)
    async with session.get(
        told["url_private"], headers={"Authorization": f"Bearer {acme.app.token}"}
    ) as answer:
        assert answer.content_type == "text/html"


async def test_a_download_can_fail(slack, acme, session, shared_file):
    _, told = await shared_file()
    slack.fail_next("files.download", status=503)
    async with session.get(
        told["url_private"], headers={"Authorization": f"Bearer {acme.app.token}"}
    ) as answer:
        assert answer.status == 503


async def test_a_deleted_file_is_a_tombstone_in_its_message(slack, client, shared_file, refused):
    message, told = await shared_file()
    slack.delete_file(message)
    assert message.json()["files"] == [{"id": told["id"], "mode": "tombstone"}]
    assert (await refused(client.files_info(file=told["id"])))["error"] == "file_deleted"


async def test_files_info_is_told_where_the_file_was_shared(slack, client, acme, ana, shared_file, refused):
    _, told = await shared_file()
    assert (await client.files_info(file=told["id"]))["file"]["name"] == "Numbers 1.csv"
    secret = slack.channel(acme, "secret", [ana], kind="private", bot=False)
    hidden = await slack.upload(ana, secret, "x.txt", b"x")
    answer = await refused(client.files_info(file=hidden.raw["files"][0]["id"]))
    assert answer["error"] == "file_not_found"


async def test_a_stub_of_a_file_is_revealed_by_files_info(slack, client, shared_file):
    _, told = await shared_file(file_access="check_file_info", mimetype="")
    slack.world.files.stored[told["id"]].revealed = {"mimetype": "text/plain"}
    assert told["file_access"] == "check_file_info"
    revealed = (await client.files_info(file=told["id"]))["file"]
    assert (revealed["mimetype"], "file_access" in revealed) == ("text/plain", False)


async def test_the_apps_upload_takes_the_clients_three_steps(slack, client, ana, general, session):
    root = await slack.post(ana, general, "Root")
    await client.files_upload_v2(
        channel=general.id,
        thread_ts=root.ts,
        filename="a.txt",
        content="hello",
        title="A",
        initial_comment="Look",
    )
    message = root.replies[0]
    assert (message.text, message.raw["files"][0]["title"]) == ("Look", "A")
    address = message.raw["files"][0]["url_private"]
    async with session.get(address, headers={"Authorization": f"Bearer {client.token}"}) as answer:
        assert await answer.text() == "hello"


async def test_an_upload_is_completed_once_and_only_when_filled(client, general, session, refused):
    asked = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    complete = {"files": [{"id": asked["file_id"]}], "channel_id": general.id}
    assert (await refused(client.files_completeUploadExternal(**complete)))["error"] == "file_not_found"
    async with session.post(asked["upload_url"], data=b"four") as answer:
        assert answer.status == 400
    async with session.post(asked["upload_url"], data=b"hello") as answer:
        assert (answer.status, await answer.text()) == (200, "OK - 5")
    await client.files_completeUploadExternal(**complete)
    assert (await refused(client.files_completeUploadExternal(**complete)))["error"] == "file_not_found"


async def test_pictures_are_public(slack, client, ana, session):
    address = (await client.users_info(user=ana.id))["user"]["profile"]["image_72"]
    async with session.get(address) as answer:
        assert (answer.content_type, (await answer.read())[:4]) == ("image/png", b"\x89PNG")
