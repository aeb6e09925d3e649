"""Taking everybody's names out of a thread, wherever they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import PurePosixPath
from urllib.parse import unquote

from bot.model import Header, Message, Participant, ParticipantKind, Snapshot, Source
from bot.privacy.callings import Called, is_certain
from bot.privacy.edits import Edit, apply, map_text, merge
from bot.privacy.names import NameFinder
from bot.privacy.pseudonyms import Census
from bot.privacy.rules import Rule
from bot.privacy.walk import Leaf
from bot.privacy.words import GENERIC
from bot.richtext.nodes import ChannelMention, Emoji, Mention, Unsupported

SOMEONE = "someone"
A_GROUP = "a group"
A_CHANNEL = "a-channel"
A_WORKSPACE = "a workspace"
A_CONVERSATION = "A conversation"
AN_EMOJI = "emoji"
A_MESSAGE = "a message"
A_LINK = "[link]"
EMAIL = "[email]"

# Each begins only where its kind of word begins, so that a long one is read once.
_EMAIL = re.compile(r"(?<![\w.%+-])(?!git@)[\w.%+-]++@[\w-]++(?:\.[\w-]++)++")
_RAW_MENTION = re.compile(r"<(@[!&]?|#|!subteam\^)([\w.-]{1,40}+)(?:[|^][^<>\n]{0,80}+)?>")
_CHANNEL = re.compile(r"#([\w-]{1,100})")
_GROUP = re.compile(r"@([\w-]{1,100})")
_OF_LINK = r"[^\s<>\"'|()\[\]]"
_ENCODED = "%(?:40|27|[89A-Fa-f][0-9A-Fa-f])"
_ENCODED_WORD = re.compile(rf"(?<!{_OF_LINK})(?:(?!{_ENCODED}){_OF_LINK})*+{_ENCODED}{_OF_LINK}*+")
_LINE_END = re.compile("%0a", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_COMPOUND = re.compile(r"[^\W_]+[-_][^\s]+")
_ID_LETTERS = _ID_DIGITS = 9
"""So many capitals or digits are an id of a platform's rather than a word or a number."""


class Anonymiser:
    """Rewrites a snapshot's texts with `pseudonyms` (by `Participant.key`).

    `addresses`: how links look that lead into a chat. Everyone whom the snapshot knows is
    found, also those of messages that are not published. `missing`: how many have no pseudonym.
    """

    def __init__(self, snapshot: Snapshot, pseudonyms: Mapping[str, str], addresses: Sequence[Rule]) -> None:
        header = snapshot.header
        census = Census(snapshot)
        self.missing = sum(key not in pseudonyms for key in census.pseudonymous())
        self._pseudonyms = pseudonyms
        self._bots = {p.key for p in header.participants if p.kind is ParticipantKind.BOT}
        self._channels = census.channels
        self._groups = census.groups
        everyone = _everyone(header.participants, tuple(census.mentions), pseudonyms)
        bystanders = (Called((p.name, *p.aliases), SOMEONE, aside=True) for p in _bystanders(header))
        places = _places(header.source, self._channels, self._groups)
        keys = (*(p.key for p in _bystanders(header)), *census.pseudonymous())
        ids = {key: pseudonyms.get(key, SOMEONE) for key in keys if _is_id(key)}
        self.names = NameFinder([*everyone, *bystanders, *places], ids, shared=SOMEONE)
        self._addresses = addresses
        self._public = frozenset(pseudonyms.values())

    def message(self, message: Message) -> Message:
        """`message` without names in its texts. `leaf` and `withheld` do the rest."""
        return map_text(message, self.edits, mentions=False, torn=True)

    def text(self, text: str) -> str:
        return apply(text, self.edits(text))

    def title(self, title: str) -> str:
        """`title` without names; one that is only the channel's name tells where, and goes."""
        if title.strip().lstrip("#").casefold() in self._channels:
            return A_CONVERSATION
        return self.text(title)

    def file_name(self, name: str, number: int) -> str:
        """`name`, or a neutral one with the same suffix where it may tell who somebody is."""
        if not name or not (self.names.in_file_name(name) or self.edits(name)):
            return name
        suffix = PurePosixPath(name).suffix
        return f"file-{number}{suffix if _SUFFIX.fullmatch(suffix) and not self.names.edits(suffix) else ''}"

    def edits(self, text: str) -> list[Edit]:
        """Everything in `text` that tells who or where somebody is, and what to say instead."""
        names = self.names.edits(text)
        other = [
            *self._address_edits(text),
            [Edit(*m.span(), EMAIL) for m in _EMAIL.finditer(text)] if "@" in text and "." in text else [],
            [Edit(*m.span(), self._raw(m)) for m in _RAW_MENTION.finditer(text)] if "<" in text else [],
            _named(_CHANNEL, text, self._channels, f"#{A_CHANNEL}") if "#" in text else [],
            _named(_GROUP, text, self._groups, f"@{A_GROUP}") if self._groups and "@" in text else [],
            list(self._link_edits(text)) if "%" in text else [],
        ]
        return merge(*other, names) if any(other) else names

    def leaf(self, node: Leaf) -> Leaf:
        """`node` without the name that it is; other nodes, and people (ask `called`), as they are."""
        match node:
            case ChannelMention():
                return ChannelMention(A_CHANNEL)
            case Emoji() if self.names.in_file_name(node.name):
                return Emoji(AN_EMOJI, node.char)
            case Unsupported():
                return replace(node, kind=self.text(node.kind))
            case _:
                return node

    def withheld(self, author: str) -> str:
        """A card's author as far as it may be told: a pseudonym, or nothing."""
        return author if author in self._public else ""

    def called(self, mention: Mention) -> str:
        """The name for whom or what is mentioned."""
        match mention.kind:
            case "everyone":
                return mention.name
            case "group":
                return A_GROUP
            case "person":
                if mention.person in self._bots:
                    return mention.name
                known = self._pseudonyms.get(mention.person) if mention.person is not None else None
                return known or self.names.replacement(mention.name) or SOMEONE

    def _raw(self, match: re.Match[str]) -> str:
        if match[1] == "#":
            return f"#{A_CHANNEL}"
        return "@" + self._pseudonyms.get(match[2], SOMEONE if match[1] in ("@", "@!") else A_GROUP)

    def _address_edits(self, text: str) -> Iterator[list[Edit]]:
        folded = text.lower() if "." in text or "/" in text else ""
        for rule in self._addresses:
            if any(word in folded for word in rule.keywords):
                yield [Edit(*m.span(), A_MESSAGE) for m in rule.compiled.finditer(text)]

    def _link_edits(self, text: str) -> Iterator[Edit]:
        """Addresses that tell a name only once they are decoded: ".../Jos%C3%A9"."""
        encoded = list(_ENCODED_WORD.finditer(text))
        # All at once, each in a line of its own: no word decodes to more than one.
        whole = unquote("\n".join([_LINE_END.sub("%20", word[0]) for word in encoded]))
        starts = list(accumulate((len(one) + 1 for one in whole.split("\n")), initial=0))
        telling = (*self.names.edits(whole), *(Edit(*m.span(), "") for m in _EMAIL.finditer(whole)))
        for i in sorted({bisect_right(starts, edit.start) - 1 for edit in telling}):
            yield Edit(*encoded[i].span(), A_LINK)


