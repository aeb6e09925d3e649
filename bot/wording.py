"""The sentences of the core: what people are told, in one voice, on every platform.

Plain words, the audience named, no promise that is not kept. Whatever only makes sense on one
platform is worded in that platform's `words.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Choices, Continuation, ContinuationState, Header, Names, Share, ThreadRef
from bot.reply import Action, Card, Confirm, Reply, Style, ThreadHead
from bot.richtext.nodes import Body, Link, Paragraph, Subtext, Text, is_safe_url

AUDIENCE = "anyone with the link, without an account"
_CONTINUED = " (continued)"
FILES_STAY = "Files and pictures are published as they are: names inside them stay."
GONE_LINK = "That link no longer works: it has been {reason}. Ask whoever shared it for a new one."
UNKNOWN_LINK = "I don't know that link. Check that it is complete, then try again."


def paragraphs(*lines: str) -> Body:
    return tuple(Paragraph((Text(line),)) for line in lines)


def said(*lines: str, error: bool = False, done: bool = False) -> Reply:
    """A reply that only says something."""
    return Reply(paragraphs(*lines), error=error, done=done)


def count(number: int, one: str, many: str | None = None) -> str:
    """Says how many: "1 message", "1,200 messages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(moment: datetime) -> str:
    """The date in UTC, like 22 Nov 2026."""
    return f"{moment.day} {moment:%b %Y}"


def between(people: int, apps: int) -> str:
    """Whose conversation it is: "3 people and 1 app"."""
    persons = [count(people, "person", "people")] if people or not apps else []
    return " and ".join([*persons, *([count(apps, "app")] if apps else [])])


def extent(header: Header) -> str:
    """How much there is: "24 messages, 3 people and 1 app, 2 files"."""
    parts = [count(header.message_count, "message"), between(header.people_count, header.app_count)]
    if header.file_count:
        parts.append(count(header.file_count, "file"))
    return ", ".join(parts)


def snapshot_of(header: Header) -> str:
    """What a page is a snapshot of: "24 messages between 3 people and 1 app"."""
    voices = header.people_count + header.app_count
    whose = f" {'between' if voices > 1 else 'by'} {between(header.people_count, header.app_count)}"
    return count(header.message_count, "message") + (whose if voices else "")


def facts(header: Header) -> str:
    """What a preview says of a page: "24 messages · 3 people and 1 app · 22 Nov 2026"."""
    whose = between(header.people_count, header.app_count)
    return f"{count(header.message_count, 'message')} · {whose} · {day(header.taken_at)}"


def validity(expires_at: datetime | None) -> str:
    return f"valid until {day(expires_at)}" if expires_at else "valid until revoked"


def expiry_label(days: int | None) -> str:
    return "Never" if days is None else f"After {count(days, 'day')}"


def card_for(share: Share, url: str) -> Card:
    """The card in the thread: it names the sharer and the audience to the room, always."""
    names = "names are shown" if share.names is Names.REAL else "people appear under pseudonyms"
    updated = f", updated {day(share.updated_at)}" if share.updated_at else ""
    return Card(
        title=share.header.title,
        url=url,
        lines=(
            f"{extent(share.header)} · taken {day(share.header.taken_at)}{updated}",
            f"Shared by {share.owner.name or 'the operator'} · {AUDIENCE}, can read it · {names}",
            f"Later messages are not included · {validity(share.expires_at)}",
        ),
        actions=(
            *((Action("Open", url=url),) if url else ()),
            Action("Continue", "continue", share.id),
            revoke_action(share),
        ),
    )


def preview_card(share: Share, url: str) -> Card:
    """What a link shows where somebody pasted it: what its page shows to everybody, and no more."""
    reach = f"{AUDIENCE[0].upper()}{AUDIENCE[1:]}, can read it"
    return Card(
        title=share.header.title,
        url=url,
        lines=(
            f"{extent(share.header)} · taken {day(share.header.taken_at)}",
            f"Shared by {share.sharer} · {reach}" if share.sharer else reach,
            f"Later messages are not included · {validity(share.expires_at)}",
        ),
        actions=(Action("Open", url=url), Action("Continue", "continue", share.id)),
    )


def revoke_action(share: Share) -> Action:
    return Action(
        "Revoke",
        "revoke",
        share.id,
        style=Style.DANGER,
        confirm=Confirm(
            "Revoke this link?",
            f"“{share.header.title}” will no longer open for anyone. Threads that were already continued from "
            "it stay. This cannot be undone.",
            "Revoke",
        ),
    )


def revoke_all_action(number: int) -> Action:
    links = count(number, "link")
    return Action(
        f"Revoke all {links}" if number > 1 else "Revoke",
        "revoke_all",
        style=Style.DANGER,
        confirm=Confirm(
            f"Revoke {links}?",
            f"{links} will no longer open for anyone. This cannot be undone.",
            f"Revoke {links}",
        ),
    )


def closed_card(reason: str) -> Card:
    line = "The link was revoked and no longer opens." if reason == "revoked" else "The link has expired."
    return Card("This thread was shared", "", (line,), (), revoked=True)


