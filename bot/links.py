"""Share links and what proves them: tokens, their hashes, the key that seals them.

A token is 18 random bytes (144 bits) in URL-safe base64. The database finds a page by the token's
SHA-256, so that whoever reads the database cannot open pages; the token itself is kept sealed
under the operator's key, so that its owner can be shown the link again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.model import Actor

TOKEN_BYTES = 18
SECRET_LENGTH = 32
"""No operator's secret has fewer characters."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_SIGNED_LIMIT = 2000


class BadLink(ValueError):
    """What was given is not a share link of this Threadlink; the message says why."""


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Keyring:
    """The operator's secret, as the keys derived from it.

    `secret` is any string of 32 characters or more; equal secrets give equal keys. `digest_key`
    is for HMACs that remember people and messages without naming them.
    """

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(secret, b"threadlink seal")))
        self.digest_key = _derive(secret, b"threadlink digest")

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The keyring of the key file at `path`, which is made, readable by its owner only, where
        there is none. Raises OSError, and ValueError where the file holds no key: everybody could guess
        what an empty one seals.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = secrets.token_urlsafe(32)
            _write_key(path, fresh)
        except FileExistsError:
            fresh = path.read_text().strip()
        if len(fresh) < SECRET_LENGTH:
            raise ValueError(f"{path} holds no key")
        return cls(fresh)

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str | None:
        """What was sealed, or None if it was sealed under another key or altered."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, UnicodeDecodeError):
            return None


def _write_key(path: Path, key: str) -> None:
    """Makes the file whole or not at all. Raises FileExistsError where it is there, and other OSErrors."""
    with open(path, "x", opener=_owner_only) as file:
        try:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError:  # a full disk
            path.unlink()
            raise


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _derive(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())


@dataclass(frozen=True, slots=True)
class PreviewTicket:
    """What the address of a private preview page proves: whose draft it is."""

    draft: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads the addresses of this Threadlink. `base_url` has no trailing slash."""

    base_url: str
    keyring: Keyring

    def share_url(self, token: str) -> str:
        return f"{self.base_url}/share/{token}"

    def preview_url(self, ticket: PreviewTicket) -> str:
        actor = ticket.actor
        payload = json.dumps([ticket.draft, actor.platform, actor.workspace, actor.user])
        return f"{self.base_url}/preview/{self.keyring.seal(payload).decode()}"

    def read_ticket(self, signed: str) -> PreviewTicket | None:
        """The ticket in the last part of a `preview_url`, or None for any other string."""
        if len(signed) > _SIGNED_LIMIT or not signed.isascii():
            return None
        payload = self.keyring.unseal(signed.encode())
        if payload is None:
            return None
        try:
            draft, platform, workspace, user = json.loads(payload)
        except ValueError:
            return None
        return PreviewTicket(draft, Actor(platform, workspace, user))

    def token_of(self, link: str) -> str:
        """The token of a share link as people paste it: with page, anchor, twin's suffix, angle
        brackets, or the bare token. Raises BadLink.
        """
        text = link.strip().strip("<>").split("|")[0]
        if is_token(text):
            return text
        try:
            given, ours = urlsplit(text), urlsplit(self.base_url)
        except ValueError:
            raise BadLink("That is not a link I can read.") from None
        if given.scheme not in {"http", "https"}:
            raise BadLink(f"That is not a share link. One looks like {self.share_url('…')}")
        if given.netloc.lower() != ours.netloc.lower():
            raise BadLink(f"That link belongs to {given.netloc}. I can only open links of {ours.netloc}.")
        token = given.path.removeprefix(f"{ours.path}/share/")[:24]
        rest = given.path.removeprefix(f"{ours.path}/share/{token}")
        if not is_token(token) or not re.fullmatch(r"|/|\.md|\.json|/m\d+", rest):
            raise BadLink(f"That link is not complete. A share link looks like {self.share_url('…')}")
        return token
