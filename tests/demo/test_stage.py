from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bot.demo.behind_the_wall import raised
from bot.demo.clock import Clock
from bot.demo.evening import Evening, scripted
from bot.demo.stage import Ports, Stage, shipped, staged, write_files, write_record
from bot.files import Files
from bot.model import Mode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

FAST = 10**6
GIVEN: dict[str, Any] = {
    "ports": Ports(console=0, public=8314, outbox=8312),
    "database": "sqlite:///bot.db",
    "compliance_key": raised().public,
}


@pytest.fixture(scope="module")
def evening() -> Evening:
    return scripted()


@pytest.fixture
async def stage(evening: Evening) -> AsyncIterator[Stage]:
    clock = Clock(evening.start, FAST)
    async with staged(evening, clock) as made:
        clock.begin()
        yield made


async def test_everybody_is_on_stage_before_the_play_begins(stage: Stage) -> None:
    assert {person.handle for person in stage.world.people.values()} == {
        person.handle for person in stage.evening.people
    }
    assert set(stage.addresses) == {"fernwick.example", "parlour.example"}
    assert stage.world.posts == {}
    leader = stage.world.person("@leader@fernwick.example")
    assert leader.official
    assert leader.created_at.year == 2018


async def test_play_says_every_line_in_its_order_and_its_thread(stage: Stage) -> None:
    await stage.play()
    said = [post for post in stage.world.posts.values() if post.sent_by == "control"]
    assert len(said) == len(stage.evening.posts)
    assert [stage.ids[stage.world.url(post)] for post in said] == [post.id for post in stage.evening.posts]
    for post, line in zip(said, stage.evening.posts, strict=True):
        assert stage.uris[line.id] == post.uri
        answered = post.in_reply_to.uri if post.in_reply_to else None
        assert answered == (stage.uris[line.answers] if line.answers else None)


async def test_turns_wait_for_their_cue_and_are_taken_over_http(stage: Stage) -> None:
    await stage.play()
    assert not any(post["deleted_at"] or post["edited_at"] for post in stage.world.record()["posts"])
    turns = [turn for turn in stage.evening.then if not turn.says]
    for turn in turns:
        await stage.turn(turn)
    record = {post["uri"]: post for post in stage.world.record()["posts"]}
    for turn in turns:
        post = record[stage.uris[turn.delete or turn.edit or ""]]
        assert bool(post["deleted_at"]) == bool(turn.delete)
        assert bool(post["edited_at"]) == bool(turn.edit)
        assert turn.edit is None or post["text"].startswith("@leader@fernwick.example ")


async def test_tokens_are_for_the_accounts_of_the_configuration(stage: Stage, tmp_path: Path) -> None:
    config = write_files(tmp_path, stage.addresses, many=False, **GIVEN)
    tokens = stage.tokens(yaml.safe_load(config.read_text(encoding="utf-8")))
    assert set(tokens) == {"PARTY_TOKEN", "LEADER_TOKEN", "DEPUTY_TOKEN"}
    known = stage.world.token(tokens["DEPUTY_TOKEN"])
    assert known is not None
    assert known.person is stage.world.person("@deputy@parlour.example")
    assert not any(token in config.read_text(encoding="utf-8") for token in tokens.values())


@pytest.mark.parametrize("many", [False, True])
async def test_files_that_are_written_are_right_and_live_on_this_machine_alone(
    stage: Stage,
    tmp_path: Path,
    many: bool,  # noqa: FBT001  a case of the table
) -> None:
    config = write_files(tmp_path, stage.addresses, many=many, **GIVEN)
    files = Files.read(config)
    assert {account.mode for account in files.accounts.values()} == {Mode.LIVE}
    assert all(account.server.startswith("http://127.0.0.1:") for account in files.accounts.values())
    assert files.config.desks.telegram is None
    assert files.config.limits.quiet_hours is None
    assert (files.config.limits.undo_seconds == 600) == (not many)


async def test_record_is_json_of_all_that_was_posted(stage: Stage, tmp_path: Path) -> None:
    stage.world.post("@dot@tidewater.example", "Good evening. 😀")
    write_record(stage.world, tmp_path / "server.json")
    record = json.loads((tmp_path / "server.json").read_text(encoding="utf-8"))
    assert [post["text"] for post in record["posts"]] == ["Good evening. 😀"]


def test_what_is_shipped_is_found_in_a_checkout_too() -> None:
    assert shipped("config.yaml").is_file()
    assert any(shipped("responses").glob("*.yaml"))


async def test_long_text_of_a_replay_finds_room_on_its_server(evening: Evening) -> None:
    clock = Clock(evening.start, FAST)
    clock.begin()
    first = evening.posts[0].model_copy(update={"by": "dot", "text": "word " * 13_000})
    long = evening.model_copy(update={"posts": (first,), "then": (), "spacing": timedelta(0)})
    async with staged(long, clock) as stage:
        await stage.play()
        assert len(stage.world.posts) == 1
