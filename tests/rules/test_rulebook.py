"""What the rulebook promises to the pipeline, over the shipped packs and over small ones."""

# ruff: noqa: RUF001  look-alike letters are what is tested

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import yaml_file
from bot.model import History, Parent, TargetKind, VerdictKind
from bot.responses.folder import Response
from tests.rules.conftest import ESCALATING

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Book, Said

NOTHING = History()
FAIR = (
    "You are a liar. Resign.",
    "Shame on you, you are a disgrace to your office.",
    "Your policy is killing people and you do not care.",
    "Useless government, useless minister, useless answer.",
    "I hope you lose your seat in May.",
    "Traitor to everyone who voted for you!",
    "This bill is a piece of shit and so is the budget.",
    "What the fuck were you thinking with this fucking tax?",
    "You should be ashamed of yourselves, hypocrites.",
    "The train to Scunthorpe was cancelled. Again!",
    "There are too many immigrants coming in and you have no plan.",
    "The government of that country is wrong to bomb hospitals.",
    "Women are sick of you.",
    "I disagree with Islam as I do with every religion.",
    "Trans people have waited five years for a first appointment. Pathetic.",
    "You think we are idiots.",
    "See https://news.example/story/asshole-of-the-year for the facts",
    "Thanks @moron@b.example and @scumbag for the link",
)
ABUSE = (
    ("You absolute scumbag", VerdictKind.RESPOND, "personal_abuse"),
    ("Fuck off, liar", VerdictKind.RECORD, "personal_abuse"),
    ("Get back in the kitchen", VerdictKind.RESPOND, "sexism"),
    ("Immigrants are vermin", VerdictKind.RESPOND, "racism"),
    ("Go back to your own country", VerdictKind.RESPOND, "racism"),
    ("The Jews control the media", VerdictKind.RESPOND, "antisemitism"),
    ("All Muslims are terrorists", VerdictKind.RESPOND, "islamophobia"),
    ("Gay people are disgusting", VerdictKind.RESPOND, "homophobia_transphobia"),
    ("Disabled people are useless", VerdictKind.RESPOND, "ableism"),
    ("Send nudes", VerdictKind.RESPOND, "sexual_harassment"),
    ("I will kill you", VerdictKind.ESCALATE, "threat"),
    ("She lives at 14 Birch Lane, pay her a visit", VerdictKind.ESCALATE, "doxxing"),
)
PLAIN = (
    ("Women like you should keep your mouth shut and let the men run the council", "sexism"),
    ("Women like you should shut up and stay at home with the children", "sexism"),
    ("You dumb slag", "sexism"),
    ("Keep your mouth shut, woman", "sexism"),
    ("Typical Jew, always after the money", "antisemitism"),
    ("typical jew, always about the money with you people", "antisemitism"),
    ("Jews control this council", "antisemitism"),
    ("Muslims like you are all terrorists", "islamophobia"),
    ("Keep Muslims out of politics", "islamophobia"),
    ("You are a disgusting cripple", "ableism"),
    ("You spastic", "ableism"),
    ("The gays run this council now, disgusting perverts the lot of them", "homophobia_transphobia"),
    ("Trannies like you should be nowhere near kids", "homophobia_transphobia"),
    ("you are a fat ugly pig, crawl away", "personal_abuse"),
    ("you people are vermin", "personal_abuse"),
    ("send them back on the boats", "racism"),
    ("You don't belong in this country, go home", "racism"),
)
NEAR = (
    "Women like you are why I joined this party, thank you",
    "For a typical woman, the pension gap is ten thousand pounds",
    "Why do you let people call Jews greedy?",
    "The government of Israel is committing war crimes and you are silent",
    "Muslims are not terrorists",
    "Not all Muslims are terrorists and you know it",
    "Do you think Muslims are terrorists?",
    "As a cripple myself I know what your cuts do",
    "Gay people run this council badly and so does everyone else",
    "You want to send them back on the boats to die",
    "You keep Muslims out of your party and it shows",
    "You only stopped him because he is black",
    "You treat people like vermin",
    "Snouts in the trough, the lot of you",
    "What a waste of public money, you useless lot",
    "Hope you suffer a crushing defeat in May",
)
REPORTED = (
    "A reader writes: 'You are scum.'",
    "A reader writes: 'Women belong in the kitchen.'",
    "I was told to 'get back in the kitchen'",
    "I was told to get back in the kitchen",
    "Someone in your colours called me a stupid cow",
    'A man with your rosette shouted "go back to your own country" at my wife',
    "Your deputy chair posted that immigrants are vermin",
    "According to your candidate, women should stay in the kitchen",
    "The message said: you are a retard",
    "One email read: you stupid cow, know your place",
    'Comments on your page include "dirty Jew" and "Muslim scum"',
    "I've been called every name: slut, whore, bitch, you name it",
    '"Get back in the kitchen," shouted the man from your branch',
)
SPOKEN_OF = (
    'He told me "I will kill you" and the police did nothing.',
    "I would never kill you.",
    "Somebody called her a moron in the chamber.",
    'People who write "women are vermin" to candidates should be banned.',
    "You're not a scumbag, but your policy is wrong.",
    "I was a complete dickhead about this, sorry.",
)


