"""The pages on which rules are read and tried. Nothing here changes anything, and nothing that was tried is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.review.console.forms import read_form
from bot.review.console.rule_forms import TryForm
from bot.review.console.view import READS_RULES, sees_safety
from bot.review.rule_room import Sentence
from bot.rights import WRITERS
from bot.rules.telling import LEFT_OUT
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.brake import BrakedRule
    from bot.model import Reviewer
    from bot.review.console.view import Route, View
    from bot.review.rule_room import RuleRoom
    from bot.rules.language import Said
    from bot.rules.written import WrittenRule

HELD_DAYS = 7
"""Days over which it is counted how often a rule held."""
NOT_FOUND = 404
NO_RIGHT = 403
UNREADABLE = 422
STATES = ("live", "shadow", "off", "stopped")
"""What the list can be narrowed to; *stopped* is what the brake has turned to shadow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule in the list."""

    rule: WrittenRule
    state: str
    """As it judges now: a live rule that the brake has stopped is *stopped*."""
    held: int | None
    """Mentions of the last days on which it held, live or in shadow; `None` where it guards against danger, and the
    number would tell of cases that do not exist for the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleLine:
    """One example, with what else is said of it."""

    text: str
    circumstances: str

    @classmethod
    def of(cls, said: Said) -> ExampleLine:
        """The example in words."""
        told = (
            f"in answer to “{said.parent}”" if said.parent is not None else "",
            f"the author says of themselves: “{said.bio}”" if said.bio else "",
            f"account {said.account_days} days old" if said.account_days is not None else "",
            f"{said.followers} followers" if said.followers is not None else "",
            f"abusive {said.strikes} times before" if said.strikes else "",
            "had another handle before" if said.renamed else "",
            f"names {', '.join(said.mentions)}" if said.mentions else "",
            f"one of {said.authors} people" if said.authors > 1 else "",
        )
        return cls(text=said.text, circumstances="; ".join(words for words in told if words))


