"""What is held on somebody is found in every place there is, and every column of every table has been thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Integer

from bot.model import Author
from bot.store.tables import Moment, metadata

if TYPE_CHECKING:
    from tests.store.scene import Scene

SEARCHED = {
    "cases.note",
    "configurations.snapshot",
    "decisions.note",
    "drafts.text",
    "exhibits.body",
    "exhibits.headers",
    "exhibits.url",
    "handovers.text",
    "holds.reason",
    "malformed.sentence",
    "mention_versions.evidence",
    "mention_versions.judgement",
    "mentions.author_handle",
    "mentions.author_uri",
    "mentions.conversation",
    "pauses.reason",
    "rejoinders.words",
    "revisions.text",
    "revisions.why",
    "seen.reasons",
    "seen.text",
    "support_messages.text",
}
"""Columns in which `tracing` looks for a person."""
KNOWN_OTHERWISE = {
    "holds.author_uri": "a hold that stands refuses the erasure, and forgets it when lifted",
    "mentions.aim": "a digest of the handle, found by computing it",
    "cases.reason": "from a closed list",
    "decisions.reason": "from a closed list",
    "captures.tool": "our own name",
    "captures.said": "a sentence of ours without anything personal",
    "exhibits.media_type": "what a server calls a kind of file",
    "outbox.sealed": "nobody on this side can open it; gone once the compliance team has taken it",
    "weekly_mails.address": "a protected person's own, found by the digest of their handle",
    "weekly_mails.stop": "a token that says nothing of anybody",
    "exhibits.missing": "why there are no bytes, in words of ours",
}
STAFF = {"reviewers", "sessions", "passkeys", "choices", "spared"}
"""Tables of those who work here, who are no subjects of this: they go with the configuration."""
OURS = {"accounts", "alembic_version", "announced", "audit_events", "audit_heads", "erasures", "readings", "text_files",
        "wishes", "answers_of_protected", "earlier_pages", "known_rules", "rule_counts", "judged_counts", "cards",
        "publications", "platform_reports", "side_counts", "second_readings"}  # fmt: skip
"""Tables that hold ids, digests and figures of ours, and what we posted; the audit's own promise is tested there."""
OUR_WORDS = {
    "id", "account_id", "actor", "acknowledged_by", "base", "case_id", "changed_by", "desk", "digest", "draft_id",
    "evidence_sha256", "incident_id", "judgement_sha256", "kind", "lang", "lifted_by", "mention_id", "name", "outcome",
    "let_in_by", "owner", "placed_by", "platform", "policy", "principal_id", "reason_sha256", "response", "reviewed_by",
    "capture_id", "facts_sha256", "prev", "sha256", "reviewer_id", "scope",
    "state", "text_sha256", "uri_sha256", "verdict", "written_by", "by", "link_sha256",
    "person_sha256", "words_sha256", "ruled_by", "ruling", "sealed_sha256",
}  # fmt: skip
"""Columns of ids, digests and words from closed lists."""


def test_every_column_that_can_hold_words_of_the_public_is_searched() -> None:
    """A new table or column stops here, until somebody has said how a person is taken out of it."""
    open_questions = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        if table.name not in STAFF | OURS
        for column in table.columns
        if not isinstance(column.type, Boolean | Integer | Moment)
        and column.name not in OUR_WORDS
        and f"{table.name}.{column.name}" not in SEARCHED | KNOWN_OTHERWISE.keys()
    ]
    assert open_questions == []


async def test_somebody_unknown_leaves_no_trace(scene: Scene) -> None:
    await scene.published()
    assert (await scene.store.subjects.trace(["@nobody@tide.example"])).empty


async def test_who_bears_a_name_that_begins_alike_is_somebody_else(scene: Scene) -> None:
    alan = Author(uri="https://other.example/u/alan", handle="@alan@other.example")
    await scene.receive(scene.received("1", "record", said={"author": alan}))
    assert (await scene.store.subjects.trace(["@al@other.example"])).empty
    assert len((await scene.store.subjects.trace(["https://other.example/u/alan"])).mentions) == 1


async def test_what_is_never_changed_is_named_rather_than_passed_over(scene: Scene) -> None:
    await scene.store.note_configuration({"exempt": "@al@other.example"})
    found = await scene.store.subjects.trace(["@al@other.example"])
    assert found.beyond == ("the configuration as it was noted at start 1",)
    assert found.empty
