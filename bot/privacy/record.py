"""The record of processing and the impact assessment, filled in from the configuration; the party completes them.

What only the party can answer is marked, and left open: no program knows on what legal ground somebody may do a thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.config import database_address
from bot.model import Mode

if TYPE_CHECKING:
    from bot.config import Config
    from bot.yaml_file import Loaded

RECORD, ASSESSMENT = "record-of-processing.md", "impact-assessment.md"
TO_FILL_IN = "**To be filled in by the party:**"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long one kind of record is kept."""

    what: str
    days: int
    key: str
    """Where that is set."""
    after: str
    """What stays when the time is over."""


def documents(loaded: Loaded[Config]) -> dict[str, str]:
    """Both documents in Markdown, by the name of their files. The same configuration gives the same texts."""
    # Escaping is for HTML; what goes in is the party's own configuration, and no word of a stranger.
    environment = Environment(  # noqa: S701  see above
        loader=PackageLoader("bot.privacy"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    facts = _facts(loaded)
    names = {RECORD: "record.md", ASSESSMENT: "assessment.md"}
    return {name: environment.get_template(template).render(facts) for name, template in names.items()}


def clocks(loaded: Loaded[Config]) -> tuple[Clock, ...]:
    """Every clock, in the order in which the documents tell of them."""
    keep = loaded.value.retention
    proof = "ids, digests, dates and what was decided"
    return (
        Clock(
            what="posts that were left alone: their words, never their authors",
            days=keep.ignored_days,
            key="ignored_days",
            after="a digest of the post's address, and the count",
        ),
        Clock(
            what="abusive posts without a case, and what could not be read",
            days=keep.recorded_days,
            key="recorded_days",
            after=proof,
        ),
        Clock(
            what="cases with their posts, evidence and replies, after the last change",
            days=keep.closed_case_days,
            key="closed_case_days",
            after=proof,
        ),
        Clock(
            what="cases of the safety desk, after the last change",
            days=keep.safety_case_days or keep.closed_case_days,
            key="safety_case_days",
            after=proof,
        ),
        Clock(
            what="cases whose reply failed, before they close and their own clock begins",
            days=keep.failed_days,
            key="failed_days",
            after="the closed case",
        ),
        Clock(
            what="notes from one shift to the next",
            days=keep.handover_days or keep.closed_case_days,
            key="handover_days",
            after="who wrote one and when",
        ),
        Clock(
            what="messages of support to protected people, read or not",
            days=keep.support_days,
            key="support_days",
            after="who wrote one and when",
        ),
        Clock(what="backups made by the program", days=keep.backup_days, key="backup_days", after="nothing"),
    )


def _facts(loaded: Loaded[Config]) -> dict[str, Any]:
    settings = loaded.value
    return {
        "party": settings.party,
        "accounts": settings.accounts,
        "live": [account.handle for account in settings.accounts if account.mode is Mode.LIVE],
        "protected": len(settings.protected),
        "policies": [(name, clause) for name, clause in settings.policies.clauses.items()],
        "characteristics": sorted({c.characteristic for c in settings.policies.clauses.values() if c.characteristic}),
        "letters": settings.weekly_digest.mail.host if settings.weekly_digest.mail else None,
        "telegram": settings.desks.telegram is not None,
        "sign_in": str(settings.desks.console.oidc.issuer) if settings.desks.console.oidc else None,
        "postgresql": not database_address(loaded).startswith("sqlite:"),
        "notice": str(settings.privacy.notice) if settings.privacy.notice else None,
        "key_env": settings.privacy.key_env,
        "clocks": clocks(loaded),
        "cooldown": settings.limits.author_cooldown_days,
        "strike_days": settings.limits.strike_days,
        "two_approvals": [account.handle for account in settings.accounts if account.approvals > 1],
        "fill_in": TO_FILL_IN,
    }
