"""Files come from Discord's own hosts and from nowhere else, without the token, up to a size."""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from aiohttp.test_utils import TestServer

from adapters.discord import words
from adapters.discord.config import DiscordConfig
from adapters.discord.downloads import Downloads, public_socket
from bot.platforms import PlatformError

BASE_URL = "https://share.example.org"


async def fetch(downloads: Downloads, locator: str) -> bytes:
    async with downloads.open(locator) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def refused(downloads: Downloads, locator: str, reason: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await fetch(downloads, locator)
    assert str(caught.value) == reason


@dataclass
class Files:
    """A server that stands for Discord's file hosts. `asked`: every request."""

    url: str = ""
    asked: list[web.BaseRequest] = field(default_factory=list)
    size: int = 10
    tells_size: bool = True
    breaks_off: bool = False
    status: int = 200
    location: str = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request)
        if self.status != 200:
            headers = {"Location": self.location} if self.location else {}
            return web.Response(status=self.status, headers=headers)
        response = web.StreamResponse()
        if self.tells_size:
            response.content_length = self.size
        await response.prepare(request)
        half = self.size // 2
        await response.write(b"x" * half)
        if self.breaks_off:
            request.transport.abort()
            return response
        await response.write(b"x" * (self.size - half))
        return response


@pytest.fixture
async def files():
    files = Files()
    async with _serving(files):
        files.location = f"{files.url}/elsewhere"
        yield files


@asynccontextmanager
async def _serving(files: Files):
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", files.answer)
    async with TestServer(app) as server:
        files.url = str(server.make_url("")).rstrip("/")
        yield


@pytest.fixture
async def downloads(files):
    made = Downloads(DiscordConfig(BASE_URL, api_url=f"{files.url}/api/v10", max_file_bytes=1000))
    yield made
    await made.close()


@pytest.fixture
async def real():
    """As it is in service: Discord itself, at its own addresses."""
    made = Downloads(DiscordConfig(BASE_URL))
    yield made
    await made.close()


ELSEWHERE = [
    "",
    "nosuchfile",
    "file:///etc/passwd",
    "ftp://cdn.discordapp.com/a.png",
    "http://cdn.discordapp.com/a.png",
    "https://example.org/a.png",
    "https://cdn.discordapp.com.example.org/a.png",
    "https://cdn.discordapp.com@example.org/a.png",
    "https://example.org@cdn.discordapp.com/a.png",
    "https://example.org#@cdn.discordapp.com/a.png",
    "https://example.org\\@cdn.discordapp.com/a.png",
    "https://evil.discordapp.com/a.png",
    "https://discord.com/api/v10/users/@me",
    "https://images-ext-1.discordapp.net.example.org/a.png",
    "https://images-ext-x.discordapp.net/a.png",
    "https://cdn.discordapp.com:8080/a.png",
    "https://cdn.discordapp.com:99999/a.png",
    "https://cdn.discordapp.com./a.png",
    "https://cdn.discordapp.com%00.example.org/a.png",
    "https://127.0.0.1/a.png",
    "http://169.254.169.254/latest/meta-data",
    "https://[::1]/a.png",
    "https://[broken/a.png",
]


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_other_addresses_are_never_asked(real, downloads, files, address):
    await refused(real, address, words.FILE_ELSEWHERE)
    await refused(downloads, address, words.FILE_ELSEWHERE)
    assert files.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.discordapp.com/emojis/1.webp?size=96",
        "https://cdn.discordapp.com:443/emojis/1.webp?size=96",
        "https://CDN.discordapp.com/emojis/1.webp?size=96",
        "https://media.discordapp.net/emojis/1.webp?size=96",
        "https://images-ext-2.discordapp.net/emojis/1.webp?size=96",
    ],
)
async def test_a_server_that_stands_for_discord_serves_its_file_hosts(downloads, files, address):
    assert await fetch(downloads, address) == b"x" * 10
    assert [request.path_qs for request in files.asked] == ["/emojis/1.webp?size=96"]


