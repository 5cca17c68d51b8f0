"""What comms puts into the outbox: referrals to the disciplinary body, and abusive mentions where asked for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.model import ExhibitKind, Reason, Refusal, Verb, VerdictKind
from bot.rights import grounds
from bot.safety.ours import holds_ours
from bot.safety.wall import Kind, compose, seal
from bot.store import Captured, Outgoing
from bot.store.encoding import evidence_of, sha256
from bot.vault import CannotOpenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.config import Policy
    from bot.model import Case, Decision, Verdict
    from bot.safety.wall import Passed
    from bot.store import Received, Store
    from bot.store.records import Exhibit

CLEAN = "What is referred to the disciplinary body carries no note, so that nobody can urge them. Leave the note empty."
GONE = "The post is not kept any more, so there is nothing to pass on."
_MAY_HOLD_OURS = frozenset({ExhibitKind.THREAD, ExhibitKind.POST_PAGE, ExhibitKind.PROFILE_PAGE})
"""What shows others' posts too. The post itself, its author and its pictures are the author's own."""


@dataclass(frozen=True, kw_only=True)
class Passing:
    """Seals what is to be passed over the wall; writes nothing."""

    public_key: str
    clauses: Mapping[str, Policy]
    titles: Callable[[], Mapping[str, str]]
    """What each rule looks for, in words, by its id."""
    now: Callable[[], datetime]
    ours: frozenset[str] = frozenset()
    """The handles of all accounts of ours: what they wrote themselves is never passed."""
    mentions: bool = False
    """Whether every abusive mention is passed."""

    def refuse(self, case: Case, decision: Decision) -> Refusal | None:
        """Why a case cannot be referred so: a ground is missing that nothing settles, or there is a note."""
        if not asked(decision):
            return None
        if decision.note.strip():
            return Refusal(code="bad_text", message=CLEAN)
        if self.ground(case, decision) is None:
            offered = ", ".join(grounds(case.verdict, self.clauses))
            message = f"To refer it to the disciplinary body, name the clause that was broken: {offered}."
            return Refusal(code="no_ground", message=message)
        return None

    def ground(self, case: Case, decision: Decision) -> str | None:
        """The policy on which it is referred: the one that is named, or the only one there is."""
        offered = grounds(case.verdict, self.clauses)
        if decision.ground is None and len(offered) == 1:
            return offered[0]
        return decision.ground if decision.ground in offered else None

    async def referral(self, store: Store, case: Case, ground: str | None) -> Outgoing | Refusal:
        """The sealed referral of a case. Its id is the case's, so that no case is referred twice."""
        captured = await store.outbox.evidence(case.id)
        if not captured:
            return Refusal(code="not_now", message=GONE)
        try:
            exhibits = await store.evidence.exhibits(case.id)
        except CannotOpenError as error:
            return Refusal(
                code="not_now", message=f"What was captured cannot be read, so nothing was passed on. {error}"
            )
        said = await store.outbox.said(case.id)
        passed = self._composed(case.id, Kind.REFERRAL, case.verdict, captured, ground, exhibits, said=said)
        return self._sealed(passed)

    def mention(self, received: Received) -> Received:
        """The mention with its sealed copy, if it is abusive and such are asked for; else as it was."""
        verdict = received.verdict
        if not self.mentions or not verdict.abusive or verdict.kind is VerdictKind.IGNORE:
            return received
        evidence = evidence_of(received.mention)
        captured = Captured(number=1, at=self.now(), evidence=evidence, sha256=sha256(evidence))
        passed = self._composed(secrets.token_hex(8), Kind.MENTION, verdict, [captured])
        return replace(received, passed=self._sealed(passed))

    def _sealed(self, passed: Passed) -> Outgoing:
        return Outgoing(id=passed.id, kind=passed.kind.value, sealed=seal(passed, self.public_key))

    def _composed(  # noqa: PLR0913  what is passed has this many parts
        self,
        box_id: str,
        kind: Kind,
        verdict: Verdict,
        captured: Sequence[Captured],
        ground: str | None = None,
        exhibits: Sequence[Exhibit] = (),
        *,
        said: Sequence[str] = (),
    ) -> Passed:
        titles = self.titles()
        return compose(
            id=box_id,
            kind=kind,
            verdict=verdict,
            captured=captured,
            at=self.now(),
            clauses=self.clauses,
            titles=lambda rule: titles.get(rule, ""),
            ground=ground,
            exhibits=exhibits,
            ours=lambda exhibit: self._ours(exhibit, said),
        )

    def _ours(self, exhibit: Exhibit, said: Sequence[str]) -> bool:
        """Whether words of ours stand there, or may: in what shows a thread, once a reply of ours was out in it."""
        if exhibit.kind not in _MAY_HOLD_OURS or exhibit.body is None:
            return False
        shows_thread = exhibit.kind is not ExhibitKind.PROFILE_PAGE
        return (shows_thread and bool(said)) or holds_ours(exhibit.body, self.ours, said)


def asked(decision: Decision) -> bool:
    """Whether a decision would pass its case to the disciplinary body."""
    return decision.verb is Verb.REFER and decision.reason is Reason.DISCIPLINARY
