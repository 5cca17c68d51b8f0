"""What happens if I approve: who speaks, when, what would hold it, and whose approval is still missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.limits import Foresight, Wait
from bot.model import Account, Approval, Case, Incident, Mode, Reviewer
from bot.review.outlook import outlook
from tests.review.conftest import NOW

MakeCase = Callable[..., Case]
FREE = Foresight(never=None, wait=None, undo_seconds=60)


@pytest.fixture
def tell(accounts: dict[str, Account], reviewers: dict[str, Reviewer]) -> Callable[..., str]:
    def told(case: Case, foresight: Foresight = FREE, *, paused: bool = False, mode: Mode = Mode.LIVE) -> str:
        account = replace(accounts["leader"], mode=mode)
        sentences = outlook(
            case, foresight, account=account, me=reviewers["asha"], reviewers=reviewers, now=NOW, paused=paused
        )
        return " ".join(sentences)

    return told


def test_ordinary_reply_goes_out_when_its_undo_window_is_over(make_case: MakeCase, tell: Callable[..., str]) -> None:
    assert tell(make_case()) == (
        "@leader@fernwick.example answers @sam@brindle.example in public, about a minute from now."
        " It can be undone for a minute; just before posting the bot looks at the post again."
    )
    assert "in public, at once." in tell(make_case(), replace(FREE, undo_seconds=0))
    assert "about 10 minutes from now" in tell(make_case(), replace(FREE, undo_seconds=600))


def test_reply_that_would_be_refused_is_said_to_be_and_nothing_else(
    make_case: MakeCase, tell: Callable[..., str]
) -> None:
    words = tell(make_case(), replace(FREE, never="This thread has had its reply."))
    assert words == "It would be refused. This thread has had its reply. Dismiss it instead, with a reason."


def test_quiet_hours_and_limits_say_until_when(make_case: MakeCase, tell: Callable[..., str]) -> None:
    wait = Wait(NOW + timedelta(hours=10), "These are quiet hours (22:00 to 07:00, Europe/London).")
    words = tell(make_case(), replace(FREE, wait=wait))
    assert "in public at 21 Nov, 07:04 UTC at the earliest. These are quiet hours" in words


def test_pause_and_a_mode_that_posts_nothing_are_said(make_case: MakeCase, tell: Callable[..., str]) -> None:
    assert "once posting is resumed: it is paused now." in tell(make_case(), paused=True)
    words = tell(make_case(), mode=Mode.DRY_RUN)
    assert "is in dry run mode: everything is done but the post." in words


def test_missing_approval_of_a_second_person_or_of_the_principal_is_named(
    make_case: MakeCase, tell: Callable[..., str]
) -> None:
    two = make_case(approvals_required=2)
    words = tell(two)
    assert "Yours is the first of two approvals: a different person than you must approve too." in words
    assert "Then @leader@fernwick.example answers" in words
    assert "Lena Hart’s own is still needed" in tell(replace(two, principal="lena"))
    given = (Approval(decision_id="d", reviewer_id="lena", at=NOW),)
    assert "approval" not in tell(replace(two, principal="lena", approvals=given))


def test_pile_on_says_what_becomes_of_its_other_posts(make_case: MakeCase, tell: Callable[..., str]) -> None:
    incident = Incident(id="i", posts=5, people=4, first_at=NOW, last_at=NOW)
    assert tell(make_case(incident=incident)).endswith("The other posts of the pile-on then close unanswered.")
