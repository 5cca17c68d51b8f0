from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.platforms.mastodon.instance import USUAL_LIMIT, character_limit, house_rules
from bot.platforms.mastodon.reader import Reader
from bot.ports import PlatformError
from tests.platforms.mastodon.conftest import clock

if TYPE_CHECKING:
    from tests.platforms.mastodon.conftest import Scripted

V1, V2 = "/api/v1/instance", "/api/v2/instance"
NEW = {"configuration": {"statuses": {"max_characters": 1234}}}


async def limit(scripted: Scripted) -> int:
    reader = Reader(scripted.account(), "token", now=clock)
    try:
        return await character_limit(reader)
    finally:
        await reader.close()


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (NEW, None, 1234),
        (None, {"max_toot_chars": 777}, 777),
        ({"configuration": {}}, NEW, 1234),
        (b"<html>", {"max_toot_chars": 777}, 777),
        (None, None, USUAL_LIMIT),
    ],
)
async def test_limit_is_read_where_the_server_tells_it(
    scripted: Scripted, newer: object, older: object, expected: int
) -> None:
    for path, said in ((V2, newer), (V1, older)):
        if said is not None:
            scripted.say(path, said)
    assert await limit(scripted) == expected


async def test_trouble_is_not_taken_for_silence(scripted: Scripted) -> None:
    scripted.say(V2, {}, status=503)
    with pytest.raises(PlatformError):
        await limit(scripted)


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        ({"rules": [{"id": "1", "text": "Be kind."}, {"id": 2}]}, None, {"1": "Be kind.", "2": ""}),
        ({"rules": []}, None, {}),
        ({"rules": "kindness"}, {"rules": [{"id": "1", "text": "Be kind."}]}, {"1": "Be kind."}),
        (None, {}, None),
    ],
)
async def test_rules_are_read_where_the_server_tells_them(
    scripted: Scripted, newer: object, older: object, expected: object
) -> None:
    for path, said in ((V2, newer), (V1, older)):
        if said is not None:
            scripted.say(path, said)
    reader = Reader(scripted.account(), "token", now=clock)
    assert await house_rules(reader) == expected
    await reader.close()
