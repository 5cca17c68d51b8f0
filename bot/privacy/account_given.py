"""The account that we give somebody of what is held on them: as JSON, and as a page that they can read and print.

It names nobody who works here, and of other people's words it holds none: they have the same right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from bot.naming import policy_name
from bot.rights import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.config import Config
    from bot.model import Author, Mention, Verdict
    from bot.store import HeldCase, HeldPost, HeldWish, Holdings, Person, Trace

_HANDLE = re.compile(r"(?<![\w.@-])@[\w.-]+@[\w.-]*\w")
SOMEBODY = "(somebody else)"
COLLEAGUE = "(a member of staff)"


def account_given(settings: Config, found: Trace, held: Holdings, *, now: datetime) -> dict[str, Any]:
    """What is held on the person of a trace, as plain values that JSON can write."""
    staff = ((person.id, person.name) for person in settings.reviewers)
    hush = hushing(staff, found.person, (each.handle for each in settings.accounts))
    keep = settings.retention
    return {
        "made_at": now.isoformat(),
        "held_by": settings.party.name,
        "notice": str(settings.privacy.notice) if settings.privacy.notice else None,
        "person": {
            "handles": [f"@{handle}" for handle in sorted(found.person.handles)],
            "addresses": sorted(found.person.uris),
            "names": sorted(found.person.names),
        },
        "posts": [_post(post, settings, hush) for post in held.posts],
        "posts_of_others_that_name_you": [
            {"seen_at": each.seen_at.isoformat(), "policy": each.policy, "severity": each.severity}
            for each in held.aimed
        ],
        "protected_person": _wish(held.wish) if held.wish else None,
        "notes": [hush(note) for note in held.notes],
        "left_out": held.left_out,
        "disciplinary_body_answers_for_itself": settings.referral.compliance_key is not None,
        "days_kept": {
            "recorded": keep.recorded_days,
            "closed_cases": keep.closed_case_days,
            "cases_of_the_safety_desk": keep.safety_case_days or keep.closed_case_days,
            "messages_of_support": keep.support_days,
            "backups": keep.backup_days,
        },
    }


def as_page(account: dict[str, Any], *, package: str = "bot.privacy") -> str:
    """The account as a page by itself: no script, nothing that is fetched from anywhere.

    `account.html` of the package says what is on it.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("bot.privacy")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["policy"] = policy_name
    environment.filters["day"] = lambda text: text[:16].replace("T", " ") + " UTC"
    return environment.get_template("account.html").render(account)


def _wish(wish: HeldWish) -> dict[str, Any]:
    """As a protected person: what was written to them, and where to, they read on their own page, and nobody else."""
    return {
        "consent_given_at": _at(wish.given_at),
        "consent_withdrawn_at": _at(wish.withdrawn_at),
        "replies": wish.reply,
        "shown_what_was_said": wish.shown,
        "told_of_the_week": wish.weekly,
        "address_for_letters_given_at": _at(wish.letters_since),
        "told_by_letter_until": _at(wish.told_until),
        "messages_of_support_written_at": [at.isoformat() for at in wish.messages],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _post(post: HeldPost, settings: Config, hush: Callable[[str], str]) -> dict[str, Any]:
    mention = post.versions[-1][1] if post.versions else None
    return {
        "seen_at": post.seen_at.isoformat(),
        "platform": mention.platform if mention else None,
        "url": (mention.url or mention.uri) if mention else None,
        "profile": _profile(mention.author) if mention else None,
        "versions": [_version(at, said, judged, settings, hush) for at, said, judged in post.versions],
        "pieces_of_evidence": post.captured,
        "cases": [_case(case) for case in post.cases],
    }


def _profile(author: Author) -> dict[str, Any]:
    return {
        "handle": author.handle,
        "display_name": author.display_name,
        "bio": author.bio,
        "created_at": author.created_at.isoformat() if author.created_at else None,
        "followers": author.followers,
    }


def _version(
    at: datetime, mention: Mention, verdict: Verdict, settings: Config, hush: Callable[[str], str]
) -> dict[str, Any]:
    policy = settings.policies.clauses.get(verdict.policy or "")
    return {
        "captured_at": at.isoformat(),
        "said": dict(mention.fields()),
        "verdict": str(verdict.kind),
        "policy": verdict.policy,
        "clause": policy.clause if policy else None,
        "severity": verdict.severity,
        "because_of": sorted({match.text for match in verdict.matches}),
        "rules": list(dict.fromkeys(match.rule for match in verdict.matches)),
        "claim_of_affiliation": str(verdict.affiliation.claim),
        "claim_seen_in": [hush(each) for each in verdict.affiliation.evidence],
        "reasons": [hush(each) for each in verdict.reasons],
    }


def _case(case: HeldCase) -> dict[str, Any]:
    return {
        "case": case.id,
        "opened_at": case.opened_at.isoformat(),
        "changed_at": case.changed_at.isoformat(),
        "state": case.state,
        "outcome": case.outcome,
        "reason": _reason(case.reason),
        "decisions": [
            {"at": at.isoformat(), "decided": kind, "reason": _reason(reason)} for at, kind, reason in case.decided
        ],
        "replies": [
            {"text": text, "posted_at": at.isoformat() if at else None, "url": url} for text, at, url in case.replies
        ],
        "our_mistake": case.mistaken,
        "answered_by_the_link": [
            {"at": at.isoformat(), "said": kind, "words": words, "ruling": ruling}
            for at, kind, words, ruling in case.rejoinders
        ],
    }


def _reason(code: str | None) -> str | None:
    return next((words for reason, words in REASON_WORDS.items() if reason == code), code)


def hushing(staff: Iterable[tuple[str, str]], person: Person, accounts: Iterable[str] = ()) -> Callable[[str], str]:
    """Takes staff, by id and name, and handles of others than the person and our accounts, out of a text."""
    people = list(staff)
    names = sorted({each for two in people for each in two}, key=len, reverse=True)
    first = {part for _, name in people for part in name.split() if len(part) > 1}
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, [*names, *sorted(first)]))})(?!\w)", re.IGNORECASE)
    known = {f"@{handle}" for handle in person.handles} | {handle.lower() for handle in accounts}

    def hush(text: str) -> str:
        text = _HANDLE.sub(lambda handle: handle[0] if handle[0].lower() in known else SOMEBODY, text)
        return named.sub(COLLEAGUE, text)

    return hush
