"""The composition root: from files to one running bot.

The only place where real objects are chosen; `App.run` hands them to the loops and lets go of them at the end.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import structlog

from bot import __version__, config, log, platforms
from bot.check import ask_tokens
from bot.duties import Duty
from bot.loops import Loops
from bot.model import Case, Mode, Refusal, State
from bot.pipeline import Pipeline
from bot.ports import PlatformError
from bot.privacy import erasure
from bot.privacy.memory import BadMemoryError, Memory
from bot.public import ChoicesPage, PublicSite, RightOfReply, public_templates
from bot.pulse import Pulse
from bot.referring import Referring
from bot.report.looking import YearRates
from bot.responses import LONGEST_TOKEN, length, measure_of
from bot.review.briefing import Briefing
from bot.review.card import Measure
from bot.review.console import ConsoleDesk
from bot.review.installation import Installation
from bot.review.room import Room
from bot.review.rule_edits import RuleEdits
from bot.review.rule_room import RuleRoom
from bot.rights import RELEASERS, account_of
from bot.safety.keys import vault_of
from bot.schedule import Schedule
from bot.store import Store, StoreError, digest_of
from bot.store.encoding import sha256, to_json
from bot.support import Support
from bot.texts import Texts
from bot.vault import BadKeyError, Vault
from bot.watched import Watched
from bot.web.health import health_app
from bot.web.listener import Listener
from bot.web.outbox import outbox_app
from bot.web.provider_door import party_accounts
from bot.weekly import DAY_WORDS, Weekly
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

    from bot.brake import BrakedRule
    from bot.files import Files
    from bot.ports import Desk, Publisher, Reporter, Watcher
    from bot.spread import Spread
    from bot.web.vitals import Vitals

LOG = structlog.get_logger()
OTHER_FILES = (
    "The desk runs by another configuration or other shipped rules than this process has, or has not run yet."
    " Start the desk first, and give every process the same version of the program and the same config.yaml."
)
LINKS = "sign-in-links.txt"
"""Beside the configuration, where there is no terminal to print on."""
SHORTEST_TOKEN = 32
"""Of the outbox's token: it is made, not thought up."""
KEEP_SECONDS = 5.0
"""How often, by the wall clock, one of several processes makes sure that it still holds its place."""


def wall_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class CannotStartError(Exception):
    """The bot cannot start, or not go on; the message says what to do."""


