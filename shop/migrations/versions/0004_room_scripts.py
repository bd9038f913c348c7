"""What a room says by itself: settings, timed scripts, shows, what was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite makes only INTEGER primary keys auto-increment.
PRIMARY_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Referring tables before those they refer to: the order in which they can be dropped.
TABLES = ("room_message", "room_show", "room_script", "proactive")


def upgrade() -> None:
    """Apply."""
    _settings()
    _scripts()
    _messages()


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)


def _of_a_room(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["room"], ["room.room"], name=f"fk_{table}_room_room")


def _settings() -> None:
    op.create_table(
        "proactive",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _of_a_room("proactive"),
        sa.PrimaryKeyConstraint("room", "kind", name="pk_proactive"),
    )


def _scripts() -> None:
    op.create_table(
        "room_script",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=True),
        sa.Column("at_minute", sa.Integer(), nullable=True),
        sa.Column("first_minute", sa.Integer(), nullable=False),
        sa.Column("last_minute", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(every_minutes IS NULL) <> (at_minute IS NULL)", name=op.f("ck_room_script_when")
        ),
        _of_a_room("room_script"),
        sa.PrimaryKeyConstraint("pk", name="pk_room_script"),
    )
    op.create_index("ix_room_script_room_pk", "room_script", ["room", "pk"], unique=False)


def _messages() -> None:
    op.create_table(
        "room_show",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        _of_a_room("room_show"),
        sa.PrimaryKeyConstraint("pk", name="pk_room_show"),
    )
    op.create_index("ix_room_show_room_pk", "room_show", ["room", "pk"], unique=False)
    op.create_table(
        "room_message",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("show_pk", PRIMARY_KEY, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('said', 'held')", name=op.f("ck_room_message_state")),
        sa.ForeignKeyConstraint(
            ["show_pk"], ["room_show.pk"], name="fk_room_message_show_pk_room_show"
        ),
        _of_a_room("room_message"),
        sa.PrimaryKeyConstraint("pk", name="pk_room_message"),
    )
    op.create_index("ix_room_message_room_at", "room_message", ["room", "at"], unique=False)
