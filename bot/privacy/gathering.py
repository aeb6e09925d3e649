"""From messages to a snapshot that names exactly the people and files that are in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.model import FileCopy, Header, Message, Participant, Snapshot
from bot.privacy.walk import Leaf, Visitor, map_message
from bot.richtext.nodes import Emoji, Inline, Mention


def gathered(
    messages: Sequence[Message],
    header: Header,
    people: Mapping[str, Participant],
    files: Mapping[str, FileCopy],
    *,
    unknown: str,
    lost: Callable[[str], FileCopy] | None = None,
) -> Snapshot:
    """`messages`, from the oldest to the newest, under `header` with their people, files, number and moments.

    Whoever is not in `people` is called `unknown`. A file that is not in `files` is left away, or what `lost`
    makes of its id.
    """
    used = _Used()
    for message in messages:
        map_message(message, used)
    shown = tuple(people.get(key) or Participant(key, unknown) for key in used.people)
    wanted = dict.fromkeys((*used.files, *(person.avatar for person in shown if person.avatar)))
    found = (files.get(key) or (lost(key) if lost else None) for key in wanted)
    header = replace(
        header,
        participants=shown,
        files=tuple(file for file in found if file is not None),
        message_count=len(messages),
        first_at=messages[0].sent_at if messages else None,
        last_at=messages[-1].sent_at if messages else None,
    )
    return Snapshot(header, tuple(messages))


class _Used(Visitor):
    """Gathers people and files in the order of their first appearance."""

    def __init__(self) -> None:
        self.people: dict[str, None] = {}
        self.files: dict[str, None] = {}

    def person(self, key: str) -> str:
        self.people[key] = None
        return key

    def file(self, file_id: str) -> str:
        self.files[file_id] = None
        return file_id

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        if isinstance(node, Mention) and node.person:
            self.person(node.person)
        if isinstance(node, Emoji) and node.file:
            self.file(node.file)
        return (node,)
