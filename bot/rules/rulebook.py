"""The one door to the rules: a mention goes in, a verdict with its reasons comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import regex

from bot import yaml_file
from bot.model import Verdict, VerdictKind
from bot.rules import examples, loading
from bot.rules.affiliation import Claims
from bot.rules.disguise import fold
from bot.rules.judging import Judging
from bot.rules.pack_files import PackFiles
from bot.rules.place import Circumstances, Ours
from bot.rules.proofs import Proofs, proof
from bot.rules.stance import target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from bot import config
    from bot.model import History, Mention, Side
    from bot.rules.compiled import Language, Rule, RuleFacts
    from bot.rules.judging import Held, Tried
    from bot.rules.language import Pack

MOST_REASONS = 6
MOST_NAMED = 3
"""Rules that one sentence names."""
_LETTERS = regex.compile(r"\p{L}")
_NO_PLAIN_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_SCRIPT_SAMPLE = 400
LOOK_ALIKES = 0.9
"""A text in which this share of letters looks Latin is disguised, not foreign."""

_NOTHING = Verdict(reasons=("No rule holds.",))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each step of one judgement."""

    readings: tuple[tuple[str, str], ...]
    """Every piece of text by name, in every way it was read, the plainest first."""
    tried: tuple[Tried, ...]
    """Every place where a rule found its words, and what became of it."""
    verdict: Verdict


