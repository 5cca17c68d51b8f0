"""The forms on which an admin changes a list or a rule: first its effect is shown, then it is saved as a draft."""

from __future__ import annotations

import hashlib
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.crew import WorkerFailedError
from bot.effect import Change, Effect
from bot.review.card import Segment, mark
from bot.review.console.forms import read_form
from bot.review.console.rule_forms import AmendForm, ListForm
from bot.review.console.view import sees_safety
from bot.review.near_miss import anonymous
from bot.review.word_list import refused
from bot.review.words import name_of
from bot.rights import WRITERS
from bot.rules.language import Amended, Said
from bot.rules.written import WrittenList
from bot.store import Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.effect import Changed
    from bot.model import Reviewer
    from bot.review.console.rule_forms import ChangeForm
    from bot.review.console.rules import RulePages
    from bot.review.console.view import Route, View
    from bot.review.rule_edits import Proposal, RuleEdits
    from bot.rules.written import WrittenRule

SEE_OTHER = 303
NO_RIGHT = 403
CONFLICT = 409
UNREADABLE = 422
NOTHING = "Nothing is changed by this yet."
AGAIN = "The change is another than the one whose effect you saw. Look at the effect again, then save."
CONFIRM = "It weakens rules that guard people against danger. Tick below that you mean it, and say why."
WHY = "Say in a sentence why: it stands in the history."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text that would be judged otherwise, as the page shows it."""

    text: tuple[Segment, ...]
    rules: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The effect of a change, as the page shows it."""

    effect: Effect
    groups: tuple[tuple[str, int, tuple[Sample, ...]], ...]
    """For each kind of change: its name, how many texts, and some of them."""


def shown_of(effect: Effect) -> Shown:
    """The effect as a page shows it."""
    groups = []
    for kind in Change:
        if kind in effect.counts:
            some = tuple(_sample(each) for each in effect.samples if each.change is kind)
            groups.append((str(kind), effect.counts[kind], some))
    return Shown(effect=effect, groups=tuple(groups))


