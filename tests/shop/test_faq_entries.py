from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

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


def test_only_what_changed_gets_the_next_version(shop_db: Database) -> None:
    one, two = FaqEntry("F1", "问", ("一", "二"), "答"), FaqEntry("F2", "又问", (), "答")
    with shop_db.begin() as session:
        faq.upsert_many(session, [one, two])
        first = faq.many(session, ["F1", "F2"])
        faq.upsert_many(session, [one, replace(two, similar=("三",), version=9)])
        second = faq.many(session, ["F1", "F2"])
        revision = faq.revision(session)
        faq.upsert_many(session, [one, replace(two, similar=("三",))])
        assert faq.revision(session) == revision
    assert [first[one].version for one in first] == [1, 1]
    assert [second[one].version for one in second] == [1, 2]
    assert second["F1"].updated_at == first["F1"].updated_at
    assert second["F2"].updated_at > first["F2"].updated_at
    assert second["F2"].similar == ("三",)


def test_of_an_entry_given_twice_the_last_counts(shop_db: Database) -> None:
    entry = FaqEntry("F1", "问", ("一", "二"), "答")
    with shop_db.begin() as session:
        faq.upsert_many(session, [entry, replace(entry, similar=("三",))])
        assert faq.get(session, "F1").similar == ("三",)


def _found(session: Session, words: str) -> list[str]:
    return [entry.faq_id for entry in faq.search(session, words, 10).entries]


def test_search_looks_into_questions_wordings_and_answers(shop_db: Database) -> None:
    with shop_db.begin() as session:
        faq.upsert(session, FaqEntry("F1", "孕妇能用吗", ("怀孕了可以用不", "孕期"), "可以"))
        faq.upsert(session, FaqEntry("F2", "包邮吗", ("PDD包邮不",), "满100%包\\邮_哦"))
        assert _found(session, "能用") == ["F1"]
        assert _found(session, "了可以") == ["F1"]
        assert _found(session, "邮") == ["F2"]
        assert _found(session, " pdd ") == ["F2"]
        assert _found(session, "可以包邮") == []
        for mark in ("%", "_", "\\", "100%包\\邮_"):
            assert _found(session, mark) == ["F2"], mark
        assert _found(session, "\0") == _found(session, "") == ["F2", "F1"]


def test_search_gives_a_page_newest_edited_first(shop_db: Database) -> None:
    with shop_db.begin() as session:
        for number in range(5):
            faq.upsert(session, FaqEntry(f"F{number}", f"问{number}", (), "答"))
        faq.upsert(session, FaqEntry("F1", "问1", ("改过",), "答"))
        pages = [faq.search(session, "问", 2, offset) for offset in (0, 2, 4, 6)]
    assert [[entry.faq_id for entry in page.entries] for page in pages] == [
        ["F1", "F4"],
        ["F3", "F2"],
        ["F0"],
        [],
    ]
    assert {page.total for page in pages} == {5}


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
