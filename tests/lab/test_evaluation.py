from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.lab.evaluation import BATCH, Evaluation, batches, build
from bot.lab.figures import Figures
from bot.lab.labelled import Labelled
from bot.lab.unreadable import Unreadable
from bot.lab.versions import version
from bot.yaml_file import Problem
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, write_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BOTH = "You florp, you blimp."


def text(words: str, label: int, category: str = "", source: str = "hall") -> Labelled:
    return Labelled(words[:8], words, bool(label), category, source)


def evaluated(config_file: Path, texts: Iterable[Labelled | Problem], misses: int = 10) -> Evaluation:
    found = Evaluation(misses)
    judge = build(version("live", config_file))
    for batch in batches(texts, found.unreadable):
        for each, said in judge(batch):
            found.add(each, said)
    return found


@pytest.fixture
def on(config_file: Path) -> partial[Evaluation]:
    return partial(evaluated, config_file)


def test_texts_are_counted_by_source_and_category(on: partial[Evaluation]) -> None:
    found = on(
        [
            text(ABUSE, 1, "insult"),
            text(FAIR, 0, "fair"),
            text(RUDE, 0, "fair"),
            text("You absolute nuisance.", 1, "insult", source="street"),
        ]
    )
    assert found.overall == Figures(tp=1, fp=1, tn=1, fn=1)
    assert found.sources == {"hall": Figures(tp=1, fp=1, tn=1), "street": Figures(fn=1)}
    assert found.categories["hall", "fair"] == Figures(fp=1, tn=1)


def test_each_rule_and_policy_knows_what_it_does_alone(on: partial[Evaluation]) -> None:
    found = on([text(ABUSE, 1), text(BOTH, 1), text(BOTH + " Really.", 0), text(RUDE, 0)])
    insult, rudeness = found.rules["made-up-insult"], found.rules["made-up-rudeness"]
    assert (insult.on_abusive, insult.on_fair, insult.alone_on_abusive, insult.alone_on_fair) == (2, 1, 1, 0)
    assert (rudeness.on_abusive, rudeness.on_fair, rudeness.alone_on_abusive, rudeness.alone_on_fair) == (1, 2, 0, 1)
    policy = found.policies["personal_abuse"]
    assert (policy.on_abusive, policy.on_fair, policy.alone_on_fair) == (2, 2, 2)
    assert "made-up-threat" not in found.rules


def test_shadow_rule_is_counted_and_flags_nothing(tmp_path: Path) -> None:
    shadow = write_files(tmp_path, rules={"states": {"made-up-insult": "shadow"}})
    found = evaluated(shadow, [text(ABUSE, 1), text(BOTH, 1)])
    assert found.overall == Figures(tp=1, fn=1)
    held = found.rules["made-up-insult"]
    assert (held.state, held.on_abusive, held.alone_on_abusive) == ("shadow", 2, 1)
    assert list(found.policies) == ["personal_abuse"]


def test_worst_misses_come_first_and_only_so_many(on: partial[Evaluation]) -> None:
    texts = [text(f"{ABUSE} Number {number}.", 0) for number in range(20)]
    found = on(
        [*texts, text(THREAT, 0), text("He said you florp to her.", 1), *(text(f"Oh {n}", 1) for n in range(9))], 3
    )
    flagged = [kept.what.text.text for kept in found.flagged.all()]
    assert (len(flagged), flagged[0]) == (3, THREAT)
    assert len(found.missed.kept) == 3


def test_problems_are_kept_apart_from_the_texts(on: partial[Evaluation]) -> None:
    problem = Problem("a.csv", 2, "label", "expected 0 or 1")
    found = on([text(FAIR, 0), problem, text(ABUSE, 1)])
    assert (found.overall.n, found.unreadable.first) == (2, [problem])


def test_batches_lose_nothing() -> None:
    texts = [text(str(number), 0) for number in range(2 * BATCH + 1)]
    made = list(batches(texts, Unreadable()))
    assert [len(batch) for batch in made] == [BATCH, BATCH, 1]
    assert [each for batch in made for each in batch] == texts
