"""Each role at each page, form, button and command: allowed or refused, walked one by one and written down.

What is found is compared with `docs/rights.md`; `WRITE_RIGHTS=1 pytest tests/story/test_table_of_rights.py` writes it.
A new address of the console, of the compliance team's pages or of the public ones fails here until it is in the table.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.files import Files
from bot.model import Case, Reviewer, Role, State, Verb, VerdictKind
from bot.public.choices import ChoicesPage
from bot.public.right_of_reply import RightOfReply
from bot.review.telegram.commands import COMMANDS, PAUSERS, REPORTERS, RESUMERS
from bot.rights import RELEASERS, verbs_for
from bot.store import Revision, TextKind
from bot.texts import Texts
from tests.fakes.cases import LEADER, OFFICE, case
from tests.fakes.network import EVENING
from tests.fakes.office import ABUSE, RUDE, THREAT, Office, write_files
from tests.fakes.wall import ORIGIN, a_wall
from tests.review.console.conftest import over
from tests.safety.test_passing import CAPTURE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from starlette.routing import Route

    from tests.fakes.wall import Wall
    from tests.review.console.conftest import Console

DOCUMENT = Path(__file__).parents[2] / "docs" / "rights.md"
YES, NO = "yes", "–"
PEOPLE = {"approver": "tom", "principal": "rosa", "safety": "nadia", "admin": "ada", "auditor": "wyn"}
"""Somebody of the example who has this role alone, the approver and the principal for the account that answers."""
REFUSED = frozenset({401, 403, 404})
NOBODY = "nobody"
"""Who is not signed in."""
STREAMS = 0.5
"""Seconds after which an answer that has not ended is a stream."""
PACK = """
lang: en
lists:
  pest: [gnat, wasp]
rules:
  - id: called-a-pest
    policy: personal_abuse
    severity: 2
    phrases: ["you {pest}"]
    matches: [you gnat]
    ignores: [a tick]
