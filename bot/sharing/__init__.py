"""The jobs around one link: prepare, publish, update, open, list, revoke.

`Sharing` is what others use. Its parts are one module a subject, each a class with the methods of
that subject on the common `Base`: capturing, drafting, publishing, reading, pasting, managing.
"""

from bot.sharing.base import DraftGone, Gone, Policy, Refused, SecretsFound
from bot.sharing.drafting import DraftPage
from bot.sharing.managing import Managing
from bot.sharing.pasting import Pasting
from bot.sharing.publishing import Published, Publishing
from bot.sharing.reading import PAGE_SIZE, Page

__all__ = [
    "PAGE_SIZE",
    "DraftGone",
    "DraftPage",
    "Gone",
    "Page",
    "Policy",
    "Published",
    "Refused",
    "SecretsFound",
    "Sharing",
]


class Sharing(Publishing, Pasting, Managing):
    """All jobs around a link. Every method that a person's wish leads to raises `Refused` with a
    sentence for that person when it is not done, and then nothing has changed.
    """
