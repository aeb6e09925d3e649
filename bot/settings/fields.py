"""The settings themselves: name, default, meaning, and what is not allowed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.links import SECRET_LENGTH
from bot.model import Names
from bot.settings.platforms import PlatformSettings
from bot.settings.values import (
    Address,
    Days,
    Listen,
    LogLevel,
    Networks,
    OptionalListen,
    parse_base_url,
    parse_report,
)
from bot.store.address import StoreError, parse_address

PREFIX = "THREADLINK_"
PLATFORM_PREFIXES = ("slack_", "discord_")
"""Settings whose names begin so are variables by that name alone."""

OFFERED_DAYS = (None, 1, 7, 30, 90)
"""What a preview offers; a default must be one of them."""

_FILES = re.compile(r"s3://[^/\s]+(/\S*)?|file:///.+|(?!.*://).+")


class Settings(PlatformSettings):
    """All that an operator decides. Made by `load_settings`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", validate_default=True)

    base_url: str = Field(
        "http://localhost:8080",
        description="The address under which people reach this Threadlink; every link begins with it.",
    )
    listen: Listen = Field(Address("127.0.0.1", 8080), description="Host and port to listen on.")
    metrics_listen: OptionalListen = Field(
        Address("127.0.0.1", 9090), description="Host and port of the Prometheus metrics; `off` for none."
    )
    data: Path = Field(Path("data"), description="The folder for everything that is kept on disk.")
    database_url: str = Field(
        "",
        description="`sqlite:///path` or `postgresql://user:password@host/name`. "
        "Default: `threadlink.db` in the data folder.",
    )
    files_url: str = Field(
        "",
        description="Where copied files are kept: a folder, or `s3://bucket/prefix`. "
        "Default: `files` in the data folder.",
    )
    secret_key: SecretStr | None = Field(
        None,
        description=f"{SECRET_LENGTH} characters or more that protect the links at rest. "
        "Default: made on the first start and kept in the data folder.",
    )
    default_names: Names = Field(
        Names.PSEUDONYMS, description="What a preview offers first: `names` or `pseudonyms`."
    )
    default_expiry: Days = Field(
        None,
        description="How long a link lives unless its sharer says otherwise: `never`, `1d`, `7d`, `30d`, `90d`.",
    )
    max_expiry: Days = Field(
        None, description="The longest that a link may live: `never` or days such as `90d`."
    )
    report: str = Field(
        "", description="An e-mail or web address that pages offer for reports of abuse. Default: none."
    )
    max_file_mb: int = Field(25, ge=1, le=2048, description="The largest file that is copied, in MB.")
    max_share_mb: int = Field(
        200, ge=1, le=65536, description="The most that the files of one share may have together, in MB."
    )
    max_messages: int = Field(
        10_000, ge=1, le=1_000_000, description="The most messages that one share may have."
    )
    replay_turns: int = Field(
        50, ge=1, le=10_000, description="How many messages `/continue` replays unless it is told a number."
    )
    playground: bool = Field(
        default=False,
        description="Whether `serve` offers the playground, the small local chat of `demo`. Loopback only.",
    )
    log_level: LogLevel = Field(LogLevel.INFO, description="`debug`, `info`, `warning` or `error`.")
    trusted_proxies: Networks = Field(
        (),
        description="Addresses or networks, parted by commas, of the reverse proxies in front: only their "
        "`X-Forwarded-For` is believed. Default: none.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load_settings` hands over: one place decides what wins."""
        return (init_settings,)

    @field_validator("base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        return parse_base_url(value)

    @field_validator("data")
    @classmethod
    def _data(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return f"sqlite:///{info.data.get('data', Path())}/threadlink.db"
        try:
            parse_address(value)
        except StoreError:
            raise ValueError("sqlite:///path or postgresql://user:password@host/name") from None
        return value

    @field_validator("files_url")
    @classmethod
    def _files(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return f"{info.data.get('data', Path())}/files"
        if not _FILES.fullmatch(value):
            raise ValueError("a folder or s3://bucket/prefix")
        return value

    @field_validator("secret_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"{SECRET_LENGTH} characters or more")
        return value

    @field_validator("default_expiry")
    @classmethod
    def _default_expiry(cls, value: int | None) -> int | None:
        if value not in OFFERED_DAYS:
            raise ValueError("one of never, 1d, 7d, 30d and 90d")
        return value

    @field_validator("report")
    @classmethod
    def _report(cls, value: str) -> str:
        return parse_report(value)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        longest, default = self.max_expiry, self.default_expiry
        chosen = "default_expiry" in self.model_fields_set
        if chosen and longest is not None and (default is None or default > longest):
            raise ValueError(f"{PREFIX}DEFAULT_EXPIRY is longer than {PREFIX}MAX_EXPIRY, {longest}d, allows.")
        if self.max_file_mb > self.max_share_mb:
            raise ValueError(
                f"{PREFIX}MAX_FILE_MB is more than {PREFIX}MAX_SHARE_MB, {self.max_share_mb}, allows."
            )
        return self
