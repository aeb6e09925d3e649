"""What a preview must tell the sharer before anything is public."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Choices, FileCopy, FileState, Message, Names, ParticipantKind, Snapshot
from bot.privacy.anonymise import Anonymiser
from bot.privacy.edits import running_text
from bot.privacy.masking import TITLE, Suspect, attached, suspects, title_suspects
from bot.privacy.patterns import Patterns
from bot.privacy.secrets import RuleBook
from bot.privacy.walk import Leaf, Visitor, map_message
from bot.richtext.nodes import Inline, Unsupported
from bot.richtext.plain import plain

_TELLING_TITLE = 6
"""A title of fewer characters tells nothing of a message that begins like it."""


class FindingState(StrEnum):
    OPEN = "open"
    MASKED = "masked"
    ACKNOWLEDGED = "acknowledged"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Finding:
    """A suspected secret. `id` is stable for the same draft; `message` the captured id of its message,
    or "title"; `excerpt` its first characters and dots, never the secret.
    """

    id: str
    message: str
    kind: str
    excerpt: str
    state: FindingState = FindingState.OPEN


@dataclass(frozen=True, slots=True)
class Review:
    """What a preview warns of and counts, with the choices as they are. All but `findings` is about
    what would be published.

    `unsupported`: kinds of content that are shown as bare text, by captured message id.
    `missing_files`: attached files without a copy. `staying_names`: names that stay in plain text
    though everyone else's are replaced. `messages`, `people`, `apps`, `files`: how many.
    """

    findings: tuple[Finding, ...]
    unsupported: Mapping[str, tuple[str, ...]]
    missing_files: tuple[FileCopy, ...]
    staying_names: tuple[str, ...]
    messages: int
    people: int
    apps: int
    files: int
    title_quotes: bool = False
    """Whether the title repeats the beginning of a message that is left out."""

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nothing was decided about."""
        return tuple(finding for finding in self.findings if finding.state is FindingState.OPEN)

    @property
    def blocked(self) -> bool:
        """Whether publishing has to wait for a decision."""
        return bool(self.open)


def review(snapshot: Snapshot, choices: Choices, patterns: Patterns) -> Review:
    """What the sharer of a captured `snapshot` must know, given their `choices`."""
    kept = [m for m in snapshot.messages if m.id not in choices.left_out]
    files = {f.id: f for f in snapshot.header.files}
    uploads = dict.fromkeys(file_id for m in kept for file_id in attached(m))
    copies = [files[i] for i in uploads if i in files]
    authors = {m.author for m in kept} - {None}
    apps = authors & {p.key for p in snapshot.header.participants if p.kind is ParticipantKind.BOT}
    return Review(
        findings=tuple(_findings(snapshot, choices, patterns.rules, files)),
        unsupported={m.id: kinds for m in kept if (kinds := _unsupported(m))},
        missing_files=tuple(f for f in copies if f.state is not FileState.COPIED),
        staying_names=_staying(snapshot, choices, kept, patterns)
        if choices.names is Names.PSEUDONYMS
        else (),
        messages=len(kept),
        people=len(authors - apps),
        apps=len(apps),
        files=len(copies),
        title_quotes=_quotes(choices.title or snapshot.header.title, snapshot.messages, choices.left_out),
    )


def _quotes(title: str, messages: Iterable[Message], left_out: Collection[str]) -> bool:
    """Whether `title` is made of a message in `left_out`, and of none that stays: titles often are."""
    words = " ".join(title.split()).rstrip("….").casefold()
    if not left_out or len(words) < _TELLING_TITLE:
        return False
    gone = (m for m in messages if m.id in left_out)
    stays = (m for m in messages if m.id not in left_out)
    return any(_begins(m, words) for m in gone) and not any(_begins(m, words) for m in stays)


def _begins(message: Message, words: str) -> bool:
    return " ".join(plain(message.body)[: 4 * len(words)].split()).casefold().startswith(words)


def _findings(
    snapshot: Snapshot, choices: Choices, rules: RuleBook, files: Mapping[str, FileCopy]
) -> Iterable[Finding]:
    for suspect in title_suspects(choices.title or snapshot.header.title, rules):
        yield _finding(TITLE, suspect, choices)
    for message in snapshot.messages:
        for suspect in suspects(message, files, rules):
            yield _finding(message.id, suspect, choices)


def _finding(message: str, suspect: Suspect, choices: Choices) -> Finding:
    state = FindingState.OPEN
    if message in choices.left_out:
        state = FindingState.LEFT_OUT
    elif suspect.id in choices.masked:
        state = FindingState.MASKED
    elif suspect.id in choices.acknowledged:
        state = FindingState.ACKNOWLEDGED
    return Finding(suspect.id, message, suspect.kind, suspect.excerpt, state)


def _staying(
    snapshot: Snapshot, choices: Choices, kept: Collection[Message], patterns: Patterns
) -> tuple[str, ...]:
    names = Anonymiser(snapshot, {}, patterns.addresses).names
    found: set[str] = set()
    for text in (choices.title, *(running_text(m, mentions=False) for m in kept)):
        found |= names.staying(text)
    return tuple(sorted(found, key=str.casefold))


def _unsupported(message: Message) -> tuple[str, ...]:
    seen = _Unsupported()
    map_message(message, seen)
    return tuple(seen.kinds)


class _Unsupported(Visitor):
    def __init__(self) -> None:
        self.kinds: dict[str, None] = {}

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        if isinstance(node, Unsupported):
            self.kinds[node.kind] = None
        return (node,)
