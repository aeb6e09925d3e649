"""What people read of the dialog itself: the commands' help, and what only makes sense in Discord's windows."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording import count

# The commands, as Discord lists them: at most 100 characters each

SHARE = "Make a read-only page of this thread; you see a preview before anything is public"
SHARE_TITLE = "The title of the page; you can still change it in the preview"
SHARE_NAMES = "How people are called on the page"
SHARE_EXPIRES = "How long the link works"
SHARE_FROM = "The link of the first message, to share only a part of a thread or channel"
SHARE_TO = "The link of the last message; without it, everything up to now"
PSEUDONYMS = "Pseudonyms"
REAL = "Real names"
CONTINUE = "Continue a shared thread in a new thread here"
CONTINUE_LINK = "The link of the shared thread"
CONTINUE_MESSAGES = "How many of its last messages to copy: a number, or all"
SHARES = "Your shared links"
SHARES_LIST = "List your links, to look at them or to revoke them"
SHARES_REVOKE = "End a link: it will no longer open for anyone"
SHARES_HERE = "For moderators: list the links of all threads of this channel"
REVOKE_LINK = "The link, or all of yours"

# What was typed

NO_MESSAGE_LINK = (
    "“from” and “to” take links of messages. Right-click the message (on a phone, hold it), choose Copy Message "
    "Link, and paste that."
)
ELSEWHERE = "That link leads to another server. Share a thread in the server where it is."
TWO_CHANNELS = (
    "“from” and “to” lead to two different channels. Choose the first and the last message in one of them."
)
NO_FIRST = "In a channel, “to” needs “from” as well: the link of the first message to share."
BACKWARDS = "The message in “to” is older than the one in “from”. Swap the two, then try again."

# Reading and waiting

RESTARTING = (
    "I was restarted in the middle of this. /shares list shows what is public now; what is missing there was not "
    "done, so please ask for it again."
)
FAILED = "Something went wrong on my side. Please try again."

# Buttons and windows

OLD_BUTTON = (
    "That button is from another version of me, and I no longer know what it did. Type the command again."
)
EDIT = "Edit {label}"
EDIT_MANY = "Edit text"
OLD_COMMAND = "I don't know that command any more. Type / and choose one that is listed."
NOT_HERE = "I can't work in this kind of channel. Go to a text channel, a thread or a forum post and try again there."
NEWER, OLDER, REFRESH = "◀ Newer", "Older ▶", "Refresh"
OPEN_THREAD = "Open the new thread"
PAGE = "Page {page} of {pages}"
MORE = "And {count:,} more: type /shares list in the server to see them all."
CHOICE = "{label}: {option}"
PICK = "{action} one of these…"
NOT_OFFERED = "Discord has no room here for: {labels}."
SHORTENED = "… The rest does not fit into a message of Discord's."
ALL_LINKS = "all — every link of yours"

# For the operator

REFUSED = (
    "Discord does not accept DISCORD_TOKEN: copy the token under Bot in Discord's developer portal, or make a new "
    "one there with Reset Token."
)
ENDPOINT_SET = (
    "This Discord application has an Interactions Endpoint URL, so commands never reach this bot: clear that field "
    "under General Information in Discord's developer portal."
)
NO_INTENTS = "Discord refuses this bot's intents: update Threadlink, then start it again."
BAD_SHARDS = (
    "Discord wants this bot split into other shards: unset DISCORD_SHARDS, or raise its number, then start "
    "again."
)
CLOSED = "Discord closed the connection for good (code {code}): update Threadlink, then start it again."
NO_GATEWAY = "No connection to Discord's gateway yet; trying on."
CANT_SYNC = (
    "Discord does not let me register commands: invite the bot once more with the link of `python -m bot discord "
    "invite`, whose scopes include applications.commands."
)
NO_CONTENT = (
    "Message Content Intent is off, so threads cannot be shared: turn it on under Bot, Privileged Gateway Intents, "
    "in Discord's developer portal."
)

# What doctor says

KEY_SUBJECT = "Discord token"
CONTENT_SUBJECT = "Discord message content"
NO_LOGIN_YET = "waiting for Discord to answer"
COMMANDS_SUBJECT = "Discord commands"
SERVERS_SUBJECT = "Discord servers"
CONTENT_ON = "Message Content Intent is on."
REGISTERED = "/share, /continue, /shares and the message menu are registered."
_LOWER = frozenset({"in"})


def permission(name: str) -> str:
    """A permission as Discord's settings call it: "Send Messages in Threads"."""
    return " ".join(word if word in _LOWER else word.capitalize() for word in name.split("_"))


def signed_in(name: str) -> str:
    return f"it belongs to the bot {name}."


def menu(name: str) -> str:
    return f"the message menu “{name}”"


def missing_command(command: str) -> str:
    return f"{command} is not registered"


def unknown_command(command: str) -> str:
    return f"{command} is registered, but not known here"


def differing_command(command: str, parts: Sequence[str]) -> str:
    return f"{command} is registered otherwise ({', '.join(parts)})"


def unregistered(differing: Sequence[str]) -> str:
    return (
        f"{'; '.join(differing)}. Start `python -m bot serve` once; it registers them all as they should be."
    )


def no_servers(link: str) -> str:
    return f"the bot is in no server yet: invite it with {link}"


def well_equipped(number: int) -> str:
    return f"{count(number, 'server gives', 'servers give')} the bot every permission it uses."


def lacking(server: str, permissions: Sequence[tuple[str, str]], link: str) -> str:
    """`permissions`: each with what it is for."""
    named = ", ".join(f"{name} (to {reason})" for name, reason in permissions)
    return f"“{server}” does not give the bot {named}. Add that to its role there, or invite it again with {link}"


def more_lacking(number: int) -> str:
    return f"{count(number, 'more server lacks', 'more servers lack')} permissions."


def unreachable(address: str, reason: str) -> str:
    return (
        f"{address} does not answer ({reason}): check this machine's network, or wait until Discord is back."
    )


def reading(done: int, total: int | None) -> str:
    """How far the reading of a thread is; `total` is what Discord counts, and may lag behind."""
    if total is None or total < done:
        return f"Reading the thread… {done:,} messages so far."
    return f"Reading the thread… {done:,} of {total:,} messages."