@pytest.mark.parametrize("text", FAIR)
def test_fair_criticism_is_left_alone_with_a_reason(shipped: Rulebook, said: Said, text: str) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert (verdict.kind, verdict.matches) == (VerdictKind.IGNORE, ())
    assert verdict.reasons


@pytest.mark.parametrize(("text", "kind", "policy"), ABUSE)
def test_each_policy_has_a_rule_that_holds(
    shipped: Rulebook, said: Said, text: str, kind: VerdictKind, policy: str
) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert (verdict.kind, verdict.policy, verdict.read) == (kind, policy, True)


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_abuse_that_is_spoken_of_is_not_abuse_and_the_reviewer_is_told_why(
    shipped: Rulebook, said: Said, text: str
) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert not verdict.abusive
    assert verdict.reasons


@pytest.mark.parametrize(("text", "policy"), PLAIN)
def test_plain_abuse_of_the_common_kind_is_answered(shipped: Rulebook, said: Said, text: str, policy: str) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert (verdict.kind, verdict.policy) == (VerdictKind.RESPOND, policy)


@pytest.mark.parametrize("text", NEAR)
def test_criticism_in_much_the_same_words_is_left_alone(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).matches == ()


@pytest.mark.parametrize("text", REPORTED)
def test_abuse_behind_an_introducing_phrase_is_reported_not_said(shipped: Rulebook, said: Said, text: str) -> None:
    verdict = shipped.judge(said(text), NOTHING)
    assert verdict.kind is VerdictKind.IGNORE
    assert any("reported, not said" in reason or "quoted, not said" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "In my opinion, women should stay in the kitchen",
        "That said, you are a scumbag",
        "My view: you are a stupid cow",
        "Your minister said taxes would fall, you lying scumbag",
        "They call you honourable, you filthy rat",
    ],
)
def test_abuse_does_not_hide_behind_what_somebody_said_about_something_else(
    shipped: Rulebook, said: Said, text: str
) -> None:
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.RESPOND


def test_our_own_replies_are_never_judged_abusive(shipped: Rulebook, said: Said) -> None:
    replies = [
        variant
        for path in sorted((Path(__file__).parents[2] / "responses").glob("*.yaml"))
        for variant in yaml_file.read(path, Response).value.variants
    ]
    assert replies
    assert {reply: shipped.judge(said(reply), NOTHING).matches for reply in replies} == dict.fromkeys(replies, ())


