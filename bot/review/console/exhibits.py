"""What was captured of a case: a list, each original, pictures in grey on request, and a pack to take away."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from bot.model import ExhibitKind
from bot.review.console.case import ONE_LOOK
from bot.review.words import moment
from bot.rights import PACKERS
from bot.safety.pack import About, NoSuchCaseError, bundled
from bot.store import AuditSought
from bot.vault import CannotOpenError
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from bot.model import Case, Reviewer
    from bot.review.console.view import Route, View
    from bot.store import Exhibit

NO_RIGHT, LOCKED = 403, 503
LATEST = 100
"""So many packs, of whatever cases, are looked through for those of one."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser is given as a picture; anything else only to be kept."""
NAMES = {
    ExhibitKind.POST: "The post, as our server’s interface gave it",
    ExhibitKind.THREAD: "The thread around it",
    ExhibitKind.AUTHOR: "The author’s account",
    ExhibitKind.POST_PAGE: "The page of the post",
    ExhibitKind.PROFILE_PAGE: "The page of the author",
    ExhibitKind.MEDIA: "An attached file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An exhibit as the list shows it."""

    exhibit: Exhibit
    name: str
    when: str
    server: str
    """When, by the server's clock; empty where it did not say."""
    size: str
    picture: bool


@dataclass(frozen=True, kw_only=True)
class Exhibits:
    """The pages of evidence, for those for whom the case exists; packs for the safety role alone."""

    view: View

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            ("GET", "/case/{case_id}/exhibits", self.listed),
            ("GET", "/case/{case_id}/exhibits/{exhibit_id}", self.original),
            ("POST", "/case/{case_id}/exhibits/pack", self.pack),
            ("POST", "/case/{case_id}/exhibits/pack/author", self.pack_of_author),
        ]

    async def listed(self, request: Request, me: Reviewer) -> Response:
        """What there is, and what could not be had; that somebody looked is on record, as with the case."""
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return self.view.missing(request)
        store = self.view.room.store
        await store.note_opening(case.id, actor=me.id, unless_within=ONE_LOOK)
        exhibits = await store.evidence.listed(case.id)
        context = {
            "path": f"/case/{case.id}/exhibits",
            "case": case,
            "lines": [self._line(exhibit) for exhibit in exhibits],
            "packs": bool(PACKERS & me.roles),
            "packed": await self._packs_of(case) if bool(PACKERS & me.roles) else [],
        }
        return await self.view.page(request, me, "exhibits.html", context)

    async def _packs_of(self, case: Case) -> list[tuple[str, str, int]]:
        """When a pack with this case was made, its manifest's digest, how many originals it lacks; the latest first."""
        now = self.view.room.now()
        made = await self.view.room.store.audit_page(AuditSought(safety=True, kind="evidence.packed"), limit=LATEST)
        of_this = (each for each in made if case.id in cast("Sequence[str]", each.detail["cases"]))
        return [
            (
                moment(each.at, now),
                str(each.detail["manifest_sha256"]),
                len(cast("Sequence[object]", each.detail.get("unopened", []))),
            )
            for each in of_this
        ]

    async def original(self, request: Request, me: Reviewer) -> Response:
        """The bytes of one exhibit: a picture to look at, anything else to keep, and never to run."""
        case = await self.view.case(request.path_params["case_id"], me)
        wanted = request.path_params["exhibit_id"]
        store = self.view.room.store
        try:
            exhibit = await store.evidence.exhibit(case.id, wanted) if case else None
        except CannotOpenError as error:
            return self._locked(request, error)
        if case is None or exhibit is None or exhibit.body is None:
            return self.view.missing(request)
        detail = {"case": case.id, "exhibit": exhibit.id, "exhibit_sha256": exhibit.sha256}
        await store.note("evidence.read", actor=me.id, stream=case.account, case_id=case.id, detail=detail)
        if exhibit.media_type in PICTURES:
            return Response(exhibit.body, media_type=exhibit.media_type, headers=_closed("inline", exhibit))
        return Response(exhibit.body, media_type="application/octet-stream", headers=_closed("attachment", exhibit))

    async def pack(self, request: Request, me: Reviewer) -> Response:
        """A pack of this case."""
        return await self._packed(request, me, whole=False)

    async def pack_of_author(self, request: Request, me: Reviewer) -> Response:
        """A pack of all cases of its author."""
        return await self._packed(request, me, whole=True)

    async def _packed(self, request: Request, me: Reviewer, *, whole: bool) -> Response:
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return self.view.missing(request)
        if not PACKERS & me.roles:
            return message_page(
                self.view.pages,
                request,
                title="Packs are made by the safety team",
                text="A pack leaves the house. Who is of the safety team can make one of this case.",
                status=NO_RIGHT,
                link=(f"/case/{case.id}", "To the case"),
            )
        cases = await self.view.room.store.evidence.cases_of_author(case.id) if whole else [case.id]
        try:
            return await self._archive(case, cases, me)
        except CannotOpenError as error:
            return self._locked(request, error)
        except NoSuchCaseError:  # It has gone behind the wall, and nothing of it is this side's to take away.
            return self.view.missing(request)

    async def _archive(self, case: Case, cases: Sequence[str], me: Reviewer) -> Response:
        room = self.view.room
        clauses = {policy: clause.clause for policy, clause in room.policies.clauses.items()}
        folder = TemporaryDirectory(prefix="not-in-our-name-")
        try:
            about = About(party=self.view.party, clauses=clauses)
            archive, packed = await bundled(room.store.evidence, cases, folder.name, f"evidence-{case.id}", about)
        except BaseException:
            folder.cleanup()
            raise
        await room.store.note("evidence.packed", actor=me.id, detail=packed.noted(cases, "console"))
        return FileResponse(
            archive, media_type="application/zip", filename=archive.name, background=BackgroundTask(folder.cleanup)
        )

    def _line(self, exhibit: Exhibit) -> Line:
        now = self.view.room.now()
        return Line(
            exhibit=exhibit,
            name=NAMES[exhibit.kind],
            when=moment(exhibit.captured_at, now),
            server=moment(exhibit.server_time, now) if exhibit.server_time else "",
            size=f"{exhibit.size:,} bytes",
            picture=exhibit.media_type in PICTURES,
        )

    def _locked(self, request: Request, error: CannotOpenError) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="The evidence cannot be opened",
            text=f"{error} Whoever runs the bot can put back a key that is missing: nothing is lost while it is away."
            " Of what was altered, `audit verify --bytes` tells them each place.",
            status=LOCKED,
            link=("/", "To the queue"),
        )


def _closed(how: str, exhibit: Exhibit) -> dict[str, str]:
    """Headers under which a stranger's file can do nothing in the browser, whatever it holds."""
    ending = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}.get(exhibit.media_type)
    name = f"exhibit-{exhibit.id}.{ending or 'bin'}"
    return {"Content-Disposition": f'{how}; filename="{name}"', "Cache-Control": "no-store"}
