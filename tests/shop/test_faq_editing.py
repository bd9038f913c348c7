from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shop import catalogue, faq, faq_editing
from shop.catalogue import Product, UnknownProduct
from shop.database import Database
from shop.faq import FaqEntry, UnknownFaq
from shop.faq_draft import MAX_PHRASES, FaqDraft, FaqInvalid
from shop.faq_editing import FaqChanged

START, END = datetime(2024, 11, 1, tzinfo=UTC), datetime(2024, 11, 12, tzinfo=UTC)
DRAFT = FaqDraft("能用吗", "可以", ("孕妇能用吗",))


def _made(shop: Database, draft: FaqDraft = DRAFT) -> FaqEntry:
    with shop.begin() as session:
        return faq_editing.create(session, draft)


def _now(shop: Database, faq_id: str) -> FaqEntry:
    with shop.read() as session:
        return faq.get(session, faq_id)


def test_a_new_entry_has_an_id_of_its_own_and_version_1(
    shop_db: Database, cream: Callable[..., Product]
) -> None:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
    draft = FaqDraft(
        " 能用吗 ", "可以\n放心", ("一", "能用吗", " 一", "", "二"), "C1", "肤质", START, END
    )
    first, second = _made(shop_db, draft), _made(shop_db, draft)
    assert first.faq_id != second.faq_id
    assert first == _now(shop_db, first.faq_id)
    assert first == FaqEntry(
        first.faq_id, "能用吗", ("一", "二"), "可以\n放心", "C1", "肤质", START, END
    )
    assert (first.version, first.updated_at is not None) == (1, True)


def test_editing_replaces_everything_and_counts(shop_db: Database) -> None:
    made = _made(shop_db)
    with shop_db.begin() as session:
        before = faq.revision(session)
        edited = faq_editing.edit(session, made.faq_id, FaqDraft("新问", "新答", ("又一",)), 1)
        assert faq.revision(session) == before + 1
    assert edited == FaqEntry(made.faq_id, "新问", ("又一",), "新答")
    assert edited.version == 2
    assert _now(shop_db, made.faq_id).version == 2


def test_an_old_version_changes_nothing_and_shows_the_current_one(shop_db: Database) -> None:
    made = _made(shop_db)
    with shop_db.begin() as session:
        current = faq_editing.edit(session, made.faq_id, FaqDraft("新问", "新答"), 1)
    stale: list[Callable[..., object]] = [
        lambda session: faq_editing.edit(session, made.faq_id, DRAFT, 1),
        lambda session: faq_editing.add_phrases(session, made.faq_id, ["三"], 1),
        lambda session: faq_editing.remove(session, made.faq_id, 1),
    ]
    for change in stale:
        with pytest.raises(FaqChanged) as caught, shop_db.begin() as session:
            change(session)
        assert (caught.value.current, caught.value.current.version) == (current, 2)
    assert _now(shop_db, made.faq_id) == current


def test_what_is_not_there_is_unknown(shop_db: Database) -> None:
    with shop_db.begin() as session:
        for change in (
            lambda: faq_editing.edit(session, "F9", DRAFT, 1),
            lambda: faq_editing.add_phrases(session, "F9", ["三"], 1),
            lambda: faq_editing.remove(session, "F9", 1),
        ):
            with pytest.raises(UnknownFaq):
                change()


def test_of_many_editors_of_one_version_one_wins(shop_db: Database) -> None:
    made = _made(shop_db)
    start, won, lost = threading.Barrier(6), [], []

    def work(number: int) -> None:
        start.wait()
        try:
            with shop_db.begin() as session:
                if number % 2:
                    won.append(
                        faq_editing.edit(session, made.faq_id, FaqDraft(f"问{number}", "答"), 1)
                    )
                else:
                    won.append(faq_editing.add_phrases(session, made.faq_id, [f"问{number}"], 1))
        except FaqChanged as error:
            lost.append(error.current)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 5)
    assert [*lost, _now(shop_db, made.faq_id)] == won * 6
    assert _now(shop_db, made.faq_id).version == 2


