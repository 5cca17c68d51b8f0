"""What people say, abusive and fair: the examples that the rules carry, and sentences of invented people and parties.

The examples grow with the packs, so that whatever is promised of disguises is promised of every rule.
"""

# ruff: noqa: RUF001  people write quotation marks of all kinds

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import yaml_file
from bot.judge import Line, mention_of
from bot.model import History, VerdictKind
from bot.rules import pack_files
from bot.rules.language import Pack

if TYPE_CHECKING:
    from bot.model import Verdict
    from bot.rules import Rulebook

NAMES = (
    "Mara Lindqvist", "Tomasz Wieczorek", "Oluwaseun Adeyemi", "Priya Raghunathan", "Siobhán Gallagher", "Idris Rahman",
    "Miriam Feldblum", "Wei Zhang", "Gethin Pryce", "Fatoumata Diallo", "Dragomir Petrescu", "Bill Hickman",
)  # fmt: skip
PEOPLE = (("she", "her"), ("he", "him"), ("they", "them"))
PARTIES = ("Fernwick Party", "Harbour Party", "Hill Alliance", "Meadow Union", "Mill League")
"""Of two words each, as a rule that lets a word or two stand between others counts them."""
ROLES = ("councillor", "minister", "president", "senator")
OF_ANYBODY = (
    "You are a fucking scumbag, {name}.",
    "{name}, you disgusting little scumbag.",
    "I will kill {them} with my own hands.",
    "Shut your mouth, {name}, you {party} scumbag.",
    "The {role} is a fucking moron.",
    "Kill yourself, {name}.",
    "We know where you live, {name}.",
    "Fuck off and die, {name}.",
    "You {party} wanker.",
    "I hope {they} dies screaming.",
    "You are vermin, {name}.",
    "The {party} are parasites, and you too, you scumbag.",
    "{name} is a liar and {they} should resign.",
    "{name} betrayed everyone who voted for the {party}.",
    "The {role} is a disgrace, and the {party} knows it.",
    "Shame on {name}, shame on the {party}.",
    "That {role} is useless. Sack {them}.",
    "The {party} are hypocrites and cowards.",
    "Vote out {name}. {party} out!",
)
"""Abuse and fair anger that could be aimed at anybody, man or woman, of any party."""

REPORTED = (
    "He shouted “{}” at me and your office did nothing.",
    'A man told my daughter: "{}". What will you do about it?',
    "She was called ‘{}’ by your own councillor.",
    'Your member tweeted "{}" last night. Will you expel him?',
    "I am tired of messages such as “{}” and of your silence.",
)
"""Abuse by another speaker, passed on."""

MARKED = (("“{}”", "{}"), ('"{}" 😂', "{} 😂"), ("‘{}’, that is all.", "{}, that is all."))
"""Quotation marks where nobody else speaks, and the same without them."""

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOBODY = History()

