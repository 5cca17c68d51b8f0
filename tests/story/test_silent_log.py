"""A whole evening, with everything logged that we can log: nobody who spoke, and nobody who worked, is in it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from typing import TYPE_CHECKING

from bot.demo.evening import scripted
from tests.fakes.databases import once

if TYPE_CHECKING:
    from pathlib import Path

    from bot.demo.evening import Evening

PLAY = """
import asyncio, sys
from pathlib import Path
from bot.demo import play
options = dict(speed=None, port=0, headless=True, replay=None, database=None, keep=Path(sys.argv[1]), as_json=True)
asyncio.run(play(level="DEBUG", **options))
"""
OURS = {"@party@fernwick.example", "@leader@fernwick.example", "@deputy@parlour.example"}
"""Official accounts may be named."""
STAFF = ("Mara Bright", "Tom Hallow", "Nadia Sorrel", "Rosa Lindqvist", "Idris Vane", "Wyn Castell")
LONG_ENOUGH = 12
"""A shorter text may stand in any log by chance."""


def personal(evening: Evening, folder: Path) -> set[str]:
    """Whatever tells of a person: handles and display names, texts and addresses of posts, names of staff."""
    record = json.loads((folder / "server.json").read_text(encoding="utf-8"))
    strangers = [person for person in evening.people if person.handle not in OURS]
    told = {person.handle for person in strangers} | {person.display for person in strangers}
    told |= {wording["text"] for post in record["posts"] for wording in post["wordings"]}
    told |= {post["uri"] for post in record["posts"] if post["sent_by"] != "api"}
    return {text for text in told if len(text) >= LONG_ENOUGH} | set(STAFF)


@once
async def test_no_line_of_a_whole_evening_tells_of_a_person(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PLAY, str(folder), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-2_000:]
    assert json.loads(out)["posted"]
    log = err.decode()
    assert log.count("\n") > 5  # or there would be nothing to look at
    forms = {form for text in personal(scripted(), folder) for form in (text, json.dumps(text)[1:-1])}
    found = re.findall("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), log, re.IGNORECASE)
    assert found == []
