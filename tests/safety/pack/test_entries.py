"""What a pack lists of a case: numbers that run on, names that nothing opens by mistake, each wording."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.safety.pack import make
from tests.fakes.office import ABUSE
from tests.safety.pack.conftest import ABOUT, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.office import Office


def test_exhibits_are_numbered_on_within_a_case_and_end_by_their_media_type(pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_bytes())
    first = [one for capture in manifest["captures"] if capture["case"] == 1 for one in capture["exhibits"]]
    assert [one["exhibit"] for one in first] == ["1.1", "1.2", "1.3", "1.4", "1.5"]
    assert [one["file"].rpartition(".")[2] for one in first] == ["json", "", "html", "png", "png"]


async def test_every_wording_of_an_edited_post_is_listed(office: Office, tmp_path: Path) -> None:
    case_id = await opened(office, ABUSE)
    case = await office.store.case(case_id)
    assert case
    office.clock.pass_(minutes=1)
    await office.receive(office.network.edit(case.mention.uri, f"{ABUSE} And more."))
    await make(office.store.evidence, [case_id], tmp_path / "p", ABOUT)
    (listed,) = json.loads((tmp_path / "p" / "manifest.json").read_bytes())["cases"]
    assert [one["text"] for one in listed["wordings"]] == [ABUSE, f"{ABUSE} And more."]
