"""What a report says is ours, names nobody, and is asked for of accounts that may report alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config import Reports
from bot.model import Mode, Verdict, VerdictKind
from bot.safety.reporting import Reporting
from tests.fakes.cases import LEADER, MENTION, case

WORDS = "A person asks you to look: $policy."


def reporting(*, mode: Mode = Mode.LIVE, **rules: tuple[str, ...]) -> Reporting:
    account = replace(LEADER, mode=mode)
    return Reporting(accounts={"leader": account}, reports={"leader": Reports(rules=rules)}, words=WORDS)


def test_it_says_the_policy_and_cites_the_rules_that_stand_for_it() -> None:
    text = reporting(personal_abuse=("4",), threat=("1",)).text(case())
    assert text is not None
    assert (text.words, text.rules) == ("A person asks you to look: personal abuse.", ("4",))


def test_without_a_rule_for_its_policy_none_is_cited() -> None:
    text = reporting(threat=("1",)).text(case())
    assert text is not None
    assert text.rules == ()


def test_post_in_which_no_rule_held_is_abuse_of_a_person() -> None:
    text = reporting().text(case(verdict=Verdict(kind=VerdictKind.RESPOND)))
    assert text is not None
    assert text.words == "A person asks you to look: abuse of a person."


@pytest.mark.parametrize("mode", [Mode.WATCH, Mode.DRY_RUN])
def test_account_that_is_not_live_reports_nothing(mode: Mode) -> None:
    assert reporting(mode=mode).text(case()) is None


def test_account_without_reports_in_the_configuration_reports_nothing() -> None:
    assert replace(reporting(), reports={}).text(case()) is None
    assert reporting().text(case(account="gone")) is None


def test_what_is_not_kept_any_more_is_not_reported() -> None:
    assert reporting().text(case(mention=replace(MENTION, uri=""))) is None


def test_it_goes_on_to_the_server_of_an_author_who_lives_elsewhere() -> None:
    assert reporting().server(case()) == "fernwick.example"
    assert reporting().goes_on_to(case()) == "tidewater.example"
    neighbour = replace(MENTION, author=replace(MENTION.author, handle="@sam@Fernwick.example"))
    assert reporting().goes_on_to(case(mention=neighbour)) == ""
