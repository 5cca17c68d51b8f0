"""Commands of the compliance team about one person of the public: what is held on them, and its erasure."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from bot.commands.common import NO, clear_errors, fail, json_option, say_json
from bot.commands.compliance import office_option, office_store
from bot.commands.subjects import also_option, must_be_known, out_option, tell_receipt, write_for_the_owner, yes_option
from bot.model import Role

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from bot.compliance.settings import ComplianceConfig
    from bot.privacy.memory import Memory
    from bot.store.compliance import ComplianceStore, Presence
    from bot.yaml_file import Loaded

person_option = click.option(
    "--as", "person", required=True, metavar="PERSON", help="Id of the one of the team who you are."
)


@click.group()
def subject() -> None:
    """What is held on a person behind the wall, and its erasure."""


@subject.command("export")
@office_option
@person_option
@click.argument("handle")
@also_option
@out_option
def subject_export(config_file: Path, person: str, handle: str, *, names: tuple[str, ...], folder: Path | None) -> None:
    """Everything that the office holds on a person: HANDLE like @name@server, or the address of their profile.

    Nobody of the team is named in it, and nobody else's words are in it. Make sure that who asks is who they say, and
    read it first: whether somebody is told now of a procedure that is open is yours to decide.
    """

    async def act(store: ComplianceStore, loaded: Loaded[ComplianceConfig], _memory: Memory) -> None:
        from bot.compliance.account import account, page  # noqa: PLC0415  heavy
        from bot.compliance.contents import contents_of  # noqa: PLC0415  as above

        found = await store.subjects.trace(_known(handle), names, reader=contents_of)
        _not_ours(loaded, found)
        held = await store.subjects.held(found, actor=person)
        given = account(loaded.value, found, held, now=datetime.now(UTC))
        if folder is None:
            say_json(given)
            return
        write_for_the_owner(folder / "subject.json", json.dumps(given, indent=1, ensure_ascii=False) + "\n")
        write_for_the_owner(folder / "subject.html", page(given))
        click.echo(f"Written: {folder / 'subject.json'} and {folder / 'subject.html'}.")

    must_be_known(handle)
    _beside_the_office(config_file, person, act)


@subject.command("erase")
@office_option
@person_option
@click.argument("handle")
@also_option
@yes_option
@json_option
def subject_erase(
    config_file: Path, person: str, handle: str, *, names: tuple[str, ...], yes: bool, as_json: bool
) -> None:
    """Erase a person: HANDLE like @name@server, or the address of their profile. Leaves a receipt.

    What they wrote goes, and their entry on the list of suspended members. An open procedure stays, what a legal hold
    keeps, and what others wrote that names them; each is named by number. The audit stays whole.
    """

    async def act(store: ComplianceStore, loaded: Loaded[ComplianceConfig], memory: Memory) -> None:
        from bot.compliance.contents import contents_of  # noqa: PLC0415  heavy
        from bot.compliance.erasure import counts, erase  # noqa: PLC0415  as above
        from bot.store import NotErasedError  # noqa: PLC0415  as above

        found = await store.subjects.trace(_known(handle), names, reader=contents_of)
        _not_ours(loaded, found)
        if not yes:
            _foretell(found, as_json=as_json)
            return
        try:
            done = await erase(store, memory, loaded, known=_known(handle), names=names, actor=person)
        except NotErasedError as refused:
            fail(f"Nothing was erased.\n{refused}", status=NO)
        if as_json:
            say_json(done.as_dict())
            return
        tell_receipt(done.receipt.erasure, counts(done.receipt.found), done.left)

    must_be_known(handle)
    _beside_the_office(config_file, person, act)


def _foretell(found: Presence, *, as_json: bool) -> None:
    """What would go; nothing is changed."""
    from bot.compliance.erasure import counts, said  # noqa: PLC0415  heavy

    if as_json:
        say_json({**counts(found), "left": said(found), "erased": False})
        return
    if found.empty and not found.stays:
        click.echo("Nothing is held on them. With --yes it is remembered that they were erased.")
    for what, n in counts(found).items():
        click.echo(f"{what.replace('_', ' ')}: {n}")
    for sentence in said(found):
        click.echo(f"It would be left: {sentence}")
    click.echo("Nothing was changed. Add --yes to erase what goes.")


def _not_ours(loaded: Loaded[ComplianceConfig], found: Presence) -> None:
    """Fail for an account of the party's, where the bot's configuration is named and can be read from here."""
    from bot import config  # noqa: PLC0415  heavy
    from bot.store.needles import plain  # noqa: PLC0415  as above
    from bot.yaml_file import BadFile  # noqa: PLC0415  as above

    if loaded.value.beside is None:
        return
    try:
        other = config.load(loaded.path.resolve().parent / loaded.value.beside).value
    except BadFile:
        return  # on a machine of its own it cannot be; `check` says so
    if any(plain(account.handle) in found.person.handles for account in other.accounts):
        fail("That is an account of the party's, and no person.", status=NO)


def _known(handle: str) -> list[str]:
    """A handle as it was typed, and as the list of suspended members has it."""
    from bot.compliance.handles import normal  # noqa: PLC0415  heavy

    return [handle, *filter(None, [normal(handle)])]


def _beside_the_office(
    config_file: Path,
    person: str,
    act: Callable[[ComplianceStore, Loaded[ComplianceConfig], Memory], Coroutine[Any, Any, None]],
) -> None:
    """Run `act` with the store of an office that may be running; errors in words, then exit status 2."""
    from bot.compliance.erasure import memory_of  # noqa: PLC0415  heavy
    from bot.compliance.settings import load  # noqa: PLC0415  as above

    async def main() -> None:
        loaded = load(config_file)
        people = loaded.value.reviewers()
        if person not in people or Role.COMPLIANCE not in people[person].roles:
            fail(f"{person} is none of the people of {config_file} who work on referrals.", status=NO)
        memory = memory_of(loaded, os.environ)
        async with _store(loaded, memory) as store:
            await act(store, loaded, memory)

    with clear_errors():
        asyncio.run(main())


@asynccontextmanager
async def _store(loaded: Loaded[ComplianceConfig], memory: Memory) -> AsyncIterator[ComplianceStore]:
    """The office's database as its running process has it, without whoever came back with a restored backup."""
    from bot.compliance.keeping import undo_restore  # noqa: PLC0415  heavy

    async with office_store(loaded) as store:
        await store.seed(loaded.value.reviewers().values(), only_missing=True)
        await undo_restore(store, memory)
        yield store
