"""The question before an action that cannot be undone, as a Reply of its own.

An action carries its question as `Confirm`; where a platform has no dialog to show that in, it asks by
this reply and keeps nothing of the question in the meantime.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model import Actor
from bot.preview import preview_reply
from bot.reply import Action, Reply
from bot.sharing import Refused, Sharing
from bot.wording import paragraphs, revoke_action, revoke_all_action, revoked_all


async def question(sharing: Sharing, actor: Actor, verb: str, argument: str) -> Reply:
    """Asks whether `verb` shall be done to `argument`. Raises Refused where it could not be done anyway."""
    if verb == "revoke":
        return _asked(revoke_action(await sharing.revocable(argument, actor)), Action("", "keep"))
    if verb == "revoke_all":
        owned = await sharing.owned(actor)
        return _asked(revoke_all_action(len(owned)), Action("", "keep")) if owned else revoked_all(0)
    preview = await preview_reply(sharing, await sharing.draft(argument, actor))
    for action in preview.actions:
        if action.verb == verb:
            return _asked(action, Action("", "choose", argument))
    raise Refused("That has been decided in the meantime. Look at your choices again.")


def _asked(action: Action, otherwise: Action) -> Reply:
    confirm = action.confirm
    if confirm is None:
        return Reply(actions=(action,))
    return Reply(
        paragraphs(confirm.text),
        confirm.title,
        actions=(replace(action, label=confirm.yes, confirm=None), replace(otherwise, label=confirm.no)),
    )
