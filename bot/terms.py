"""How one platform's people ask for the jobs: the core's sentences name commands by these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """Commands as they are typed, and whole sentences where a platform has ways of its own."""

    share: str = "/share"
    continue_: str = "/continue"
    shares: str = "/shares"
    revoke: str = "/shares revoke <link>"
    revoke_all: str = "/shares revoke all"
    here: str = "/shares here"
    how_to_share: str = "Go to the thread you want to share and type /share there."
    how_to_continue: str = "Go to the channel where it should go on and type /continue there."


TERMS = Terms()
"""Where commands are typed with a slash, everywhere."""
