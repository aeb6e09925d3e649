"""From the settings to what each platform's adapter is given."""

from __future__ import annotations

from pydantic import SecretStr

from adapters.discord.config import DiscordConfig
from adapters.slack.config import SlackConfig
from bot.settings import Settings

_MEGABYTE = 1024 * 1024


def slack_config(settings: Settings) -> SlackConfig:
    return SlackConfig(
        base_url=settings.base_url,
        bot_token=_open(settings.slack_bot_token),
        app_token=_open(settings.slack_app_token),
        signing_secret=_open(settings.slack_signing_secret),
        client_id=settings.slack_client_id,
        client_secret=_open(settings.slack_client_secret),
        api_url=settings.slack_api_url,
        command_prefix=settings.slack_command_prefix,
        moderators=frozenset(settings.slack_moderators),
        allow_private=settings.slack_allow_private,
        allow_direct=settings.slack_allow_direct,
        allow_connect=settings.slack_allow_connect,
        uninstalled=settings.slack_uninstalled,
        max_file_bytes=settings.max_file_mb * _MEGABYTE,
    )


def discord_config(settings: Settings) -> DiscordConfig:
    shards = settings.discord_shards
    return DiscordConfig(
        base_url=settings.base_url,
        token=_open(settings.discord_token),
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
        shard_count=shards.total if shards else None,
        shard_ids=shards.ids if shards else (),
        sync_guild=settings.discord_sync_guild,
        allow_private=settings.discord_allow_private,
        allow_restricted=settings.discord_allow_restricted,
        allow_age_restricted=settings.discord_allow_age_restricted,
        removed=settings.discord_removed,
        max_file_bytes=settings.max_file_mb * _MEGABYTE,
        max_messages=settings.max_messages,
    )


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
