"""Every setting: its default, what it takes, and the one line that refuses the rest."""

import secrets
from pathlib import Path

import pytest

from adapters.discord.config import Removed
from adapters.slack.config import Uninstalled
from bot.model import Names
from bot.settings import Address, SettingsError, load_settings, settings_table, unknown_variables, variable
from bot.settings.fields import OFFERED_DAYS, Settings
from bot.settings.values import LogLevel, Shards
from bot.sharing.base import EXPIRY_CHOICES


def load(**given):
    return load_settings({variable(name): value for name, value in given.items()}, env_file=None)


def test_everything_has_a_working_default():
    settings = load()
    assert settings.base_url == "http://localhost:8080"
    assert settings.listen == Address("127.0.0.1", 8080)
    assert settings.metrics_listen == Address("127.0.0.1", 9090)
    assert settings.data == Path("data").absolute()
    assert settings.database_url == f"sqlite:///{Path('data').absolute()}/threadlink.db"
    assert settings.files_url == f"{Path('data').absolute()}/files"
    assert settings.secret_key is None
    assert settings.default_names is Names.PSEUDONYMS
    assert (settings.default_expiry, settings.max_expiry) == (None, None)
    assert settings.report == ""
    assert (settings.max_file_mb, settings.max_share_mb) == (25, 200)
    assert (settings.max_messages, settings.replay_turns) == (10_000, 50)
    assert (settings.playground, settings.trusted_proxies) == (False, ())
    assert settings.log_level is LogLevel.INFO


KEY = secrets.token_urlsafe(32)
TAKEN = [
    ("base_url", "https://Share.Example.com/", "https://share.example.com"),
    ("base_url", "http://[::1]:8080", "http://[::1]:8080"),
    ("listen", "0.0.0.0:80", Address("0.0.0.0", 80)),
    ("listen", "[::]:8080", Address("::", 8080)),
    ("metrics_listen", "", None),
    ("metrics_listen", "off", None),
    ("metrics_listen", "localhost:1", Address("localhost", 1)),
    ("data", "/srv/threadlink", Path("/srv/threadlink")),
    ("database_url", "postgresql://u:p@db/threadlink", "postgresql://u:p@db/threadlink"),
    ("files_url", "s3://bucket/threadlink", "s3://bucket/threadlink"),
    ("files_url", "/srv/files", "/srv/files"),
    ("default_names", "names", Names.REAL),
    ("default_expiry", "30d", 30),
    ("default_expiry", "7", 7),
    ("default_expiry", "never", None),
    ("max_expiry", "45d", 45),
    ("report", "abuse@example.org", "mailto:abuse@example.org"),
    ("report", "https://example.org/report", "https://example.org/report"),
    ("max_file_mb", "3", 3),
    ("max_share_mb", "300", 300),
    ("max_messages", "5", 5),
    ("replay_turns", "5", 5),
    ("playground", "1", True),
    ("log_level", "debug", LogLevel.DEBUG),
    ("trusted_proxies", "127.0.0.1, 10.1.0.0/8", ("127.0.0.1/32", "10.0.0.0/8")),
    ("slack_command_prefix", "tl-", "tl-"),
    ("slack_moderators", "U012, U034", ("U012", "U034")),
    ("slack_allow_private", "1", True),
    ("slack_allow_direct", "yes", True),
    ("slack_allow_connect", "true", True),
    ("slack_uninstalled", "keep", Uninstalled.KEEP),
    ("discord_removed", "keep", Removed.KEEP),
    ("slack_api_url", "http://127.0.0.1:4003/api", "http://127.0.0.1:4003/api/"),
    ("discord_shards", "4", Shards(4)),
    ("discord_shards", "1-2/4", Shards(4, (1, 2))),
    ("discord_sync_guild", "123456789012345678", 123456789012345678),
    ("discord_allow_private", "1", True),
    ("discord_allow_restricted", "1", True),
    ("discord_allow_age_restricted", "1", True),
    ("discord_api_url", "http://127.0.0.1:4004/api/v10/", "http://127.0.0.1:4004/api/v10"),
    ("discord_gateway_url", "ws://127.0.0.1:4004/gateway", "ws://127.0.0.1:4004/gateway"),
]
SECRETS = {
    *("secret_key", "slack_bot_token", "slack_app_token", "slack_signing_secret"),
    *("slack_client_id", "slack_client_secret", "discord_token"),
}


@pytest.mark.parametrize(("name", "value", "expected"), TAKEN)
def test_a_good_value_is_taken(name, value, expected):
    assert getattr(load(**{name: value}), name) == expected


def test_every_setting_has_a_case_here():
    assert {name for name, _, _ in TAKEN} | SECRETS == set(Settings.model_fields)


