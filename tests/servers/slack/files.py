"""Files, avatars and custom emoji: what they are, and where their bytes are fetched and brought."""

from __future__ import annotations

import mimetypes
import secrets
import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.slack.faults import Faults
from tests.servers.slack.state import Channel, Installation, User, Workspace

if TYPE_CHECKING:
    from tests.servers.slack.world import World

Json = dict[str, Any]
SIGN_IN = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head>"
    '<body><form id="signin_form" method="post">Sign in to your workspace</form></body></html>'
)


@dataclass(eq=False)
class StoredFile:
    id: str
    workspace: Workspace
    user_id: str
    name: str
    content: bytes
    title: str = ""
    more: Json = field(default_factory=dict)
    """Anything else that Slack says about it; wins over what is derived."""
    revealed: Json = field(default_factory=dict)
    """What only files.info tells, for a file that shows as a stub (file_access: check_file_info)."""
    channels: set[str] = field(default_factory=set)
    deleted: bool = False
    downloads: int = 0

    def path(self, *, download: bool = False) -> str:
        folder = "download/" if download else ""
        return f"/files-pri/{self.workspace.id}-{self.id}/{folder}{self.name.lower().replace(' ', '_')}"

    def json(self, base_url: str, created: float) -> Json:
        """Slack's file object; a deleted file is a tombstone."""
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        kind = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        suffix = self.name.rpartition(".")[2].lower() if "." in self.name else "binary"
        derived = {
            "id": self.id,
            "created": int(created),
            "timestamp": int(created),
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": kind,
            "filetype": suffix,
            "pretty_type": suffix.upper(),
            "user": self.user_id,
            "user_team": self.workspace.id,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "url_private": base_url + self.path(),
            "url_private_download": base_url + self.path(download=True),
            "permalink": f"https://{self.workspace.domain}.slack.com/files/{self.user_id}/{self.id}/{self.name}",
            "file_access": "visible",
        }
        if kind.startswith("image/"):
            derived |= {"thumb_360": base_url + self.path(), "original_w": 8, "original_h": 8}
        return derived | self.more


@dataclass(eq=False)
class Upload:
    """Asked for by files.getUploadURLExternal, filled by a POST, completed by a third call."""

    file: StoredFile
    installation: Installation
    length: int
    filled: bool = False
    completed: bool = False


class FileRoom:
    def __init__(self, world: World) -> None:
        self._world = world
        self.faults: Faults
        """Given by the server."""
        self.stored: dict[str, StoredFile] = {}
        self.uploads: dict[str, Upload] = {}
        """By the ticket in their address."""
        self.pictures: dict[str, bytes] = {}
        """Of emoji and people, by path; a small square where nothing was put."""

    def add(self, workspace: Workspace, user: User, name: str, content: bytes, **more: Any) -> StoredFile:
        title = more.pop("title", "")
        made = StoredFile(self._world.ids.new("F"), workspace, user.id, name, content, title, more)
        self.stored[made.id] = made
        self._world.changes.tell()
        return made

    def delete(self, file: StoredFile) -> None:
        """Its messages keep a tombstone in its place."""
        file.deleted = True
        for workspace in self._world.workspaces.values():
            for channel in workspace.channels.values():
                for message in channel.messages.values() if channel.id in file.channels else ():
                    for shown in message.raw.get("files", ()):
                        if shown["id"] == file.id:
                            shown.clear()
                            shown.update(self.json(file))
        self._world.changes.tell()

    def json(self, file: StoredFile) -> Json:
        return file.json(self._world.base_url, self._world.clock.now())

    def seen_in(self, workspace: Workspace, channels: list[Channel], file_id: str) -> StoredFile | None:
        """The file where it was shared in one of `channels`, or is the workspace's own unshared upload."""
        file = self.stored.get(file_id)
        if file is None or not (file.workspace is workspace or file.channels):
            return None
        shared = file.channels & {channel.id for channel in channels}
        return file if shared or not file.channels else None

    def upload(self, installation: Installation, name: str, length: int) -> tuple[str, Upload]:
        file = StoredFile(self._world.ids.new("F"), installation.workspace, installation.user.id, name, b"")
        ticket = secrets.token_urlsafe(24)
        self.uploads[ticket] = Upload(file, installation, length)
        return ticket, self.uploads[ticket]

    def avatar(self, user: User, size: int | str) -> str:
        return f"{self._world.base_url}/avatars/{user.id}_{size}.png"

    # The addresses

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/files-pri/{file}/{name:.+}", self._download),
            web.post("/upload/v1/{ticket}", self._fill),
            web.get("/avatars/{name}", self._picture),
            web.get("/emoji/{team}/{name}", self._picture),
        ]

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self.stored.get(request.match_info["file"].partition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        reader = next((one for one in self._world.installations if one.token == token), None)
        if reader is None or reader.revoked or "files:read" not in reader.scopes:
            # Slack answers a bad token with its sign-in page and status 200.
            return web.Response(text=SIGN_IN, content_type="text/html")
        if file is None or file.deleted or file.workspace is not reader.workspace:
            return web.Response(status=404, text="Not found")
        if fault := self.faults.striking("files.download", {"file": file.id}):
            return await self.faults.answer(fault, request)
        file.downloads += 1
        self._world.changes.tell()
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return web.Response(body=file.content, content_type=file.more.get("mimetype", kind))

    async def _fill(self, request: web.Request) -> web.StreamResponse:
        upload = self.uploads.get(request.match_info["ticket"])
        content = await request.read()
        if upload is None or upload.completed:
            return web.Response(status=404, text="Not found")
        if len(content) != upload.length:
            return web.Response(status=400, text="length mismatch")
        fault = self.faults.striking("files.upload", {"file": upload.file.id})
        if not fault or fault.after_effect:
            upload.file.content, upload.filled = content, True
        if fault:
            return await self.faults.answer(fault, request)
        return web.Response(text=f"OK - {len(content)}")

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        body = self.pictures.get(request.path) or square(zlib.crc32(request.path.encode()))
        return web.Response(body=body, content_type="image/png")


def square(shade: int) -> bytes:
    """A picture of 8 by 8 points of one colour, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes((shade & 255, shade >> 8 & 255, shade >> 16 & 255)) * 8
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(row * 8)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
