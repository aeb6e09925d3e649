"""The preview of a draft, as a Reply: what a sharer sees and decides before anything is public."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.model import Choices, Draft, Message, MessageKind, Names, Snapshot
from bot.privacy.findings import FindingState, Review
from bot.privacy.publish import publishable
from bot.reply import Action, ChoiceField, Confirm, Field, Option, Reply, Style, TextField
from bot.richtext.nodes import Body, Bold, List, Paragraph, Quote, Subtext, Text
from bot.richtext.plain import plain
from bot.sharing import Sharing
from bot.sharing.capturing import TITLE_LIMIT
from bot.wording import audience_lines, between, count, day, expiry_label

_FIRST_MESSAGES = 3
_EXCERPT = 160
_LISTED = 5
_DIGITS = 9
_NAMES = (
    Option(Names.PSEUDONYMS, "Pseudonyms", "Also in the text, as far as names can be recognised"),
    Option(Names.REAL, "Real names"),
)
_SHARER = (Option("hidden", "Not on the page"), Option("shown", "On the page"))


async def preview_reply(sharing: Sharing, draft: Draft, note: str = "") -> Reply:
    """The preview as the draft is chosen now; `note` a sentence on what just happened."""
    snapshot = await sharing.captured(draft)
    found = await sharing.review_of(draft)
    earlier = await sharing.earlier_of(draft)
    body: list[Body] = [
        *([(Paragraph((Bold((Text(note),)),)),)] if note else []),
        (Paragraph((Text(_extent(found, draft.choices)),)),),
        tuple(Paragraph((Text(line),)) for line in audience_lines(draft.choices, draft.actor.name)),
        _warnings(found),
    ]
    return Reply(
        title="Share this thread?",
        body=tuple(block for part in body for block in part),
        sample=await _beginning(sharing, draft, snapshot, found),
        fields=_fields(
            sharing, draft, earlier[1] if earlier else None, day(earlier[0].created_at) if earlier else ""
        ),
        actions=_actions(sharing, draft, found),
    )


def _extent(found: Review, choices: Choices) -> str:
    whole = f"{count(found.messages, 'message')} from {between(found.people, found.apps)}"
    files = f", with {count(found.files, 'file')}" if found.files else ""
    left_out = len(choices.left_out)
    tail = f"; {count(left_out, 'message is', 'messages are')} left out" if left_out else ""
    return f"{whole}{files}{tail}."


def _fields(sharing: Sharing, draft: Draft, new_messages: int | None, shared_on: str) -> tuple[Field, ...]:
    choices = draft.choices
    expiries = tuple(Option(str(days or "never"), expiry_label(days)) for days in _expiries(sharing, choices))
    return (
        *(() if new_messages is None else (_link_field(draft, new_messages, shared_on),)),
        TextField("title", "Title", choices.title, TITLE_LIMIT),
        ChoiceField("names", "How people are called", _NAMES, choices.names),
        ChoiceField(
            "sharer", "Your name as the sharer", _SHARER, "shown" if choices.show_sharer else "hidden"
        ),
        ChoiceField("expires", "The link expires", expiries, str(choices.expires_days or "never")),
    )


def _link_field(draft: Draft, new_messages: int, shared_on: str) -> ChoiceField:
    grown = count(new_messages, "new message") if new_messages else "no new messages"
    options = (
        Option("update", f"Update the link of {shared_on}", f"The same link shows this snapshot: {grown}"),
        Option("new", "Make a new link", "The earlier link stays as it is"),
    )
    return ChoiceField(
        "link", "You have shared this thread before", options, "update" if draft.updates else "new"
    )


def _expiries(sharing: Sharing, choices: Choices) -> Sequence[int | None]:
    offered = sharing.policy.expiry_choices()
    return offered if choices.expires_days in offered else (*offered, choices.expires_days)


def _actions(sharing: Sharing, draft: Draft, found: Review) -> tuple[Action, ...]:
    publish = Action(
        "Update the link" if draft.updates else "Publish", "publish", draft.id, style=Style.PRIMARY
    )
    open_findings = len(found.open)
    masking = Action(
        f"Mask {count(open_findings, 'suspected secret')}",
        "mask",
        draft.id,
        style=Style.PRIMARY,
        confirm=Confirm(
            "Mask them all?", "Each one is blacked out on the page and in the downloads.", "Mask", "Not now"
        ),
    )
    return (
        masking if found.blocked else publish,
        Action("Choose messages…", url=sharing.preview_url(draft)),
        Action("Show my choices", "choose", draft.id),
        Action("Cancel", "cancel", draft.id),
    )


def _warnings(found: Review) -> Body:
    lines = [*_secret_lines(found), *_other_lines(found)]
    if not lines:
        return ()
    return (
        Paragraph((Bold((Text("Before you publish"),)),)),
        List(tuple((Paragraph((Text(line),)),) for line in lines)),
    )


def _secret_lines(found: Review) -> Iterable[str]:
    if found.open:
        kinds = _listed(f"{finding.kind} ({finding.excerpt})" for finding in found.open)
        yield (
            f"Looks like {count(len(found.open), 'secret')}: {kinds}. Publishing waits until each is masked, left out "
            "or approved under “Choose messages…”."
        )
    for state, words in (
        (FindingState.MASKED, "will be masked"),
        (FindingState.ACKNOWLEDGED, "will be published as it stands"),
    ):
        number = sum(1 for finding in found.findings if finding.state is state)
        if number:
            yield f"{count(number, 'suspected secret')} {words}."


def _other_lines(found: Review) -> Iterable[str]:
    if found.title_quotes:
        yield "The title repeats a message that is left out. Give the page another title."
    if found.unsupported:
        kinds = _listed(sorted({kind for kinds in found.unsupported.values() for kind in kinds}))
        yield f"{count(len(found.unsupported), 'message')} of a kind I can only show as text: {kinds}."
    if found.missing_files:
        names = _listed(
            f"{file.name} ({file.reason})" if file.reason else file.name for file in found.missing_files
        )
        yield f"{count(len(found.missing_files), 'file')} could not be copied: {names}."
    if found.staying_names:
        yield (
            "These names stay where they stand in plain text, because they may also be ordinary words: "
            f"{_listed(found.staying_names)}."
        )


def _listed(names: Iterable[str]) -> str:
    names = list(dict.fromkeys(names))
    rest = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")


async def _beginning(sharing: Sharing, draft: Draft, snapshot: Snapshot, found: Review) -> Body:
    """How the page will begin, made as the page is; what nobody has decided about yet is masked."""
    first = [
        m for m in snapshot.messages if m.kind is MessageKind.NORMAL and m.id not in draft.choices.left_out
    ]
    pseudonyms = await sharing.pseudonyms(draft) if draft.choices.names is Names.PSEUDONYMS else {}
    choices = replace(draft.choices, masked=draft.choices.masked | {finding.id for finding in found.open})
    beginning = Snapshot(snapshot.header, tuple(first[:_FIRST_MESSAGES]))
    public = await asyncio.to_thread(publishable, beginning, choices, pseudonyms, sharing.patterns)
    people = {person.key: person.name for person in public.header.participants}
    quoted = tuple(_excerpt(message, people) for message in public.messages)
    return (Subtext((Text("It begins:"),)), Quote(quoted)) if quoted else ()


def _excerpt(message: Message, people: Mapping[str, str]) -> Paragraph:
    text = " ".join(plain(message.body).split())
    text = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return Paragraph((Bold((Text(people.get(message.author or "", "Somebody")),)), Text(f"  {text}")))


def chosen(choices: Choices, values: Mapping[str, str]) -> Choices:
    """`choices` with the values of the preview's fields; what was not sent stays."""
    expires = values.get("expires", "")
    return replace(
        choices,
        title=values.get("title", choices.title),
        names=Names(values["names"]) if values.get("names") in set(Names) else choices.names,
        show_sharer=values["sharer"] == "shown" if "sharer" in values else choices.show_sharer,
        expires_days=int(expires[:_DIGITS])
        if expires.isdecimal()
        else None
        if expires == "never"
        else choices.expires_days,
    )
