"""What `doctor` says about Slack: what was found, and for what is not well, what to do."""

from __future__ import annotations

from adapters.slack.config import SlackConfig
from adapters.slack.names import INSTALL_PATH
from adapters.slack.scopes import Scope
from bot.wording import count

ADDRESS = "Slack address"
COMMANDS = "Slack commands"
SOCKET = "Slack socket"
SIGNING = "Slack signature"
OAUTH = "Slack workspaces"
KEY = "Slack token"
SCOPES = "Slack permissions"
CHANNELS = "Slack channels"

DOMAIN = "links on {domain} show previews in Slack, if the app's “Unfurl domains” name it; the manifest does."
NO_DOMAIN = (
    "{host} is known to this machine only, so links show no previews in Slack and others cannot open them: set "
    "THREADLINK_BASE_URL to the public address."
)
NOT_HTTPS = (
    "links on {domain} travel without encryption: put a proxy with a certificate in front, and set "
    "THREADLINK_BASE_URL to its https address."
)
NO_WAY_IN = (
    "nothing tells us what people do: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP "
    "mode."
)
ODD_SIGNING = (
    "SLACK_SIGNING_SECRET does not look like one, 32 digits and letters a to f: copy the “Signing Secret” from "
    "“Basic Information” of the app."
)
HTTP_MODE = (
    "is set; Slack must reach {base_url}/slack/events, which “Event Subscriptions” and “Interactivity” of the app "
    "name."
)
SOCKET_WORKS = "Slack gives us a socket."
SOCKET_OFF = "Socket Mode is off for this app: switch it on under “Socket Mode” of the app's settings."
SOCKET_KEY = (
    "Slack does not accept SLACK_APP_TOKEN ({code}): make an app-level token with connections:write under “Basic "
    "Information” of the app, and set it."
)
UNREACHABLE = "{api_url} does not answer: check the network, and SLACK_API_URL if you set it."

NO_KEY = (
    "set SLACK_BOT_TOKEN, the “Bot User OAuth Token” under “OAuth & Permissions” of the app; or SLACK_CLIENT_ID and "
    "SLACK_CLIENT_SECRET where many workspaces install it."
)
KEY_WORKS = "belongs to @{bot} in the workspace {name}."
KEY_REFUSED = (
    "{why} Copy the “Bot User OAuth Token” under “OAuth & Permissions” of the app, and set SLACK_BOT_TOKEN."
)
LOST_WORKSPACE = "{key} can no longer be reached. {why}"
HALF_OAUTH = "SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET: set both, or neither."

ALL_REQUIRED = "all that are needed are granted."
SCOPES_UNKNOWN = "Slack does not say which are granted; each refusal in Slack will name the one that lacks."
CHANNELS_UNKNOWN = "it is not known in how many the bot is. {why}"
NO_CHANNELS = "the bot is in none yet: invite it with /invite @{bot} where threads are to be shared."


def missing_scope(scope: Scope) -> str:
    return (
        f"{scope.name} is missing, which is needed to {scope.purpose}: add it under “OAuth & Permissions” of the app, "
        "and install the app again."
    )


def missing_option(scope: Scope) -> str:
    return f"without {scope.name} I cannot {scope.purpose}; add it if you want that."


def in_channels(number: int, bot: str, *, more: bool) -> str:
    whole = f"{number:,} or more channels" if more else count(number, "channel")
    return f"@{bot} is in {whole}, and reads threads of those only."


def workspaces(number: int, config: SlackConfig) -> str:
    install = f"{config.base_url}{INSTALL_PATH}"
    if number == 0:
        return f"none has installed the app yet: open {install} in a browser."
    are = "workspace has" if number == 1 else "workspaces have"
    return f"{number:,} {are} installed the app; others do at {install}."
