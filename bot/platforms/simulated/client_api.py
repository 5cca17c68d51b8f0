"""The endpoints under /api and /oauth that a Mastodon client uses for posts, people and notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.platforms.simulated import report_api, seen
from bot.platforms.simulated.calls import Call, endpoint
from bot.platforms.simulated.paging import Pages
from bot.platforms.simulated.people import Person, Post, Refused, first_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from bot.platforms.simulated.entities import Entity

_NOTIFICATION_LIMITS = (40, 80)
_STATUS_LIMITS = (20, 40)
_STATUSES_AT_ONCE = 20
_MISSING = "Record not found"


def _post(call: Call) -> Post:
    post = call.host.posts.get(call.local_id)
    if post is None or not seen.may_see(call.viewer, post):
        raise Refused(404, _MISSING)
    return post


def _own_post(call: Call) -> Post:
    post = _post(call)
    if post.author is not call.person:
        raise Refused(404, _MISSING)
    return post


def _met(call: Call) -> Person:
    person = call.host.people.get(call.local_id)
    if person is None:
        raise Refused(404, _MISSING)
    return person


@endpoint("profile", "read", "read:accounts")
async def own_account(call: Call) -> Entity:
    """Whose token this is."""
    return call.entities.own_account(call.person)


@endpoint("read:accounts", needs_token=False)
async def account(call: Call) -> Entity:
    """One account."""
    return call.entities.account(_met(call))


@endpoint("read:accounts", needs_token=False)
async def lookup(call: Call) -> Entity:
    """The account of that name, if this server has met it."""
    name = (call.fields.one("acct") or "").removeprefix("@")
    person = call.world.people.get((name if "@" in name else f"{name}@{call.host.domain}").lower())
    if person is None or not call.host.has_met(person):
        raise Refused(404, _MISSING)
    return call.entities.account(person)


@endpoint("read:statuses", needs_token=False)
async def account_statuses(call: Call) -> Response:
    """What somebody wrote, as far as this server knows it and the viewer may see it."""
    posts = [post for post in call.world.by(_met(call)) if call.host.knows(post) and seen.may_see(call.viewer, post)]
    if call.fields.true("exclude_replies"):
        posts = [post for post in posts if post.in_reply_to is None or post.in_reply_to.author is post.author]
    if call.fields.true("only_media"):
        posts = [post for post in posts if post.now.media]
    if call.fields.true("pinned"):
        posts = []
    page = Pages(posts, call.host.learn, call.host.ids, call.fields, _STATUS_LIMITS)
    listed = [call.entities.status(post, call.viewer) for post in page.items]
    return JSONResponse(listed, headers=page.link(call.address))


@endpoint("read:follows")
async def relationships(call: Call) -> list[Entity]:
    """How the caller stands to each of the accounts asked for."""
    people = (call.host.people.get(local) for local in call.fields.many("id") or [call.fields.one("id") or ""])
    return [call.entities.relationship(call.person, person) for person in people if person is not None]


@endpoint("read:notifications")
async def notifications(call: Call) -> Response:
    """The caller's notifications, newest first."""
    notices = call.world.notices(call.person)
    wanted, unwanted = call.fields.many("types"), call.fields.many("exclude_types")
    sender = call.fields.one("account_id")
    notices = [
        notice
        for notice in notices
        if (not wanted or notice.kind in wanted)
        and notice.kind not in unwanted
        and (sender is None or call.host.people.get(sender) is notice.sender)
    ]
    page = Pages(notices, lambda notice: notice.number, call.host.ids, call.fields, _NOTIFICATION_LIMITS)
    listed = [call.entities.notification(notice, call.person) for notice in page.items]
    return JSONResponse(listed, headers=page.link(call.address))


@endpoint("read:notifications")
async def notification(call: Call) -> Entity:
    """One of the caller's notifications."""
    found = (notice for notice in call.world.notices(call.person) if notice.number == call.local_id)
    notice = next(found, None)
    if notice is None:
        raise Refused(404, _MISSING)
    return call.entities.notification(notice, call.person)


@endpoint("read:statuses", needs_token=False)
async def status(call: Call) -> Entity:
    """One post."""
    return call.entities.status(_post(call), call.viewer)


@endpoint("read:statuses", needs_token=False)
async def statuses(call: Call) -> list[Entity]:
    """Several posts by their ids; those that cannot be seen are left out."""
    wanted = call.fields.many("id")
    if len(wanted) > _STATUSES_AT_ONCE:
        raise Refused(422, f"Validation failed: at most {_STATUSES_AT_ONCE} statuses at once")
    found = (call.host.posts.get(local) for local in wanted)
    return [call.entities.status(post, call.viewer) for post in found if post and seen.may_see(call.viewer, post)]


@endpoint("read:statuses", needs_token=False)
async def context(call: Call) -> dict[str, list[Entity]]:
    """What a post answers and what answers it, in the order of reading; a post whose parent is hidden still stands."""
    post = _post(call)
    ancestors: list[Post] = []
    step = post.in_reply_to
    while step is not None and step.deleted_at is None and call.host.knows(step):
        ancestors.insert(0, step)
        step = step.in_reply_to
    shown = [step for step in ancestors if _listed(call, step)]
    below = [step for step in _below(call, post) if _listed(call, step)]
    return {
        "ancestors": [call.entities.status(step, call.viewer) for step in shown],
        "descendants": [call.entities.status(step, call.viewer) for step in below],
    }


