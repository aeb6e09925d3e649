"""What is logged, and what is taken from the environment: nothing of either."""

from __future__ import annotations

import logging
import os

import pytest
import structlog

from adapters.slack.quiet import quiet_logger
from tests.adapters.slack.dialog.town import town_of

VARIABLES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
)


@pytest.fixture(params=["socket", "http"])
def mode(request):
    return request.param


async def test_variables_and_proxies_of_the_environment_change_nothing(tmp_path, mode, monkeypatch):
    for name in (
        *VARIABLES,
        "SLACK_VERIFICATION_TOKEN",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
    ):
        monkeypatch.setenv(name, "http://127.0.0.1:9" if "proxy" in name.lower() else "from elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with town_of(tmp_path / "data", mode) as town:
        view = await town.preview(town.ana, await town.talk())
        await town.slack.submit(view)
        await town.settled()
        assert len(await town.shares(town.ana)) == 1
        assert "Published." in town.seen(town.ana)
        await town.slack.slash(town.ana, town.general, "/shares")
        await town.settled()
        assert "Your live link" in town.private(town.ana)
        # With SLACK_CLIENT_ID there Bolt would keep installations in files of its own.
        assert town.app._app.oauth_flow is None
        assert town.app._app.installation_store is None
    assert os.environ["SLACK_BOT_TOKEN"] == "from elsewhere"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("oauth", [False, True])
async def test_a_start_as_it_should_be_is_no_reason_for_a_warning(tmp_path, oauth, caplog):
    caplog.set_level(logging.WARNING)
    with structlog.testing.capture_logs() as lines:
        async with town_of(tmp_path, "http" if oauth else "socket", oauth=oauth):
            pass
    assert [r.getMessage() for r in caplog.records if r.name.startswith("slack")] == []
    assert [line for line in lines if line["log_level"] not in ("debug", "info")] == []


async def test_at_every_level_the_log_holds_no_words_no_tokens_and_no_links(tmp_path, mode, caplog):
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        async with town_of(tmp_path, mode) as town:
            root = await town.talk(None, "Confidential words", "More confidential words")
            share = await town.publish(town.ana, root)
            link = await town.url(share)
            await town.slack.paste(town.jonas, town.general, link)
            await town.slack.slash(town.ana, town.general, "/shares", f"revoke {link}")
            await town.settled()
            town.slack.fail_next("views.open", status=500)
            await town.slack.message_shortcut(town.ana, root, "share_thread")
            await town.settled()
            tokens = (town.acme.app.token, town.slack.app.app_token, town.slack.app.signing_secret)
    ours = [r for r in caplog.records if r.name.partition(".")[0] not in {"aiosqlite", "asyncio", "tests"}]
    everything = "\n".join([*(f"{r.getMessage()} {r.exc_text or ''}" for r in ours), *map(str, lines)])
    for secret in ("onfidential", link, link.rpartition("/")[2], *tokens, "/link?ticket="):
        assert secret not in everything


def test_what_slacks_sdk_says_is_reduced_to_where_and_what_kind(caplog):
    logger = quiet_logger()
    logger.info("words")
    try:
        int("somebody's words")
    except ValueError:
        logger.exception("body: %s", "words")
    logger.warning("words")
    assert [record.getMessage() for record in caplog.records] == [
        "test_quiet.test_what_slacks_sdk_says_is_reduced_to_where_and_what_kind: ValueError",
        "test_quiet.test_what_slacks_sdk_says_is_reduced_to_where_and_what_kind",
    ]
    assert "words" not in caplog.text.replace("keywords", "")
