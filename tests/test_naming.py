"""Every policy has a name that reads."""

from __future__ import annotations

import yaml

from bot.naming import NAMES, policy_name
from tests.fakes.office import ROOT


def test_every_policy_of_the_example_has_a_name_that_reads() -> None:
    clauses = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["policies"]["clauses"]
    assert policy_name("homophobia_transphobia") == "homophobia and transphobia"
    assert policy_name("personal_abuse") == "personal abuse"
    assert policy_name("a-party_of-its_own") == "a party of its own"
    assert NAMES.keys() <= clauses.keys()
    assert not any("_" in policy_name(policy) for policy in clauses)
