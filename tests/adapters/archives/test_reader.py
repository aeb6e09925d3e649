"""What somebody gives us: which kind it is, and a kind word when it is none of ours."""

import json
import os

import pytest

from adapters.archives.errors import ArchiveError
from adapters.archives.reader import open_archive
from bot.codec import message_to_json, to_document
from bot.platforms import Unavailable
from tests.adapters.archives.exports import (
    ADA,
    PIXEL,
    discord_export,
    discord_message,
    slack_files,
    write_folder,
    write_zip,
)
from tests.builders import conversation


def document():
    shared = conversation()
    return to_document(shared.header) | {"messages": [message_to_json(m) for m in shared.messages]}


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (slack_files(), "slack-export"),
        ({"chat.json": discord_export()}, "discord-export"),
        ({"page.json": document()}, "threadlink"),
    ],
)
def test_each_kind_is_known_as_zip_and_as_folder(tmp_path, files, kind):
    for path in (write_zip(tmp_path / "x.zip", files), write_folder(tmp_path / "x", files)):
        with open_archive(path) as archive:
            assert archive.kind == kind
            assert archive.threads()


def test_each_kind_of_file_is_known_whatever_its_name(tmp_path):
    (tmp_path / "chat.txt").write_text(json.dumps(discord_export()))
    (tmp_path / "page").write_text("\ufeff" + json.dumps(document()))
    for name, kind in (("chat.txt", "discord-export"), ("page", "threadlink")):
        with open_archive(tmp_path / name) as archive:
            assert archive.kind == kind


STRANGERS = [
    ("letter.docx", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "a Word document"),
    ("table.xlsx", {"xl/workbook.xml": b"<x/>"}, "an Excel workbook"),
    ("talk.pptx", {"ppt/presentation.xml": b"<x/>"}, "a PowerPoint presentation"),
    ("book.epub", {"META-INF/container.xml": b"<x/>"}, "an e-book"),
    ("package.zip", {"messages/index.json": {"1": "general"}}, "data package of Discord"),
    ("photos.zip", {"a.png": PIXEL}, "not an export that I know"),
    ("empty.zip", {}, "not an export that I know"),
    ("other.zip", {"package.json": {"name": "x"}}, "not an export that I know"),
    ("day.zip", {"2026-11-22.json": [{"ts": "1.0"}]}, "only a part of a Slack export"),
    ("pages.zip", {"a.json": document(), "b.json": document()}, "several shared pages"),
    ("broken.zip", {"a.json": b"{"}, '"a.json"'),
    ("letter.pdf", b"%PDF-1.7", "a PDF document"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    ("x.tar.gz", b"\x1f\x8b\x08", "unpack it first"),
    ("x.7z", b"7z\xbc\xaf\x27\x1c", "unpack it first"),
    ("x.db", b"SQLite format 3\x00", "a database"),
    ("x.png", PIXEL, "a picture"),
    ("chat.html", b"\n<!DOCTYPE html><html>", "format JSON"),
    ("chat.txt", b"Guild: Frobbers", "not JSON"),
    ("chat.csv", b"AuthorID,Author", "not JSON"),
    ("nothing.json", b"", "is empty"),
    ("spaces.json", b" \n ", "is empty"),
    ("list.json", b"[]", "not an export that I know"),
    ("number.json", b"{}", "not an export that I know"),
    ("deep.json", b"[" * 100_000, "nested too deeply"),
    ("nan.json", b'{"a": NaN}', "NaN"),
    ("latin.json", b'{"a": "\xe9"}', "not UTF-8"),
    ("cut.zip", b"PK\x03\x04 and no more", "not a complete zip"),
]


@pytest.mark.parametrize(("name", "content", "hint"), STRANGERS)
def test_what_is_no_export_is_told_in_one_kind_sentence(tmp_path, name, content, hint):
    path = tmp_path / name
    if isinstance(content, dict):
        write_zip(path, content)
    else:
        path.write_bytes(content)
    with pytest.raises(ArchiveError) as caught, open_archive(path) as archive:
        archive.threads()
    assert hint in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(ArchiveError, match="There is no file"):
        open_archive(tmp_path / "nothing.zip")


def test_an_empty_folder_is_no_export(tmp_path):
    with pytest.raises(ArchiveError, match="not an export that I know"):
        open_archive(tmp_path)


def test_nothing_is_written_while_an_archive_is_read(tmp_path):
    path = write_zip(tmp_path / "x.zip", slack_files())
    with open_archive(path) as archive:
        for one in archive.threads():
            archive.read(one.id)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("locator", ["users.json/../x", "../x", "/etc/passwd", "", "nothing.png"])
async def test_only_members_are_opened(tmp_path, locator):
    with open_archive(write_zip(tmp_path / "x.zip", slack_files())) as archive:
        with pytest.raises(Unavailable):
            async with archive.open_file(locator):
                pass
        assert archive.read_file(locator, 1000) is None


async def test_a_damaged_file_is_unavailable_and_does_not_break_the_rest(tmp_path):
    attachment = {"id": "9", "url": "c.json_Files/p.bin", "fileName": "p.bin", "fileSizeBytes": 9}
    chat = discord_export(discord_message("1", ADA, "See", attachments=[attachment]))
    path = write_zip(tmp_path / "x.zip", {"c.json": chat, "c.json_Files/p.bin": b"\x00\x01" * 30_000})
    data = path.read_bytes()
    at = data.index(b"c.json_Files/p.bin") + len("c.json_Files/p.bin") + 20
    path.write_bytes(data[:at] + b"\xff\xff\xff" + data[at + 3 :])
    with open_archive(path) as archive:
        [copy] = archive.read("500").header.files
        with pytest.raises(Unavailable, match="damaged"):
            async with archive.open_file(copy.locator) as stream:
                _ = [chunk async for chunk in stream]
        assert archive.read_file(copy.locator, 100_000) is None


def test_a_file_over_the_caller_s_limit_is_not_read(tmp_path):
    with open_archive(write_zip(tmp_path / "x.zip", slack_files())) as archive:
        assert archive.read_file("users.json", 10) is None
        assert archive.read_file("users.json", 100_000)


def test_a_shared_page_s_json_reads_back_as_the_same_conversation(tmp_path):
    (tmp_path / "page.json").write_text(json.dumps(document()))
    with open_archive(tmp_path / "page.json") as archive:
        assert archive.read("thread").messages == conversation().messages


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveError, match="not a file"):
        open_archive(tmp_path / "pipe")
