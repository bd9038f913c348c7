"""Who runs the engine of a room: one at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "room_lease",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["room"], ["room.room"], name="fk_room_lease_room_room", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room", name="pk_room_lease"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("room_lease")