@dataclass(frozen=True, kw_only=True)
class RulePages:
    """Every page on which rules are read."""

    view: View
    rules: RuleRoom

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/rules", self.all_rules),
            ("GET", "/rules/rule/{rule}", self.one),
            ("GET", "/rules/lists", self.lists),
            ("GET", "/rules/lists/{lang}/{name}", self.one_list),
            ("GET", "/rules/try", self.try_one),
            ("POST", "/rules/try", self.tried),
        ]

    async def all_rules(self, request: Request, me: Reviewer) -> Response:
        """Every rule by policy, with its state and how often it held."""
        if not me.roles & READS_RULES:
            return self.not_yours(request)
        asked = {name: request.query_params.get(name, "")[:100] for name in ("policy", "state", "words")}
        lines = [line for line in await self._lines(me) if _fits(line, asked)]
        policies: dict[str, list[Line]] = {}
        for line in lines:
            policies.setdefault(line.rule.facts.policy, []).append(line)
        context = {
            "policies": [(name, self._clause(name), found) for name, found in policies.items()],
            "asked": asked,
            "states": STATES,
            "all_policies": list(dict.fromkeys(rule.facts.policy for rule in self.rules.written.rules.values())),
            "shown_rules": len(lines),
            "days": HELD_DAYS,
        }
        return await self.view.page(request, me, "rules.html", context)

    async def one(self, request: Request, me: Reviewer) -> Response:
        """One rule: what it looks for, what else it asks, its examples, where it stands."""
        if not me.roles & READS_RULES:
            return self.not_yours(request)
        rule = self.rules.written.rules.get(request.path_params["rule"])
        if rule is None:
            return self.missing(request)
        lines = {line.rule.facts.id: line for line in await self._lines(me)}
        context = {
            "rule": rule,
            "line": lines[rule.facts.id],
            "braked": (await self.view.room.store.braked()).get(rule.facts.id),
            "matches": [ExampleLine.of(said) for said in rule.section.matches],
            "ignores": [ExampleLine.of(said) for said in rule.section.ignores],
            "clause": self._clause(rule.facts.policy),
            "severity": self._severity(rule.facts.severity),
            "lists": [self.rules.written.lists[rule.facts.lang, name] for name in rule.lists],
            "days": HELD_DAYS,
            "writes": bool(me.roles & WRITERS),
        }
        return await self.view.page(request, me, "rule.html", context)

    async def lists(self, request: Request, me: Reviewer) -> Response:
        """Every list of words, with the rules that use it."""
        if not me.roles & READS_RULES:
            return self.not_yours(request)
        words, written = request.query_params.get("words", "")[:100], self.rules.written
        found = [
            (each, written.users.get(key, ()))
            for key, each in sorted(written.lists.items())
            if words.lower() in each.name or any(words.lower() in entry for entry in each.entries)
        ]
        return await self.view.page(request, me, "rule_lists.html", {"lists": found, "words": words})

    async def one_list(self, request: Request, me: Reviewer) -> Response:
        """One list: its words, and the rules that use it."""
        if not me.roles & READS_RULES:
            return self.not_yours(request)
        key, written = (request.path_params["lang"], request.path_params["name"]), self.rules.written
        if key not in written.lists:
            return self.missing(request)
        context = {
            "one": written.lists[key],
            "takes_in": [name for name in written.lists[key].takes_in if (key[0], name) in written.lists],
            "users": [written.rules[each] for each in written.users.get(key, ())],
            "writes": bool(me.roles & WRITERS),
        }
        return await self.view.page(request, me, "rule_list.html", context)

    async def try_one(self, request: Request, me: Reviewer) -> Response:
        """The form for a sentence."""
        if not me.roles & READS_RULES:
            return self.not_yours(request)
        return await self._trying(request, me, {})

    async def tried(self, request: Request, me: Reviewer) -> Response:
        """The same form, with how its sentence is judged below it. Nothing of it is kept."""
        if not me.roles & READS_RULES:
            return self.not_yours(request)
        raw = await request.form()
        form = read_form(TryForm, raw)
        if isinstance(form, str):
            typed = {name: str(raw.get(name, "")) for name in TryForm.model_fields}
            words = "Write the sentence that is to be judged." if not typed["text"].strip() else form
            return await self._trying(request, me, typed, alert=words)
        telling = await self.rules.explain(Sentence(**form.model_dump()))
        return await self._trying(request, me, form.model_dump(), telling=telling)

    async def _trying(
        self, request: Request, me: Reviewer, typed: Mapping[str, str], *, telling: object = None, alert: str = ""
    ) -> Response:
        protected = [person.handle for person in self.rules.files().config.protected]
        ours = [account.handle for account in self.view.room.accounts.values()]
        context = {
            "typed": {name: typed.get(name, "") for name in TryForm.model_fields},
            "whom": [*ours, *(handle for handle in protected if handle not in ours)],
            "telling": telling,
            "left_out": LEFT_OUT,
            "alert": alert,
        }
        return await self.view.page(request, me, "rule_try.html", context, status=UNREADABLE if alert else 200)

    async def _lines(self, me: Reviewer) -> list[Line]:
        """Every rule as the list shows it to this reader."""
        store, now = self.view.room.store, self.view.room.now()
        stopped = await store.braked()
        stats = await store.stats(now - timedelta(days=HELD_DAYS), safety=True)
        return [
            Line(
                rule=rule,
                state=_state(rule, stopped),
                held=None
                if rule.facts.danger and not sees_safety(me)
                else stats.rules.get(rule.facts.id, 0) + stats.shadow.get(rule.facts.id, 0),
            )
            for rule in self.rules.written.rules.values()
        ]

    def _clause(self, policy: str) -> str:
        """What the party's code says of it."""
        clause = self.view.room.policies.clauses.get(policy)
        return clause.clause if clause else ""

    def _severity(self, level: int) -> str:
        """What the party means by this level."""
        return {int(each): words for each, words in self.view.room.policies.severities.items()}.get(level, "")

    def missing(self, request: Request) -> Response:
        """What someone sees who asks for a rule or a list that is not there."""
        return message_page(
            self.view.pages,
            request,
            title="There is no such rule",
            text="It may have been renamed, or taken out of the packs.",
            status=NOT_FOUND,
            link=("/rules", "To the rules"),
        )

    def only_admins(self, request: Request, *, link: tuple[str, str] = ("/rules", "To the rules")) -> Response:
        """What everybody else sees who would change something."""
        return message_page(
            self.view.pages,
            request,
            title="You can read here, not change",
            text="Rules and lists are changed by an admin, and go live when another admin has reviewed them.",
            status=NO_RIGHT,
            link=link,
        )

    def not_yours(self, request: Request) -> Response:
        """What an account's principal sees."""
        return message_page(
            self.view.pages,
            request,
            title="The rules are not yours to read here",
            text="They are for approvers, the safety team, auditors and admins.",
            status=NO_RIGHT,
            link=("/", "To the queue"),
        )


def _state(rule: WrittenRule, stopped: Mapping[str, BrakedRule]) -> str:
    braked = stopped.get(rule.facts.id)
    return "stopped" if rule.facts.state == "live" and braked is not None and braked.shadowed else rule.facts.state


def _fits(line: Line, asked: Mapping[str, str]) -> bool:
    facts = line.rule.facts
    words = asked["words"].lower()
    return (
        asked["policy"] in {"", facts.policy}
        and (asked["state"] not in STATES or asked["state"] == line.state)
        and (words in facts.title.lower() or words in facts.id)
    )
