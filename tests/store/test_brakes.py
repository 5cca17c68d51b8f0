"""What the brake on rules remembers: how every rule reads, since when, how often it held, who let it go."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import Brake
from bot.model import Author, Match, Verdict, VerdictKind
from bot.store import Received, RuleText, Store
from tests.store.scene import copy_of

if TYPE_CHECKING:
    from tests.store.scene import Scene

LIMITS = Brake()
INSULT = RuleText(id="insult-1", digest="as written first", escalates=False, shipped=False)
THREAT = RuleText(id="threat-1", digest="as written first", escalates=True, shipped=False)
SHIPPED = RuleText(id="shipped-1", digest="as written first", escalates=False, shipped=True)
EDITED = replace(INSULT, digest="as written now")


def author(name: str) -> Author:
    return Author(uri=f"https://other.example/u/{name}", handle=f"@{name}@other.example")


def held(scene: Scene, name: str, *rules: str, shadow: bool = False, by: str = "") -> Received:
    """A mention in which these rules hold, by somebody who writes no other unless named."""
    found = tuple(
        Match(rule=rule, policy="racism", severity=2, field="text", start=0, end=3, text="you") for rule in rules
    )
    mention = scene.mention(name, author=author(by or name))
    if not found or shadow:
        return scene.received(name, "ignore", mention=mention, verdict=Verdict(shadow=found))
    kind = VerdictKind.ESCALATE if "threat-1" in rules else VerdictKind.RECORD
    verdict = Verdict(kind=kind, policy="racism", severity=2, matches=found)
    return scene.received(name, mention=mention, verdict=verdict, reply=None)


async def days(scene: Scene, number: int, *, mentions: int, matches: int, rule: str = "insult-1") -> None:
    """So many days with so many mentions each, in the first of which a rule holds."""
    for day in range(number):
        rules = [(rule,) if place < matches else () for place in range(mentions)]
        await scene.receive(
            *(held(scene, f"{scene.clock():%j} {day} {place}", *each) for place, each in enumerate(rules))
        )
        scene.clock.forward(days=1)


async def run_away(scene: Scene, rule: RuleText = INSULT, name: str = "run") -> None:
    """Five mentions, and the rule holds in each."""
    await scene.receive(*(held(scene, f"{name} {number}", rule.id) for number in range(5)))


async def test_rules_are_known_once_they_were_noted(scene: Scene) -> None:
    assert await scene.store.note_rules([INSULT, SHIPPED]) == ("insult-1", "shipped-1")
    assert await scene.store.note_rules([INSULT, SHIPPED]) == ()
    assert await scene.store.note_rules([EDITED, SHIPPED, THREAT]) == ("insult-1", "threat-1")
    events = [event for event in await scene.store.audit_events("system") if event.kind == "rules.changed"]
    assert [event.detail for event in events] == [
        {"edited": [], "new": 2, "gone": []},
        {"edited": ["insult-1"], "new": ["threat-1"], "gone": []},
    ]


async def test_an_edited_rule_that_runs_away_is_stopped_once_with_its_audit_event(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    await run_away(scene)
    (rule,) = await scene.store.brake(LIMITS)
    assert (rule.rule, rule.at, rule.shadowed, rule.edited) == ("insult-1", scene.clock(), True, False)
    assert "5 different authors in 5 mentions" in rule.because
    assert await scene.store.brake(LIMITS) == ()
    assert await scene.store.braked() == {"insult-1": rule}
    event = (await scene.store.audit_events("system"))[-1]
    assert (event.kind, event.actor) == ("rule.braked", "bot")
    assert event.detail["rule"] == "insult-1"
    assert (event.detail["authors"], event.detail["judged"]) == (5, 5)


async def test_nobody_stops_a_rule_that_finds_them_by_posting_a_lot(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    for number in range(60):
        await scene.receive(held(scene, f"again {number}", "insult-1", by=f"angry{number % 4}"))
        assert await scene.store.brake(LIMITS) == ()
    await scene.receive(held(scene, "once", "insult-1", by="fifth"))
    (rule,) = await scene.store.brake(LIMITS)
    assert "held for 5 different authors in 61 mentions" in rule.because


async def test_authors_are_counted_through_odd_text_and_other_rules(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    odd = [
        replace(each, verdict=replace(each.verdict, reasons=("\ud83d", '{"rule":"insult-1"}')))
        for each in (held(scene, f"odd {number}", "other-1", "insult-1") for number in range(4))
    ]
    others = [held(scene, f"other {number}", "other-1") for number in range(9)]
    await scene.receive(*odd, *others, *(held(scene, f"b {n}", "insult-1", by="odd 0") for n in range(9)))
    assert await scene.store.brake(LIMITS) == ()
    await scene.receive(held(scene, "one more", "insult-1"))
    (rule,) = await scene.store.brake(LIMITS)
    assert "held for 5 different authors in 23 mentions" in rule.because


async def test_a_rule_that_escalates_is_noted_as_a_suspect_and_told_of_once(scene: Scene) -> None:
    await scene.store.note_rules([THREAT])
    await run_away(scene, THREAT)
    (rule,) = await scene.store.brake(LIMITS)
    assert not rule.shadowed
    assert await scene.store.brake(LIMITS) == ()
    assert (await scene.store.audit_events("system"))[-1].kind == "rule.suspected"


async def test_rules_that_came_with_the_program_are_not_new_at_the_first_start_but_later(scene: Scene) -> None:
    await scene.store.note_rules([SHIPPED])
    await run_away(scene, SHIPPED)
    assert await scene.store.brake(LIMITS) == ()
    late = replace(SHIPPED, id="shipped-2")
    await scene.store.note_rules([SHIPPED, late])
    await run_away(scene, late, "late")
    assert [rule.rule for rule in await scene.store.brake(LIMITS)] == ["shipped-2"]


async def test_a_rule_that_was_never_noted_is_left_alone(scene: Scene) -> None:
    await run_away(scene)
    assert await scene.store.brake(LIMITS) == ()


async def test_only_what_came_after_the_edit_counts(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    scene.clock.forward(days=2)
    await run_away(scene)
    await scene.store.note_rules([EDITED])
    await scene.receive(*(held(scene, f"new {number}", "insult-1") for number in range(4)))
    assert await scene.store.brake(LIMITS) == ()
    scene.clock.forward(hours=13)  # Midnight passes.
    await scene.receive(held(scene, "next day", "insult-1"))
    (rule,) = await scene.store.brake(LIMITS)
    assert "5 different authors in 5 mentions" in rule.because


async def test_a_days_trial_is_over_after_a_day(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    scene.clock.forward(hours=24, seconds=1)
    await run_away(scene)
    assert await scene.store.brake(LIMITS) == ()


async def test_matches_in_shadow_bring_no_brake_on_and_are_a_rules_past(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    scene.clock.forward(days=1)
    for day in range(4):
        shadowed = [held(scene, f"{day} {n}", *(["insult-1"] if n < 2 else []), shadow=True) for n in range(100)]
        await scene.receive(*shadowed)
        assert await scene.store.brake(LIMITS) == ()
        scene.clock.forward(days=1)
    await scene.store.note_rules([EDITED])
    await days(scene, 1, mentions=150, matches=6)
    assert await scene.store.brake(LIMITS) == ()


async def test_far_above_its_own_history_is_too_much(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    scene.clock.forward(days=1)
    await days(scene, 3, mentions=300, matches=1)
    await scene.store.note_rules([EDITED])
    await scene.receive(*(held(scene, f"now {n}", *(["insult-1"] if n < 6 else [])) for n in range(200)))
    (rule,) = await scene.store.brake(LIMITS)
    assert rule.because.endswith("more than 5 times as often as before")


async def test_days_before_a_rule_was_known_are_no_history_of_it(scene: Scene) -> None:
    await days(scene, 3, mentions=300, matches=0)
    await scene.store.note_rules([INSULT])
    await scene.receive(*(held(scene, f"now {n}", *(["insult-1"] if n < 6 else [])) for n in range(200)))
    assert await scene.store.brake(LIMITS) == ()


async def test_a_released_rule_is_not_stopped_again_as_it_reads_and_a_further_edit_is_tried_anew(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    await run_away(scene)
    await scene.store.brake(LIMITS)
    released = await scene.store.release("insult-1", actor="mara")
    assert released is not None
    assert not released.edited
    assert await scene.store.braked() == {}
    event = (await scene.store.audit_events("system"))[-1]
    assert (event.kind, event.actor, event.detail) == ("rule.released", "mara", {"rule": "insult-1"})
    await run_away(scene, name="again")
    await scene.store.note_rules([INSULT])
    assert await scene.store.brake(LIMITS) == ()
    await scene.store.note_rules([EDITED])
    await run_away(scene, name="edited")
    assert [rule.rule for rule in await scene.store.brake(LIMITS)] == ["insult-1"]


async def test_an_edit_releases_nothing_and_the_release_begins_its_trial(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    await run_away(scene)
    await scene.store.brake(LIMITS)
    await scene.store.note_rules([EDITED])
    assert (await scene.store.braked())["insult-1"].edited
    scene.clock.forward(days=3)
    await scene.receive(*(held(scene, f"shadow {n}", "insult-1", shadow=True) for n in range(9)))
    released = await scene.store.release("insult-1", actor="mara")
    assert released is not None
    assert released.edited
    assert await scene.store.brake(LIMITS) == ()
    await run_away(scene, name="tried")
    (rule,) = await scene.store.brake(LIMITS)
    assert "5 different authors in 5 mentions" in rule.because


async def test_there_is_nothing_to_release_of_a_rule_that_was_not_stopped(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    for name in ("insult-1", "no-such-rule"):
        assert await scene.store.release(name, actor="mara") is None
    assert "rule.released" not in {event.kind for event in await scene.store.audit_events("system")}


async def test_what_was_stopped_stays_so_when_the_file_is_opened_again(scene: Scene) -> None:
    await scene.store.note_rules([INSULT])
    await run_away(scene)
    stopped = await scene.store.brake(LIMITS)
    again = Store.open(scene.address, now=scene.clock)
    assert tuple((await again.braked()).values()) == stopped
    await again.close()


async def test_ten_thousand_new_rules_are_noted_at_once(scene: Scene) -> None:
    many = [replace(INSULT, id=f"rule-{number}") for number in range(10_000)]
    assert len(await scene.store.note_rules(many)) == 10_000
    await run_away(scene, many[-1])
    assert [rule.rule for rule in await scene.store.brake(LIMITS)] == ["rule-9999"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
async def test_counters_say_what_was_received_whatever_the_batches(template: str, data: st.DataObject) -> None:
    sight = st.tuples(st.integers(0, 15), st.frozensets(st.sampled_from(["insult-1", "threat-1"])), st.booleans())
    pages = data.draw(st.lists(st.lists(sight, max_size=12), max_size=5))
    first: dict[int, tuple[frozenset[str], bool]] = {}
    async with copy_of(template) as scene:
        for page in pages:
            for name, rules, shadow in page:
                first.setdefault(name, (rules, shadow))
            await scene.receive(*(held(scene, str(name), *rules, shadow=shadow) for name, rules, shadow in page))
        stats = await scene.store.stats(scene.clock(), safety=True)
        with scene.by_hand() as connection:
            (judged,) = connection.execute("SELECT coalesce(sum(n), 0) FROM judged_counts").fetchone()
    live, shadowed = (
        Counter(rule for rules, shadow in first.values() if shadow is wanted for rule in rules)
        for wanted in (False, True)
    )
    assert (stats.rules, stats.shadow, judged) == (live, shadowed, len(first))


@pytest.mark.parametrize("again", ["the same", "edited", "through another account"])
async def test_a_second_sight_counts_no_more(scene: Scene, again: str) -> None:
    await scene.receive(held(scene, "1"), held(scene, "2", "insult-1"))
    account = "leader" if again == "through another account" else "party"
    scene.clock.forward(hours=1)
    for name in ("1", "2"):
        item = held(scene, name, "insult-1")
        if again == "edited":
            item = replace(item, mention=replace(item.mention, text="other words", edited_at=scene.clock()))
        await scene.receive(item, account=account)
    with scene.by_hand() as connection:
        assert connection.execute("SELECT n FROM judged_counts").fetchall() == [(2,)]
        assert connection.execute("SELECT rule, state, n FROM rule_counts").fetchall() == [("insult-1", "live", 1)]
