"""The owner's words for moderation and the advertising law; the rule that held a reply."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite makes only INTEGER primary keys auto-increment.
PRIMARY_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "word",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("replacement", sa.Text(), server_default="", nullable=False),
        sa.Column("sounds", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('abuse', 'advert', 'contact', 'forbidden', 'allowed')",
            name=op.f("ck_word_kind"),
        ),
        sa.CheckConstraint(
            "replacement = '' OR kind = 'forbidden'", name=op.f("ck_word_replacement")
        ),
        sa.PrimaryKeyConstraint("pk", name="pk_word"),
        sa.UniqueConstraint("kind", "word", name="uq_word_kind_word"),
    )
    # Adding and dropping plain columns is the one change SQLite makes without a rebuild.
    op.add_column("question", sa.Column("rule", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("question", "rule")
    op.drop_table("word")
