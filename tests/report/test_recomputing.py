"""The auditor's figures are the report's, and what was altered is found."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.report.outline import frame_from
from bot.report.recomputing import check, differences, made_as, recompute
from bot.report.sheet import as_json
from bot.store.encoding import sha256, to_json
from tests.report.conftest import NOVEMBER, again

if TYPE_CHECKING:
    from tests.report.conftest import Month


async def published(month: Month) -> tuple[dict[str, Any], list[bytes]]:
    """The report as it is published, and an export that was made after some more had happened."""
    found = json.loads(json.dumps(as_json(await month.make())))
    await month.office.opened("You florp, in December.", by="late")
    return found, await month.export()


def judged(export: list[bytes], report: dict[str, Any]) -> tuple[list[str], list[str]]:
    """What is missing, and what differs."""
    checked = check(partial(again, export))
    assert checked.faults == ()
    made = made_as(checked, report)
    assert made is not None
    frame = frame_from(made["frame"])
    figures, missing = recompute(partial(again, export), NOVEMBER, frame.base, made["heads"], made["salt"])
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
