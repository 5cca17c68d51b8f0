"""Commands for those who write rules: no database, no network."""

from __future__ import annotations

import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.commands.common import NO, clear_errors, config_option, cores, fail, json_option, say_json, table
from bot.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bot.lab.backtest import Tally
    from bot.lab.figures import Figures
    from bot.lab.tables import Grid
    from bot.lab.unreadable import Unreadable
    from bot.lab.versions import Version

ENOUGH = 10_000
"""Mentions from which a pace says anything: before, most of the time goes into reading the rules."""
SHARE = click.FloatRange(0, 1)
file_argument = click.Path(path_type=Path, allow_dash=True)
page_file = click.File("w", encoding="utf-8", lazy=False, atomic=True)
"""Refused at once where it cannot be written, not after an hour of judging."""

workers_option = click.option(
    "--workers", type=click.IntRange(1), default=cores, show_default="all processors", help="Processes that judge."
)


@click.command()
@config_option
@json_option
@workers_option
@click.option("--min-precision", type=SHARE, help="Exit with 1 when less of what is flagged is abusive.")
@click.option("--max-fpr", type=SHARE, help="Exit with 1 when more of what is not abusive is flagged.")
@click.option("--misses", type=click.IntRange(0), default=10, show_default=True, help="How many of each kind to show.")
@click.option("--all", "whole", is_flag=True, help="Every category and every rule; otherwise those that err most.")
@click.option("--with-text", is_flag=True, help="Show the texts in full; otherwise only the first letters of words.")
@click.argument("files", nargs=-1, required=True, type=file_argument)
def evaluate(  # noqa: PLR0913  the command's own options
    config_file: Path,
    workers: int,
    min_precision: float | None,
    max_fpr: float | None,
    misses: int,
    files: tuple[Path, ...],
    *,
    whole: bool,
    with_text: bool,
    as_json: bool,
) -> None:
    """How right the rules are about labelled texts: CSV files with the columns text and label (0 or 1)."""
    from bot.crew import in_order  # noqa: PLC0415  heavy, as are those below
    from bot.lab.evaluation import Evaluation, batches, build  # noqa: PLC0415
    from bot.lab.evaluation_tables import as_json as plain  # noqa: PLC0415
    from bot.lab.evaluation_tables import grids, left_out  # noqa: PLC0415
    from bot.lab.labelled import read  # noqa: PLC0415
    from bot.lab.versions import Version  # noqa: PLC0415

    live = Version("live", config_file)
    with clear_errors():
        rules = {rule.id for rule in live.rulebook.rules if rule.state == "live"}
    found = Evaluation(misses)
    texts = list(read(files))
    judged = in_order(batches(texts, found.unreadable), partial(build, live), workers=workers, alone=2)
    with closing(judged), progress(len(texts), "texts") as advance:
        for batch in judged:
            for text, said in batch:
                found.add(text, said)
            advance(len(batch), len(batch))
    never = rules - found.rules.keys()
    if as_json:
        say_json(plain(found, never, with_text=with_text))
    else:
        show(grids(found, with_text=with_text, whole=whole))
        click.echo(left_out(found, never, whole=whole))
    complain(found.unreadable)
    faults = list(gate(found.overall, min_precision, max_fpr))
    for fault in faults:
        click.echo(fault, err=True)
    sys.exit(NO if faults or found.unreadable.total else 0)


