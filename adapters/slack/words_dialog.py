"""What is said in Slack's own dialogs: the app's description, modals, the home tab, and how to ask here."""

from __future__ import annotations

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
