"""What a zip or folder may hold, and that nothing outside of it is ever read."""

import os
import stat
import zipfile

import pytest

from adapters.archives.container import ZipContainer, find_member, open_folder, open_single, reading
from adapters.archives.errors import ArchiveError, Limits
from tests.adapters.archives.exports import write_folder, write_zip

SLIPPING = [
    "../outside.json",
    "general/../../outside.json",
    "/etc/passwd",
    "\\\\server\\share\\x.json",
    "C:\\windows\\x.json",
    "C:/windows/x.json",
    "..\\outside.json",
    "general/..",
    "users.json\n",
    "a\x1b[2J.json",
]


@pytest.mark.parametrize("name", SLIPPING)
def test_a_member_that_points_outside_is_refused_by_name(tmp_path, name):
    path = write_zip(tmp_path / "x.zip", {"users.json": [], name: []})
    with pytest.raises(ArchiveError, match="refused") as caught:
        ZipContainer(path, Limits())
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_name_cut_at_a_nul_is_refused(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"aaaaX.json": []})
    path.write_bytes(path.read_bytes().replace(b"aaaaX.json", b"aaaa\0.json"))
    with pytest.raises(ArchiveError):
        ZipContainer(path, Limits())


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_symlink_or_device_in_a_zip_is_refused(tmp_path, kind):
    link = zipfile.ZipInfo("users.json")
    link.external_attr = (kind | 0o777) << 16
    path = write_zip(tmp_path / "x.zip", {link: b"/etc/passwd"})
    with pytest.raises(ArchiveError, match=r'"users.json" is a symbolic link'):
        ZipContainer(path, Limits())


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"bomb.json": b"0" * 3_000_000})
    with pytest.raises(ArchiveError, match="more than 200 times"):
        ZipContainer(path, Limits())


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read(tmp_path):
    path = write_zip(tmp_path / "x.zip", {f"{i}.bin": os.urandom(400_000) for i in range(6)})
    with pytest.raises(ArchiveError, match="up to 2 MB"):
        ZipContainer(path, Limits(total_bytes=2 * 1024 * 1024))


def test_an_archive_of_too_many_files_is_refused(tmp_path):
    files = {f"{i}.json": b"[]" for i in range(12)}
    with pytest.raises(ArchiveError, match="12 files"):
        ZipContainer(write_zip(tmp_path / "x.zip", files), Limits(members=10))
    with pytest.raises(ArchiveError, match="10"):
        open_folder(write_folder(tmp_path / "x", files), Limits(members=10))


def test_a_member_never_gives_more_bytes_than_it_declares(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"a.json": b"x" * 5000})
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(header) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    container = ZipContainer(path, Limits())
    with pytest.raises(ArchiveError, match="damaged"), reading(container, "a.json") as stream:
        stream.read()


def test_an_encrypted_zip_is_told_apart_from_a_broken_one(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"a.json": []})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ArchiveError, match="encrypted"):
        ZipContainer(path, Limits())


def test_a_zip_that_ends_early_is_not_complete(tmp_path):
    path = write_zip(tmp_path / "x.zip", {"a.json": list(range(500))})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ArchiveError, match="not a complete zip"):
        ZipContainer(path, Limits())


def test_a_member_with_a_wrong_checksum_is_damaged(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", b"[1, 2, 3]")
    path.write_bytes(path.read_bytes().replace(b"[1, 2, 3]", b"[1, 2, 4]"))
    container = ZipContainer(path, Limits())
    with (
        pytest.raises(ArchiveError, match=r'"a.json" in x.zip is damaged'),
        reading(container, "a.json") as stream,
    ):
        stream.read()


def test_a_zip_with_one_name_twice_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/b.json", b"[]")
        archive.writestr("a\\b.json", b"[1]")
    with pytest.raises(ArchiveError, match="twice"):
        ZipContainer(path, Limits())


def test_what_operating_systems_leave_behind_is_no_member(tmp_path):
    files = {
        "__MACOSX/users.json": [],
        ".DS_Store": b"",
        "a/Thumbs.db": b"",
        "users.json": [],
        "./b.json": [],
    }
    assert set(ZipContainer(write_zip(tmp_path / "x.zip", files), Limits()).names()) == {
        "users.json",
        "b.json",
    }


def test_names_that_macos_writes_without_saying_utf_8_are_read(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("café/x.json", b"[]")
    data = bytearray(path.read_bytes())
    for header, offset in ((b"PK\x01\x02", 9), (b"PK\x03\x04", 7)):
        data[data.index(header) + offset] &= ~0x08
    path.write_bytes(bytes(data))
    assert set(ZipContainer(path, Limits()).names()) == {"café/x.json"}


def test_a_folder_with_a_link_to_outside_is_refused(tmp_path):
    (tmp_path / "secret.json").write_text("[]")
    folder = write_folder(tmp_path / "x", {"users.json": []})
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(ArchiveError, match=r'"link.json" is a link'):
        open_folder(folder, Limits())


def test_a_folder_with_a_linked_folder_outside_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    folder = write_folder(tmp_path / "x", {"users.json": []})
    (folder / "general").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match=r'"general" is a link'):
        open_folder(folder, Limits())


def test_a_link_that_stays_in_the_folder_is_read(tmp_path):
    folder = write_folder(tmp_path / "x", {"a.json": [1]})
    (folder / "b.json").symlink_to("a.json")
    container = open_folder(folder, Limits())
    with reading(container, "b.json") as stream:
        assert stream.read() == b"[1]"


def test_a_single_file_brings_only_its_own_media(tmp_path):
    write_folder(
        tmp_path,
        {"chat.json": {}, "chat.json_Files/a.png": b"1", "other.json": {}, "other.json_Files/b.png": b"2"},
    )
    container = open_single(tmp_path / "chat.json", Limits())
    assert set(container.names()) == {"chat.json", "chat.json_Files/a.png"}


def test_media_behind_a_link_to_outside_are_refused(tmp_path):
    write_folder(tmp_path, {"chat.json": {}, "chat.json_Files/a.png": b"1"})
    (tmp_path / "chat.json_Files" / "b.png").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveError, match="is a link"):
        open_single(tmp_path / "chat.json", Limits())


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("chat.json_Files/a.png", "in/chat.json_Files/a.png"),
        ("chat.json_Files\\a.png", "in/chat.json_Files/a.png"),
        ("../other.json", None),
        ("chat.json_Files/../../other.json", None),
        ("/etc/passwd", None),
        ("https://cdn.example/chat.json_Files/a.png", None),
        ("file:///etc/passwd", None),
        ("", None),
        ("chat.json_Files/missing.png", None),
    ],
)
def test_a_relative_path_finds_members_only(tmp_path, reference, found):
    folder = write_folder(tmp_path, {"in/chat.json": {}, "in/chat.json_Files/a.png": b"1", "other.json": {}})
    assert find_member(open_folder(folder, Limits()), "in/chat.json", reference) == found
