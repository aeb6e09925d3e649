"""What only makes sense on Slack: its refusals and how to mend them, its names for things, how to ask here."""

from __future__ import annotations

from bot.terms import Terms

LABEL = "Slack"
SHARE_SHORTCUT = "Share this thread"
"""The message shortcut's name, as the manifest has it."""

CONTINUE_HERE = "Continue here…"
"""What the core calls "Continue": here it asks for a channel next."""

# Finding and reading

NOT_FOUND = (
    "I can't find that thread, or you can't read it. If it is in a private channel, invite me there first. Then open "
    "the menu ⋮ of one of its messages, choose “Copy link”, and try that link."
)
OTHER_WORKSPACE = "That is no message of this workspace. Open the one that it belongs to, and share it there."
INVITE = "I am not in {where}. Invite me there with /invite @{bot}, then try again."
PRIVATE_REFUSED = (
    "Threads of private channels are not shared here. The admin of this Threadlink can allow it with "
    "SLACK_ALLOW_PRIVATE."
)
DIRECT_REFUSED = (
    "Direct messages are not shared here. The admin of this Threadlink can allow it with SLACK_ALLOW_DIRECT."
)
CONNECT_REFUSED = (
    "{where} is shared with another company through Slack Connect, and threads of such channels are not shared here. "
    "The admin of this Threadlink can allow it with SLACK_ALLOW_CONNECT."
)
INCOMPLETE = (
    "Slack gave me {got} of the {all} messages of this thread, so I made nothing of it. Please try again in a minute. "
    "If it stays so, the others are hidden by this workspace's plan."
)
LOOPING = "Slack kept sending me the same part of this thread. Please try again in a minute."

# What stands in the way, by Slack's code: `errors` has the table

NOT_INSTALLED = "Threadlink is not installed in this Slack workspace. Ask an admin to add it, then try again."
RECONNECT = "Slack does not accept my key for this workspace any more. Ask its admin to install Threadlink here again."
NO_CHANNEL = (
    "I can't find that channel, or I may not know of it. If it is private, invite me there with /invite @{bot}, "
    "then try again."
)
NO_CHANNEL_FOR_YOU = (
    "I can't find that channel, or you can't read it. Join it or choose another one, then try again."
)
ARCHIVED = "{where} is archived, so nothing can be posted there. Ask someone to unarchive it, then try again."
RESTRICTED = (
    "Who may post in {where} is limited, and I am not among them. Ask an admin of this workspace to let apps post "
    "there, then try again."
)
THREAD_LOCKED = (
    "This thread in {where} is locked, so I can't post there. Ask an admin of this workspace to unlock it."
)
MISSING_SCOPE = (
    "I lack the permission “{scope}” in this workspace. Ask its admin to add it to Threadlink's Slack app and install "
    "the app again, then try again."
)
NO_PERMISSION = (
    "This workspace does not let me do that. Ask its admin to allow Threadlink's Slack app, then try again."
)
ENCRYPTED = (
    "This workspace has withdrawn the key to its messages, so nobody can read them through apps just now."
)
RATE_LIMITED = "Slack asks me to slow down. Please try again in {wait}."
UNAVAILABLE = "Slack does not answer just now. Please try again in a minute."
POST_GONE = "That post was deleted."
THREAD_GONE = "That thread was deleted."
REFUSED = (
    "Slack would not do that ({code}). Please try again; if it stays so, tell the admin of this Threadlink."
)
QUOTA = "This workspace has reached the number of messages that its plan lets apps post. Ask its admin."
NO_DIRECT = (
    "I can't write to that person directly. They may have left, or may not let apps send direct messages."
)

# Files

FILE_GONE = "This file is no longer in Slack."
FILE_ELSEWHERE = "This file is on another site."
FILE_NOT_ALLOWED = "Slack did not let me read this file."
FILE_NOT_GRANTED = "I lack the permission “files:read” in this workspace."
FILE_TOO_LARGE = "This file is larger than {limit} MB, the most that is copied."
FILE_BUSY = "Slack did not answer when I asked for this file."

LEFT_TOO_LARGE = "it is too large to upload again"
LEFT_EMPTY = "it is empty, and Slack takes no empty files"
LEFT_NOT_GRANTED = "I may not upload files in this workspace"
LEFT_NOT_TAKEN = "Slack did not take it"

SPOILER = "Spoiler: "
NO_WORDS = "(a message without words)"
UNTITLED = "A conversation"
UNKNOWN_CHANNEL = "that channel"
SOMEBODY = "Somebody"
UNKNOWN_PERSON = "Unknown user"


def terms_of(prefix: str) -> Terms:
    """How people here ask for the jobs. Slack refuses slash commands inside threads, so sharing has other ways
    in. `prefix` stands before every command's name.
    """
    return Terms(
        share=f"/{prefix}share",
        continue_=f"/{prefix}continue",
        shares=f"/{prefix}shares",
        revoke=f"/{prefix}shares revoke <link>",
        revoke_all=f"/{prefix}shares revoke all",
        here=f"/{prefix}shares here",
        how_to_share=(
            f"Open the menu ⋮ of any message in the thread and choose “{SHARE_SHORTCUT}”, mention me there with the "
            f"word share, or type /{prefix}share and a link to one of its messages."
        ),
        how_to_continue=(
            f"Go to the channel where it should go on and type /{prefix}continue and the link there."
        ),
    )


def channel(name: str) -> str:
    """A channel as it is called in a sentence."""
    return f"#{name}" if name else UNKNOWN_CHANNEL
