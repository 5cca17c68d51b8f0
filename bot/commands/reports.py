"""Commands about the public report: making it, and recomputing its figures from an export of the audit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.common import NO, Day, beside_the_bot, config_option, fail, json_option, say_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from bot.ages import Ages
    from bot.app import App
    from bot.report.making import Made
    from bot.report.periods import Period
    from bot.report.recomputing import Checked

DAY = Day()


@click.command()
@config_option
@click.option("--from", "first", type=DAY, required=True, metavar="DAY", help="First day: 2026-11-01.")
@click.option("--to", "last", type=DAY, required=True, metavar="DAY", help="Last day: 2026-11-30.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for report.html, report.csv and report.json; it must not hold one.  [default: report-PERIOD]",
)
@click.option(
    "--compliance",
    "told",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `compliance figures` printed of a quarter of the period; one for each quarter.",
)
@click.option("--preview", is_flag=True, help="Of a period that is not over: to look at, not to publish.")
def report(
    config_file: Path, first: datetime, last: datetime, folder: Path | None, told: tuple[Path, ...], *, preview: bool
) -> None:
    """Write the public report of a whole calendar month, quarter or year."""
    period = _period(first, last)
    ages = _told(told, period)
    where = folder or Path(f"report-{period.key}")
    taken = [name for name in ("report.html", "report.csv", "report.json") if (where / name).exists()]
    if taken:
        fail(f"{where / taken[0]} exists; name a new folder with --out.")

    async def act(app: App) -> None:
        from bot.report.making import OtherBaseError, make  # noqa: PLC0415  heavy
        from bot.report.outline import frame_of  # noqa: PLC0415
        from bot.report.periods import NoSuchPeriodError  # noqa: PLC0415

        settings = app.files.config
        if app.now().date() <= period.last and not preview:
            fail(
                f"{period.name[0].upper()}{period.name[1:]} is not over. Reports of it, made anew, could be"
                " subtracted from each other. With --preview one is written that says it is not for publication."
            )
        try:
            made = await make(
                app.store, period, frame_of(settings), party=settings.party.name, now=app.now(), ages=ages
            )
        except (NoSuchPeriodError, OtherBaseError) as error:
            fail(str(error))
        _write(made, where)
        click.echo(f"{where}: report.html, report.csv and report.json of {period.name}.")

    beside_the_bot(config_file, act)


def _told(files: tuple[Path, ...], period: Period) -> tuple[Ages, ...]:
    """What the compliance office told, as far as it belongs into this report."""
    from bot.ages import LARGEST  # noqa: PLC0415  heavy
    from bot.report.office import NotTakenError, taken  # noqa: PLC0415

    read: list[tuple[str, bytes]] = []
    for path in files:
        try:
            with path.open("rb") as file:
                read.append((str(path), file.read(LARGEST + 1)))
        except OSError as error:
            fail(f"{path}: {error.strerror}")
    try:
        return taken(read, period)
    except NotTakenError as error:
        fail(str(error))


def _period(first: datetime, last: datetime) -> Period:
    from bot.report.periods import NoSuchPeriodError, period_of  # noqa: PLC0415  with the others

    try:
        return period_of(first.date(), last.date())
    except NoSuchPeriodError as error:
        fail(str(error))


def _write(made: Made, folder: Path) -> None:
    from bot.report.writing import write  # noqa: PLC0415  heavy

    try:
        write(made, folder)
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}")


@click.command("recompute")
@click.argument("export", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--from", "first", type=DAY, metavar="DAY", help="First day: 2026-11-01.")
@click.option("--to", "last", type=DAY, metavar="DAY", help="Last day: 2026-11-30.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The report.json that was published: do these chains give it?",
)
@json_option
def recompute(
    export: Path, first: datetime | None, last: datetime | None, against: Path | None, *, as_json: bool
) -> None:
    """Recompute every chain of an EXPORT and the full figures of a period, with nothing left out.

    Needs no configuration and no database. An event that was altered is named, and then nothing is recomputed.
    """
    from bot.report import recomputing  # noqa: PLC0415  heavy
    from bot.report.export import NoExportError  # noqa: PLC0415

    published = _published(against) if against else None
    if published:
        period = _named(published)
    elif first and last:
        period = _period(first, last)
    else:
        fail("Say of which period, with --from and --to, or against which report, with --against report.json.")

    def lines() -> Iterator[bytes]:
        with export.open("rb") as file:
            yield from file

    try:
        checked = recomputing.check(lines)
        for fault in checked.faults:
            click.echo(f"{fault.stream} {fault.seq}: {fault.what}", err=True)
        if checked.faults:
            fail(f"Places that were altered: {len(checked.faults)}.", status=NO)
        figures = _recomputed(lines, checked, period, published)
    except NoExportError as error:
        fail(f"{export}: {error}")
    if as_json:
        say_json(figures)
    else:
        _show(figures)
        click.echo(f"{checked.events} audit events: every chain is whole.", err=True)
        if published:
            click.echo(
                "The report was made from these figures, and all that report.json says is what they give. Its page and"
                " its CSV were not read: compare them with it.",
                err=True,
            )
            for each in published.get("referral_ages", []):
                click.echo(
                    f"Ages of referrals of {each['figures']['quarter']}: as a file of SHA-256 {each['sha256']}. Whether"
                    " the compliance office printed that, its own `compliance told` says.",
                    err=True,
                )


def _recomputed(
    lines: Callable[[], Iterator[bytes]],
    checked: Checked,
    period: Period,
    published: Mapping[str, Any] | None,
) -> Any:  # noqa: ANN401  JSON
    from bot.report import recomputing  # noqa: PLC0415  heavy
    from bot.report.export import NoExportError  # noqa: PLC0415
    from bot.report.outline import frame_from  # noqa: PLC0415
    from bot.report.periods import Length  # noqa: PLC0415

    if not checked.events:  # as an export leaves it that could not begin
        raise NoExportError("no audit event is in it, so nothing was recomputed. Make it anew with `audit export`.")
    if published is None:
        figures, _ = recomputing.recompute(lines, period, Length.MONTH, {}, "")
        return figures
    made = recomputing.made_as(checked, published)
    if made is None:
        fail("No event here says that this report was made: it is of other chains, or was altered.", status=NO)
    base = frame_from(made["frame"]).base
    figures, missing = recomputing.recompute(lines, period, base, made["heads"], made["salt"])
    wrong = [
        f"The chain {stream} does not hold the event that was its last at the report's making." for stream in missing
    ]
    wrong += recomputing.differences(published, figures, made)
    for each in wrong:
        click.echo(each, err=True)
    if wrong:
        fail("The report is not what these chains give.", status=NO)
    return figures


def _published(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        _named(found)
        found["sealed"]["figures"], found["sealed"]["heads"], found["tables"]
    except (ValueError, KeyError, TypeError, OSError):
        fail(f"{path} is not a report.json as `report` writes it.")
    return dict(found)


def _named(published: Mapping[str, Any]) -> Period:
    from datetime import datetime  # noqa: PLC0415  needed at run time here alone

    return _period(datetime.fromisoformat(published["from"]), datetime.fromisoformat(published["to"]))


def _show(figures: Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]) -> None:
    from bot.commands.common import table  # noqa: PLC0415  with the others

    table(
        ["period", "table", "row", "count"],
        [
            (base, name, row, n)
            for base, found in figures.items()
            for name, cells in found["tables"].items()
            for row, n in cells.items()
        ],
    )
