"""Commands that look at cases, decide them, and open one from a link."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import NO, as_option, beside_the_bot, config_option, fail, json_option, say_json, table
from bot.model import Decision, Reason, Refusal, Verb
from bot.rights import REASONS

if TYPE_CHECKING:
    from bot.app import App
    from bot.model import Case

RULINGS = [
    verb.value
    for verb in (Verb.APPROVE, Verb.DISMISS, Verb.ESCALATE, Verb.REFER, Verb.KEEP, Verb.CORRECT, Verb.RETRACT)
]

same_config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=lambda context, _option, named: named or context.obj,
    help="The configuration; may also stand right after `queue`.",
)


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def queue(context: click.Context, config_file: Path, *, as_json: bool) -> None:
    """Show the cases that wait for a person."""
    from bot.review.plain import COLUMNS, WAITING, facts, row  # noqa: PLC0415  heavy

    context.obj = config_file
    if context.invoked_subcommand is not None:
        return

    async def act(app: App) -> None:
        cases = await app.store.cases(states=WAITING, asked=True, in_front=True)
        if as_json:
            say_json([facts(case) for case in cases])
        elif cases:
            table(COLUMNS, [row(card) for card in await app.room.cards(cases)])
        else:
            click.echo("No case waits.")

    beside_the_bot(config_file, act)


@queue.command("show")
@click.argument("case_id", metavar="ID")
@same_config_option
@json_option
def queue_show(config_file: Path, case_id: str, *, as_json: bool) -> None:
    """Everything that a reviewer sees of a case."""
    from bot.review.plain import facts, full  # noqa: PLC0415  heavy

    async def act(app: App) -> None:
        case = await _case(app, case_id)
        if case.behind_wall:
            click.echo((await app.room.card(case)).status)
        elif as_json:
            say_json(facts(case))
        else:
            click.echo(full(await app.room.card(case)))

    beside_the_bot(config_file, act)


@queue.command("decide")
@click.argument("case_id", metavar="ID")
@click.argument("verb", type=click.Choice(RULINGS))
@click.option("--reason", help="Reason code; needed for all but approve.")
@click.option("--note", default="", help="Free words for your colleagues.")
@click.option("--ground", help="To refer to the disciplinary body: the policy whose clause was broken.")
@click.option("--whole", is_flag=True, help="Dismiss every post of its pile-on that waits.")
@click.option("--version", "seen", type=int, help="The version that you looked at, as `queue show` prints it.")
@as_option
@same_config_option
def queue_decide(  # noqa: PLR0913, PLR0917  the command's own options
    config_file: Path,
    case_id: str,
    verb: str,
    reason: str | None,
    note: str,
    ground: str | None,
    seen: int | None,
    reviewer: str,
    *,
    whole: bool,
) -> None:
    """Decide a case, as a named reviewer."""
    codes = [str(code) for code in REASONS.get(Verb(verb), ())]
    if codes and reason not in codes:
        fail(f"To {verb} a case give --reason, one of: {', '.join(codes)}.")
    if reason and not codes:
        fail(f"To {verb} a case, leave --reason out; --note takes your own words.")

    if whole and verb != Verb.DISMISS:
        fail(f"--whole is for dismiss; to {verb} a case, look at each.")

    async def act(app: App) -> None:
        _known(app, reviewer)
        case = await _case(app, case_id)
        version = case.version if seen is None else seen
        if verb == Verb.APPROVE and seen is None:
            _confirm(case)
        decision = Decision(
            case_id=case.id,
            version=version,
            verb=Verb(verb),
            reviewer=reviewer,
            desk="command line",
            reason=Reason(reason) if reason else None,
            note=note,
            ground=ground,
            whole=whole,
        )
        answer = await app.pipeline.decide(decision)
        if isinstance(answer, Refusal):
            fail(answer.message, status=NO)
        else:
            click.echo(f"Case {case_id} is now {answer.outcome or answer.state}.")

    beside_the_bot(config_file, act)


def _known(app: App, reviewer: str) -> None:
    """Refuse a name that the configuration does not have."""
    if reviewer not in app.files.reviewers:
        fail(f"There is no reviewer {reviewer}. Reviewers: {', '.join(app.files.reviewers)}.", status=NO)


def _confirm(case: Case) -> None:
    """Show what would be approved and ask: nobody approves a text that they have not seen."""
    if not sys.stdin.isatty():
        fail(f"To approve without a terminal give --version N, as `queue show {case.id}` prints it.")
    click.echo(case.draft.text if case.draft else "There is no reply to approve.")
    click.confirm("Approve this text?", abort=True)


async def _case(app: App, case_id: str) -> Case:
    case = await app.store.case(case_id)
    if case is None:
        raise click.UsageError(f"There is no case {case_id}. `queue` lists those that wait.")
    return case


@click.command()
@config_option
@as_option
@click.argument("url")
def intake(config_file: Path, reviewer: str, url: str) -> None:
    """Open a case from the link to a post that a person reported."""

    async def act(app: App) -> None:
        _known(app, reviewer)
        found = await app.report(url, reviewer)
        if isinstance(found, str):
            fail(found, status=NO)
        else:
            click.echo(f"Case {found.id} is {found.state}.")

    beside_the_bot(config_file, act, online=True)