@pytest.mark.parametrize(
    "text",
    [
        '"I will kill you"',
        "'I'll kill you.'",
        'I told you: "I will kill you"',
        'He told me "you are loud". I will kill you.',
        "I swear I'll kill you",
        "No joke, never forget: I will kill you",
    ],
)
def test_a_threat_does_not_hide_behind_quotation_marks(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.ESCALATE


@pytest.mark.parametrize(
    "text",
    [
        "you absolute scumbag",
        "you absolute sсumbаg",
        "you absolute ｓｃｕｍｂａｇ",
        "you absolute 𝓼𝓬𝓾𝓶𝓫𝓪𝓰",
        "you absolute 5cumb@g",
        "you absolute s c u m b a g",
        "you absolute s.c.u.m.b.a.g",
        "you absolute scuuuumbag",
        "you absolute scum\u200bbag",
        "you absolute s\u0336c\u0336u\u0336m\u0336b\u0336a\u0336g",
        "you absolute 🆂🅲🆄🅼🅱🅰🅶",
        "you absolute \u202egabmucs\u202c",
        "you absolute w*nker",
        "f**k you",
        "YOU_ABSOLUTE_SCUMBAG",
    ],
)
def test_disguises_do_not_help(shipped: Rulebook, said: Said, text: str) -> None:
    mention = said(text)
    verdict = shipped.judge(mention, NOTHING)
    assert verdict.policy == "personal_abuse"
    assert all(match.text == mention.text[match.start : match.end] for match in verdict.matches)


def test_every_piece_of_text_is_judged_and_named(shipped: Rulebook, said: Said) -> None:
    insult = "you absolute scumbag"
    mention = said(
        "Good morning", content_warning=insult, poll=("yes", insult), media=(insult,), profile={"display_name": insult}
    )
    fields = {match.field for match in shipped.judge(mention, NOTHING).matches}
    assert fields == {"content_warning", "display_name", "poll.1", "media.0"}


def test_the_highest_verdict_wins_whatever_stands_beside_it(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("Fuck you. Women are vermin. I will kill you. Fuck you."), NOTHING)
    assert (verdict.kind, verdict.policy, verdict.matches[0].policy) == (VerdictKind.ESCALATE, "threat", "threat")
    assert {match.policy for match in verdict.matches} >= {"threat", "sexism", "personal_abuse"}


def test_a_language_without_a_pack_is_not_read_and_never_answered(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("Tack för svaret, men idiot är ett fult ord", lang="sv-FI"), NOTHING)
    assert (verdict.read, verdict.kind) == (False, VerdictKind.IGNORE)
    assert "“sv”" in verdict.reasons[0]


def test_a_threat_in_a_language_without_a_pack_still_escalates(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("I will kill you", lang="sv"), NOTHING)
    assert (verdict.read, verdict.kind) == (False, VerdictKind.ESCALATE)


@pytest.mark.parametrize(
    "text", ["You stupid bitch, get back to the kitchen.", "You absolute scumbag", "Immigrants are vermin, all of them"]
)
def test_a_false_language_does_not_silence_the_rules(shipped: Rulebook, said: Said, text: str) -> None:
    verdict = shipped.judge(said(text, lang="de"), NOTHING)
    assert (verdict.read, verdict.kind) == (False, VerdictKind.RECORD)
    assert "declared as “de”" in verdict.reasons[0]
    assert "judged as “en”" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Die Regierung hat den Bus in unserem Dorf gestrichen, das ist eine Schande."),
        ("de", "Was für ein dick aufgetragener Unsinn! Ich will so nicht weiter machen."),
        ("nl", "Was het maar zo dat we in dit land een plan hebben, slut van het jaar."),
        ("nl", "De trein komt weer te laat en niemand doet er iets aan."),
        ("fr", "Le train a du retard et le ministre ne dit rien."),
        ("fr", "Retard de deux heures. Retard encore!"),
        ("es", "El ministro negro miente sobre el presupuesto, no me gusta."),
        ("es", "No me hace gracia que los jubilados paguen."),
        ("cy", "Moron a thatws i ginio heddiw."),
        ("cy", "Diolch am eich gwaith ar y bws i ni."),
        ("sv", "Fart. Slut."),
    ],
)
def test_another_language_is_not_abusive_by_chance(shipped: Rulebook, said: Said, lang: str, text: str) -> None:
    verdict = shipped.judge(said(text, lang=lang, profile={"display_name": "Moron Slut"}), NOTHING)
    assert (verdict.read, verdict.kind, verdict.matches) == (False, VerdictKind.IGNORE, ())


