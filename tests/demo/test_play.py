"""The demo as its users start it, held against the servers' own record of what was posted."""

from __future__ import annotations

import asyncio
import json
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.demo.evening import scripted
from bot.store.compliance import ComplianceStore
from tests.fakes.databases import ON_POSTGRESQL, empty_in, once
from tests.fakes.terminal import Said, line_with, running_command, typed

if TYPE_CHECKING:
    from pathlib import Path

BOOKS = [
    "mentions",
    "recorded",
    "cases",
    "escalated",
    "dismissed",
    "withdrawn",
    "failed",
    "unconfirmed",
    "posted",
]
NEVER_ANSWERED = {"fair", "praise", "quote", "irony", "hostile", "private", "threat"}


def books_of(said: Said) -> dict[str, Any]:
    """The one JSON object that stands on standard output, and nothing else there."""
    assert said.status == 0, said.err
    found, end = json.JSONDecoder().raw_decode(said.out)
    assert said.out[end:].strip() == ""
    assert list(found) == BOOKS
    return dict(found)


def replies_on(folder: Path) -> dict[str, dict[str, Any]]:
    """What the bot posted, by the post that it answers, as the servers tell it."""
    record = json.loads((folder / "server.json").read_text(encoding="utf-8"))
    posted = [post for post in record["posts"] if post["sent_by"] == "api" and not post["deleted_at"]]
    assert len({post["in_reply_to"] for post in posted}) == len(posted)
    return {post["in_reply_to"]: post for post in posted}


def reported(record: dict[str, Any], ids: dict[str, str]) -> dict[str, list[str]]:
    """What the moderators were told of, and which rules were cited; all of it went on to the authors' own servers."""
    assert all(report["forwarded"] for report in record["reports"])
    return {ids[uri]: report["rules"] for report in record["reports"] for uri in report["posts"]}


def agree(books: dict[str, Any], folder: Path) -> None:
    """The bot's books and the servers' are the same, one to one."""
    replies = replies_on(folder)
    assert {reply["in_reply_to"] for reply in books["posted"]} == set(replies)
    for reply in books["posted"]:
        there = replies[reply["in_reply_to"]]
        assert (reply["account"], reply["text"], reply["url"]) == (there["author"], there["text"], there["url"])
        assert there["visibility"] in {"unlisted", "private", "direct"}
        assert reply["approved_by"]
        assert len(set(reply["approved_by"])) == len(reply["approved_by"])


