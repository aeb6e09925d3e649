"""What is said in Slack's own dialogs: the app's description, modals, the home tab, and how to ask here."""

from __future__ import annotations

from bot.reply import Option
from bot.terms import Terms
from bot.wording import count

# The app, as its manifest describes it

APP_NAME = "Threadlink"
BOT_NAME = "threadlink"
APP_DESCRIPTION = (
    "Turns a thread into a link: a read-only page that opens in any browser and can be continued elsewhere."
)
SHORTCUT_THREAD = "Share this thread"
SHORTCUT_THREAD_HELP = "Make a read-only page of this thread. You see a preview before anything is public."
SHORTCUT_GLOBAL = "Share a thread"
SHORTCUT_GLOBAL_HELP = "Paste the link of a message to share its thread. You see a preview first."
COMMANDS = {
    "share": (
        "Make a read-only page of a thread; you see a preview first",
        "<link to a message of the thread>",
    ),
    "continue": ("Continue a shared thread in a new thread here", "<link> [number of turns, or all]"),
    "shares": ("List your links, or revoke them", "[here | revoke <link> | revoke all | help]"),
}
BAD_PREFIX = (
    "SLACK_COMMAND_PREFIX takes small letters, digits, - and _, {longest} at most, because Slack takes no other "
    "commands."
)

# Buttons and labels

CLOSE = "Close"
CANCEL = "Cancel"
PREVIEW = "Preview"
OPEN_PREVIEW = "Open preview"
CONTINUE = "Continue"
NEWER = "‹ Newer"
OLDER = "Older ›"
ROWS = "{first} to {last} of {all}"
TOO_LONG_A_LINK = "“{label}” has too long an address for a button."

# Sharing

SHARE_TITLE = "Share this thread"
CAPTURING = "Reading the thread…"
CAPTURING_TIP = (
    "You see a preview before anything is public. You may close this: I tell you when it is ready."
)
READ_SO_FAR = "Reading the thread… {done} so far."
READ_OF = "Reading the thread… {done} of {total}."
SLOWLY = (
    "Slack lets me read only a few messages a minute here, so this takes {wait}. You may close this: I tell you "
    "when the preview is ready."
)
UNKNOWN_WAIT = "a while"
OPENING = "Opening the preview…"
PUBLISHING = "Publishing…"
LOOKING = "One moment…"
READY = "The preview of “{title}” is ready. Nothing is public yet."
NOT_PUBLISHED = "“{title}” is not published yet: {why}"
LINK_LABEL = "Link to a message of the thread"
LINK_EXAMPLE = "https://your-team.slack.com/archives/…"
LINK_TIP = (
    "Copy it from the menu ⋮ of any message. The shorter way: choose “Share this thread” in that same menu, and you "
    "need no link."
)
TITLE_LABEL = "Title, if you want another one"
NO_LINK = "I found no link to a message in that. Choose “Copy link” in the menu ⋮ of a message of the thread."
MENTION_READY = (
    "Share this thread as a page that opens in any browser? You see a preview first; nothing is public yet."
)
PRIVATE_TIP = "I see a private channel only once I was invited there with /invite @{bot}. Then try again."
CUT_OFF = "I was restarted in the middle of that. Please try it once more; your list of links shows what is published."
FAILED = "Something went wrong on my side. Please try again."
TOO_LATE = "Slack gave up waiting for me. Please try that once more."

# Continuing

CONTINUE_TITLE = "Continue this thread"
PLACE_LABEL = "Channel where it goes on"
NUMBER_LABEL = "How much of the conversation is copied there"
USUAL = "usual"
NUMBERS = (
    Option(USUAL, "A short one in full, the end of a long one"),
    Option("all", "All of it, however long"),
    Option("20", "The last 20 turns"),
    Option("5", "The last 5 turns"),
    Option("0", "Nothing, the link is enough"),
)
CONTINUE_TIP = "I make a new thread there. Nobody is notified, and the original stays untouched."
GOES_ON_IN = "You find it in {channel}."
STARTING = "Starting the new thread…"
NO_PLACE = "Choose the channel where it should go on."

