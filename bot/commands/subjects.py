"""Commands about one person of the public: what is held on them, its erasure, and what must be kept."""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import (
    NO,
    as_option,
    beside_the_bot,
    clear_errors,
    config_option,
    fail,
    json_option,
    say_json,
    table,
)
from bot.model import Role
from bot.rights import HOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.app import App
    from bot.store import Remembered, Trace

KNOWN = re.compile(r"@[\w.-]+@[\w.-]+(:\d+)?|https?://\S+")
out_option = click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for subject.json and subject.html, instead of JSON on standard output.",
)
yes_option = click.option("--yes", is_flag=True, help="Do it. Without this it is only said what would go.")
also_option = click.option("--also", "names", multiple=True, metavar="NAME", help="A name in staff's notes, too.")


@click.group()
def subject() -> None:
    """What is held on a person, and its erasure."""


@subject.command("export")
@config_option
@as_option
@click.argument("handle")
@also_option
@out_option
def subject_export(
    config_file: Path, reviewer: str, handle: str, *, names: tuple[str, ...], folder: Path | None
) -> None:
    """Everything that is held on a person: HANDLE like @name@server, or the address of their profile.

    Nobody of staff is named in it, and nobody else's words are in it. Make sure that who asks is who they say.
    """

    async def act(app: App) -> None:
        from bot.privacy.account_given import account_given, as_page  # noqa: PLC0415  heavy

        found = await app.store.subjects.trace([handle], names)
        _may(app, reviewer, safety=False)
        _not_ours(app, found)
        held = await app.store.subjects.holdings(found, safety=Role.SAFETY in app.files.reviewers[reviewer].roles)
        account = account_given(app.files.config, found, held, now=app.now())
        detail = {"posts": len(held.posts), "left_out": held.left_out}
        await app.store.note("subject.exported", actor=reviewer, detail=detail)
        if folder is None:
            say_json(account)
        else:
            write_for_the_owner(folder / "subject.json", json.dumps(account, indent=1, ensure_ascii=False) + "\n")
            write_for_the_owner(folder / "subject.html", as_page(account))
            click.echo(f"Written: {folder / 'subject.json'} and {folder / 'subject.html'}.")
        if held.left_out:
            click.echo(f"Left out, as the safety desk's: {held.left_out}. The role safety exports these too.", err=True)

    must_be_known(handle)
    beside_the_bot(config_file, act)


def write_for_the_owner(path: Path, text: str) -> None:
    """Write a file for its owner's eyes alone; one that stands there is replaced."""
    with told_where(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)


@contextmanager
def told_where(path: Path) -> Iterator[None]:
    """End the command with what to do where a file of `--out` cannot be written."""
    try:
        yield
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}. Name another folder with --out.")


@subject.command("erase")
@config_option
@as_option
@click.argument("handle")
@also_option
@yes_option
@json_option
def subject_erase(
    config_file: Path, reviewer: str, handle: str, *, names: tuple[str, ...], yes: bool, as_json: bool
) -> None:
    """Erase a person: HANDLE like @name@server, or the address of their profile. Leaves a receipt.

    What others wrote that names them goes as a whole. The audit keeps its own ids and digests, and stays whole.
    """

    async def act(app: App) -> None:
        from bot.privacy.erasure import counts, erase  # noqa: PLC0415  heavy
        from bot.privacy.memory import Memory  # noqa: PLC0415  as above
        from bot.store import NotErasedError  # noqa: PLC0415  as above
        from bot.store.erasing import refusal  # noqa: PLC0415  as above

        found = await app.store.subjects.trace([handle], names)
        _may(app, reviewer, found)
        if why := refusal(found):
            fail(why, status=NO)
        if not yes:
            _foretell(counts(found), found, as_json=as_json)
            return
        memory = Memory.of(app.files.loaded, os.environ)
        try:
            done = await erase(app.store, memory, app.files.loaded, known=[handle], names=names, actor=reviewer)
        except NotErasedError as refused:
            fail(str(refused), status=NO)
        if as_json:
            say_json(done.as_dict())
            return
        tell_receipt(done.receipt.erasure, counts(done.receipt.trace), done.left)

    must_be_known(handle)
    beside_the_bot(config_file, act)


def tell_receipt(erasure: Remembered, taken: Mapping[str, int], left: Iterable[str]) -> None:
    """Say what an erasure took, by kind, and what it left; also of the compliance office's."""
    click.echo(f"Erased. Receipt {erasure.id}, {erasure.at:%d %B %Y %H:%M} UTC.")
    for what, n in taken.items():
        click.echo(f"  {what.replace('_', ' ')}: {n}")
    for sentence in left:
        click.echo(f"Left: {sentence}")


