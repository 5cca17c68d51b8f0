"""The endpoint that takes reports, which the moderators of a server read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from bot.platforms.simulated.calls import Call, endpoint
from bot.platforms.simulated.people import Refused

if TYPE_CHECKING:
    from bot.platforms.simulated.entities import Entity
    from bot.platforms.simulated.people import Person, Post

LONGEST = 1_000
_MISSING = "Record not found"


@endpoint("write:reports")
async def report(call: Call) -> Entity:
    """Report an account, with posts of its own, to this server's moderators; on request to the author's as well."""
    person = call.host.people.get(call.fields.one("account_id") or "")
    if person is None:
        raise Refused(404, _MISSING)
    posts, rules, words = _posts(call, person), _rules(call), call.fields.one("comment") or ""
    if len(words) > LONGEST:
        raise Refused(422, f"Validation failed: Comment is too long (maximum is {LONGEST} characters)")
    entry = {
        "id": str(len(call.world.reports) + 1),
        "to": call.host.domain,
        "by": call.person.handle,
        "against": person.handle,
        "posts": [post.uri for post in posts],
        "comment": words,
        "category": "violation" if rules else call.fields.one("category") or "other",
        "rules": rules,
        "forwarded": call.fields.true("forward") and person.domain != call.host.domain,
        "at": call.world.now().isoformat(),
    }
    call.world.reports.append(entry)
    return {
        "id": entry["id"],
        "action_taken": False,
        "action_taken_at": None,
        "category": entry["category"],
        "comment": words,
        "forwarded": entry["forwarded"],
        "created_at": entry["at"],
        "status_ids": [call.host.learn(post) for post in posts],
        "rule_ids": rules or None,
        "target_account": call.entities.account(person),
    }


def _posts(call: Call, person: Person) -> list[Post]:
    """The posts that are reported; all must be the author's and still there."""
    found = [call.host.posts.get(local) for local in call.fields.many("status_ids")]
    posts = [post for post in found if post is not None and post.author is person and post.deleted_at is None]
    if len(posts) < len(found):
        raise Refused(404, _MISSING)
    return posts


def _rules(call: Call) -> list[str]:
    """The numbers of the rules that are cited; all must be rules of this server."""
    cited = call.fields.many("rule_ids")
    known = {str(number) for number, _ in enumerate(call.host.settings.rules, start=1)}
    if not known.issuperset(cited):
        raise Refused(422, "Validation failed: Rules does not exist")
    return cited


def routes() -> list[Route]:
    """Every route of this module."""
    return [
        Route("/api/v1/reports", report, methods=["POST"]),
        Route("/api/v1/reports/", report, methods=["POST"]),
    ]
