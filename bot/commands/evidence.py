"""Commands about evidence: a pack of cases, a new key, and evidence encrypted anew under it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from bot.commands.common import NO, beside_the_bot, config_option, fail

if TYPE_CHECKING:
    from bot.app import App
    from bot.safety.pack import About, Packed


class CaseFirst(click.Group):
    """A group whose first argument may be a case as well: then it is packed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As any group, with `pack` in front of what is no command of its own."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = ["pack", *args]
        return super().parse_args(ctx, args)


@click.group(cls=CaseFirst, no_args_is_help=True, subcommand_metavar="[pack] CASE… | rotate | key")
def evidence() -> None:
    """Pack what was captured of cases, for the police or a court; look after the key that it is kept under."""


@evidence.command("pack")
@click.argument("case_ids", metavar="CASE…", nargs=-1, required=True)
@config_option
@click.option("--author", "whole", is_flag=True, help="Every case of the authors of these cases.")
@click.option("--to", "target", type=click.Path(path_type=Path), help="A new folder, or a new file that ends in .zip.")
@click.option("--as", "reviewer", default="bot", metavar="REVIEWER", help="Id of the reviewer you are, for the audit.")
def evidence_pack(
    case_ids: tuple[str, ...], config_file: Path, target: Path | None, reviewer: str, *, whole: bool
) -> None:
    """Write a pack: a PDF, the originals, their digests, and a verifier that needs nothing but Python.

    An original that no key opens, or that is not as it was captured, is left out: standard error names it, and so does
    the pack. Exit status 0 says that a pack was made, 1 and 2 that none was.
    """
    from bot.rights import PACKERS  # noqa: PLC0415  as below
    from bot.safety.pack import NoSuchCaseError  # noqa: PLC0415  heavy

    target = target or Path(f"evidence-{case_ids[0]}")
    if target.exists():
        fail(f"{target} exists; name a new folder, or a new file that ends in .zip, with --to.")

    async def act(app: App) -> None:
        if reviewer != "bot" and reviewer not in app.files.reviewers:
            fail(f"There is no reviewer {reviewer}. Reviewers: {', '.join(app.files.reviewers)}.", status=NO)
        if reviewer != "bot" and not PACKERS & app.files.reviewers[reviewer].roles:
            packers = [each.id for each in app.files.reviewers.values() if PACKERS & each.roles]
            fail(
                f"A pack leaves the house, and {reviewer} is not of the safety team. Who is: {', '.join(packers)}.",
                status=NO,
            )
        asked = list(case_ids)
        if whole:
            asked = [each for case_id in case_ids for each in await app.store.evidence.cases_of_author(case_id)]
        try:
            packed = await _packed(app, asked, target)
        except NoSuchCaseError as error:
            raise click.UsageError(f"{error} `queue` lists those that wait.") from error
        except OSError as error:
            fail(f"{target}: the pack cannot be written: {error.strerror}. Check the folder and its rights.")
        await app.store.note("evidence.packed", actor=reviewer, detail=packed.noted(asked, "command line"))
        _warn(packed)
        said = f"Cases packed into {target}: {len(set(asked))}."
        click.echo(f"{said} Digest of the manifest, to be kept apart: {packed.digest}")

    beside_the_bot(config_file, act)


def _warn(packed: Packed) -> None:
    for each in packed.unopened:
        click.echo(f"Case {each.case}, exhibit {each.exhibit}: not in the pack. {each.why}", err=True)
    if packed.unopened:
        click.echo(
            f"Originals that are not in the pack: {len(packed.unopened)}. If a key is missing, put it back and make the"
            " pack anew; where they were altered, `audit verify --bytes` names each place.",
            err=True,
        )


async def _packed(app: App, case_ids: list[str], target: Path) -> Packed:
    from bot.safety.pack import make, put  # noqa: PLC0415  see above

    # Beside the target, so that what stands there at the end is whole, and nobody else reads it.
    with TemporaryDirectory(prefix=".evidence-", dir=target.parent) as place:
        folder = Path(place) / "pack"
        packed = await make(app.store.evidence, case_ids, folder, _about(app))
        put(folder, target)
    return packed


def _about(app: App) -> About:
    from bot.safety.pack import About  # noqa: PLC0415  see above

    settings = app.files.config
    clauses = {policy: clause.clause for policy, clause in settings.policies.clauses.items()}
    return About(party=settings.party.name, clauses=clauses)


@evidence.command("rotate")
@config_option
def evidence_rotate(config_file: Path) -> None:
    """Encrypt all evidence anew, under the first of the keys; the bot may run meanwhile, with the same keys.

    Put the new key in front of the old one in the variable, start the bot again, and then run this.
    """

    async def act(app: App) -> None:
        if app.files.config.evidence.key_env is None:
            fail("`evidence.key_env` in the configuration names no variable, so there is no key to encrypt under.")
        left = await app.store.evidence.rotate()
        if left:
            fail(
                f"No key opens these exhibits, or they were altered, so they are as they were: {', '.join(left)}. All"
                " others are encrypted under the first key. If there is an older key, put it behind the others and run"
                " this again; take none out before.",
                status=NO,
            )
        click.echo("All evidence is encrypted under the first key. The others can be taken out of the variable.")

    beside_the_bot(config_file, act)


@evidence.command("key")
def evidence_key() -> None:
    """Print a new key. Keep a copy apart from the database: without it nobody can read the evidence."""
    from bot.vault import new_key  # noqa: PLC0415  heavy

    click.echo(new_key())
