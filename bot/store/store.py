"""The one door to the database: every query and every write of the program, as coroutines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from bot.store import (
    advance,
    attention,
    audit,
    background,
    brakes,
    cards,
    cases,
    edits,
    figures,
    history,
    incidents,
    loading,
    publications,
    queue,
    reading,
    receive,
    rejoinders,
    retention,
    search,
    seeking,
    settings,
    trails,
    verify,
)
from bot.store.engine import Database, exists
from bot.store.evenness import Evenness
from bot.store.evidence import Evidence
from bot.store.outbox import Outbox
from bot.store.people import People
from bot.store.platform_reports import PlatformReports
from bot.store.protected import ProtectedPeople
from bot.store.revisions import Revisions
from bot.store.safety import Safety
from bot.store.subjects import Subjects

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.brake import BrakedRule
    from bot.config import Brake
    from bot.model import (
        Account,
        ApprovedReply,
        AuditEvent,
        Case,
        Draft,
        History,
        Mention,
        Rejoinder,
        RejoinderKind,
        Reviewer,
        Ruling,
        State,
        Visibility,
    )
    from bot.store.answers import (
        AuditSought,
        ChainHead,
        Figures,
        QueueCounts,
        QueuePage,
        QueueView,
        Reader,
        Sought,
        Wanted,
    )
    from bot.store.background import About, Background
    from bot.store.records import (
        AuditFault,
        Card,
        Change,
        DecisionRecord,
        Edit,
        Handover,
        Known,
        LeftAlone,
        Malformed,
        OthersOut,
        Pause,
        PostedReply,
        Purged,
        Received,
        RecordedMention,
        RuleText,
        Stats,
        Terms,
        Thread,
        Totals,
    )
    from bot.store.rejoinders import Taken
    from bot.vault import Vault


class Store:
    """What the bot knows, on disk. Each writing method is one transaction: all of it is stored, or nothing.

    Every method may raise StoreError. One object serves one process; several on one file work together.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self.people = People(database)
        """Who is signed in, by what, and how they want to read."""
        self.evenness = Evenness(database)
        """Totals by the side that authors claim, and second readings."""
        self.revisions = Revisions(database)
        """Responses and rule packs, as they were written, reviewed and found."""
        self.evidence = Evidence(database)
        """What was captured of mentions, and has to hold."""
        self.safety = Safety(database)
        """What the safety team has done, and by when."""
        self.subjects = Subjects(database)
        """People of the public whom it tells of: found, held, erased."""
        self.outbox = Outbox(database)
        """What was sealed for the compliance team."""
        self.protected = ProtectedPeople(database)
        """What protected people wish."""
        self.platform_reports = PlatformReports(database)
        """What is reported to platforms, and their receipts."""

    @classmethod
    def open(
        cls,
        url: str,
        *,
        now: Callable[[], datetime],
        exclusive: bool = False,
        helper: bool = False,
        as_it_is: bool = False,
        vault: Vault | None = None,
    ) -> Self:
        """Opens a database, made or upgraded if need be. Raises StoreError, also for one from a newer version.

        `exclusive` is for the bot itself, or for that of its processes which has the desk: a second one on the same
        database is refused. `helper` is for its other processes, which a file has no room for. With `as_it_is` nothing
        is made or upgraded, and only `check` may be asked of an older one. `vault` is what evidence is kept in; without
        one it is not encrypted.
        """
        return cls(Database(url, now=now, exclusive=exclusive, helper=helper, as_it_is=as_it_is, vault=vault))

    @staticmethod
    def exists(url: str) -> bool:
        """Whether there is a database of ours at the address already. Raises StoreError when that cannot be told."""
        return exists(url)

    @property
    def owner(self) -> str:
        """The name under which this process makes claims."""
        return self._db.backend.owner

    async def close(self) -> None:
        """Waits for what is under way and lets go of the file."""
        await self._db.close()

    # At the start

    async def seed(
        self, accounts: Iterable[Account], reviewers: Iterable[Reviewer], *, only_missing: bool = False
    ) -> None:
        """Stores the accounts and reviewers of the configuration; those no longer named stay, inactive.

        With `only_missing` whoever is stored already stays exactly as they are: for a command beside a running bot.
        """
        await self._db.write(settings.seed, list(accounts), list(reviewers), only_missing=only_missing)

    async def configuration_changes(self, snapshot: Mapping[str, object]) -> tuple[str, ...]:
        """What changed since the last start; a short line for each change. The caller leaves secrets out."""
        return await self._db.read(settings.configuration_changes, snapshot)

    async def note_configuration(self, snapshot: Mapping[str, object]) -> None:
        """Audits what changed since the last start. The caller leaves secrets out."""
        await self._db.write(settings.note_configuration, snapshot)

    async def configured_at(self) -> datetime | None:
        """When the configuration that holds was noted; `None` before the first."""
        return await self._db.read(settings.configured_at)

    # Receiving

    async def cursor(self, account_id: str) -> str | None:
        """Where reading for the account goes on; `None` before the first time."""
        return await self._db.read(history.cursor, account_id)

    async def known(self, uris: Iterable[str]) -> dict[str, Known]:
        """What is stored of each URI; those never seen are left out."""
        return await self._db.read(history.known, list(uris))

    async def histories(self, author_uris: Iterable[str], since: datetime) -> dict[str, History]:
        """The past of every author asked for; what arrived before `since` is no strike any more.

        `names` holds every handle under which they were seen, the latest first, today's among them.
        """
        return await self._db.read(history.histories, list(author_uris), since)

    async def threads(self, conversations: Iterable[str]) -> dict[str, Thread]:
        """What we have said, or may yet say, in every conversation asked for."""
        return await self._db.read(history.threads, list(conversations))

    async def background(self, about: About) -> Background:
        """All that bears on some mentions, as it is at one moment."""
        return await self._db.read(background.background, about, now=self._db.now())

    async def receive(  # noqa: PLR0913 - a page has this many parts
        self,
        account_id: str,
        received: Sequence[Received],
        *,
        cursor: str | None,
        gone: Sequence[str] = (),
        malformed: Sequence[str] = (),
        owner: str | None = None,
        keep_ignored: bool = True,
    ) -> tuple[str, ...]:
        """Stores a page with its evidence, cases, audit events and cursor; ids of the cases opened or changed.

        A mention that is stored already and reads the same is skipped. `owner` names whose claim allows an edit or a
        deletion to touch a case that is being published. Without `keep_ignored` no text of an ignored mention is kept.
        """
        return await self._db.write(
            receive.receive,
            account_id,
            received,
            cursor=cursor,
            gone=gone,
            malformed=malformed,
            owner=owner,
            keep_ignored=keep_ignored,
        )

    # Cases

    async def case(self, case_id: str) -> Case | None:
        """The case of that id."""
        return await self._db.read(loading.one, case_id)

    async def cases(
        self,
        *,
        states: Collection[State],
        safety: bool | None = None,
        account: str | None = None,
        asked: bool = False,
        in_front: bool = False,
        limit: int = 1_000,
    ) -> list[Case]:
        """Cases in these states, oldest first; `safety`: only the safety desk's (True), only the others (False).

        With `asked` those besides that ask what becomes of our reply, whose post was edited. With `in_front` one case
        of each incident that waits, and not those that it shows.
        """
        return await self._db.read(
            cases.in_states, states, safety=safety, account=account, asked=asked, in_front=in_front, limit=limit
        )

    async def incident(self, incident_id: str) -> list[Case]:
        """Every case of an incident that could be answered, in whatever state, in the order of their opening."""
        return await self._db.read(incidents.cases_of, incident_id)

    async def queue(self, wanted: Wanted, reader: Reader, *, limit: int = 50, offset: int = 0) -> QueuePage:
        """What waits for staff, never the safety desk's: the most pressing first, and of those the oldest."""
        return await self._db.read(queue.page, wanted, reader, limit=limit, offset=offset)

    async def next_in_queue(
        self, wanted: Wanted, reader: Reader, *, after: Case, avoid: Collection[str] = ()
    ) -> str | None:
        """The case to go on with after that one, the next to have come that waits for this reader; `None` for none.

        One of `avoid` comes only where there is no other.
        """
        came = after.opened_at
        return await self._db.read(queue.following, wanted, reader, after=after.id, opened_at=came, avoid=avoid)

    async def queue_counts(self, *, safety: bool) -> QueueCounts:
        """How many cases wait; the safety desk's with `safety` alone."""
        return await self._db.read(queue.counts, safety=safety)

    async def in_views(self, reader: Reader) -> dict[QueueView, int]:
        """How many cases each view of the queue holds for this reader."""
        return await self._db.read(queue.in_views, reader)

    async def search(self, words: str, *, safety: bool, limit: int = 50, offset: int = 0) -> list[Case]:
        """Cases in whatever state that hold these words, the latest first; what was erased is not found."""
        return await self._db.read(search.search, words, safety=safety, limit=limit, offset=offset)

    async def closed(self, limit: int = 50, *, safety: bool = False) -> list[Case]:
        """Cases published, retracted or closed, the latest first; the safety desk's, or the others."""
        return await self._db.read(cases.closed, limit=limit, safety=safety)

    async def advance(self, change: Change) -> Case:
        """Makes one change to a case, with its audit event; the case as it then is. Raises Stale, NoSuchCase."""
        return await self._db.write(advance.advance, change)

    async def drafts(self, case_id: str) -> list[Draft]:
        """Every revision, oldest first."""
        return await self._db.read(loading.all_drafts, case_id)

    async def decisions(self, case_id: str) -> list[DecisionRecord]:
        """What reviewers ruled on a case, in order."""
        return await self._db.read(cases.decisions_on, case_id)

    async def note_opening(self, case_id: str, *, actor: str, unless_within: timedelta) -> None:
        """Audits that a person looked at a case, unless they did so within that time already."""
        await self._db.write(audit.note_opening, case_id, actor=actor, unless_within=unless_within)

    async def trail(self, case_id: str) -> list[AuditEvent]:
        """The audit events of a case, in order."""
        return await self._db.read(audit.trail, case_id)

    async def live_mentions(self, account_id: str) -> list[Mention]:
        """The mentions seen through that account that are worth a look: may they have been edited, or deleted?

        Those of open, approved and escalated cases, oldest case first; then, newest first and at most 200, those of
        the last 24 hours that were recorded without a case.
        """
        return await self._db.read(cases.live_mentions, account_id, self._db.now())

    async def answered_mentions(self, account_id: str, since: datetime) -> list[Mention]:
        """The mentions seen through that account to which a reply was, or may have been, posted since then.

        The latest first, at most 200, as they newest read; those that are gone are left out.
        """
        return await self._db.read(cases.answered_mentions, account_id, since)

    async def edits(self, cases: Iterable[Case]) -> dict[str, Edit]:
        """What was edited in the posts of these cases and is news to reviewers, by case; most have none."""
        return await self._db.read(edits.of_cases, [case.id for case in cases])

    # Publishing

    async def next_due(self, account_id: str, now: datetime, *, owner: str, skip: Collection[str] = ()) -> Case | None:
        """What an account's publisher is to do next, leaving out the cases in `skip`; `None` when there is nothing.

        First a claim that did not end, its own or another's; then a reply that is to be taken down; then, unless
        paused, the approved case that has been due for longest.
        """
        return await self._db.read(publications.next_due, account_id, now, self._living(owner), skip)

    async def accounts_due(self, now: datetime, *, owner: str) -> list[str]:
        """The accounts whose publishers have something to do."""
        return await self._db.read(publications.accounts_due, now, self._living(owner))

    def _living(self, owner: str) -> Callable[[Connection], Collection[str]]:
        return lambda connection: {owner, *self._db.backend.at_work(connection)}

    async def stays(self) -> bool:
        """Whether this process still holds its place on the database; it takes it again after the server's restart.

        False when another has taken it. Raises StoreError when the server cannot be reached.
        """
        return await self._db.apart(self._db.backend.stays)

    async def same_configuration(self, snapshot: Mapping[str, object]) -> bool:
        """Whether it is the one that was noted last."""
        return await self._db.read(settings.same_configuration, snapshot)

    async def next_due_at(self) -> datetime | None:
        """When the next approved case is due, which may be past; `None` when none is approved."""
        return await self._db.read(publications.next_due_at)

    async def others_out(self, case: Case, since: datetime) -> OthersOut:
        """How many other replies are, or may be, out by which this one is bound; of its account those since then."""
        return await self._db.read(publications.others_out, case, since)

    async def intend(
        self, case: Case, *, owner: str, visibility: Visibility, others: OthersOut | None = None
    ) -> ApprovedReply:
        """Writes down that the approved draft is about to be posted, and counts the attempt.

        Raises Stale when the claim is not the owner's, or the newest draft does not answer the mention as it stands;
        Preceded when there are not the same `others` out any more as when it was asked whether this one may be.
        """
        return await self._db.write(publications.intend, case, owner=owner, visibility=visibility, others=others)

    async def reply_of(self, case_id: str) -> ApprovedReply | None:
        """The reply of the live publication, to look for it on the platform; `None` when none was intended."""
        return await self._db.read(publications.reply_of, case_id)

    async def replies_since(self, account_id: str, since: datetime) -> list[datetime]:
        """When the account's replies were posted, oldest first; one that may have been posted counts too."""
        return await self._db.read(publications.replies_since, account_id, since)

    # The right of reply

    async def posted_reply(self, link_sha256: str) -> PostedReply | None:
        """The reply that the public saw with this link in it; `None` when there is none, or it is kept no longer."""
        return await self._db.read(rejoinders.posted_reply, link_sha256)

    async def take_rejoinder(
        self, link_sha256: str, kind: RejoinderKind, words: str, *, safety: bool, crowded: bool = False
    ) -> Taken:
        """Keeps what was said by a link, with its audit event; the very same is kept once."""
        return await self._db.write(rejoinders.take, link_sha256, kind, words, safety=safety, crowded=crowded)

    async def rejoinders(self, *, safety: bool) -> list[Rejoinder]:
        """Those that nobody has ruled on, the oldest first: for the safety desk alone, or the others."""
        return await self._db.read(rejoinders.waiting, safety=safety)

    async def rejoinders_to(self, case_id: str) -> list[Rejoinder]:
        """All that was said to the reply of a case, in order."""
        return await self._db.read(rejoinders.of_case, case_id)

    async def rejoinder(self, rejoinder_id: str) -> Rejoinder | None:
        """The rejoinder of that id."""
        return await self._db.read(rejoinders.one, rejoinder_id)

    async def rule(self, rejoinder_id: str, ruling: Ruling, *, by: str) -> bool:
        """Writes down what a person made of it, with its audit event; False when somebody had ruled on it before.

        Our own mistake is ruled by a change of the case.
        """
        return await self._db.write(rejoinders.rule, rejoinder_id, ruling, by=by)

    # Brakes

    async def pause(self, scope: str, *, actor: str, reason: str = "") -> tuple[str, ...]:
        """Pulls the stop switch for an account's id, or for `all`: nothing is claimed from here on.

        The ids of the cases whose replies were claimed before, and may still be posted.
        """
        return await self._db.write(settings.pause, scope, actor=actor, reason=reason)

    async def resume(self, scope: str, *, actor: str) -> None:
        """Lets go of the stop switch."""
        await self._db.write(settings.resume, scope, actor=actor)

    async def paused(self) -> dict[str, Pause]:
        """The pauses in force, by scope."""
        return await self._db.read(settings.paused)

    async def note_rules(self, rules: Iterable[RuleText]) -> tuple[str, ...]:
        """Remembers how every rule reads; the ids of those that were edited, or are new, since the last time.

        These are on trial. Rules that came with the program are not new to a database that knew no rule before.
        """
        return await self._db.write(brakes.note_rules, list(rules))

    async def brake(self, limits: Brake) -> tuple[BrakedRule, ...]:
        """Stops each rule on trial that holds too often, with its audit event; those that were stopped just now."""
        return await self._db.write(brakes.brake, limits)

    async def braked(self) -> dict[str, BrakedRule]:
        """The rules that ran away and wait for an admin, by id, the first first."""
        return await self._db.read(brakes.braked)

    async def release(self, rule: str, *, actor: str) -> BrakedRule | None:
        """Lets a rule go on, with its audit event; `None` when it was not stopped.

        As it now reads it is not stopped again, unless it was edited since it ran away: then its trial begins.
        """
        return await self._db.write(brakes.release, rule, actor=actor)

    # Desks

    async def cards(self, desk: str) -> list[Card]:
        """Every card of a desk."""
        return await self._db.read(cards.of_desk, desk)

    async def stale_cards(self, desk: str) -> list[tuple[Case, tuple[Card, ...]]]:
        """Cases to draw on a desk, oldest first, each with the cards that it has there.

        They are the unfinished ones without a card, and all with a card drawn before their last change.
        """
        return await self._db.read(cards.stale, desk)

    async def keep_card(self, card: Card) -> None:
        """Remembers a card, in place of the one that the case had in this chat."""
        await self._db.write(cards.keep, card)

    async def drop_card(self, card: Card) -> None:
        """Forgets a card."""
        await self._db.write(cards.drop, card)

    # From one shift to the next

    async def hand_over(self, text: str, *, actor: str, safety: bool) -> Handover:
        """Keeps a note for whoever comes next on the staff desk, or on the safety desk; the audit has its digest."""
        return await self._db.write(attention.hand_over, text, actor=actor, safety=safety)

    async def handed_over(self, since: datetime, *, safety: bool) -> list[Handover]:
        """The notes for that desk since then, the first first."""
        return await self._db.read(attention.handed_over, since, safety=safety)

    async def announce(self, what: str, at: datetime) -> datetime | None:
        """Takes the right to announce something as of that moment; `None` when somebody has announced it already.

        Else the moment as of which it was announced the last time, or this one the first time.
        """
        return await self._db.write(attention.announce, what, at)

    async def note_reading(self, account_id: str, at: datetime) -> None:
        """Remembers up to when an account has been read to its end."""
        await self._db.write(attention.note_reading, account_id, at)

    async def read_until(self) -> dict[str, datetime]:
        """Up to when each account has been read to its end, by whichever process; those never read are left out."""
        return await self._db.read(attention.read_until)

    # For staff to read

    async def left_alone(self, limit: int = 100) -> list[LeftAlone]:
        """Ignored mentions, the latest first."""
        return await self._db.read(reading.left_alone, limit)

    async def recorded(self, limit: int = 100) -> list[RecordedMention]:
        """Abusive mentions that never had a case, the latest first."""
        return await self._db.read(reading.recorded, limit)

    async def malformed(self, limit: int = 100) -> list[Malformed]:
        """What came from a platform and could not be understood, the latest first."""
        return await self._db.read(reading.not_understood, limit)

    async def stats(self, since: datetime, *, safety: bool) -> Stats:
        """Figures since a moment; `safety`: whether cases of the safety desk count."""
        return await self._db.read(reading.stats, since, self._db.now(), safety=safety)

    async def figures(self, since: datetime, until: datetime, *, safety: bool) -> Figures:
        """The figures from one midnight, in UTC, to another; `safety`: whether cases of the safety desk count."""
        return await self._db.read(figures.figures, since, until, safety=safety)

    async def seek(self, sought: Sought, *, limit: int = 50) -> tuple[list[Case], int]:
        """The cases that are asked for, the latest first and no more than `limit`, and how many there are in all."""
        return await self._db.read(seeking.seek, sought, limit=limit)

    async def totals(self) -> Totals:
        """Figures since the database was made, and how many cases are where."""
        return await self._db.read(reading.totals)

    # Audit

    async def note(
        self,
        kind: str,
        *,
        actor: str,
        stream: str = audit.SYSTEM,
        case_id: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Appends an audit event that is not the change of a case: `bot.started`. No personal data."""
        entry = audit.Entry(stream=stream, kind=kind, actor=actor, case_id=case_id, detail=detail or {})
        await self._db.write(audit.append, [entry])

    async def audit_events(self, stream: str | None = None) -> list[AuditEvent]:
        """The events of one stream, or of all, in the order of their chains."""
        return await self._db.read(audit.events, stream)

    async def height(self) -> int:
        """How many audit events there are: while it stays the same, no case has changed."""
        return await self._db.read(audit.height)

    async def audit_page(self, sought: AuditSought, *, limit: int = 50) -> list[AuditEvent]:
        """The events that are asked for, the latest first and no more than `limit`."""
        return await self._db.read(trails.page, sought, limit=limit)

    async def chain_heads(self) -> list[ChainHead]:
        """The last event of each chain, by name."""
        return await self._db.read(trails.heads)

    async def audit_lines(self, stream: str | None = None) -> AsyncIterator[str]:
        """Every event, or every one of a chain, as a line of JSON, in order, up to where the chains end now."""
        for head in await self.chain_heads():
            if stream not in {None, head.stream}:
                continue
            seq = 0
            while seq < head.seq:
                events = await self._db.read(trails.after, head.stream, seq, until=head.seq)
                if not events:
                    break
                seq = events[-1].seq
                yield "".join(f"{trails.line(event)}\n" for event in events)

    async def audit_told(
        self, heads: Iterable[ChainHead], kinds: Collection[str]
    ) -> AsyncIterator[tuple[str, list[tuple[str, str, str | None, str]]]]:
        """The events of these kinds up to these heads, many at once: chain, and (at, kind, case, JSON detail)."""
        for head in heads:
            seq = 0
            while seq < head.seq:
                seq, events = await self._db.read(trails.told, head, seq, kinds)
                yield head.stream, events

    async def verify(self, *, all_bytes: bool = False) -> list[AuditFault]:
        """Recomputes the audit and all that it names; empty when it is whole.

        With `all_bytes` also the digest of everything that was captured, which takes its time. Raises NoKeyError.
        """
        return await self._db.read(verify.verify, self._db.vault if all_bytes else None)

    # Upkeep

    async def purge(self, now: datetime, terms: Terms) -> Purged:
        """Blanks personal data whose time is over; digests stay, and the audit says what was blanked.

        What a legal hold keeps stays whole.
        """
        purged = await self._db.write(retention.purge, now, terms)
        await self._db.apart(self._db.backend.scrub)
        return purged

    async def backup(self, path: Path) -> None:
        """Copies the database to a new file while the bot runs."""
        await self._db.apart(partial(self._db.backend.backup, path))

    async def move_to(self, url: str) -> Mapping[str, int]:
        """Copies everything into a new PostgreSQL database, checks it there, and leaves this one as it is.

        How many rows each table now has. Raises StoreError, and then nothing was copied.
        """
        return await self._db.move_to(url)

    async def check(self) -> list[str]:
        """What is wrong with the file, each in a sentence; empty when nothing is."""
        return await self._db.apart(self._db.backend.check)
