"""Who asks, and how often one may ask for links that never were."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from aiohttp import web

_IPV6_SITE = 64
"""Bits of an IPv6 address that one subscriber has in common."""


class Clients:
    """Tells clients apart by address.

    `proxies`: networks ("10.0.0.0/8", "127.0.0.1") of the operator's own reverse proxies. Only
    what these say in X-Forwarded-For is believed. Raises ValueError for what is no network.
    """

    def __init__(self, proxies: Sequence[str] = ()) -> None:
        self._proxies = tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)

    def name(self, request: web.Request) -> str:
        """The client's IPv4 address or IPv6 network."""
        address = request.remote or ""
        if self._proxies:
            told = [
                part.strip()
                for line in request.headers.getall("X-Forwarded-For", ())
                for part in line.split(",")
            ]
            while told and self._is_proxy(address):
                address = told.pop()
        return _client(address)

    def _is_proxy(self, address: str) -> bool:
        found = _parsed(address)
        return found is not None and any(found in network for network in self._proxies)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _client(address: str) -> str:
    found = _parsed(address)
    if found is None:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, _IPV6_SITE), strict=False))
    return str(found)


class Buckets:
    """A token bucket for each client: `burst` at once, then one every `seconds`.

    Remembers the `clients` seen last; who is forgotten starts with a full bucket.
    """

    def __init__(
        self,
        *,
        burst: int = 30,
        seconds: float = 2.0,
        clients: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = float(burst)
        self._seconds = seconds
        self._clients = clients
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int:
        """Takes one from `client`'s bucket: 0, or after how many whole seconds to come back."""
        now = self._clock()
        level, since = self._levels.pop(client, (self._burst, now))
        level = min(self._burst, level + (now - since) / self._seconds)
        allowed = level >= 1
        self._levels[client] = (level - 1 if allowed else level, now)
        while len(self._levels) > self._clients:
            self._levels.popitem(last=False)
        return 0 if allowed else math.ceil((1 - level) * self._seconds)
