"""Rows as someone would write them by hand, with the program by-passed; each is taken unless it is spoilt."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from tests.store.by_hand import REFUSALS
from tests.store.scene import OWNER

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bot.model import Case
    from tests.store.scene import Scene

    Insert = Callable[..., None]


def refuse(words: str | None = None) -> AbstractContextManager[object]:
    return pytest.raises(REFUSALS, match=words)


def publication(case: Case, **other: object) -> dict[str, object]:
    """The row that would publish the newest draft of a case on its first approval."""
    assert case.draft is not None
    approval = case.approvals[0] if case.approvals else None
    return {
        "id": "p-by-hand",
        "case_id": case.id,
        "account_id": case.account,
        "draft_id": case.draft.id,
        "text_sha256": case.draft.text_sha256,
        "approvals_required": case.approvals_required,
        "decision_kind": "approve",
        "decision_id": approval and approval.decision_id,
        "reviewer_id": approval and approval.reviewer_id,
        "state": "intended",
        "idempotency_key": "k-by-hand",
        "visibility": "unlisted",
        "intended_at": "2026-11-20T10:00:00.000000+00:00",
        "attempts": 1,
        "looks": 0,
        **other,
    }


def incident_of(scene: Scene, case_id: str) -> str | None:
    """The incident that a publication of the case has to name."""
    query = "SELECT coalesce(incident_id, id) FROM mentions WHERE id = (SELECT mention_id FROM cases WHERE id = ?)"
    with scene.by_hand() as connection:
        found = connection.execute(query, [case_id]).fetchone()
    return found and str(found[0])


def draft(case: Case, **other: object) -> dict[str, object]:
    return {
        "id": "d-by-hand",
        "case_id": case.id,
        "revision": (case.draft.revision if case.draft else 0) + 1,
        "text": "Hello.",
        "text_sha256": "0" * 64,
        "mention_version": case.mention_version,
        "verdict": "respond",
        "account_id": case.account,
        "approvals_required": case.approvals_required,
        "created_at": "2026-11-20T10:00:00.000000+00:00",
        **other,
    }


def decision(case: Case, **other: object) -> dict[str, object]:
    return {
        "id": "x-by-hand",
        "case_id": case.id,
        "kind": "approve",
        "reviewer_id": "ann",
        "draft_id": case.draft and case.draft.id,
        "at": "2026-11-20T10:00:00.000000+00:00",
        "note": "",
        "desk": "",
        **other,
    }


def case_row(scene: Scene, case: Case, **other: object) -> dict[str, object]:
    with scene.by_hand() as connection:
        found = connection.execute("SELECT * FROM cases WHERE id = ?", [case.id])
        names = list(chain.from_iterable(column[:1] for column in found.description))
        row = dict(zip(names, found.fetchone(), strict=True))
    if other.get("state") == "publishing":
        row |= {"owner": OWNER, "claimed_until": "2026-11-20T10:00:00.000000+00:00"}
    return row | other
