"""The shape of a pack."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.rules.language import Pack, RuleSection

RULE = {"id": "plain", "policy": "threat", "severity": 1, "words": ["git"], "matches": ["git"], "ignores": ["digit"]}


def test_a_rule_is_live_unless_it_says_otherwise() -> None:
    assert RuleSection.model_validate(RULE).state == "live"


@pytest.mark.parametrize("key", ["matches", "ignores"])
def test_a_rule_needs_examples_and_near_misses(key: str) -> None:
    with pytest.raises(ValidationError, match=key):
        RuleSection.model_validate(RULE | {key: []})


@pytest.mark.parametrize("change", [{"lang": "english"}, {"script": "Runic"}, {"lists": {"Has Space": ["a"]}}])
def test_a_pack_names_its_language_and_lists_plainly(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Pack.model_validate({"lang": "en"} | change)
