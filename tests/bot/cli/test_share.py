"""`threads`, `share` and `shares` on real exports, a real database and real files."""

import json
import re
import secrets
import sqlite3
import string

import pytest

from adapters.archives.reader import open_archive
from bot.cli.serve import _import_all
from tests.adapters.archives.exports import (
    ADA,
    ANA,
    PIXEL,
    ROOT,
    discord_export,
    discord_message,
    slack_files,
    slack_message,
    write_folder,
    write_zip,
)

LINK = re.compile(r"https://share\.example\.com/share/[A-Za-z0-9_-]{24}\n")
THREAD = f"general/{ROOT}"


@pytest.fixture
def slack(tmp_path):
    return write_zip(tmp_path / "Acme Slack export Nov 1 2026.zip", slack_files())


@pytest.fixture
def discord(tmp_path):
    write_folder(tmp_path, {"frob.json": discord_export()})
    return tmp_path / "frob.json"


def published(cli):
    return json.loads(cli("shares", "--json").stdout)


def stored_text(tmp_path):
    db = sqlite3.connect(tmp_path / "data" / "threadlink.db")
    try:
        return "".join(str(row) for row in db.execute("SELECT * FROM share_chunks")) + "".join(
            str(row) for row in db.execute("SELECT header FROM shares")
        )
    finally:
        db.close()


def test_another_export_of_the_same_name_takes_nothing_over(cli, tmp_path):
    """Real names and an expiry are chosen for one file, not for every later one called chat.json."""
    write_folder(tmp_path, {"chat.json": discord_export(name="First")})
    cli("share", tmp_path / "chat.json", "--names", "--expires", "30d")
    write_folder(tmp_path, {"chat.json": discord_export(name="Second")})
    assert cli("share", tmp_path / "chat.json").exit_code == 0
    first, second = sorted(published(cli), key=lambda one: one["expires_at"] is None)
    assert (first["title"], second["title"]) == ("First", "Second")
    assert second["expires_at"] is None
    db = sqlite3.connect(tmp_path / "data" / "threadlink.db")
    assert {names for (names,) in db.execute("SELECT names FROM shares")} == {"names", "pseudonyms"}
    db.close()


def test_threads_are_listed_for_a_person(cli, slack):
    result = cli("threads", slack)
    assert result.exit_code == 0
    [head, *rows] = result.stdout.splitlines()
    assert head.split() == ["ID", "MESSAGES", "PEOPLE", "FIRST", "CHANNEL", "TITLE"]
    assert any(row.startswith(THREAD) and row.endswith("How do we deploy?") for row in rows)


def test_threads_are_listed_for_a_program(cli, slack):
    found = json.loads(cli("threads", slack, "--json").stdout)
    assert {key: value for key, value in found[1].items() if key != "first_at"} == {
        "id": THREAD,
        "title": "How do we deploy?",
        "channel": "general",
        "messages": 3,
        "people": 2,
    }


def test_a_title_cannot_steer_the_terminal(cli, tmp_path):
    evil = discord_export(name="\x1b[2J\u202eevil\r\nline")
    write_folder(tmp_path, {"e.json": evil})
    out = cli("threads", tmp_path / "e.json").stdout
    assert len(out.splitlines()) == 2
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_the_link_alone_is_on_stdout(cli, discord):
    result = cli("share", discord)
    assert result.exit_code == 0, result.stderr
    assert LINK.fullmatch(result.stdout)
    assert "2 messages" in result.stderr


def test_each_call_makes_a_link_of_its_own(cli, discord):
    assert cli("share", discord).stdout != cli("share", discord).stdout
    assert len(published(cli)) == 2


def test_several_threads_without_a_choice_are_listed_and_nothing_is_published(cli, slack):
    result = cli("share", slack)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert THREAD in result.stderr
    assert "--thread" in result.stderr
    assert published(cli) == []


def test_a_chosen_thread_is_published_with_title_names_and_expiry(cli, slack, tmp_path):
    result = cli("share", slack, "--thread", THREAD, "--title", "Deploying", "--names", "--expires", "7d")
    assert result.exit_code == 0, result.stderr
    [share] = published(cli)
    assert share["url"] + "\n" == result.stdout
    assert (share["title"], share["messages"], share["names"]) == ("Deploying", 3, "names")
    assert share["expires_at"] is not None
    assert "Ana" in stored_text(tmp_path)


