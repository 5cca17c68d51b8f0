"""A post that its author deletes a second after we received it: everything that stood around it is ours already."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.model import ExhibitKind, State
from bot.ports import Presence
from tests.fakes.office import THREAT
from tests.fakes.town import cases_in, town, until

if TYPE_CHECKING:
    from pathlib import Path

SECOND = 1.0


async def test_a_threat_deleted_a_second_after_it_came_has_lost_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as place, place.bot() as bot:
        before = place.world.post("@leader@fernwick.example", "Good evening to everybody")
        post = place.say(THREAT, in_reply_to=before.uri, media=("a photo of a house",))
        (case,) = await cases_in(bot.store, State.ESCALATED)
        evidence = bot.store.evidence

        async def around() -> bool:
            return len(await evidence.exhibits(case.id)) > 1

        await until(around)
        exhibits = await evidence.exhibits(case.id)
        took = max(one.captured_at for one in exhibits) - case.opened_at
        place.world.delete(post.uri)
        assert took.total_seconds() / bot.speed < SECOND
        had = {one.kind: one.body for one in exhibits}
        assert [one.missing for one in exhibits] == [""] * len(ExhibitKind)
        assert had.keys() == set(ExhibitKind)
        assert json.loads(had[ExhibitKind.POST] or b"")["uri"] == post.uri
        assert json.loads(had[ExhibitKind.THREAD] or b"")["ancestors"][0]["uri"] == before.uri
        assert THREAT.encode() in (had[ExhibitKind.POST_PAGE] or b"")

        async def missed() -> bool:
            dossier = await evidence.dossier(case.id)
            return bool(dossier and dossier.captures[-1].said == Presence.GONE)

        await until(missed)
        (after,) = await cases_in(bot.store, State.ESCALATED)
        assert after.gone_at
        noted = [event for event in await bot.store.audit_events("leader") if event.kind == "evidence.captured"]
        assert len(noted) >= len({"received", "surroundings", "look"})
        assert await bot.store.verify() == []
