"""The tables of the report: which number each divides, into which rows, and in which words.

They are a tree on purpose (see `suppression`): no table crosses another, and a grid, which does, is told whole or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.report.figures import NONE, OTHERS
from bot.report.periods import Length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.config import Config

JUDGED = {
    "recorded": "Recorded: abuse, and no reply due",
    "reply": "A reply was proposed to a person",
    "safety": "To the safety team: never answered in public",
}
ATTACKED = {
    "account": "An account of the party",
    "protected": "A person under the party's protection",
    OTHERS: "Somebody else, a group, or nobody in particular",
}
OUTCOMES = {
    "replied": "Answered in public",
    "dismissed": "Dismissed by a person",
    "referred": "Referred: to the platform, the police or the disciplinary body",
    "safety": "Passed to the safety team by a person",
    "refused": "Refused by the person in whose voice it was",
    "incident_answered": "Part of a pile-on of which another post was answered",
    "superseded": "Followed by another case on the same post",
    "withdrawn": "The post was deleted or edited before anybody answered",
    "expired": "Nobody decided in time",
    "dry_run": "Approved in a rehearsal: nothing is posted",
    "not_posted": "Approved, and could not be posted",
    "waiting": "Not decided when the period ended",
}
SAFETY_OUTCOMES = {
    "referred": OUTCOMES["referred"],
    "dismissed": "Closed by the safety team without referral",
    "acknowledged": "In the safety team's hands when the period ended",
    "waiting": "Not yet taken on when the period ended",
}
AFTER = {
    "stands": "Stands",
    "mistake": "Was our mistake: taken down, and a correction proposed",
    "corrected": "Its post was edited: taken down, and answered anew",
    "taken_down": "Taken down",
}
REJOINDERS = {
    "not_me": "Not me",
    "out_of_context": "Out of context",
    "sorry": "I am sorry",
}
POST = {"there": "The post was still there when we last looked", "gone": "The post was removed after our reply"}
DISMISSED = {
    "not_abuse": "Not abuse",
    "fair_criticism": "Not abuse: fair criticism",
    "quoted": "Not abuse: quotes or reports it",
    "irony": "Not abuse: irony or banter",
    "not_answered": "Abuse, and not answered",
    "low_reach": "Abuse, not answered: hardly seen",
    "answered_elsewhere": "Abuse, not answered: already dealt with",
    "vulnerable": "Abuse, not answered: the author may be at risk",
}
REFERRED = {
    "platform": "To the platform",
    "police": "To the police",
    "disciplinary": "To the party's disciplinary body",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the tables need besides figures: all clauses and platforms, so that no row tells by being there."""

    base: Length
    clauses: Mapping[str, str]
    """Words of each policy's clause, by policy."""
    of_safety: frozenset[str]
    """Policies that only the safety team sees."""
    platforms: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """As JSON, for the event that says what a report was made with."""
        return {
            "base": self.base.value,
            "clauses": [list(each) for each in self.clauses.items()],  # their order is the order of the rows
            "of_safety": sorted(self.of_safety),
            "platforms": list(self.platforms),
        }


def frame_of(settings: Config) -> Frame:
    """The frame as the configuration has it."""
    clauses = settings.policies.clauses
    return Frame(
        base=Length(settings.report.base),
        clauses={name: policy.clause for name, policy in clauses.items()},
        of_safety=frozenset(name for name, policy in clauses.items() if policy.verdict == "escalate"),
        platforms=tuple(sorted({account.platform for account in settings.accounts})),
    )


def frame_from(plain: Mapping[str, object]) -> Frame:
    """The frame that `Frame.plain` wrote. Raises KeyError, TypeError and ValueError for anything else."""
    base, clauses, of_safety, platforms = (plain[name] for name in ("base", "clauses", "of_safety", "platforms"))
    if not (isinstance(clauses, list) and isinstance(of_safety, list) and isinstance(platforms, list)):
        raise TypeError("a frame")
    return Frame(
        base=Length(str(base)), clauses=dict(clauses), of_safety=frozenset(of_safety), platforms=tuple(platforms)
    )


@dataclass(frozen=True, slots=True)
class Table:
    """One table: it divides what a row of another counts; without a parent it stands apart from all others."""

    name: str
    title: str
    rows: Mapping[str, str]
    """The words of each row, by its code."""
    parent: tuple[str, str] | None = None
    """Table and row."""


