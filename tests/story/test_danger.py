"""Where somebody may be in danger there is no draft and no way to one: over every rule, every verb, any time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import Case, Decision, Reason, Refusal, Reviewer, Role, State, Verb, VerdictKind
from bot.rights import REASONS, verbs_for
from tests.bench_danger import threats
from tests.fakes.office import Office, write_files
from tests.fakes.sayings import Examples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MANY = 100_000
PAGE = 80
CLOSES = frozenset({Verb.ACKNOWLEDGE, Verb.DISMISS, Verb.REFER})
"""All that anybody may do to an escalation of the rules."""
EVERYTHING = Reviewer(id="mara", name="Mara Bright", roles=frozenset(Role) - {Role.AUDITOR})
"""Somebody with every role at once, whom every account names, as its principal too."""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The rules that come with the program, and a person who may do whatever anybody may."""
    files = Files.open(write_files(tmp_path_factory.mktemp("danger"), rules={"shipped": True, "packs": []}))
    accounts = {
        name: replace(account, principal="mara", approvers=account.approvers | {"mara"})
        for name, account in files.accounts.items()
    }
    changed = replace(files, accounts=accounts, reviewers={**files.reviewers, "mara": EVERYTHING})
    changed.__dict__["rulebook"] = changed.untested  # whose examples are held elsewhere, which takes a minute
    return changed


@pytest.fixture
async def house(tmp_path: Path, shipped: Files) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, files=shipped)
    yield office
    await office.store.close()


async def received(house: Office, texts: list[str]) -> list[Case]:
    """Every case of these posts, on whichever desk."""
    posts = [house.network.say(text, by=f"t{number}") for number, text in enumerate(texts)]
    for first in range(0, len(posts), PAGE):
        await house.receive(*posts[first : first + PAGE], cursor=str(first))
    found = []
    for safety in (True, False):
        found += await house.store.cases(states=set(State), safety=safety, limit=MANY)
    return found


async def test_no_example_of_any_rule_that_escalates_has_a_draft_nor_can_get_one(house: Office) -> None:
    book = house.files.rulebook
    dangerous = {rule.id for rule in book.rules if rule.danger}
    said = [each for each in Examples(book).abusive if each.verdict.kind is VerdictKind.ESCALATE]
    assert len({each.rule for each in said} & dangerous) > len(dangerous) * 0.9
    cases = await received(house, [each.text for each in said])
    assert len(cases) == len(said)
    for case in cases:
        assert (case.state, case.verdict.kind, case.draft) == (State.ESCALATED, VerdictKind.ESCALATE, None)
        for account in house.files.accounts.values():
            assert verbs_for(case, EVERYTHING, account) == CLOSES


async def test_no_verb_of_anybody_leads_from_an_escalation_towards_a_reply(house: Office) -> None:
    (case,) = await received(house, ["I will kill you tonight."])
    for verb in Verb:
        if verb in CLOSES:
            continue
        for reason in (None, *REASONS.get(verb, ())):
            decision = Decision(
                case_id=case.id,
                version=case.version,
                verb=verb,
                reviewer="mara",
                desk="console",
                reason=reason,
                text="x",
            )
            assert isinstance(await house.pipeline.decide(decision), Refusal), verb
    now = await house.now(case)
    assert (now.state, now.version, now.draft, await house.store.drafts(case.id)) == (
        State.ESCALATED,
        case.version,
        None,
        [],
    )


@pytest.mark.parametrize("verb", [Verb.DISMISS, Verb.REFER])
async def test_what_closes_an_escalation_opens_no_way_either(house: Office, verb: Verb) -> None:
    (case,) = await received(house, ["I will kill you tonight."])
    closed = await house.decide(case, verb, "nadia", reason=REASONS[verb][0])
    assert isinstance(closed, Case)
    for other in Verb:
        assert isinstance(await house.decide(closed, other, "mara", reason=Reason.NOT_ABUSE, text="x"), Refusal)
    await house.publish()
    assert (await house.now(case)).state is State.CLOSED
    assert house.network.replies == []


async def test_escalation_never_expires_and_rings_for_as_long_as_nobody_has_it(house: Office) -> None:
    (case,) = await received(house, ["I will kill you tonight."])
    for days in range(40):
        before = len(house.sayings)
        await house.pipeline.expire_and_remind()
        assert len(house.sayings) == before + 1, days
        house.clock.pass_(days=1)
        await house.publish()
    assert (await house.now(case)).state is State.ESCALATED
    assert await house.store.drafts(case.id) == []


async def test_threats_in_many_words_beside_what_would_be_answered_have_no_draft(house: Office) -> None:
    cases = await received(house, threats(400, seed=11))
    assert len(cases) == 400
    assert {case.verdict.kind for case in cases} == {VerdictKind.ESCALATE}
    assert [case.mention.text for case in cases if case.draft is not None] == []


async def test_threat_of_a_journalist_or_of_a_protected_person_is_one_all_the_same(house: Office) -> None:
    for handle in house.files.config.exempt.handles:
        name, _, server = handle.removeprefix("@").partition("@")
        post = house.network.say("I will kill you tonight.", by=name)
        author = replace(post.author, handle=f"@{name}@{server}", uri=f"https://{server}/users/{name}")
        await house.receive(replace(post, author=author))
        case = await house.case_of(post)
        assert (case.state, case.draft) == (State.ESCALATED, None)
