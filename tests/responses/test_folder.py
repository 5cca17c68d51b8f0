from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.responses import Audience, Responses
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.config import Party, Policies
    from bot.model import Account


@pytest.fixture
def load(tmp_path: Path, party: Party, policies: Policies, party_account: Account) -> Callable[..., Responses]:
    def _load(accounts: tuple[Account, ...] = (), policies: Policies = policies) -> Responses:
        return Responses.load(
            tmp_path, party=party, accounts=accounts or (party_account,), policies=policies, slurs=("blorg",)
        )

    return _load


@pytest.fixture
def racism_alone(policies: Policies) -> Policies:
    clauses = {name: clause for name, clause in policies.clauses.items() if name in {"racism", "threat"}}
    return policies.model_copy(update={"clauses": clauses})


@pytest.fixture
def complaints(load: Callable[..., Responses]) -> Callable[[], list[str]]:
    """What is wrong with the folder, but for policies without enough wordings."""

    def _complaints() -> list[str]:
        with pytest.raises(BadFile) as bad:
            load()
        return [str(problem) for problem in bad.value.problems if problem.line is not None]

    return _complaints


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Please stop.", "lacks $code_link"),
        ("See $code_link, $who.", "$who is not a name"),
        ("See $code_lnk.", "did you mean “code_link”"),
        ("See $code_link, $target.", "$target is not a name"),
        ("It costs $ 5, see $code_link.", "write $$ for the sign"),
        ("Argue with us: $appeal_link $code_link", "neither party.appeal_link nor public is set"),
        ("Not in our name. $code_link", "speaks for us"),
        ("Ask @mp@fernwick.example. $code_link", "names an account"),
        ("No blorg here. $code_link", "slur"),
        ("Stop THAT. $code_link", "capitals"),
        ("Why? How? $code_link", "more than one question"),
        ("You are a bad one. $code_link", "what the person is"),
        ("You will be suspended. $code_link", "status"),
        ("See \u202e$code_link", "cannot be seen"),
        ("word " * 60 + "$code_link", "cut "),
    ],
)
def test_a_text_that_must_not_be_posted_is_refused_with_its_line(
    text: str, said: str, write: Callable[..., Path], complaints: Callable[[], list[str]]
) -> None:
    path = write(variants=["A sound one. $code_link", text])
    [complaint] = complaints()
    assert complaint.startswith(f"{path}:7: variants[1]: ")
    assert said in complaint


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"policies": "[racism, threat]"}, "policies[1]: “threat” is escalated and never answered"),
        ({"policies": "[racizm]"}, "did you mean “racism”"),
        ({"id": "other"}, "must be called other.yaml"),
        ({"audience": "everyone"}, "expected in_group, space, target or correction"),
        ({"variant": "[]"}, "did you mean “variants”"),
        ({"voice": "chair"}, "expected party, leader or any"),
        ({"min_strikes": -1}, "expected 0 or more"),
        ({"title": None}, "is missing"),
    ],
)
def test_a_key_that_is_wrong_is_refused(
    keys: dict[str, object], said: str, write: Callable[..., Path], complaints: Callable[[], list[str]]
) -> None:
    write(**keys)
    [complaint] = complaints()
    assert said in complaint


def test_every_mistake_of_every_file_is_named_at_once(
    write: Callable[..., Path], complaints: Callable[[], list[str]]
) -> None:
    write("one", variants=["Stop! $code_link", "No link."])
    write("two", policies="[doxxing]", variants=["Not in our name. $code_link"])
    write("three", audience="nobody")
    found = "\n".join(complaints())
    assert [said in found for said in ("exclamation", "lacks", "escalated", "speaks for us", "three.yaml:4")] == [
        True
    ] * 5


def test_the_same_words_may_not_stand_twice(write: Callable[..., Path], complaints: Callable[[], list[str]]) -> None:
    write("one", variants=["Argue with us. $code_link"])
    write("two", variants=["Argue  with us. $code_link"])
    [complaint] = complaints()
    assert "is the same text as one, variants[0]" in complaint