def test_a_party_whose_own_language_has_no_pack_reads_no_other_besides(book: Book, said: Said) -> None:
    verdict = book(PACK.replace("lang: en", "lang: cy")).judge(said("you are a blaggard", lang="de"), NOTHING)
    assert (verdict.read, verdict.kind) == (False, VerdictKind.IGNORE)
    assert verdict.reasons[0] == "Not read: there is no rule pack for the language “de”."


def test_a_script_without_a_pack_is_not_read(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("Добрый день, спасибо за ответ на наше письмо"), NOTHING)
    assert not verdict.read


def test_a_declared_region_makes_no_difference(shipped: Rulebook, said: Said) -> None:
    assert shipped.judge(said("You absolute scumbag", lang="en-GB"), NOTHING).kind is VerdictKind.RESPOND


def test_the_person_answered_is_the_target(shipped: Rulebook, said: Said) -> None:
    parent = Parent(uri="https://f.example/1", author="@Ann@fernwick.example", text="Good morning")
    target = shipped.judge(said("You absolute scumbag", parent=parent), NOTHING).target
    assert target is not None
    assert (target.kind, target.handle) == (TargetKind.PROTECTED, "@Ann@fernwick.example")


def test_words_about_a_group_are_aimed_at_the_group(shipped: Rulebook, said: Said) -> None:
    target = shipped.judge(said("Immigrants are vermin"), NOTHING).target
    assert target is not None
    assert (target.kind, target.characteristic) == (TargetKind.GROUP, "national origin")


PACK = """
lang: en
rules:
  - {id: plain, policy: personal_abuse, severity: 2, words: [blaggard], matches: [blaggard], ignores: [haggard]}
"""


def test_a_shadow_rule_is_reported_and_never_acts(book: Book, said: Said) -> None:
    verdict = book(PACK, plain="shadow").judge(said("you blaggard"), NOTHING)
    assert (verdict.kind, verdict.matches, [match.rule for match in verdict.shadow]) == (
        VerdictKind.IGNORE, (), ["plain"],
    )  # fmt: skip


def test_a_rule_that_is_off_says_nothing(book: Book, said: Said) -> None:
    verdict = book(PACK, plain="off").judge(said("you blaggard"), NOTHING)
    assert (verdict.matches, verdict.shadow) == ((), ())


def test_below_the_severity_that_is_answered_abuse_is_recorded(book: Book, said: Said) -> None:
    verdict = book(PACK.replace("severity: 2", "severity: 1")).judge(said("you blaggard"), NOTHING)
    assert (verdict.kind, verdict.abusive) == (VerdictKind.RECORD, True)


def test_a_rule_that_fails_is_skipped_and_counted(book: Book, said: Said) -> None:
    slow = (
        PACK.partition("rules:")[2].replace("plain", "slow").replace("words: [blaggard]", "patterns: ['(?:(?:xy)+)+z']")
    )
    slow = slow.replace("matches: [blaggard]", "matches: [xyz]")
    rulebook = book(PACK + slow)
    verdict = rulebook.judge(said("you blaggard " + "xy" * 2_500), NOTHING)
    assert [match.rule for match in verdict.matches] == ["plain"]
    assert rulebook.faults == {"slow": 1}


