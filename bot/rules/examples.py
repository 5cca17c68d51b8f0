"""Runs the examples that every rule carries: a rule that fails its own is refused.

An example is judged as if its rule were the only one, whatever its state.
"""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import Author, EarlierAbuse, History, Mention, Parent
from bot.rules.judging import Judging
from bot.rules.place import Circumstances
from bot.rules.proofs import proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.rules.affiliation import Claims
    from bot.rules.compiled import Compiled
    from bot.rules.language import Said
    from bot.rules.pack_files import RuleSource
    from bot.rules.place import Ours
    from bot.rules.proofs import Proofs
    from bot.yaml_file import Problem

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
"""When every example was said."""


def failures(
    compiled: Compiled, chosen: Iterable[RuleSource], claims: Claims, ours: Ours, proofs: Proofs, *, said_of: str
) -> list[Problem]:
    """Each of the chosen examples that its rule judges wrongly, with file, line and the rule's name.

    Packs whose examples are known to hold are passed over. `said_of` tells whose party it is, which bears on claims.
    """
    problems: list[Problem] = []
    proven: list[str] = []
    for _, grouped in itertools.groupby(chosen, key=lambda each: each.pack.path):
        written = list(grouped)
        rules = (compiled.rules[example.place].digest for example in written)
        said = (example.section.model_dump_json(include={"matches", "ignores"}) for example in written)
        language = compiled.languages[written[0].pack.value.lang]
        digest = proof(language.speech, *rules, *said, said_of)
        if digest not in proofs:
            found = [problem for example in written for problem in _wrong(compiled, example, claims, ours)]
            problems += found
            proven += [digest] if not found else []
    proofs.add(proven)
    return problems


def _wrong(compiled: Compiled, example: RuleSource, claims: Claims, ours: Ours) -> Iterator[Problem]:
    for at, said in enumerate(example.section.matches):
        reason = _fails(compiled, example, said, claims, ours)
        if reason is not None:
            message = f"rule “{example.section.id}” should hold for its example {at + 1} but does not: {reason}"
            yield _problem(example, "matches", at, message)
    for at, said in enumerate(example.section.ignores):
        held = _judged(compiled, example, said, claims, ours).held
        for found in itertools.islice(held.values(), 1):
            message = f"rule “{example.section.id}” should not hold for its near miss {at + 1} but does"
            yield _problem(example, "ignores", at, f"{message}: it found “{found.match.text}”")


def _fails(compiled: Compiled, example: RuleSource, said: Said, claims: Claims, ours: Ours) -> str | None:
    """Why the rule does not hold for what is said; `None` when it does."""
    judging = _judged(compiled, example, said, claims, ours)
    if judging.held:
        return None
    if judging.faults:
        return "it fails or takes too long on this text"
    return next(iter(judging.aside.values()), "none of its words were found")


def _judged(compiled: Compiled, example: RuleSource, said: Said, claims: Claims, ours: Ours) -> Judging:
    """What the rule alone makes of what is said."""
    around = Circumstances(_mention(said), _history(said), claims, ours)
    language = compiled.languages[example.pack.value.lang]
    judging = Judging(compiled, Counter(), language, foreign=False, around=around, only={example.place})
    judging.read_all()
    return judging


def _mention(said: Said) -> Mention:
    author = Author(
        uri="https://example.org/users/author",
        handle="@author@example.org",
        bio=said.bio,
        followers=said.followers,
        created_at=None if said.account_days is None else _THEN - timedelta(days=said.account_days),
    )
    return Mention(
        uri="https://example.org/1",
        platform="",
        account="",
        native_id="1",
        author=author,
        text=said.text,
        created_at=_THEN,
        addressed=said.mentions,
        parent=None if said.parent is None else Parent(uri="", author="", text=said.parent),
    )


def _history(said: Said) -> History:
    others = (EarlierAbuse(author=f"https://example.org/users/{number}", at=_THEN) for number in range(1, said.authors))
    names = ("@earlier@example.org",) if said.renamed else ()
    return History(strikes=said.strikes, names=names, crowd=tuple(others))


def _problem(example: RuleSource, key: str, at: int, message: str) -> Problem:
    """A mistake at an example of the rule, or at one of the file that amends it."""
    written = len(getattr(example.written, key))
    if example.amended is not None and at >= written:
        return example.amended.problem("amended", example.section.id, key, at - written, message=message)
    return example.problem(key, at, message=message)