def test_a_response_to_the_person_attacked_needs_no_link_and_may_name_them(
    write: Callable[..., Path], load: Callable[..., Responses], racism_alone: Policies
) -> None:
    write("in-group", audience="in_group")
    write("space", variants=[f"Way {way} is open. $code_link" for way in "abcdef"])
    write("private", audience="target", variants=["$target, you should not have been sent that."])
    assert load(policies=racism_alone).get("private").audience is Audience.TARGET


def test_six_variants_are_needed_in_each_form(
    write: Callable[..., Path], load: Callable[..., Responses], racism_alone: Policies
) -> None:
    write("in-group", audience="in_group", variants=["One. $code_link", "Two. $code_link"])
    with pytest.raises(BadFile) as bad:
        load(policies=racism_alone)
    in_group, space = [str(problem) for problem in bad.value.problems]
    assert "racism: has 2 variants with audience: in_group" in in_group
    assert "racism: has 0 variants with audience: space" in space


def test_a_leaders_wordings_do_not_count_for_the_partys_account(
    write: Callable[..., Path],
    load: Callable[..., Responses],
    racism_alone: Policies,
    party_account: Account,
    leader_account: Account,
) -> None:
    write("in-group", audience="in_group", voice="leader")
    write("space", variants=[f"Way {way} is open. $code_link" for way in "abcdef"])
    assert len(load((leader_account,), policies=racism_alone).all) == 2
    with pytest.raises(BadFile, match=re.escape("has 0 variants with audience: in_group")):
        load((party_account, leader_account), policies=racism_alone)


def test_wordings_kept_for_later_strikes_do_not_count(
    write: Callable[..., Path], load: Callable[..., Responses], racism_alone: Policies
) -> None:
    write("in-group", audience="in_group", min_strikes=1)
    write("space", variants=[f"Way {way} is open. $code_link" for way in "abcdef"])
    with pytest.raises(BadFile, match=re.escape("has 0 variants with audience: in_group")):
        load(policies=racism_alone)


def test_a_retired_variant_keeps_its_place_and_is_neither_counted_nor_named_where_there_is_none(
    write: Callable[..., Path], load: Callable[..., Responses], racism_alone: Policies
) -> None:
    ways = [f"Way {way} is open. $code_link" for way in "abcdef"]
    write("in-group", audience="in_group", variants=[f"{way} Not in our name." for way in ways], retired=[2])
    write("space", variants=ways)
    with pytest.raises(BadFile, match=re.escape("has 5 variants with audience: in_group")):
        load(policies=racism_alone)
    write("in-group", audience="in_group", variants=[f"{way} Not in our name." for way in (*ways, "G $code_link")])
    write("space", variants=[*ways, "G $code_link"], retired=[2])
    found = load(policies=racism_alone)
    assert found.get("space").in_use == (0, 2, 3, 4, 5, 6)
    assert [each.retired for each in found.preview("space", "mastodon")] == [False, True, *[False] * 5]
    write("space", variants=ways, retired=[7])
    with pytest.raises(BadFile, match="there is no variant 7; the last one is 6"):
        load(policies=racism_alone)


def test_a_folder_that_is_not_there_is_named(party: Party, policies: Policies, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="nowhere: cannot be read"):
        Responses.load(tmp_path / "nowhere", party=party, accounts=(), policies=policies)


def test_the_length_is_measured_with_the_longest_names_that_a_text_may_meet(
    write: Callable[..., Path], complaints: Callable[[], list[str]]
) -> None:
    fits = 300 - len("@" + "m" * 30 + " ") - 23 - 1
    write(variants=[f"{'a' * fits} $code_link", f"{'a' * (fits + 1)} $code_link"])
    [complaint] = complaints()
    assert "can be 301 characters long on mastodon, where 300 are allowed: cut 1" in complaint
