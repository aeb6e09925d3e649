"""From a wish to share a thread to its preview in a modal, and from there to the link."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from adapters.slack import words_dialog as words
from adapters.slack.desk import Asker, Desk
from adapters.slack.identity import Permalink, parse_permalink, thread_ref
from adapters.slack.parse_asked import Click, Mentioned, Submit, moment_of, words_of
from adapters.slack.patience import Estimate
from adapters.slack.progress import CaptureProgress
from adapters.slack.render_said import small
from adapters.slack.render_views import (
    held,
    is_preview,
    link_modal,
    preview_modal,
    said_modal,
    submit_of,
    with_values,
    working_modal,
)
from adapters.slack.views import Modal
from bot.commands import Request
from bot.model import ThreadRef
from bot.platforms import PlatformError
from bot.reply import Action, Reply, Style
from bot.richtext.plain import plain
from bot.wording import said

Json = dict[str, Any]

_ADDRESS = re.compile(r"<https?://[^<>]*>|https?://[^\s<>]+")
_JUST_BEFORE = timedelta(microseconds=1)
_TITLE = 150


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to share: a thread, or where a message's address leads. `asked_at`: where its capture
    ends. `invite`: where it is refused, inviting the bot may help.
    """

    thread: ThreadRef | Permalink
    title: str = ""
    asked_at: datetime | None = None
    delivery: str = ""
    invite: bool = False


class SharingDialog:
    """`estimate` tells of slow captures, as `Patience.estimate` does."""

    def __init__(self, desk: Desk, estimate: Callable[[ThreadRef], Estimate | None]) -> None:
        self._desk = desk
        self._estimate = estimate

    # Where it begins

    async def share(self, asker: Asker, wish: Wish) -> None:
        """Opens a modal at once, and shows the preview in it when the thread is read."""
        modal = await self._open(asker, capturing_modal())
        if modal is not None:
            await self.capture(asker, modal, wish)

    async def typed(self, asker: Asker, text: str, at: datetime, delivery: str) -> None:
        """/share with a message's link and perhaps a title, or alone."""
        wish = wish_of(text, delivery, at)
        if wish is not None:
            await self.share(asker, wish)
        else:
            await self.ask_link(asker, note=words.NO_LINK if text else "")

    async def ask_link(self, asker: Asker, note: str = "") -> None:
        await self._open(asker, link_modal(self._desk.terms, note=note))

    async def clicked_share(self, asker: Asker, asked: Click, delivery: str) -> None:
        """The button of `mention_reply`. The words that asked for it are not part of the conversation."""
        try:
            channel, thread, at, title = map(str, json.loads(asked.argument))
        except (ValueError, TypeError):
            return
        asked_at = moment_of(at)
        await self.share(
            asker,
            Wish(
                thread_ref(asker.workspace, channel, thread),
                title,
                asked_at - _JUST_BEFORE if asked_at else None,
                delivery,
            ),
        )

    # The preview

    async def capture(self, asker: Asker, modal: Modal, wish: Wish) -> None:
        """Reads the thread and shows its preview in `modal`, which may be closed by then."""
        async with self._desk.ending_well(asker, modal):
            await self._capture(asker, modal, wish)

    async def _capture(self, asker: Asker, modal: Modal, wish: Wish) -> None:
        thread = wish.thread
        if isinstance(thread, Permalink):
            try:
                thread = await self._desk.platform.find_thread(asker.actor, thread)
            except PlatformError as refused:
                await self._wrong_link(asker, modal, str(refused), wish)
                return
        progress = CaptureProgress(self._desk.views, asker.workspace, modal, partial(self._estimate, thread))
        reply = await self._desk.handle(
            Request(
                asker.actor,
                "share",
                wish.title,
                thread.place,
                thread,
                delivery=wish.delivery,
                progress=progress,
                asked_at=wish.asked_at,
            )
        )
        await self._show(asker, modal, reply, announced=ready(reply), invite=wish.invite)

    async def _wrong_link(self, asker: Asker, modal: Modal, why: str, wish: Wish) -> None:
        """Asks for another link, in the same modal."""
        view = link_modal(self._desk.terms, title=wish.title, note=why)
        if not await self._desk.views.update(asker.workspace, modal, view):
            await self._desk.notify(asker.actor, said(why, error=True))

    async def reopened(self, asker: Asker, asked: Click, delivery: str) -> None:
        """A button outside of any modal that leads (back) to a draft."""
        modal = await self._open(asker, working_modal(words.SHARE_TITLE, words.OPENING))
        if modal is None:
            return
        async with self._desk.ending_well(asker, modal):
            asks = Request(asker.actor, asked.verb, asked.argument, delivery=delivery)
            await self._show(asker, modal, await self._desk.handle(asks))

    async def changed(self, asker: Asker, asked: Click, delivery: str) -> None:
        """A button in the preview: what was typed and chosen comes with it, and stays."""
        values = asked.values
        reply = await self._desk.handle(
            Request(asker.actor, asked.verb, asked.argument, values=values, delivery=delivery)
        )
        modal = Modal(asked.view)
        if is_preview(reply):
            await self._desk.views.update(asker.workspace, modal, preview_modal(reply))
        elif reply.error:
            await self._refused(asker, modal, asked.argument, values, reply, tell=False)

    async def submitted(self, asker: Asker, asked: Submit, delivery: str) -> None:
        """Publishes, or looks again; its modal says that this is being done."""
        async with self._desk.ending_well(asker, Modal(asked.view)):
            await self._submitted(asker, asked, delivery)

    async def _submitted(self, asker: Asker, asked: Submit, delivery: str) -> None:
        draft, modal, values = held(asked.held), Modal(asked.view), asked.values
        reply = await self._desk.handle(
            Request(asker.actor, asked.verb, draft, values=values, delivery=delivery)
        )
        if reply.error:
            await self._refused(asker, modal, draft, values, reply, tell=True)
        elif is_preview(reply) or reply.done:
            await self._show(asker, modal, reply)
        # Anything else says that another process is at it, which also tells what comes of it.

    async def closed(self, asker: Asker, asked: Submit, delivery: str) -> None:
        """Closing the preview leaves nothing behind."""
        if draft := held(asked.held):
            await self._desk.handle(Request(asker.actor, "cancel", draft, delivery=delivery))

    async def _refused(
        self, asker: Asker, modal: Modal, draft: str, values: Mapping[str, str], reply: Reply, *, tell: bool
    ) -> None:
        """Shows the preview again, with the reason on top and what was typed still there. `tell`: also to
        somebody who has closed it.
        """
        why = _sentence(reply)
        again = await self._desk.handle(Request(asker.actor, "choose", draft))
        if not is_preview(again):
            await self._show(asker, modal, reply)
            return
        again = with_values(again, values)
        shown = await self._desk.views.update(asker.workspace, modal, preview_modal(again, note=why))
        if not shown and tell:
            await self._desk.notify(asker.actor, unpublished(again, why))

    async def _show(
        self,
        asker: Asker,
        modal: Modal,
        reply: Reply,
        *,
        announced: Reply | None = None,
        invite: bool = False,
    ) -> None:
        """Shows `reply` in `modal`; where that is closed, says `announced`, or the same, to its person. `invite`: a
        refusal is followed by how the bot is invited.
        """
        if is_preview(reply):
            view = preview_modal(reply)
        else:
            bot = await self._desk.name_of_bot(asker.workspace) if invite and reply.error else ""
            more = [small(words.PRIVATE_TIP.format(bot=bot))] if bot else []
            view = said_modal(reply, words.SHARE_TITLE, more)
        try:
            shown = await self._desk.views.update(asker.workspace, modal, view)
        except PlatformError:
            shown = False
        if not shown:
            await self._desk.notify(asker.actor, announced or reply)

    async def _open(self, asker: Asker, view: Json) -> Modal | None:
        """The modal; None where it cannot be opened, which its person is told."""
        try:
            return await self._desk.views.open(asker.workspace, asker.trigger, view)
        except PlatformError as refused:
            await self._desk.say(asker, said(str(refused), error=True))
            return None


def capturing_modal() -> Json:
    return working_modal(words.SHARE_TITLE, words.CAPTURING, words.CAPTURING_TIP)


def wish_of(text: str, delivery: str, at: datetime | None = None, title: str = "") -> Wish | None:
    """What `text`, a message's link and perhaps a title, asked for `at` that moment; None where there is no such
    link.
    """
    link = parse_permalink(text)
    if link is None:
        return None
    rest = " ".join(words_of(_ADDRESS.sub(" ", text)).split())
    return Wish(link, (title or rest)[:_TITLE], at, delivery)


def mention_reply(asked: Mentioned) -> Reply:
    """What is answered to "share" behind our name in a thread: a button, because only a click opens a modal."""
    mark = json.dumps([asked.channel, asked.thread, asked.at, asked.rest[:_TITLE]])
    return Reply(
        said(words.MENTION_READY).body,
        actions=(Action(words.OPEN_PREVIEW, "share", mark, style=Style.PRIMARY),),
    )


def ready(reply: Reply) -> Reply:
    """Tells of a preview whose modal was closed while the thread was read."""
    return _announced(reply, words.READY.format(title=_title(reply))) if is_preview(reply) else reply


def unpublished(preview: Reply, why: str) -> Reply:
    """Tells of a refusal whose modal was closed meanwhile."""
    return _announced(preview, words.NOT_PUBLISHED.format(title=_title(preview), why=why))


def _announced(preview: Reply, text: str) -> Reply:
    draft = submit_of(preview).argument
    return Reply(
        said(text).body,
        actions=(Action(words.OPEN_PREVIEW, "choose", draft, style=Style.PRIMARY),),
    )


def _title(preview: Reply) -> str:
    return next((field.value for field in preview.fields if field.name == "title"), "")


def _sentence(reply: Reply) -> str:
    return plain(reply.body)
