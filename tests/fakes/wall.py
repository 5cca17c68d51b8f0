"""Both sides of the wall without a network between them: a bot that seals, and the office that opens."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import yaml

from bot.compliance.erasure import memory_of, was_erased
from bot.compliance.office import Office as Behind
from bot.compliance.settings import load
from bot.compliance.taking import Taking
from bot.model import Case, Decision, Reason, Verb, Verdict, VerdictKind
from bot.safety.wall import new_keys
from bot.store import Received
from bot.store.compliance import ComplianceStore
from bot.web.outbox import outbox_app
from tests.fakes.cases import MENTION
from tests.fakes.databases import address_in
from tests.fakes.office import ABUSE, Office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Refusal
    from bot.store import Outgoing, Store

PRIVATE, PUBLIC = new_keys()
TOKEN = "an-invented-token-of-forty-signs-and-more"
URL = "http://127.0.0.1:8312"
ORIGIN = "http://127.0.0.1:8313"
REFERRAL = {"compliance_key": PUBLIC, "outbox_token_env": "OUTBOX_TOKEN"}
PEOPLE = [
    {"id": "greta", "name": "Greta Thorn"},
    {"id": "hugo", "name": "Hugo Reyes"},
    {"id": "ines", "name": "Ines Moor", "roles": ["auditor"]},
]


def write_compliance(folder: Path, **changes: Any) -> Path:
    """A configuration of the office, with these changes."""
    settings: dict[str, Any] = {
        "role": "compliance",
        "key_env": "COMPLIANCE_KEY",
        "people": PEOPLE,
        "outbox": {"url": URL, "token_env": "OUTBOX_TOKEN"},
        "port": 0,
        **changes,
    }
    path = folder / "compliance.yaml"
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return path


async def pass_on(store: Store, box: Outgoing) -> None:
    """A box that comes with a mention, whatever is in it."""
    mention = replace(MENTION, uri=f"https://tidewater.example/boxes/{box.id}")
    verdict = Verdict(kind=VerdictKind.RECORD, policy="personal_abuse", severity=1)
    await store.receive("party", [Received(mention=mention, verdict=verdict, passed=box)], cursor=None)


@dataclass
class Wall:
    """The bot's side, and the office's."""

    comms: Office
    behind: Behind
    taking: Taking
    address: str
    """Of the office's database."""
    cut: list[str] = field(default_factory=list)
    """Paths whose next request arrives, and whose answer is lost."""

    @property
    def store(self) -> ComplianceStore:
        return self.behind.store

    async def refer(self, case: Case, by: str = "mara", **more: Any) -> Case | Refusal:
        """Somebody refers the case to the disciplinary body."""
        asked = {"verb": Verb.REFER, "reason": Reason.DISCIPLINARY, "desk": "console", "reviewer": by}
        decision: dict[str, Any] = {"case_id": case.id, "version": case.version, **asked, **more}
        return await self.comms.pipeline.decide(Decision(**decision))

    async def referred(self, text: str = ABUSE, **facts: Any) -> Case:
        """A new case, referred."""
        case = await self.refer(await self.comms.opened(text, **facts))
        assert isinstance(case, Case), case
        return case

    async def arrived(self, text: str = ABUSE, **facts: Any) -> int:
        """The number that a new referral has behind the wall."""
        await self.referred(text, **facts)
        await self.taking.run_once()
        return (await self.store.waiting())[-1].number

    @asynccontextmanager
    async def signed_in(self, person: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of somebody behind the wall."""
        transport = httpx.ASGITransport(app=self.behind.desk.app())
        headers = {"sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as browser:
            answer = await browser.post(httpx.URL(self.behind.desk.link_for(person)).path)
            assert answer.status_code == 303
            yield browser


class Cut(httpx.AsyncBaseTransport):
    """Carries requests to the outbox; of those that are to be cut off, the answer never comes back."""

    def __init__(self, app: Any, cut: list[str]) -> None:
        self._within, self._cut = httpx.ASGITransport(app=app), cut

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._within.handle_async_request(request)
        for path in self._cut:
            if request.url.path.endswith(path):
                self._cut.remove(path)
                raise httpx.ReadError("cut off")
        return answer


@asynccontextmanager
async def a_wall(folder: Path, *, referral: dict[str, Any] | None = None, **changes: Any) -> AsyncIterator[Wall]:
    """Both sides, on databases of their own."""
    (folder / "behind").mkdir()
    comms = await Office.open(folder, referral={**REFERRAL, **(referral or {})})
    loaded = load(write_compliance(folder / "behind", **changes))
    address = address_in(folder / "behind", ComplianceStore)
    store = ComplianceStore.open(address, now=comms.clock.now)
    memory = memory_of(loaded, {})
    behind = Behind(loaded=loaded, store=store, memory=memory, keys=(PRIVATE,), token=TOKEN, now=comms.clock.now)
    await store.seed(behind.people.values())
    cut: list[str] = []
    app = outbox_app(comms.store.outbox, token=TOKEN, public_key=PUBLIC)
    async with httpx.AsyncClient(transport=Cut(app, cut)) as client:
        taking = Taking(
            store=store,
            url=URL,
            token=TOKEN,
            keys=(PRIVATE,),
            client=client,
            now=comms.clock.now,
            erased=partial(was_erased, memory),
        )
        try:
            yield Wall(comms=comms, behind=behind, taking=taking, address=address, cut=cut)
        finally:
            behind.desk.close()
            await store.close()
            await comms.store.close()
