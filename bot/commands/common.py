"""What commands share: options, the files and the store they work on, tables, and errors in words."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot.visible import visible, visible_json

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence

    from click.decorators import FC

    from bot.app import App
    from bot.files import Files

NO = 1
WRONG = 2


class LazyGroup(click.Group):
    """A group that imports its commands when they are asked for."""

    def __init__(self, *, lazy: Mapping[str, str], **options: Any) -> None:  # noqa: ANN401  Click's own
        """`lazy` says in which module of `bot.commands` each command is, under its own name."""
        super().__init__(**options)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; `None` when there is none."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(f"bot.commands.{self._lazy[cmd_name]}"), cmd_name)
        return command


def config_option_for(default: str, of: str) -> Callable[[FC], FC]:
    """`--config`, with the file that is read where none is named."""
    return click.option(
        "--config",
        "config_file",
        default=default,
        show_default=True,
        type=click.Path(path_type=Path, dir_okay=False),
        help=of,
    )


config_option = config_option_for("config.yaml", "The configuration.")
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
as_option = click.option("--as", "reviewer", required=True, metavar="REVIEWER", help="Id of the reviewer you are.")


class Day(click.DateTime):
    """A day, as one writes it in a configuration: 2026-11-30."""

    name = "day"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401  as click has it
        """Its first moment, without a zone; fails with what to write where there is no such day."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"there is no day {value}. Write year, month and day: 2026-11-30.", param, ctx)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fail(message: str, *, status: int = WRONG) -> NoReturn:
    """Say what is wrong on standard error, and exit."""
    click.echo(visible(message), err=True)
    sys.exit(status)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn every error that a user can mend into its message on standard error and exit status 2."""
    try:
        yield
    except Exception as error:
        group = error if isinstance(error, ExceptionGroup) else ExceptionGroup("", [error])
        mended, others = group.split(_mendable())  # a task group wraps what stops it
        if mended is None or others is not None:
            raise
        fail("\n".join(str(each) for each in _leaves(mended)))


def _mendable() -> tuple[type[Exception], ...]:
    """What a user can mend. Imported when something went wrong: that takes longer than many a command."""
    from bot.app import CannotStartError  # noqa: PLC0415
    from bot.compliance.office import CannotOpenOfficeError  # noqa: PLC0415
    from bot.privacy.memory import BadMemoryError  # noqa: PLC0415
    from bot.store import StoreError  # noqa: PLC0415
    from bot.vault import CannotOpenError  # noqa: PLC0415
    from bot.web.listener import PortTakenError  # noqa: PLC0415
    from bot.yaml_file import BadFile  # noqa: PLC0415

    return (
        BadFile,
        BadMemoryError,
        StoreError,
        CannotStartError,
        CannotOpenOfficeError,
        CannotOpenError,
        PortTakenError,
    )


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def read_files(config_file: Path) -> Files:
    """Everything that the configuration leads to. Raises BadFile."""
    from bot.files import Files  # noqa: PLC0415  see above

    return Files.read(config_file)


def beside_the_bot(
    config_file: Path,
    act: Callable[[App], Coroutine[Any, Any, None]],
    *,
    online: bool = False,
    create: bool = False,
    exclusive: bool = False,
) -> None:
    """Run `act` with the store and the pipeline of a bot that may be running; errors in words, then exit status 2.

    `online` connects the accounts for reading too; `create` makes a database where there is none; `exclusive` asks
    that no bot is running on its file.
    """
    import asyncio  # noqa: PLC0415  see above

    from bot.app import beside  # noqa: PLC0415
    from bot.files import Files  # noqa: PLC0415

    async def main() -> None:
        async with beside(Files.open(config_file), online=online, create=create, exclusive=exclusive) as app:
            await act(app)

    with clear_errors():
        asyncio.run(main())


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on standard output; in a pipe it is as wide as it needs."""
    from rich.console import Console  # noqa: PLC0415  see above
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")  # an id that was cut short would be of no use
    for row in rows:
        grid.add_row(*(Text(visible(str(cell))) for cell in row))
    Console(width=None if sys.stdout.isatty() else 400).print(grid)


def say_json(found: object) -> None:
    """One JSON document on standard output; characters that would move a terminal's cursor or text are escaped."""
    click.echo(visible_json(json.dumps(found, indent=1, ensure_ascii=False, default=str)))