def test_anonymous_pages_hold_no_name_and_no_id(cli, slack, tmp_path):
    assert cli("share", slack, "--thread", THREAD, "--anonymous", "--expires", "never").exit_code == 0
    stored = stored_text(tmp_path)
    assert "How do we deploy?" in stored
    for identifier in ("Ana", "Bob", ANA, "Acme"):
        assert not re.search(rf"\b{identifier}\b", stored)  # a pseudonym may be a Bobcat


def test_files_of_the_export_are_copied(cli, tmp_path):
    picture = {"id": "9", "url": "c.json_Files/p.png", "fileName": "p.png", "fileSizeBytes": len(PIXEL)}
    chat = discord_export(discord_message("1", ADA, "See", attachments=[picture]))
    write_folder(tmp_path, {"c.json": chat, "c.json_Files/p.png": PIXEL})
    result = cli("share", tmp_path / "c.json")
    assert result.exit_code == 0, result.stderr
    assert "1 file" in result.stderr
    assert "Not copied" not in result.stderr


def test_files_that_the_export_lacks_are_named_on_stderr(cli, tmp_path):
    picture = {"id": "9", "url": "https://cdn.discordapp.com/p.png", "fileName": "p.png", "fileSizeBytes": 5}
    write_folder(
        tmp_path, {"c.json": discord_export(discord_message("1", ADA, "See", attachments=[picture]))}
    )
    result = cli("share", tmp_path / "c.json")
    assert result.exit_code == 0
    assert "Not copied: p.png (not part of the export)" in result.stderr


@pytest.fixture
def leaky(tmp_path):
    # Letters and digits only: an underscore may begin emphasis, which the page then does not show.
    secret = "sk-ant-api03-" + "".join(
        secrets.choice(string.ascii_letters + string.digits) for _ in range(93)
    )
    chat = discord_export(
        discord_message("1", ADA, "Hi"), discord_message("2", ADA, f"the key is {secret} ok")
    )
    write_folder(tmp_path, {"leaky.json": chat})
    return tmp_path / "leaky.json", secret


def test_suspected_secrets_stop_the_publishing_and_are_not_repeated(cli, leaky, tmp_path):
    file, secret = leaky
    result = cli("share", file)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "message 2: " in result.stderr
    assert secret[:20] not in result.stderr
    assert published(cli) == []
    everything = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert secret.encode() not in everything


def test_suspected_secrets_are_published_when_told_so(cli, leaky, tmp_path):
    file, secret = leaky
    assert cli("share", file, "--allow-secrets").exit_code == 0
    assert secret in stored_text(tmp_path)


WRONG = [
    (("--expires", "soon"), 1, "30d"),
    (("--thread", "9999"), 1, 'no thread "9999"'),
    (("--title", " " + "x" * 5000), 0, ""),
]


@pytest.mark.parametrize(("options", "code", "hint"), WRONG)
def test_wrong_options_are_told_in_words(cli, discord, options, code, hint):
    result = cli("share", discord, *options)
    assert result.exit_code == code
    assert hint in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["threads", "share"])
@pytest.mark.parametrize(
    ("name", "raw", "hint"),
    [
        ("x.json", b"{", "x.json"),
        ("x.docx", b"PK\x03\x04broken", "zip"),
        ("x.pdf", b"%PDF-1.7", "PDF"),
        (None, None, "There is no file"),
    ],
)
def test_a_bad_file_is_one_line_and_exit_code_1(cli, tmp_path, command, name, raw, hint):
    if name:
        (tmp_path / name).write_bytes(raw)
    result = cli(command, tmp_path / (name or "nothing.zip"))
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.strip().splitlines()
    assert hint in line


def test_an_expiry_beyond_the_operator_s_maximum_is_refused(cli, discord, monkeypatch):
    monkeypatch.setenv("THREADLINK_MAX_EXPIRY", "7d")
    result = cli("share", discord, "--expires", "never")
    assert result.exit_code == 1
    assert "7" in result.stderr
    assert published(cli) == []


