"""Commands about protected people: the link to a person's own page, and who is watched by whose word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.commands.common import NO, as_option, beside_the_bot, config_option, fail, json_option, say_json, table
from bot.model import Role

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App

MAY = frozenset({Role.ADMIN, Role.SAFETY})
COLUMNS = ("handle", "watched", "consent")
"""What the list tells of each, and nothing of what they chose."""


@click.group()
def protected() -> None:
    """People who agreed that replies under their own posts are watched."""


@protected.command("link")
@config_option
@as_option
@click.argument("handle")
def protected_link(config_file: Path, reviewer: str, handle: str) -> None:
    """A link to the person's own page, good once and for a week. Send it to them and to nobody else.

    Whoever opens it has the page from then on, and both pages say so; by the one before its holder can still withdraw.
    An earlier link is worth nothing any more.
    """

    async def act(app: App) -> None:
        person = app.files.reviewers.get(reviewer)
        if person is None or not person.roles & MAY:
            fail(f"{reviewer} is not a reviewer with one of these roles: {', '.join(sorted(MAY))}.", status=NO)
        known = [each.handle for each in app.files.config.protected]
        if handle.lower() not in {each.lower() for each in known}:
            fail(
                f"{handle} is not under `protected` in {config_file}. There: {', '.join(known) or 'nobody'}.", status=NO
            )
        public = app.files.config.public
        if public is None:
            fail("There is no page to open: set public.url in the configuration, where people outside reach us.")
        token = await app.store.protected.make_link(handle, actor=reviewer)
        click.echo(f"{str(public.url).rstrip('/')}/mine/open/{token}")

    beside_the_bot(config_file, act)


@protected.command("list")
@config_option
@json_option
def protected_list(config_file: Path, *, as_json: bool) -> None:
    """Everybody who is protected, by whose word, and whether they are watched. What they chose stands on their page."""

    async def act(app: App) -> None:
        from bot.store import digest_of  # noqa: PLC0415  heavy
        from bot.watched import consents  # noqa: PLC0415  as above

        wishes = await app.store.protected.wishes()
        rows = []
        for person in app.files.config.protected:
            wish = wishes.get(digest_of(person.handle))
            own = wish and (wish.given_at or wish.withdrawn_at)
            word = "recorded for them" if person.consent else "none yet"
            if own and wish is not None:
                word = f"{'withdrawn' if wish.withdrawn_at else 'their own'}, {own:%d %B %Y}"
            watched = "yes" if consents(person, wish) else "no"
            rows.append((person.handle, watched, word))
        if as_json:
            say_json([dict(zip(COLUMNS, row, strict=True)) for row in rows])
        else:
            table(COLUMNS, rows)

    beside_the_bot(config_file, act)