async def test_no_token_and_no_cookie_is_ever_sent(downloads, files):
    await fetch(downloads, f"{files.url}/a.png")
    await fetch(downloads, f"{files.url}/a.png")
    for request in files.asked:
        assert not {"authorization", "cookie", "referer"} & {name.lower() for name in request.headers}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(downloads, files, status):
    files.status = status
    await refused(downloads, f"{files.url}/a.png", words.FILE_GONE)
    assert len(files.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_what_is_no_longer_there_is_told_so(downloads, files, status):
    files.status = status
    await refused(downloads, f"{files.url}/a.png", words.FILE_GONE)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_host_is_told_so(downloads, files, status):
    files.status = status
    await refused(downloads, f"{files.url}/a.png", words.FILE_BUSY)


@pytest.mark.parametrize("tells_size", [True, False])
async def test_a_file_that_is_too_large_is_refused_whatever_it_says_of_its_size(downloads, files, tells_size):
    files.size, files.tells_size = 1001, tells_size
    await refused(downloads, f"{files.url}/a.png", words.FILE_TOO_LARGE.format(limit=0))
    files.size = 1000
    assert len(await fetch(downloads, f"{files.url}/a.png")) == 1000


async def test_a_file_that_breaks_off_is_not_taken_for_whole(downloads, files):
    files.breaks_off = True
    await refused(downloads, f"{files.url}/a.png", words.FILE_BUSY)


async def test_what_goes_wrong_with_the_reader_is_not_taken_for_discords_fault(downloads, files):
    class DiskFullError(OSError):
        pass

    with pytest.raises(DiskFullError):
        async with downloads.open(f"{files.url}/a.png"):
            raise DiskFullError


async def test_nobody_answers(downloads, files):
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    silent = Downloads(DiscordConfig(BASE_URL, api_url=f"http://127.0.0.1:{port}/api"))
    await refused(silent, f"http://127.0.0.1:{port}/a.png", words.FILE_BUSY)
    await silent.close()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255"],
)
def test_a_name_that_leads_into_our_own_network_is_not_connected_to(address):
    with pytest.raises(OSError, match="not a public address"):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)))


@pytest.mark.parametrize("address", ["::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "ff02::1"])
def test_nor_one_in_the_newer_kind_of_network(address):
    with pytest.raises(OSError, match="not a public address"):
        public_socket((socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 443, 0, 0)))


def test_a_public_address_is_connected_to():
    for family, address in (
        (socket.AF_INET, "162.159.130.233"),
        (socket.AF_INET6, "2606:4700::1"),
        (socket.AF_INET6, "::ffff:162.159.130.233"),
    ):
        public_socket((family, socket.SOCK_STREAM, 6, "", (address, 443))).close()


class Misled(AbstractResolver):
    """Says that every host is this very machine."""

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            {"hostname": host, "host": "127.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}
        ]

    async def close(self):
        pass


async def test_that_guard_is_in_the_way_of_real_connections():
    downloads = Downloads(DiscordConfig(BASE_URL), Misled())
    with pytest.raises(PlatformError) as caught:
        await fetch(downloads, "https://cdn.discordapp.com/emojis/1.webp")
    assert str(caught.value) == words.FILE_BUSY
    assert "not a public address" in repr(caught.value.__cause__)
    await downloads.close()


class TestOnTheLocalDiscord:
    async def test_an_address_whose_signature_has_expired_is_gone(self, desk):
        thread = await desk.thread("First")
        await desk.post("Here", thread, files={"a.csv": b"1,2"})
        (file,) = [file for file in (await desk.capture(thread)).header.files if file.name]
        assert await fetch(desk.downloads, file.locator) == b"1,2"
        desk.clock.advance(days=1, seconds=1)
        await refused(desk.downloads, file.locator, words.FILE_GONE)

    async def test_a_picture_on_another_site_is_captured_and_not_fetched(self, desk):
        thread = await desk.thread("First")
        helper = desk.server.build.user("Helper", bot=True)
        desk.server.build.join(desk.guild, helper)
        embed = {"type": "rich", "title": "Look", "image": {"url": "https://example.org/a.png"}}
        await desk.post("", thread, helper, embeds=[embed])
        (file,) = (await desk.capture(thread)).header.files
        await refused(desk.downloads, file.locator, words.FILE_ELSEWHERE)

    async def test_the_limit_is_the_operators(self, desk):
        small = Downloads(changed(desk.config, max_file_bytes=2))
        thread = await desk.thread("First")
        await desk.post("Here", thread, files={"a.csv": b"1,2"})
        (file,) = [file for file in (await desk.capture(thread)).header.files if file.name]
        await refused(small, file.locator, words.FILE_TOO_LARGE.format(limit=0))
        await small.close()
