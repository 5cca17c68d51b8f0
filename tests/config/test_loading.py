from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import (
    Config,
    database_address,
    environment_names,
    load,
    pack_folders,
    responses_folder,
)
from bot.config.loading import salvaged
from bot.yaml_file import BadFile, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Edited = Callable[..., Path]


def line_of(path: Path, words: str) -> int:
    return path.read_text(encoding="utf-8").split(words)[0].count("\n") + 1


def content_of(path: Path) -> dict[str, Any]:
    content = parse(path).content
    assert isinstance(content, dict)
    return content


def written(folder: Path, content: dict[str, Any]) -> Path:
    """JSON is YAML, and lossless; but YAML knows no surrogate pairs."""
    path = folder / "config.yaml"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_the_shipped_configuration_is_valid_as_it_stands(shipped: Path) -> None:
    config = load(shipped).value
    assert [account.mode for account in config.accounts] == ["dry_run"] * 3
    assert {role for reviewer in config.reviewers for role in reviewer.roles} == {
        "approver",
        "safety",
        "admin",
        "auditor",
        "principal",
    }


def test_the_shipped_configuration_names_every_key_of_the_first_level(shipped: Path) -> None:
    assert list(content_of(shipped)) == list(Config.model_fields)


def test_ten_different_mistakes_are_all_named_with_their_lines(edited: Edited) -> None:
    edits = {
        "code_of_practise: https": ("code_of_practice: https", "party.code_of_practise"),
        'handle: "party"': ('handle: "@party@fernwick.example"', "accounts[0].handle"),
        "token_env: s3cr3t-t0ken": ("token_env: PARTY_TOKEN", "accounts[0].token_env"),
        "approvers: [maria, tom]": ("approvers: [mara, tom]", "accounts[0].approvers[0]"),
        "answered_by: [laeder, party]": ("answered_by: [leader, party]", "accounts[0].answered_by[0]"),
        "mode: live": ("mode: dry_run\n    # Fill", "accounts[1].mode"),
        "roles: [safty]": ("roles: [safety]", "reviewers[2].roles[0]"),
        "safety_chat: -1001000000001": ("safety_chat: -1001000000002", "desks.telegram.safety_chat"),
        "verdict: record": ("verdict: escalate\n    self_harm", "policies.clauses.threat.verdict"),
        "time_zone: Atlantis": ("time_zone: Europe/London", "limits.quiet_hours.time_zone"),
        "database: mysql://bot:hunter2@db/bot": ("database: sqlite:///bot.db", "database"),
        "poll_seconds: 0": ("poll_seconds: 15", "schedule.poll_seconds"),
    }
    rest = {"mode: live": "\n    # Fill", "verdict: record": "\n    self_harm"}
    path = edited(*((old, new + rest.get(new, "")) for new, (old, _) in edits.items()))
    with pytest.raises(BadFile) as caught:
        load(path)
    found = {(problem.line, problem.key) for problem in caught.value.problems}
    assert found >= {(line_of(path, new), key) for new, (_, key) in edits.items()}
    assert len(found) == len(edits) + 1, "and the key that the misspelt one was meant to be"
    assert "hunter2" not in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_mistakes_of_shape_do_not_hide_broken_references_beside_them(edited: Edited) -> None:
    path = edited(('handle: "@party@fernwick.example"', "handle: 7"), ("approvers: [mara, tom]", "approvers: [m, t]"))
    with pytest.raises(BadFile) as caught:
        load(path)
    assert [problem.key for problem in caught.value.problems] == [
        "accounts[0].handle",
        "accounts[0].approvers[0]",
        "accounts[0].approvers[1]",
    ]


def test_a_reviewer_with_a_mistake_is_still_known_to_those_who_name_them(edited: Edited) -> None:
    with pytest.raises(BadFile) as caught:
        load(edited(("telegram_id: 700000001", "telegram_id: mara")))
    (problem,) = caught.value.problems
    assert (problem.key, problem.message) == ("reviewers[0].telegram_id", "expected a whole number")


@pytest.mark.parametrize("section", ["party", "accounts", "reviewers", "policies", "desks", "limits", "schedule"])
@pytest.mark.parametrize("instead", [None, "nonsense", [], {}, 7])
def test_a_section_that_is_something_else_altogether_is_a_problem_and_no_crash(
    tmp_path: Path, shipped: Path, section: str, instead: object
) -> None:
    path = written(tmp_path, {**content_of(shipped), section: instead})
    if section in {"desks", "limits", "schedule"} and instead == {}:
        load(path)
        return
    with pytest.raises(BadFile) as caught:
        load(path)
    assert any(problem.key.startswith(section) for problem in caught.value.problems)


def test_files_lie_beside_the_configuration_whatever_the_working_folder(
    edited: Edited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = edited(("packs: []", "packs: [rules, /srv/rules]"))
    monkeypatch.chdir(tmp_path.parent)
    loaded = load(path.relative_to(tmp_path.parent))
    assert database_address(loaded) == f"sqlite:///{tmp_path}/bot.db"
    assert responses_folder(loaded) == tmp_path / "responses"
    assert [str(folder) for folder in pack_folders(loaded)] == [f"{tmp_path}/rules", "/srv/rules"]


def test_a_database_with_a_whole_path_stays_where_it_is(edited: Edited) -> None:
    loaded = load(edited(("sqlite:///bot.db", "sqlite:////data/bot.db")))
    assert database_address(loaded) == "sqlite:////data/bot.db"


def test_every_variable_that_holds_a_secret_is_named_with_its_place(shipped: Path) -> None:
    loaded = load(shipped)
    assert dict(environment_names(loaded.value)) == {
        ("accounts", 0, "token_env"): "PARTY_TOKEN",
        ("accounts", 1, "token_env"): "LEADER_TOKEN",
        ("accounts", 2, "token_env"): "DEPUTY_TOKEN",
        ("desks", "telegram", "token_env"): "TELEGRAM_TOKEN",
        ("reviewers", 2, "ring_env"): "NADIA_RING",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(Config.model_fields)), inner),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(section=st.sampled_from(list(Config.model_fields)), part=JSON, deeper=st.booleans())
def test_whatever_stands_in_one_place_is_loaded_or_refused(
    tmp_path: Path, shipped: Path, section: str, part: object, *, deeper: bool
) -> None:
    content = content_of(shipped)
    inside = content[section]
    if deeper and isinstance(inside, dict) and inside:
        inside[next(iter(inside))] = part
    elif deeper and isinstance(inside, list) and inside:
        inside[0] = part
    else:
        content[section] = part
    try:
        load(written(tmp_path, content))
    except BadFile as bad:
        assert bad.problems  # noqa: PT017  either outcome is right; what must not happen is any other error


def test_what_is_right_in_a_broken_section_is_kept() -> None:
    config = salvaged(Config, {"accounts": [{"id": "party", "mode": "wrong", "approvers": ["mara", 7]}, 3]})
    assert [account.id for account in config.accounts] == ["party", None]
    assert config.accounts[0].approvers == ("mara", "")
    assert config.accounts[0].mode == "dry_run"
    assert config.reviewers == ()
