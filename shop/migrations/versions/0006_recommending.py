"""Recommending: rules, weights, impressions, bundles, and since when products are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite makes only INTEGER primary keys auto-increment.
PRIMARY_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "recommend_rule",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pk", name="pk_recommend_rule"),
        sa.UniqueConstraint("kind", "target", name="uq_recommend_rule_kind_target"),
    )
    op.create_table(
        "recommend_setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_recommend_setting"),
    )
    _impressions()
    op.create_table(
        "bundle",
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('accepted', 'dismissed')", name=op.f("ck_bundle_state")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_bundle_price")),
        sa.PrimaryKeyConstraint("left", "right", name="pk_bundle"),
    )
    op.create_table(
        "product_since",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sku"], ["product.sku"], name="fk_product_since_sku_product", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sku", name="pk_product_since"),
    )
    # What is there already is of unknown age: it must not look new at its next import.
    op.execute("INSERT INTO product_since (sku, since) SELECT sku, NULL FROM product")


def _impressions() -> None:
    op.create_table(
        "impression",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "propensity > 0 AND propensity <= 1", name=op.f("ck_impression_propensity")
        ),
        sa.PrimaryKeyConstraint("list", "position", name="pk_impression"),
    )
    op.create_index("ix_impression_viewer_ts", "impression", ["viewer", "ts"])
    op.create_index("ix_impression_ts", "impression", ["ts"])


def downgrade() -> None:
    """Take back."""
    for table in (
        "product_since",
        "bundle",
        "impression",
        "recommend_setting",
        "recommend_rule",
    ):
        op.drop_table(table)