def _foretell(held: dict[str, int], found: Trace, *, as_json: bool) -> None:
    """What would go; nothing is changed."""
    if as_json:
        say_json({**held, "beyond": list(found.beyond), "waiting": list(found.waiting), "erased": False})
        return
    if found.empty:
        click.echo("Nothing is held on them. With --yes it is remembered that they were erased.")
    for what, n in held.items():
        click.echo(f"{what.replace('_', ' ')}: {n}")
    for where in found.beyond:
        click.echo(f"It stays in {where}.")
    if found.waiting:
        click.echo(f"These cases of others name them, and would follow once they end: {', '.join(found.waiting)}.")
    click.echo("Nothing was changed. Add --yes to erase all this.")


@subject.command("record")
@config_option
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write both into; what stands there under their names is replaced.",
)
def subject_record(config_file: Path, folder: Path) -> None:
    """Write the record of processing and the impact assessment, filled in from the configuration.

    What only the party can answer is marked. Fill it in on a copy: the next run writes these two anew.
    """
    from bot import config  # noqa: PLC0415  heavy
    from bot.privacy.record import TO_FILL_IN, documents  # noqa: PLC0415  as above

    with clear_errors():
        written = documents(config.load(config_file))
    for name, text in written.items():
        with told_where(folder / name):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"{folder / name}: {text.count(TO_FILL_IN)} places only the party can fill in.")


@click.group()
def hold() -> None:
    """Legal holds: what is kept although its time is over."""


@hold.command("list")
@config_option
@json_option
def hold_list(config_file: Path, *, as_json: bool) -> None:
    """Every hold that stands."""

    async def act(app: App) -> None:
        found = await app.store.subjects.holds()
        rows = [(each.id, each.case_id or "an author", each.placed_at.isoformat(), each.placed_by) for each in found]
        if as_json:
            say_json([dict(zip(("hold", "on", "since", "by"), row, strict=True)) for row in rows])
        elif rows:
            table(("hold", "on", "since", "by"), rows)
        else:
            click.echo("No hold stands.")

    beside_the_bot(config_file, act)


@hold.command("place")
@config_option
@as_option
@click.argument("what")
@click.option("--reason", required=True, help="Why it must be kept.")
def hold_place(config_file: Path, reviewer: str, what: str, reason: str) -> None:
    """Keep WHAT, a case's id or an author's handle or address, until the hold is lifted."""

    async def act(app: App) -> None:
        from bot.store import NoSuchCase  # noqa: PLC0415  heavy

        subjects = app.store.subjects
        if not KNOWN.fullmatch(what):
            case = await app.store.case(what)
            _may(app, reviewer, safety=case is not None and case.on_safety_desk)
            try:
                placed = await subjects.hold_case(what, reason, actor=reviewer)
            except NoSuchCase as nothing:
                fail(str(nothing), status=NO)
            click.echo(f"Held: case {what}. Hold {placed.id} stands until it is lifted.")
            return
        found = await subjects.trace([what])
        _may(app, reviewer, found)
        uris = sorted(found.person.uris)
        if not uris:
            fail(f"Nothing by {what} is held, so there is nothing to keep.", status=NO)
        for uri in uris:
            placed = await subjects.hold_author(uri, reason, actor=reviewer)
            click.echo(f"Held: all by {what}. Hold {placed.id} stands until it is lifted.")

    if not reason.strip():
        fail("A hold needs a reason: --reason says why it must be kept.")
    beside_the_bot(config_file, act)


@hold.command("lift")
@config_option
@as_option
@click.argument("hold_id", metavar="HOLD")
def hold_lift(config_file: Path, reviewer: str, hold_id: str) -> None:
    """Let the clocks go on for what a hold kept."""

    async def act(app: App) -> None:
        _may(app, reviewer)
        if not await app.store.subjects.lift_hold(hold_id, actor=reviewer):
            fail(f"No hold {hold_id} stands. `hold list` names those that do.", status=NO)
        click.echo(f"Lifted: hold {hold_id}. What it kept goes when its time is over.")

    beside_the_bot(config_file, act)


def must_be_known(handle: str) -> None:
    """Fail where a word is neither a handle with its server nor an address."""
    if not KNOWN.fullmatch(handle):
        fail(f"{handle}: name a handle with its server, like @name@server, or the address of a profile.")


def _may(app: App, reviewer: str, found: Trace | None = None, *, safety: bool = False) -> None:
    """Whoever answers for people's records; those of the safety desk are the safety role's alone."""
    person = app.files.reviewers.get(reviewer)
    if person is None or not person.roles & HOLDERS:
        fail(f"{reviewer} is not a reviewer with one of these roles: {', '.join(sorted(HOLDERS))}.", status=NO)
    if (safety or (found is not None and found.safety)) and Role.SAFETY not in person.roles:
        fail("Cases of the safety desk are among it. Somebody with the role safety must do this.", status=NO)
    if found is not None:
        _not_ours(app, found)


def _not_ours(app: App, found: Trace) -> None:
    ours = {account.handle.lower() for account in app.files.accounts.values()}
    if any(f"@{handle}" in ours for handle in found.person.handles):
        fail("That is an account of ours, and no person.", status=NO)
