"""Reads the settings, and says in one line what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.settings.fields import PLATFORM_PREFIXES, PREFIX, Settings
from bot.settings.values import OFF

_SECRETS = frozenset(
    {
        *("secret_key", "database_url", "files_url", "discord_token"),
        *("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_secret"),
    }
)
"""Their values never stand in a message: they hold keys and passwords."""

_SHOWN = 80
_EXPECTED = {"bool_parsing": "true or false", "bool_type": "true or false", "int_parsing": "a whole number"}
_BOUNDS = {"ge": "at least", "le": "at most"}


class SettingsError(Exception):
    """A setting is wrong. `str()` is one line that names it and says what is expected."""


def load_settings(environment: Mapping[str, str], env_file: Path | None = Path(".env")) -> Settings:
    """The settings in `environment`, and below it in `env_file`, where that exists.

    Raises SettingsError for the first wrong one.
    """
    given = _from_file(env_file) | dict(environment)
    values = {name: given[variable(name)] for name in Settings.model_fields if given.get(variable(name))}
    if given.get(variable("metrics_listen")) == "":
        values["metrics_listen"] = OFF
    try:
        return Settings(**values)  # type: ignore[arg-type]  # strings; the validators make values of them
    except ValidationError as error:
        raise SettingsError(_sentence(error.errors()[0])) from None


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Names in `environment` that look like a setting of ours and are none."""
    known = {variable(name) for name in Settings.model_fields}
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def variable(name: str) -> str:
    """The environment variable of the setting `name`."""
    return name.upper() if name.startswith(PLATFORM_PREFIXES) else PREFIX + name.upper()


def settings_table() -> str:
    """All settings as a Markdown table, for README and `python -m bot settings`."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name in sorted(Settings.model_fields, key=lambda name: name.startswith(PLATFORM_PREFIXES)):
        field = Settings.model_fields[name]
        rows.append(f"| `{variable(name)}` | {_shown_default(name)} | {field.description} |")
    return "\n".join(rows)


def _shown_default(name: str) -> str:
    value = Settings.model_fields[name].default
    if name.endswith("_expiry"):
        return "`never`"
    if value in (None, "", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _from_file(path: Path | None) -> dict[str, str]:
    if path is None or not path.is_file():
        return {}
    try:
        found = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError):
        line = f"{variable('listen')}=127.0.0.1:8080"
        raise SettingsError(f"{path} cannot be read: a text file of lines like {line} is expected.") from None
    return {key: value for key, value in found.items() if value is not None}


def _sentence(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if not error["loc"]:
        return str(context.get("error", error["msg"]))
    name = str(error["loc"][0])
    value = "" if name in _SECRETS else f" {str(error['input'])[:_SHOWN]!r}"
    return f"{variable(name)}{value} is wrong: expected {_expected(error)}."


def _expected(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    if "expected" in context:
        return f"one of {context['expected']}"
    bounds = [f"{words} {context[key]}" for key, words in _BOUNDS.items() if key in context]
    return _EXPECTED.get(error["type"]) or next(iter(bounds), error["msg"])