# Connecting, for the operator

NO_SOCKET = "Slack cannot be reached for Socket Mode. I keep trying; check the network and SLACK_API_URL."
SOCKET_KEY_REFUSED = (
    "Slack does not accept SLACK_APP_TOKEN ({code}): make an app-level token with the scope connections:write under "
    "“Basic Information” of the app, and set it."
)
SOCKET_MODE_OFF = (
    "Socket Mode is off for this app: switch it on under “Socket Mode” of the app's settings, or set "
    "SLACK_SIGNING_SECRET in place of SLACK_APP_TOKEN."
)
BOT_KEY_REFUSED = (
    "Slack does not accept SLACK_BOT_TOKEN ({why}): copy the “Bot User OAuth Token” from “OAuth & Permissions” of "
    "the app, and set it."
)
NO_BOT_KEY = (
    "Slack needs SLACK_BOT_TOKEN for one workspace, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many: set one or "
    "the other."
)
NO_WAY_IN = (
    "Slack needs SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP mode: set one of them."
)
HALF_OAUTH = "SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET: set both, or neither."

# Installing, in a browser

INSTALLED = "Threadlink is installed"
INSTALLED_IN = (
    "It is at home in {team} now. Go to Slack, open the menu ⋮ of any message in a thread, and choose “Share this "
    "thread”. You may close this page."
)
NOT_INSTALLED_TITLE = "Threadlink was not installed"
INSTALL_DECLINED = (
    "Slack says that this was not allowed. Nothing was changed; you can begin again at any time."
)
INSTALL_TOO_OLD = (
    "This page works once, for ten minutes, and only in the browser where the installation began. Nothing was changed. "
    "Please begin again."
)
INSTALL_INCOMPLETE = "Slack's address came back without its code. Please begin again."
INSTALL_FAILED = (
    "Slack did not give the key of this workspace. Please begin again; if it stays so, tell whoever runs this "
    "Threadlink."
)
INSTALL_AGAIN = "Begin again"

# The home tab and help

HOW_TO_TITLE = "How to share a thread"


def how_to_start(terms: Terms, handle: str) -> tuple[str, ...]:
    """For the home tab, a line each."""
    return (
        f"In its menu: open ⋮ on any message of the thread and choose “{SHORTCUT_THREAD}”.",
        f"By name: write @{handle} share in the thread.",
        f"By link: type {terms.share} and the link of one of its messages, in any channel.",
        f"To go on with a shared thread, type {terms.continue_} and its link in a channel.",
        f"To list or end your links, come here or type {terms.shares}.",
    )


def more(number: int) -> str:
    """Says how much did not fit."""
    return f"… and {count(number, 'more line')} than fit here."


def help_lines(terms: Terms, handle: str) -> tuple[str, ...]:
    """What can be asked here, a line each."""
    share = (
        f"Share a thread: open ⋮ on any of its messages and choose “{SHORTCUT_THREAD}”, write @{handle} share in it, "
        f"or type {terms.share} and the link of one of its messages."
    )
    go_on = (
        f"Continue a shared thread: type {terms.continue_} and its link in the channel where it should go on; add a "
        "number, or all, for how many turns are copied."
    )
    links = (
        f"Your links: {terms.shares} lists them, {terms.revoke} ends one, {terms.revoke_all} ends all. Moderators see "
        f"those of a channel with {terms.here}."
    )
    return share, go_on, links


def mention_outside(terms: Terms, handle: str) -> str:
    """When "share" is said outside of a thread."""
    return (
        f"Say @{handle} share inside the thread that you want to share. Or open ⋮ on one of its messages and choose "
        f"“{SHORTCUT_THREAD}”, or type {terms.share} and its link."
    )


def about(seconds: float) -> str:
    """A time to wait, no more exact than it can be: "about 3 minutes"."""
    minutes = max(1, -(-int(seconds) // 60))
    if minutes < 90:  # noqa: PLR2004
        return f"about {count(minutes, 'minute')}"
    return f"about {count(round(minutes / 60), 'hour')}"
