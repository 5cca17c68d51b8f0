"""The report as JSON and as CSV: the numbers of the page, in the same order, and nothing besides."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from bot.evenness import share
from bot.report.office import WORDS, plain
from bot.report.sealing import AGES
from bot.suppression import LEAST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.report.making import Made
    from bot.report.told import GridTold, Number, Report

FORMAT = 1
"""Of the JSON; another number when a reader would have to know."""
HEADER = ("table", "row", "words", "count", "or_more")


def as_json(made: Made) -> dict[str, Any]:
    """The whole report."""
    agreement = made.report.agreement
    return {
        "format": FORMAT,
        "party": made.party,
        "from": made.period.first.isoformat(),
        "to": made.period.last.isoformat(),
        "base": made.frame.base.value,
        "preview": made.preview,
        "least": LEAST,
        "made_on": made.made_at.date().isoformat(),
        "tables": tables_of(made.report),
        "waits": [
            {"name": name, "words": wait.words, "median_minutes": wait.median, "nine_in_ten_minutes": wait.most}
            for name, wait in made.report.waits.items()
        ],
        "second_readings": agreement and {"kappa": agreement.kappa, "readings": agreement.readings, "or_more": True},
        **({AGES: plain(made.ages)} if made.ages else {}),
        "sealed": {"figures": made.seals.figures, "heads": dict(made.seals.heads)},
    }


def tables_of(report: Report) -> list[dict[str, Any]]:
    """Tables and grids; `count` is null where a number is not told."""
    tables: list[dict[str, Any]] = [
        {
            "name": each.table.name,
            "title": each.table.title,
            "of": list(each.table.parent) if each.table.parent else None,
            "total": _number(each.total),
            "rows": [
                {"row": code, "words": words, **_number(each.rows[code])} for code, words in each.table.rows.items()
            ],
        }
        for each in report.tables
    ]
    return tables + [_grid(each) for each in report.grids]


def rates(told: GridTold) -> Iterator[tuple[str, Any]]:
    """Each side of a grid with its share; none where the grid is not told."""
    for side in told.grid.sides:
        counts = [told.cells[f"{side}/{part}"] for part in told.grid.parts] if told.cells else []
        if counts:
            yield side, share(counts[-1], sum(counts))


def as_csv(made: Made) -> str:
    """One line for each number, with what it counts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for table in tables_of(made.report):
        if "total" in table:
            writer.writerow([table["name"], "", table["title"], *_cells(table["total"])])
        for row in table["rows"]:
            writer.writerow([table["name"], row["row"], row["words"], *_cells(row)])
    for ages in made.ages:
        for name, words in WORDS.items():
            days = getattr(ages, name)
            said = f"The compliance office, of referrals received in {ages.quarter}: {words}, median in days"
            writer.writerow([AGES, f"{ages.quarter}/{name}", said, "" if days is None else days, ""])
    return out.getvalue()


def _grid(told: GridTold) -> dict[str, Any]:
    shares = dict(rates(told))
    return {
        "name": told.grid.name,
        "title": told.grid.title,
        "rows": [
            {
                "row": f"{side}/{part}",
                "words": words,
                "count": told.cells.get(f"{side}/{part}"),
                "or_more": bool(told.cells) and told.or_more,
            }
            for side, words in told.grid.sides.items()
            for part in told.grid.parts
        ],
        "shares": {
            side: {"rate": round(each.rate, 4), "low": round(each.low, 4), "high": round(each.high, 4)}
            for side, each in shares.items()
        },
    }


def _number(number: Number) -> dict[str, Any]:
    return {"count": number.n, "or_more": number.or_more}


def _cells(found: dict[str, Any]) -> list[object]:
    count = found["count"]
    return ["" if count is None else count, "yes" if found["or_more"] else ""]