def _named(pattern: re.Pattern[str], text: str, names: Collection[str], by: str) -> list[Edit]:
    """What `pattern` finds in `text` with one of `names` as its group."""
    return [Edit(*match.span(), by) for match in pattern.finditer(text) if match[1].casefold() in names]


def _everyone(
    participants: Sequence[Participant],
    mentions: Sequence[tuple[str | None, str]],
    pseudonyms: Mapping[str, str],
) -> Iterator[Called]:
    """Everyone with all their names: those of the participants, and those they are mentioned by."""
    names: dict[str, dict[str, None]] = {}
    for person in participants:
        if person.kind is ParticipantKind.BOT:
            yield Called((person.name,), person.name, kept=True)
        else:
            names[person.key] = dict.fromkeys((person.name, *person.aliases))
    bots = {p.key for p in participants if p.kind is ParticipantKind.BOT}
    for key, name in mentions:
        if key is not None and key not in bots:
            names.setdefault(key, {})[name] = None
    for key, known in names.items():
        yield Called(tuple(known), pseudonyms.get(key, SOMEONE))
    if strangers := [name for key, name in mentions if key is None]:
        told = {name.casefold() for known in names.values() for name in known}
        yield from (Called((name,), SOMEONE) for name in strangers if name.casefold() not in told)


def _bystanders(header: Header) -> list[Participant]:
    """Those known where it was said who take no part; apps keep their names."""
    present = {person.key for person in header.participants}
    return [p for p in header.bystanders if p.key not in present and p.kind is ParticipantKind.PERSON]


def _places(source: Source, channels: Iterable[str], groups: Iterable[str]) -> Iterator[Called]:
    """The places whose names cannot be mistaken for a word: "Acme", "Acme Research", "project-falcon". A
    workspace that is called like a word is meant where "workspace" or the like follows.
    """
    names = [name for name in (source.workspace.strip(), _proper(source)) if name]
    kinds = ("workspace", "server", source.platform)
    names += [f"{name} {kind}" for name in names for kind in kinds]
    with_article = (f"the {name}" for name in names if is_certain(name))
    yield Called((*names, *with_article), A_WORKSPACE, whole=True)
    for names_of, by in ((channels, A_CHANNEL), (groups, A_GROUP)):
        yield from (Called((name,), by, whole=True) for name in names_of if _COMPOUND.fullmatch(name))


def _proper(source: Source) -> str:
    """The workspace's name without what says only that it is a company's or a workspace: "Acme" of "The Acme
    Inc.".
    """
    generic = GENERIC | {source.platform.casefold()}
    words = source.workspace.split()
    while words and words[-1].strip(".,()").casefold() in generic:
        words.pop()
    while words and words[0].casefold() in generic:
        words.pop(0)
    return " ".join(words).rstrip(",")


def _is_id(key: str) -> bool:
    """Whether `key` cannot be mistaken for a word or a number."""
    if key.isdecimal():
        return len(key) >= _ID_DIGITS
    return not key.isalpha() or (key.isupper() and len(key) >= _ID_LETTERS)
