"""Every table of the shop; import from here so that the metadata is complete."""

from __future__ import annotations

from shop.models.base import Base, SafeText, UtcDateTime, storable, table_of
from shop.models.catalogue import ProductRow, SizeRowRow, VariantRow
from shop.models.coupons import CampaignRow, CouponRow
from shop.models.faq import FaqPhraseRow, FaqRow
from shop.models.proactive import ProactiveRow, RoomMessageRow, RoomScriptRow, RoomShowRow
from shop.models.recommending import (
    BundleRow,
    ImpressionRow,
    ProductSinceRow,
    RecommendRuleRow,
    RecommendSettingRow,
)
from shop.models.rooms import (
    AnswerRow,
    CommentRow,
    HandoffRow,
    OnAirRow,
    OutcomeRow,
    RoomLeaseRow,
    RoomRow,
)
from shop.models.settings import RevisionRow, SettingRow
from shop.models.teaching import (
    ConfirmedRow,
    OwnIntentExampleRow,
    OwnIntentRow,
    QuestionRow,
)
from shop.models.viewers import EventRow, OrderRow, ViewerRow
from shop.models.words import WordRow

__all__ = [
    "AnswerRow",
    "Base",
    "BundleRow",
    "CampaignRow",
    "CommentRow",
    "ConfirmedRow",
    "CouponRow",
    "EventRow",
    "FaqPhraseRow",
    "FaqRow",
    "HandoffRow",
    "ImpressionRow",
    "OnAirRow",
    "OrderRow",
    "OutcomeRow",
    "OwnIntentExampleRow",
    "OwnIntentRow",
    "ProactiveRow",
    "ProductRow",
    "ProductSinceRow",
    "QuestionRow",
    "RecommendRuleRow",
    "RecommendSettingRow",
    "RevisionRow",
    "RoomLeaseRow",
    "RoomMessageRow",
    "RoomRow",
    "RoomScriptRow",
    "RoomShowRow",
    "SafeText",
    "SettingRow",
    "SizeRowRow",
    "UtcDateTime",
    "VariantRow",
    "ViewerRow",
    "WordRow",
    "storable",
    "table_of",
]
