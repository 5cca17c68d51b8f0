"""The buttons under a card: what stands on each, and the words behind it that Telegram hands back when it is pressed.

Those words name the verb, the case and the version that the presser saw; nothing is remembered here, so a button still
works after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Reason, Verb
from bot.rights import REASON_WORDS, REASONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.review.checklist import StepView

DATA_BYTES = 64
"""What Telegram carries behind a button."""
ASK, BACK, YES = "ask", "back", "yes"
ASK_ALL, ALL = "ask_all", "all."
"""As *ask*, and before a reason: for every post of the incident that waits."""
POST = "post:"
"""Before the id of another case of the incident, which is to be shown in the place of this one."""
STEP = "step:"
"""Before the id of a case and that of a step of its checklist."""
GROUND = "for."
"""Before the place of a ground among those on which a case can go to the disciplinary body."""
MOST_GROUNDS = 100
LABELS: dict[Verb, str] = {
    Verb.APPROVE: "Approve",
    Verb.REWORD: "Another wording",
    Verb.EDIT: "Edit…",
    Verb.DISMISS: "Dismiss…",
    Verb.ESCALATE: "Escalate…",
    Verb.REFER: "Refer…",
    Verb.REFUSE: "I will not say this",
    Verb.UNDO: "Undo",
    Verb.ACKNOWLEDGE: "Acknowledge",
    Verb.RELEASE: "Send back to staff",
    Verb.CONFIRM: "It was posted",
    Verb.DENY: "It was not posted",
    Verb.REOPEN: "Review again",
    Verb.KEEP: "Keep our reply",
    Verb.CORRECT: "Correct it…",
    Verb.RETRACT: "Delete our reply…",
    Verb.MISTAKE: "Our mistake…",
}
TO_PLATFORM = "Report it to the platform"
"""On the button of that reason where the bot sends the report, and nobody has made it by hand."""
SAFETY_VERBS = frozenset({Verb.ACKNOWLEDGE, Verb.REFER, Verb.DISMISS, Verb.RELEASE})
"""All that the safety chat ever shows, whatever the rights say: none of these can lead to a reply by itself."""
SURE: dict[Verb, str] = {
    Verb.RETRACT: "Yes, delete our reply",
    Verb.CORRECT: "Yes, delete it and review the post again",
    Verb.MISTAKE: "Yes, delete it and propose a correction",
}
"""Verbs that ask once more, and what stands on the button that means it."""
_ORDER = (
    (Verb.APPROVE, Verb.REWORD),
    (Verb.UNDO,),
    (Verb.ACKNOWLEDGE,),
    (Verb.CONFIRM, Verb.DENY),
    (Verb.KEEP, Verb.CORRECT),
    (Verb.REOPEN, Verb.RETRACT),
    (Verb.MISTAKE,),
    (Verb.EDIT, Verb.DISMISS),
    (Verb.ESCALATE, Verb.REFER),
    (Verb.RELEASE,),
    (Verb.REFUSE,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button; `data` is what comes back when it is pressed."""

    label: str
    data: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a presser asks for, and the version of the case that they saw."""

    verb: Verb
    case_id: str
    version: int
    step: str = ""
    """Empty, `ask` or `ask_all` (show the choices), `back` (show the buttons again), `yes`, or a reason code, which
    `all.` may stand before.
    """

    @property
    def data(self) -> str:
        """As it stands behind a button; never more than Telegram carries."""
        words = f"{self.verb}:{self.case_id}:{self.version}"
        words = f"{words}:{self.step}" if self.step else words
        if len(words.encode()) > DATA_BYTES:
            msg = f"too long for a button: {words}"
            raise ValueError(msg)
        return words

    @property
    def reason(self) -> Reason | None:
        """The reason that was chosen, if the step is one."""
        if self.step.startswith(GROUND):
            return Reason.DISCIPLINARY
        code = self.step.removeprefix(ALL)
        return Reason(code) if code in set(Reason) else None

    @property
    def ground(self) -> int | None:
        """The place of the ground that was chosen, if the step is one."""
        return int(self.step.removeprefix(GROUND)) if self.step.startswith(GROUND) else None

    @property
    def whole(self) -> bool:
        """Whether it is for every post of the incident that waits."""
        return self.step.startswith(ALL)


def read(data: str) -> Wish | None:
    """The wish behind a button; `None` for what no button of ours says."""
    verb, _, rest = data.partition(":")
    case_id, _, rest = rest.partition(":")
    version, _, step = rest.partition(":")
    if not case_id or not (version.isascii() and version.isdecimal()) or step not in _steps(verb):
        return None
    return Wish(verb=Verb(verb), case_id=case_id, version=int(version), step=step)


def _steps(verb: str) -> set[str]:
    if verb not in set(Verb):
        return set()
    reasons = [reason.value for reason in REASONS.get(Verb(verb), ())]
    steps = {"", ASK, BACK, YES, *reasons}
    if verb == Verb.REFER:
        return steps | {f"{GROUND}{place}" for place in range(MOST_GROUNDS)}
    return steps | {ASK_ALL, *(f"{ALL}{reason}" for reason in reasons)} if verb == Verb.DISMISS else steps


def main_rows(verbs: Collection[Verb], case_id: str, version: int, *, another: str | None = None) -> Rows:
    """The buttons of a card for these verbs, the most used first.

    `another` is the id of another case of the same incident that waits. What it adds stands below, so that nothing
    moves when a post becomes part of a pile-on.
    """
    rows: Iterable[tuple[Button, ...]] = (
        tuple(
            Button(label=LABELS[verb], data=Wish(verb=verb, case_id=case_id, version=version, step=_first(verb)).data)
            for verb in row
            if verb in verbs
        )
        for row in _ORDER
    )
    below = () if another is None else _of_incident(verbs, case_id, version, another)
    return (*(row for row in rows if row), *below)


def _of_incident(verbs: Collection[Verb], case_id: str, version: int, another: str) -> Iterable[tuple[Button, ...]]:
    yield (Button(label="Show another post of the pile-on", data=f"{POST}{another}"),)
    if Verb.DISMISS in verbs:
        wish = Wish(verb=Verb.DISMISS, case_id=case_id, version=version, step=ASK_ALL)
        yield (Button(label="Dismiss the whole pile-on…", data=wish.data),)


def step_rows(case_id: str, steps: Iterable[StepView]) -> Rows:
    """A button for each step of a checklist, two in a row; a press ticks it, another takes that back."""
    buttons = [
        Button(label=f"{'☑' if step.done else '☐'} {step.title}", data=f"{STEP}{case_id}:{step.id}") for step in steps
    ]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def choice_rows(
    verb: Verb, case_id: str, version: int, *, whole: bool = False, clauses: Sequence[str] = (), reports: bool = False
) -> Rows:
    """The second keyboard: the reasons for a verb, or a last question. *Not abuse* stands first and apart.

    `whole`: for every post of the incident that waits. `clauses`: on which it can go to the disciplinary body; where
    there are several, each has a button of its own. `reports`: whether the bot reports what goes to the platform.
    """

    def button(label: str, step: str) -> Button:
        return Button(label=label, data=Wish(verb=verb, case_id=case_id, version=version, step=step).data)

    back = (button("« Back", BACK),)
    if verb in SURE:
        return ((button(SURE[verb], YES),), back)
    reasons, words = REASONS[verb], {**REASON_WORDS, Reason.PLATFORM: TO_PLATFORM} if reports else REASON_WORDS
    if verb is Verb.REFER and len(clauses) > 1:
        others = [button(words[reason], reason.value) for reason in reasons if reason is not Reason.DISCIPLINARY]
        bodies = [button(f"Disciplinary body: {clause}", f"{GROUND}{place}") for place, clause in enumerate(clauses)]
        return (*_one_each([*others, *bodies[:MOST_GROUNDS]]), back)
    if verb is not Verb.DISMISS:
        return (*_one_each(button(words[reason], reason.value) for reason in reasons), back)
    what, mark = ("all: ", ALL) if whole else ("", "")
    labelled = [(reason, f"{what}{REASON_WORDS[reason]}", f"{mark}{reason.value}") for reason in reasons]
    fair = [button(f"○ {label}", step) for reason, label, step in labelled if not reason.abusive]
    abusive = [button(f"● {label}", step) for reason, label, step in labelled if reason.abusive]
    return (*_one_each(fair), back, *_one_each(abusive))


def _first(verb: Verb) -> str:
    return ASK if verb in REASONS or verb in SURE else ""


def _one_each(buttons: Iterable[Button]) -> Rows:
    return tuple((button,) for button in buttons)
