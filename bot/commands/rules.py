"""Commands about judging and wording: no network; a database only for what the brake has stopped."""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import BrokenExecutor
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

import click

from bot.commands.common import (
    NO,
    as_option,
    beside_the_bot,
    clear_errors,
    config_option,
    cores,
    fail,
    json_option,
    read_files,
    say_json,
    table,
)
from bot.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.app import App
    from bot.rules import RuleFacts
    from bot.store import Revision


@click.command()
@config_option
@click.option("--explain", metavar="TEXT", help="Show every step of the judgement of one text instead.")
@click.option(
    "--workers", type=click.IntRange(1), default=cores, show_default="all processors", help="Processes for large files."
)
@click.argument("files", nargs=-1, type=click.File("rb"))
def judge(config_file: Path, explain: str | None, workers: int, files: tuple[BinaryIO, ...]) -> None:
    """Read mentions as JSON lines, write verdicts as JSON lines.

    A line needs "id" and "text". It may have "lang", "content_warning", "created_at", "mentions", "author" (with
    "handle", "display_name", "bio", "created_at", "followers") and "in_reply_to" (with "author", "text").
    """
    from bot.crew import WorkerFailedError  # noqa: PLC0415  heavy, as are those below
    from bot.judge import judge_files  # noqa: PLC0415

    if explain is not None:
        _explain(config_file, explain)
        return
    valid, faults = True, Counter[str]()
    with clear_errors(), closing(judge_files(files or (sys.stdin.buffer,), config_file, workers=workers)) as answers:
        try:
            for answered in answers:
                sys.stdout.buffer.write(answered.lines)
                sys.stdout.buffer.flush()
                valid = valid and answered.valid
                faults.update(answered.faults)
        except (WorkerFailedError, BrokenExecutor) as error:
            fail(f"A process that judged a part of this could not go on: {error} The answers so far are right.")
    for rule, count in sorted(faults.items()):
        click.echo(f"Rule {rule} failed and was skipped {count} times: look at its patterns.", err=True)
    sys.exit(0 if valid else NO)


def _explain(config_file: Path, text: str) -> None:
    """Every step of the judgement of one text."""
    from bot.files import Files  # noqa: PLC0415  heavy
    from bot.judge import explain_text  # noqa: PLC0415  heavy
    from bot.lab.explain import told  # noqa: PLC0415  heavy

    with clear_errors():
        written = Files.open(config_file)
        book = written.untested  # a rule that fails its own examples is what people want explained
    account = written.config.accounts[0]
    explanation = explain_text(text, book, account=account.id)
    for step in told(explanation, rules=len(book.rules), ours=account.handle):
        click.echo(visible(step))


@click.group()
def rules() -> None:
    """Look at the rules that judge."""


@rules.command("list")
@config_option
@json_option
def rules_list(config_file: Path, *, as_json: bool) -> None:
    """Every rule, with its policy, severity and state; also what the brake has stopped."""
    import asyncio  # noqa: PLC0415  heavy, as is what follows

    from bot.app import braked  # noqa: PLC0415

    with clear_errors():
        files = read_files(config_file)
        stopped = {name: rule.at for name, rule in asyncio.run(braked(files)).items() if rule.shadowed}
    columns = ("rule", "title", "policy", "severity", "state", "braked_since")
    rows = []
    for rule in files.rulebook.rules:
        at = stopped.get(rule.id) if rule.state == "live" else None
        rows.append((rule.id, rule.title, rule.policy, rule.severity, "shadow" if at else rule.state, at))
    if as_json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    told = {name: f"shadow (brake since {at:%Y-%m-%d %H:%M} UTC)" for name, at in stopped.items()}
    table(columns[:-1], [(*row[:4], told[row[0]] if row[5] else row[4]) for row in rows])


@rules.command("release")
@click.argument("rule_id", metavar="RULE")
@as_option
@config_option
def rules_release(config_file: Path, rule_id: str, reviewer: str) -> None:
    """Let a rule go on that the brake has turned to shadow. For admins."""

    async def act(app: App) -> None:
        if refusal := await app.release(rule_id, reviewer):
            fail(refusal.message, status=NO)
        click.echo(f"Released: {rule_id}. It judges again from the next page of mentions on.")

    beside_the_bot(config_file, act)


@rules.command("check")
@config_option
def rules_check(config_file: Path) -> None:
    """Whether every rule can be used as it is written and holds for its own examples."""
    with clear_errors():
        found = read_files(config_file).rulebook.rules
    click.echo(f"{_count(found)}: each can be used as it stands.")


@rules.command("test")
@config_option
@click.argument("ids", metavar="[RULE]…", nargs=-1)
def rules_test(config_file: Path, ids: tuple[str, ...]) -> None:
    """Run every example of all rules, or of those named, again, and show what fails."""
    from bot.files import Files  # noqa: PLC0415  heavy
    from bot.yaml_file import nearest  # noqa: PLC0415  heavy

    with clear_errors():
        book = Files.open(config_file).untested
        known = {rule.id: rule for rule in book.rules}
    for unknown in (each for each in ids if each not in known):
        fail(f"There is no rule {unknown}{nearest(unknown, known)}")
    failures = book.failures(of=ids)
    for failure in failures:
        click.echo(failure)
    outcome = f"{len(failures)} judged wrongly." if failures else "all judged as they should be."
    click.echo(f"{_count([known[each] for each in ids or known])}: {outcome}")
    sys.exit(NO if failures else 0)