def test_phrases_are_added_once_and_in_order(shop_db: Database) -> None:
    made = _made(shop_db)
    with shop_db.begin() as session:
        more = faq_editing.add_phrases(
            session, made.faq_id, ["能用吗", "三", " 三 ", "孕妇能用吗", "", "四"], 1
        )
    assert more.similar == ("孕妇能用吗", "三", "四")
    assert (more.question, more.answer, more.version) == ("能用吗", "可以", 2)


def test_adding_nothing_new_changes_nothing(shop_db: Database) -> None:
    made = _made(shop_db)
    with shop_db.begin() as session:
        before = faq.revision(session)
        same = faq_editing.add_phrases(session, made.faq_id, ["能用吗", "孕妇能用吗"], 1)
        assert faq.revision(session) == before
    assert (same, same.version, same.updated_at) == (made, 1, made.updated_at)


def test_no_more_phrases_than_an_entry_may_have(shop_db: Database) -> None:
    full = tuple(f"问法{number}" for number in range(MAX_PHRASES))
    made = _made(shop_db, FaqDraft("能用吗", "可以", full))
    assert made.similar == full
    with pytest.raises(FaqInvalid) as caught, shop_db.begin() as session:
        faq_editing.add_phrases(session, made.faq_id, ["多一条"], 1)
    assert caught.value.field == "similar"
    assert _now(shop_db, made.faq_id).version == 1


def test_removing_takes_the_wordings_along(shop_db: Database) -> None:
    made = _made(shop_db)
    with shop_db.begin() as session:
        before = faq.revision(session)
        faq_editing.remove(session, made.faq_id, 1)
        assert faq.revision(session) == before + 1
        assert faq.phrases(session) == []


def test_an_entry_is_about_a_product_that_is_there(
    shop_db: Database, cream: Callable[..., Product]
) -> None:
    made = _made(shop_db)
    about = FaqDraft("能用吗", "可以", sku="C1")
    with pytest.raises(UnknownProduct), shop_db.begin() as session:
        faq_editing.create(session, about)
    with pytest.raises(UnknownProduct), shop_db.begin() as session:
        faq_editing.edit(session, made.faq_id, about, 1)
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
        assert faq_editing.edit(session, made.faq_id, about, 1).sku == "C1"


LONG = "长" * 201


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (FaqDraft(" \u3000", "答"), "question"),
        (FaqDraft(LONG, "答"), "question"),
        (FaqDraft("问\0", "答"), "question"),
        (FaqDraft("问", "\n"), "answer"),
        (FaqDraft("问", "长" * 2_001), "answer"),
        (FaqDraft("问", "答\0"), "answer"),
        (FaqDraft("问", "答", (LONG,)), "similar"),
        (FaqDraft("问", "答", ("一\0",)), "similar"),
        (FaqDraft("问", "答", tuple(map(str, range(MAX_PHRASES + 1)))), "similar"),
        (FaqDraft("问", "答", sku="C\0"), "sku"),
        (FaqDraft("问", "答", category="分\0类"), "category"),
        (FaqDraft("问", "答", valid_from=START, valid_to=START), "valid_to"),
        (FaqDraft("问", "答", valid_from=datetime(2024, 11, 1)), "valid_from"),
    ],
)  # fmt: skip
def test_drafts_that_cannot_be_kept_name_their_field(draft: FaqDraft, field: str) -> None:
    with pytest.raises(FaqInvalid) as caught:
        draft.checked()
    assert caught.value.field == field
    assert caught.value.reason


def test_a_draft_at_every_limit_is_kept(shop_db: Database) -> None:
    phrases = tuple(f"{number:03}" + "长" * 197 for number in range(MAX_PHRASES))
    draft = FaqDraft("问" * 200, "答" * 2_000, phrases, "", valid_from=START, valid_to=END)
    made = _made(shop_db, draft)
    assert (made.question, made.answer, made.similar) == (draft.question, draft.answer, phrases)
    assert made.sku is None
