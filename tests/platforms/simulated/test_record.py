from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from bot.platforms.simulated.world import World
    from tests.platforms.simulated.conftest import Clock


def test_the_record_keeps_what_was_changed_and_deleted(world: World, clock: Clock) -> None:
    first = world.post(SAM, f"{PARTY} rude")
    clock.move(minutes=1)
    world.edit(first.uri, f"{PARTY} ruder")
    reply = world.post(
        PARTY, "@sam@elsewhere.example no", in_reply_to=first.uri, visibility="unlisted", idempotency_key="k1"
    )
    clock.move(minutes=1)
    world.delete(first.uri)
    deleted, answer = json.loads(json.dumps(world.record()))["posts"]
    assert [wording["text"] for wording in deleted["wordings"]] == [f"{PARTY} rude", f"{PARTY} ruder"]
    assert (deleted["edited_at"], deleted["deleted_at"]) == ("2026-11-20T20:01:00+00:00", "2026-11-20T20:02:00+00:00")
    assert answer == {
        "uri": reply.uri,
        "url": world.url(reply),
        "author": PARTY,
        "official": True,
        "in_reply_to": first.uri,
        "in_reply_to_author": SAM,
        "text": "@sam@elsewhere.example no",
        "spoiler_text": "",
        "visibility": "unlisted",
        "language": None,
        "mentions": [SAM],
        "created_at": "2026-11-20T20:01:00+00:00",
        "edited_at": None,
        "deleted_at": None,
        "idempotency_key": "k1",
        "sent_by": "control",
        "wordings": [{"at": "2026-11-20T20:01:00+00:00", "text": "@sam@elsewhere.example no"}],
    }
