"""Whether an author claims to be one of us, with their own words as evidence and what casts doubt on them.

A claim is never a fact. Words *about* members or supporters prove nothing, and neither does a party's name or hashtag
in a post, which opponents use as well: the author has to speak of themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Affiliation, Claim
from bot.rules.disguise import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from bot import config
    from bot.model import Author, History, Mention

LONGEST = 2_000
"""Characters of a bio or post in which claims are looked for."""
_BESIDE = 80
_PROUD = (
    r"(?:(?:proud|paid[- ]up|card[- ]carrying|lifelong|life|active|long[- ]?time|fellow|party|loyal|founding)"
    r"[ ,]+){0,3}"
)
_SELF = r"(?:i am|i'?m|i have been|i'?ve been|i was|as|being|speaking as|we are|we'?re)"
_TAKEN_BACK = re.compile(
    r"\b(?:ex|former|formerly|lapsed|recovering|one[- ]time|no longer|not|never|n't|isn'?t|wasn'?t|don'?t|won'?t"
    r"|used to|was|were|left|quit|resigned|cancelled|until|if|anti|unlike|stopped|ashamed)\b[^.!?\n]{0,30}\Z"
)
_OVER = re.compile(
    r"\A[^.!?\n]{0,25}\b(?:until|till|resigned|no longer|no more|anymore|never again|once|but left"
    r"|\d{4} ?- ?(?:19|20)\d\d)\b"
)
_PARODY = re.compile(
    r"\b(?:parody|parodies|satire|satirical|spoof|unofficial|impersonat\w+|fan account|fan page|fanpage|fake"
    r"|not affiliated|no affiliation|not the real|joke account|troll account)\b"
)
_LOOKS = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "4": "a", "5": "s", "7": "t", "|": "l", "$": "s"})


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words that claim something of their author."""

    pattern: re.Pattern[str]
    claim: Claim
    confidence: float
    can_be_taken_back: bool = True
    """Whether `not` and the like before it, or `until` after it, turn it round."""


class Claims:
    """Weighs claims to belong to one party."""

    def __init__(self, party: config.Party, own: Collection[str], new_account_days: int) -> None:
        names = sorted({fold(name) for name in (party.name, *party.names) if name}, key=len, reverse=True)
        tags = sorted({fold(tag.lstrip("#")) for tag in party.hashtags}, key=len, reverse=True)
        name = "(?:the )?(?:" + "|".join(re.escape(each) for each in names) + ")"
        self._names = frozenset(names)
        self._in_profile = tuple(_cues_in_profile(name, tags))
        self._in_text = tuple(_cues_in_text(name))
        self._glance = re.compile(
            "|".join(["member", "support", "vote", "joined", "our ", "lifelong", *map(re.escape, [*names, *tags])])
        )
        self._own = frozenset(handle.lower() for handle in own)
        self._own_looks = {_looks(handle): handle for handle in own}
        self._new = timedelta(days=new_account_days)

    def claim(self, mention: Mention, history: History) -> Affiliation:
        """What the author claims to be, from profile and text, with every doubt."""
        author = mention.author
        found: list[tuple[float, Claim, str]] = []
        for field, text, cues in (
            ("bio", author.bio, self._in_profile),
            ("display_name", author.display_name, self._in_profile),
            ("text", mention.text, self._in_text),
        ):
            found += self._evidence(field, text, cues)
        if not found:
            return Affiliation(doubts=tuple(self._doubts(mention, history)))
        found.sort(key=lambda each: (-(each[1] is Claim.MEMBER), -each[0]))
        confidence = max(each[0] for each in found)
        return Affiliation(
            claim=found[0][1],
            confidence=min(0.95, confidence + 0.05 * (len(found) - 1)),
            evidence=tuple(dict.fromkeys(each[2] for each in found)),
            doubts=tuple(self._doubts(mention, history)),
        )

    def _evidence(self, field: str, text: str, cues: Iterable[_Cue]) -> Iterator[tuple[float, Claim, str]]:
        """Each claim in one piece of text that is not taken back beside it."""
        if not text or not self._glance.search(folded := fold(text[:LONGEST])):
            return
        quoted: list[tuple[int, int]] = []
        for cue in cues:
            for match in cue.pattern.finditer(folded):
                if any(start <= match.start() and match.end() <= end for start, end in quoted):
                    continue  # part of words that say more
                before, after = folded[max(0, match.start() - _BESIDE) : match.start()], folded[match.end() :]
                if cue.can_be_taken_back and (_TAKEN_BACK.search(before) or _OVER.search(after)):
                    continue
                quoted.append(match.span())
                words = text[match.start() : match.end()] if len(folded) == len(text) else match.group()
                yield cue.confidence, cue.claim, f"{field}: '{words.strip()}'"
                break

    def _doubts(self, mention: Mention, history: History) -> Iterator[str]:
        """Why the account may not be what it says."""
        author = mention.author
        if author.created_at is not None and mention.created_at - author.created_at < self._new:
            days = max(0, (mention.created_at - author.created_at).days)
            yield f"new: the account was {days} days old" if days != 1 else "new: the account was one day old"
        if history.names:
            yield f"renamed: seen before as {history.names[0]}"
        parody = _PARODY.search(
            fold(f"{author.display_name}\n{author.bio[:LONGEST]}\n{author.handle}").replace(".", " ")
        )
        if parody:
            yield f"parody: the profile says '{parody.group()}'"
        yield from self._look_alike(author)

    def _look_alike(self, author: Author) -> Iterator[str]:
        """Whether the handle or name could be taken for one of ours."""
        ours = self._own_looks.get(_looks(author.handle))
        if ours is not None and author.handle.lower() not in self._own:
            yield f"look-alike: the handle resembles {ours}"
        elif fold(author.display_name).strip() in self._names and author.handle.lower() not in self._own:
            yield "look-alike: the display name is the party's"


