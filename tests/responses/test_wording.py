from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.responses.wording import MEASURES, OUR_NAME, STATUS, Lint, addressed, handles, length, measure_of, without

PLATFORMS = sorted(MEASURES)
LINT = Lint(slurs=("blorg", "two  Words"), names=("Fernwick Greens", "FWG"))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_link_counts_23_however_long_it_is(platform: str) -> None:
    assert (
        length("See https://fernwick.example/a/very/long/way/to/say/code, please.", platform)
        == len("See , please.") + 23
    )


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_handle_counts_without_its_server(platform: str) -> None:
    assert length("@sam@a.very.long.server.example:8443 hello", platform) == len("@sam hello")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_at_sign_inside_a_link_or_a_mail_address_is_no_handle(platform: str) -> None:
    assert length("https://social.example/@sam@other.example/1", platform) == 23
    assert handles("write to desk@fernwick.example or see https://social.example/@sam") == []


def test_letters_that_are_drawn_as_one_count_as_one() -> None:
    assert length("e\u0301", "mastodon") == 1


def test_a_platform_that_we_do_not_know_counts_every_character() -> None:
    text = "@sam@social.example https://fernwick.example/code"
    assert length(text, "somewhere") == len(text)
    assert measure_of("somewhere").limit == 300


@pytest.mark.parametrize("platform", [*PLATFORMS, "somewhere"])
def test_the_longest_handle_of_a_platform_is_one_handle(platform: str) -> None:
    longest = measure_of(platform).longest_handle
    assert handles(longest) == [longest]


def test_a_handle_is_put_in_front_unless_it_stands_in_the_text() -> None:
    assert addressed("Hello.", "@sam@social.example") == "@sam@social.example Hello."
    assert addressed("Hello, @Sam@social.example.", "@sam@social.example") == "Hello, @Sam@social.example."
    assert addressed("Hello, @sam@social.example.net.", "@sam@social.example").startswith("@sam@social.example ")


@given(st.from_regex(r"[a-z0-9_]{1,30}", fullmatch=True), st.text(st.characters(exclude_characters="@"), max_size=60))
def test_whoever_is_addressed_is_found_again(name: str, text: str) -> None:
    handle = f"@{name}@social.example"
    assert handles(addressed(text, handle)) == [handle]


def test_what_a_reply_says_is_without_its_author_and_its_links() -> None:
    text = "@sam@social.example Our code: https://fernwick.example/code?x=y"
    assert without(text, "@sam@social.example") == "Our code:"


@pytest.mark.parametrize("text", ["You blorg.", "BLORG", "such “blorg” talk", "two words", "Two\nwords"])
def test_a_slur_is_found_whatever_stands_around_it(text: str) -> None:
    assert LINT.repeats(text)


@pytest.mark.parametrize("text", ["blorgish", "two kinder words", "reblorg"])
def test_a_slur_inside_another_word_is_none(text: str) -> None:
    assert not LINT.repeats(text)


def test_without_slurs_nothing_is_one() -> None:
    assert not Lint(slurs=(), names=()).repeats("anything at all")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We are NOT amused.", "capitals"),
        ("As members know, we argue.", "status"),
        ("People have been suspended.", "status"),
        ("The police will hear of it.", "law"),
        ("You're a disgrace.", "what the person is"),
        ("What would your sister say?", "family"),
        ("Why? Who knows?", "more than one question"),
        ("Stop it!", "exclamation"),
        ("Be kind \N{SLIGHTLY SMILING FACE}", "pictogram"),
    ],
)
def test_what_no_reply_should_do_is_named(text: str, said: str) -> None:
    found = list(LINT.unwise(text))
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "Do you remember what you are and who we are?",
        "An MP, the NHS and FWG can be criticised here, 24 hours a day.",
        "It is © us. Is the #FernwickGreens policy wrong?",
        "We discourse at length on the courteous crimson banner.",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert list(LINT.unwise(text)) == []


@pytest.mark.parametrize(
    "text", ["Not in our name.", "We are in this party.", "If you support me, stop.", "You are one of us."]
)
def test_words_that_speak_for_us_are_known(text: str) -> None:
    assert OUR_NAME.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "As you are a party member, stop.",
        "You’ve been suspended.",
        "Fellow supporters, listen.",
        "It ends your membership.",
    ],
)
def test_a_statement_of_what_somebody_is_to_the_party_is_known(text: str) -> None:
    assert STATUS.search(text)


@pytest.mark.parametrize("text", ["Our party suspended the vote.", "As your MP I am a member of a committee."])
def test_a_statement_about_ourselves_is_no_status(text: str) -> None:
    assert not STATUS.search(text)
