"""Environment -> one frozen `Settings`, checked as a whole before anything else happens.

Every setting is a variable `THREADLINK_<NAME>`, in the environment or in a file `.env`, where the
environment wins. An empty value counts as not given. Nothing is read when this is imported.
"""

from bot.settings.fields import Settings
from bot.settings.loading import SettingsError, load_settings, settings_table, unknown_variables, variable
from bot.settings.values import Address, LogLevel, parse_expiry

__all__ = [
    "Address",
    "LogLevel",
    "Settings",
    "SettingsError",
    "load_settings",
    "parse_expiry",
    "settings_table",
    "unknown_variables",
    "variable",
]
