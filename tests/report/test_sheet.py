"""JSON and CSV say what the page says, and nothing that is not told."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from bot.report.sheet import HEADER, as_csv, as_json
from bot.suppression import LEAST
from tests.report.conftest import AUTUMN, TOLD

if TYPE_CHECKING:
    from tests.report.conftest import Month


async def test_every_number_is_told_with_its_words_or_is_null(month: Month) -> None:
    told = json.loads(json.dumps(as_json(await month.make())))
    assert (told["from"], told["to"], told["base"], told["least"]) == ("2026-11-01", "2026-11-30", "month", LEAST)
    rows = {(table["name"], row["row"]): row for table in told["tables"] for row in table["rows"]}
    assert rows["judged", "reply"] == {
        "row": "reply",
        "words": "A reply was proposed to a person",
        "count": 24,
        "or_more": False,
    }
    assert rows["reply_outcome", "expired"]["count"] is None
    assert all(row["count"] is None or row["count"] >= LEAST for row in rows.values())


async def test_the_lines_of_the_csv_are_the_numbers_of_the_json(month: Month) -> None:
    made = await month.make()
    rows = list(csv.reader(io.StringIO(as_csv(made))))
    assert tuple(rows[0]) == HEADER
    told = as_json(made)["tables"]
    assert len(rows) - 1 == sum(len(table["rows"]) + ("total" in table) for table in told)
    assert ["judged", "reply", "A reply was proposed to a person", "24", ""] in rows
    assert ["reply_outcome", "expired", "Nobody decided in time", "", ""] in rows


async def test_no_handle_no_text_and_no_name_of_staff_is_in_it(month: Month) -> None:
    made = await month.make()
    told = json.dumps(as_json(made)) + as_csv(made)
    staff = [person.name for person in month.office.files.reviewers.values()]
    assert not [word for word in (*staff, "@", "florp", "mara") if word in told]


async def test_what_the_compliance_office_told_is_in_both_and_without_it_nothing_is(month: Month) -> None:
    made = await month.make(AUTUMN, ages=TOLD)
    assert as_json(made)["referral_ages"] == [{"sha256": TOLD[0].sha256, "figures": TOLD[0].plain()}]
    rows = [row for row in csv.reader(io.StringIO(as_csv(made))) if row[0] == "referral_ages"]
    assert [(row[1], row[3]) for row in rows] == [("2026-Q4/acknowledgement", "4"), ("2026-Q4/outcome", "")]
    without = await month.make(AUTUMN)
    assert "referral_ages" not in as_json(without)
    assert "referral_ages" not in as_csv(without)
