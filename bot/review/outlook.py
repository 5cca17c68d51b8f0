"""What happens if somebody approves, in a few sentences: who speaks, when, what would hold it, who is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.limits import INSTEAD
from bot.model import Mode
from bot.review.words import listed, moment, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.limits import Foresight
    from bot.model import Account, Case, Reviewer

MINUTE = 60


def outlook(  # noqa: PLR0913  each is a fact of its own, given by keyword
    case: Case,
    foresight: Foresight,
    *,
    account: Account,
    me: Reviewer,
    reviewers: Mapping[str, Reviewer],
    now: datetime,
    paused: bool,
) -> tuple[str, ...]:
    """The sentences for this reviewer, who may approve the case as it stands."""
    if foresight.never is not None:
        return (f"It would be refused. {foresight.never} {INSTEAD}",)
    return tuple(_sentences(case, foresight, account, me, reviewers, now, paused=paused))


def _sentences(  # noqa: PLR0913  as above
    case: Case,
    foresight: Foresight,
    account: Account,
    me: Reviewer,
    reviewers: Mapping[str, Reviewer],
    now: datetime,
    *,
    paused: bool,
) -> Iterable[str]:
    missing = _missing(case, me, reviewers)
    if missing:
        yield f"Yours is {'the first of two approvals' if not case.approvals else 'one more approval'}: {missing}."
    then = "Then " if missing else ""
    who = f"{account.handle} answers {case.mention.author.handle} in public"
    if account.mode is not Mode.LIVE:
        mode = account.mode.value.replace("_", " ")
        yield f"{then}{account.handle} is in {mode} mode: everything is done but the post."
    elif paused:
        yield f"{then}{who} once posting is resumed: it is paused now."
    elif foresight.wait is not None:
        yield f"{then}{who} at {moment(foresight.wait.until, now)} at the earliest. {foresight.wait.because}"
    else:
        yield f"{then}{who}, {_after(foresight.undo_seconds)}."
    if foresight.undo_seconds:
        undone = f"It can be undone for {_long(foresight.undo_seconds)}"
        yield f"{undone}; just before posting the bot looks at the post again."
    if case.incident is not None:
        yield "The other posts of the pile-on then close unanswered."


def _missing(case: Case, me: Reviewer, reviewers: Mapping[str, Reviewer]) -> str:
    """Whose approval would still be missing after this reviewer's, in words; empty when nobody's."""
    given = {approval.reviewer_id for approval in case.approvals} | {me.id}
    if len(given) >= case.approvals_required:
        return ""
    if case.principal is not None and case.principal not in given:
        return f"{name_of(case.principal, reviewers)}’s own is still needed"
    names = [name_of(each, reviewers) for each in sorted(given - {me.id})]
    return f"a different person than you{' and ' + listed(names) if names else ''} must approve too"


def _after(seconds: int) -> str:
    return f"about {_long(seconds)} from now" if seconds else "at once"


def _long(seconds: int) -> str:
    if seconds == MINUTE:
        return "a minute"
    return f"{seconds // MINUTE} minutes" if seconds % MINUTE == 0 and seconds else f"{seconds} seconds"
