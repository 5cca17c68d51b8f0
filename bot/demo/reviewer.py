"""The scripted reviewer of a headless demo: people who decide through the console, over HTTP, as anyone would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from bot.limits import INSTEAD
from bot.model import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

PAUSE = 0.2
"""Wall-clock seconds between two looks at the queue."""


@dataclass(kw_only=True)
class Reviewer:
    """One signed-in person with a rule of thumb: acknowledge alarms, dismiss what is borderline, approve the rest.

    `borderline`, `mistaken`, `leave` and `reported` tell by a post's address whether it is dismissed as banter, whether
    our reply to it was a mistake, once its author says so, whether it is not touched, or is for the platform.
    """

    client: httpx.AsyncClient
    borderline: Callable[[str], bool]
    mistaken: Callable[[str], bool]
    leave: Callable[[str], bool]
    reported: Callable[[str], bool] = lambda _address: False
    seen: set[str] = field(default_factory=set)
    """Versions of cases on which nothing more was to be done."""

    async def sign_in(self, link: str) -> None:
        """Press the button behind a one-time link."""
        answer = await self.client.post(link, headers={"Sec-Fetch-Site": "same-origin"})
        if not answer.is_redirect:
            answer.raise_for_status()

    async def work(self) -> None:
        """Decide what can be decided, again and again, until cancelled."""
        while True:
            for page in ("/", "/safety", "/answers"):
                for case in await self._cases(page):
                    await self._look_at(case)
            await asyncio.sleep(PAUSE)

    async def _cases(self, page: str) -> list[str]:
        answer = await self.client.get(page)
        tree = LexborHTMLParser(answer.text)
        links = [node.attributes.get("href") or "" for node in tree.css("a[href^='/case/']")]
        return list(dict.fromkeys(links))

    async def _look_at(self, path: str) -> None:
        answer = await self.client.get(path, params={"shown": "1"})  # as whoever uncovers the post before deciding
        tree = LexborHTMLParser(answer.text)
        version = tree.css_first("input[name=version]")
        key = f"{path} {version.attributes.get('value') if version else ''}"
        if key in self.seen:
            return
        addresses = [node.attributes.get("href") or "" for node in tree.css("a[href]")]
        if not any(self.leave(address) for address in addresses) and not await self._decide(tree, path, addresses):
            self.seen.add(key)

    async def _decide(self, tree: LexborHTMLParser, path: str, addresses: list[str]) -> bool:
        """Press what fits; whether anything was done."""
        if any(self.borderline(address) for address in addresses):
            return await self._press(tree, path, "dismiss", reason=Reason.IRONY)
        mistaken = any(self.mistaken(address) for address in addresses)
        for verb in (*(["mistake"] if mistaken else []), "acknowledge", "approve"):
            if await self._press(tree, path, verb):
                return True
        if tree.css_first(f"form[action='{path}/approve']") is not None:
            page = tree.body.text() if tree.body else ""
            if tree.css_first("p.pile-on") is not None and INSTEAD not in page:
                return True  # Another post of it is to be answered: this one closes by itself, or comes back.
            # It was refused, or would be: this thread or this author has had a reply.
            return await self._press(tree, path, "dismiss", reason=Reason.ANSWERED_ELSEWHERE)
        safety = tree.css_first("p.back a[href='/safety']") is not None
        if not safety and tree.css_first(f"form[action='{path}/reword']") is None:
            # No wording fits any more: the author has edited the abuse away.
            return await self._press(tree, path, "dismiss", reason=Reason.NOT_ABUSE)
        reported = any(self.reported(address) for address in addresses)
        return reported and await self._press(tree, path, "refer", reason=Reason.PLATFORM)

    async def _press(self, tree: LexborHTMLParser, path: str, verb: str, *, reason: Reason | None = None) -> bool:
        """Send a form of the page as a browser would; whether there was one and it was taken."""
        form = tree.css_first(f"form[action='{path}/{verb}']")
        if form is None:
            return False
        fields = {
            node.attributes["name"] or "": node.attributes.get("value") or "" for node in form.css("input[type=hidden]")
        }
        if reason is not None:
            fields["reason"] = reason
        answer = await self.client.post(f"{path}/{verb}", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        return answer.is_redirect
