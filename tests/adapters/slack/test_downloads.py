"""Files are fetched from Slack's own hosts, and the token goes to nobody else."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from aiohttp import web

from adapters.slack.downloads import Hosts, locator
from adapters.slack.identity import thread_ref
from bot.model import FileState
from bot.platforms import PlatformError
from tests.adapters.slack.stages import staged
from tests.adapters.stage import capture

SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com/files-pri/T1-F1/a.csv",
        "https://acme.slack.com/x",
        "https://slack.com/x",
        "https://FILES.SLACK.COM/x",
    ],
)
def test_the_token_goes_to_slack(address):
    assert Hosts(SLACK).takes_token(address)


@pytest.mark.parametrize(
    "address",
    ["https://emoji.slack-edge.com/T1/party/1.png", "https://a.slack-edge.com/x", "https://slack-edge.com/"],
)
def test_public_pictures_are_fetched_without_it(address):
    assert Hosts(SLACK).is_slack(address)
    assert not Hosts(SLACK).takes_token(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://files.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://files.slack.com.evil.example/x",
        "https://evilslack.com/x",
        "https://slack.com@evil.example/x",
        "https://token@files.slack.com/x",
        "https://evil.example/files.slack.com",
        "https://evil.example#.slack.com",
        "https://evil.example\\.slack.com/x",
        "https://secure.gravatar.com/avatar/0",
        "https://127.0.0.1/x",
        "http://127.0.0.1:8080/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://①②⑦.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
        "https://localhost/x",
        "file:///etc/passwd",
        "ftp://files.slack.com/x",
        "//files.slack.com/x",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "",
        "nosuchfile",
    ],
)
def test_nothing_else_is_fetched(address):
    assert not Hosts(SLACK).is_slack(address)


def test_another_slack_is_the_one_that_the_api_is_of():
    gov = Hosts("https://slack-gov.com/api/")
    assert gov.takes_token("https://files.slack-gov.com/x")
    assert not gov.takes_token("https://files.slack-gov.com.evil.example/x")
    local = Hosts("http://127.0.0.1:4003/api/")
    assert local.takes_token("http://127.0.0.1:4003/files-pri/x")
    assert not local.is_slack("http://127.0.0.1:4004/x")
    assert not local.is_slack("https://127.0.0.1:4003/x")


class Elsewhere:
    """A server that is none of Slack's, and an address of Slack's that leads there."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[str] = []
        self.status = 302

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers.get("Authorization", ""))
        return web.Response(text="secret")

    async def lead(self, request: web.Request) -> web.Response:
        location = request.query.get("to") or f"{self.address}/x"
        location = request.path_qs if location == "itself" else location
        return web.Response(status=self.status, headers={"Location": location})


