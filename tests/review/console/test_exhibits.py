"""What was captured is for those who may see the case; packs are the safety team's; a stranger's file does nothing."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

from bot.vault import Vault
from tests.fakes.databases import only_sqlite
from tests.fakes.office import ABUSE
from tests.safety.pack.conftest import HOSTILE, opened
from tests.store.by_hand import sqlite_hand

if TYPE_CHECKING:
    import httpx

    from tests.review.console.conftest import Console

AUDITOR, SAFETY, APPROVER = "wyn", "nadia", "tom"


async def listed(browser: httpx.AsyncClient, case_id: str) -> str:
    answer = await browser.get(f"/case/{case_id}/exhibits")
    assert answer.status_code == 200
    return answer.text


async def test_exhibits_are_listed_with_digest_size_time_and_what_is_missing(console: Console) -> None:
    case_id = await opened(console.office, ABUSE)
    exhibits = await console.office.store.evidence.exhibits(case_id)
    async with console.signed_in(APPROVER) as browser:
        page = await listed(browser, case_id)
        assert "5 exhibits" in page
        for exhibit in exhibits:
            assert not exhibit.sha256 or exhibit.sha256 in page
        assert "Not had. The server answered 503." in page
        assert "Show it in grey" in page
        assert f'href="/case/{case_id}/exhibits"' in (await browser.get(f"/case/{case_id}")).text
        assert "Take it away" not in page


async def test_evidence_of_the_safety_desk_does_not_exist_for_staff(console: Console) -> None:
    case_id = await opened(console.office, HOSTILE)
    first = (await console.office.store.evidence.exhibits(case_id))[0]
    async with console.signed_in(APPROVER) as browser:
        for address in (f"/case/{case_id}/exhibits", f"/case/{case_id}/exhibits/{first.id}"):
            assert (await browser.get(address)).status_code == 404
        for address in (f"/case/{case_id}/exhibits/pack", f"/case/{case_id}/exhibits/pack/author"):
            assert (await browser.post(address)).status_code == 404
    async with console.signed_in(AUDITOR) as browser:
        assert "5 exhibits" in await listed(browser, case_id)
        assert (await browser.post(f"/case/{case_id}/exhibits/pack")).status_code == 403


async def test_a_picture_is_a_picture_and_anything_else_is_only_to_be_kept(console: Console) -> None:
    case_id = await opened(console.office, HOSTILE)
    async with console.signed_in(SAFETY) as browser:
        for exhibit in await console.office.store.evidence.exhibits(case_id):
            answer = await browser.get(f"/case/{case_id}/exhibits/{exhibit.id}")
            if exhibit.body is None:
                assert answer.status_code == 404
                continue
            picture = exhibit.media_type == "image/png"
            assert answer.content == exhibit.body
            assert answer.headers["content-type"] == ("image/png" if picture else "application/octet-stream")
            assert answer.headers["content-disposition"].startswith("inline" if picture else "attachment")
            assert answer.headers["x-content-type-options"] == "nosniff"
    read = [event for event in await console.office.store.audit_events("leader") if event.kind == "evidence.read"]
    other = [event for event in await console.office.store.audit_events("party") if event.kind == "evidence.read"]
    assert {event.actor for event in (*read, *other)} == {SAFETY}
    assert len(read) + len(other) == 4


async def test_an_exhibit_of_another_case_is_none_of_this_one(console: Console) -> None:
    threat, insult = await opened(console.office, HOSTILE), await opened(console.office, ABUSE, by="kim")
    hidden = (await console.office.store.evidence.exhibits(threat))[0]
    async with console.signed_in(APPROVER) as browser:
        assert (await browser.get(f"/case/{insult}/exhibits/{hidden.id}")).status_code == 404


async def test_the_safety_team_takes_away_one_case_or_all_of_its_author_and_it_is_on_record(console: Console) -> None:
    first, second = await opened(console.office, HOSTILE), await opened(console.office, f"{HOSTILE} More.")
    async with console.signed_in(SAFETY) as browser:
        for address, number in ((f"/case/{first}/exhibits/pack", 1), (f"/case/{second}/exhibits/pack/author", 2)):
            answer = await browser.post(address)
            assert answer.headers["content-type"] == "application/zip"
            with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
                (name,) = [name for name in packed.namelist() if name.endswith("manifest.json")]
                manifest = json.loads(packed.read(name))
            assert len(manifest["cases"]) == number
            event = (await console.office.store.audit_events("system"))[-1]
            assert (event.kind, event.actor) == ("evidence.packed", SAFETY)
            assert event.detail["manifest_sha256"] == manifest["digest"]
            assert (manifest["digest"] in (await browser.get(f"/case/{second}/exhibits")).text) == (number == 2)


@only_sqlite
async def test_a_pack_that_lacks_an_original_is_made_and_the_page_says_so(console: Console) -> None:
    case = await opened(console.office, HOSTILE)
    hand = sqlite_hand(console.office.database.removeprefix("sqlite:///"), foreign_keys=False)
    for (name,) in hand.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        hand.execute(f"DROP TRIGGER {name}")
    hand.execute("UPDATE exhibits SET body = ? WHERE kind = 'post'", [Vault().seal(b"forged")])
    hand.close()
    async with console.signed_in(SAFETY) as browser:
        answer = await browser.post(f"/case/{case}/exhibits/pack")
        assert answer.headers["content-type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert not [name for name in packed.namelist() if "1.1-" in name]
            assert not [name for name in packed.namelist() if b"forged" in packed.read(name)]
        page = (await browser.get(f"/case/{case}/exhibits")).text
    assert "Not complete: 1 of its originals could not be opened." in page
