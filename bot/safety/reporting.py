"""What a report to a platform says, and whether the bot sends it: the same words before the press and afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from bot.model import Mode, ReportText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.config import AccountSection, Config, Reports
    from bot.model import Account, Case
    from bot.ports import AccountFacts

NO_POLICY = "abuse of a person"
"""What is said of a post in which no rule held."""
SHORT = 60
"""Of a server's rule, as many characters as are quoted."""


@dataclass(frozen=True, kw_only=True)
class Reporting:
    """Puts reports into words; writes nothing."""

    accounts: Mapping[str, Account]
    reports: Mapping[str, Reports]
    """By account id, for the accounts of which the bot may report."""
    words: str
    """With `$policy` in them."""

    @classmethod
    def of(cls, settings: Config, accounts: Mapping[str, Account]) -> Reporting:
        """As the configuration says; `accounts` in the modes in which they run."""
        reports = {account.id: account.reports for account in settings.accounts if account.reports is not None}
        return cls(accounts=accounts, reports=reports, words=settings.referral.report_words)

    def text(self, case: Case) -> ReportText | None:
        """What the bot reports when the case is referred to the platform; `None` where a person does so by hand.

        Only an account that is *live* does anything in its name; and nothing is reported that is not kept.
        """
        account, reports = self.accounts.get(case.account), self.reports.get(case.account)
        if account is None or reports is None or account.mode is not Mode.LIVE or not case.mention.uri:
            return None
        policy = case.verdict.policy
        named = policy.replace("_", " ").replace("-", " ") if policy else NO_POLICY
        return ReportText(
            words=Template(self.words).substitute(policy=named), rules=reports.rules.get(policy or "", ())
        )

    def server(self, case: Case) -> str:
        """The server to which it goes, by the name in the account's handle."""
        account = self.accounts.get(case.account)
        return account.handle.rpartition("@")[2].lower() if account else ""

    def goes_on_to(self, case: Case) -> str:
        """The server of the author, to which it is passed on; empty where that is the same, or not known any more."""
        home = case.mention.author.handle.rpartition("@")[2].lower()
        return "" if home == self.server(case) else home


def hindrances(section: AccountSection, facts: AccountFacts, absent: str) -> Iterator[str]:
    """What keeps an account from reporting as the configuration says; `absent` are the scopes that its token lacks."""
    if section.reports is None:
        return
    if absent:
        yield (
            f"the token cannot report: it lacks the scopes {absent}. Give them to the application on the server and"
            " renew its token, or leave reports out and report by hand"
        )
    if section.reports.rules and facts.rules is None:
        yield "the server does not tell its rules, so nobody knows whether it has those that are cited"
        return
    known = facts.rules or {}
    there_are = "; ".join(f"{number}: {_short(text)}" for number, text in known.items()) or "none"
    for policy, numbers in section.reports.rules.items():
        if unknown := ", ".join(number for number in numbers if number not in known):
            yield f"for {policy} it cites {unknown}, which is no rule there. The server's rules are {there_are}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[:SHORT]}…"
