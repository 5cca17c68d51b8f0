"""One altered byte anywhere in the audit, or in what it names, is found and located."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.model import Event
from tests.fakes.databases import only_sqlite
from tests.store.by_hand import IMPOSSIBLE, keys
from tests.store.scene import Scene, copy_of

COLUMNS = ("stream", "seq", "at", "kind", "actor", "case_id", "detail", "prev", "digest")
HAND_PICKED = (
    ("mention_versions", "evidence"),
    ("mention_versions", "judgement"),
    ("mention_versions", "evidence_sha256"),
    ("mention_versions", "captured_at"),
    ("mention_versions", "digest"),
    ("mention_versions", "kind"),
    ("mention_versions", "severity"),
    ("mention_versions", "abusive"),
    ("drafts", "text"),
    ("drafts", "text_sha256"),
    ("decisions", "reviewer_id"),
    ("decisions", "kind"),
    ("decisions", "at"),
    ("decisions", "case_id"),
    ("drafts", "case_id"),
    ("publications", "text_sha256"),
    ("publications", "reviewer_id"),
    ("publications", "case_id"),
    ("publications", "decision_id"),
    ("publications", "native_id"),
    ("publications", "posted_at"),
    ("publications", "state"),
    ("cases", "state"),
    ("cases", "version"),
    ("cases", "account_id"),
    ("cases", "mention_id"),
    ("cases", "outcome"),
    ("cases", "reason"),
    ("cases", "verdict"),
    ("cases", "approvals_required"),
    ("cases", "opened_at"),
    ("audit_heads", "digest"),
    ("audit_heads", "seq"),
)


async def evening(scene: Scene) -> None:
    await scene.receive(scene.received("0", "record"))
    await scene.published("1")
    case = await scene.dismissed("2")
    await scene.store.note_opening(case.id, actor="ann", unless_within=timedelta(0))
    await scene.opened("3", "escalate")
    await scene.opened("4", account="leader", approvals_required=2)
    await scene.change(await scene.approve(await scene.opened("5")), Event.UNDONE, "ann")
    await scene.change(await scene.change(await scene.published("6"), Event.RETRACTION_ASKED, "ann"), Event.RETRACTED)
    unknown = await scene.claimed("7")
    await scene.intend(unknown)
    await scene.change(unknown, Event.UNCONFIRMED)
    await scene.receive(scene.received("7", "escalate", said={"text": "I know where you live"}))
    await scene.store.note("bot.started", actor="bot", detail={"version": "0.1"})


@pytest.fixture
async def whole_evening(template: str) -> str:
    async with copy_of(template) as scene:
        await evening(scene)
    return scene.address


async def test_books_that_were_only_written_by_the_store_are_whole(scene: Scene) -> None:
    await evening(scene)
    assert await scene.store.verify() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from(COLUMNS), which=st.integers(0, 100), place=st.integers(0, 1000), bit=st.integers(0, 6))
@example(column="detail", which=3, place=0, bit=1)
async def test_one_altered_byte_of_an_event_is_found_where_it_is(
    whole_evening: str, column: str, which: int, place: int, bit: int
) -> None:
    async with copy_of(whole_evening) as scene:
        with scene.by_hand() as connection:
            rows = connection.execute(f"SELECT stream, seq, {column} FROM audit_events").fetchall()  # noqa: S608 - a test
        stream, seq, value = rows[which % len(rows)]
        raw = bytearray(str(value if value is not None else "x").encode())
        raw[place % len(raw)] ^= 1 << bit
        altered: object = raw.decode("latin-1")
        put = f"UPDATE audit_events SET {column} = ? WHERE stream = ? AND seq = ?"  # noqa: S608 - a test
        with suppress(*IMPOSSIBLE):  # Then it became another event's number, which the table itself refuses.
            scene.tamper(put, altered, stream, seq)
            await found_at(scene, stream, seq, of_the_chain=column not in {"stream", "seq"})


async def found_at(scene: Scene, stream: str, seq: int, *, of_the_chain: bool) -> None:
    faults = await scene.store.verify()
    assert (stream, seq) in {(fault.stream, fault.seq) for fault in faults}
    if of_the_chain:
        broken = {(fault.stream, fault.seq) for fault in faults if fault.what.startswith(("its ", "it does"))}
        assert broken == {(stream, seq)}


@pytest.mark.parametrize(("table", "column"), HAND_PICKED)
async def test_one_altered_byte_of_what_an_event_names_is_found(scene: Scene, table: str, column: str) -> None:
    await evening(scene)
    with scene.by_hand() as connection:
        query = f"SELECT {column}, {', '.join(keys(table))} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - a test
        rows = connection.execute(query).fetchall()
    for value, *key in rows:
        raw = bytearray(str(value).encode())
        raw[-1] ^= 1
        put = f"UPDATE {table} SET {column} = ? WHERE {' AND '.join(f'{name} = ?' for name in keys(table))}"  # noqa: S608 - a test
        try:
            scene.tamper(put, raw.decode(), *key)
        except IMPOSSIBLE:
            continue
        faults = await scene.store.verify()
        assert faults, (table, column, value)
        assert all(fault.seq > 0 for fault in faults if table != "audit_heads")
        scene.tamper(put, value, *key)
    assert await scene.store.verify() == []


async def test_a_fault_says_what_and_where(scene: Scene) -> None:
    case = await scene.opened()
    scene.tamper("UPDATE drafts SET text = text || '!'")
    (fault,) = await scene.store.verify()
    assert case.draft is not None
    assert (fault.stream, fault.seq, fault.what) == ("party", 1, f"draft {case.draft.id}: it was altered")


async def test_a_removed_event_is_missed(scene: Scene) -> None:
    await evening(scene)
    last = len(await scene.store.audit_events("party"))
    for seq in range(1, last + 1):
        with scene.by_hand() as connection:
            row = connection.execute("SELECT * FROM audit_events WHERE stream = 'party' AND seq = ?", [seq]).fetchone()
        scene.tamper("DELETE FROM audit_events WHERE stream = 'party' AND seq = ?", seq)
        faults = await scene.store.verify()
        assert ("party", seq) in {(fault.stream, fault.seq) for fault in faults}
        scene.tamper("INSERT INTO audit_events VALUES (?,?,?,?,?,?,?,?,?)", *row)
    assert await scene.store.verify() == []


@pytest.mark.parametrize("table", ["mention_versions", "drafts", "decisions", "cases", "publications"])
async def test_a_removed_row_is_missed(scene: Scene, table: str) -> None:
    await scene.published()
    scene.tamper(f"DELETE FROM {table}")  # noqa: S608 - a test
    assert any("is gone" in fault.what for fault in await scene.store.verify())


async def test_a_chain_that_was_cut_off_whole_is_missed(scene: Scene) -> None:
    await scene.store.note("bot.started", actor="bot")
    scene.tamper("DELETE FROM audit_events")
    (fault,) = await scene.store.verify()
    assert (fault.stream, fault.seq) == ("system", 1)


async def test_a_row_that_no_event_names_is_found(scene: Scene) -> None:
    await scene.opened()
    scene.tamper(
        "INSERT INTO mention_versions SELECT mention_id, 2, captured_at, digest, evidence, evidence_sha256, "
        "judgement, judgement_sha256, kind, policy, severity, abusive FROM mention_versions"
    )
    assert any("named by no event" in fault.what for fault in await scene.store.verify())


async def test_evidence_that_was_blanked_without_a_purge_is_missed(scene: Scene) -> None:
    await scene.opened()
    with scene.by_hand() as connection:
        connection.execute("UPDATE mention_versions SET evidence = NULL, judgement = NULL")
        connection.execute("UPDATE drafts SET text = NULL")
    assert len([fault for fault in await scene.store.verify() if "blank" in fault.what]) == 2


@pytest.mark.parametrize("detail", ["not json", "[]", '{"state":"open"}', "{}"])
async def test_an_event_that_makes_no_sense_is_a_fault_and_no_crash(scene: Scene, detail: str) -> None:
    await scene.opened()
    scene.tamper("UPDATE audit_events SET detail = ?", detail)
    assert ("party", 1) in {(fault.stream, fault.seq) for fault in await scene.store.verify()}


@only_sqlite
async def test_a_column_of_another_kind_is_a_fault_and_no_crash(scene: Scene) -> None:
    await evening(scene)
    for column in COLUMNS:
        scene.tamper(f"UPDATE audit_events SET {column} = x'00ff' WHERE stream = 'system'")  # noqa: S608 - a test
        assert await scene.store.verify()