class Rulebook:
    """All rules of one party, compiled. Judging has no effect and the same mention always gets the same verdict."""

    def __init__(  # noqa: PLR0913  each is a part of the configuration, and all are named
        self,
        *,
        packs: Sequence[Path],
        policies: config.Policies,
        rules: config.Rules,
        party: config.Party,
        own: Collection[str],
        protected: Collection[str],
        new_account_days: int = 30,
        cache: Path | None = None,
        texts: Mapping[Path, str] | None = None,
    ) -> None:
        """The shipped rules and those in the folders, untested. Raises BadFile with every problem.

        `own` and `protected` are handles with their servers. An account younger than `new_account_days` is doubted.
        `cache` is a folder that makes the next start quick: what is worked out from the packs alone is kept there.
        `texts` are the files of the folders, where these are not to be read from the disk.
        """
        self._faults: Counter[int] = Counter()
        files = PackFiles.read(packs, texts, shipped=rules.shipped)
        self._compiled = loading.load(files, policies, rules, self._faults, cache)
        self._claims = Claims(party, own, new_account_days)
        self._lang = party.lang.split("-")[0].lower()
        self._ours = Ours(_lowered(own), _lowered(protected))
        self._party = repr((party, own, protected))

    def tested(self, *, proofs: Path | None = None) -> Rulebook:
        """This rulebook, each of whose rules holds for its own examples. Raises BadFile with those that do not."""
        problems = self.failures(proofs=proofs)
        if problems:
            raise yaml_file.BadFile(problems)
        return self

    def failures(self, *, proofs: Path | None = None, of: Collection[str] = ()) -> list[yaml_file.Problem]:
        """What each rule judges wrongly among its own examples, or only those rules that are named.

        `proofs` is a folder in which it is remembered which packs passed, and need not run again; `None` runs all.
        """
        known = Proofs(proofs)
        all_of_it = proof(self._compiled.digest, self._party)
        if not of and all_of_it in known:
            return []
        chosen = [each for each in self._compiled.files.rules if not of or each.section.id in of]
        found = examples.failures(self._compiled, chosen, self._claims, self._ours, known, said_of=self._party)
        if not (of or found):
            known.add([all_of_it])
        return found

    @property
    def slurs(self) -> frozenset[str]:
        """Words that no text of ours may hold: the plain words of rules about hatred."""
        return self._compiled.slurs

    @property
    def rules(self) -> tuple[RuleFacts, ...]:
        """Every rule, in the order of the packs, whatever its state."""
        return self._compiled.rules

    @property
    def packs(self) -> tuple[yaml_file.Loaded[Pack], ...]:
        """Every file of rules as it is written, the shipped ones first."""
        return self._compiled.files.packs

    @property
    def digest(self) -> str:
        """The same for as long as every text is judged alike, but for claims of affiliation."""
        rules = (f"{rule.state} {rule.kind} {rule.digest}" for rule in self._compiled.rules)
        return proof(*rules, *self.speech)

    @property
    def speech(self) -> tuple[str, ...]:
        """For each language what bears on how every text is read, whichever rule looks: a change of it shows."""
        return tuple(language.speech for language in self._compiled.languages.values())

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have a pack."""
        return frozenset(self._compiled.languages)

    @property
    def faults(self) -> Mapping[str, int]:
        """How often each rule was skipped because it failed; empty when all is well."""
        return MappingProxyType({self._compiled.rules[place].id: count for place, count in self._faults.items()})

    def judge(self, mention: Mention, history: History, shadowed: Collection[str] = ()) -> Verdict:
        """What the rules say of a mention, and why. Never raises; a rule that fails is skipped and counted.

        Rules named in `shadowed` judge as if their state were *shadow*, unless they escalate.
        """
        judging, unread = self._judging(mention, history)
        judging.read_all()
        return self._verdict(judging, unread, shadowed)

    def holding(self, mention: Mention, history: History, among: Collection[str]) -> frozenset[str]:
        """Which of these rules hold, whatever their state. Of few rules this is quicker to tell than by judging."""
        judging, _ = self._judging(mention, history)
        judging.only = {place for place, rule in enumerate(self._compiled.rules) if rule.id in among}
        judging.read_all()
        return frozenset(self._compiled.rules[place].id for place, _ in judging.held)

    def side(self, mention: Mention, verdict: Verdict) -> Side:
        """Which side the author of a judged mention claims; for totals, and never to be stored with it."""
        return self._claims.side(mention.author, verdict.affiliation)

    def explain(self, mention: Mention, history: History) -> Explanation:
        """The judgement of one mention with each of its steps."""
        judging, unread = self._judging(mention, history)
        judging.record = True
        judging.read_all()
        return Explanation(
            readings=tuple(dict.fromkeys(judging.readings)),
            tried=tuple(judging.tried),
            verdict=self._verdict(judging, unread, ()),
        )

    def _judging(self, mention: Mention, history: History) -> tuple[Judging, list[str]]:
        """The judgement of a mention before it begins, and why the mention is not read, if so."""
        language, foreign, unread = self._language_of(mention)
        around = Circumstances(mention, history, self._claims, self._ours)
        return Judging(self._compiled, self._faults, language, foreign, around), unread

    def _verdict(self, judging: Judging, unread: list[str], shadowed: Collection[str]) -> Verdict:
        if not (judging.held or judging.aside or judging.unsearched or unread):
            affiliation = judging.around.affiliation
            return replace(_NOTHING, affiliation=affiliation) if affiliation != _NOTHING.affiliation else _NOTHING
        held = sorted([*judging.held.values(), *judging.unread_dangers()], key=_precedence)
        live = [each for each in held if each.rule.state == "live" and not _braked(each.rule, shadowed)]
        shadow = [each for each in held if each.rule.state == "shadow" or _braked(each.rule, shadowed)]
        reasons = [*unread, *self._unsearched(judging), *(_said(each) for each in live), *_aside(judging)]
        if not live:
            reasons.append("No other rule holds." if judging.aside else "No rule holds.")
        verdict = Verdict(
            shadow=tuple(each.match for each in shadow),
            affiliation=judging.around.affiliation,
            reasons=tuple(reasons[:MOST_REASONS]),
            read=not unread,
        )
        if not live:
            return verdict
        first, mention = live[0], judging.around.mention
        answerable = verdict.read and not judging.unsearched
        return replace(
            verdict,
            kind=first.rule.kind if answerable else _unanswered(first.rule.kind),
            policy=first.rule.policy,
            severity=first.rule.severity,
            matches=tuple(each.match for each in live),
            target=target(
                mention,
                spoken_to=first.spoken_to,
                characteristic=first.rule.characteristic,
                own=self._ours.own,
                protected=self._ours.protected,
            ),
        )

    def _unsearched(self, judging: Judging) -> Iterator[str]:
        """A sentence for each piece of text in which a threat may have been missed."""
        for name, places in judging.unsearched.items():
            rules = sorted(self._compiled.rules[place].id for place in places)
            named = ", ".join([*rules[:MOST_NAMED], *(["others"] if len(rules) > MOST_NAMED else [])])
            whom = f" for {named}" if named else ""
            yield f"The {name} could not be searched to its end{whom}: read it yourself. It is not answered."

    def _language_of(self, mention: Mention) -> tuple[Language, bool, list[str]]:
        """The rules that apply, whether the text is declared as something else, and why the mention is not read."""
        code = (mention.lang or self._lang).replace("_", "-").split("-")[0].lower()
        language, ours = self._compiled.languages.get(code), self._compiled.languages.get(self._lang)
        if language is None and ours is not None:
            judged = f"judged as “{ours.code}”, it is at most recorded, unless somebody is in danger"
            return ours, True, [f"Not read: declared as “{code}”, which no rule pack covers; {judged}."]
        if language is None:
            return self._compiled.neutral, False, [f"Not read: there is no rule pack for the language “{code}”."]
        if not mention.text.isascii() and not self._covers_script(mention.text):
            return language, False, ["Not read: most of it is in a script that no rule pack covers."]
        return language, False, []

    def _covers_script(self, text: str) -> bool:
        """Whether most letters are such as the packs are written in; look-alikes among them are forgiven."""
        sample = text[:_SCRIPT_SAMPLE]
        plain = sample.encode("ascii", "ignore")
        odd, known = len(sample) - len(plain), len(plain.translate(None, _NO_PLAIN_LETTERS))
        if odd <= known and self._compiled.script.match("a"):
            return True
        letters = "".join(_LETTERS.findall(sample))
        if len(self._compiled.script.findall(letters)) * 2 >= len(letters):
            return True
        return sum(1 for letter in fold(letters) if letter.isascii()) >= len(letters) * LOOK_ALIKES


def _lowered(handles: Collection[str]) -> frozenset[str]:
    return frozenset(handle.lower() for handle in handles)


def _braked(rule: Rule, shadowed: Collection[str]) -> bool:
    return rule.id in shadowed and not rule.danger


def _precedence(held: Held) -> tuple[int, int, str, str]:
    """The highest verdict first, then severity, then rule id."""
    return -held.rule.kind.rank, -held.rule.severity, held.rule.id, held.match.field


def _unanswered(kind: VerdictKind) -> VerdictKind:
    return VerdictKind.RECORD if kind is VerdictKind.RESPOND else kind


def _said(held: Held) -> str:
    rule, match = held.rule, held.match
    called = f"{rule.title} ({rule.id}, " if rule.title else f"Rule {rule.id} ("
    return f"{called}{rule.policy}, severity {rule.severity}): “{match.text}” in the {match.field}."


def _aside(judging: Judging) -> Iterator[str]:
    """A sentence for each rule that found its words and does not hold."""
    for key in sorted(judging.aside.keys() - judging.held.keys()):
        rule = judging.compiled.rules[key[0]]
        yield f"Rule {rule.id} found its words in the {key[1]}, but {judging.aside[key]}."
