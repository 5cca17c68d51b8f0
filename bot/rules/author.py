"""Conditions about who wrote a mention and in what company, rather than about its words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from bot.model import Claim
from bot.rules.place import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.language import AuthorIs
    from bot.rules.place import Place


def conditions(wanted: AuthorIs) -> Iterator[NewAccount | FewFollowers | Strikes | Claims | Renamed]:
    """A condition for each thing that must be so of the author."""
    if wanted.younger_than_days is not None:
        yield NewAccount(timedelta(days=wanted.younger_than_days))
    if wanted.followers_below is not None:
        yield FewFollowers(wanted.followers_below)
    if wanted.strikes_at_least is not None:
        yield Strikes(wanted.strikes_at_least)
    if wanted.claims:
        yield Claims(wanted.claims)
    if wanted.renamed is not None:
        yield Renamed(wanted.renamed)


class NewAccount(msgspec.Struct, frozen=True, tag=True):
    """The account was younger than this when it wrote."""

    younger_than: timedelta

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        mention = at.around.mention
        if mention.author.created_at is None:
            return Outcome(holds=False, told="the age of the account is not known")
        age = mention.created_at - mention.author.created_at
        return Outcome(age < self.younger_than, f"the account was {max(0, age.days)} days old")


class FewFollowers(msgspec.Struct, frozen=True, tag=True):
    """The author has fewer followers than this."""

    fewer_than: int

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        followers = at.around.mention.author.followers
        if followers is None:
            return Outcome(holds=False, told="it is not known how many follow the author")
        return Outcome(followers < self.fewer_than, f"{followers} follow the author")


class Strikes(msgspec.Struct, frozen=True, tag=True):
    """The author has at least so many strikes."""

    at_least: int

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        strikes = at.around.history.strikes
        return Outcome(strikes >= self.at_least, f"the author was abusive {strikes} times before")


class Claims(msgspec.Struct, frozen=True, tag=True):
    """The author claims to be one of these."""

    any_of: tuple[str, ...]

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        claim = at.around.affiliation.claim
        told = "to be none of us" if claim is Claim.NONE else f"to be a {claim}"
        return Outcome(claim in self.any_of, f"the author claims {told}")


class Renamed(msgspec.Struct, frozen=True, tag=True):
    """The account was seen under another handle before, or was not."""

    wanted: bool

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        renamed = bool(at.around.history.names)
        told = "the account had another handle before" if renamed else "the account is not known under another handle"
        return Outcome(renamed == self.wanted, told)


class SeveralAuthors(msgspec.Struct, frozen=True, tag=True):
    """So many people abused the same account within a time, this author among them."""

    at_least: int
    within: timedelta

    def __call__(self, at: Place, /) -> Outcome:
        """See Condition."""
        mention = at.around.mention
        since = mention.created_at - self.within
        authors = {seen.author for seen in at.around.history.crowd if since <= seen.at <= mention.created_at}
        count = len(authors | {mention.author.uri})
        minutes = int(self.within.total_seconds() // 60)
        return Outcome(count >= self.at_least, f"authors who were abusive within {minutes} minutes: {count}")