def _below(call: Call, post: Post) -> list[Post]:
    found: list[Post] = []
    waiting = list(reversed(call.world.replies(post)))
    while waiting:
        step = waiting.pop()
        if call.host.knows(step) and step.deleted_at is None:
            found.append(step)
            waiting += reversed(call.world.replies(step))
    return found


def _listed(call: Call, post: Post) -> bool:
    muted = call.viewer is not None and post.author.acct in call.viewer.mutes
    return seen.may_see(call.viewer, post) and not muted


@endpoint("read:statuses")
async def source(call: Call) -> Entity:
    """What the caller typed."""
    return call.entities.source(_own_post(call))


@endpoint("read:statuses", needs_token=False)
async def history(call: Call) -> list[Entity]:
    """Every wording of a post."""
    return call.entities.history(_post(call))


def _said(call: Call) -> dict[str, Any]:
    """The fields of a wording that the request names."""
    fields = call.fields
    said: dict[str, Any] = {}
    if fields.has("spoiler_text"):
        said["spoiler_text"] = fields.one("spoiler_text") or ""
    if fields.has("sensitive"):
        said["sensitive"] = fields.true("sensitive")
    if fields.one("language"):
        said["language"] = fields.one("language")
    options = fields.inner("poll").many("options")
    if options:
        said["poll"] = tuple(options)
    return said


@endpoint("write:statuses")
async def post_status(call: Call) -> Entity:
    """Post as the caller."""
    answered = call.fields.one("in_reply_to_id")
    parent = call.host.posts.get(answered) if answered else None
    if answered and parent is None:
        raise Refused(404, "The post you are trying to reply to does not appear to exist.")
    written = call.world.post(
        call.person.handle,
        call.fields.one("status") or "",
        in_reply_to=parent.uri if parent else None,
        visibility=call.fields.one("visibility") or "public",
        idempotency_key=call.request.headers.get("idempotency-key"),
        sent_by="api",
        **_said(call),
    )
    return call.entities.status(written, call.person)


@endpoint("write:statuses")
async def edit_status(call: Call) -> Entity:
    """Change one of the caller's posts."""
    post = call.world.edit(_own_post(call).uri, call.fields.one("status") or "", **_said(call))
    return call.entities.status(post, call.person)


@endpoint("write:statuses")
async def delete_status(call: Call) -> Entity:
    """Delete one of the caller's posts; the answer holds its text, so that it can be written again."""
    post = _own_post(call)
    entity = call.entities.status(post, call.person) | {"text": post.now.text}
    call.world.delete(post.uri)
    return entity


@endpoint("write:mutes")
async def mute_thread(call: Call) -> Entity:
    """Hear no more of the thread in which a post stands."""
    post = _post(call)
    call.person.muted_threads.add(first_of(post).uri)
    return call.entities.status(post, call.person)


@endpoint("write:mutes")
async def unmute_thread(call: Call) -> Entity:
    """Undo that."""
    post = _post(call)
    call.person.muted_threads.discard(first_of(post).uri)
    return call.entities.status(post, call.person)


@endpoint("read:search", needs_token=False)
async def search(call: Call) -> dict[str, Any]:
    """Accounts by name and, when asked to resolve, whatever a link or uri stands for."""
    query, kind = (call.fields.one("q") or "").strip(), call.fields.one("type")
    resolve = call.fields.true("resolve")
    if resolve and call.viewer is None:
        raise Refused(401, "Search queries that resolve remote resources are not supported without authentication")
    found: dict[str, Any] = {"accounts": [], "statuses": [], "hashtags": []}
    if query.startswith(("http://", "https://")):
        post = call.world.resolve(call.host, call.person, query) if resolve else None
        if post is not None and kind in {None, "statuses"}:
            found["statuses"] = [call.entities.status(post, call.viewer)]
        person = next(
            (one for one in call.world.people.values() if query in {one.uri, call.world.profile_url(one)}), None
        )
    else:
        name = query.removeprefix("@").lower()
        person = call.world.people.get(name if "@" in name else f"{name}@{call.host.domain}")
    if person is not None and kind in {None, "accounts"} and (resolve or call.host.has_met(person)):
        found["accounts"] = [call.entities.account(person)]
    return found


def routes() -> list[Route]:
    """Every route of this module."""
    v1 = "/api/v1"
    return [
        Route(f"{v1}/accounts/verify_credentials", own_account),
        Route(f"{v1}/accounts/lookup", lookup),
        Route(f"{v1}/accounts/relationships", relationships),
        Route(f"{v1}/accounts/{{id}}", account),
        Route(f"{v1}/accounts/{{id}}/statuses", account_statuses),
        Route(f"{v1}/notifications", notifications),
        Route(f"{v1}/notifications/{{id}}", notification),
        Route(f"{v1}/statuses", statuses, methods=["GET"]),
        Route(f"{v1}/statuses", post_status, methods=["POST"]),
        Route(f"{v1}/statuses/{{id}}", status, methods=["GET"]),
        Route(f"{v1}/statuses/{{id}}", edit_status, methods=["PUT"]),
        Route(f"{v1}/statuses/{{id}}", delete_status, methods=["DELETE"]),
        Route(f"{v1}/statuses/{{id}}/context", context),
        Route(f"{v1}/statuses/{{id}}/mute", mute_thread, methods=["POST"]),
        Route(f"{v1}/statuses/{{id}}/unmute", unmute_thread, methods=["POST"]),
        Route(f"{v1}/statuses/{{id}}/source", source),
        Route(f"{v1}/statuses/{{id}}/history", history),
        Route("/api/v2/search", search),
        *report_api.routes(),
    ]