OTHER = "other"
OPEN_ENDED = frozenset(
    {
        *("reply_policy", "recorded_policy", "safety_policy", "reply_platform", "safety_platform"),
        *("reply_dismissed", "reply_referred", "safety_referred"),
    }
)
"""Tables in which something may be counted that has no row: the configuration named it once, or no reason was given."""


def tables(frame: Frame) -> list[Table]:
    """Every table, parents first, with the same rows whatever occurs: none tells by being there."""
    ours = {name: words for name, words in frame.clauses.items() if name not in frame.of_safety}
    safety = {name: words for name, words in frame.clauses.items() if name in frame.of_safety}
    no_clause = {NONE: "No clause: a person reported it"}
    platforms = {name: name.capitalize() for name in frame.platforms}

    def of(name: str, title: str, rows: Mapping[str, str], parent: tuple[str, str] | None) -> Table:
        besides = {OTHER: "Another, or none"} if name in OPEN_ENDED else {}
        return Table(name=name, title=title, rows={**rows, **besides}, parent=parent)

    recorded, reply, escalated = (("judged", name) for name in JUDGED)
    return [
        of("judged", "What was abusive, and what was due", JUDGED, None),
        of("reply_policy", "Replies proposed, by clause of the code of practice", ours | no_clause, reply),
        of("recorded_policy", "Recorded, by clause of the code of practice", ours, recorded),
        of("safety_policy", "To the safety team, by clause of the code of practice", safety, escalated),
        of("reply_platform", "Replies proposed, by platform", platforms, reply),
        of("safety_platform", "To the safety team, by platform", platforms, escalated),
        of("reply_attacked", "Replies proposed, by who was attacked", ATTACKED, reply),
        of("reply_outcome", "What became of the proposed replies", OUTCOMES, reply),
        of("reply_dismissed", "Why a person dismissed them", DISMISSED, ("reply_outcome", "dismissed")),
        of("reply_referred", "Where they were referred", REFERRED, ("reply_outcome", "referred")),
        of("replied_after", "Errors and corrections: what became of our replies", AFTER, ("reply_outcome", "replied")),
        of("rejoinders", "What was said to our replies by the link in them", REJOINDERS, None),
        of("replied_post", "What became of the posts that we answered", POST, ("reply_outcome", "replied")),
        of("safety_outcome", "What became of the safety team's cases", SAFETY_OUTCOMES, escalated),
        of("safety_referred", "Where the safety team referred them", REFERRED, ("safety_outcome", "referred")),
    ]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in two directions, for rates; and the numbers of other tables that it tells by being added up."""

    name: str
    title: str
    sides: Mapping[str, str]
    parts: tuple[str, ...]
    """Of each side, in this order: of all of them, the last one's share is the rate."""
    rate: str
    """What the share is, in words."""
    tells: tuple[tuple[str, str], ...]
    """Table and row."""


SIDES = {
    "ours": "Say in their profile or post that they are one of us",
    "another": "Name another party in their profile",
    "unclear": "Both",
    NONE: "Neither",
}
"""What authors claim to be. Counted as it is read, in totals by the day, and never stored of anybody."""
GRIDS = (
    Grid(
        "side_judged",
        "Judged abusive, by which side the author claims",
        SIDES,
        ("left_alone", "abusive"),
        "of the posts that we read, the share that was judged abusive",
        (),
    ),
    Grid(
        "side_reply",
        "Answered in public, by which side the author claims",
        SIDES,
        ("unanswered", "replied"),
        "of the posts for which a reply was due, the share that was answered",
        (("judged", "reply"), ("reply_outcome", "replied")),
    ),
    Grid(
        "attacked_judged",
        "Reply due, by who was attacked",
        ATTACKED,
        ("recorded", "safety", "reply"),
        "of the abusive posts, the share for which a reply was proposed",
        (),
    ),
    Grid(
        "attacked_reply",
        "Answered in public, by who was attacked",
        ATTACKED,
        ("not", "replied"),
        "of the proposed replies, the share that was posted",
        (("judged", "reply"), ("reply_outcome", "replied")),
    ),
)
