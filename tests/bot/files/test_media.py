"""A file's type is what it is, not what it is called."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media import HEAD, RASTER_IMAGES, UNKNOWN, media_type
from tests.bot.files.pictures import encode, gradient


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        *[
            (encode(gradient(), kind), f"image/{kind.lower()}")
            for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
        ],
        (encode(gradient(), "AVIF"), "image/avif"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (zipped(), "application/zip"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\x1aE\xdf\xa3\x01", "video/webm"),
        (b"ID3\x04\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x44", "audio/mpeg"),
        (b"OggS\0\x02", "audio/ogg"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\0\0\0what", UNKNOWN),
        (b"", "text/plain"),
        ("Grüße, 世界\n".encode(), "text/plain"),
        (("世" * HEAD).encode()[:HEAD], "text/plain"),
        (b"BM is how this note begins", "text/plain"),
        (b"\x7fELF\x02\x01", UNKNOWN),
        (b"cut \xe4\xb8", UNKNOWN),
        (b"\xe4\xe4\xe4", UNKNOWN),
    ],
)
def test_content_decides(data, kind):
    assert media_type(data[:HEAD]) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        b"GIF8<script>",
    ],
)
def test_what_a_browser_would_run_is_plain_text(data):
    assert media_type(data) == "text/plain"


@given(st.binary(max_size=200))
def test_any_bytes_have_a_type_that_a_browser_does_not_run(data):
    kind = media_type(data)
    assert kind in RASTER_IMAGES or kind.split("/")[0] in {"audio", "video", "image", "application", "text"}
    assert kind not in {"text/html", "image/svg+xml", "application/xhtml+xml", "application/xml", "text/xml"}
