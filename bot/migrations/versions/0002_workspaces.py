"""Previews of pasted links, and what workspaces gave us when they installed the app."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def upgrade() -> None:
    share = sa.ForeignKey("shares.id", name="fk_pasted_share", ondelete="CASCADE")
    op.create_table(
        "pasted",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("share", sa.Text, share, nullable=False),
        *map(_text, ("platform", "workspace", "place")),
        *map(_bytes, ("url_key", "url")),
        sa.PrimaryKeyConstraint("id", name="pk_pasted"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_pasted_place", "pasted", ["share", "platform", "workspace", "place", "url_key"], unique=True
    )
    op.create_table(
        "installations",
        *map(_text, ("platform", "workspace")),
        _bytes("sealed"),
        sa.Column("installed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_installations"),
    )
    op.create_table(
        "tickets",
        _bytes("key"),
        sa.Column("dies_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_tickets"),
    )
    op.create_index("ix_tickets_dies_at", "tickets", ["dies_at"])
