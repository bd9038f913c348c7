"""What the owner teaches: FAQ versions, inbox, confirmed verdicts, own intents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite makes only INTEGER primary keys auto-increment.
PRIMARY_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Referring tables before those they refer to: the order in which they can be dropped.
TABLES = ("own_intent_example", "own_intent", "confirmed", "question")


def upgrade() -> None:
    """Apply."""
    # Adding and dropping plain columns is the one change SQLite makes without a rebuild.
    op.add_column("faq", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("faq", sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    _question()
    _confirmed()
    _own_intents()


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("faq", "updated_at")
    op.drop_column("faq", "version")


def _question() -> None:
    op.create_table(
        "question",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("faq_id", sa.Text(), nullable=True),
        sa.Column("propensity", sa.Double(), server_default="0", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("closed_faq_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('unknown', 'low_confidence', 'handed_over', 'thumbs_down')",
            name=op.f("ck_question_reason"),
        ),
        sa.CheckConstraint(
            "how IN ('new_faq', 'similar', 'edited', 'ignored', 'own_intent')",
            name=op.f("ck_question_how"),
        ),
        sa.PrimaryKeyConstraint("pk", name="pk_question"),
    )
    op.create_index(
        "ix_question_closed_at_asked_at", "question", ["closed_at", "asked_at"], unique=False
    )


def _confirmed() -> None:
    op.create_table(
        "confirmed",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('intent', 'faq')", name=op.f("ck_confirmed_kind")),
        sa.PrimaryKeyConstraint("pk", name="pk_confirmed"),
        sa.UniqueConstraint("text", "sku", name="uq_confirmed_text_sku"),
    )


def _own_intents() -> None:
    op.create_table(
        "own_intent",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("substr(name, 1, 4) = 'own_'", name=op.f("ck_own_intent_name")),
        sa.CheckConstraint("(reply = '') <> (action = '')", name=op.f("ck_own_intent_answer")),
        sa.PrimaryKeyConstraint("name", name="pk_own_intent"),
    )
    op.create_table(
        "own_intent_example",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["name"],
            ["own_intent.name"],
            name="fk_own_intent_example_name_own_intent",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("name", "position", name="pk_own_intent_example"),
    )
