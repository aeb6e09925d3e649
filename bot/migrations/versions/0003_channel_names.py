"""Where a link's thread was shared from, in words, for whoever may manage the link."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("shares", sa.Column("channel_name", sa.Text, nullable=False, server_default=sa.text("''")))
