"""The folder `responses/`: the shape of a file in it, and everything that can be wrong in all of them.

One file is one response, named after its id. Its variants are texts with `$names`; the reply begins with the author's
handle, which is put there and not written in the file. `audience` says to whom it speaks, `voice` whose account may say
it: the party's own, one that belongs to a person (`leader`), or any.

A wording that was used is remembered by its place: new variants go to the end of the list, and one that is no longer
wanted keeps its place and is named under `retired`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from string import Template
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from bot.config import Id, Section
from bot.model import VerdictKind
from bot.responses.links import LONGEST_TOKEN
from bot.responses.wording import MEASURES, OUR_NAME, UNSEEN, addressed, handles, length, measure_of
from bot.yaml_file import SUFFIXES, BadFile, Loaded, Problem, nearest, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.config import Party, Policies
    from bot.model import Account
    from bot.responses.links import ReplyLinks
    from bot.responses.wording import Lint

FEWEST_VARIANTS = 6
"""For each policy that answers in public, in each form and each voice, so that wordings can rotate."""
NAMES = frozenset({"handle", "account", "party", "code_link", "appeal_link"})
"""What a text may name with `$`; `$target` besides, in a response to the person attacked."""


class Audience(StrEnum):
    """To whom a response speaks."""

    IN_GROUP = "in_group"
    """The author claims to be one of us. These alone speak of *our name*."""
    SPACE = "space"
    """Anyone: the norm of this space."""
    TARGET = "target"
    """The person attacked, in private; never chosen for an author."""
    CORRECTION = "correction"
    """The author of a post that we answered by mistake; never chosen for abuse."""


class Voice(StrEnum):
    """Whose account may say it."""

    PARTY = "party"
    LEADER = "leader"
    """Any account that has a principal: it speaks as a person."""
    ANY = "any"


class Response(Section):
    """One file of `responses/`."""

    id: Id
    title: Annotated[str, Field(min_length=1)]
    policies: Annotated[tuple[Id, ...], Field(min_length=1)]
    audience: Audience
    voice: Voice = Voice.ANY
    lang: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "en"
    min_strikes: Annotated[int, Field(ge=0)] = 0
    """Kept for authors with at least so many strikes, and then preferred."""
    variants: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
    retired: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Places of variants that are no longer chosen, the first being 1."""

    @property
    def in_use(self) -> tuple[int, ...]:
        """The variants that may be chosen, counted from 0."""
        return tuple(index for index in range(len(self.variants)) if index + 1 not in self.retired)


@dataclass(frozen=True, kw_only=True)
class House:
    """Whose responses they are: what fills the names, and what the texts are held against."""

    party: Party
    accounts: tuple[Account, ...]
    lint: Lint
    links: ReplyLinks | None = None
    """Where each public reply has a right-of-reply link of its own."""

    @property
    def lang(self) -> str:
        """The language in which the party answers."""
        return primary(self.party.lang)

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The voices in which its accounts speak."""
        return tuple(sorted({voice_of(account) for account in self.accounts} or {Voice.PARTY}))

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where its accounts are."""
        return tuple(sorted({account.platform for account in self.accounts} or set(MEASURES)))

    def fill(
        self,
        text: str,
        *,
        handle: str,
        account: str,
        target: str = "",
        token: str | None = None,
        correction: bool = False,
    ) -> str:
        """A variant with its names filled, the handle of whoever it answers in front.

        With a `token` it has its own right-of-reply link, where there are such.
        """
        links = self.links if token is not None else None
        appeal_link = str(self.party.appeal_link) if links is None or token is None else links.link(token)
        values = {
            "handle": handle,
            "account": account,
            "target": target,
            "party": self.party.name,
            "code_link": str(self.party.code_of_practice),
            "appeal_link": appeal_link,
        }
        filled = addressed(Template(text).substitute(values), handle)
        return filled if links is None or token is None else links.linked(filled, token, correction=correction)

    def longest(self, text: str, platform: str) -> int:
        """The length of a variant with the longest values it may meet on a platform."""
        handle = measure_of(platform).longest_handle
        own = [account.handle for account in self.accounts if account.platform == platform] or [handle]
        filled = (self.fill(text, handle=handle, account=one, target=handle, token=LONGEST_TOKEN) for one in own)
        return max(self.length(each, platform) for each in filled)

    def length(self, text: str, platform: str) -> int:
        """How long a reply is as the platform counts, the right-of-reply link at its end not counted."""
        return length(self.said(text), platform)

    def said(self, text: str) -> str:
        """A reply without the right-of-reply link at its end."""
        return text if self.links is None else self.links.without(text)


def voice_of(account: Account) -> Voice:
    """The voice in which an account speaks."""
    return Voice.PARTY if account.principal is None else Voice.LEADER


def primary(lang: str) -> str:
    """The language of a tag, without its region: `en` for `en-GB`."""
    return lang.partition("-")[0].lower()


