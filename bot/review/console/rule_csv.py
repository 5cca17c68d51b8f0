"""A list as a CSV file: taken away by whoever reads rules; looked at line by line before an admin adds its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.review.console.rule_changes import NO_RIGHT, UNREADABLE
from bot.review.console.rule_forms import MOST_LINES
from bot.review.console.view import READS_RULES
from bot.review.word_list import BadCsv, Fate, Row, read, written
from bot.rights import WRITERS
from bot.web.frame import message_page

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.model import Reviewer
    from bot.review.console.rules import RulePages
    from bot.review.console.view import Route, View
    from bot.review.rule_edits import RuleEdits
    from bot.rules.written import WrittenList

UPLOADS = re.compile(r"/rules/lists/[a-z]{2,3}/[a-z_]+/csv")
"""Where a file is uploaded."""
LINES_SHOWN = 200
"""Of each kind."""
MOST_TYPED = 50_000
"""Bytes of words that one form carries on to the next page."""


@dataclass(frozen=True, kw_only=True)
class RuleCsv:
    """The way of a list out and in."""

    view: View
    pages: RulePages
    edits: RuleEdits

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/rules/lists/{lang}/{name}/csv", self.out),
            ("POST", "/rules/lists/{lang}/{name}/csv", self.dry_run),
        ]

    async def out(self, request: Request, me: Reviewer) -> Response:
        """The list as a file."""
        one = self._list(request)
        if not me.roles & READS_RULES:
            return self.pages.not_yours(request)
        if one is None:
            return self.pages.missing(request)
        headers = {"Content-Disposition": f'attachment; filename="{one.lang}-{one.name}.csv"'}
        return Response(written(one.entries), media_type="text/csv", headers=headers)

    async def dry_run(self, request: Request, me: Reviewer) -> Response:
        """What each line of a file would do. Nothing is done yet."""
        one = self._list(request)
        if not me.roles & WRITERS:
            return message_page(
                self.view.pages,
                request,
                title="You can read here, not change",
                text="Lists are changed by an admin, and go live when another admin has reviewed them.",
                status=NO_RIGHT,
                link=("/rules/lists", "To the lists"),
            )
        if one is None:
            return self.pages.missing(request)
        async with request.form(max_files=1, max_fields=5) as form:
            file = form.get("file")
            raw = await file.read() if isinstance(file, UploadFile) else b""
        try:
            if not raw:
                raise BadCsv("No file was chosen, or it is empty.")  # noqa: TRY301  the same page says it
            rows = read(raw, there=one.entries, lists=[name for lang, name in self._lists if lang == one.lang])
        except BadCsv as bad:
            context = {"one": one, "alert": str(bad), "groups": [], "add": "", "left": 0}
            return await self.view.page(request, me, "rule_csv.html", context, status=UNREADABLE)
        add, left = _next(rows)
        context = {"one": one, "alert": "", "groups": _groups(rows), "add": add, "left": left}
        return await self.view.page(request, me, "rule_csv.html", context)

    def _list(self, request: Request) -> WrittenList | None:
        return self._lists.get((request.path_params["lang"], request.path_params["name"]))

    @property
    def _lists(self) -> dict[tuple[str, str], WrittenList]:
        return dict(self.pages.rules.written.lists)


def _groups(rows: list[Row]) -> list[tuple[Fate, int, list[Row]]]:
    """For each thing that may become of a line: how many, and some of them."""
    by_fate = {fate: [row for row in rows if row.fate is fate] for fate in Fate}
    return [(fate, len(found), found[:LINES_SHOWN]) for fate, found in by_fate.items() if found]


def _next(rows: list[Row]) -> tuple[str, int]:
    """The words for the form, one a line, and how many are left for another time because it holds no more."""
    words = [row.word for row in rows if row.fate is Fate.ADDED]
    taken, size = 0, 0
    for word in words[:MOST_LINES]:
        size += len(word.encode()) * 3  # as a form spells what is no plain letter
        if size > MOST_TYPED:
            break
        taken += 1
    return "\n".join(words[:taken]), len(words) - taken
