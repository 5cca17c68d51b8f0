"""Whether an author claims to be one of us, with their own words as evidence and what casts doubt on them.

A claim is never a fact. Words *about* members or supporters prove nothing, and neither does a party's name or hashtag
in a post, which opponents use as well: the author has to speak of themselves. How sure a claim is:

0.9   says in the profile to be a member of the party, by its name
0.8   says so in a post; or in the profile to support it or to have joined it
0.7   holds an office in it; votes for it; says in a post to have joined it
0.6   is a “party member”, a “member since 2015”, without a name
0.5   carries its hashtag in the profile, or speaks of “our leader”
0.4   claimed it in an earlier case and says nothing now
0.3   carries its emblem beside the name: a rosette, a flower

Each further piece of evidence adds 0.05, up to 0.95. What speaks against it is told as a doubt and takes 0.2 each; a
doubted claim never gets a reply that speaks of “our” party.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Affiliation, Claim, Side
from bot.rules.disguise import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from bot import config
    from bot.model import Author, History, Mention

LONGEST = 2_000
"""Characters of a bio or post in which claims are looked for."""
_BESIDE = 80
_NOTHING = Affiliation()
_PROUD = (
    r"(?:(?:proud|paid[- ]up|card[- ]carrying|lifelong|life|active|long[- ]?time|fellow|party|loyal|founding)"
    r"[ ,]+){0,3}"
)
_SELF = r"(?:i am|i'?m|i have been|i'?ve been|i was|as|being|speaking as|we are|we'?re)"
_PARTY = ("this party", "our party", "the party", "your party")
_OURS = ("party", "leader", "movement", "conference", "candidate", "membership")
STEP = 0.05
MOST = 0.95
AGAINST = 0.2
EARLIER = 0.4
EMBLEM = 0.3
_SARCASM = re.compile(
    r"(?:\s/s\b|\U0001f644|\byeah,? right\b|\bas if\b|\bso[- ]called\b|\bnot that (?:it|they|you)\b[^.!?]{0,20}\bcare"
    r"|\bif you believe\b|\bapparently i(?:'m| am)\b|\bproud\b\W{0,2}\"|\"\s?(?:proud|loyal|member|supporter))"
)
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
        self._glance = ("member", *_PARTY, *(f"our {each}" for each in _OURS), *names, *tags)
        """One of these stands in every claim."""
        self._names_ours = re.compile(rf"\b{name}(?!\w)") if names else None
        others = "|".join(re.escape(fold(other)) for other in party.others)
        self._others = re.compile(rf"\b(?:{others})(?!\w)") if others else None
        self._emblems = party.emblems
        self._own = frozenset(handle.lower() for handle in own)
        self._own_looks = {_looks(handle): handle for handle in own}
        self._new = timedelta(days=new_account_days)

    def claim(self, mention: Mention, history: History) -> Affiliation:
        """What the author claims to be, from profile, text and earlier cases, with every doubt."""
        found = sorted(self._found(mention, history), key=lambda each: (-(each[1] is Claim.MEMBER), -each[0]))
        doubts = tuple(self._doubts(mention, history))
        if not found:
            return Affiliation(doubts=doubts) if doubts else _NOTHING
        against = tuple(self._against(mention))
        sure = max(each[0] for each in found) + STEP * (len(found) - 1)
        return Affiliation(
            claim=found[0][1],
            confidence=round(max(STEP, min(MOST, sure) - AGAINST * len(against)), 2),
            evidence=tuple(dict.fromkeys(each[2] for each in found)),
            doubts=(*doubts, *against),
        )

    def side(self, author: Author, affiliation: Affiliation) -> Side:
        """Which side the author claims, by that claim and by the other parties that their profile names."""
        profile = fold(f"{author.display_name}\n{author.bio[:LONGEST]}") if self._others else ""
        another = bool(self._others and self._others.search(profile))
        if affiliation.claim is Claim.NONE:
            return Side.ANOTHER if another else Side.NONE
        return Side.UNCLEAR if another else Side.OURS

    def _found(self, mention: Mention, history: History) -> Iterator[tuple[float, Claim, str]]:
        """All that speaks for a claim: how sure it is, what it claims, and the words."""
        author, count = mention.author, 0
        for field, text, cues in (
            ("bio", author.bio, self._in_profile),
            ("display_name", author.display_name, self._in_profile),
            ("text", mention.text, self._in_text),
        ):
            for each in self._evidence(field, text, cues) if text else ():
                count += 1
                yield each
        for field, text in (("display_name", author.display_name), ("bio", author.bio[:LONGEST])):
            emblem = next((emblem for emblem in self._emblems if emblem in text), None) if text else None
            if emblem:
                count += 1
                yield EMBLEM, Claim.SUPPORTER, f"{field}: '{emblem}'"
        earlier = next((case for case in history.cases if case.claim is not Claim.NONE), None)
        if earlier and not count:
            yield EARLIER, earlier.claim, f"history: claimed to be a {earlier.claim} on {earlier.opened_at:%Y-%m-%d}"

    def _against(self, mention: Mention) -> Iterator[str]:
        """What the author's own words hold against a claim."""
        profile = (("bio", mention.author.bio), ("display_name", mention.author.display_name))
        for field, text in profile:
            folded = fold(text[:LONGEST])
            if self._left(folded):
                yield f"taken back: the {field.replace('_', ' ')} also says that it is over, or never was"
            other = self._others and self._others.search(folded)
            if other:
                yield f"another party: the {field.replace('_', ' ')} names '{other.group()}'"
        for field, text in (*profile, ("text", mention.text)):
            sarcasm = _SARCASM.search(fold(text[:LONGEST]))
            if sarcasm:
                yield f"perhaps sarcasm: the {field.replace('_', ' ')} says '{sarcasm.group().strip()}'"

    def _left(self, folded: str) -> bool:
        """Whether a profile names our party as one that its owner left, or never was in."""
        names = self._names_ours.finditer(folded) if self._names_ours else ()
        return any(
            _TAKEN_BACK.search(folded, max(0, name.start() - _BESIDE), name.start())
            or _OVER.search(folded[name.end() :])
            for name in names
        )

    def _evidence(self, field: str, text: str, cues: Iterable[_Cue]) -> Iterator[tuple[float, Claim, str]]:
        """Each claim in one piece of text that is not taken back beside it."""
        folded = fold(text[:LONGEST])
        if not any(map(folded.__contains__, self._glance)):
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
        if not (author.display_name or author.bio or author.handle):
            return
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
    of_party = rf"(?:(?:of|in) (?:{name}|{'|'.join(_PARTY)})(?!\w))"
    for source, claim, confidence in (
        (rf"\b{_SELF} an? {_PROUD}(?:{name} )?(?:party )?member {of_party}", Claim.MEMBER, 0.8),
        (rf"\b{_SELF} an? {_PROUD}{name} (?:party )?member\b", Claim.MEMBER, 0.8),
        (rf"\b{_SELF} an? {_PROUD}(?:party|paid[- ]up|fellow|card[- ]carrying) member\b", Claim.MEMBER, 0.7),
        (rf"\bas a member\b(?! of (?!{'|'.join(_PARTY)}))", Claim.MEMBER, 0.6),
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
    ours = rf"(?<!not )(?<!never )(?<!n't )\bour (?:{'|'.join(_OURS)})\b"
    yield _Cue(re.compile(ours), Claim.SUPPORTER, 0.5, can_be_taken_back=False)


def _looks(handle: str) -> str:
    """What the name in a handle looks like at a glance, without its server."""
    name = fold(handle.lstrip("@").split("@")[0]).translate(_LOOKS).replace("rn", "m").replace("vv", "w")
    return re.sub(r"[\W_]", "", name)
