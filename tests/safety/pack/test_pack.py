"""A pack is whole, holds what was captured to the byte, names nobody of staff, and is the same for the same cases."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from bot.model import Verb
from bot.safety.pack import NoSuchCaseError, make, verify, zipped
from bot.store import Store, Terms
from bot.vault import CannotOpenError, Vault, new_key
from tests.fakes.databases import only_sqlite
from tests.safety.pack.conftest import ABOUT, told
from tests.safety.pack.test_verify import run
from tests.store.by_hand import sqlite_hand

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.office import Office


async def test_the_same_cases_give_the_same_bytes(office: Office, cases: list[str], pack: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    office.clock.pass_(days=3)
    await make(office.store.evidence, [*cases[::-1], cases[0]], again, ABOUT)
    for folder in (pack, again):
        zipped(folder, tmp_path / f"{folder.name}.zip")
    names = set(verify.files_in(pack))
    assert names == set(verify.files_in(again))
    assert {name: (pack / name).read_bytes() for name in names} == {name: (again / name).read_bytes() for name in names}
    with zipfile.ZipFile(tmp_path / "pack.zip") as packed:
        assert {name.removeprefix("pack/") for name in packed.namelist()} == names
        assert packed.testzip() is None


async def test_the_originals_are_what_was_received(office: Office, cases: list[str], pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_bytes())
    exhibits = [one for capture in manifest["captures"] for one in capture["exhibits"]]
    case = await office.store.case(cases[0])
    assert case
    first = exhibits[0]
    body = (pack / first["file"]).read_bytes()
    assert body == told(office.network.mentions[case.mention.uri]).body
    assert first["sha256"] == hashlib.sha256(body).hexdigest()
    assert first["file"] == "originals/1.1-post.json"
    assert [one["missing"] for one in exhibits if not one["file"]] == ["The server answered 503."] * 2
    assert set(verify.files_in(pack)) - {one["file"] for one in exhibits} == {
        "manifest.json",
        "pack.pdf",
        "verify.py",
    }


async def test_what_the_audit_says_of_each_capture_stands_beside_it(office: Office, pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_bytes())
    events = {event.digest for event in await office.store.audit_events()}
    for capture in manifest["captures"]:
        (event,) = capture["audit"]
        assert event["digest"] in events
        assert event["actor"] == "bot"


async def test_nobody_of_staff_and_nothing_that_they_drafted_is_in_it(
    office: Office, cases: list[str], tmp_path: Path
) -> None:
    case = await office.store.case(cases[1])
    assert case
    await office.decide(case, Verb.EDIT, text="Words that only a reviewer wrote.")
    await make(office.store.evidence, cases, tmp_path / "p", ABOUT)
    whole = b"".join(path.read_bytes() for path in (tmp_path / "p").rglob("*") if path.is_file())
    for person in office.files.reviewers.values():
        assert person.name.encode() not in whole
    assert b"Words that only a reviewer" not in whole
    assert b"draft" not in (tmp_path / "p" / "manifest.json").read_bytes()


async def test_a_purged_case_can_be_packed_and_its_pack_is_whole(
    office: Office, cases: list[str], tmp_path: Path
) -> None:
    with_blanks = tmp_path / "blank"
    office.clock.pass_(days=9999)
    await office.pipeline.expire_and_remind()
    terms = Terms(ignored_days=7, recorded_days=180, closed_case_days=1)
    await office.store.purge(office.clock.now(), terms)
    await make(office.store.evidence, cases, with_blanks, ABOUT)
    assert verify.verify(with_blanks)[0] == []


@only_sqlite
async def test_no_pack_is_made_of_what_is_not_as_it_was_captured(
    office: Office, cases: list[str], tmp_path: Path
) -> None:
    hand = sqlite_hand(office.database.removeprefix("sqlite:///"), foreign_keys=False)
    hand.execute("DROP TRIGGER captures_never_changed")
    hand.execute("UPDATE captures SET tool = 'another' WHERE seq = 1")
    hand.close()
    with pytest.raises(CannotOpenError, match="does not match its digest"):
        await make(office.store.evidence, cases, tmp_path / "p", ABOUT)


@only_sqlite
@pytest.mark.parametrize(
    "body", [Vault().seal(b"forged"), Vault([new_key()]).seal(b"sealed"), None], ids=["another's", "lost key", "gone"]
)
async def test_an_original_that_cannot_be_opened_is_left_out_and_named_everywhere(
    office: Office, cases: list[str], tmp_path: Path, body: bytes | None
) -> None:
    await office.store.close()
    office.store = Store.open(office.database, now=office.clock.now, vault=Vault([new_key()]))
    hand = sqlite_hand(office.database.removeprefix("sqlite:///"), foreign_keys=False)
    triggers = [name for (name,) in hand.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]
    for name in triggers:
        hand.execute(f"DROP TRIGGER {name}")
    hand.execute("UPDATE exhibits SET body = ? WHERE kind = 'post_page'", [body])
    hand.close()
    folder = tmp_path / "p"
    packed = await make(office.store.evidence, cases, folder, ABOUT)
    assert [(each.case, each.exhibit) for each in packed.unopened] == [(cases[0], "1.3"), (cases[1], "2.3")]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    exhibits = {one["exhibit"]: one for capture in manifest["captures"] for one in capture["exhibits"]}
    assert {name for name, one in exhibits.items() if one["unopened"]} == {"1.3", "2.3"}
    assert (exhibits["1.3"]["file"], len(exhibits["1.3"]["sha256"])) == ("", 64)
    assert not list((folder / "originals").glob("?.3-*"))
    assert b"forged" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    printed = " ".join("".join(page.extract_text() for page in PdfReader(folder / "pack.pdf").pages).split())
    assert "Not complete. These originals are not in this pack: 1.3, 2.3." in printed
    assert printed.count("when it was made, the original could not be opened") == len(packed.unopened)
    status, words = run(folder)
    assert status == 0, words
    absent = "exhibit 1.3 is absent: it could not be opened when the pack was made. The SHA-256 of what was captured is"
    assert f"{absent} {exhibits['1.3']['sha256']}.\n" in words


async def test_a_case_that_is_not_there_is_named(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NoSuchCaseError, match="There is no case nobody-knows"):
        await make(office.store.evidence, ["nobody-knows"], tmp_path / "p", ABOUT)


def test_an_archive_is_never_written_over(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        zipped(pack, tmp_path / "a.zip")
    assert io.BytesIO((tmp_path / "a.zip").read_bytes()).read() == b"mine"
