"""The calls by which one interaction is answered, on discord.py's own objects.

Messages and modals are drawn by `render_reply` as plain JSON. discord.py takes only its own views, and
keeps in memory those that wait to be used. Ours carry all in their custom_ids: they are handed over as a
view without items and as a modal that has ended already, of which nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import discord
import structlog

from adapters.discord.errors import FAILURES

Interaction: TypeAlias = "discord.Interaction[discord.Client]"
Json = dict[str, Any]

log = structlog.get_logger(__name__)

_ALREADY_ACKNOWLEDGED = 40060
_ATTEMPTS = 2
_EMPTY_OR_WRONG = 400
_NOBODY = discord.AllowedMentions.none()


class _Rows(discord.ui.View):
    """Components as they were drawn."""

    def __init__(self, rows: Sequence[Json]) -> None:
        super().__init__(timeout=None)
        self._drawn = list(rows)

    def to_components(self) -> list[Json]:
        return self._drawn


class _Window(discord.ui.Modal):
    """A modal as it was drawn."""

    def __init__(self, drawn: Json) -> None:
        super().__init__(title=drawn["title"], custom_id=drawn["custom_id"])
        self._drawn = drawn
        self.stop()

    def to_dict(self) -> Json:
        return self._drawn


async def acknowledge(interaction: Interaction, *, update: bool) -> bool:
    """Tells Discord in time that an answer will follow: as a change of the pressed message, or as a message
    of its own that only the person sees. False where it is too late: Discord has told the person that
    already, so nothing must be done any more.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            await interaction.response.defer(ephemeral=True, thinking=not update)
        except discord.HTTPException as refused:
            # 40060: it was acknowledged before, by another process, or by ourselves when the answer was lost.
            if refused.code == _ALREADY_ACKNOWLEDGED:
                return True
            log.warning("interaction.late", code=refused.code)
            return False
        except FAILURES as failed:
            log.warning("interaction.not_acknowledged", error=type(failed).__name__)
        else:
            return True
    return False


async def open_modal(interaction: Interaction, drawn: Json) -> None:
    """Opens a window; it must be the first answer. A second delivery and a late one come to nothing."""
    try:
        await interaction.response.send_modal(_Window(drawn))
    except FAILURES as failed:
        log.info("modal.not_opened", code=getattr(failed, "code", 0))


async def offer(interaction: Interaction, choices: Sequence[tuple[str, str]]) -> None:
    """Offers names with their values while an option is typed. What comes too late is missed by nobody."""
    offered = [discord.app_commands.Choice(name=name, value=value) for name, value in choices]
    try:
        await interaction.response.autocomplete(offered)
    except FAILURES as failed:
        log.debug("choices.not_offered", code=getattr(failed, "code", 0))


async def show(interaction: Interaction, payload: Json) -> None:
    """Puts `payload` where the acknowledgement promised it. Raises what discord.py raises."""
    await interaction.edit_original_response(
        content=payload["content"] or None,
        embeds=[discord.Embed.from_dict(embed) for embed in payload["embeds"]],
        view=_Rows(payload["components"]),
        allowed_mentions=_NOBODY,
    )


async def say(interaction: Interaction, text: str) -> None:
    """Puts plain text where the acknowledgement promised something; what else stood there stays."""
    await interaction.edit_original_response(content=text, allowed_mentions=_NOBODY)


async def add(followup: discord.Webhook, payload: Json, *, direct: bool) -> None:
    """A further message for the person alone, by their interaction's `followup`. A `direct` message, which
    nobody else sees anyway, stays. Raises what discord.py raises.
    """
    await followup.send(
        content=payload["content"],
        embeds=[discord.Embed.from_dict(embed) for embed in payload["embeds"]],
        view=_Rows(payload["components"]),
        ephemeral=not direct,
        allowed_mentions=_NOBODY,
    )


def not_accepted(failed: BaseException) -> bool:
    """Whether Discord refused what a message holds, rather than the message."""
    return isinstance(failed, discord.HTTPException) and failed.status == _EMPTY_OR_WRONG
