"""Common words are common, and names are words."""

from __future__ import annotations

import pytest

from bot.rules.disguise.frequency import UNLISTED, common, foreign, rarities


def test_a_common_word_is_more_frequent_than_a_rare_one() -> None:
    rarity = rarities("en")
    assert rarity("people") < rarity("parliament") < rarity("scunthorpe") < rarity("zxqvy") == UNLISTED
    assert rarity("people") == common("en")["people"]


def test_a_word_of_another_language_is_foreign() -> None:
    assert "schmetterling" in foreign("en")
    assert "zxqvy" not in foreign("en")


@pytest.mark.parametrize("word", ["people", "council", "london"])
def test_everyday_words_are_common(word: str) -> None:
    assert word in common("en")


@pytest.mark.parametrize("lang", ["", "xx", "../en"])
def test_a_language_without_a_list_has_no_words(lang: str) -> None:
    assert not common(lang)
    assert "people" not in rarities(lang)