def test_the_facts_of_a_rule_name_its_file_and_line(book: Book) -> None:
    (facts,) = book(PACK).rules
    assert (facts.id, facts.state, facts.words, facts.patterns, facts.line) == ("plain", "live", 1, 0, 4)
    assert facts.file.endswith("0.yaml")


def test_languages_are_those_with_a_pack(shipped: Rulebook, book: Book) -> None:
    assert shipped.languages == {"en"}
    assert book(PACK.replace("lang: en", "lang: cy")).languages == {"cy"}


def test_explaining_tells_what_was_read_and_what_was_set_aside(shipped: Rulebook, said: Said) -> None:
    explanation = shipped.explain(said('They called me "s c u m b a g" again.'), NOTHING)
    assert [name for name, _ in explanation.readings] == ["text", "text"]
    assert explanation.readings[1][1] == 'they called me "scumbag" again.'
    assert explanation.tried
    for tried in explanation.tried:
        assert (tried.words, tried.holds, tried.outcomes[-1].holds) == ("s c u m b a g", False, False)
    assert explanation.verdict.kind is VerdictKind.IGNORE


HOSTILE = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("aeioustk1!@$ \u200b\u202e\u202c\u0301'\".,-_*#🖕🇬🅰\U0001d4fc"),
    ),
    max_size=120,
)
SPICE = st.sampled_from(
    ["you idiot ", "i will kill you", "s c u m", '"', "he said ", "https://a.example/x ", "@a@b.example ", "f**k off "]
)
ANYTHING = st.lists(HOSTILE | SPICE, max_size=6).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(text=ANYTHING, name=HOSTILE)
def test_judging_never_fails_and_spans_lie_in_the_original(shipped: Rulebook, said: Said, text: str, name: str) -> None:
    mention = said(text, profile={"display_name": name})
    verdict = shipped.judge(mention, NOTHING)
    fields = dict(mention.fields())
    for match in (*verdict.matches, *verdict.shadow):
        assert 0 <= match.start < match.end <= len(fields[match.field])
        assert match.text == fields[match.field][match.start : match.end]
    assert verdict == shipped.judge(mention, NOTHING)
    assert not shipped.faults


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(
    before=st.lists(st.sampled_from([text for text, _, _ in ABUSE]), max_size=3),
    after=st.lists(st.sampled_from([*(text for text, _, _ in ABUSE), *FAIR]), max_size=3),
)
def test_no_other_text_lowers_an_escalation(shipped: Rulebook, said: Said, before: list[str], after: list[str]) -> None:
    text = "\n".join([*before, "I will kill you.", *after])
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.ESCALATE


@pytest.mark.parametrize(
    "text",
    ["a" * 65_536, "i will kill " * 5_461, "a b " * 16_384, '"' * 65_536, "a1b@c3 " * 9_362, "x.com " * 10_922,
     "women are " * 6_553, "\u202eabc " * 13_107, "🖕" * 65_536, "i\u200b" * 32_768, "' a" * 21_845],
)  # fmt: skip
def test_a_text_of_64_kb_is_judged(shipped: Rulebook, said: Said, text: str) -> None:
    shipped.judge(said(text), NOTHING)
    assert not shipped.faults


@pytest.mark.parametrize("joint", ["a--", "a-'", "'a-", "a' -"])
def test_words_that_could_be_cut_in_many_ways_are_judged_at_once(shipped: Rulebook, said: Said, joint: str) -> None:
    assert shipped.judge(said(f"{joint * 80} you stupid bitch"), NOTHING).policy == "sexism"
    assert not shipped.faults


def test_a_threat_at_the_end_of_a_very_long_text_is_found(shipped: Rulebook, said: Said) -> None:
    text = "You will not kill the buses. " * 2_000 + "I will kill you."
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.ESCALATE


