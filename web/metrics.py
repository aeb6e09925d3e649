"""Figures for the operator: plain integers while serving, Prometheus's format when asked.

Nothing here has a label that could tell who read what.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector


@dataclass(slots=True)
class Counts:
    """What was counted since the start. `responses[n]`: answers with a status of n hundred."""

    views: int = 0
    renders: int = 0
    hits: int = 0
    limited: int = 0
    responses: list[int] = field(default_factory=lambda: [0] * 10)


class WebCollector(Collector):
    """Shows `counts` to Prometheus."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterable[Metric]:
        counts = self._counts
        yield _counter("threadlink_views", "Pages read by people.", counts.views)
        yield _counter("threadlink_renders", "Pages, cards and their compressed forms made.", counts.renders)
        yield _counter("threadlink_cache_hits", "Pages answered from finished bytes.", counts.hits)
        yield _counter("threadlink_limited", "Requests refused for guessing at links.", counts.limited)
        responses = CounterMetricFamily(
            "threadlink_responses", "Answers by class of their status.", labels=["status"]
        )
        for hundred in range(1, 6):
            responses.add_metric([f"{hundred}xx"], counts.responses[hundred])
        yield responses


def _counter(name: str, text: str, value: int) -> CounterMetricFamily:
    return CounterMetricFamily(name, text, value=value)


async def start_metrics(host: str, port: int, registry: CollectorRegistry) -> web.AppRunner:
    """Serves `registry` at http://host:port/metrics until the runner's `cleanup()`.

    On an address of its own, so that it can stay inside while the pages are public. Raises OSError
    where the address is taken.
    """

    async def metrics(_request: web.Request) -> web.Response:
        body = await asyncio.to_thread(generate_latest, registry)
        return web.Response(
            body=body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        )

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=30)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner
