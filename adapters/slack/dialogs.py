"""All dialogs on one desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.slack import words_dialog as words
from adapters.slack.continuing_dialog import ContinuingDialog
from adapters.slack.desk import Asker, Desk
from adapters.slack.lists_dialog import ListsDialog
from adapters.slack.parse_asked import Click, Mentioned, Typed
from adapters.slack.pasting import Pasting
from adapters.slack.patience import Estimate
from adapters.slack.render_reply import message_blocks, message_text
from adapters.slack.sharing_dialog import SharingDialog, mention_reply
from bot.model import ThreadRef
from bot.platforms import PlatformError
from bot.reply import Reply
from bot.wording import said


@dataclass(frozen=True, slots=True)
class Dialogs:
    desk: Desk
    sharing: SharingDialog
    continuing: ContinuingDialog
    lists: ListsDialog
    pasting: Pasting

    @classmethod
    def on(cls, desk: Desk, estimate: Callable[[ThreadRef], Estimate | None]) -> Dialogs:
        """`estimate`: see `Patience.estimate`."""
        return cls(
            desk, SharingDialog(desk, estimate), ContinuingDialog(desk), ListsDialog(desk), Pasting(desk)
        )

    async def command(self, asker: Asker, verb: str, asked: Typed, at: datetime, delivery: str) -> None:
        """A slash command by its verb, typed `at`; "help" behind any of them explains all."""
        if verb not in {"share", "continue", "shares"} or asked.text.lower() == "help":
            await self.desk.say(asker, await self.help(asker.workspace))
        elif verb == "share":
            await self.sharing.typed(asker, asked.text, at, delivery)
        elif verb == "continue":
            await self.continuing.typed(asker, asked.text, asked.place, delivery)
        else:
            await self.lists.typed(asker, asked.text, asked.place, delivery)

    async def click(self, asker: Asker, asked: Click, delivery: str) -> None:
        """A button by its verb. One that only opens an address in the browser needs nothing else."""
        match asked.verb:
            case "share":
                await self.sharing.clicked_share(asker, asked, delivery)
            case "continue":
                await self.continuing.asked(asker, asked)
            case "choose" | "mask" if asked.view and not asked.home:
                await self.sharing.changed(asker, asked, delivery)
            case "choose" | "mask":
                await self.sharing.reopened(asker, asked, delivery)
            case "revoke" | "revoke_all":
                await self.lists.revoked(asker, asked, delivery)
            case "page":
                await self.lists.turned(asker, asked)

    async def mentioned(self, asker: Asker, asked: Mentioned) -> None:
        """Answers in the thread, for one person's eyes."""
        handle = await self.desk.name_of_bot(asker.workspace)
        if asked.word != "share":
            reply = await self.help(asker.workspace)
        elif asked.thread:
            reply = mention_reply(asked)
        else:
            reply = said(words.mention_outside(self.desk.terms, handle))
        try:
            await self.desk.asking.post(
                asker.workspace,
                lambda web: web.chat_postEphemeral(
                    channel=asked.channel,
                    user=asked.user,
                    thread_ts=asked.thread or None,
                    text=message_text(reply),
                    blocks=message_blocks(reply),
                ),
            )
        except PlatformError:
            await self.desk.notify(asker.actor, reply)

    async def help(self, workspace: str) -> Reply:
        return said(*words.help_lines(self.desk.terms, await self.desk.name_of_bot(workspace)))