async def test_the_evening_ends_as_it_should_and_both_books_agree(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    database = ("--database", empty_in(tmp_path)) if ON_POSTGRESQL else ()
    said = await typed("demo", "--headless", "--json", "--keep", folder, *database)
    books = books_of(said)
    assert books["posted"]
    agree(books, folder)

    evening = scripted()
    spoken = {evening.spoken(post): post for post in evening.posts}
    record = json.loads((folder / "server.json").read_text(encoding="utf-8"))
    ids = {post["uri"]: spoken[post["wordings"][0]["text"]].id for post in record["posts"] if post["sent_by"] != "api"}
    kinds = {post.id: post.kind for post in evening.posts}
    answered = {ids[reply["in_reply_to"]] for reply in books["posted"]}
    assert not {post for post in answered if kinds[post] in NEVER_ANSWERED}
    assert not answered & {"d01", "b01", "w01"}
    assert books["escalated"] >= sum(kind == "threat" for kind in kinds.values())
    assert books["withdrawn"] >= 1
    assert books["dismissed"] >= 1
    assert (books["failed"], books["unconfirmed"]) == (0, 0)

    waiting, verified, status, exported = await asyncio.gather(
        typed("queue", "--json", "--config", folder / "config.yaml"),
        typed("audit", "verify", "--config", folder / "config.yaml"),
        typed("status", "--json", "--config", folder / "config.yaml"),
        typed("audit", "export", "--config", folder / "config.yaml"),
    )
    left = json.loads(waiting.out)
    assert {case["state"] for case in left} == {"escalated"}
    assert {kinds[ids[case["mention"]]] for case in left} == {"threat"}
    assert verified.status == 0, verified.err
    assert json.loads(status.out)["waiting"] == len(left)
    kept = [json.loads(line) for line in exported.out.splitlines()]
    published = [event["case"] for event in kept if event["kind"] == "reply.published"]
    assert len(published) == len(books["posted"]) + 1
    assert reported(record, ids) == {"t02": ["1"]}
    dropped = {ids.get(post["uri"], "a reply of ours") for post in record["posts"] if post["deleted_at"]}
    assert dropped == {"t01", "w01", "a reply of ours"}

    [corrected] = [reply for reply in books["posted"] if ids[reply["in_reply_to"]] == "b02"]
    assert "We are sorry" in corrected["text"]

    # What is behind the wall is one post, of the one author whom the party has suspended.
    store = ComplianceStore.open(f"sqlite:///{folder / 'compliance' / 'compliance.db'}", now=lambda: datetime.now(UTC))
    [conduct] = await store.waiting()
    assert await store.conduct()
    assert await store.verify() == []
    await store.close()
    assert conduct.number == 1

    # The figures of the report that the evening ends with follow from the audit alone.
    (tmp_path / "audit.jsonl").write_text(exported.out, encoding="utf-8")
    report = folder / "report" / "report.json"
    recomputed = await typed("audit", "recompute", tmp_path / "audit.jsonl", "--against", report)
    assert recomputed.status == 0, recomputed.err
    assert "all that report.json says is what they give" in recomputed.err


@once
async def test_texts_of_a_file_go_the_whole_way(tmp_path: Path) -> None:
    path, folder = tmp_path / "texts.csv", tmp_path / "kept"
    texts = [
        "You stupid cow, get back in the kitchen",
        "I disagree about the buses",
        "you stupid bitch " * 4_000,
        "I know where you live and I will kill you",
        "<script>alert(1)</script> $code_link {{ 7*7 }} you dumb bitch",
    ]
    path.write_text("text\n" + "\n".join(f'"{text}"' for text in texts) + "\n", encoding="utf-8")
    books = books_of(await typed("demo", "--headless", "--json", "--replay", path, "--keep", folder))
    assert (books["mentions"], books["escalated"]) == (5, 1)
    assert len(books["posted"]) == 3
    agree(books, folder)
    again = await typed("demo", "--headless", "--replay", path, "--keep", folder)
    assert again.status == 2
    assert "holds an earlier evening" in again.err


async def test_file_that_can_not_be_replayed_is_refused_before_anything_starts(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "x"}\noops\n', encoding="utf-8")
    said = await typed("demo", "--headless", "--replay", path, "--keep", tmp_path / "kept")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"{path}:2: ")
    assert not (tmp_path / "kept").exists()


@once
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_shown_demo_prints_both_links_and_ends_when_it_is_told_to(number: signal.Signals) -> None:
    async with running_command("demo", "--port", "0", "--speed", "60") as demo:
        console = (await line_with("Console", demo.stdout)).split()[-1]
        thread = (await line_with("Public thread", demo.stdout)).split()[-1]
        async with httpx.AsyncClient(timeout=30) as browser:
            assert (await browser.get(console)).status_code == 200
            assert (await browser.get(thread)).status_code == 200
        demo.send_signal(number)
        _, err = await demo.communicate()
        assert demo.returncode == 0
        assert "Traceback" not in err.decode()


async def test_folder_that_cannot_be_made_is_named_before_anything_starts(tmp_path: Path) -> None:
    folder = tmp_path / "file" / "kept"
    folder.parent.write_text("x", encoding="utf-8")
    said = await typed("demo", "--headless", "--keep", folder)
    assert (said.status, said.out) == (2, "")
    assert said.err == f"{folder}: Not a directory. Nothing can be left there; name another folder.\n"


@once
async def test_shown_demo_makes_new_links_for_everybody_when_it_is_asked_as_run_is() -> None:
    async with running_command("demo", "--port", "0", "--speed", "60") as demo:
        await line_with("Ctrl-C ends it.", demo.stdout)
        demo.send_signal(signal.SIGUSR1)
        for desk in ("the console", "the compliance team"):
            line = await line_with(f"Sign-in links for {desk}", demo.stdout)
            assert "are in" in line
        demo.send_signal(signal.SIGINT)
        _, err = await demo.communicate()
        assert demo.returncode == 0
        assert "Traceback" not in err.decode()
