"""Puts the web server together: one aiohttp application for pages, and for what adapters mount."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web
from prometheus_client import CollectorRegistry

from web.access import CACHE_BYTES, Access
from web.door import Door
from web.downloads import Downloads
from web.fixed import Check, FixedViews
from web.limits import Buckets, Clients
from web.metrics import Counts, WebCollector
from web.needs import SharingJobs
from web.preview import PreviewViews
from web.refusals import ErrorPages, make_guard
from web.render import assets
from web.security import make_header_sets
from web.views import ShareViews, Site

BODY_BYTES = 1024 * 1024
IDLE_SECONDS = 30.0
"""How long a connection may take to send the head of its request."""

SHUTDOWN_SECONDS = 10.0
"""How long requests that have begun may take to end when the server stops."""

Mount = Callable[[web.Application], None]
_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_SHARES: web.AppKey[ShareViews] = web.AppKey("shares", ShareViews)
_TOKEN = r"{token:[^/.]+}"  # noqa: S105  a pattern


def build_app(
    sharing: SharingJobs,
    *,
    base_url: str,
    report: str = "",
    command: str = "/continue",
    app_name: str = "Threadlink",
    trusted_proxies: Sequence[str] = (),
    checks: Mapping[str, Check] | None = None,
    registry: CollectorRegistry | None = None,
    buckets: Buckets | None = None,
    cache_bytes: int = CACHE_BYTES,
    mounts: Sequence[Mount] = (),
) -> web.Application:
    """The web server for `sharing`, to be run by `start_server`.

    `base_url`: the public address without a trailing slash. `report`: where readers may report a
    page, "" for nowhere. `command`: what continues a thread. `trusted_proxies`: networks of the
    operator's own reverse proxies, whose X-Forwarded-For is believed (ValueError for what is no
    network). `checks`: what /healthz asks. `registry`: gets the figures. `mounts`: each is called
    with the application to add an adapter's routes, before ours; "/" is ours only if nobody takes it.
    """
    base_url = base_url.rstrip("/")
    counts = Counts()
    if registry is not None:
        registry.register(WebCollector(counts))
    headers = make_header_sets(base_url, assets().script)
    site = Site(base_url, report, command, app_name, headers)
    door = Door(Access(sharing, limit=cache_bytes), Clients(trusted_proxies), buckets or Buckets(), counts)
    guard = make_guard(ErrorPages(headers.error, base_url=base_url, app_name=app_name), headers, counts)
    app = web.Application(client_max_size=BODY_BYTES, middlewares=[guard])
    for mount in mounts:
        mount(app)
    shares = app[_SHARES] = ShareViews(site, sharing, door)
    _add_share_routes(app, shares, Downloads(site, sharing, door, shares))
    preview = PreviewViews(site, sharing)
    app.router.add_get("/preview/{signed}", preview.show)
    app.router.add_post("/preview/{signed}", preview.choose)
    _add_fixed_routes(app, FixedViews(site, checks or {}))
    return app


def _add_share_routes(app: web.Application, shares: ShareViews, downloads: Downloads) -> None:
    add = app.router.add_get
    add(f"/share/{_TOKEN}", shares.page)  # first: the router tries in this order
    add(f"/share/{_TOKEN}.md", downloads.markdown)
    add(f"/share/{_TOKEN}.json", downloads.json)
    add(f"/share/{_TOKEN}.png", shares.card)
    add(f"/share/{_TOKEN}/", shares.slash)
    add(rf"/share/{_TOKEN}/m{{number:[0-9]{{1,6}}}}", shares.message)
    add(f"/share/{_TOKEN}/file/{{file}}", downloads.file)
    add("/oembed", shares.oembed)


def _add_fixed_routes(app: web.Application, fixed: FixedViews) -> None:
    add = app.router.add_get
    add("/static/{name}", fixed.static)
    add("/robots.txt", fixed.robots)
    add("/favicon.svg", fixed.icon)
    add("/favicon.ico", fixed.old_icon)
    add("/healthz", fixed.health)
    if not any(resource.canonical == "/" for resource in app.router.resources()):
        add("/", fixed.front)


async def start_server(app: web.Application, host: str, port: int) -> web.AppRunner:
    """Serves `app` at `host`:`port` with the limits of a public server, until the runner's `cleanup()`.

    It keeps no log of who reads what, and unpacks nothing that it is sent: nobody who means well
    compresses a request. A connection that sends no whole head within `IDLE_SECONDS` is closed.
    Raises OSError where the address is taken.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=IDLE_SECONDS,
        lingering_time=5.0,
        shutdown_timeout=SHUTDOWN_SECONDS,
        auto_decompress=False,
    )
    await runner.setup()
    server = runner.server
    assert server is not None  # setup made it
    server.request_handler = _ahead_of(server.request_handler, app[_SHARES])
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


def _ahead_of(application: _Handler, shares: ShareViews) -> _Handler:
    """Answers what is ready before `application` even looks for a route: a page that is read often
    costs little more than its bytes.
    """

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        ready = shares.at_once(request)
        return await application(request) if ready is None else ready

    return handle
