"""Compressed bodies: which one a client takes, and making it."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli

_OFFERED = ("br", "gzip")
_BROTLI_QUALITY = 5
_LONGEST_HEADER = 256


def preferred(accept_encoding: str) -> str:
    """The encoding to answer with: "br", "gzip" or "identity"."""
    return _preferred(accept_encoding) if len(accept_encoding) <= _LONGEST_HEADER else "identity"


def accepts(accept_encoding: str, encoding: str) -> bool:
    return len(accept_encoding) <= _LONGEST_HEADER and _weight(accept_encoding, encoding) > 0


@lru_cache(maxsize=256)
def _preferred(accept_encoding: str) -> str:
    best = max(_OFFERED, key=lambda encoding: _weight(accept_encoding, encoding))
    return best if _weight(accept_encoding, best) > 0 else "identity"


def _weight(accept_encoding: str, encoding: str) -> float:
    """How much a client likes `encoding`, from 0 for not at all (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weights[coding.strip()] = float(value) if name == "q" else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights.get(encoding, weights.get("*", 0.0))


def compress(body: bytes, encoding: str) -> bytes:
    """`body` as "br" or "gzip"; the same bytes each time, as a strong ETag asks for."""
    if encoding == "br":
        compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        return compressed
    return gzip.compress(body, compresslevel=6, mtime=0)