FAIR = (
    "You promised eleven buses a day and we got three. Shame on you.",
    "Resign, minister. You have been found out, and you know it.",
    "This budget is a bloody disgrace and so is the man who wrote it.",
    "You lied to this town about the hospital and we will not forget it.",
    "Useless, the whole lot of you. Nineteen weeks for an answer!",
    "Your policy kills people. I buried my father in March.",
    "What a pathetic answer. Did you even read the question?",
    "You are a hypocrite: you closed the school and sent yours to another county.",
    "I hope you lose your seat, and lose it badly.",
    "Nobody in Fernwick believes a word you say any more.",
    "You betrayed everyone who voted for you, me included.",
    "The Harbour Party is finished here, and good riddance.",
    "Hill Alliance councillors are cowards: not one of them came to the meeting.",
    "How dare you call that a pay rise? It is an insult to every nurse in the county.",
    "You are out of your depth and it shows every single day.",
    "We need strict limits on immigration, and you keep dodging the question.",
    "Refugees are welcome here, and your leaflet is a disgrace.",
    "The government of that country is bombing hospitals, and you sell it the bombs.",
    "A state may defend its people, and you have no word for those who were murdered.",
    "I believe that sex is a matter of biology and that the law should say so.",
    "Trans women are women, and your bill is a cruel piece of nonsense.",
    "I am against religious schools of every kind, Christian, Jewish and Muslim.",
    "Faith schools do good work and you want to close them out of spite.",
    "The bishop should keep out of this; so should the rabbi and the imam.",
    "Abortion is wrong, and I will vote against anyone who says otherwise.",
    "My body, my choice. Keep your laws off me.",
    "You care more about your donors than about disabled people on the waiting list.",
    "My wife uses a wheelchair and cannot get into your office. Sort it out!",
    "We will fight you on this at every meeting until the library opens again.",
    "Kill the bill! Kill it now, and kill it properly.",
    "We are going to bury you at the ballot box in May.",
    "That speech made me sick. Shut up about growth and look at the queue at the food bank.",
    "Your record on housing is rubbish, garbage and lies, in that order.",
    "You should be ashamed of yourself for voting with them.",
    "Taxes, taxes, taxes. Do you people think that we are made of money?",
    "The rich do not pay their share and you are too scared to make them.",
    "I will never vote for a party that treats pensioners like this.",
    "Stop wasting our money on flags and mend the damn road.",
    "The flag is an honour, and you are a disgrace to it.",
    "Clown politics. Nothing is built, nothing is mended, everything costs more.",
    "You are blind to what your cuts have done to this town.",
    "Are you deaf? Four thousand people have signed the petition.",
    "That is a stupid idea, stupidly presented, and it will cost us millions.",
    "Your tweet about farmers was ignorant, and you owe them an apology.",
    "The strike is right and your attack on the drivers is a scandal.",
    "The strike is wrong: my daughter missed her exam because of it.",
    "Get out of the way and let somebody competent run the council.",
    "Go home, council, you are drunk. Who paints a bus lane on a cycle lane?",
    "I used to be a member of Fernwick Party. Never again, after this betrayal.",
    "You have blood on your hands for every winter that you kept those beds closed.",
    "He called her a liar in the chamber, and you sat there and laughed.",
    "Calling us racists because we ask for houses is lazy and wrong.",
    "Women in this county wait a year for a scan. What are you doing about it?",
    "Men die younger here than anywhere in the land, and your plan has one line on it.",
    "Black mothers are not listened to on that ward, and your report proves it.",
    "Travellers have a right to a site, and the village has a right to be asked.",
    "Your minister is a national embarrassment. Sack her.",
    "He is the worst mayor that we ever had, and the bar was low.",
    "You and your whole party can forget my vote, my street's and my mother's.",
    "Tell the truth for once in your life: who paid for the trip?",
)
"""Fierce and fair, from every side."""

ABUSE = (
    "You are an absolute scumbag.",
    "Shut up, you stupid bitch, nobody asked you.",
    "You worthless piece of shit.",
    "Fuck off, liar.",
    "Get back in the kitchen, woman.",
    "All immigrants are vermin.",
    "Muslims are all terrorists.",
    "The Jews control the media.",
    "Gay people are disgusting perverts.",
    "You are a retard.",
    "I will kill you.",
    "You deserve to be shot.",
    "Kill yourself.",
    "I know where you live.",
)
"""Of the common kind, for every policy that needs no more than a sentence."""

PRAISE = (
    "Great speech on Tuesday.",
    "Love the dress.",
    "Thank you for the answer about the buses!",
    "I voted for you and I would again.",
    "🌞 Have a lovely weekend!",
)
"""What people put around abuse, and what excuses none of it."""


@dataclass(frozen=True, slots=True)
class Saying:
    """An example that a rule carries, as the rules together judge it."""

    rule: str
    text: str
    verdict: Verdict


def judged(book: Rulebook, text: str) -> Verdict:
    """What the rules say of a text that somebody nobody knows sent to the first of our accounts."""
    return book.judge(mention_of(Line(id="1", text=text), account="party", now=NOON), NOBODY)


class Examples:
    """The examples of all rules that say nothing of their circumstances, and the fair sentences here."""

    def __init__(self, book: Rulebook) -> None:
        self.abusive: list[Saying] = []
        """Those that the rules together find abusive in the text."""
        self.fair = [Saying("", text, judged(book, text)) for text in FAIR]
        """Those that they leave alone, and our own."""
        for path in sorted(pack_files.SHIPPED.rglob("*.yaml")):
            for rule in yaml_file.read(path, Pack).value.rules:
                for said in (*rule.matches, *rule.ignores):
                    if said.model_fields_set == {"text"}:
                        self._add(said in rule.matches, Saying(rule.id, said.text, judged(book, said.text)))

    def _add(self, matches: bool, saying: Saying) -> None:  # noqa: FBT001  read beside the key it stands under
        if saying.verdict.kind is VerdictKind.IGNORE:
            self.fair.append(saying)
        elif matches:
            self.abusive.append(saying)
