"""The tables are a tree, and every row that can occur has words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Reason, RejoinderKind, TargetKind, VerdictKind
from bot.report.outline import ATTACKED, DISMISSED, GRIDS, OUTCOMES, REFERRED, REJOINDERS, frame_from, frame_of, tables
from bot.rights import REASONS
from bot.store.encoding import from_json, to_json

if TYPE_CHECKING:
    from bot.files import Files


def test_each_table_divides_a_row_of_one_before_it(files: Files) -> None:
    known: dict[str, set[str]] = {}
    for table in tables(frame_of(files.config)):
        if table.parent is not None:
            above, row = table.parent
            assert row in known[above]
        known[table.name] = set(table.rows)
    apart = [table.name for table in tables(frame_of(files.config)) if table.parent is None]
    assert apart == ["judged", "rejoinders"]
    assert all(row in known[name] for grid in GRIDS for name, row in grid.tells)


def test_what_the_safety_team_sees_is_no_row_among_the_replies(files: Files) -> None:
    found = {table.name: table.rows for table in tables(frame_of(files.config))}
    assert "threat" in found["safety_policy"]
    assert "threat" not in found["reply_policy"]


def test_every_reason_and_everybody_who_can_be_attacked_has_words() -> None:
    of = {reason.value for reasons in REASONS.values() for reason in reasons}
    assert of <= set(DISMISSED) | set(REFERRED) | {"danger", "stalking", "private_details", "self_harm", "minor"}
    assert set(REJOINDERS) == {kind.value for kind in RejoinderKind}
    assert {Reason(code) for code in (*DISMISSED, *REFERRED)} <= set(Reason)
    assert {TargetKind.ACCOUNT.value, TargetKind.PROTECTED.value} < set(ATTACKED)
    assert not {kind.value for kind in VerdictKind} & set(OUTCOMES)


def test_a_frame_comes_back_from_the_audit_as_it_was(files: Files) -> None:
    frame = frame_of(files.config)
    again = frame_from(from_json(to_json(frame.plain())))
    assert again == frame
    assert list(again.clauses) == list(frame.clauses)