def read_folder(
    folder: Path, *, house: House, policies: Policies, texts: Mapping[Path, str] | None = None
) -> tuple[Response, ...]:
    """Every response of a folder, or those of these texts that lie there.

    Raises BadFile, which names every mistake in every file.
    """
    files: list[Loaded[Response]] = []
    problems: list[Problem] = []
    try:
        written = folder.iterdir() if texts is None else (path for path in texts if path.parent == folder)
        paths = sorted(path for path in written if path.suffix in SUFFIXES)
    except OSError as error:
        raise BadFile([Problem(str(folder), None, "", f"cannot be read: {error.strerror}")]) from None
    for path in paths:
        try:
            files.append(read(path, Response, texts[path] if texts else None))
        except BadFile as bad:
            problems.extend(bad.problems)
    responses = tuple(file.value for file in files)
    if not problems:
        problems.extend(
            Problem(str(folder), None, policy, message) for policy, message in _gaps(responses, house, policies)
        )
    seen = _Seen()
    for file in files:
        problems.extend(_mistakes(file, house, policies, seen))
    if problems:
        raise BadFile(problems)
    return responses


@dataclass
class _Seen:
    """Where each id and each text stood first."""

    ids: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def _mistakes(file: Loaded[Response], house: House, policies: Policies, seen: _Seen) -> Iterator[Problem]:
    """What is wrong with one file of the right shape."""
    response = file.value
    if response.id != file.path.stem:
        yield file.problem("id", message=f"the file of this response must be called {response.id}{file.path.suffix}")
    if response.id in seen.ids:
        yield file.problem("id", message=f"is also the id of {seen.ids[response.id]}")
    seen.ids.setdefault(response.id, file.path.name)
    for index, policy in enumerate(response.policies):
        clause = policies.clauses.get(policy)
        if clause is None:
            message = f"“{policy}” is no policy of this configuration{nearest(policy, policies.clauses)}"
            yield file.problem("policies", index, message=message)
        elif clause.verdict is VerdictKind.ESCALATE:
            message = f"“{policy}” is escalated and never answered; take it out"
            yield file.problem("policies", index, message=message)
    yield from _without_variant(file)
    for index, text in enumerate(response.variants):
        same = " ".join(text.split())
        if same in seen.texts:
            yield file.problem("variants", index, message=f"is the same text as {seen.texts[same]}")
        seen.texts.setdefault(same, f"{response.id}, variants[{index}]")
        for message in faults(text, response.audience, house):
            yield file.problem("variants", index, message=message)


def _without_variant(file: Loaded[Response]) -> Iterator[Problem]:
    """The retired places at which no variant stands."""
    last = len(file.value.variants)
    for index, place in enumerate(file.value.retired):
        if place > last:
            yield file.problem("retired", index, message=f"there is no variant {place}; the last one is {last}")


def faults(text: str, audience: Audience, house: House) -> Iterator[str]:
    """What is wrong with one variant; its words are looked at once its names are right."""
    unfit = list(_unfit_names(text, audience, house))
    yield from unfit
    if unfit:
        return
    for platform in house.platforms:
        limit, longest = measure_of(platform).limit, house.longest(text, platform)
        if longest > limit:
            yield f"can be {longest} characters long on {platform}, where {limit} are allowed: cut {longest - limit}"
    if OUR_NAME.search(text) and audience is not Audience.IN_GROUP:
        yield "speaks for us (“our name”, “this party”); only a response with audience: in_group may"
    if handles(text):
        yield "names an account; a reply names nobody but its author"
    if UNSEEN.search(text):
        yield "has characters that cannot be seen"
    if house.lint.repeats(text):
        yield "has a slur in it"
    yield from house.lint.unwise(text)


def _unfit_names(text: str, audience: Audience, house: House) -> Iterator[str]:
    """What is wrong with the `$names` of one variant."""
    template, permitted = Template(text), NAMES | ({"target"} if audience is Audience.TARGET else set())
    if not template.is_valid():
        yield "has a $ that begins no name; write $$ for the sign itself"
        return
    names = set(template.get_identifiers())
    strange = sorted(names - permitted)
    for name in strange:
        yield f"${name} is not a name that may stand here{nearest(name, permitted)}"
    if "appeal_link" in names and house.party.appeal_link is None and house.links is None:
        yield "uses $appeal_link, but neither party.appeal_link nor public is set in the configuration"
    if "code_link" not in names and audience not in {Audience.TARGET, Audience.CORRECTION} and not strange:
        yield "lacks $code_link"


def _gaps(responses: Sequence[Response], house: House, policies: Policies) -> Iterator[tuple[str, str]]:
    """Each policy that answers in public and has too few wordings in some form or voice, and what is missing."""
    answered = [policy for policy, clause in policies.clauses.items() if clause.verdict is VerdictKind.RESPOND]
    for policy in answered:
        for audience in (Audience.IN_GROUP, Audience.SPACE):
            usual = [
                response
                for response in responses
                if policy in response.policies
                and response.audience is audience
                and response.lang == house.lang
                and response.min_strikes == 0
            ]
            for voice in house.voices:
                found = _count(usual, {voice, Voice.ANY})
                if found < FEWEST_VARIANTS:
                    yield (
                        policy,
                        (
                            f"has {found} variants with audience: {audience}, lang: {house.lang} and voice: {voice} or "
                            f"any, and no min_strikes; at least {FEWEST_VARIANTS} are needed"
                        ),
                    )


def _count(responses: Sequence[Response], voices: Collection[Voice]) -> int:
    return sum(len(response.in_use) for response in responses if response.voice in voices)
