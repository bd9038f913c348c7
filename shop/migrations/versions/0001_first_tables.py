"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite makes only INTEGER primary keys auto-increment.
PRIMARY_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Referring tables before those they refer to: the order in which they can be dropped.
TABLES = (
    "revision",
    "setting",
    "handoff",
    "on_air",
    "outcome",
    "answer",
    "comment",
    "room",
    "coupon",
    "campaign",
    "orders",
    "event",
    "viewer",
    "faq_phrase",
    "faq",
    "size_row",
    "variant",
    "product",
)


def upgrade() -> None:
    """Apply."""
    _catalogue()
    _faq()
    _viewers()
    _coupons()
    _rooms()
    _on_air_and_handoffs()
    _settings()


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_table(table)


def _catalogue() -> None:
    op.create_table(
        "product",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("list_price_fen", sa.BigInteger(), nullable=True),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=False),
        sa.Column("link_no", sa.Integer(), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.CheckConstraint("status IN ('on', 'off')", name=op.f("ck_product_status")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_product_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_product_stock")),
        sa.PrimaryKeyConstraint("sku", name="pk_product"),
        sa.UniqueConstraint("link_no", name="uq_product_link_no"),
    )
    op.create_index("ix_product_category", "product", ["category"], unique=False)
    op.create_table(
        "variant",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_variant_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_variant_stock")),
        sa.ForeignKeyConstraint(
            ["sku"], ["product.sku"], name="fk_variant_sku_product", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sku", "variant", name="pk_variant"),
    )
    op.create_table(
        "size_row",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("height_min", sa.Double(), nullable=False),
        sa.Column("height_max", sa.Double(), nullable=False),
        sa.Column("weight_min", sa.Double(), nullable=False),
        sa.Column("weight_max", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sku"], ["product.sku"], name="fk_size_row_sku_product", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sku", "position", name="pk_size_row"),
    )


def _faq() -> None:
    op.create_table(
        "faq",
        sa.Column("faq_id", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sku"], ["product.sku"], name="fk_faq_sku_product", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("faq_id", name="pk_faq"),
    )
    op.create_index("ix_faq_sku", "faq", ["sku"], unique=False)
    op.create_table(
        "faq_phrase",
        sa.Column("faq_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["faq_id"], ["faq.faq_id"], name="fk_faq_phrase_faq_id_faq", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("faq_id", "position", name="pk_faq_phrase"),
    )


def _viewers() -> None:
    op.create_table(
        "viewer",
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("viewer", name="pk_viewer"),
    )
    op.create_table(
        "event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name="pk_event"),
    )
    op.create_index("ix_event_ts", "event", ["ts"], unique=False)
    op.create_index("ix_event_viewer_ts", "event", ["viewer", "ts"], unique=False)
    op.create_table(
        "orders",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking_no", sa.Text(), nullable=False),
        sa.CheckConstraint("discount_fen >= 0", name=op.f("ck_orders_discount")),
        sa.CheckConstraint("paid_fen >= 0", name=op.f("ck_orders_paid")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_orders_quantity")),
        sa.PrimaryKeyConstraint("order_id", name="pk_orders"),
    )
    op.create_index("ix_orders_ts", "orders", ["ts"], unique=False)
    op.create_index("ix_orders_viewer_ts", "orders", ["viewer", "ts"], unique=False)


def _coupons() -> None:
    op.create_table(
        "campaign",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("threshold_fen", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total_limit", sa.BigInteger(), nullable=True),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("margin_floor", sa.Double(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'amount'", name=op.f("ck_campaign_kind")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_campaign_amount")),
        sa.CheckConstraint("issued >= 0 AND spent_fen >= 0", name=op.f("ck_campaign_counters")),
        sa.CheckConstraint(
            "margin_floor >= 0 AND margin_floor < 1", name=op.f("ck_campaign_margin_floor")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_campaign_window")),
        sa.CheckConstraint("threshold_fen >= 0", name=op.f("ck_campaign_threshold")),
        sa.ForeignKeyConstraint(
            ["sku"], ["product.sku"], name="fk_campaign_sku_product", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_campaign"),
    )
    op.create_table(
        "coupon",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("threshold_fen", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.campaign_id"], name="fk_coupon_campaign_id_campaign"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_coupon"),
        sa.UniqueConstraint("campaign_id", "viewer", name="uq_coupon_campaign_id_viewer"),
    )
    op.create_index("ix_coupon_viewer", "coupon", ["viewer"], unique=False)


def _rooms() -> None:
    op.create_table(
        "room",
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("room", name="pk_room"),
    )
    op.create_table(
        "comment",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["room.room"], name="fk_comment_room_room"),
        sa.PrimaryKeyConstraint("pk", name="pk_comment"),
        sa.UniqueConstraint("room", "id", name="uq_comment_room_id"),
    )
    op.create_index("ix_comment_room_pk", "comment", ["room", "pk"], unique=False)
    op.create_table(
        "answer",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("question_text", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["room.room"], name="fk_answer_room_room"),
        sa.PrimaryKeyConstraint("pk", name="pk_answer"),
    )
    op.create_index("ix_answer_room", "answer", ["room"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("comment_pk", PRIMARY_KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer_pk", PRIMARY_KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer_pk IS NOT NULL OR kind NOT IN ('answered', 'merged')",
            name=op.f("ck_outcome_answer"),
        ),
        sa.CheckConstraint(
            "kind IN ('answered', 'merged', 'handed_over', 'dropped')", name=op.f("ck_outcome_kind")
        ),
        sa.ForeignKeyConstraint(["answer_pk"], ["answer.pk"], name="fk_outcome_answer_pk_answer"),
        sa.ForeignKeyConstraint(
            ["comment_pk"], ["comment.pk"], name="fk_outcome_comment_pk_comment"
        ),
        sa.PrimaryKeyConstraint("comment_pk", name="pk_outcome"),
    )
    op.create_index("ix_outcome_answer_pk", "outcome", ["answer_pk"], unique=False)


def _on_air_and_handoffs() -> None:
    op.create_table(
        "on_air",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["room.room"], name="fk_on_air_room_room"),
        sa.ForeignKeyConstraint(
            ["sku"], ["product.sku"], name="fk_on_air_sku_product", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pk", name="pk_on_air"),
    )
    op.create_index("ix_on_air_room_pk", "on_air", ["room", "pk"], unique=False)
    op.create_table(
        "handoff",
        sa.Column("pk", PRIMARY_KEY, nullable=False),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.CheckConstraint("how IN ('done', 'skip')", name=op.f("ck_handoff_how")),
        sa.ForeignKeyConstraint(["room"], ["room.room"], name="fk_handoff_room_room"),
        sa.PrimaryKeyConstraint("pk", name="pk_handoff"),
    )
    op.create_index("ix_handoff_room_closed_at", "handoff", ["room", "closed_at"], unique=False)


def _settings() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "revision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_revision"),
    )
