"""The responses of a party: choosing the one that is true here, and judging what a reviewer writes instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bot.model import Proposal, TargetKind, VerdictKind
from bot.responses.folder import Audience, House, Response, Voice, faults, primary, read_folder, voice_of
from bot.responses.links import LONGEST_TOKEN, digest_of
from bot.responses.wording import (
    OUR_NAME,
    STATUS,
    UNFILLED,
    UNSEEN,
    Lint,
    addressed,
    handles,
    measure_of,
    without,
    words,
)
from bot.yaml_file import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from bot.config import Party, Policies
    from bot.model import Account, Mention, Verdict
    from bot.responses.links import ReplyLinks

IN_GROUP_CONFIDENCE = 0.5
"""A claim to be one of us below this is answered with the norm of this space: the wrong *our* drives people off."""
WHOLE_HANDLE = re.compile(r"@[^\s@]+(?:@[^\s@]+)?")


class NoSuchResponse(Exception):  # noqa: N818  the name says what is wrong
    """There is no response of that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One variant as a reader would see it."""

    variant: int
    text: str
    """Filled for an author called @sam@social.example."""
    length: int
    longest: int
    """Its length with the longest values it may meet."""
    limit: int
    stretched: str = ""
    """Filled for the author with the longest name that there can be."""
    retired: bool = False


def in_group(verdict: Verdict) -> bool:
    """Whether a reply may speak of *our* name: an undoubted claim, of which the rules are confident enough."""
    return verdict.affiliation.in_group and verdict.affiliation.confidence >= IN_GROUP_CONFIDENCE


class Responses:
    """All responses of a party, valid as a whole. Choosing is pure: the same facts give the same words."""

    def __init__(self, responses: Iterable[Response], house: House) -> None:
        self.all = tuple(sorted(responses, key=lambda response: response.id))
        self._house = house
        self._words = frozenset(word for response in self.all for text in response.variants for word in words(text))

    @classmethod
    def load(  # noqa: PLR0913  each is a source of its own, given by keyword
        cls,
        folder: Path,
        *,
        party: Party,
        accounts: Iterable[Account],
        policies: Policies,
        slurs: Collection[str] = (),
        texts: Mapping[Path, str] | None = None,
        links: ReplyLinks | None = None,
    ) -> Responses:
        """Read a folder of responses, or those of these texts that lie there.

        With `links` each public reply has a right-of-reply link of its own. Raises BadFile, which names every mistake
        in every file.
        """
        lint = Lint(slurs=slurs, names=(party.name, *party.names, *party.hashtags))
        house = House(party=party, accounts=tuple(accounts), lint=lint, links=links)
        return cls(read_folder(folder, house=house, policies=policies, texts=texts), house)

    def get(self, response_id: str) -> Response:
        """The response of that id. Raises NoSuchResponse, which names the nearest."""
        for response in self.all:
            if response.id == response_id:
                return response
        ids = [response.id for response in self.all]
        msg = f"there is no response “{response_id}”{nearest(response_id, ids) or f'; there are {listed(ids)}'}"
        raise NoSuchResponse(msg)

    def choose(  # noqa: PLR0913  three of them are places in a thread's and an account's memory, told apart by name
        self,
        verdict: Verdict,
        mention: Mention,
        account: Account,
        *,
        strikes: int,
        used: Collection[tuple[str, int]],
        recent: Sequence[tuple[str, int]],
        skip: Collection[tuple[str, int]] = (),
        token: str | None = None,
        correction: bool = False,
    ) -> Proposal | None:
        """A filled text for this mention in this account's voice; `None` when none is due or none is left.

        `used` are wordings (response, variant) that the thread has seen, `skip` others that are not wanted, `recent`
        those that the account used last, newest first. Who claims to be one of us hears *not in our name*, and the
        norm of this space only when every in-group wording is gone; anyone else hears the norm alone. Then comes the
        response for the most strikes that the author has reached, then the one used least recently, and its variant
        likewise. A `correction` is due whatever the verdict now is, and is chosen among those alone. The `token` is for
        the reply's right-of-reply link, where replies have one.
        """
        barred = {*used, *skip}
        if WHOLE_HANDLE.fullmatch(mention.author.handle) is None:
            return None
        voices = _voices(verdict, account)
        ranked = (
            self._corrections(voices, mention.lang, recent)
            if correction
            else self._ranked(verdict, voices, mention.lang, strikes, recent)
        )
        for choice in ranked:
            if (choice.response.id, choice.variant) in barred:
                continue
            text = choice.response.variants[choice.variant]
            reply = self._house.fill(
                text, handle=mention.author.handle, account=account.handle, token=token, correction=correction
            )
            if self._house.length(reply, account.platform) <= measure_of(account.platform).limit:
                digest = self._digest_of(token)
                return Proposal(text=reply, response=choice.response.id, variant=choice.variant, link_sha256=digest)
        return None

    def name_for(self, verdict: Verdict, *, lang: str | None = None, strikes: int = 0) -> str | None:
        """Id of the response that the party's own account would take for this verdict; `None` when no reply is due."""
        ranked = self._ranked(verdict, {Voice.ANY, Voice.PARTY}, lang, strikes, ())
        return ranked[0].response.id if ranked else None

    def finish(self, mention: Mention, text: str, token: str | None = None, *, correction: bool = False) -> str:
        """A reviewer's own wording as it would be posted: trimmed, the author's handle in front if it is missing.

        With a `token` it gets its own right-of-reply link, where replies have one: in the place of another that was
        left in it, or copied from another reply, else at its end.
        """
        full = addressed(text.strip(), mention.author.handle)
        links = self._house.links
        return full if links is None or token is None else links.linked(full, token, correction=correction)

    def own_wording(
        self,
        text: str,
        verdict: Verdict,
        mention: Mention,
        account: Account,
        *,
        token: str | None = None,
        correction: bool = False,
    ) -> tuple[Proposal, tuple[str, ...]]:
        """A reviewer's wording as a proposal, and the sentences that say why it may not be posted: none when it may."""
        full = self.finish(mention, text, token, correction=correction)
        faults = self.check_text(
            full,
            platform=account.platform,
            handle=mention.author.handle,
            matched=tuple(match.text for match in verdict.matches),
        )
        return Proposal(text=full, response=None, link_sha256=self._digest_of(token)), faults

    def check_text(self, text: str, *, platform: str, handle: str, matched: Collection[str] = ()) -> tuple[str, ...]:
        """Why this whole text may not be posted as a reply to `handle`, each a sentence; empty when it may.

        Refused: nothing said; too long; a `$name` left unfilled; the author's handle missing, or anybody else's there;
        unseen characters; a slur, or the author's own offending words (`matched`); what somebody is to the party. What
        is merely unwise is for `advise`.
        """
        said, found = without(self._house.said(text), handle), handles(text)
        limit = measure_of(platform).limit
        over = self.length(text, platform) - limit
        ours = {account.handle.lower() for account in self._house.accounts}
        strangers = [other for other in found if other not in {handle.lower(), *ours}]
        unfilled = UNFILLED.search(said)
        refusals = (
            (not words(said), "The reply says nothing yet."),
            (over > 0, f"It is {limit + over} characters long and {limit} are allowed: shorten it by {over}."),
            (unfilled, f"“{unfilled and unfilled[0]}” has not been filled in."),
            (handle.lower() not in found, f"It does not name {handle}, who would not see it."),
            (strangers, f"It names {', '.join(strangers)}; a reply names nobody but the author."),
            (UNSEEN.search(said), "It has characters that cannot be seen; type it afresh."),
            (
                self._house.lint.repeats(said, self._offending(matched)),
                "It repeats the abuse. Say what is wrong without those words.",
            ),
            (STATUS.search(said), "It says what somebody is to the party, which is not ours to publish."),
        )
        return tuple(message for refused, message in refusals if refused)

    def length(self, text: str, platform: str) -> int:
        """How long a whole reply is as the platform counts, the right-of-reply link at its end not counted."""
        return self._house.length(text, platform)

    def advise(self, text: str, *, handle: str, in_group: bool, correction: bool = False) -> tuple[str, ...]:
        """What is unwise in a whole reply, each a sentence for the reviewer, who decides; empty when nothing is."""
        said = without(self._house.said(text), handle)
        advice = [f"It {message}." for message in self._house.lint.unwise(said)]
        if not in_group and OUR_NAME.search(said):
            advice.append("It speaks of “our name” to somebody who does not clearly claim to be one of us.")
        if not correction and str(self._house.party.code_of_practice) not in text:
            advice.append("It does not link to the code of practice.")
        return tuple(advice)

    def preview(self, response_id: str, platform: str) -> tuple[Preview, ...]:
        """Every variant of a response, filled and measured. Raises NoSuchResponse."""
        own = [account.handle for account in self._house.accounts if account.platform == platform]
        account = own[0] if own else "@party@social.example"
        response, measure = self.get(response_id), measure_of(platform)

        token = None if response.audience is Audience.TARGET else LONGEST_TOKEN

        def filled(text: str, handle: str) -> str:
            wrong = response.audience is Audience.CORRECTION
            return self._house.fill(text, handle=handle, account=account, target="Alex", token=token, correction=wrong)

        return tuple(
            Preview(
                variant=variant,
                text=filled(text, "@sam@social.example"),
                length=self.length(filled(text, "@sam@social.example"), platform),
                longest=self._house.longest(text, platform),
                limit=measure.limit,
                stretched=filled(text, measure.longest_handle),
                retired=variant not in response.in_use,
            )
            for variant, text in enumerate(response.variants)
        )

    def measured(self, text: str) -> tuple[int, int] | None:
        """The length of a variant with the longest values, and its limit, where there is least room.

        `None` for a text whose names cannot be filled.
        """
        try:
            found = [(self._house.longest(text, platform), measure_of(platform).limit) for platform in self.platforms]
        except (KeyError, ValueError):
            return None
        return max(found, key=lambda one: one[0] - one[1])

    def faults(self, text: str, audience: Audience) -> tuple[str, ...]:
        """What would keep a variant from being used in a response to that audience, each without its subject."""
        return tuple(faults(text, audience, self._house))

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where our accounts are, and so where responses are read."""
        return self._house.platforms

    def _digest_of(self, token: str | None) -> str | None:
        """What is kept of the token of a reply; `None` where replies have no link of their own."""
        return None if token is None or self._house.links is None else digest_of(token)

    def _corrections(
        self, voices: Collection[Voice], lang: str | None, recent: Sequence[tuple[str, int]]
    ) -> list[_Choice]:
        """Every wording that says that we were wrong, the one used least recently first."""
        spoken, age = primary(lang) if lang else self._house.lang, _ages(recent)

        def order(choice: _Choice) -> tuple[object, ...]:
            response, variant = choice
            return response.voice is Voice.ANY, -age.get((response.id, variant), len(recent)), response.id, variant

        fitting = (
            response
            for response in self.all
            if response.audience is Audience.CORRECTION and response.voice in voices and response.lang == spoken
        )
        return sorted((_Choice(response, variant) for response in fitting for variant in response.in_use), key=order)

    def _ranked(
        self,
        verdict: Verdict,
        voices: Collection[Voice],
        lang: str | None,
        strikes: int,
        recent: Sequence[tuple[str, int]],
    ) -> list[_Choice]:
        """Every wording that would be true here, the best first; none when no reply is due."""
        if verdict.kind is not VerdictKind.RESPOND or not verdict.read:
            return []
        audiences = [Audience.IN_GROUP, Audience.SPACE] if in_group(verdict) else [Audience.SPACE]
        spoken = primary(lang) if lang else self._house.lang
        age = _ages(recent)

        def order(choice: _Choice) -> tuple[object, ...]:
            response, variant = choice
            return (
                audiences.index(response.audience),
                -response.min_strikes,
                -age.get(response.id, len(recent)),
                response.voice is Voice.ANY,
                len(response.policies),
                response.id,
                -age.get((response.id, variant), len(recent)),
                variant,
            )

        fitting = (
            response
            for response in self.all
            if verdict.policy in response.policies
            and response.audience in audiences
            and response.voice in voices
            and response.lang == spoken
            and response.min_strikes <= strikes
        )
        return sorted((_Choice(response, variant) for response in fitting for variant in response.in_use), key=order)

    def _offending(self, matched: Iterable[str]) -> list[str]:
        """The matched words that a reply must not repeat. One that our own responses use is ours to use: `women`."""
        spans = (" ".join(words(span)) for span in matched)
        return [span for span in spans if len(span) > 1 and span not in self._words]


class _Choice(NamedTuple):
    """One wording."""

    response: Response
    variant: int


def _ages(recent: Sequence[tuple[str, int]]) -> dict[object, int]:
    """How many replies ago each response and each wording was last used."""
    ages: dict[object, int] = {}
    for age, wording in enumerate(recent):
        ages.setdefault(wording[0], age)
        ages.setdefault(wording, age)
    return ages


def _voices(verdict: Verdict, account: Account) -> frozenset[Voice]:
    """In which voices this account may answer this verdict."""
    voice, target = voice_of(account), verdict.target
    if voice is Voice.LEADER and target is not None:
        aimed_here = (
            target.kind is TargetKind.ACCOUNT
            if target.handle is None
            else target.handle.lower() == account.handle.lower()
        )
        if aimed_here:
            return frozenset({Voice.ANY})  # “don't do this for me” is no answer to abuse of oneself
    return frozenset({voice, Voice.ANY})