def _sample(changed: Changed) -> Sample:
    return Sample(
        text=mark(changed.text.mention.text, "text", changed.matches),
        rules=tuple(dict.fromkeys(match.rule for match in changed.matches)),
        before=changed.before,
        after=changed.after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What the form of a list and that of a rule have each for itself."""

    template: str
    file: str
    """In which the change is written."""
    context: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class RuleChanges:
    """The forms for lists and rules."""

    view: View
    pages: RulePages
    edits: RuleEdits

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/rules/lists/{lang}/{name}/change", self.list_form),
            ("POST", "/rules/lists/{lang}/{name}/change", self.change_list),
            ("GET", "/rules/rule/{rule}/change", self.rule_form),
            ("POST", "/rules/rule/{rule}/change", self.change_rule),
            ("GET", "/case/{case_id}/mistake", self.mistake),
        ]

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def list_form(self, request: Request, me: Reviewer) -> Response:
        """The form for the words of a list."""
        one = self._list(request)
        if not me.roles & WRITERS or one is None:
            return self._no(request, me)
        return await self._form(request, me, one, {})

    async def change_list(self, request: Request, me: Reviewer) -> Response:
        """Show what other words would change, or save them."""
        one = self._list(request)
        if not me.roles & WRITERS or one is None:
            return self._no(request, me)
        raw = await request.form()
        typed = _typed(raw)
        form = read_form(ListForm, raw)
        if isinstance(form, str):
            return await self._form(request, me, one, typed, alert=form)
        if not form.add and not form.take_out:
            return await self._form(request, me, one, typed, alert=NOTHING)
        lists = [name for lang, name in self.pages.rules.written.lists if lang == one.lang]
        for word in form.add:
            if why := refused(word, lists):
                return await self._form(request, me, one, typed, alert=f"“{word}” cannot stand on a list: {why}.")
        proposal = await self.edits.with_list(one, add=form.add, remove=form.take_out)
        return await self._went(request, me, form, proposal, one, typed)

    # ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def rule_form(self, request: Request, me: Reviewer) -> Response:
        """The form for what is changed in a rule, with what is changed in it already."""
        rule = self._rule(request)
        if not me.roles & WRITERS or rule is None:
            return self._no(request, me)
        by = await self.edits.amendment(rule)
        typed = {
            "state": by.state or "",
            "without": "\n".join(by.without),
            "unless": "\n".join(by.unless),
            "examples": "\n".join(_plain(by.matches)),
            "near_misses": "\n".join(_plain(by.ignores)),
            "why": by.why,
        }
        case = await self.view.case(request.query_params.get("case", ""), me)
        if case is not None:
            near_miss = anonymous(case.mention.text, [case.mention.author.display_name])
            typed |= {
                "near_misses": "\n".join(filter(None, (typed["near_misses"], near_miss))),
                "case": case.id,
                "why": "",
            }
        return await self._form(request, me, rule, typed)

    async def change_rule(self, request: Request, me: Reviewer) -> Response:
        """Show what a change of the rule would change, or save it."""
        rule = self._rule(request)
        if not me.roles & WRITERS or rule is None:
            return self._no(request, me)
        raw = await request.form()
        typed = _typed(raw)
        form = read_form(AmendForm, raw)
        if isinstance(form, str):
            return await self._form(request, me, rule, typed, alert=form)
        if elsewhere := self.edits.elsewhere(rule):
            return await self._form(request, me, rule, typed, alert=elsewhere)
        before = await self.edits.amendment(rule)
        by = Amended(
            state=form.state or None,
            why=form.why,
            without=form.without,
            unless=form.unless,
            matches=(*_others(before.matches), *(Said(text=text) for text in form.examples)),
            ignores=(*_others(before.ignores), *(Said(text=text) for text in form.near_misses)),
        )
        proposal = await self.edits.with_rule(rule, by)
        return await self._went(request, me, form, proposal, rule, typed)

    async def mistake(self, request: Request, me: Reviewer) -> Response:
        """From a case to the rule that was mistaken about it; the reader chooses where several held."""
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return self.view.missing(request)
        if not me.roles & WRITERS:
            return self._no(request, me)
        known = self.pages.rules.written.rules
        rules = [known[each] for each in dict.fromkeys(match.rule for match in case.verdict.matches) if each in known]
        if len(rules) == 1:
            return RedirectResponse(f"/rules/rule/{rules[0].facts.id}/change?case={case.id}", status_code=SEE_OTHER)
        made = await self.edits.store.revisions.of_case(case.id)
        context = {"case": case, "rules": rules, "made": made}
        return await self.view.page(request, me, "rule_mistake.html", context)

    # ── what they share ──────────────────────────────────────────────────────────────────────────────────────────

    async def _went(
        self,
        request: Request,
        me: Reviewer,
        form: ChangeForm,
        proposal: Proposal,
        of: WrittenList | WrittenRule,
        typed: Mapping[str, str],
    ) -> Response:
        """Show the effect of a change, or save it when that was seen."""
        digest = _digest(form, proposal)
        saving = form.press != "effect"
        try:
            on_texts = not saving or form.shown != digest
            effect = await self.edits.effect(proposal.name, proposal.text, safety=sees_safety(me), on_texts=on_texts)
        except (WorkerFailedError, BrokenExecutor) as error:
            alert = f"The effect could not be found out ({error}). Nothing was changed; try again."
            return await self._form(request, me, of, typed, alert=alert)
        alert = ""
        if saving:
            alert = _refused(form, effect, same=form.shown == digest)
            if not alert:
                case = form.case if await self.view.case(form.case, me) else None
                saved = await self.edits.save(
                    proposal,
                    by=me.id,
                    why=form.why,
                    case_id=case,
                    unfinished=form.press == "keep",
                    let_in_by=request.state.session.let_in_by,
                )
                if isinstance(saved, Revision):
                    request.session["said"] = "Saved as a draft. It goes live when an admin has reviewed it."
                    return RedirectResponse(f"/rules/changes/{saved.id}", status_code=SEE_OTHER)
                alert = " ".join([saved.message, *map(str, saved.problems)])
        shown = shown_of(effect)
        return await self._form(request, me, of, typed, alert=alert, shown=shown, digest=digest)

    async def _form(  # noqa: PLR0913  what came of a press is told on the same page
        self,
        request: Request,
        me: Reviewer,
        of: WrittenList | WrittenRule,
        typed: Mapping[str, str],
        *,
        alert: str = "",
        shown: Shown | None = None,
        digest: str = "",
    ) -> Response:
        """The form of a list or of a rule, with all that was typed."""
        names = {*AmendForm.model_fields, *ListForm.model_fields}
        about = self._of_list(of) if isinstance(of, WrittenList) else self._of_rule(of)
        _, draft = await self.edits.standing(about.file)
        context = {
            **about.context,
            "typed": {name: typed.get(name, "") for name in names},
            "alert": alert,
            "shown_effect": shown,
            "digest": digest,
            "draft": draft,
            "draft_by": name_of(draft.written_by, self.view.room.reviewers) if draft else "",
        }
        return await self.view.page(request, me, about.template, context, status=UNREADABLE if alert else 200)

    def _of_list(self, one: WrittenList) -> _About:
        users = self.pages.rules.written.users.get((one.lang, one.name), ())
        return _About(
            template="rule_list_change.html",
            file=self.edits.file_of_list(one),
            context={
                "one": one,
                "own": self.edits.is_own(one),
                "users": [self.pages.rules.written.rules[each] for each in users],
            },
        )

    def _of_rule(self, rule: WrittenRule) -> _About:
        return _About(
            template="rule_change.html",
            file=self.edits.file_of_rule(rule),
            context={"rule": rule, "elsewhere": self.edits.elsewhere(rule)},
        )

    def _rule(self, request: Request) -> WrittenRule | None:
        return self.pages.rules.written.rules.get(request.path_params["rule"])

    def _list(self, request: Request) -> WrittenList | None:
        return self.pages.rules.written.lists.get((request.path_params["lang"], request.path_params["name"]))

    def _no(self, request: Request, me: Reviewer) -> Response:
        """Why this reader cannot change it: there is none, or they are no admin."""
        if me.roles & WRITERS:
            return self.pages.missing(request)
        return self.pages.only_admins(request)


def _typed(raw: FormData) -> dict[str, str]:
    """What was typed, as it goes back into the form."""
    return {name: value for name, value in raw.items() if isinstance(value, str)}


def _digest(form: ChangeForm, proposal: Proposal) -> str:
    """The same for as long as the form would change the same; the reason may be written after the effect was seen."""
    changes = form.model_dump_json(exclude={"press", "why", "shown", "danger", "case"})
    return hashlib.sha256(f"{proposal.seen} {changes}".encode()).hexdigest()


def _refused(form: ChangeForm, effect: Effect, *, same: bool) -> str:
    """Why a change is not saved yet; empty when it may be."""
    if not same:
        return AGAIN
    if effect.problems or (effect.failing and form.press != "keep"):
        return "It cannot be used as it stands. What is wrong stands below."
    if not form.why:
        return WHY
    return CONFIRM if effect.weakened and not form.danger else ""


def _plain(examples: tuple[Said, ...]) -> list[str]:
    """The examples that are a text alone, which a form can hold."""
    return [each.text for each in examples if each == Said(text=each.text) and "\n" not in each.text]


def _others(examples: tuple[Said, ...]) -> list[Said]:
    """Those that say more, which the form leaves as they are."""
    return [each for each in examples if each != Said(text=each.text) or "\n" in each.text]
