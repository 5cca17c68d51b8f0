"""The account that the office gives somebody of what is held on them behind the wall; nobody who works there is named.

Of other people's words it holds none: they have the same right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.compliance.clock import kept_until
from bot.compliance.words import OUTCOME_WORDS
from bot.privacy.account_given import as_page, hushing
from bot.safety.wall import Passed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.compliance.settings import ComplianceConfig
    from bot.safety.wall import PassedVersion
    from bot.store.compliance import Conduct, HandedOver, Held, Presence, Referral


def account(settings: ComplianceConfig, found: Presence, held: Held, *, now: datetime) -> dict[str, Any]:
    """What is held on the person of a trace, as plain values that JSON can write."""
    hush = hushing(((person.id, person.name) for person in settings.people), found.person)
    keep = settings.retention
    return {
        "made_at": now.isoformat(),
        "notice": str(settings.privacy.notice) if settings.privacy.notice else None,
        "person": {
            "handles": [f"@{handle}" for handle in sorted(found.person.handles)],
            "addresses": sorted(found.person.uris),
            "names": sorted(found.person.names),
        },
        "referrals": [
            {
                **_referral(each, match, handed, hush),
                "kept_until": _at(kept_until(each, keep.terms)),
                "kept_by_a_legal_hold": each.number in found.held,
            }
            for each, match, handed in held.written
        ],
        "referrals_of_others_that_name_you": [
            {"received_at": each.received_at.isoformat(), "policy": each.policy} for each in held.naming
        ],
        "on_the_list_of_suspended_members_since": [at.isoformat() for at in held.listed],
        "noted_elsewhere": len(found.noted),
        "boxes_that_could_not_be_opened": found.unopened,
        "days_kept": {
            "referrals": keep.concluded_days,
            "conduct_while_suspended": keep.conduct_days,
        },
    }


def page(given: dict[str, Any]) -> str:
    """The account as a page by itself, to read and to print."""
    return as_page(given, package="bot.compliance")


def _referral(
    each: Referral, match: Conduct | None, handed: HandedOver | None, hush: Callable[[str], str]
) -> dict[str, Any]:
    passed = Passed.model_validate_json(each.content or "")
    return {
        "number": each.number,
        "came_as": str(each.kind),
        "received_at": each.received_at.isoformat(),
        "policy": each.policy,
        "clause": passed.ground.clause if passed.ground else None,
        "severity": passed.severity,
        "rules": list(dict.fromkeys(found.rule for found in passed.matches)),
        "because_of": sorted({found.words for found in passed.matches}),
        "claim_of_affiliation": passed.claim.claim,
        "claim_seen_in": [hush(text) for text in passed.claim.evidence],
        "url": passed.mention.url or passed.mention.uri,
        "profile": _profile(passed),
        "versions": [_version(version) for version in passed.versions],
        "pieces_of_evidence": sum(not exhibit.missing for exhibit in passed.exhibits),
        "acknowledged_at": _at(each.acknowledged_at),
        "outcome": each.outcome and str(each.outcome),
        "outcome_in_words": OUTCOME_WORDS[each.outcome] if each.outcome else None,
        "outcome_at": _at(each.outcome_at),
        "handle_found_on_the_list_at": _at(match.found_at) if match else None,
        "match_confirmed_at": _at(match.confirmed_at) if match else None,
        "handed_over_at": _at(handed.sent_at) if handed else None,
    }


def _profile(passed: Passed) -> dict[str, Any]:
    author = passed.mention.author
    return {"handle": author.handle, "display_name": author.display_name, "bio": author.bio}


def _version(version: PassedVersion) -> dict[str, Any]:
    return {"captured_at": version.captured_at.isoformat(), "said": dict(version.mention.fields())}


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
