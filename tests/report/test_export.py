"""An outsider recomputes the chains from the lines alone, and names what was altered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.report.export import Chains, Line, NoExportError, lines
from bot.store.audit import origin
from bot.store.encoding import sha256, to_json

if TYPE_CHECKING:
    from tests.report.conftest import Month

KEYS = ("stream", "seq", "at", "kind", "actor", "case", "detail", "prev")


def chain(events: int) -> list[dict[str, object]]:
    """An export of one chain, made without the program's own writer."""
    found: list[dict[str, object]] = []
    prev = origin("party")
    for seq in range(1, events + 1):
        event: dict[str, object] = dict(
            zip(
                KEYS,
                ("party", seq, "2026-11-20T10:00:00.000000+00:00", "case.opened", "bot", "c1", {"n": seq}, prev),
                strict=True,
            )
        )
        prev = sha256(to_json({**{key: event[key] for key in KEYS if key != "case"}, "case_id": event["case"]}))
        found.append(event | {"digest": prev})
    return found


def faults(export: list[dict[str, object]]) -> list[tuple[int, str]]:
    chains = Chains()
    read = lines(json.dumps(line).encode() for line in export)
    return [(line.seq, what) for line in read if (what := chains.fault(line))]


async def test_the_program_s_own_export_is_whole(month: Month) -> None:
    chains = Chains()
    export = await month.export()
    assert [what for line in lines(export) if (what := chains.fault(line))] == []
    assert chains.events == len(export) > 50


def test_a_whole_chain_has_no_fault() -> None:
    assert faults(chain(5)) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4), key=st.sampled_from([*KEYS, "digest"]))
def test_an_altered_event_is_named_by_its_number_and_no_other_is(at: int, key: str) -> None:
    export = chain(5)
    export[at][key] = {"seq": 77, "detail": {"n": 99}, "case": "c2"}.get(key, "party2" if key == "stream" else "x" * 64)
    found = faults(export)
    assert found
    named = {seq for seq, _ in found}
    if key not in {"seq", "stream"}:  # These move the event elsewhere: then the next one tells of the gap.
        assert named == {at + 1}


def test_a_missing_event_is_named() -> None:
    export = chain(5)
    del export[2]
    assert faults(export) == [(4, "event 3 is missing: the next one there is 4")]


def test_a_line_that_is_no_event_is_named_by_its_number() -> None:
    with pytest.raises(NoExportError, match="line 3 is no audit event"):
        list(lines([json.dumps(chain(1)[0]).encode(), b"\n", b'{"stream": "party"}\n']))


def test_an_event_is_read_as_it_stands() -> None:
    [line] = lines([json.dumps(chain(1)[0]).encode()])
    assert isinstance(line, Line)
    assert line.computed() == line.digest
