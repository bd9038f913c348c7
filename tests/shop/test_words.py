from __future__ import annotations

from dataclasses import replace

import pytest

from shop import words
from shop.database import Database
from shop.word_draft import DROPPING, KINDS, WordDraft, WordInvalid
from shop.words import UnknownWord, WordChanged, WordThere

DRAFT = WordDraft("advert", "清仓代购", sounds=True, note="老来发广告")


def test_a_word_comes_is_changed_and_goes(shop_db: Database) -> None:
    with shop_db.begin() as session:
        before = words.revision(session)
        made = words.create(session, replace(DRAFT, word="  清仓代购 "))
        assert (made.word, made.version, made.enabled, made.sounds) == ("清仓代购", 1, True, True)
        edited = words.edit(session, made.pk, replace(DRAFT, enabled=False), 1)
        assert (edited.version, edited.enabled) == (2, False)
        assert words.all_words(session) == [edited]
        words.remove(session, made.pk, 2)
        assert words.all_words(session) == []
        assert words.revision(session) == before + 3
        for call in (
            lambda: words.get(session, made.pk),
            lambda: words.edit(session, made.pk, DRAFT, 2),
            lambda: words.remove(session, made.pk, 2),
        ):
            with pytest.raises(UnknownWord):
                call()


def test_the_second_of_two_tabs_is_told_and_nothing_is_lost(shop_db: Database) -> None:
    with shop_db.begin() as session:
        made = words.create(session, DRAFT)
        first = words.edit(session, made.pk, replace(DRAFT, note="一"), 1)
    with pytest.raises(WordChanged) as caught, shop_db.begin() as session:
        words.edit(session, made.pk, replace(DRAFT, note="二"), 1)
    assert caught.value.current == first
    with pytest.raises(WordChanged), shop_db.begin() as session:
        words.remove(session, made.pk, 1)
    with shop_db.read() as session:
        assert words.all_words(session) == [first]
        assert words.revision(session) == 2


def test_a_word_is_in_each_list_once(shop_db: Database) -> None:
    with shop_db.begin() as session:
        made = words.create(session, DRAFT)
        other = words.create(session, replace(DRAFT, word="别的词"))
        words.create(session, WordDraft("allowed", DRAFT.word))
    with pytest.raises(WordThere) as caught, shop_db.begin() as session:
        words.create(session, DRAFT)
    assert caught.value.current == made
    with pytest.raises(WordThere), shop_db.begin() as session:
        words.edit(session, other.pk, DRAFT, 1)
    with shop_db.read() as session:
        assert len(words.all_words(session)) == 3


def test_the_list_does_not_grow_without_end(
    shop_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MAX_WORDS", 1)
    with shop_db.begin() as session:
        words.create(session, DRAFT)
    with pytest.raises(WordInvalid), shop_db.begin() as session:
        words.create(session, replace(DRAFT, word="第二个"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_kept_as_it_is(shop_db: Database, kind: str) -> None:
    said = "替换" if kind == "forbidden" else ""
    draft = WordDraft(kind, "某个词", said, sounds=kind in DROPPING)
    with shop_db.begin() as session:
        made = words.create(session, draft)
    assert (made.kind, made.replacement, made.sounds) == (kind, said, kind in DROPPING)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "rude"}, "kind"),
        ({"word": " "}, "word"),
        ({"word": "好"}, "word"),
        ({"word": "！！❤❤"}, "word"),
        ({"word": "长" * 51}, "word"),
        ({"word": "一\n二"}, "word"),
        ({"word": "一\0二"}, "word"),
        ({"word": "一\ud800二"}, "word"),
        ({"word": "一\u202e二"}, "word"),
        ({"replacement": "好词"}, "replacement"),
        ({"kind": "forbidden", "sounds": False, "replacement": "超清 仓代购"}, "replacement"),
        ({"kind": "forbidden"}, "sounds"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_words_that_cannot_be_kept_name_their_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(WordInvalid) as caught:
        replace(DRAFT, **change).checked()  # type: ignore[arg-type]
    assert caught.value.field == field
    assert caught.value.reason
