"""What hangs on a message besides its text -> HTML: link cards, polls, forwarded messages, reactions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup, escape

from bot.model import Forward, LinkCard, Message, Participant, Poll, PollOption, Reaction
from bot.wording import count
from web.files import THUMBNAIL_SIDE, image, write_attachments
from web.inlines import Out, Pictures, bare, utc, write_inlines
from web.richtext import write_blocks

ACCENTS = (
    "#6b7280",
    "#dc2626",
    "#ea580c",
    "#ca8a04",
    "#65a30d",
    "#16a34a",
    "#0d9488",
    "#0284c7",
    "#2563eb",
    "#7c3aed",
    "#c026d3",
    "#db2777",
)
"""The colours that a link card's edge may have, as page.css draws them; the first is grey."""

_DIV_END = Markup("</div>")
_CARD = Markup('<div class="lc a{}">')
_SITE = Markup("<small><bdi>{}</bdi></small>")
_AUTHOR = Markup('<p class="by"><bdi>{}</bdi></p>')
_TITLE, _TITLE_END = Markup('<p class="ti">'), Markup("</p>")
_TITLE_LINK = Markup('<a href="{}" rel="nofollow ugc noopener noreferrer">')
_A_END = Markup("</a>")
_FOOT = Markup('<div class="st">')
_THUMBNAIL, _PICTURE = Markup('<div class="th">'), Markup('<div class="ims">')
_POLL = Markup('<div class="po"><div class="ti">')
_POLL_MIDDLE, _POLL_END = Markup("</div><ul>"), Markup("</ul><small>{}</small></div>")
_OPTION, _OPTION_END = Markup("<li><div>"), Markup("</div></li>")
_VOTES = Markup('<span>{}</span></div><progress aria-hidden="true" max="{}" value="{}"></progress></li>')
_FORWARD, _FORWARD_TIME = (
    Markup('<figure class="fw"><figcaption>Forwarded message'),
    Markup(', <time datetime="{}" data-s="f">{}</time>'),
)
_FORWARD_MIDDLE, _FORWARD_END = Markup("</figcaption><blockquote>"), Markup("</blockquote></figure>")
_REACTIONS, _REACTIONS_END = Markup('<ul class="rx">'), Markup("</ul>")
_REACTION, _REACTION_BY = Markup("<li>"), Markup('<li title="{}">')
_REACTION_END = Markup(" {}</li>")


def write_parts(
    message: Message, people: Mapping[str, Participant], out: Out, pictures: Pictures, *, edited: Markup
) -> None:
    """All that a message says: its text, and what hangs on it. `edited` stands behind the text."""
    write_blocks(message.body, out, pictures)
    if edited:
        if message.body and out[-1] == "</p>":
            out.insert(-1, edited)
        else:
            out.append(edited)
    if message.forwards:
        for forward in message.forwards:
            _write_forward(forward, out, pictures)
    if message.attachments:
        write_attachments(message.attachments, out, pictures)
    for card in message.cards:
        _write_card(card, out, pictures)
    if message.poll is not None:
        _write_poll(message.poll, out, pictures)
    if message.reactions:
        out.append(_REACTIONS)
        for reaction in message.reactions:
            _write_reaction(reaction, people, out, pictures)
        out.append(_REACTIONS_END)


def _write_forward(forward: Forward, out: Out, pictures: Pictures) -> None:
    out.append(_FORWARD)
    if forward.sent_at is not None:
        out.append(_FORWARD_TIME.format(utc(forward.sent_at), moment(forward.sent_at)))
    out.append(_FORWARD_MIDDLE)
    write_blocks(forward.body, out, pictures)
    write_attachments(forward.attachments, out, pictures)
    for card in forward.cards:
        _write_card(card, out, pictures)
    out.append(_FORWARD_END)


def _write_card(card: LinkCard, out: Out, pictures: Pictures) -> None:
    out.append(_CARD.format(accent(card.color)))
    _write_thumbnail(card, out, pictures)
    if card.site:
        out.append(_SITE.format(card.site))
    if card.author:
        out.append(_AUTHOR.format(card.author))
    if card.title or card.url:
        out.append(_TITLE)
        title = bare(card.title)
        if card.url:
            out.append(_TITLE_LINK.format(card.url))
        write_inlines(title, out, pictures)
        if not title and card.url:
            out.append(escape(card.url))
        if card.url:
            out.append(_A_END)
        out.append(_TITLE_END)
    write_blocks(card.body, out, pictures)
    url = pictures.url(card.image)
    if url is not None and card.image is not None:
        out += (_PICTURE, image(pictures.files[card.image], url, "Image of the preview"), _DIV_END)
    if card.footer:
        out.append(_FOOT)
        write_inlines(card.footer, out, pictures)
        out.append(_DIV_END)
    out.append(_DIV_END)


def _write_thumbnail(card: LinkCard, out: Out, pictures: Pictures) -> None:
    url = pictures.url(card.thumbnail)
    if url is not None and card.thumbnail is not None:
        file = pictures.files[card.thumbnail]
        out += (_THUMBNAIL, image(file, url, "Image of the preview", THUMBNAIL_SIDE), _DIV_END)


def accent(color: str | None) -> int:
    """Which of `ACCENTS` is nearest to `color` ("#rrggbb"); 0 for none."""
    if color is None:
        return 0
    wanted = _rgb(color)
    if wanted is None:
        return 0
    return min(
        range(len(ACCENTS)),
        key=lambda i: sum((a - b) ** 2 for a, b in zip(_rgb(ACCENTS[i]) or wanted, wanted, strict=True)),
    )


def _rgb(color: str) -> tuple[int, ...] | None:
    try:
        return tuple(bytes.fromhex(color.removeprefix("#"))[:3])
    except ValueError:
        return None


def _write_poll(poll: Poll, out: Out, pictures: Pictures) -> None:
    out.append(_POLL)
    write_inlines(poll.question, out, pictures)
    out.append(_POLL_MIDDLE)
    total = sum(option.votes or 0 for option in poll.options)
    for option in poll.options:
        _write_option(option, total, out, pictures)
    votes = f"{count(total, 'vote')} · " if any(o.votes is not None for o in poll.options) else ""
    out.append(_POLL_END.format(f"Poll · {votes}{'closed' if poll.closed else 'open when this was taken'}"))


def _write_option(option: PollOption, total: int, out: Out, pictures: Pictures) -> None:
    out.append(_OPTION)
    write_inlines(option.text, out, pictures)
    if option.votes is None:
        out.append(_OPTION_END)
        return
    share = f" · {round(option.votes * 100 / total)} %" if total else ""
    out.append(_VOTES.format(f"{count(option.votes, 'vote')}{share}", max(total, 1), option.votes))


def _write_reaction(
    reaction: Reaction, people: Mapping[str, Participant], out: Out, pictures: Pictures
) -> None:
    names = ", ".join(people[key].name for key in reaction.people if key in people)
    out.append(_REACTION_BY.format(names) if names else _REACTION)
    write_inlines((reaction.emoji,), out, pictures)
    out.append(_REACTION_END.format(f"{reaction.count:,}"))


def moment(at: datetime) -> str:
    """Date and time in UTC: "22 Nov 2026, 14:05 UTC"."""
    return f"{at.day} {at:%b %Y}, {at:%H:%M} UTC"
