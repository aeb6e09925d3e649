"""The settings of Slack and Discord: `slack_bot_token` is the variable SLACK_BOT_TOKEN, and so on."""

from __future__ import annotations

import re
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from adapters.discord.config import Removed
from adapters.slack.config import Uninstalled
from bot.settings.values import Ids, OptionalId, OptionalShards

_PREFIX = re.compile(r"[a-z0-9_-]{0,20}")
_WEB = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_SOCKET = re.compile(r"wss?://[^\s/?#]+(/[^\s?#]*)?")


class PlatformSettings(BaseSettings):
    """What an operator decides about each platform. A platform without a token is not connected."""

    slack_bot_token: SecretStr | None = Field(
        None, description="Connects one Slack workspace: the app's bot token, `xoxb-…`."
    )
    slack_app_token: SecretStr | None = Field(
        None,
        description="The app-level token, `xapp-…`: Slack delivers by Socket Mode, without a public address.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="The app's signing secret: Slack delivers by HTTP to `/slack/events` instead."
    )
    slack_client_id: str = Field(
        "",
        description="With the client secret: many workspaces install the app by OAuth at `/slack/install`.",
    )
    slack_client_secret: SecretStr | None = Field(None, description="The app's client secret, for OAuth.")
    slack_command_prefix: str = Field(
        "", description="Stands before the name of every Slack command: `tl-` gives `/tl-share`."
    )
    slack_moderators: Ids = Field(
        (),
        description="Slack user ids, parted by commas, who moderate besides the workspace's owners and admins.",
    )
    slack_allow_private: bool = Field(
        default=False, description="Whether threads of private Slack channels may be shared by their members."
    )
    slack_allow_direct: bool = Field(
        default=False, description="Whether direct messages that the app is part of may be shared."
    )
    slack_allow_connect: bool = Field(
        default=False,
        description="Whether threads of channels shared with other organisations (Slack Connect) may be shared.",
    )
    slack_uninstalled: Uninstalled = Field(
        Uninstalled.REVOKE,
        description="What happens to the links of a workspace that removes the app: `revoke` or `keep`.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Another Slack: GovSlack, or a test server."
    )
    discord_token: SecretStr | None = Field(None, description="Connects Discord: the bot's token.")
    discord_shards: OptionalShards = Field(
        None,
        description="How many shards, such as `4`; `0-1/4` when this process runs only some. "
        "Default: as many as Discord asks for.",
    )
    discord_sync_guild: OptionalId = Field(
        None, description="A server's id: commands are registered there only, at once, for development."
    )
    discord_allow_private: bool = Field(
        default=False, description="Whether private Discord threads may be shared by their members."
    )
    discord_allow_restricted: bool = Field(
        default=False, description="Whether threads of channels that @everyone cannot view may be shared."
    )
    discord_allow_age_restricted: bool = Field(
        default=False, description="Whether threads of age-restricted channels may be shared."
    )
    discord_removed: Removed = Field(
        Removed.REVOKE,
        description="What happens to the links of a server that removes the bot: `revoke` or `keep`.",
    )
    discord_api_url: str = Field(
        "", description="A proxy in front of Discord's REST interface, or a test server."
    )
    discord_gateway_url: str = Field(
        "", description="A proxy in front of Discord's gateway, or a test server."
    )

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _tokens(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("xoxb-", "xapp-")):
            raise ValueError("a token that begins with xoxb- (bot) or xapp- (app level)")
        return value

    @field_validator("slack_command_prefix")
    @classmethod
    def _command_prefix(cls, value: str) -> str:
        if not _PREFIX.fullmatch(value):
            raise ValueError("up to 20 small letters, digits, - and _")
        return value

    @field_validator("slack_api_url", "discord_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not _WEB.fullmatch(value):
            raise ValueError("a web address such as http://127.0.0.1:4003/api/")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        return f"{value.rstrip('/')}/"

    @field_validator("discord_api_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("discord_gateway_url")
    @classmethod
    def _socket_address(cls, value: str) -> str:
        if value and not _SOCKET.fullmatch(value):
            raise ValueError("an address such as ws://127.0.0.1:4004/gateway")
        return value

    @model_validator(mode="after")
    def _slack_fits_together(self) -> Self:
        many = self.slack_client_id or self.slack_client_secret
        if many and not (self.slack_client_id and self.slack_client_secret):
            raise ValueError("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: set both, or neither.")
        if many and self.slack_bot_token:
            raise ValueError(
                "SLACK_BOT_TOKEN is for one workspace, SLACK_CLIENT_ID for many: set one of the two."
            )
        if many and not self.slack_signing_secret:
            raise ValueError("SLACK_CLIENT_ID needs SLACK_SIGNING_SECRET: many workspaces deliver by HTTP.")
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise ValueError(
                "SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET (HTTP)."
            )
        return self

    @property
    def has_slack(self) -> bool:
        return bool(self.slack_bot_token or self.slack_client_id)

    @property
    def has_discord(self) -> bool:
        return self.discord_token is not None