"""
FORMS: dict[str, dict[str, str]] = {
    "/add": {"url": "https://tidewater.example/missing"},
    "/hand-over": {"text": "A note."},
    "/release-rule": {"rule": "made-up-insult"},
    "/case/{case_id}/step": {"step": "life", "done": "true"},
    "/case/{case_id}/length": {"text": "A wording."},
    "/case/{case_id}/shown": {"mention_version": "1"},
    "/dismiss": {"case": "{ticked}", "reason": "not_abuse"},
    "/people/end": {"session": "{session}"},
    "/people/end-all": {"reviewer": "mara"},
    "/people/link": {"reviewer": "mara"},
    "/response-length": {"text": "A wording."},
    "/responses/{response}/restore": {"number": "1"},
    "/responses/{response}/review": {"revision": "{draft}"},
    "/responses/{response}/withdraw": {"revision": "{draft}"},
}
"""What is posted where an empty form would not show whether somebody may; what stands in braces is made for it."""
QUERIES = {"/response-length": {"audience": "space"}}
CONFLICT, UNREADABLE = 409, 422
BESIDES = {
    "/case/{case_id}/length": UNREADABLE,
    "/case/{case_id}/shown": UNREADABLE,
    "/case/{case_id}/step": CONFLICT,
    "/dismiss": CONFLICT,
    "/response-length": UNREADABLE,
}
"""With what else these refuse somebody; they have no page of their own to say so on."""
OWN = {
    "/answers/{rejoinder_id}": "by its case",
    "/case/{case_id}/{verb}": "by verb",
    "/case/rehearsal-{lesson}/{verb}": "by lesson",
    "/people/remove-passkey": "own",
    "/passkey": "door",
    "/passkey/options": "door",
    "/sign-in/{token}": "door",
}
"""What goes by something else than a role, and is held by the tests of its own."""


def places(routes: Iterable[Any]) -> list[tuple[str, str]]:
    """Every method and address."""
    found = {(method, route.path) for route in routes for method in getattr(route, "methods", None) or ()}
    return sorted(((method, path) for method, path in found if method != "HEAD"), key=lambda place: place[::-1])


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    """Everything that a console can show, and a person for each role."""
    path = write_files(tmp_path, limits={"incident_cases": 100_000})
    (tmp_path / "packs" / "pest.yaml").write_text(PACK, encoding="utf-8")
    office = await Office.open(tmp_path, files=Files.read(path))
    office.files.reviewers["ada"] = Reviewer(id="ada", name="Ada Moss", roles=frozenset({Role.ADMIN}))  # type: ignore[index]  # a dictionary
    await office.store.seed(office.files.accounts.values(), office.files.reviewers.values())
    texts = Texts(store=office.store, files=office.files)
    await texts.start()
    async with over(office, texts) as console:
        yield console
    await office.store.close()


@dataclass(kw_only=True)
class Walk:
    """Asks for one address after another, each as somebody new, with something there to be asked for."""

    console: Console
    numbers: Iterator[int] = field(default_factory=count)

    async def answer(self, role: str, method: str, path: str, *, safety: bool) -> int:
        """The status that somebody gets there; 401 for whoever is sent to sign in."""
        address = await self._address(path, safety=safety)
        form = await self._form(path) if method == "POST" else None
        ways = self.console.browser() if role == NOBODY else self.console.signed_in(PEOPLE[role])
        async with ways as browser:
            asked = browser.request(method, address, data=form, params=QUERIES.get(path))
            try:
                answer = await asyncio.wait_for(asked, STREAMS if path == "/events" else 60)
            except TimeoutError:
                return 200  # a stream that goes on
        to_the_door = answer.headers.get("location", "").startswith("/sign-in")
        return 401 if to_the_door and not path.startswith("/sign-") else answer.status_code

    async def _form(self, path: str) -> dict[str, str]:
        form = dict(FORMS.get(path, {}))
        if "{ticked}" in form.values():
            case = await self._case(safety=False)
            form["case"] = f"{case.id}:{case.version}"
        if "{session}" in form.values():
            async with self.console.signed_in("mara"):
                living = await self.console.office.store.people.living(
                    datetime.fromtimestamp(self.console.seconds[0], UTC)
                )
            form["session"] = next(each.id for each in living if each.reviewer == "mara")
        if "{draft}" in form.values():
            form["revision"] = await self._response()
        return form

    async def _response(self) -> str:
        """The draft of a response, made anew where there is none."""
        wording = f"  - >-\n    Mind{self._letters()}: "
        return await self._draft(TextKind.RESPONSE, "sexism-space.yaml", "  - >-\n    ", wording, r"Mind\w+: ")

    async def _address(self, path: str, *, safety: bool) -> str:
        values = {"response": "sexism-space", "rule": "called-a-pest", "lang": "en", "name": "pest", "lesson": "1"}
        if "{case_id}" in path:
            values["case_id"] = (await self._case(safety=safety)).id
        if "{revision}" in path:
            values["revision"] = await self._draft(
                TextKind.RULES, "packs/pest.yaml", "[gnat", f"[mite{self._letters()}, gnat", r"mite\w+, "
            )
        if path.startswith("/responses/{response}/"):
            await self._response()
        return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values.get(found[1], "approve"), path)

    def _letters(self) -> str:
        """Letters that no text had before."""
        return "".join(chr(ord("a") + int(digit)) for digit in str(next(self.numbers)))

    async def _case(self, *, safety: bool) -> Case:
        office = self.console.office
        case = await office.opened(THREAT if safety else ABUSE, by=f"somebody{next(self.numbers)}")
        return await office.decide(case, Verb.ACKNOWLEDGE, "nadia") if safety else case  # type: ignore[return-value]  # hers to take

    async def _draft(self, kind: TextKind, name: str, old: str, new: str, before: str) -> str:
        live = (await self.console.office.store.revisions.live())[kind, name]
        waiting = (await self.console.office.store.revisions.drafts(kind)).values()
        if found := [each.id for each in waiting if each.name == name]:
            return found[0]
        made = await self.console.texts.draft(
            kind, name, re.sub(before, "", live.text).replace(old, new, 1), by="mara", why="It was heard.", seen=live.id
        )
        assert isinstance(made, Revision), made
        return made.id


async def test_every_page_and_form_of_the_console_is_in_the_table(console: Console) -> None:
    walk, found = Walk(console=console), []
    for method, path in places(console.app._app.routes):  # type: ignore[attr-defined]  # noqa: SLF001  every address
        for safety in (False, True) if "{case_id}" in path else (None,):
            desk = {None: "", False: ", of the staff desk", True: ", of the safety desk"}[safety]
            found.append([f"{method} `{path}`{desk}", *await _told(walk, method, path, safety=bool(safety))])
    held("console", ["Page or form", *PEOPLE, NOBODY], found)


async def _told(walk: Walk, method: str, path: str, *, safety: bool) -> list[str]:
    """What each role may; a word where that goes by something else."""
    if method == "POST" and path in OWN:
        return [OWN[path]] * len(PEOPLE) + [OWN[path] if OWN[path] == "door" else NO]
    refused = REFUSED | {BESIDES.get(path, 0)}
    return [
        NO if await walk.answer(role, method, path, safety=safety) in refused else YES for role in (*PEOPLE, NOBODY)
    ]


def test_every_verb_is_in_the_table_with_the_states_in_which_each_role_has_it() -> None:
    account = replace(LEADER, approvers=frozenset({"only_approver"}), principal="only_principal")
    kinds = (VerdictKind.RESPOND, VerdictKind.ESCALATE)
    cases = [case(state, kind, asked_at=asked) for state in State for kind in kinds for asked in (None, EVENING)]
    found = []
    for verb in Verb:
        states = {
            role: {each.state for each in cases if verb in verbs_for(each, OFFICE[Role(role)], account)}
            for role in PEOPLE
        }
        found.append(
            [f"`{verb}`", *(", ".join(state for state in State if state in states[role]) or NO for role in PEOPLE)]
        )
    held("verbs", ["Verb", *PEOPLE], found)


def test_every_command_of_the_chats_is_in_the_table() -> None:
    everybody = frozenset(Role)
    may = {
        **dict.fromkeys(("status", "queue", "case", "stats", "help"), everybody),
        "add": REPORTERS,
        "pause": PAUSERS,
        "resume": RESUMERS,
        "release": RELEASERS,
        "handover": REPORTERS,
        "takeover": frozenset({Role.SAFETY}),
    }
    assert set(may) == set(COMMANDS)
    rows = [[f"`/{name}`", *(YES if Role(role) in may[name] else NO for role in PEOPLE)] for name in COMMANDS]
    held("telegram", ["Command", *PEOPLE], rows)


async def test_every_page_and_form_of_the_compliance_team_is_in_the_table(tmp_path: Path) -> None:
    found: list[list[str]] = []
    async with a_wall(tmp_path, referral={"pass_abusive": True}, suspended={"enabled": True}) as wall:
        wall.taking.look = True
        await wall.store.switch_list(on=True, actor="greta")
        for method, path in places(wall.behind.desk.app()._app.routes):  # type: ignore[attr-defined]  # noqa: SLF001  as above
            told = []
            for number, person in enumerate(("greta", "ines", None)):
                make = passed_on if "exhibit" in path else matched
                referral = await make(wall, f"p{len(found)}x{number}") if "{number" in path else 0
                address = re.sub(r"{(\w+)(?::\w+)?}", lambda at: {"number": str(referral)}.get(at[1], "1"), path)  # noqa: B023  used at once
                told.append(NO if await behind(wall, person, method, address) in REFUSED else YES)
            found.append([f"{method} `{path}`", *told])
    held("compliance", ["Page or form", "compliance", "auditor", NOBODY], found)


async def passed_on(wall: Wall, name: str) -> int:
    """The number of a new referral, captured to the byte."""
    mention = replace(wall.comms.network.say(ABUSE, by=name), original=CAPTURE)
    await wall.comms.receive(mention)
    await wall.refer(await wall.comms.case_of(mention))
    return await _newest(wall)


async def matched(wall: Wall, name: str) -> int:
    """The number of a new one whose author is on the list of suspended members."""
    await wall.store.suspend([f"@{name}@tidewater.example"], actor="hugo")
    await wall.comms.receive(wall.comms.network.say(RUDE, by=name))
    return await _newest(wall)


async def _newest(wall: Wall) -> int:
    await wall.taking.run_once()
    return max(referral.number for referral in await wall.store.waiting())


async def behind(wall: Wall, person: str | None, method: str, address: str) -> int:
    """The status that somebody gets behind the wall."""
    transport = httpx.ASGITransport(app=wall.behind.desk.app())
    stranger = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"sec-fetch-site": "same-origin"})
    async with wall.signed_in(person) if person else stranger as browser:
        answer = await browser.request(method, address, data={"version": "1"} if method == "POST" else None)
    to_the_door = answer.headers.get("location", "").startswith("/sign-in")
    return 401 if to_the_door and not address.startswith("/sign-") else answer.status_code


def test_every_public_page_is_in_the_table() -> None:
    pages = (RightOfReply, ChoicesPage)
    routes: list[Route] = [route for page in pages for route in page.routes(page.__new__(page))]  # type: ignore[arg-type]  # each is its own page's
    held(
        "public",
        ["Page or form", "whoever has its link"],
        [[f"{method} `{path}`", YES] for method, path in places(routes)],
    )


def held(part: str, head: list[str], rows: list[list[str]]) -> None:
    """This part of the document says what was found; it is written where that is asked for."""
    lines = [head, ["---"] * len(head), *rows]
    table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    text = DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- {part}: begin -->\n", f"\n<!-- {part}: end -->"
    before, rest = text.split(begin, 1)
    written, after = rest.split(end, 1)
    if os.environ.get("WRITE_RIGHTS"):
        DOCUMENT.write_text(f"{before}{begin}{table}{end}{after}", encoding="utf-8")
    else:
        assert written == table
