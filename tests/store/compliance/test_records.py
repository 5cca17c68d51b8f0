from __future__ import annotations

from datetime import UTC, datetime

from bot.store.compliance import KindOfReferral, Outcome, Referral
from bot.store.compliance.records import Overtaken

AT = datetime(2026, 11, 20, tzinfo=UTC)


def test_who_was_overtaken_is_told_where_it_stands() -> None:
    referral = Referral(
        number=7,
        box_id="b",
        kind=KindOfReferral.REFERRAL,
        content=None,
        content_sha256="",
        author=None,
        policy=None,
        passed_at=AT,
        received_at=AT,
        version=3,
    )
    assert str(Overtaken(referral)) == "No. 7 stands at version 3."


def test_no_outcome_speaks_of_the_press() -> None:
    assert not [outcome for outcome in Outcome if "press" in outcome or "media" in outcome]
