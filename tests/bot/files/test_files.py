"""The file store: the same promises in a folder and in S3-compatible storage."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import obstore
import pytest

from bot.files import BlobMissing, Files, FilesError
from bot.model import FileCopy, FileState
from tests.bot.files.pictures import encode, gradient, stream, telling

FILE = FileCopy("f1", "notes.txt", locator="somewhere")
MB = 2**20


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Address of a bucket on a real S3 protocol server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/bucket", method="PUT"))
    yield f"s3://bucket/copies?endpoint={endpoint}&region=us-east-1&access_key_id=test&secret_access_key=test"
    server.stop()


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Files]:
    url = str(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("s3")
    files = Files(url)
    await files.delete(await files.list())
    yield files
    await files.close()


async def bytes_of(files, blob):
    async with files.open(blob) as pieces:
        return b"".join([piece async for piece in pieces])


async def everything(files):
    """Whatever the store holds, under whatever name."""
    return [meta["path"] async for batch in obstore.list(files._store) for meta in batch]


async def test_a_copy_gives_back_its_bytes(files):
    data = [bytes([i]) * 70_000 for i in range(40)]
    copy = await files.copy(FILE, stream(b"", *data), limit=25 * MB)
    assert (copy.id, copy.name, copy.locator) == (FILE.id, FILE.name, FILE.locator)
    assert (copy.state, copy.size, copy.width) == (FileState.COPIED, 40 * 70_000, None)
    assert await bytes_of(files, copy.blob) == b"".join(data)


async def test_a_large_copy_arrives_in_pieces(files):
    copy = await files.copy(FILE, stream(*[bytes(MB)] * 12), limit=25 * MB)
    async with files.open(copy.blob) as pieces:
        sizes = [len(piece) async for piece in pieces]
    assert sum(sizes) == 12 * MB
    assert max(sizes) < 6 * MB


async def test_an_empty_file_is_a_file(files):
    copy = await files.copy(FILE, stream(), limit=1)
    assert (copy.state, copy.size) == (FileState.COPIED, 0)
    assert await bytes_of(files, copy.blob) == b""


async def test_a_picture_is_stored_clean_and_measured(files):
    copy = await files.copy(FILE, stream(telling("JPEG")), limit=MB)
    stored = await bytes_of(files, copy.blob)
    assert (copy.media_type, copy.width, copy.height) == ("image/jpeg", 32, 48)
    assert b"Ana" not in stored
    assert copy.size == len(stored)


@pytest.mark.parametrize(
    "picture",
    [
        encode(gradient(), "PNG")[:60],
        telling("JPEG")[:300],
        encode(gradient(), "TIFF", description="Ana"),
        b"\0\0\0\x20ftypheic" + b"Ana" * 40,
        b"\0\0\0\x20ftypavif" + b"Ana" * 40,
    ],
    ids=["broken PNG", "cut JPEG", "TIFF", "HEIC", "AVIF"],
)
async def test_a_picture_that_cannot_be_cleaned_is_missing_with_the_reason(files, picture):
    copy = await files.copy(FILE, stream(picture), limit=MB)
    assert (copy.state, copy.blob, copy.width) == (FileState.MISSING, "", None)
    assert "hidden data" in copy.reason
    assert await everything(files) == []


@pytest.mark.parametrize("data", [b"x" * 100, b"\0" * (3 * MB), encode(gradient(), "PNG") + bytes(3 * MB)])
async def test_more_than_the_limit_is_missing_with_the_reason(files, data):
    taken = 0

    async def counted():
        nonlocal taken
        for start in range(0, len(data), 1000):
            taken += 1000
            yield data[start : start + 1000]

    limit = len(data) // 2
    copy = await files.copy(FILE, counted(), limit=limit)
    assert (copy.state, copy.blob) == (FileState.MISSING, "")
    assert copy.reason.startswith("larger than ")
    assert taken <= limit + 2000
    assert await everything(files) == []


@pytest.mark.parametrize(
    ("limit", "words"), [(25 * MB, "25 MB"), (25_000_000, "25 MB"), (1_500_000, "1.5 MB")]
)
async def test_the_reason_names_the_limit_as_it_was_meant(files, limit, words):
    async def endless():
        while True:
            yield bytes(MB)

    assert (await files.copy(FILE, endless(), limit=limit)).reason == f"larger than {words}"


async def test_exactly_the_limit_is_allowed(files):
    assert (await files.copy(FILE, stream(b"abc", b"de"), limit=5)).state is FileState.COPIED


class Broken(Exception):
    pass


@pytest.mark.parametrize("start", [b"", b"some text", b"\0" * 6 * MB, telling("PNG")])
async def test_a_source_that_breaks_is_heard_and_leaves_nothing(files, start):
    async def breaks():
        yield start
        raise Broken

    with pytest.raises(Broken):
        await files.copy(FILE, breaks(), limit=25 * MB)
    assert await everything(files) == []


async def test_a_cancelled_copy_is_none(files):
    reached = asyncio.Event()

    async def hangs():
        yield b"\0" * 6 * MB
        reached.set()
        await asyncio.Event().wait()

    copying = asyncio.ensure_future(files.copy(FILE, hangs(), limit=25 * MB))
    await reached.wait()
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert await files.list() == set()


async def test_deleting_twice_is_fine(files):
    kept = await files.copy(FILE, stream(b"a"), limit=9)
    lost = [(await files.copy(FILE, stream(b"b"), limit=9)).blob for _ in range(20)]
    await files.delete(lost)
    await files.delete([*lost, "../../etc/passwd", ""])
    assert await files.list() == {kept.blob}
    with pytest.raises(BlobMissing):
        await bytes_of(files, lost[0])


async def test_orphans_are_looked_for_among_older_copies(files):
    copy = await files.copy(FILE, stream(b"a"), limit=9)
    (meta,) = [meta async for batch in obstore.list(files._store) for meta in batch]
    assert await files.list(before=meta["last_modified"]) == set()
    assert await files.list(before=meta["last_modified"] + timedelta(seconds=1)) == {copy.blob}


@pytest.mark.parametrize("key", ["", "a", "../secret", "0" * 31 + "/", "A" * 32, "0" * 32])
async def test_only_keys_of_ours_open_anything(files, key):
    with pytest.raises(BlobMissing):
        await bytes_of(files, key)


async def test_the_check_leaves_nothing(files):
    await files.check()
    assert await everything(files) == []


async def test_the_folder_is_for_nobody_else(tmp_path):
    Files(f"file://{tmp_path}/made/deep")
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "made", tmp_path / "made" / "deep")} == {
        0o700
    }


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://host/x", "unknown kind of file store 'ftp'"),
        ("s3://", "names no bucket"),
        ("s3://bucket?secret=hush", "unknown option 'secret'"),
        ("/proc/nowhere", "cannot make the folder"),
    ],
)
def test_an_address_that_cannot_work_is_one_line(url, words):
    with pytest.raises(FilesError) as caught:
        Files(url)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.s3
async def test_the_check_tells_what_is_wrong_with_a_bucket(s3):
    files = Files(s3.replace("s3://bucket/", "s3://no-such-bucket/"))
    with pytest.raises(FilesError) as caught:
        await files.check()
    assert "\n" not in str(caught.value)
    assert str(caught.value)


async def test_the_check_tells_when_the_folder_is_gone(tmp_path):
    files = Files(str(tmp_path / "files"))
    (tmp_path / "files").rmdir()
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(FilesError):
        await files.check()
