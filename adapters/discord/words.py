"""What only makes sense on Discord: its permissions and settings, and how to mend a refusal."""

from __future__ import annotations

from bot.terms import Terms

LABEL = "Discord"
SHARE_MENU = "Share thread"
"""The name of the command in a message's menu."""

TERMS = Terms(
    share="/share",
    continue_="/continue",
    shares="/shares",
    revoke="/shares revoke",
    revoke_all="/shares revoke all",
    here="/shares here",
    how_to_share=(
        "Type /share in the thread you want to share, or right-click one of its messages and choose Apps, "
        f"{SHARE_MENU}. To share a part of a channel, type /share and give from: the link of the first message."
    ),
    how_to_continue="Go to the channel where it should go on and type /continue link: with the link there.",
)

# Finding and reading

NOT_FOUND = (
    "I can't find that thread, or one of us can't read it. If you are in it: ask a moderator to give me View "
    "Channel and Read Message History here, or mention me in it if it is a private thread. Then try again."
)
CANT_READ = "I can't read this thread. Ask a moderator to give me Read Message History here, then try again."
INCOMPLETE = (
    "Discord gave me only a part of this thread, so I made nothing of it. Please try again in a minute; if it "
    "stays so, ask a moderator whether I have Read Message History here."
)
NO_CONTENT = (
    "Discord hides what people write here from me, so there is nothing to share yet. The admin of this Threadlink"
    " can turn on “Message Content Intent” for its bot in Discord's developer portal; then try again."
)
PRIVATE_REFUSED = (
    "Private threads are not shared here. The admin of this Threadlink can allow it with "
    "DISCORD_ALLOW_PRIVATE."
)
RESTRICTED_REFUSED = (
    "Not everyone in this server can view this channel, and threads of such channels are not shared here. The "
    "admin of this Threadlink can allow it with DISCORD_ALLOW_RESTRICTED."
)
AGE_REFUSED = (
    "This channel is age-restricted, and threads of such channels are not shared here. The admin of this "
    "Threadlink can allow it with DISCORD_ALLOW_AGE_RESTRICTED."
)

MESSAGE_GONE = (
    "The message in “{option}” is not there (any more). Copy the link of another one, then try again."
)
TOO_LONG = "That is more than {most:,} messages, too many to read. Share a part of it, with from: and to:."

# Posting

CANT_POST = "I can't post here. Ask a moderator to give me {permissions} here, then try again."
IN_CHANNEL = "View Channel, Send Messages and Embed Links"
IN_THREAD = "View Channel, Send Messages in Threads and Embed Links"
FOR_TURNS = "View Channel, Send Messages in Threads and Attach Files"
FOR_NEW_THREAD = (
    "View Channel, Send Messages, Embed Links, Create Public Threads and Send Messages in Threads"
)
NO_CHANNEL = (
    "I can't find that channel, or one of us may not start a thread there. Choose another channel, or ask a "
    "moderator to give us View Channel and Create Public Threads there."
)
NO_THREADS = "This kind of channel has no threads. Go to a text channel or a forum and try again there."
LOCKED = (
    "This thread is locked, so I can't change anything in it. Ask a moderator to unlock it, then try again."
)
ARCHIVED = "This thread is archived. Write something in it to reopen it, then try again."
TOO_MANY_THREADS = (
    "This server has as many active threads as Discord allows. Ask a moderator to close some, then try again."
)
NEEDS_TAG = (
    "Posts in this forum need a tag, and I may use none of its tags. Ask a moderator to let everyone use one of "
    "them, or choose another channel."
)
BLOCKED = (
    "This server's AutoMod did not let me post that. Ask a moderator to make an exception for me, or leave out "
    "what it objects to."
)
NO_DIRECT = (
    "I can't send that person direct messages. They can allow them in the privacy settings of this server."
)
POST_GONE = "That post was deleted."
THREAD_GONE = "That thread was deleted."

# Waiting

RATE_LIMITED = "Discord asks me to slow down. Please try again in {wait}."
UNAVAILABLE = "Discord does not answer just now. Please try again in a minute."
KEY_REFUSED = (
    "Discord does not accept my key any more. Tell the admin of this Threadlink to check DISCORD_TOKEN."
)
REFUSED = (
    "Discord would not do that (error {code}). Please try again; if it stays so, tell the admin of this "
    "Threadlink."
)

# Files

FILE_GONE = "it is no longer on Discord"
FILE_ELSEWHERE = "it is on another site"
FILE_TOO_LARGE = "it is larger than {limit} MB, the most that is copied"
FILE_BUSY = "Discord did not answer"
FILE_EMPTY = "it is empty"
FILE_REFUSED = "Discord did not take it"

# What stands in threads

UNTITLED = "A conversation"
SOMEBODY = "Somebody"
LEFT_TOO_LARGE = "it is too large for this server"
NO_WORDS = "(a message without words)"
WEBHOOK = "Threadlink"
"""The name of the webhook that copies are posted with."""


def stretch_title(channel: str) -> str:
    """The title of a stretch of a plain channel."""
    return f"From #{channel}" if channel else UNTITLED
