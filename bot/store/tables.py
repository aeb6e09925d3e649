"""The tables. `bot/migrations` builds the same ones step by step; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A timezone-aware moment as microseconds since 1970: exact, ordered, the same on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Raises ValueError for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


class Words(TypeDecorator[str]):
    """Text as both engines can store it: PostgreSQL refuses NUL, both refuse half a surrogate pair.
    Either becomes U+FFFD, the character for what could not be read.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        return (
            value.replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        )


RowId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows only in columns that are INTEGER by name."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _identity(prefix: str) -> list[Column[str]]:
    """Columns of an Actor: `rows.actor_values` and `rows.to_actor` know them."""
    return [
        Column(f"{prefix}_{part}", Words, nullable=False)
        for part in ("platform", "workspace", "user", "name")
    ]


def _place() -> list[Column[str]]:
    """Columns of a ThreadRef."""
    return [Column(part, Words, nullable=False) for part in ("platform", "workspace", "channel", "thread")]


def _of_share(*, primary_key: bool = False) -> Column[str]:
    """What belongs to a share goes with it."""
    return Column(
        "share", Words, ForeignKey("shares.id", ondelete="CASCADE"), primary_key=primary_key, nullable=False
    )


shares = Table(
    "shares",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("token_cipher", LargeBinary),
    *_identity("owner"),
    *_place(),
    Column("header", Words, nullable=False),
    Column("names", Words, nullable=False),
    Column("sharer", Words),
    Column("channel_name", Words, nullable=False, server_default=text("''")),
    Column("created_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated_at", Moment),
    Column("expires_at", Moment, index=True),
    Column("views", BigInteger, nullable=False),
    Index("ix_shares_owner", "owner_platform", "owner_workspace", "owner_user"),
    Index("ix_shares_place", "platform", "workspace", "channel", "thread"),
)

share_chunks = Table(
    "share_chunks",
    metadata,
    _of_share(primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("messages", Words, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", RowId, primary_key=True),
    _of_share(),
    *_place(),
    Column("post", Words, nullable=False),
    Index("ix_cards_post", "share", "platform", "workspace", "channel", "thread", "post", unique=True),
    sqlite_autoincrement=True,
)

# Previews that we drew for pasted links. `url` is sealed, like the token that it holds.
pasted = Table(
    "pasted",
    metadata,
    Column("id", RowId, primary_key=True),
    _of_share(),
    Column("platform", Words, nullable=False),
    Column("workspace", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("url_key", LargeBinary, nullable=False),
    Column("url", LargeBinary, nullable=False),
    Index("ix_pasted_place", "share", "platform", "workspace", "place", "url_key", unique=True),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    _of_share(primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("pseudonym", Words, nullable=False),
)

left_out = Table(
    "left_out",
    metadata,
    _of_share(primary_key=True),
    Column("key", LargeBinary, primary_key=True),
)

gone = Table(
    "gone",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("gone_at", Moment, nullable=False),
    Column("reason", Words, nullable=False),
)

# `updates` is no foreign key: publishing must see that the share it meant is gone.
# `header` and `choices` are NULL once the draft is published.
drafts = Table(
    "drafts",
    metadata,
    Column("id", Words, primary_key=True),
    *_identity("actor"),
    *_place(),
    Column("choices", Words),
    Column("header", Words),
    Column("dies_at", Moment, nullable=False, index=True),
    Column("updates", Words),
    Column("share", Words, ForeignKey("shares.id", ondelete="CASCADE"), index=True),
    Index("ix_drafts_actor", "actor_platform", "actor_workspace", "actor_user"),
)

draft_chunks = Table(
    "draft_chunks",
    metadata,
    Column("draft", Words, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("messages", Words, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("id", Words, primary_key=True),
    Column("draft", Words, ForeignKey("drafts.id", ondelete="CASCADE"), index=True),
    Column("share", Words, ForeignKey("shares.id", ondelete="CASCADE"), index=True),
    Column("size", BigInteger, nullable=False),
    CheckConstraint("(draft IS NULL) <> (share IS NULL)", name="one_owner"),
)

continuations = Table(
    "continuations",
    metadata,
    Column("id", Words, primary_key=True),
    Column("delivery", Words, nullable=False, unique=True),
    Column("share", Words, ForeignKey("shares.id", ondelete="SET NULL"), index=True),
    *_identity("actor"),
    *_place(),
    Column("state", Words, nullable=False, index=True),
    Column("first", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("intended", Integer),
    Column("created_at", Moment, nullable=False),
    Column("title", Words, nullable=False),
    Column("revision", Integer, nullable=False),
    Index("ix_continuations_place", "platform", "workspace", "channel", "thread"),
)

replayed = Table(
    "replayed",
    metadata,
    Column("continuation", Words, ForeignKey("continuations.id", ondelete="CASCADE"), primary_key=True),
    Column("post", Words, primary_key=True),
    Column("people", Words, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("payload", Words, nullable=False),
    Column("share", Words, index=True),
    Column("due_at", Moment, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("error", Words, nullable=False),
    Column("failed", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

claims = Table(
    "claims",
    metadata,
    Column("delivery", Words, primary_key=True),
    Column("claimed_at", Moment, nullable=False, index=True),
    Column("result", Words),
)

# What a workspace gave us when it installed the app; sealed.
installations = Table(
    "installations",
    metadata,
    Column("platform", Words, primary_key=True),
    Column("workspace", Words, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("installed_at", Moment, nullable=False),
)

# Proofs that work once, by their SHA-256.
tickets = Table(
    "tickets",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("dies_at", Moment, nullable=False, index=True),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