@rules.command("schema")
def rules_schema() -> None:
    """The JSON Schema of a rule pack, for editors."""
    from bot.rules.schema import schema  # noqa: PLC0415  heavy

    click.echo(schema(), nl=False)


def _count(rules: Sequence[RuleFacts]) -> str:
    """Such as `56 rules with 210 examples and 260 near misses`."""
    examples, misses = sum(rule.examples for rule in rules), sum(rule.near_misses for rule in rules)
    noun = "rule" if len(rules) == 1 else "rules"
    return f"{len(rules)} {noun} with {examples} examples and {misses} near misses"


@click.group()
def responses() -> None:
    """Look at the reply texts."""


@responses.command("list")
@config_option
@json_option
def responses_list(config_file: Path, *, as_json: bool) -> None:
    """Every response, with the audience and the policies that it serves."""
    with clear_errors():
        found = read_files(config_file).responses.all
    columns = ("response", "audience", "min_strikes", "variants", "policies")
    rows = [(r.id, r.audience, r.min_strikes, len(r.in_use), ", ".join(r.policies)) for r in found]
    if as_json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows)


@responses.command("check")
@config_option
def responses_check(config_file: Path) -> None:
    """Whether every response can be posted as it stands."""
    with clear_errors():
        found = read_files(config_file).responses.all
    variants = sum(len(response.in_use) for response in found)
    click.echo(f"{len(found)} responses with {variants} variants: each can be posted as it stands.")


@responses.command("preview")
@config_option
@click.argument("response_id", metavar="ID")
@click.option("--platform", default="mastodon", show_default=True)
def responses_preview(config_file: Path, response_id: str, platform: str) -> None:
    """Every variant of one response, filled in, with its length."""
    from bot.responses import MEASURES, NoSuchResponse  # noqa: PLC0415  heavy

    if platform not in MEASURES:
        fail(f"There is no platform {platform}. Platforms: {', '.join(sorted(MEASURES))}.")
    with clear_errors():
        found = read_files(config_file).responses
    try:
        previews = found.preview(response_id, platform)
    except NoSuchResponse as error:
        fail(str(error))
    for preview in previews:
        retired = ", no longer used" if preview.retired else ""
        click.echo(f"{preview.variant + 1}. ({preview.length} of {preview.limit}{retired}) {preview.text}\n")


@responses.command("history")
@config_option
@click.argument("response_id", metavar="ID")
@json_option
def responses_history(config_file: Path, response_id: str, *, as_json: bool) -> None:
    """Every revision of one response: who wrote it, who reviewed it, and why; the newest first."""

    async def act(app: App) -> None:
        columns = ("revision", "state", "written_at", "written_by", "reviewed_by", "why")
        rows = [
            (one.number, one.state.value, one.written_at, one.written_by or "the file", one.reviewed_by or "", one.why)
            for one in await _history(app, response_id)
        ]
        if as_json:
            say_json([dict(zip(columns, row, strict=True)) for row in rows])
        else:
            table(columns, [(*row[:2], f"{row[2]:%Y-%m-%d %H:%M} UTC", *row[3:]) for row in rows])

    beside_the_bot(config_file, act)


@responses.command("restore")
@click.argument("response_id", metavar="ID")
@click.argument("number", metavar="REVISION", type=click.IntRange(1))
@as_option
@config_option
@click.option("--why", default="", help="A sentence for whoever reviews it.")
def responses_restore(config_file: Path, response_id: str, number: int, reviewer: str, why: str) -> None:
    """Draft the text of an earlier revision anew. It goes live when an admin reviews it in the console. For admins."""
    from bot.texts import TextRefusal  # noqa: PLC0415  heavy

    async def act(app: App) -> None:
        history = await _history(app, response_id)
        waiting = next((one for one in history if one.state == "draft"), None)
        if waiting is not None:
            fail(f"A draft of {response_id} waits already: review or withdraw it in the console first.", status=NO)
        live = next((one.id for one in history if one.state == "live"), None)
        first = history[0]
        why_said = why.strip() or f"Back to revision {number}."
        result = await app.texts.restore(first.kind, first.name, number, by=reviewer, why=why_said, seen=live)
        if isinstance(result, TextRefusal):
            fail("\n".join([result.message, *(str(problem) for problem in result.problems)]), status=NO)
        click.echo(f"Drafted: revision {result.number} of {response_id} reads as {number} did. It waits for a review.")

    beside_the_bot(config_file, act)


async def _history(app: App, response_id: str) -> list[Revision]:
    """The revisions of a response, the newest first; ends the command where there are none."""
    from bot.store import TextKind  # noqa: PLC0415  heavy

    found = [await app.texts.history(TextKind.RESPONSE, response_id + suffix) for suffix in (".yaml", ".yml")]
    history = next((each for each in found if each), None)
    if history is None:
        fail(f"The database has no response {response_id}. `responses list` names those in the files.", status=NO)
    return history
