"""Who is a person, who is a bot, and by which names."""

from __future__ import annotations

import pytest

from adapters.discord.parse import author_key, avatar_file, parse, participant, profile
from adapters.discord.parse_lookup import Found
from bot.model import FileCopy, Participant, ParticipantKind
from tests.adapters.discord.sources import message

USER = {"id": "101", "username": "ana.k", "global_name": "Ana", "discriminator": "0", "avatar": None}


@pytest.mark.parametrize(
    ("user", "member", "name", "aliases"),
    [
        (USER, {"nick": "Captain"}, "Captain", ("Ana", "ana.k")),
        (USER, {"nick": None}, "Ana", ("ana.k",)),
        (USER, None, "Ana", ("ana.k",)),
        ({**USER, "global_name": None}, None, "ana.k", ()),
        ({**USER, "global_name": None, "discriminator": "1234"}, None, "ana.k", ("ana.k#1234",)),
        ({**USER, "global_name": "ana.k"}, None, "ana.k", ()),
        ({"id": "101"}, None, "unknown-user", ()),
        ({**USER, "global_name": " A\nB "}, None, "A B", ("ana.k",)),
    ],
)
def test_the_shown_name_and_the_others(user, member, name, aliases):
    assert profile(user, member) == Participant("101", name, aliases=aliases)


@pytest.mark.parametrize("mark", ["bot", "system"])
def test_apps_and_discord_itself_are_bots(mark):
    assert profile({**USER, mark: True}, None).kind is ParticipantKind.BOT


def test_the_author_of_a_message_has_the_nickname_that_came_with_it():
    assert participant({"author": USER, "member": {"nick": "Captain"}}) == profile(USER, {"nick": "Captain"})


def test_a_webhook_is_a_person_for_each_of_its_names():
    raw = message(webhook_id="11", author={"id": "11", "username": "Ben", "bot": True})
    other = message(webhook_id="11", author={"id": "11", "username": "Eve", "bot": True})
    assert participant(raw) == Participant("webhook:11:Ben", "Ben")
    assert [parse(one, Found()).author for one in (raw, other)] == ["webhook:11:Ben", "webhook:11:Eve"]


@pytest.mark.parametrize(
    "fields",
    [
        {"application_id": "11"},
        {"application_id": "12", "type": 20},
        {"interaction_metadata": {"id": "1", "type": 2}},
    ],
)
def test_an_app_that_answers_a_command_is_a_bot_though_it_posts_by_a_webhook(fields):
    author = {"id": "11", "username": "Helper", "bot": True}
    raw = message(webhook_id="11", author=author, **fields)
    assert participant(raw) == Participant("11", "Helper", ParticipantKind.BOT)
    assert author_key(raw) == "11"


def test_avatars_have_the_address_of_a_still_picture():
    user = {**USER, "avatar": "a_bab14f271d565501444b2ca3be944b25"}
    picture = avatar_file(user)
    assert picture == FileCopy(
        "avatar:101",
        "",
        locator="https://cdn.discordapp.com/avatars/101/a_bab14f271d565501444b2ca3be944b25.webp?size=128",
    )
    assert profile(user, None).avatar == picture.id
    assert avatar_file({"author": user}) == picture


def test_each_picture_of_a_webhook_is_a_file_of_its_own():
    raws = [
        message(webhook_id="11", author={"id": "11", "username": "Ben", "avatar": hash_})
        for hash_ in ("aa", "bb")
    ]
    files = [avatar_file(raw) for raw in raws]
    people = [participant(raw) for raw in raws]
    assert [file and file.id for file in files] == ["avatar:webhook:11:aa", "avatar:webhook:11:bb"]
    assert [one and one.avatar for one in people] == ["avatar:webhook:11:aa", "avatar:webhook:11:bb"]


@pytest.mark.parametrize(
    "user", [USER, {**USER, "avatar": "../../x"}, {**USER, "id": "../x", "avatar": "aa"}, {}]
)
def test_no_avatar_without_a_proper_hash_and_id(user):
    assert avatar_file(user) is None


def test_no_user_no_participant():
    assert participant({}) is None
    assert participant({"author": None}) == Participant("unknown-user", "unknown-user")