def card_refused(why: str) -> str:
    return (
        f"Nothing was published, because the card that tells this thread about it could not be posted. {why}"
    )


def replay_head(continuation: Continuation, share: Share, url: str) -> ThreadHead:
    """The first post of a continued thread: names and links its origin, and says how far it is."""
    origin = (Link(url, (Text(share.header.title),)),) if is_safe_url(url) else (Text(share.header.title),)
    whose = f" It was shared by {share.sharer}." if share.sharer else ""
    facts = f"A snapshot of {extent(share.header)}, taken {day(share.header.taken_at)}.{whose}"
    note = "What follows are copies, marked “(shared)”. Nobody is notified, and the original stays untouched."
    return ThreadHead(
        key=f"{continuation.id}:head",
        title=_continued(share.header.title),
        body=(
            Paragraph((Text("Continued from: "), *origin)),
            Paragraph((Text(facts),)),
            Paragraph((Text(_replayed(continuation)),)),
            Subtext((Text(note),)),
        ),
    )


def _continued(title: str) -> str:
    """The title of the new thread; a thread continued again is not called so twice."""
    return title if title.endswith(_CONTINUED) else f"{title}{_CONTINUED}"


def _replayed(continuation: Continuation) -> str:
    wanted = continuation.total - continuation.first
    posted = continuation.done - continuation.first
    if wanted == 0:
        return "The conversation itself is behind the link."
    part = (
        f"The last {wanted} of {count(continuation.total, 'turn')} of it follow; the rest is behind the link."
        if continuation.first
        else "All of it follows."
    )
    if continuation.state is ContinuationState.RUNNING:
        return f"{part} Copying: {posted} of {wanted}."
    if continuation.state is ContinuationState.FAILED:
        return f"Copying ended after {posted} of {count(wanted, 'turn')}; the rest is behind the link."
    return part


def replay_failed(continuation: Continuation, why: str) -> Reply:
    """What whoever asked for a copy is told when it cannot go on."""
    posted, wanted = continuation.done - continuation.first, continuation.total - continuation.first
    what = f"“{continuation.title}”" if continuation.title else "a shared thread"
    return said(
        f"I could not finish copying {what}: {posted} of {count(wanted, 'turn')} stand there. {why}",
        error=True,
    )


def replay_stopped(rest: int) -> Body:
    return paragraphs(
        f"The shared link was ended or updated while this copy was being made, so the last {count(rest, 'turn')} "
        "will not follow. What stands here stays; carry on."
    )


def continued(title: str, turns: int, thread: ThreadRef) -> Reply:
    copying = (
        "I am copying the conversation into it now." if turns else "It begins with the link, and no copies."
    )
    text = f"“{title}” goes on in a new thread here. {copying}"
    return replace(said(text, done=True), thread=thread)


def published(url: str, *, card_posted: bool, updated: bool) -> Reply:
    """After the click on Publish."""
    first = (
        "The link now shows the new snapshot."
        if updated
        else f"Published. {AUDIENCE[0].upper()}{AUDIENCE[1:]}, can read it now."
    )
    later = (
        ()
        if card_posted
        else ("Its card will appear in this thread as soon as the platform lets me post it.",)
    )
    return Reply(
        (
            *paragraphs(first),
            *((Paragraph((Link(url, (Text(url),)),)),) if is_safe_url(url) else ()),
            *paragraphs(*later),
        ),
        actions=(Action("Open", url=url, style=Style.PRIMARY),) if url else (),
        done=True,
    )


def revoked(title: str) -> Reply:
    return said(
        f"Revoked. “{title}” no longer opens for anyone. Copies that somebody has already made, and threads "
        "continued from it, stay.",
        done=True,
    )


def revoked_all(number: int) -> Reply:
    if number == 0:
        return said("You have no live links, so there was nothing to revoke.", done=True)
    if number == 1:
        return said("Revoked. Your link no longer opens for anyone.", done=True)
    return said(f"Revoked {count(number, 'link')}. None of them opens for anyone now.", done=True)


def share_detail(share: Share) -> str:
    """One line about a link for whoever may manage it: where, when, how much, until when, how often viewed."""
    parts = [
        f"#{share.channel_name}" if share.channel_name else f"From {share.header.source.platform}",
        f"shared {day(share.created_at)}",
        *([f"updated {day(share.updated_at)}"] if share.updated_at else []),
        extent(share.header),
        validity(share.expires_at),
        count(share.views, "view"),
    ]
    return " · ".join(parts)


def audience_lines(choices: Choices, sharer: str) -> Sequence[str]:
    """The audience, in plain words, before the click."""
    names = (
        "Everyone appears under their real name."
        if choices.names is Names.REAL
        else "Everyone appears under a pseudonym made up for this link; apps keep their names."
    )
    who = (
        f"The page names you ({sharer}) as the one who shared it."
        if choices.show_sharer
        else "The page does not say who shared it."
    )
    public = f"Once published, {AUDIENCE}, can read it, until you revoke the link."
    return (
        f"{public} Later messages are never added by themselves, and copies that readers have made stay with them.",
        f"{names} {who} The card in this thread names you to the people here.",
    )