REFUSED = [
    ("base_url", "share.example.com", "share.example.com"),
    ("base_url", "ftp://example.com", "https://"),
    ("base_url", "https://example.com/below", "a host"),
    ("base_url", "https://user@example.com", "a host"),
    ("base_url", "https://", "a host"),
    ("base_url", "http://host:notaport", "a host"),
    ("listen", "8080", "127.0.0.1:8080"),
    ("listen", "host:70000", "127.0.0.1:8080"),
    ("listen", "::1:80", "127.0.0.1:8080"),
    ("metrics_listen", "nowhere", "127.0.0.1:8080"),
    ("database_url", "mysql://root:hush@host/x", "postgresql://"),
    ("files_url", "gopher://x", "s3://"),
    ("secret_key", "short", "32 characters"),
    ("default_names", "nicknames", "'names' or 'pseudonyms'"),
    ("default_expiry", "5d", "30d"),
    ("default_expiry", "soon", "30d"),
    ("max_expiry", "0d", "30d"),
    ("max_expiry", "-1", "30d"),
    ("report", "call me", "e-mail"),
    ("max_file_mb", "many", "whole number"),
    ("max_file_mb", "0", "at least 1"),
    ("max_share_mb", "99999999", "at most"),
    ("max_messages", "1.5", "whole number"),
    ("replay_turns", "0", "at least 1"),
    ("playground", "perhaps", "true or false"),
    ("log_level", "loud", "'debug'"),
    ("trusted_proxies", "localhost", "10.0.0.0/8"),
    ("slack_bot_token", "hush", "xoxb-"),
    ("slack_command_prefix", "No Spaces", "small letters"),
    ("slack_moderators", "@ana", "U012AB3CD"),
    ("slack_uninstalled", "perhaps", "'revoke' or 'keep'"),
    ("discord_removed", "perhaps", "'revoke' or 'keep'"),
    ("slack_api_url", "slack.com", "web address"),
    ("discord_shards", "4-4/4", "0-1/4"),
    ("discord_shards", "0", "0-1/4"),
    ("discord_shards", "many", "0-1/4"),
    ("discord_sync_guild", "my server", "id of a server"),
    ("discord_api_url", "ftp://x", "web address"),
    ("discord_gateway_url", "http://x", "ws://"),
]


@pytest.mark.parametrize(("name", "value", "hint"), REFUSED)
def test_a_wrong_value_is_named_in_one_line_that_says_what_is_expected(name, value, hint):
    with pytest.raises(SettingsError) as caught:
        load(**{name: value})
    line = str(caught.value)
    assert line.startswith(variable(name))
    assert hint in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_bot_token", "hush"),
        ("secret_key", "hush"),
        ("database_url", "mysql://root:hush@host/x"),
        ("files_url", "ftp://u:hush@h"),
    ],
)
def test_a_refused_secret_is_not_repeated(name, value):
    with pytest.raises(SettingsError) as caught:
        load(**{name: value})
    assert "hush" not in str(caught.value)


def test_slack_s_settings_must_fit_together():
    bot, app, other = f"xoxb-{KEY}", f"xapp-{KEY}", KEY
    assert not load().has_slack
    assert load(slack_bot_token=bot, slack_app_token=app).has_slack
    assert load(slack_bot_token=bot, slack_signing_secret=other).has_slack
    assert load(slack_client_id="1.2", slack_client_secret=other, slack_signing_secret=other).has_slack
    for wrong, hint in (
        ({"slack_bot_token": bot}, "needs SLACK_APP_TOKEN"),
        ({"slack_client_id": "1.2"}, "belong together"),
        ({"slack_client_id": "1.2", "slack_client_secret": other}, "needs SLACK_SIGNING_SECRET"),
        ({"slack_client_id": "1.2", "slack_client_secret": other, "slack_bot_token": bot}, "one of the two"),
    ):
        with pytest.raises(SettingsError, match=hint) as caught:
            load(**wrong)
        assert KEY not in str(caught.value)


def test_the_settings_of_platforms_are_variables_of_their_own():
    settings = load_settings({"DISCORD_TOKEN": KEY, "THREADLINK_DISCORD_TOKEN": "x"}, env_file=None)
    assert settings.has_discord
    assert KEY not in repr(settings)


def test_the_key_is_not_shown_by_repr():
    settings = load(secret_key=KEY)
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == KEY
    assert KEY not in repr(settings)


def test_a_default_expiry_beyond_the_longest_is_refused():
    with pytest.raises(SettingsError, match="DEFAULT_EXPIRY is longer"):
        load(default_expiry="90d", max_expiry="30d")
    with pytest.raises(SettingsError, match="DEFAULT_EXPIRY is longer"):
        load(default_expiry="never", max_expiry="30d")
    assert load(max_expiry="30d").max_expiry == 30


def test_a_default_is_what_a_preview_offers():
    assert OFFERED_DAYS == EXPIRY_CHOICES


def test_a_file_limit_beyond_the_share_limit_is_refused():
    with pytest.raises(SettingsError, match="MAX_FILE_MB"):
        load(max_file_mb="50", max_share_mb="10")


def test_empty_values_count_as_not_given():
    assert load(listen="", database_url="", default_names="") == load()


def test_database_and_files_follow_the_data_folder():
    settings = load(data="/srv/tl")
    assert settings.database_url == "sqlite:////srv/tl/threadlink.db"
    assert settings.files_url == "/srv/tl/files"


def test_the_environment_wins_over_the_env_file(tmp_path):
    file = tmp_path / ".env"
    file.write_text("THREADLINK_LISTEN=0.0.0.0:1\nTHREADLINK_REPLAY_TURNS=7\nOTHER=1\n")
    settings = load_settings({"THREADLINK_LISTEN": "0.0.0.0:2"}, file)
    assert settings.listen.port == 2
    assert settings.replay_turns == 7


def test_an_unreadable_env_file_is_named(tmp_path):
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_settings({}, file)


def test_the_process_environment_is_read_only_through_load_settings(monkeypatch):
    monkeypatch.setenv("THREADLINK_REPLAY_TURNS", "9")
    assert load().replay_turns == 50


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load().listen = Address("x", 1)


def test_a_misspelt_variable_is_found():
    assert unknown_variables({"THREADLINK_BASEURL": "x", "THREADLINK_BASE_URL": "x", "HOME": "/"}) == [
        "THREADLINK_BASEURL"
    ]


def test_the_table_names_every_setting():
    table = settings_table()
    for name in Settings.model_fields:
        assert f"| `{variable(name)}` |" in table
    assert "`127.0.0.1:8080`" in table
