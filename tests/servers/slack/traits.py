"""What is not established about the real Slack, or differs from day to day: switchable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Traits:
    repeat_parent: bool = True
    """conversations.replies repeats the thread's parent on every page; sources disagree."""
    empty_pages: int = 0
    """So many next pages of conversations.replies come empty, with a cursor that goes on."""
    looping_cursor: bool = False
    """conversations.replies hands out the cursor of the page that it just served, for ever."""
    metadata_bytes: int = 8_000
    """Above it, metadata_too_large. The true number is unpublished."""
    unfurl_needs_ack: bool = True
    """chat.unfurl answers cannot_unfurl_url until the link_shared event was acknowledged."""
    users_truncated_at: int = 50
    """How many names a reaction lists; its count is right."""
    ignores_names_without_scope: bool = False
    """Without chat:write.customize a username is dropped in silence; else missing_scope, to be heard."""