def _cues_in_profile(name: str, tags: list[str]) -> Iterator[_Cue]:
    """Claims in a profile, which speaks of its owner."""
    role = r"(?:councillor|candidate|activist|organiser|organizer|canvasser|volunteer|delegate|branch|campaigner)"
    for source, claim, confidence in (
        (rf"\b{_PROUD}{name} (?:party )?member\b(?: since \d{{4}})?", Claim.MEMBER, 0.9),
        (rf"\b{_PROUD}member (?:of|with|for) {name}(?!\w)", Claim.MEMBER, 0.9),
        (rf"\b(?:joined|joining|member,) {name}(?!\w)", Claim.MEMBER, 0.8),
        (rf"\b{name} {role}\b", Claim.MEMBER, 0.7),
        (rf"\b{role} (?:for|with) {name}(?!\w)", Claim.MEMBER, 0.7),
        (r"\b(?:paid[- ]up|card[- ]carrying|party) member\b(?: since \d{4})?", Claim.MEMBER, 0.6),
        (r"\bmember since \d{4}\b", Claim.SUPPORTER, 0.6),
        (rf"\b{_PROUD}{name} (?:supporter|voter|family|fan|all the way|for life|till i die)\b", Claim.SUPPORTER, 0.8),
        (rf"\b{_PROUD}(?:supporter|voter) of {name}(?!\w)", Claim.SUPPORTER, 0.8),
        (rf"\b(?:i )?(?:support(?:ing)?|back(?:ing)?|vot(?:e|ed|ing)(?: for)?) {name}(?!\w)", Claim.SUPPORTER, 0.7),
        (rf"\blifelong {name}(?!\w)", Claim.SUPPORTER, 0.7),
    ):
        yield _Cue(re.compile(source), claim, confidence)
    if tags:
        yield _Cue(re.compile(rf"#(?:{'|'.join(map(re.escape, tags))})(?!\w)"), Claim.SUPPORTER, 0.5)


def _cues_in_text(name: str) -> Iterator[_Cue]:
    """Claims in a post, where only the first person speaks of the author."""
    of_party = rf"(?:(?:of|in) (?:{name}|this party|our party|the party|your party)(?!\w))"
    for source, claim, confidence in (
        (rf"\b{_SELF} an? {_PROUD}(?:{name} )?(?:party )?member {of_party}", Claim.MEMBER, 0.8),
        (rf"\b{_SELF} an? {_PROUD}{name} (?:party )?member\b", Claim.MEMBER, 0.8),
        (rf"\b{_SELF} an? {_PROUD}(?:party|paid[- ]up|fellow|card[- ]carrying) member\b", Claim.MEMBER, 0.7),
        (r"\bas a member\b(?! of (?!this party|our party|the party|your party))", Claim.MEMBER, 0.6),
        (rf"\bi (?:have )?joined (?:{name}|this party|our party|the party)(?!\w)", Claim.MEMBER, 0.7),
        (rf"\b{_SELF} an? {_PROUD}{name} (?:supporter|voter)\b", Claim.SUPPORTER, 0.8),
        (rf"\b{_SELF} an? {_PROUD}(?:supporter|voter) {of_party}", Claim.SUPPORTER, 0.8),
        (
            rf"\b(?:i|i'?ve|we) (?:have )?(?:always |proudly )?(?:support|back|voted?(?: for)?) {name}(?!\w)",
            Claim.SUPPORTER,
            0.7,
        ),
    ):
        yield _Cue(re.compile(source), claim, confidence)
    ours = r"(?<!not )(?<!never )(?<!n't )\bour (?:party|leader|movement|conference|candidate|membership)\b"
    yield _Cue(re.compile(ours), Claim.SUPPORTER, 0.5, can_be_taken_back=False)


def _looks(handle: str) -> str:
    """What the name in a handle looks like at a glance, without its server."""
    name = fold(handle.lstrip("@").split("@")[0]).translate(_LOOKS).replace("rn", "m").replace("vv", "w")
    return re.sub(r"[\W_]", "", name)
