"""The auditor's figures are the report's, and what was altered is found."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.report.office import plain
from bot.report.outline import frame_from
from bot.report.periods import Length, period_of
from bot.report.recomputing import check, differences, made_as, recompute
from bot.report.sheet import as_json
from bot.store.encoding import sha256, to_json
from tests.report.conftest import AUTUMN, NOVEMBER, TOLD, again

if TYPE_CHECKING:
    from tests.report.conftest import Month


async def published(month: Month, *told: Any, **more: Any) -> tuple[dict[str, Any], list[bytes]]:
    """The report as it is published, and an export that was made after some more had happened."""
    found = json.loads(json.dumps(as_json(await month.make(*told, **more))))
    await month.office.opened("You florp, in December.", by="late")
    return found, await month.export()


def judged(export: list[bytes], report: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What is missing, and what differs."""
    checked = check(partial(again, export))
    assert checked.faults == ()
    made = made_as(checked, report)
    assert made is not None
    frame = frame_from(made["frame"])
    period = period_of(date.fromisoformat(report["from"]), date.fromisoformat(report["to"]))
    figures, missing = recompute(partial(again, export), period, frame.base, made["heads"], made["salt"])
    return missing, differences(report, figures, made)


async def test_an_export_gives_the_figures_that_the_report_was_made_from(month: Month) -> None:
    report, export = await published(month)
    assert judged(export, report) == ([], [])


async def test_a_number_that_was_changed_in_the_report_is_found(month: Month) -> None:
    report, export = await published(month)
    report["tables"][0]["rows"][0]["count"] += 1
    assert judged(export, report) == (
        [],
        ["The table “What was abusive, and what was due” is not what these figures give."],
    )


async def test_whatever_else_was_changed_in_the_report_is_found(month: Month) -> None:
    """Times, agreement, the party's name, whether it is a preview, and when it was made."""
    whole, export = await published(month)
    assert whole["waits"][0]["name"] == "decision"
    waits = [{**whole["waits"][0], "median_minutes": 1}, *whole["waits"][1:]]
    changes: dict[str, Any] = {"waits": waits, "second_readings": {"kappa": 1.0, "readings": 990, "or_more": True}}
    changes |= {"party": "Another Party", "preview": True, "made_on": "2026-12-24", "least": 1, "note": "All is well."}
    for name, value in changes.items():
        [said] = judged(export, {**whole, name: value})[1]
        assert name in said or said.endswith("is not what these figures give.")
    assert judged(export, {**whole, "tables": [*whole["tables"], whole["tables"][0]]})[1] == [
        "The tables are not in their order, or one is there twice."
    ]


async def test_whatever_was_changed_of_what_the_compliance_office_told_is_found(month: Month) -> None:
    whole, export = await published(month, AUTUMN, ages=TOLD)
    assert judged(export, whole) == ([], [])
    [told] = whole["referral_ages"]
    assert told["figures"]["median_days_to_acknowledgement"] == 4
    figures = told["figures"]
    changed = [{**told, "sha256": "0" * 64}, {**told, "note": ""}, {"sha256": told["sha256"]}, figures]
    changed += [{**told, "figures": {**figures, name: 3}} for name in (*figures, "received")]
    changed += [{**told, "figures": {at: n for at, n in figures.items() if at != name}} for name in figures]
    for each in ([one] for one in changed):
        assert judged(export, {**whole, "referral_ages": each})[1] == [
            "The ages of referrals are not those that were noted when the report was made."
        ]
    for other in ([], [told, told], None):
        assert judged(export, {**whole, "referral_ages": other})[1]
    del whole["referral_ages"]
    assert judged(export, whole)[1]


async def test_ages_that_were_put_into_a_report_without_any_are_found(month: Month) -> None:
    whole, export = await published(month, AUTUMN)
    assert "referral_ages" not in whole
    assert judged(export, {**whole, "referral_ages": plain(TOLD)})[1]


async def test_an_event_that_notes_a_digest_of_other_ages_is_found(month: Month) -> None:
    """As a program would write it that takes figures which the office never printed under a digest that it did."""
    report, export = await published(month, AUTUMN, ages=TOLD)
    [noted] = check(partial(again, export)).made
    figures, _ = recompute(partial(again, export), AUTUMN, Length.MONTH, noted["heads"], noted["salt"])
    forged = {**noted, "referral_ages": [{**noted["referral_ages"][0], "sha256": "0" * 64}]}
    assert differences({**report, "referral_ages": forged["referral_ages"]}, figures, forged) == [
        "The ages of referrals are not those that were noted when the report was made.",
        "What was noted of the ages of referrals when the report was made has another digest than it says.",
    ]


async def test_a_report_that_was_made_before_there_were_ages_is_recomputed_as_ever(month: Month) -> None:
    report, export = await published(month)
    [noted] = check(partial(again, export)).made
    figures, _ = recompute(partial(again, export), NOVEMBER, NOVEMBER.length, noted["heads"], noted["salt"])
    before = {name: value for name, value in noted.items() if name != "referral_ages"}
    assert differences(report, figures, before) == []


async def test_a_report_of_other_chains_is_not_known(month: Month) -> None:
    report, export = await published(month)
    report["sealed"]["figures"] = "0" * 64
    assert made_as(check(partial(again, export)), report) is None


async def test_an_altered_event_is_named_by_chain_and_number(month: Month) -> None:
    _, export = await published(month)
    place = next(number for number, line in enumerate(export) if b'"case.dismissed"' in line)
    event = json.loads(export[place])
    export[place] = export[place].replace(b'"irony"', b'"quoted"')
    [fault] = check(partial(again, export)).faults
    assert (fault.stream, fault.seq, fault.what) == (
        event["stream"],
        event["seq"],
        "its content does not match its digest",
    )


async def test_a_chain_that_was_written_anew_does_not_hold_the_head_that_was_published(month: Month) -> None:
    """Whoever has the database can make a chain that is whole; what was published before binds them."""
    report, export = await published(month)
    prev, forged = "", []
    for line in export:
        event = json.loads(line)
        if event["stream"] == "leader":
            event["detail"] = json.loads(json.dumps(event["detail"]).replace("irony", "quoted"))
            event["prev"] = prev or event["prev"]
            said = {key: event[key] for key in event if key not in {"digest", "case"}} | {"case_id": event["case"]}
            prev = event["digest"] = sha256(to_json(said))
        forged.append(json.dumps(event).encode())
    missing, wrong = judged(forged, report)
    assert missing == ["leader"]
    assert "The full figures are not those that the report was made from." in wrong


async def test_without_a_report_the_full_figures_are_told(month: Month) -> None:
    _, export = await published(month)
    figures, missing = recompute(partial(again, export), NOVEMBER, NOVEMBER.length, {}, "")
    assert missing == []
    assert figures["2026-11"]["tables"]["judged"] == {"recorded": 12, "reply": 24, "safety": 12}