def test_too_many_messages_are_refused(cli, discord, monkeypatch):
    monkeypatch.setenv("THREADLINK_MAX_MESSAGES", "1")
    result = cli("share", discord)
    assert result.exit_code == 1
    assert "THREADLINK_MAX_MESSAGES" in result.stderr


def test_a_wrong_setting_stops_every_command_with_one_line(cli, discord, monkeypatch):
    monkeypatch.setenv("THREADLINK_LISTEN", "nowhere")
    result = cli("share", discord)
    assert result.exit_code == 1
    [line] = result.stderr.strip().splitlines()
    assert "THREADLINK_LISTEN" in line


def test_shares_are_listed_for_a_person(cli, discord):
    link = cli("share", discord, "--title", "Frobbing").stdout.strip()
    result = cli("shares")
    assert link in result.stdout
    assert "Frobbing" in result.stdout


def test_no_shares_is_said_on_stderr(cli):
    result = cli("shares")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing is shared" in result.stderr


def test_a_link_is_revoked_and_its_text_is_gone(cli, discord, tmp_path):
    link = cli("share", discord).stdout.strip()
    result = cli("shares", "revoke", link)
    assert result.exit_code == 0, result.stderr
    assert published(cli) == []
    assert stored_text(tmp_path) == ""
    again = cli("shares", "revoke", link)
    assert again.exit_code == 1
    assert "revoked" in again.stderr


def test_an_unknown_link_is_told(cli):
    result = cli("shares", "revoke", "https://share.example.com/share/" + "x" * 24)
    assert result.exit_code == 1
    assert "don't know that link" in result.stderr


def test_revoking_all_asks_first(cli, discord):
    cli("share", discord)
    cli("share", discord)
    refused = cli("shares", "revoke", "--all", answer="n\n")
    assert refused.exit_code == 1
    assert "2 links" in refused.stderr
    assert len(published(cli)) == 2
    assert cli("shares", "revoke", "--all", answer="y\n").exit_code == 0
    assert published(cli) == []


def test_revoking_all_asks_nothing_with_yes(cli, discord):
    cli("share", discord)
    result = cli("shares", "revoke", "--all", "--yes")
    assert result.exit_code == 0
    assert "Revoked 1 link." in result.stderr


@pytest.mark.parametrize("words", [("revoke",), ("revoke", "x", "--all")])
def test_revoking_needs_a_link_or_all(cli, words):
    assert cli("shares", *words).exit_code == 1


def test_settings_are_printed_as_a_table(cli):
    assert "| `THREADLINK_BASE_URL` |" in cli("settings").stdout


def test_the_doctor_s_exit_code_tells_whether_something_is_wrong(cli, monkeypatch):
    assert cli("doctor").exit_code == 0
    monkeypatch.setenv("THREADLINK_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    result = cli("doctor")
    assert result.exit_code == 1
    assert "✗ database" in result.stdout


async def test_an_import_takes_threads_and_not_the_channels_around_them(slack):
    class Chat:
        """Remembers what it is given."""

        def __init__(self):
            self.titles = []

        async def import_snapshot(self, snapshot, read_file):
            self.titles.append(snapshot.header.title)

    chat = Chat()
    with open_archive(slack) as archive:
        assert await _import_all(chat, archive, 1000) == 2  # type: ignore[arg-type]
    assert chat.titles == ["How do we deploy?", "Hi"]


def test_messages_beyond_plain_text_are_published(cli, tmp_path):
    blocks = [{"type": "hologram", "text": {"type": "plain_text", "text": "in the air"}}]
    files = slack_files() | {
        "general/2026-11-22.json": [slack_message("1.0", ANA, "x", blocks=blocks, thread_ts="1.0")],
        "general/2026-11-23.json": [slack_message("2.0", ANA, "y", thread_ts="1.0")],
    }
    result = cli("share", write_zip(tmp_path / "x.zip", files), "--thread", "general/1.0")
    assert result.exit_code == 0, result.stderr