@pytest.fixture
async def elsewhere():
    trap = Elsewhere()
    app = web.Application()
    app.router.add_get("/{path:.*}", trap.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    trap.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield trap
    await runner.cleanup()


@pytest.fixture
async def stage(elsewhere):
    async with staged(more=[web.get("/lead", elsewhere.lead)]) as stage:
        yield stage


async def fetched(stage, address):
    async with stage.platform.open_file(locator(stage.acme.id, address)) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def a_file(stage, name="a.csv", content=b"1,2", **raw):
    message = await stage.slack.upload(
        stage.people["Ana Moreno"], stage.general, name, content, at=stage.clock.now(), **raw
    )
    return message.raw["files"][0]


async def test_a_file_comes_as_it_is(stage):
    content = bytes(range(256)) * 1000
    assert await fetched(stage, (await a_file(stage, content=content))["url_private_download"]) == content


async def test_a_sign_in_page_is_not_the_file(stage):
    address = (await a_file(stage))["url_private"]
    stage.acme.app.scopes = ("chat:write",)
    with pytest.raises(PlatformError, match="did not let me read"):
        await fetched(stage, address)


async def test_a_page_is_known_by_its_first_bytes_too(stage):
    file = await a_file(stage, "a.csv", b"\n  <!DOCTYPE HTML><html>Sign in", mimetype="text/csv")
    with pytest.raises(PlatformError, match="did not let me read"):
        await fetched(stage, file["url_private"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to",
    ["", "//127.0.0.1:1/x", "http://[::1]/x", "https://evil.example/", "file:///etc/passwd", "https://["],
)
async def test_no_redirect_leads_out_of_slack(stage, elsewhere, status, to):
    elsewhere.status = status
    with pytest.raises(PlatformError, match="another site"):
        await fetched(stage, f"{stage.slack.base_url}/lead?to={quote(to)}")
    assert elsewhere.asked == []


async def test_a_redirect_within_slack_is_followed_and_one_in_circles_is_not(stage):
    file = await a_file(stage)
    assert await fetched(stage, f"{stage.slack.base_url}/lead?to={quote(file['url_private'])}") == b"1,2"
    with pytest.raises(PlatformError, match="another site"):
        await fetched(stage, f"{stage.slack.base_url}/lead?to=itself")


async def test_a_file_of_another_site_is_never_asked_for(stage, elsewhere):
    picture = {"type": "image", "image_url": f"{elsewhere.address}/x.png", "alt_text": "a picture"}
    message = await stage.slack.post(
        stage.people["Ana Moreno"], stage.general, "x", blocks=[picture], quiet=True
    )
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, message.ts))
    (file,) = snapshot.header.files
    assert (file.state, file.reason) == (FileState.MISSING, "This file is on another site.")
    with pytest.raises(PlatformError, match="another site"):
        await fetched(stage, f"{elsewhere.address}/x.png")
    assert elsewhere.asked == []


async def test_what_is_too_large_is_not_read_to_its_end():
    async with staged(max_file_bytes=100_000) as stage:
        large = await a_file(stage, content=b"x" * 300_000)
        with pytest.raises(PlatformError, match="larger than"):
            await fetched(stage, large["url_private"])
        assert await fetched(stage, (await a_file(stage, content=b"x" * 100_000))["url_private"])


async def test_a_deleted_file_says_so(stage):
    file = await a_file(stage)
    stage.slack.world.files.stored[file["id"]].deleted = True
    with pytest.raises(PlatformError, match="no longer in Slack"):
        await fetched(stage, file["url_private"])


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"drop": True}], ids=str)
async def test_a_hiccup_is_tried_again(stage, fault):
    file = await a_file(stage)
    stage.slack.fail_next("files.download", times=2, **fault)
    assert await fetched(stage, file["url_private"]) == b"1,2"


async def test_a_slack_that_does_not_answer_is_said(stage):
    file = await a_file(stage)
    stage.slack.fail_next("files.download", status=500, times=9)
    with pytest.raises(PlatformError, match="did not answer"):
        await fetched(stage, file["url_private"])


async def test_a_picture_that_slack_names_by_id_only_is_found(stage):
    file = await a_file(stage, "plan.png", b"\x89PNG\r\n\x1a\n")
    picture = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "the plan"}
    message = await stage.slack.post(
        stage.people["Ana Moreno"], stage.general, "x", blocks=[picture], quiet=True
    )
    snapshot = await capture(stage, thread_ref(stage.acme.id, stage.general.id, message.ts))
    (found,) = snapshot.header.files
    async with stage.platform.open_file(found.locator) as chunks:
        assert b"".join([chunk async for chunk in chunks]).startswith(b"\x89PNG")
    with pytest.raises(PlatformError, match="no longer in Slack"):
        await fetched(stage, "slack-file:F0NOSUCH")


async def test_each_workspace_s_files_are_fetched_with_its_own_token(stage):
    other = stage.slack.workspace("Other")
    theirs = await a_file(stage)
    async with stage.platform.open_file(locator(stage.acme.id, theirs["url_private"])) as chunks:
        assert [chunk async for chunk in chunks]
    with pytest.raises(PlatformError):
        async with stage.platform.open_file(locator(other.id, theirs["url_private"])):
            pytest.fail("nothing to read")


@pytest.mark.parametrize("located", ["", " ", "T1", "nosuchfile", "T0NOWHERE https://files.slack.com/x"])
async def test_what_locates_nothing_is_said_on_entering(stage, located):
    with pytest.raises(PlatformError):
        async with stage.platform.open_file(located):
            pytest.fail("nothing to read")
