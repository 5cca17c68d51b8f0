"""A pack of a few cases by one author, with hostile words in them, made once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import ExhibitKind, Found, Original
from bot.platforms.simulated.picture import drawn
from bot.safety.pack import About, make
from bot.store import Capture
from tests.fakes.office import ABUSE, THREAT, Office

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import Mention

HOSTILE = (
    f'{THREAT} #eval("1 + 1") $x$ *bold* `raw` #set page(fill: red) @cite <label> \u202egnp.cod\u202c '
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \U0001f600 \U0001f469\u200d\U0001f469 a\u0300\u0301\u0302 "
    "\x00 \x07 \ufffd \u4e00 \\u{41} // no comment /* nor this"
)
ABOUT = About(party='The "Fernwick" #Party', clauses={"threat": "Clause 1: nobody is threatened."})


def told(mention: Mention) -> Original:
    """The post as a server would have sent it."""
    media = [{"description": "a photo #of a house"}, {"description": None}]
    body = json.dumps({"uri": mention.uri, "content": mention.text, "media_attachments": media}).encode()
    return Original(
        body=body,
        url="https://fernwick.example/api/v1/notifications?types%5B%5D=mention",
        received_at=mention.created_at,
        media_type="application/json",
        headers=(("date", "Thu, 19 Nov 2026 18:30:04 GMT"),),
    )


async def opened(office: Office, text: str, **facts: Any) -> str:
    """The id of a case whose surroundings were captured, one thing excepted."""
    mention = office.network.say(text, **facts)
    office.clock.pass_(minutes=3)
    await office.receive(replace(mention, original=told(mention)))
    case = await office.case_of(mention)
    office.clock.pass_(seconds=1)
    at = office.clock.now()
    around = [
        Found(kind=ExhibitKind.THREAD, missing="The server answered 503."),
        *(
            Found(
                kind=kind,
                original=Original(
                    body=body, url=f"https://fernwick.example/{kind}", received_at=at, media_type=media_type
                ),
            )
            for kind, body, media_type in (
                (ExhibitKind.POST_PAGE, b"<p>" + mention.uri.encode(), "text/html"),
                (ExhibitKind.MEDIA, drawn(mention.uri), "image/png"),
                (ExhibitKind.MEDIA, b"\x89PNG\r\n\x1a\nno picture", "image/png"),
            )
        ),
    ]
    (wanted,) = [one for one in await office.store.evidence.wanting("party") if one.mention.uri == mention.uri]
    await office.store.evidence.capture(
        Capture(
            mention_id=wanted.mention_id,
            mention_version=wanted.mention_version,
            account_id="party",
            kind="surroundings",
            found=around,
        )
    )
    return case.id


@pytest.fixture
async def cases(office: Office) -> list[str]:
    """A threat full of tricks, another that was deleted later, and one that was never captured."""
    found = [await opened(office, HOSTILE), await opened(office, f"{THREAT} Again.")]
    second = await office.store.case(found[1])
    assert second
    office.clock.pass_(hours=1)
    await office.store.evidence.saw("party", {second.mention.uri: "gone"})
    return [*found, (await office.opened(f"{ABUSE} Again.", by="kim")).id]


@pytest.fixture
async def pack(office: Office, cases: list[str], tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    await make(office.store.evidence, cases, folder, ABOUT)
    return folder