@dataclass(kw_only=True)
class App:
    """One bot, put together. `run` keeps it going until it is told to stop."""

    files: Files
    store: Store
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Where the secrets are: environment variables by name."""
    now: Callable[[], datetime] = wall_clock
    speed: float = 1.0
    """How much faster than the wall clock `now` runs."""
    another_link: str = f"Whoever runs the bot makes one with: kill -USR1 {os.getpid()}"
    """What the console says to somebody whose link no longer opens."""
    telegram_address: str | None = None
    """Another Bot API server than Telegram's own."""
    duties: frozenset[Duty] = frozenset(Duty)
    """What this process is there for; all but one with the desk are helpers."""
    rehearse: bool = False
    """Whether a reviewer's first sign-in leads to the rehearsal, and does not only offer it."""
    health_port: int | None = None
    """Another than the configuration's; several processes on one machine need one each."""

    def __post_init__(self) -> None:
        settings = self.files.config
        self.spread = self._spread()
        schedule = Schedule(
            settings.schedule,
            self.files.accounts,
            now=self.now,
            speed=self.speed,
            duties=self.duties,
            hand=self.spread.hand if self.spread else None,
            time_zone=settings.time_zone,
        )
        self.texts = Texts(
            store=self.store,
            files=self.files,
            second_reviewer=settings.texts.second_reviewer,
            taken=self._texts_taken,
        )
        self.watched = Watched(store=self.store, people=settings.protected)
        self.watchers: dict[str, Watcher] = {}
        self.publishers: dict[str, Publisher] = {}
        self.reporters: dict[str, Reporter] = {}
        self.desks: list[Desk] = []
        self.console: ConsoleDesk | None = None
        self.pipeline = Pipeline(
            store=self.store,
            files=self.files,
            publishers=self.publishers,
            now=self.now,
            owner=self.store.owner,
            changed=lambda: self.loops.changed(),  # noqa: PLW0108  the loops are made below
            watched=self.watched,
            tell=lambda text: self.loops.say(text, safety=False),
            ring=lambda text: self.loops.say(text, safety=True),
        )
        self.referring = Referring(
            store=self.store,
            accounts=self.files.accounts,
            reporters=self.reporters,
            now=self.now,
            owner=self.store.owner,
            changed=self.pipeline.changed,
            tell=self.pipeline.tell,
            ring=self.pipeline.ring,
        )
        self.loops = Loops(
            store=self.store,
            pipeline=self.pipeline,
            referring=self.referring,
            schedule=schedule,
            retention=settings.retention,
            watchers=self.watchers,
            desks=self.desks,
            now=self.now,
            speed=self.speed,
            beyond=None if self.spread is None or Duty.DESK in self.duties else self.spread.say,
            clear_up=self._clear_up,
            before_reading=self.watched.refresh,
        )
        self.room = Room(
            store=self.store,
            accounts=self.files.accounts,
            reviewers=self.files.reviewers,
            policies=settings.policies,
            referral=settings.referral,
            now=self.now,
            decide=self.pipeline.decide,
            intake=self.report,
            pause=self.pause,
            resume=self.resume,
            release=self.release,
            vitals=self._vitals,
            case_link=lambda case_id: self.console.case_link(case_id) if self.console else None,
            measure=self._measure,
            advise=self._advise,
            lint=self._lint,
            standing=self._standing,
            foresee=self.pipeline.rulings.foresee,
            reporting=self.pipeline.rulings.reporting,
            rejoinders=self.pipeline.rejoinders,
            strike_days=settings.limits.strike_days,
            safety=settings.safety,
            safety_rota=lambda: self.pipeline.attention.safety,
            changed=self.loops.changed,
        )
        self.loops.briefing = Briefing(room=self.room, attention=self.pipeline.attention)
        self._lost: str | None = None
        """Why this process may not go on."""
        self.pulse = Pulse(
            store=self.store,
            loops=self.loops,
            now=self.now,
            started_at=self.now(),
            poll_seconds=settings.schedule.poll_seconds,
            accounts=self.files.accounts,
        )

    # ── from start to stop ───────────────────────────────────────────────────────────────────────────────────────

    async def run(self, stop: asyncio.Event, *, ready: Callable[[], None] = lambda: None) -> None:
        """Run until `stop` is set; then finish what is being posted, and let go of everything.

        `ready` is called once the desks are open and the loops run. Raises CannotStartError, also when this process has
        lost its place among several.
        """
        if people := await self.erase_again():
            LOG.warning("subjects.erased_again", people=people)
        async with AsyncExitStack() as stack:
            self.connect(stack, publishing=Duty.PUBLISH in self.duties)
            beside = await self._open_desks(stack)
            await self._note_start()
            if self.spread is not None:
                await stack.enter_async_context(self.spread.open())
                beside += [partial(self.spread.run, stop), partial(self._keep_place, stop)]
            await self.loops.run(stop, beside=[work() for work in beside], ready=ready)
            await self.store.note("bot.stopped", actor="bot", detail={"duties": sorted(self.duties)})
        if self._lost is not None:
            raise CannotStartError(self._lost)

    async def erase_again(self) -> int:
        """Erase whoever came back with a restored backup, before anything reads them; how many.

        Raises CannotStartError.
        """
        try:
            return await erasure.again(self.store.subjects, Memory.of(self.files.loaded, self.environment))
        except BadMemoryError as error:
            raise CannotStartError(str(error)) from error

    async def _clear_up(self) -> None:
        """Once a day, beside the clocks of the store: backups age out, and what waited for a case's end is erased."""
        copies = erasure.age_out(self.files.loaded, wall_clock())
        people = await self.erase_again()
        wishes = await self.store.protected.wishes()
        await self.store.protected.forget([person for person, wish in wishes.items() if wish.withdrawn_at])
        await self.store.protected.write_only_to([digest_of(each.handle) for each in self.files.config.protected])
        if copies or people:
            LOG.info("cleared_up", backups=len(copies), people=people)

    def _spread(self) -> Spread | None:
        """What shares the work among several processes: on PostgreSQL alone, for a file has room for one."""
        address = config.database_address(self.files.loaded)
        if address.startswith("sqlite:"):
            return None
        from bot.spread import Spread  # noqa: PLC0415  a quarter of a second, only where wanted

        return Spread(address, self.duties, work=lambda tick: self.loops.work(tick), say=self._say)  # noqa: PLW0108  the loops come after it

    def _say(self, text: str, safety: bool) -> None:  # noqa: FBT001  as a job carries it
        self.loops.say(text, safety=safety)

    async def _keep_place(self, stop: asyncio.Event) -> None:
        """Stop when another has taken this process's place, or when the desk runs by other files than it.

        What goes live meanwhile, a helper takes from the store.
        """
        while self._lost is None:
            await asyncio.sleep(KEEP_SECONDS / self.speed)
            with suppress(StoreError):  # It cannot be reached, which every loop says already.
                if not await self.store.stays():
                    self._lost = "Another bot has taken this one's place on the database while that was away."
                elif Duty.DESK not in self.duties and not await self.store.same_configuration(self._snapshot):
                    self._lost = OTHER_FILES
                elif Duty.DESK not in self.duties:
                    self._lost = await self._follow()
        LOG.error("bot.place_lost", reason=self._lost)
        stop.set()

    async def _follow(self) -> str | None:
        """Take the texts that are live; why this process cannot run them, `None` when it does."""
        try:
            if await self.texts.follow():
                LOG.info("texts.taken")
        except BadFile as bad:
            return f"This process cannot run the responses and rules that are live:\n{bad}"
        return None

    async def _texts_taken(self) -> None:
        """What an edited rule says now counts from now on, and open pages show it."""
        await self.store.note_rules(self.files.rule_texts())
        self.loops.changed()

    def connect(self, stack: AsyncExitStack, *, publishing: bool) -> None:
        """Make a watcher for each account and, if asked, what posts and reports for each live one.

        Raises CannotStartError.
        """
        settings = self.files.config
        need_tokens(self.files, self.environment)
        ours = [account.handle for account in self.files.accounts.values()]
        for handle in ours:
            log.register_account(handle)
        for section in settings.accounts:
            account, token = self.files.accounts[section.id], self.environment[section.token_env]
            log.register_secret(token)
            protected = self.watched.through(account.id)
            watcher = platforms.watcher(account, token, protected=protected, now=self.now)
            self.watchers[account.id] = watcher
            stack.push_async_callback(watcher.close)
            if publishing and account.mode is Mode.LIVE:
                publisher = platforms.publisher(account, token, now=self.now, ours=ours)
                self.publishers[account.id] = publisher
                stack.push_async_callback(publisher.close)
            reports = publishing and account.mode is Mode.LIVE and section.reports is not None
            if reports and (reporter := platforms.reporter(account, token, now=self.now)):
                self.reporters[account.id] = reporter
                stack.push_async_callback(reporter.close)

    async def _open_desks(self, stack: AsyncExitStack) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """Open the health page and the desks; return what serves them."""
        settings = self.files.config
        port = settings.server.health_port if self.health_port is None else self.health_port
        health = Listener(health_app(self.pulse.take), port=port, setting="server.health_port")
        stack.callback(health.close)
        serving: list[Callable[[], Coroutine[Any, Any, None]]] = [health.run]
        if Duty.DESK not in self.duties:
            return serving
        serving += self._open_outbox(stack)
        if settings.desks.console.enabled:
            public = settings.server.public_url
            self.console = ConsoleDesk(
                self.room,
                port=settings.desks.console.port,
                party=settings.party.name,
                public_url=str(public) if public else None,
                session_hours=settings.desks.console.session_hours,
                speed=self.speed,
                another_link=self.another_link,
                rules=self._rule_edits(),
                sign_in=party_accounts(settings, self.environment),
                installation=self._installation(),
                texts=self.texts,
                rehearse=self.rehearse,
                even_handed=settings.even_handed,
                rates=YearRates(store=self.store, now=self.now),
                support=Support(store=self.store, files=self.files) if settings.protected and settings.public else None,
            )
            stack.callback(self.console.close)
            self.console.listen()
            self.desks.append(self.console)
            serving.append(self.console.run)
        telegram = settings.desks.telegram
        token = self.environment.get(telegram.token_env) if telegram else None
        if telegram is not None and token:
            from bot.review.telegram import DeskError, TelegramDesk  # noqa: PLC0415  half a second, only where wanted

            log.register_secret(token)
            desk = TelegramDesk(
                self.room,
                token=token,
                staff_chat=telegram.staff_chat,
                safety_chat=telegram.safety_chat,
                base_url=self.telegram_address,
            )
            stack.push_async_callback(desk.stop)
            try:
                await desk.start()
            except DeskError as error:
                raise CannotStartError(str(error)) from error
            self.desks.append(desk)
        elif telegram is not None:
            LOG.warning("telegram.off", reason=f"{telegram.token_env} is not set; working with the console alone")
        self._open_ring()
        if site := self._public_site(stack):
            serving.append(site.run)
        return serving

    def _open_outbox(self, stack: AsyncExitStack) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """Let the compliance team take what is sealed for them, where there is such. Raises CannotStartError."""
        referral = self.files.config.referral
        if referral.compliance_key is None or referral.outbox_token_env is None:
            return []
        token = self.environment.get(referral.outbox_token_env, "")
        if len(token) < SHORTEST_TOKEN:
            raise CannotStartError(
                f"{referral.outbox_token_env} must hold the token with which the compliance team takes what is sealed"
                f" for it, at least {SHORTEST_TOKEN} signs: `compliance keys` makes one."
            )
        log.register_secret(token)
        pages = outbox_app(self.store.outbox, token=token, public_key=referral.compliance_key)
        listener = Listener(pages, port=referral.outbox_port, setting="referral.outbox_port")
        stack.callback(listener.close)
        return [listener.run]

    def _public_site(self, stack: AsyncExitStack) -> PublicSite | None:
        """Open the pages for people outside, where the configuration has them."""
        public, links = self.files.config.public, self.files.links
        if public is None or links is None:
            return None
        pages = public_templates(self.files.config.party.name)
        right_of_reply = RightOfReply(
            pages=pages,
            store=self.store,
            accounts=self.files.accounts,
            links=links,
            rejoinders=self.pipeline.rejoinders,
            clock=time.monotonic,
        )
        choices = ChoicesPage(
            pages=pages,
            store=self.store,
            without_link=links.without,
            clock=time.monotonic,
            changed=self.loops.changed,
            by_mail_on=self._open_weekly(str(public.url).rstrip("/")),
        )
        site = PublicSite(
            [*right_of_reply.routes(), *choices.routes()], pages=pages, url=str(public.url), port=public.port
        )
        stack.callback(site.close)
        return site

    def _open_weekly(self, url: str) -> str:
        """Have the week's letters sent, where there is a mail server for them; on which day, else an empty word."""
        settings, server = self.files.config.weekly_digest, self.files.config.weekly_digest.mail
        if server is None:
            return ""
        password = self.environment.get(server.password_env, "") if server.password_env else ""
        if server.password_env and not password:
            LOG.warning("weekly.off", reason=f"{server.password_env} is not set")
            return ""
        log.register_secret(password)
        self.loops.weekly = Weekly(
            store=self.store,
            settings=settings,
            server=server,
            password=password,
            party=self.files.config.party.name,
            time_zone=self.files.config.time_zone,
            url=url,
            now=self.now,
        ).run_once
        return DAY_WORDS[settings.day]

    def _open_ring(self) -> None:
        """Make the second way to the safety team, where they have named one. Raises CannotStartError."""
        variables = {person.id: person.ring_env for person in self.files.config.reviewers if person.ring_env}
        given = {person: name for person, name in variables.items() if self.environment.get(name, "").strip()}
        for person in variables.keys() - given.keys():
            LOG.warning("ring.off", person=person, reason=f"{variables[person]} is not set")
        if not given:
            return
        from bot.review.ring import BadWayError, RingDesk, ways  # noqa: PLC0415  half a second, only where wanted

        people = {}
        for person, name in given.items():
            for address in self.environment[name].split():
                log.register_secret(address)
            try:
                people[person] = ways(self.environment[name], name)
            except BadWayError as error:
                raise CannotStartError(str(error)) from error
        self.desks.append(RingDesk(room=self.room, attention=self.pipeline.attention, people=people))

    def _installation(self) -> Installation:
        """What the page of settings tells."""
        return Installation(
            files=lambda: self.files,
            now=self.now,
            ask=lambda: ask_tokens(self.files.config, self.watchers, now=self.now),
            version=__version__,
            digest=sha256(to_json(self._snapshot)),
            database="PostgreSQL" if self.spread else "one SQLite file",
        )

    @cached_property
    def _snapshot(self) -> dict[str, object]:
        """What all processes of one bot must agree on; put together once, for a helper compares it again and again."""
        return {**self.files.config.snapshot(), "modes": self._modes(), "shipped_rules": self.files.shipped_digest()}

    def _modes(self) -> dict[str, str]:
        return {account.id: str(account.mode) for account in self.files.accounts.values()}

    async def _note_start(self) -> None:
        """Make the store know what is to hold; a helper holds to what the desk has noted. Raises CannotStartError."""
        detail = {"version": __version__, "modes": self._modes(), "duties": sorted(self.duties)}
        if Duty.DESK not in self.duties:
            if not await self.store.same_configuration(self._snapshot):
                raise CannotStartError(OTHER_FILES)
            if why := await self._follow():
                raise CannotStartError(why)
            await self.store.note("bot.started", actor="bot", detail=detail)
            LOG.info("bot.started", **detail)
            return
        await self.store.seed(self.files.accounts.values(), self.files.reviewers.values())
        await self.texts.start()
        changes = await self.store.configuration_changes(self._snapshot)
        # Before it is noted: whoever is killed in between finds the same changes at the next start.
        if any(change.startswith(("accounts", "reviewers", "modes")) for change in changes):
            await self.pipeline.lapse_all("The accounts or reviewers were changed after it was approved.")
        await self.store.note_configuration(self._snapshot)
        await self.store.note_rules(self.files.rule_texts())
        for rule in (await self.store.braked()).values():
            self.loops.say(rule.sentence)
        await self.store.note("bot.started", actor="bot", detail=detail)
        LOG.info("bot.started", **detail, configuration_changes=len(changes))

    # ── what desks and commands ask for ──────────────────────────────────────────────────────────────────────────

    def greet(self) -> None:
        """Give whoever runs the bot a sign-in link for every reviewer: on the terminal, else in a file of theirs."""
        if self.console is None:
            return
        links = [f"  {person.name}: {self.console.link_for(person.id)}" for person in self.files.reviewers.values()]
        text = "\n".join(["Sign-in links for the console, each good once and for 15 minutes:", *links])
        if not sys.stdout.isatty():
            target = self.files.loaded.path.resolve().parent / LINKS
            target.unlink(missing_ok=True)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(f"{text}\n")
            text = f"Sign-in links for the console, each good once and for 15 minutes, are in {target}"
        # On a terminal, which keeps no copy; where output may go to a log, only the way to the file.
        print(text, flush=True)  # noqa: T201

    async def report(self, url: str, reviewer: str) -> Case | str:
        """Judge the post behind a link: the case that it opened or has, or a sentence that says why there is none."""
        trouble = "None of our servers can find a post at that link. Is it public, and still there?"
        for watcher in self.watchers.values():
            try:
                mention = await watcher.find(url)
            except PlatformError as error:
                trouble = str(error)
                continue
            if mention is not None:
                case_id = await self.pipeline.intake(mention, reported_by=reviewer)
                case = await self.store.case(case_id) if case_id else None
                self.loops.gather(mention.account)
                return case or "It is a post of our own, or its case is already with reviewers."
        return trouble

    async def status(self, *, since: datetime) -> dict[str, object]:
        """What the bot has done since then and what waits, for a terminal or a script; no word about any person."""
        stats = await self.store.stats(since, safety=True)
        states = {State.OPEN, State.ESCALATED, State.FAILED, State.UNCONFIRMED}
        waiting = await self.store.cases(states=states, asked=True, in_front=True)
        return {
            "accounts": {account.id: str(account.mode) for account in self.files.accounts.values()},
            "paused": sorted(await self.store.paused()),
            "waiting": len(waiting),
            "pile_ons": [case.incident.posts for case in waiting if case.incident and case.state is State.OPEN],
            "oldest_since": min((case.opened_at for case in waiting), default=None),
            "mentions": stats.mentions,
            "ignored": stats.ignored,
            "recorded": stats.recorded,
            "not_read": dict(stats.not_read),
            "cases": dict(stats.cases),
            "escalated": stats.escalated,
            "posted": stats.posted,
            "shadow": dict(stats.shadow),
            "braked": {name: rule.at.isoformat() for name, rule in (await self.store.braked()).items()},
        }

    async def pause(self, scope: str, reviewer: str, reason: str) -> tuple[str, ...]:
        """Stop posting for all or one account; watching goes on. Ids of the cases whose replies are on their way."""
        in_flight = await self.store.pause(scope, actor=reviewer, reason=reason)
        self.loops.changed()
        return in_flight

    async def resume(self, scope: str, reviewer: str) -> None:
        """Post again what is approved."""
        await self.store.resume(scope, actor=reviewer)
        self.loops.changed()

    async def release(self, rule: str, reviewer: str) -> Refusal | None:
        """Let a rule go on that the brake has stopped, and say so on the desks; why not, where that is refused."""
        person = self.files.reviewers.get(reviewer)
        if person is None or not person.roles & RELEASERS:
            return Refusal(code="no_right", message="Only an admin may release a rule.")
        found = await self.store.release(rule, actor=reviewer)
        if found is None:
            stopped = ", ".join(await self.store.braked()) or "none"
            return Refusal(code="not_now", message=f"The brake has not stopped a rule {rule}. Stopped: {stopped}.")
        what = (
            "It was edited since, so its trial begins now." if found.edited else "As it reads it is not stopped again."
        )
        self.loops.say(f"{person.name} released rule {rule}. {what}")
        self.loops.changed()
        return None

    def _rule_edits(self) -> RuleEdits:
        room = RuleRoom(files=lambda: self.files, now=self.now)
        return RuleEdits(room=room, store=self.store, texts=self.texts)

    def _measure(self, account_id: str) -> Measure:
        account = self.files.accounts.get(account_id)
        platform = account.platform if account else "mastodon"
        responses = self.files.responses
        return Measure(
            limit=measure_of(platform).limit,
            count=lambda text: responses.length(text, platform),
            whole=lambda text: length(text, platform),
            finish=lambda case, text: responses.finish(case.mention, text, LONGEST_TOKEN, correction=case.correction),
        )

    def _advise(self, case: Case) -> tuple[str, ...]:
        """What to think over before a reviewer's own words are approved."""
        if case.draft is None or case.draft.written_by is None or case.state is not State.OPEN:
            return ()
        in_group, handle = case.verdict.affiliation.in_group, case.mention.author.handle
        responses = self.files.responses
        return responses.advise(case.draft.text, handle=handle, in_group=in_group, correction=case.correction)

    async def _vitals(self, *, figures: bool = True) -> Vitals:
        """How the bot is now, for desks."""
        return await self.pulse.take(figures=figures)

    def _lint(self, case: Case, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Why a reviewer's words may not be posted in answer to this case, and what is merely unwise in them."""
        account = account_of(case, self.files.accounts)
        proposal, faults = self.files.responses.own_wording(text, case.verdict, case.mention, account)
        in_group, handle = case.verdict.affiliation.in_group, case.mention.author.handle
        advice = self.files.responses.advise(
            proposal.text, handle=handle, in_group=in_group, correction=case.correction
        )
        unsaid = self.pipeline.weighing.unsaid_because(proposal.text)
        return (*faults, *self.files.abuse_in(proposal.text), *([unsaid] if unsaid else [])), advice

    def _standing(self) -> tuple[str, ...]:
        """What holds for a while and everybody on the desks must know."""
        election = self.files.config.election_at(self.now())
        if election is None:
            return ()
        words = f" {len(election.wording)} words or phrases may not be said." if election.wording else ""
        return (f"An election is near: until {election.last} two people approve every reply.{words}",)


def open_store(
    files: Files, *, now: Callable[[], datetime] = wall_clock, exclusive: bool, helper: bool = False
) -> Store:
    """The database that the configuration names, for the bot itself (`exclusive`), one of its helpers, or a command.

    Raises StoreError, and for the bot and its helpers CannotStartError when the key of the evidence is not there: a
    command without it only cannot look at evidence.
    """
    try:
        vault = vault_of(files.config, os.environ)
    except BadKeyError as error:
        if exclusive or helper:
            raise CannotStartError(str(error)) from error
        vault = Vault(locked=str(error))
    address = config.database_address(files.loaded)
    return Store.open(address, now=now, exclusive=exclusive, helper=helper, vault=vault)


@asynccontextmanager
async def beside(files: Files, *, online: bool, create: bool = False, exclusive: bool = False) -> AsyncIterator[App]:
    """Store and pipeline of a bot that may be running, for a command beside it; `online` can read for accounts too.

    Raises CannotStartError where there is no database, unless it is to be created: an empty one would say all is well.
    """
    if not (create or online or database_exists(files)):
        where = config.database_address(files.loaded).removeprefix("sqlite:///")
        raise CannotStartError(f"There is no database at {where}. `run` makes it at its first start.")
    store = open_store(files, exclusive=exclusive)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        app = App(files=files, store=store, environment=os.environ if online else _keys(files))
        await app.erase_again()
        # What the running bot holds to be true is left as it is: a changed file counts from its next start.
        await store.seed(files.accounts.values(), files.reviewers.values(), only_missing=True)
        await app.texts.follow(unread=True)
        if online:
            app.connect(stack, publishing=False)
        yield app


def _keys(files: Files) -> Mapping[str, str]:
    """Of the environment what a command beside the bot needs, and no account's token."""
    name = files.config.privacy.key_env
    return {name: os.environ.get(name, "")} if name else {}


async def braked(files: Files) -> Mapping[str, BrakedRule]:
    """The rules that the brake has stopped, by id; none where there is no database yet. Raises StoreError."""
    if not database_exists(files):
        return {}
    store = open_store(files, exclusive=False)
    try:
        return await store.braked()
    finally:
        await store.close()


def database_exists(files: Files) -> bool:
    """Whether the database that the configuration names is there. Raises StoreError when that cannot be told."""
    return Store.exists(config.database_address(files.loaded))


def need_tokens(files: Files, environment: Mapping[str, str]) -> None:
    """Raises CannotStartError when a variable is not set that must hold the access token of an account."""
    missing = [section.token_env for section in files.config.accounts if not environment.get(section.token_env)]
    if missing:
        names = ", ".join(missing)
        raise CannotStartError(f"These environment variables must hold the accounts' access tokens: {names}.")


def keep_for_good() -> None:
    """Leave all that a start has made, rules above all, out of every later collection of garbage.

    Going through them again and again held up one page in twenty by a tenth of a second.
    """
    gc.collect()
    gc.freeze()


async def serve(app: App, stop: asyncio.Event) -> None:
    """Run the bot and say how to sign in, at the start and on SIGUSR1; then close its database."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, app.greet)

    def ready() -> None:
        keep_for_good()
        app.greet()

    try:
        await app.run(stop, ready=ready)
    finally:
        await app.store.close()