@click.command()
@config_option
@json_option
@workers_option
@click.option("--html", type=page_file, help="Also write the report as a page.")
@click.option("--samples", type=click.IntRange(0, 1_000), default=20, show_default=True, help="Texts of each change.")
@click.option("--seed", type=click.IntRange(-(2**31), 2**31), default=0, help="Another number draws other texts.")
@click.option("--with-text", is_flag=True, help="Show the texts in full; otherwise only the first letters of words.")
@click.argument("old")
@click.argument("new")
@click.argument("archives", metavar="ARCHIVE...", nargs=-1, required=True, type=file_argument)
def backtest(  # noqa: PLR0913, PLR0917  the command's own options
    config_file: Path,
    workers: int,
    html: TextIO | None,
    samples: int,
    seed: int,
    old: str,
    new: str,
    archives: tuple[Path, ...],
    *,
    with_text: bool,
    as_json: bool,
) -> None:
    """What would change if past mentions were judged by other rules.

    OLD and NEW are each a folder of rule packs, a configuration, or “live”: the rules of --config. An ARCHIVE is JSON
    lines as for “judge”, CSV (both also as .gz, .bz2 or .xz), or Parquet; all that it needs is a text.
    """
    from bot.lab.backtest import Tally  # noqa: PLC0415  heavy, as are those below
    from bot.lab.backtest_tables import Report, grids, nothing_differs  # noqa: PLC0415
    from bot.lab.backtest_tables import as_json as plain  # noqa: PLC0415
    from bot.lab.page import page  # noqa: PLC0415
    from bot.lab.versions import NoSuchVersionError, version  # noqa: PLC0415

    began = time.monotonic()
    try:
        versions = version(old, config_file), version(new, config_file)
    except NoSuchVersionError as error:
        fail(str(error))
    with clear_errors():
        for each in versions:
            _ = each.rulebook
    tally = Tally(samples, seed)
    whole = _compare(versions, archives, tally, workers=workers)
    names = tuple(str(archive) for archive in archives)
    report = Report(*versions, names, datetime.now(UTC), time.monotonic() - began, tally, whole)
    if html is not None:
        html.write(page(report))
    if as_json:
        say_json(plain(report, with_text=with_text))
    else:
        show(grids(report, with_text=with_text))
        if why := nothing_differs(report):
            click.echo(why)
        noun = "mention" if tally.mentions == 1 else "mentions"
        pace = f", {tally.mentions / report.seconds:,.0f} a second" if tally.mentions >= ENOUGH else ""
        click.echo(f"{tally.mentions:,} {noun} in {report.seconds:,.0f} s{pace}.")
    complain(tally.unreadable)
    if not whole:
        click.echo("Stopped before the end: what comes later in the archives was not judged.", err=True)
    sys.exit(NO if tally.unreadable.total or not whole else 0)


def _compare(versions: tuple[Version, Version], archives: Sequence[Path], tally: Tally, *, workers: int) -> bool:
    """Judge all archives by both versions; whether nobody stopped it before the end."""
    from bot.crew import in_order  # noqa: PLC0415  heavy, as are those below
    from bot.lab.archive import pieces, total  # noqa: PLC0415
    from bot.lab.backtest import build  # noqa: PLC0415

    work = partial(build, *versions, samples=tally.samples, seed=tally.seed)
    found = in_order(pieces(archives), work, workers=workers, alone=1)
    with closing(found), progress(total(archives), "mentions") as advance:
        try:
            for part in found:
                tally.take(part)
                advance(part.read, part.mentions)
        except KeyboardInterrupt:
            return False  # what was found so far may be all that somebody wanted to know
    return True


@contextmanager
def progress(total: int, unit: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, with the pace and the time left; nothing in a pipe.

    Call what it gives with each step: how much of the total it was, and how many of the unit.
    """
    from rich.console import Console  # noqa: PLC0415  heavy
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[pace]}"), TimeRemainingColumn())
    began, done = time.monotonic(), 0
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total or None, pace="")

        def advance(step: int, count: int) -> None:
            nonlocal done
            done += count
            bar.update(task, advance=step, pace=f"{done:,} {unit}, {done / (time.monotonic() - began):,.0f} a second")

        yield advance


def show(grids: Iterable[Grid]) -> None:
    """Tables one after another, each under its title; those without a row are left out."""
    for grid in grids:
        if grid.rows:
            click.secho(grid.title, bold=True)
            table(grid.columns, grid.rows)
            click.echo()


def complain(unreadable: Unreadable) -> None:
    """What could not be read, on standard error."""
    for told in unreadable.told():
        click.echo(visible(told), err=True)


def gate(overall: Figures, min_precision: float | None, max_fpr: float | None) -> Iterator[str]:
    """What keeps the figures from passing; nothing when they pass."""
    if overall.n == 0:
        yield "There was no labelled text to judge."
        return
    if min_precision is not None and overall.precision < min_precision:
        yield f"Precision is {overall.precision:.4f}, less than {min_precision:g}."
    if max_fpr is not None and overall.fpr > max_fpr:
        yield f"The false-positive rate is {overall.fpr:.4f}, more than {max_fpr:g}."
