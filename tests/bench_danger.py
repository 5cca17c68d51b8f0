"""Threats, measured: how soon one is on the phone of whoever is on, and that none of very many has a draft.

Alone: `python -m tests.bench_danger 30` for so many threats to the phone, or `… 0 10000` for so many drafts.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import yaml

from bot.app import App, keep_for_good, open_store
from bot.demo.clock import Clock
from bot.demo.evening import scripted
from bot.demo.stage import shipped, staged
from bot.files import Files
from bot.model import State, VerdictKind
from tests.bench_town import crowd
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.office import Office, write_files

if TYPE_CHECKING:
    import httpx

    from tests.fakes.telegram_chats import Group

THREAT = "Number {}: I will kill you tonight, I know where you live."
APART = 7.0
"""Seconds between two threats: a chat takes twenty messages a minute from a bot, and ten of them are cards."""
BAR = 5.0
"""Seconds in which ninety-nine of a hundred threats must be there."""
PAGE = 80

WILL = ("I will", "I'll", "I'm going to", "I am gonna", "we will", "we're going to")
KILL = (
    "kill you",
    "shoot you",
    "stab you",
    "murder you",
    "rape you",
    "slit your throat",
    "smash your skull in",
    "burn your house down",
)
BESIDE = (
    "",
    ", you stupid bitch",
    ", you fat cow",
    ", traitor",
    ". Not in my name.",
    ". All immigrants are vermin.",
    ". Get back in the kitchen.",
    " tonight",
    " and your kids",
    " 🔪",
    ". As a proud member of the Fernwick Party I mean it.",
    ". Shame about the buses, too.",
)
BEFORE = (
    "",
    "Listen. ",
    "@party@fernwick.example ",
    "lol ",
    "Shut up you stupid cow. ",
    "Dear councillor, ",
    "RT: ",
    "So, ",
)
CASED = (str, str.upper, str.lower, str.title)


def threats(count: int, *, seed: int = 7) -> list[str]:
    """So many different threats, many with an insult beside them that alone would be answered."""
    every = [f"{before}{will} {kill}{beside}" for before, will, kill, beside in product(BEFORE, WILL, KILL, BESIDE)]
    random = Random(seed)  # noqa: S311  the same texts each time, and nothing secret
    varied = [case(text) for text in every for case in CASED]
    random.shuffle(varied)
    return varied[:count]


async def drafts(folder: Path, count: int) -> Counter[str]:
    """What became of so many threats: by verdict, and how many have a draft."""
    files = Files.read(write_files(folder, rules={"shipped": True, "packs": []}))
    office = await Office.open(folder, files=files)
    posts = [office.network.say(text, by=f"t{number}") for number, text in enumerate(threats(count))]
    for first in range(0, len(posts), PAGE):
        await office.receive(*posts[first : first + PAGE], cursor=str(first))
    found = Counter[str]()
    for safety in (True, False):
        cases = await office.store.cases(states=set(State), safety=safety, limit=2 * count)
        found.update(f"verdict {case.verdict.kind}" for case in cases)
        found["with a draft"] += sum(case.draft is not None for case in cases)
    found["left without a case"] = len(posts) - sum(found[f"verdict {kind}"] for kind in VerdictKind)
    await office.store.close()
    return found


async def to_the_phone(folder: Path, count: int) -> list[float]:
    """Seconds from the post at its server to the card in the safety chat, while 100 mentions arrive each second."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi.running())
        staff = api.group("Staff", api.user("Mara", user_id=700000001), api.user("Tom", user_id=700000002))
        safety = api.group("Safety", api.user("Nadia", user_id=700000003))
        clock = Clock(datetime.now(UTC), 1.0)
        stage = await stack.enter_async_context(staged(scripted(), clock))
        clock.begin()
        settings = yaml.safe_load(shipped("config.yaml").read_text(encoding="utf-8"))
        places = {
            account["id"]: stage.addresses[account["handle"].rpartition("@")[2]] for account in settings["accounts"]
        }
        accounts = [
            {key: value for key, value in account.items() if key != "limits"} | {"server": places[account["id"]]}
            for account in settings["accounts"]
        ]
        config_file = write_files(
            folder,
            accounts=accounts,
            server={"health_port": 0},
            desks={
                "console": {"enabled": True, "port": 0},
                "telegram": {"token_env": "TELEGRAM_TOKEN", "staff_chat": staff.id, "safety_chat": safety.id},
            },
            schedule={"poll_seconds": 1},
            rules={"shipped": True, "packs": []},
        )
        files = Files.read(config_file)
        store = open_store(files, now=clock.now, exclusive=True)
        stack.push_async_callback(store.close)
        environment = {**stage.tokens(settings), "TELEGRAM_TOKEN": TOKEN}
        app = App(files=files, store=store, environment=environment, now=clock.now, telegram_address=api.url)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(app.run(stop, ready=keep_for_good))
            await app.loops.watching.wait()
            load = group.create_task(crowd(stage.actor))
            delays = [await _timed(stage.actor, api, safety, number) for number in range(count)]
            load.cancel()
            stop.set()
    return delays


async def _timed(actor: httpx.AsyncClient, api: BotApi, safety: Group, number: int) -> float:
    """One threat, until its words are in the safety chat; then a rest."""
    person = {"handle": f"@threat{number}@tidewater.example", "bio": ""}
    await actor.post("/sim/people", json=person)
    said = f"Number {number}:"
    text = f"@party@fernwick.example {THREAT.format(number)}"
    await actor.post("/sim/posts", json={"author": person["handle"], "text": text})
    start = time.perf_counter()
    await api.until(lambda: [message for message in api.shown(safety) if said in message.text], seconds=60)
    took = time.perf_counter() - start
    await asyncio.sleep(APART)
    return took


def main() -> None:
    """What is asked for in the arguments, told in two lines."""
    phone, many = (int(each) for each in (*sys.argv[1:], "0", "0")[:2])
    with tempfile.TemporaryDirectory(prefix="danger-") as name:
        if phone:
            took = sorted(asyncio.run(to_the_phone(Path(name) / "phone", phone)))
            p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
            print(f"{phone} threats: median {took[len(took) // 2]:.2f} s, p99 {p99:.2f} s, the longest {took[-3:]}")  # noqa: T201  the output
        if many:
            print(dict(asyncio.run(drafts(Path(name) / "drafts", many))))  # noqa: T201  the output


if __name__ == "__main__":
    main()
