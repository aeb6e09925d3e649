"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(
    name: str, *, nullable: bool = False, references: str = "", ondelete: str = "CASCADE"
) -> sa.Column[str]:
    """A text column; the caller names the foreign key's constraint by table and column."""
    if not references:
        return sa.Column(name, sa.Text, nullable=nullable)
    table, target = references.split(">")
    key = sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{name}", ondelete=ondelete)
    return sa.Column(name, sa.Text, key, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, autoincrement=False)


def _actor(prefix: str) -> list[sa.Column[str]]:
    return [_text(f"{prefix}_{part}") for part in ("platform", "workspace", "user", "name")]


def _place() -> list[sa.Column[str]]:
    return [_text(part) for part in ("platform", "workspace", "channel", "thread")]


def _index(table: str, *columns: str, name: str = "", unique: bool = False) -> None:
    op.create_index(f"ix_{table}_{name or columns[0]}", table, list(columns), unique=unique)


def upgrade() -> None:
    _shares()
    _belongings_of_shares()
    _drafts()
    _blobs()
    _continuations()
    _work()


def _shares() -> None:
    op.create_table(
        "shares",
        _text("id"),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("token_cipher", sa.LargeBinary),
        *_actor("owner"),
        *_place(),
        _text("header"),
        _text("names"),
        _text("sharer", nullable=True),
        _moment("created_at"),
        _number("revision"),
        _moment("updated_at", nullable=True),
        _moment("expires_at", nullable=True),
        sa.Column("views", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        sa.UniqueConstraint("token_hash", name="uq_shares_token_hash"),
    )
    _index("shares", "expires_at")
    _index("shares", "owner_platform", "owner_workspace", "owner_user", name="owner")
    _index("shares", "platform", "workspace", "channel", "thread", name="place")


def _belongings_of_shares() -> None:
    op.create_table(
        "share_chunks",
        _text("share", references="share_chunks>shares"),
        _number("position"),
        _text("messages"),
        sa.PrimaryKeyConstraint("share", "position", name="pk_share_chunks"),
    )
    op.create_table(
        "cards",
        sa.Column("id", _ROW_ID, nullable=False),
        _text("share", references="cards>shares"),
        *_place(),
        _text("post"),
        sa.PrimaryKeyConstraint("id", name="pk_cards"),
        sqlite_autoincrement=True,
    )
    _index("cards", "share", "platform", "workspace", "channel", "thread", "post", name="post", unique=True)
    op.create_table(
        "people",
        _text("share", references="people>shares"),
        sa.Column("key", sa.LargeBinary, nullable=False),
        _text("pseudonym"),
        sa.PrimaryKeyConstraint("share", "key", name="pk_people"),
    )
    op.create_table(
        "left_out",
        _text("share", references="left_out>shares"),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("share", "key", name="pk_left_out"),
    )
    op.create_table(
        "gone",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        _moment("gone_at"),
        _text("reason"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_gone"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        _text("id"),
        *_actor("actor"),
        *_place(),
        _text("choices", nullable=True),
        _text("header", nullable=True),
        _moment("dies_at"),
        _text("updates", nullable=True),
        _text("share", nullable=True, references="drafts>shares"),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    _index("drafts", "dies_at")
    _index("drafts", "share")
    _index("drafts", "actor_platform", "actor_workspace", "actor_user", name="actor")
    op.create_table(
        "draft_chunks",
        _text("draft", references="draft_chunks>drafts"),
        _number("position"),
        _text("messages"),
        sa.PrimaryKeyConstraint("draft", "position", name="pk_draft_chunks"),
    )


def _blobs() -> None:
    op.create_table(
        "blobs",
        _text("id"),
        _text("draft", nullable=True, references="blobs>drafts"),
        _text("share", nullable=True, references="blobs>shares"),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blobs"),
        sa.CheckConstraint("(draft IS NULL) <> (share IS NULL)", name=op.f("ck_blobs_one_owner")),
    )
    _index("blobs", "draft")
    _index("blobs", "share")


def _continuations() -> None:
    op.create_table(
        "continuations",
        _text("id"),
        _text("delivery"),
        _text("share", nullable=True, references="continuations>shares", ondelete="SET NULL"),
        *_actor("actor"),
        *_place(),
        _text("state"),
        _number("first"),
        _number("total"),
        _number("done"),
        _number("intended", nullable=True),
        _moment("created_at"),
        _text("title"),
        _number("revision"),
        sa.PrimaryKeyConstraint("id", name="pk_continuations"),
        sa.UniqueConstraint("delivery", name="uq_continuations_delivery"),
    )
    _index("continuations", "share")
    _index("continuations", "state")
    _index("continuations", "platform", "workspace", "channel", "thread", name="place")
    op.create_table(
        "replayed",
        _text("continuation", references="replayed>continuations"),
        _text("post"),
        _text("people"),
        sa.PrimaryKeyConstraint("continuation", "post", name="pk_replayed"),
    )


def _work() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _ROW_ID, nullable=False),
        _text("kind"),
        _text("payload"),
        _text("share", nullable=True),
        _moment("due_at"),
        _number("attempts"),
        _text("error"),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    _index("outbox", "due_at")
    _index("outbox", "share")
    op.create_table(
        "claims",
        _text("delivery"),
        _moment("claimed_at"),
        _text("result", nullable=True),
        sa.PrimaryKeyConstraint("delivery", name="pk_claims"),
    )
    _index("claims", "claimed_at")
    op.create_table(
        "meta",
        _text("key"),
        _text("value"),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
