from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from shop import catalogue, faq
from shop.catalogue import Product
from shop.database import Database
from shop.faq import FaqEntry, PhraseRow, UnknownFaq

START, END = datetime(2024, 11, 1, tzinfo=UTC), datetime(2024, 11, 12, tzinfo=UTC)


def test_an_entry_comes_back_as_it_went_in(
    shop_db: Database, cream: Callable[..., Product]
) -> None:
    entry = FaqEntry("F1", "能用吗", ("孕妇能用吗", "可以用不"), "可以", "C1", "肤质", START, END)
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
        faq.upsert(session, entry)
        assert faq.get(session, "F1") == entry
        assert faq.all_entries(session) == [entry]


def test_phrases_are_the_question_and_its_wordings(
    shop_db: Database, cream: Callable[..., Product]
) -> None:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
        faq.upsert(session, FaqEntry("F1", "问", ("问一", "问二"), "答", "C1", "", START, None))
        faq.upsert(session, FaqEntry("F2", "又问", (), "答"))
        assert faq.phrases(session) == [
            PhraseRow("问", "F1", "C1", "2024-11-01T00:00:00+00:00", ""),
            PhraseRow("问一", "F1", "C1", "2024-11-01T00:00:00+00:00", ""),
            PhraseRow("问二", "F1", "C1", "2024-11-01T00:00:00+00:00", ""),
            PhraseRow("又问", "F2", "", "", ""),
        ]


def test_storing_again_drops_old_wordings(shop_db: Database) -> None:
    with shop_db.begin() as session:
        faq.upsert(session, FaqEntry("F1", "问", ("一", "二"), "答"))
        faq.upsert(session, FaqEntry("F1", "新问", ("二",), "答"))
        assert [row.text for row in faq.phrases(session)] == ["新问", "二"]


def test_revision_grows_at_every_change_only(shop_db: Database) -> None:
    seen = []
    with shop_db.begin() as session:
        seen.append(faq.revision(session))
        faq.upsert(session, FaqEntry("F1", "问", (), "答"))
        seen.append(faq.revision(session))
        faq.all_entries(session)
        seen.append(faq.revision(session))
        faq.delete(session, "F1")
        seen.append(faq.revision(session))
    assert seen == [0, 1, 1, 2]


def test_deleting_takes_the_wordings_along(shop_db: Database) -> None:
    with shop_db.begin() as session:
        faq.upsert(session, FaqEntry("F1", "问", ("一",), "答"))
        faq.delete(session, "F1")
        assert faq.phrases(session) == []
        with pytest.raises(UnknownFaq):
            faq.delete(session, "F1")
        with pytest.raises(UnknownFaq):
            faq.get(session, "F1")


def test_an_entry_cannot_be_about_a_product_that_is_not_there(shop_db: Database) -> None:
    with pytest.raises(IntegrityError), shop_db.begin() as session:
        faq.upsert(session, FaqEntry("F1", "问", (), "答", "C9"))
