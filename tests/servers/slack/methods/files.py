"""files.info, and the three steps of an upload."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.call import Call, method
from tests.servers.slack.composing import author_of
from tests.servers.slack.errors import ApiError, bad_arguments
from tests.servers.slack.files import StoredFile
from tests.servers.slack.methods.chat import _check_thread, _open
from tests.servers.slack.mrkdwn import stored

Json = dict[str, Any]


@method("files.info", "file", "cursor limit count page", tier=4, scopes="files:read")
async def file_info(call: Call) -> Json:
    file = call.world.files.seen_in(call.workspace, call.channels(), call.text("file"))
    if file is None:
        raise ApiError("file_not_found")
    if file.deleted:
        raise ApiError("file_deleted")
    shown = call.world.files.json(file)
    shown.pop("file_access", None)
    return {"file": shown | file.revealed, "comments": []}


@method("files.getUploadURLExternal", "filename length", "alt_txt snippet_type", tier=4, scopes="files:write")
async def upload_url(call: Call) -> Json:
    length = call.number("length", 0)
    if length < 1:
        raise bad_arguments("must be greater than 0 [json-pointer:/length]")
    ticket, upload = call.world.files.upload(call.app, call.text("filename"), length)
    return {"upload_url": f"{call.world.base_url}/upload/v1/{ticket}", "file_id": upload.file.id}


@method(
    "files.completeUploadExternal",
    "files",
    "channel_id channels initial_comment thread_ts blocks username icon_url icon_emoji",
    tier=4,
    scopes="files:write",
)
async def complete(call: Call) -> Json:
    asked = call.object("files", "invalid_arguments")
    files = [_completed(call, one) for one in asked]
    names = [name for name in call.text("channels").split(",") if name] or [call.text("channel_id")]
    if call.text("thread_ts") and len(names) > 1:
        raise bad_arguments("thread_ts takes only one channel")
    for name in filter(None, names):
        _share(call, name, files)
    return {"files": [call.world.files.json(file) for file in files]}


def _completed(call: Call, asked: Json) -> StoredFile:
    uploads = call.world.files.uploads.values()
    upload = next((one for one in uploads if one.file.id == asked.get("id")), None)
    if upload is None or not upload.filled or upload.completed or upload.installation is not call.app:
        raise ApiError("file_not_found")
    upload.completed = True
    upload.file.title = asked.get("title", "")
    call.world.files.stored[upload.file.id] = upload.file
    return upload.file


def _share(call: Call, name: str, files: list[StoredFile]) -> None:
    call.args["channel"] = name
    channel = _open(call, call.joined())
    _check_thread(call, channel)
    for file in files:
        file.channels.add(channel.id)
    raw = author_of(call)
    raw |= {"text": stored(call.text("initial_comment")), "upload": True}
    raw |= {"subtype": raw.get("subtype", "file_share")}
    raw["files"] = [call.world.files.json(file) for file in files]
    if call.text("thread_ts"):
        raw["thread_ts"] = call.text("thread_ts")
    call.world.add(channel, raw)
