"""What was deleted is in no byte of any file."""

from __future__ import annotations

import sqlite3

from bot.store import shares
from tests.bot.store.samples import NOW, make_share, put_both, storing


async def test_forgetting_waits_for_readers_and_says_so(sqlite_store, tmp_path):
    await sqlite_store.write(lambda tx: tx.exec_driver_sql("PRAGMA busy_timeout = 0"))
    reader = sqlite3.connect(tmp_path / "threadlink.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM meta").fetchall()
    await sqlite_store.write(put_both)
    assert await sqlite_store.forget() is False
    reader.execute("COMMIT")
    assert await sqlite_store.forget() is True
    assert (tmp_path / "threadlink.db-wal").stat().st_size == 0
    reader.close()


async def test_deleted_text_is_in_no_byte_of_any_file(sqlite_store, tmp_path):
    """Rows of many lengths among neighbours that stay, so that pages split, merge and overflow."""
    texts = {f"s{i}": f"SECRET-{i}-" + "x" * (37 * i * i % 9000) for i in range(60)}
    for share, words in texts.items():
        await sqlite_store.write(storing(make_share(share), chunks=[words, f"{words} more"]))
    doomed = [share for i, share in enumerate(texts) if i % 3]
    assert any(b"SECRET-1-" in path.read_bytes() for path in tmp_path.iterdir())
    for share in doomed:
        await sqlite_store.write(lambda tx, share=share: shares.delete(tx, share, NOW, "revoked"))
    assert await sqlite_store.forget() is True
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(files) == 4  # the last one holds locks, and never a byte
    left = [
        (share, name)
        for share in doomed
        for name, data in files.items()
        if texts[share][:10].encode() in data
    ]
    assert left == []
    assert len(await sqlite_store.read(shares.every)) == 20


async def test_a_replaced_text_is_in_no_byte_of_any_file_either(sqlite_store, tmp_path):
    await sqlite_store.write(storing(make_share(), chunks=["SECRET" * 2000, "SECRET"]))
    await sqlite_store.write(lambda tx: shares.update(tx, make_share(revision=2), ["[]"]))
    assert await sqlite_store.forget() is True
    assert [path.name for path in tmp_path.iterdir() if b"SECRET" in path.read_bytes()] == []
