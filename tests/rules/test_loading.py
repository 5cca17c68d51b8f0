"""Packs are read and checked as a whole; every mistake is named with file, line and rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.rules import pack_files
from bot.rules.matchers import compiled
from bot.yaml_file import BadFile
from tests.rules.conftest import load

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Book

RULE = "  - {{id: {id}, policy: {policy}, severity: 2, {what}, matches: [git], ignores: [digit]}}\n"


def pack(*rules: str, more: str = "") -> str:
    return f"lang: en\n{more}rules:\n" + "".join(rules)


def rule(what: str = "words: [git]", *, name: str = "plain", policy: str = "personal_abuse") -> str:
    return RULE.format(id=name, policy=policy, what=what)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (pack(rule(policy="personal_abus")), "did you mean “personal_abuse”?"),
        (pack(rule(), rule()), "there is another rule “plain”"),
        (pack(rule("words: []")), "it can never hold"),
        (pack(rule("words: [half wit]")), "belongs under phrases"),
        (pack(rule("phrases: ['you {dim}']")), "there is no list “dim”"),
        (pack(rule("patterns: ['(git']")), "not a pattern"),
        (pack(rule("patterns: ['git{2,1}']")), "not a pattern"),
        (pack(rule("templates: [hatred]")), "there is no template “hatred”"),
        (pack(rule("words: [git], near: {words: ['{dim}']}")), "there is no list “dim”"),
        (pack(rule("words: [git], colour: red")), "is not known here"),
        (pack(rule("words: [git]").replace("ignores: [digit]", "ignores: []")), "expected at least 1"),
        (pack(rule("words: [git]").replace("severity: 2", "severity: 5")), "expected 4 or less"),
    ],
)
def test_a_mistake_is_named_with_its_line(book: Book, text: str, message: str) -> None:
    with pytest.raises(BadFile) as bad:
        book(text)
    (problem,) = [each for each in bad.value.problems if message in each.message]
    assert problem.file.endswith("0.yaml")
    assert problem.line in {3, 4}


def test_all_mistakes_are_told_at_once(book: Book) -> None:
    with pytest.raises(BadFile) as bad:
        book(
            pack(rule(policy="nothing"), rule("patterns: ['(git']", name="second")),
            pack(rule("words: []", name="third")),
        )
    assert len(bad.value.problems) == 3


def test_a_state_for_a_rule_that_is_not_there_is_refused_with_the_nearest(book: Book) -> None:
    with pytest.raises(BadFile, match=r"rules.states.plane: there is no such rule; did you mean “plain”\?"):
        book(pack(rule()), plane="off")


def test_a_rule_that_is_off_may_serve_a_policy_that_is_gone(book: Book) -> None:
    assert book(pack(rule(policy="nothing")), plain="off").rules[0].state == "off"


def test_lists_and_templates_are_shared_within_a_language(book: Book) -> None:
    shared = "lang: en\nlists: {dim: [git]}\ntemplates: {said: ['{what}']}\n"
    assert book(shared, pack(rule("templates: [said], where: {what: dim}"))).rules[0].patterns == 1


def test_the_same_list_in_two_files_is_refused(book: Book) -> None:
    with pytest.raises(BadFile, match=r"1.yaml:2: lists.dim: the name is taken: it stands in .*0.yaml:2 too"):
        book(pack(rule(), more="lists: {dim: [git]}\n"), "lang: en\nlists: {dim: [git]}\n")


def test_a_way_of_speaking_that_names_no_list_is_refused_where_it_stands(book: Book) -> None:
    with pytest.raises(BadFile, match=r"0.yaml:4: context.reporting\[1\]: there is no list “dim” in this language"):
        book("lang: en\ncontext:\n  reporting: [said,\n    '{dim} said']\nrules:\n" + rule())


def test_a_folder_that_is_not_there_is_refused(shipped: Rulebook, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such folder"):
        load([tmp_path / "nowhere"], shipped=False, states={})


def test_our_own_packs_compile_to_the_last_pattern(shipped: Rulebook) -> None:
    sources = [each.source for language in shipped._compiled.languages.values() for each in language.search._matchers]  # noqa: SLF001  what a load leaves for later
    assert all(compiled(source) for source in sources)


def test_every_pattern_of_ours_has_a_literal_word(shipped: Rulebook) -> None:
    assert [rule.id for rule in shipped.rules if rule.unanchored] == []


def test_our_packs_lie_beside_the_code() -> None:
    assert all(path.parent.name == "en" for path in pack_files.SHIPPED.rglob("*.yaml"))
    assert Path(pack_files.__file__).parent in pack_files.SHIPPED.parents