FILLER = "The council met on Tuesday and talked about the buses for a long time and nothing came of it. "
INSULT = "You are a stupid bitch. "
BURIED = (
    FILLER * 6 + "kill time " * 40 + FILLER * 3 + "I will kill you tonight. " + FILLER * 3 + "kill time.",
    INSULT + "kill " * 40 + FILLER * 3 + "I will kill you tonight. " + FILLER * 4 + " kill",
    INSULT + ("kill time. " + FILLER * 6) * 3 + "I will kill you tonight. " + FILLER * 6 + " kill time.",
    INSULT + 'He told me "I will kill you" and left. ' * 60 + FILLER * 5 + "I will kill you tonight. " + FILLER,
    INSULT + "gr8t m8s " * 1_100 + FILLER * 5 + "I w1ll k1ll y0u tonight. " + FILLER,
)
CUT_UP = (
    "I.\nwill.\nkill.\nyou.", "I\nwill\nkill\nyou", "I. will. kill. you.", "I.will.kill.you", "I will\nkill you",
    "I... will... kill... you...", "I will. Kill. You.", "1 w1ll k1ll y0u", "1 will kill you", "1'll k1ll y0u",
    "1m g0ing t0 k1ll y0u", "l will kill you", "i w1ll.\nk1ll.\ny0u.",
)  # fmt: skip


@pytest.mark.parametrize("text", BURIED)
def test_a_threat_is_found_wherever_it_is_buried(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.ESCALATE


@pytest.mark.parametrize("text", CUT_UP)
def test_a_threat_beside_an_insult_is_found_however_it_is_cut_up(shipped: Rulebook, said: Said, text: str) -> None:
    mention = said(INSULT + text)
    verdict = shipped.judge(mention, NOTHING)
    assert verdict.kind is VerdictKind.ESCALATE
    assert all(match.text == mention.text[match.start : match.end] for match in verdict.matches)


@pytest.mark.parametrize(
    "text",
    [
        "You. Will. Not. Kill. This. Bus.", "You. Are. Killing. Us.", "I. Will. Not. Kill. You.", "Kill. The. Bill.",
        "Vote. Them. Out.", "You. Are. Dead. Wrong.", "Prop 1 will kill them", "Measure 1 will end them. Vote no.",
        "We will. Not. End. Them. Ever.", "Shame.\nOn.\nYou.", "I hope you lose. Badly. Die hard fans left.",
        "What I will\nnot do is kill your bill", "Your budget will\nkill us all",
    ],
)  # fmt: skip
def test_emphasis_is_no_threat(shipped: Rulebook, said: Said, text: str) -> None:
    assert shipped.judge(said(text), NOTHING).kind is VerdictKind.IGNORE


def test_what_could_not_be_searched_to_its_end_is_said_and_never_answered(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said(INSULT + "m0r0n " * 5_000), NOTHING)
    assert (verdict.kind, verdict.abusive) == (VerdictKind.RECORD, True)
    assert verdict.reasons[0].startswith("The text could not be searched to its end")


def test_a_long_text_in_which_a_threat_may_be_missed_goes_to_a_person(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said('He told me "I will kill you" and left. ' * 1_500), NOTHING)
    assert (verdict.kind, verdict.abusive) == (VerdictKind.ESCALATE, False)
    assert verdict.matches[0].concern
    assert "read it yourself" in verdict.reasons[0]


def test_a_rule_about_danger_that_fails_leaves_nothing_to_answer(book: Book, said: Said) -> None:
    slow = PACK.partition("rules:")[2].replace("plain, policy: personal_abuse", "slow, policy: threat")
    slow = slow.replace("words: [blaggard], matches: [blaggard]", "patterns: ['(?:(?:xy)+)+z'], matches: [xyz]")
    verdict = book(PACK + slow).judge(said("you blaggard " + "xy" * 1_500), NOTHING)
    assert verdict.kind is VerdictKind.RECORD
    assert "for slow" in verdict.reasons[0]


def test_facts_tell_which_rules_guard_against_danger(shipped: Rulebook) -> None:
    assert {rule.policy for rule in shipped.rules if rule.danger} == set(ESCALATING)
