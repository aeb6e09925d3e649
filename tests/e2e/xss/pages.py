"""Whole pages that are full of payloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Actor, Choices, FileState, Message, Names, Share, Source, ThreadRef
from bot.privacy.findings import Finding, FindingState, Review
from tests.e2e.xss import fields
from web.render import PageView, PreviewView

TOKEN = "q0Zr4Vd8Xw2LmT7yKp3NsA"


def view(
    payload: str,
    said: Sequence[Message] = (),
    *,
    base: str,
    among: Sequence[str] = (),
    pages: int = 3,
) -> PageView:
    """A page whose head is filled with `payload`. Its messages name people and files of `among`."""
    share = Share(
        "s1",
        Actor("playground", "w", "u", "Ana"),
        ThreadRef("playground", "w", "c", "t"),
        fields.header(payload, among),
        Names.REAL,
        payload,
        fields.AT,
        updated_at=fields.AT,
        expires_at=fields.AT,
        revision=2,
        continued=2,
        channel_name=payload,
    )
    return PageView(
        share,
        f"{base}/share/{TOKEN}",
        tuple(said),
        2 if pages > 1 else 1,
        pages,
        base,
        report=payload,
        command=payload,
        app_name=payload,
    )


def everything(payloads: Sequence[str], base: str) -> PageView:
    """One page with every payload in every field of a message, and the first in those of the head."""
    said = tuple(m for i, payload in enumerate(payloads) for m in fields.messages(payload, i))
    return view(payloads[0], said, among=payloads, base=base)


def most_exposed(payloads: Sequence[str], base: str) -> PageView:
    """One page with every payload in the fields that everybody fills."""
    said = tuple(fields.exposed(payload, i) for i, payload in enumerate(payloads))
    return view(payloads[0], said, among=payloads, base=base)


def preview(payloads: Sequence[str]) -> PreviewView:
    """The private preview page with every payload in every field, each as title and error once a page."""
    first = payloads[0]
    said = tuple(m for i, payload in enumerate(payloads) for m in fields.messages(payload, i))
    states = (*FindingState, FindingState.OPEN)
    found = tuple(
        Finding(f"{p}!{i}", f"{p}!1" if i else "title", p, p, state)
        for p in payloads
        for i, state in enumerate(states)
    )
    head = fields.header(first, payloads)
    missing = tuple(file for file in head.files if file.state is not FileState.COPIED)
    review = Review(found, {m.id: (m.author or "",) for m in said}, missing, tuple(payloads), 3, 2, 1, 1)
    return PreviewView(
        first,
        said,
        replace(head, message_count=len(said)),
        Choices(first, left_out=frozenset({f"{first}!1", first}), masked=frozenset({first})),
        review,
        f"/preview/{TOKEN}",
        saved=True,
        page=1,
        pages=2,
        error=first,
    )


def placeless(payload: str, base: str) -> PageView:
    """A single page from a platform whose places are withheld, with many people."""
    whole = view(payload, among=[payload] * 5, base=base, pages=1)
    source = Source(payload)
    return replace(whole, share=replace(whole.share, header=replace(whole.share.header, source=source)))
