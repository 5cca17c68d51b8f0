"""Whoever we answered, with the page behind the link in our reply."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from bot.public import RightOfReply, public_app, public_templates
from tests.fakes.office import Office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Case

ADDRESS = "https://say.fernwick.example"
PUBLIC = {"url": ADDRESS, "port": 0}
LINK = re.compile(rf"{ADDRESS}(/r/[\w-]+)")
FROM_OURSELVES = {"sec-fetch-site": "same-origin"}


@dataclass
class Outside:
    """An office whose replies have links, and the pages that these lead to."""

    office: Office
    seconds: list[float] = field(default_factory=lambda: [0.0])
    """The clock of the page, one number."""

    def __post_init__(self) -> None:
        files = self.office.files
        pages = public_templates(files.config.party.name)
        assert files.links is not None
        self.page = RightOfReply(
            pages=pages,
            store=self.office.store,
            accounts=files.accounts,
            links=files.links,
            rejoinders=self.office.pipeline.rejoinders,
            clock=lambda: self.seconds[0],
        )
        self.app = public_app(self.page.routes(), pages=pages, url=ADDRESS)

    @asynccontextmanager
    async def browser(self, *, address: str = "203.0.113.7", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser somewhere in the world, which sends what browsers send with a page's own form."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 50_000), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=FROM_OURSELVES | headers) as client:
            yield client

    async def answered(self, **facts: Any) -> tuple[Case, str]:
        """A case whose reply was posted, and the path of the link in it."""
        case = await self.office.approved(**facts)
        await self.office.publish()
        case = await self.office.now(case)
        return case, self.path_in(self.office.network.replies[-1].text)

    @staticmethod
    def path_in(text: str) -> str:
        """Where the link in a reply leads."""
        found = LINK.search(text)
        assert found is not None, text
        return found[1]

    async def says(self, path: str, kind: str, words: str = "", **headers: str) -> httpx.Response:
        """Somebody presses the button."""
        async with self.browser(**headers) as browser:
            return await browser.post(path, data={"kind": kind, "words": words})


@asynccontextmanager
async def outside(folder: Path, **changes: Any) -> AsyncIterator[Outside]:
    """An office of its own whose replies have links."""
    office = await Office.open(folder, public=PUBLIC, **changes)
    yield Outside(office)
    await office.store.close()
