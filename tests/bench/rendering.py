"""1,000 Discord messages, from payloads to finished HTML, against chat-exporter 3.1.0: time and bytes.

    python -m tests.bench.rendering [ROUNDS]

Both read the same payloads and work in turns, each in a process of its own; processor time counts.
Ours is timed from the raw payloads; theirs from messages that discord.py has already parsed.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import brotli

from adapters.discord.parse import Found, author_key, parse, participant, references
from bot.model import Actor, Header, Message, Names, Participant, Share, Source, ThreadRef
from bot.sharing import PAGE_SIZE
from tests.bench.conversation import CHANNEL, GUILD, ROLE, USERS, payloads
from tests.bench.peer_environment import python_with_chat_exporter
from tests.bench.table import Row, at_least, at_most, to_text
from web.render import PageView, render_page

MESSAGES = 1000
ROUNDS = 7
FASTER = 5.0
RAW, COMPRESSED = 1 / 3, 1 / 2
_BROTLI_QUALITY = 5
_TAKEN_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_PEER = Path(__file__).with_name("peer_chat_exporter.py")


def read(raws: list[dict[str, Any]]) -> tuple[tuple[Message, ...], tuple[Participant, ...]]:
    """A thread's messages and people, given its raw messages, as capture makes them."""
    people: dict[str, Participant] = {}
    for raw in raws:
        references(raw)
        if author_key(raw) not in people and (author := participant(raw)):
            people[author.key] = author
    found = Found(people, {str(CHANNEL): "general"}, {str(ROLE): "moderators"})
    return tuple(parse(raw, found) for raw in raws), tuple(people.values())


def render(messages: tuple[Message, ...], people: tuple[Participant, ...]) -> list[bytes]:
    """The pages of a thread, as web makes them."""
    share = _share(messages, people)
    pages = -(-len(messages) // PAGE_SIZE)
    return [
        render_page(
            PageView(
                share=share,
                url="https://threads.example/share/AAAAAAAAAAAAAAAAAAAAAAAA",
                messages=messages[number * PAGE_SIZE : (number + 1) * PAGE_SIZE],
                page=number + 1,
                pages=pages,
                base_url="https://threads.example",
            )
        )
        for number in range(pages)
    ]


def published(raws: list[dict[str, Any]]) -> list[bytes]:
    """The pages as readers get them: messages are numbered, no platform's ids are on a page."""
    messages, people = read(raws)
    return render(tuple(replace(m, id=f"m{number}") for number, m in enumerate(messages, 1)), people)


def _share(messages: tuple[Message, ...], people: tuple[Participant, ...]) -> Share:
    header = Header(
        "A conversation",
        Source("Discord", "Acme", "general"),
        _TAKEN_AT,
        people,
        message_count=len(messages),
        first_at=messages[0].sent_at,
        last_at=messages[-1].sent_at,
    )
    owner = Actor("discord", str(GUILD), str(USERS[0]["id"]), "Ana")
    thread = ThreadRef("discord", str(GUILD), str(CHANNEL), "1")
    return Share("s1", owner, thread, header, Names.REAL, "Ana", _TAKEN_AT)


@contextmanager
def _peer(source: Path, target: Path) -> Iterator[subprocess.Popen[str]]:
    # -P: else modules beside it would come before those that it imports.
    command = [str(python_with_chat_exporter()), "-P", str(_PEER), str(source), str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _ask(process: subprocess.Popen[str]) -> float:
    asked, answered = _pipes(process)
    asked.write("again\n")
    asked.flush()
    return float(answered.readline())


def _timed(raws: list[dict[str, Any]]) -> float:
    start = time.process_time()
    render(*read(raws))
    return time.process_time() - start


def run(rounds: int) -> tuple[list[float], list[float], str]:
    """Seconds of processor time of each round, ours and theirs, and their page. The first round only warms up."""
    raws = payloads(MESSAGES)
    told = {"guild": str(GUILD), "channel": str(CHANNEL), "role": str(ROLE), "users": USERS, "messages": raws}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "conversation.json", Path(folder) / "page.html"
        source.write_text(json.dumps(told), "utf-8")
        with _peer(source, target) as process:
            both = [(_timed(raws), _ask(process)) for _ in range(rounds + 1)][1:]
            process.communicate()
        page = target.read_text("utf-8")
    return [ours for ours, _ in both], [theirs for _, theirs in both], page


def measure(rounds: int = ROUNDS) -> list[Row]:
    ours, theirs, their_page = run(rounds)
    mine, peer = statistics.median(ours), statistics.median(theirs)
    raws = payloads(MESSAGES)
    text = "\n".join(raw["content"] for raw in raws).encode()
    pages, other = published(raws), [their_page.encode()]
    speeds = f"{MESSAGES / mine:,.0f}/s against {MESSAGES / peer:,.0f}/s"
    rows = [
        at_least(f"{MESSAGES:,} Discord messages to HTML, of chat-exporter", peer / mine, FASTER, note=speeds)
    ]
    for name, size, limit in (("raw", _raw, RAW), ("brotli 5", _compressed, COMPRESSED)):
        bare = size([text])
        we, they = size(pages) - bare, size(other) - bare
        note = f"{we:,} against {they:,}"
        rows.append(at_most(f"its bytes beyond the bare text, {name}", we / they, round(limit, 3), note=note))
    return rows


def _raw(pages: list[bytes]) -> int:
    return sum(map(len, pages))


def _compressed(pages: list[bytes]) -> int:
    return sum(len(brotli.compress(page, quality=_BROTLI_QUALITY)) for page in pages)


if __name__ == "__main__":
    print(to_text(measure(*map(int, sys.argv[1:]))))
