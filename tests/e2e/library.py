"""A shelf of shared pages: rich, long, pictured, ended, and one that is still a draft."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.model import Names
from tests.builders import conversation
from tests.e2e.demo import ANA, Demo
from tests.web import sample

LONG = 1203
"""Messages of the long page: two full pages and a rest."""


@dataclass(frozen=True)
class Library:
    """Links. `rich` shows every construct there is, `pictured` has files, `incident` 300 messages."""

    demo: Demo
    rich: str
    pictured: str
    incident: str
    long: str
    ended: str
    never: str
    preview: str
    """A private preview page with suspected secrets."""


async def publish_library(demo: Demo) -> Library:
    real = {"names": Names.REAL, "show_sharer": True}
    ended = await demo.publish("Where do we meet in spring?")
    await demo.world.sharing.revoke(ended, ANA)
    draft = await demo.draft("Access to staging for the import test")
    rich, long = await asyncio.gather(
        demo.share_on_the_command_line(sample.snapshot(), "--names", "--allow-secrets", "--expires", "30d"),
        demo.share_on_the_command_line(conversation(LONG, title="A long evening"), "--names"),
    )
    return Library(
        demo,
        rich=rich,
        pictured=await demo.publish("A reading page for phones: sketch and open questions", **real),
        incident=await demo.publish("Incident 42: checkout fails for some customers", **real),
        long=long,
        ended=ended,
        never=f"{demo.origin}/share/{'A' * 24}",
        preview=demo.world.sharing.preview_url(draft),
    )
