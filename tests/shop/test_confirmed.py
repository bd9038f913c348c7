from __future__ import annotations

import pytest

from shop import confirmed
from shop.database import Database


def test_the_last_word_counts(shop_db: Database) -> None:
    with shop_db.begin() as session:
        first = confirmed.confirm(session, "能带猫吗", "intent", "ask_usage")
        other = confirmed.confirm(session, "能带猫吗", "faq", "F2", "C1")
        again = confirmed.confirm(session, "能带猫吗", "faq", "F1")
        assert confirmed.all_confirmed(session) == [again, other]
    assert (again.pk, again.text, again.sku, again.kind, again.target) == (
        first.pk, "能带猫吗", "", "faq", "F1",
    )  # fmt: skip
    assert again.confirmed_at >= first.confirmed_at


def test_a_verdict_can_be_withdrawn_once(shop_db: Database) -> None:
    with shop_db.begin() as session:
        pk = confirmed.confirm(session, "在吗", "intent", "greet").pk
        confirmed.withdraw(session, pk)
        with pytest.raises(confirmed.UnknownConfirmed):
            confirmed.withdraw(session, pk)
        assert confirmed.all_confirmed(session) == []


def test_texts_as_odd_as_viewers_type_them(shop_db: Database) -> None:
    with shop_db.begin() as session:
        for text in ("多少\0钱😀", "名\ud800字", "😀" * 900):
            confirmed.confirm(session, text, "intent", "ask_price")
        texts = [one.text for one in confirmed.all_confirmed(session)]
    assert texts == ["多少钱😀", "名?字", "😀" * 500]


def test_only_intents_and_entries_can_be_meant(shop_db: Database) -> None:
    with shop_db.begin() as session, pytest.raises(ValueError, match="kind"):
        confirmed.confirm(session, "在吗", "mood", "happy")
