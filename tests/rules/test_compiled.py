"""A rulebook that was kept from an earlier start judges as one that is compiled from its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History
from bot.yaml_file import BadFile
from tests.rules.conftest import load

if TYPE_CHECKING:
    from pathlib import Path

    from bot.rules import Rulebook
    from tests.rules.conftest import Said

NOTHING = History()
OURS = """lang: en
lists: {dim: [git, twit]}
context: {reporting: ["said {dim}"]}
rules:
  - {id: plain, policy: personal_abuse, severity: 2, words: ["{dim}"], matches: [git], ignores: [digit]}
"""


def load_kept(folder: Path, pack: str | None = None, **states: str) -> Rulebook:
    """The shipped rules, or these, with a cache beside them."""
    if pack is not None:
        (folder / "packs").mkdir(exist_ok=True)
        (folder / "packs" / "ours.yaml").write_text(pack, encoding="utf-8")
    packs = [] if pack is None else [folder / "packs"]
    return load(packs, shipped=pack is None, states=states, cache=folder / "cache")


def kept_files(folder: Path) -> set[str]:
    return {file.name for file in (folder / "cache").glob("rules-*")}


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The shipped rules as a second start has them."""
    folder = tmp_path_factory.mktemp("kept")
    load_kept(folder)
    assert len(kept_files(folder)) == 1
    return load_kept(folder)


def test_every_example_is_judged_alike_for_the_same_reasons(shipped: Rulebook, twice: Rulebook, said: Said) -> None:
    sections = [section for pack in shipped.packs for section in pack.value.rules]
    texts = {each.text for section in sections for each in (*section.matches, *section.ignores)}
    assert len(texts) > 1_000
    for text in texts:
        assert twice.explain(said(text), NOTHING) == shipped.explain(said(text), NOTHING)


def test_a_text_in_a_language_without_a_pack_is_judged_alike(shipped: Rulebook, twice: Rulebook, said: Said) -> None:
    for text in ("I will kill you", "you are a moron", "Tack för svaret"):
        assert twice.judge(said(text, lang="sv"), NOTHING) == shipped.judge(said(text, lang="sv"), NOTHING)


def test_the_rules_are_told_alike(shipped: Rulebook, twice: Rulebook) -> None:
    assert twice.rules == shipped.rules
    assert twice.digest == shipped.digest
    assert twice.slurs == shipped.slurs
    assert [pack.path for pack in twice.packs] == [pack.path for pack in shipped.packs]
    assert twice.failures() == []


@pytest.mark.parametrize(
    "changed",
    [
        OURS.replace("severity: 2", "severity: 3"),
        OURS.replace("git, twit", "git"),
        OURS.replace("said {dim}", "says {dim}"),
        OURS.replace("id: plain", "id: other"),
    ],
)
def test_rules_that_changed_are_compiled_anew(tmp_path: Path, changed: str) -> None:
    before = load_kept(tmp_path, OURS)
    after = load_kept(tmp_path, changed)
    assert len(kept_files(tmp_path)) == 2
    assert (after.digest, after.rules) != (before.digest, before.rules)
    assert load_kept(tmp_path, OURS).rules == before.rules


def test_a_configuration_that_changed_compiles_them_anew(tmp_path: Path) -> None:
    assert load_kept(tmp_path, OURS).rules[0].state == "live"
    assert load_kept(tmp_path, OURS, plain="off").rules[0].state == "off"


def test_rules_with_a_mistake_are_refused_though_others_are_kept(tmp_path: Path) -> None:
    load_kept(tmp_path, OURS)
    with pytest.raises(BadFile, match="is not known here"):
        load_kept(tmp_path, OURS + "colour: red\n")
    with pytest.raises(BadFile, match="should hold for its example"):
        load_kept(tmp_path, OURS.replace("matches: [git]", "matches: [goat]"))
    with pytest.raises(BadFile, match="should hold for its example"):
        load_kept(tmp_path, OURS.replace("matches: [git]", "matches: [goat]"))
    assert load_kept(tmp_path, OURS).rules[0].id == "plain"


def test_a_kept_rulebook_that_was_damaged_is_compiled_anew(tmp_path: Path, said: Said) -> None:
    load_kept(tmp_path, OURS)
    (name,) = kept_files(tmp_path)
    file = tmp_path / "cache" / name
    file.write_bytes(file.read_bytes().replace(b"git", b"gat"))
    assert load_kept(tmp_path, OURS).judge(said("you git"), NOTHING).matches
    file.write_bytes(b"")
    assert load_kept(tmp_path, OURS).judge(said("you git"), NOTHING).matches
