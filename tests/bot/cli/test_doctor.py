"""What the doctor finds, in words that say how to mend it."""

import secrets
import sqlite3
import stat
from datetime import timedelta

import pytest

from bot.checkup import Verdict
from bot.cli.doctor import _reset_key, examine
from bot.cli.serving import _database
from bot.cli.world import WorldError, open_world
from bot.settings import load_settings
from bot.store import outbox


async def examined(environment):
    return {finding.subject: finding async for finding in examine(environment)}


async def start(environment):
    async with open_world(load_settings(environment, None)):
        pass


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return {"THREADLINK_DATA": str(tmp_path / "data"), "THREADLINK_BASE_URL": "https://share.example.com"}


async def test_a_fresh_installation_is_well_and_nothing_is_made_by_looking(environment, tmp_path):
    found = await examined(environment)
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}
    assert set(found) == {"settings", "base URL", "database", "key", "jobs", "files"}
    assert not (tmp_path / "data" / "threadlink.db").exists()
    assert not (tmp_path / "data" / "secret.key").exists()


async def test_a_running_installation_is_well(environment):
    await start(environment)
    found = await examined(environment)
    assert {finding.verdict for finding in found.values()} == {Verdict.GOOD}
    assert "up to date" in found["database"].text


async def test_key_and_database_are_for_nobody_but_the_user_we_run_as(environment, tmp_path):
    await start(environment)
    made = [tmp_path / "data" / name for name in ("secret.key", "threadlink.db", "files", "")]
    assert [oct(stat.S_IMODE(path.stat().st_mode)) for path in made] == ["0o600", "0o600", "0o700", "0o700"]


async def test_work_that_was_given_up_is_told_of_for_a_month(environment):
    async with open_world(load_settings(environment, None)) as world:
        now = world.sharing.clock()

        async def give_up(tx):
            job = await outbox.add(tx, "close_card", "", now)
            await outbox.drop(tx, job, "NotAllowed")

        await world.store.write(give_up)
        assert await _database(world) == "ok, 0 jobs waiting, 1 given up (see doctor)"
        told = (await examined(environment))["jobs"]
        assert told.verdict is Verdict.HINT
        assert "1 job given up in 30 days: close_card (NotAllowed)" in told.text
        world.sharing.clock = lambda: now + timedelta(days=31)
        await world.sharing.sweep()
        assert await _database(world) == "ok, 0 jobs waiting"


async def test_a_wrong_setting_ends_the_examination(environment):
    found = await examined(environment | {"THREADLINK_LISTEN": "nowhere"})
    assert list(found) == ["settings"]
    assert found["settings"].verdict is Verdict.BAD
    assert "THREADLINK_LISTEN" in str(found["settings"])


async def test_a_misspelt_setting_is_a_hint(environment):
    findings = [finding async for finding in examine(environment | {"THREADLINK_BASEURL": "x"})]
    assert findings[0].verdict is Verdict.HINT
    assert "THREADLINK_BASEURL" in findings[0].text


@pytest.mark.parametrize(
    ("url", "hint"), [("http://localhost:8080", "only this machine"), ("http://x.org", "https://")]
)
async def test_a_base_url_that_others_cannot_use_safely_is_a_hint(environment, url, hint):
    found = await examined(environment | {"THREADLINK_BASE_URL": url})
    assert found["base URL"].verdict is Verdict.HINT
    assert hint in found["base URL"].text


async def test_another_key_is_found_and_reset_mends_it(environment):
    await start(environment)
    changed = environment | {"THREADLINK_SECRET_KEY": secrets.token_urlsafe(32)}
    found = await examined(changed)
    assert found["key"].verdict is Verdict.BAD
    assert "--reset-key" in found["key"].text
    await _reset_key(load_settings(changed, None))
    assert (await examined(changed))["key"].verdict is Verdict.GOOD


async def test_a_lost_key_file_is_found_and_not_replaced_silently(environment, tmp_path):
    await start(environment)
    (tmp_path / "data" / "secret.key").unlink()
    found = await examined(environment)
    assert found["key"].verdict is Verdict.BAD
    assert "restore" in found["key"].text
    assert not (tmp_path / "data" / "secret.key").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"half of a ke", b"\xff" * 40])
async def test_a_key_file_without_a_key_is_used_by_nobody(environment, tmp_path, content):
    """It is empty after a power cut or on a full disk: everybody could guess what it seals."""
    key = tmp_path / "data" / "secret.key"
    key.parent.mkdir()
    key.write_bytes(content)
    with pytest.raises(WorldError, match="empty or damaged"):
        await start(environment)
    assert key.read_bytes() == content
    key.unlink()
    await start(environment)
    key.write_bytes(content)
    found = (await examined(environment))["key"]
    assert found.verdict is Verdict.BAD
    assert "restore it from a backup" in found.text


async def test_a_database_of_a_newer_version_is_not_touched(environment, tmp_path):
    await start(environment)
    with sqlite3.connect(tmp_path / "data" / "threadlink.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    found = await examined(environment)
    assert found["database"].verdict is Verdict.BAD
    assert "newer" in found["database"].text
    assert "key" not in found


async def test_a_file_that_is_no_database_is_named(environment, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "threadlink.db").write_bytes(
        b"not a database, but long enough to be read as one" * 50
    )
    found = await examined(environment)
    assert found["database"].verdict is Verdict.BAD
    assert "THREADLINK_DATABASE_URL" in found["database"].text


async def test_a_files_folder_that_cannot_be_made_is_named(environment, tmp_path):
    (tmp_path / "taken").write_text("a file")
    found = await examined(environment | {"THREADLINK_FILES_URL": str(tmp_path / "taken" / "files")})
    assert found["files"].verdict is Verdict.BAD
