"""What was received stands in the same transaction as its case, to the byte, and in a chain that shows any change."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import ExhibitKind, Found, Measure, Original
from bot.store import Terms
from bot.store.captures import Capture, add
from bot.store.errors import StoreError
from bot.vault import CannotOpenError, Vault
from tests.store.rows import refuse
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene

BODY = '{"id":"1","content":"<p>you lot are vermin \u202e</p>","extra":[1.0,null]}'.encode()


def original(body: bytes = BODY, **other: Any) -> Original:
    return Original(
        body=body,
        url="https://fernwick.example/api/v1/notifications",
        received_at=START,
        media_type="application/json",
        headers=(("date", "Fri, 20 Nov 2026 10:00:07 GMT"), ("server", "Mastodon")),
        **other,
    )


async def captured(scene: Scene, name: str = "1", kind: str = "respond", **said: Any) -> str:
    """The id of a case whose post came with its bytes; empty where there is none."""
    received = scene.received(name, kind, said={"original": original(), **said})
    return next(iter(await scene.receive(received)), "")


async def test_the_bytes_of_the_post_stand_in_the_store_once_the_case_does(scene: Scene) -> None:
    case_id = await captured(scene)
    (exhibit,) = await scene.store.evidence.exhibits(case_id)
    assert (exhibit.kind, exhibit.body, exhibit.size) == (ExhibitKind.POST, BODY, len(BODY))
    assert exhibit.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (exhibit.captured_at, exhibit.server_time) == (START, START + timedelta(seconds=7))
    assert exhibit.url == "https://fernwick.example/api/v1/notifications"
    assert exhibit.headers[1] == ("server", "Mastodon")
    assert exhibit.exact


async def test_a_page_that_cannot_be_stored_leaves_neither_case_nor_capture(scene: Scene) -> None:
    with pytest.raises(StoreError):
        await scene.receive(scene.received(said={"original": original()}), account="unheard_of")
    with scene.by_hand() as connection:
        assert connection.execute("SELECT count(*) FROM captures").fetchone()[0] == 0


async def test_what_is_recorded_without_a_case_is_captured_and_what_is_ignored_is_not(scene: Scene) -> None:
    await captured(scene, "1", "record")
    await captured(scene, "2", "ignore")
    with scene.by_hand() as connection:
        assert connection.execute("SELECT count(*) FROM captures").fetchone()[0] == 1


async def test_an_edit_is_captured_beside_what_was_written_first(scene: Scene) -> None:
    case_id = await captured(scene)
    await captured(scene, text="worse", edited_at=START + timedelta(minutes=1), original=original(b"{}"))
    bodies = [(exhibit.mention_version, exhibit.body) for exhibit in await scene.store.evidence.exhibits(case_id)]
    assert bodies == [(1, BODY), (2, b"{}")]
    assert await scene.store.verify() == []


async def test_each_capture_carries_the_digest_of_the_one_before_and_stands_in_the_audit(scene: Scene) -> None:
    for name in "123":
        await captured(scene, name)
    with scene.by_hand() as connection:
        rows = connection.execute("SELECT seq, prev, digest FROM captures ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1] for row in rows[1:]] == [row[2] for row in rows[:-1]]
    events = [event for event in await scene.store.audit_events("party") if event.kind == "evidence.captured"]
    assert [event.detail["capture_sha256"] for event in events] == [row[2] for row in rows]
    assert await scene.store.verify() == []


async def test_what_could_not_be_had_is_written_down_with_its_reason(scene: Scene) -> None:
    case_id = await captured(scene)
    with scene.by_hand() as connection:
        mention = str(connection.execute("SELECT id FROM mentions").fetchone()[0])
    missing = Found(kind=ExhibitKind.THREAD, missing="The server answered 404.", again=True)
    capture = Capture(mention_id=mention, mention_version=1, account_id="party", kind="surroundings", found=[missing])
    await scene.store._db.write(add, [capture])  # noqa: SLF001  the query alone
    _, thread = await scene.store.evidence.exhibits(case_id)
    assert (thread.body, thread.sha256, thread.missing) == (None, None, "The server answered 404.")
    assert await scene.store.verify() == []


async def test_of_what_is_too_large_to_be_kept_the_digest_and_the_size_are(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.captures.LARGEST", 1000)
    case_id = await captured(scene, original=original(bytes(1001)))
    (wanted,) = await scene.store.evidence.wanting("party")
    film = replace(original(b""), too_large=Measure(sha256="0" * 64, size=70_000_000))
    found = [Found(kind=ExhibitKind.MEDIA, original=film)]
    found += [Found(kind=kind, original=original()) for kind in wanted.kinds - {ExhibitKind.MEDIA, ExhibitKind.AUTHOR}]
    found += [Found(kind=ExhibitKind.AUTHOR, missing="The server was in trouble.", again=True)]
    await scene.store.evidence.capture(
        Capture(mention_id=wanted.mention_id, mention_version=1, account_id="party", kind="surroundings", found=found)
    )
    scene.clock.forward(minutes=6)
    (wanted,) = await scene.store.evidence.wanting("party")
    assert wanted.kinds == {ExhibitKind.AUTHOR}
    post, medium, *_ = await scene.store.evidence.exhibits(case_id)
    digest = hashlib.sha256(bytes(1001)).hexdigest()
    assert (post.body, post.size, post.missing) == (
        None,
        1001,
        f"It was too large to be kept: 1,001 bytes, of SHA-256 {digest}.",
    )
    assert (medium.body, medium.size, medium.media_type) == (None, 70_000_000, "application/json")
    assert await scene.store.verify() == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("captures", "at", "2026-11-20T10:00:01.000000+00:00"),
        ("captures", "tool", "another"),
        ("captures", "said", "else"),
        ("captures", "prev", "0" * 64),
        ("captures", "digest", "0" * 64),
        ("captures", "mention_version", 2),
        ("exhibits", "url", "https://fernwick.example/else"),
        ("exhibits", "headers", "[]"),
        ("exhibits", "sha256", "0" * 64),
        ("exhibits", "size", 1),
        ("exhibits", "received_at", "2026-11-20T10:00:01.000000+00:00"),
        ("exhibits", "server_time", None),
        ("exhibits", "url", None),
    ],
)
async def test_what_is_altered_behind_the_program_s_back_is_found(
    scene: Scene, table: str, column: str, value: object
) -> None:
    await captured(scene, "1")
    await captured(scene, "2")
    await captured(scene, text="worse", edited_at=START + timedelta(minutes=1))
    scene.tamper(f"UPDATE {table} SET {column} = ? WHERE id = (SELECT min(id) FROM {table})", value)  # noqa: S608  a test
    faults = await scene.store.verify()
    assert any("capture" in fault.what or "exhibit" in fault.what for fault in faults)


async def test_bytes_that_are_gone_without_a_purge_are_missed(scene: Scene) -> None:
    case_id = await captured(scene)
    scene.tamper("UPDATE exhibits SET body = NULL")
    (fault,) = await scene.store.verify()
    assert "the bytes of exhibit 1 are gone" in fault.what
    with pytest.raises(CannotOpenError, match="it was not erased"):
        await scene.store.evidence.exhibits(case_id)


async def test_forged_bytes_are_not_handed_out_and_a_look_at_all_bytes_names_them(scene: Scene) -> None:
    case_id = await captured(scene)
    await captured(scene, "2")
    assert await scene.store.verify(all_bytes=True) == []
    forged = "UPDATE exhibits SET body = ? WHERE capture_id = (SELECT id FROM captures WHERE seq = 1)"
    scene.tamper(forged, Vault().seal(b"forged"))
    with pytest.raises(CannotOpenError, match="not those that were captured"):
        await scene.store.evidence.exhibits(case_id)
    (fault,) = await scene.store.verify(all_bytes=True)
    assert (fault.stream, "not those that were captured" in fault.what) == ("party", True)
    assert len(await scene.store.evidence.rotate()) == 1


async def test_a_removed_capture_is_missed(scene: Scene) -> None:
    for name in "123":
        await captured(scene, name)
    scene.tamper("DELETE FROM exhibits WHERE capture_id = (SELECT id FROM captures WHERE seq = ?)", 3)
    scene.tamper("DELETE FROM captures WHERE seq = ?", 3)
    assert any("is gone" in fault.what for fault in await scene.store.verify())


async def test_a_purge_blanks_the_bytes_and_where_they_came_from_and_the_chain_stays_whole(scene: Scene) -> None:
    await captured(scene, "1", "record")
    terms = Terms(ignored_days=7, recorded_days=180, closed_case_days=365)
    await scene.store.purge(START + timedelta(days=181), terms)
    with scene.by_hand() as connection:
        row = connection.execute("SELECT url, headers, body, sha256 FROM exhibits").fetchone()
    assert tuple(row) == (None, None, None, hashlib.sha256(BODY).hexdigest())
    assert await scene.store.verify() == []


async def test_the_newest_capture_alone_can_be_added(scene: Scene) -> None:
    await captured(scene)
    with scene.by_hand() as connection, refuse("captures|capture"):
        connection.execute(
            "INSERT INTO captures SELECT 'x', seq, mention_id, mention_version, account_id, kind, at,"
            " tool, said, complete, 'p', 'd' FROM captures"
        )
