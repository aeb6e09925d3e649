"""Whatever value stands at whatever place of an export, it is read or refused with a sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from adapters.archives.errors import ArchiveError
from adapters.archives.reader import open_archive
from bot.codec import message_to_json, to_document
from tests.adapters.archives.exports import (
    ADA,
    ANA,
    BEN,
    discord_export,
    discord_message,
    slack_files,
    write_folder,
)
from tests.builders import conversation
from tests.forms import LONG

VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e300,
    "",
    "9" * 12,
    "\u202e\x00",
    [],
    [[]],
    [None],
    {},
    {"id": [1]},
    [{"id": {}}],
)
TRIES = 2500 if LONG else 120


def slack() -> dict[str, Any]:
    reaction = {"name": "wave", "users": [ANA], "count": 1}
    files = slack_files()
    files["general/2026-11-22.json"][0]["reactions"] = [reaction]
    files["general/2026-11-22.json"][0]["files"] = [{"id": "F1", "name": "a.txt"}]
    return files


def discord() -> dict[str, Any]:
    role = {"id": "7", "name": "devs"}
    emoji = {"id": "301", "name": "frob", "isAnimated": False, "imageUrl": "e.png"}
    first = discord_message("1", ADA | {"roles": [role]}, "Hi", reactions=[{"emoji": emoji, "count": 1}])
    second = discord_message("2", BEN, "@Ada", mentions=[ADA], reference={"messageId": "1"}, type="Reply")
    return {"chat.json": discord_export(first, second)}


def own() -> dict[str, Any]:
    shared = conversation()
    document = {**to_document(shared.header), "messages": [message_to_json(m) for m in shared.messages]}
    return {"page.json": document}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield (*at, key)
        yield from places(member, (*at, key))


def changed(files: dict[str, Any], place: tuple[Any, ...], value: object) -> dict[str, Any]:
    copy: Any = json.loads(json.dumps(files))
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return dict(copy)


@pytest.mark.parametrize("make", [slack, discord, own])
def test_any_value_at_any_place_is_read_or_refused(make, tmp_path):
    files = make()
    rng = random.Random(42)
    everywhere = [place for place in places(files) if len(place) > 1]
    read, said = 0, list[str]()
    for number in range(TRIES):
        hostile = changed(files, rng.choice(everywhere), rng.choice(VALUES))
        folder = write_folder(tmp_path / str(number), hostile)
        try:
            with open_archive(folder) as archive:
                read += sum(bool(archive.read(thread.id).messages) for thread in archive.threads())
        except ArchiveError as refused:
            said.append(str(refused))
    assert read
    assert all(said)


@pytest.mark.parametrize(
    ("make", "place", "value"),
    [
        (slack, ("dms.json", 0, "members"), [["U1"], {}]),
        (discord, ("chat.json", "messages", 0, "author", "roles"), 1.5),
        (own, ("page.json", "header", "participants", 0, "kind"), []),
    ],
)
def test_a_value_of_another_kind_is_no_crash(make, place, value, tmp_path):
    folder = write_folder(tmp_path / "export", changed(make(), place, value))
    with suppress(ArchiveError), open_archive(folder) as archive:
        assert all(archive.read(thread.id).messages for thread in archive.threads())
