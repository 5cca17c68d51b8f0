from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from tests.commands.conftest import change_a_response, stop_a_rule
from tests.fakes.databases import only_sqlite
from tests.fakes.office import ABUSE, FAIR
from tests.fakes.terminal import typed

if TYPE_CHECKING:
    from tests.commands.conftest import Terminal


def lines(*texts: str) -> bytes:
    return "".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts, 1)).encode()


def test_judge_reads_standard_input_and_writes_a_line_for_each(terminal: Terminal) -> None:
    result = terminal.type("judge", given=lines(ABUSE, FAIR))
    assert result.exit_code == 0
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["id"], line["verdict"]) for line in found] == [("1", "respond"), ("2", "ignore")]


def test_judge_reads_files_one_after_another_and_a_dash_is_standard_input(terminal: Terminal) -> None:
    one, two = terminal.folder / "one.jsonl", terminal.folder / "two.jsonl"
    one.write_bytes(lines(ABUSE))
    two.write_bytes(lines(FAIR).rstrip(b"\n"))
    result = terminal.type("judge", str(one), "-", str(two), given=lines(FAIR, ABUSE))
    assert result.exit_code == 0
    assert [json.loads(line)["verdict"] for line in result.stdout.splitlines()] == [
        "respond",
        "ignore",
        "respond",
        "ignore",
    ]


def test_judge_exits_with_one_at_the_end_when_a_line_is_not_valid(terminal: Terminal) -> None:
    result = terminal.type("judge", given=lines(FAIR) + b"oops\n" + lines(ABUSE))
    assert result.exit_code == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert found[1]["id"] is None
    assert found[1]["error"].startswith("line 2: ")
    assert found[2]["verdict"] == "respond"


def test_judge_of_nothing_says_nothing(terminal: Terminal) -> None:
    result = terminal.type("judge", given=b"")
    assert (result.exit_code, result.stdout) == (0, "")


@only_sqlite
def test_judge_needs_no_token_and_no_database(terminal: Terminal) -> None:
    (terminal.folder / "bot.db").unlink()
    nothing = dict.fromkeys(("PARTY_TOKEN", "LEADER_TOKEN", "DEPUTY_TOKEN", "TELEGRAM_TOKEN"))
    assert terminal.type("judge", given=lines(FAIR), **nothing).exit_code == 0
    assert not (terminal.folder / "bot.db").exists()


def test_judge_of_a_missing_file_is_wrong_usage(terminal: Terminal) -> None:
    result = terminal.type("judge", "nowhere.jsonl")
    assert result.exit_code == 2
    assert "nowhere.jsonl" in result.stderr


def test_explaining_shows_the_steps_of_one_judgement(terminal: Terminal) -> None:
    result = terminal.type("judge", "--explain", ABUSE)
    assert result.exit_code == 0
    assert "made-up-insult" in result.stdout
    assert "Verdict: respond." in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("module", [False, True], ids=["script", "module"])
async def test_judge_as_a_program_of_its_own_keeps_order_ids_and_places(terminal: Terminal, module: bool) -> None:  # noqa: FBT001  a case of the table
    text = "😀 e\u0301 you florp"
    given = (
        lines("x" * 65_536)
        + b'{"id": 7, "text": "\xff"}\n'
        + json.dumps({"id": 8, "text": text, "more": []}, ensure_ascii=False).encode()
    )
    said = await typed("judge", "--config", terminal.config, given=given, module=module)
    assert (said.status, said.err) == (1, "")
    first, second, third = [json.loads(line) for line in said.out.splitlines()]
    assert (first["id"], first["verdict"]) == ("1", "ignore")
    assert (second["id"], second["error"].partition(":")[0]) == (None, "line 2")
    [match] = third["matches"]
    assert third["id"] == 8
    assert text[match["start"] : match["end"]] == "florp"


def test_rules_are_listed_and_checked(terminal: Terminal) -> None:
    result = terminal.type("rules", "list")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == [
        "made-up-insult",
        "made-up-rudeness",
        "made-up-threat",
    ]
    assert terminal.json("rules", "list")[0] == {
        "rule": "made-up-insult",
        "policy": "personal_abuse",
        "severity": 2,
        "state": "live",
        "title": "",
        "braked_since": None,
    }
    assert terminal.type("rules", "check").stdout.startswith("3 rules with 3 examples ")


@only_sqlite
def test_rules_are_listed_where_there_is_no_database_and_none_is_made(terminal: Terminal) -> None:
    (terminal.folder / "bot.db").unlink()
    assert terminal.type("rules", "list").exit_code == 0
    assert not (terminal.folder / "bot.db").exists()


def test_stopped_rule_is_listed_in_shadow_until_an_admin_releases_it(terminal: Terminal) -> None:
    stop_a_rule(terminal)
    line = terminal.type("rules", "list").stdout.splitlines()[1]
    assert re.search(r"^made-up-insult .* shadow \(brake since \d{4}-\d\d-\d\d \d\d:\d\d UTC\)", line)
    found = terminal.json("rules", "list")
    assert [rule["state"] for rule in found] == ["shadow", "live", "live"]
    assert found[0]["braked_since"]
    for name in ("tom", "nobody"):
        refused = terminal.type("rules", "release", "made-up-insult", "--as", name)
        assert (refused.exit_code, refused.stderr) == (1, "Only an admin may release a rule.\n")
    released = terminal.type("rules", "release", "made-up-insult", "--as", "mara")
    assert (released.exit_code, released.stdout.partition(".")[0]) == (0, "Released: made-up-insult")
    assert [rule["state"] for rule in terminal.json("rules", "list")] == ["live"] * 3
    events = [json.loads(event) for event in terminal.type("audit", "export").stdout.splitlines()]
    assert [event["actor"] for event in events if event["kind"] == "rule.released"] == ["mara"]
    assert terminal.type("audit", "verify").exit_code == 0


def test_release_of_a_rule_that_was_not_stopped_names_those_that_were(terminal: Terminal) -> None:
    stop_a_rule(terminal)
    refused = terminal.type("rules", "release", "made-up-insolt", "--as", "mara")
    assert refused.exit_code == 1
    assert "Stopped: made-up-insult." in refused.stderr


def test_broken_rule_does_not_keep_an_admin_from_releasing_another(terminal: Terminal) -> None:
    stop_a_rule(terminal)
    (terminal.folder / "packs" / "made-up.yaml").write_text("lang: en\nrules: nonsense\n", encoding="utf-8")
    assert terminal.type("rules", "release", "made-up-insult", "--as", "mara").exit_code == 0


def test_rule_that_fails_its_own_example_is_named_with_its_line(terminal: Terminal) -> None:
    pack = terminal.folder / "packs" / "made-up.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("you florp", "you flurp"), encoding="utf-8")
    for words in (("rules", "check"), ("rules", "list"), ("judge",), ("run", "--strict")):
        result = terminal.type(*words, given=b"")
        assert result.exit_code == 2
        assert "made-up.yaml:" in result.stderr
        assert "made-up-insult" in result.stderr


def test_responses_are_listed_checked_and_previewed(terminal: Terminal) -> None:
    listed = terminal.json("responses", "list")
    assert listed
    assert {"response", "audience", "min_strikes", "variants", "policies"} == set(listed[0])
    assert f"{len(listed)} responses" in terminal.type("responses", "check").stdout
    shown = terminal.type("responses", "preview", listed[0]["response"])
    assert shown.exit_code == 0
    assert shown.stdout.startswith("1. (")
    assert "$" not in shown.stdout


def test_unknown_response_comes_with_the_nearest(terminal: Terminal) -> None:
    result = terminal.type("responses", "preview", "racism-spaec")
    assert result.exit_code == 2
    assert "racism-space" in result.stderr


def test_preview_for_a_platform_that_is_not_there_is_refused_in_words(terminal: Terminal) -> None:
    result = terminal.type("responses", "preview", "racism-space", "--platform", "pigeon")
    assert result.exit_code == 2
    assert "pigeon" in result.stderr


def test_response_that_can_not_be_posted_is_named_with_its_line(terminal: Terminal) -> None:
    path = terminal.folder / "responses" / "racism-space.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("$code_link", "$cod_link", 1), encoding="utf-8")
    result = terminal.type("responses", "check")
    assert result.exit_code == 2
    assert "racism-space.yaml:" in result.stderr


def test_history_of_a_response_names_who_wrote_and_who_reviewed_each_revision(terminal: Terminal) -> None:
    change_a_response(terminal, "Sexism, to anyone", "Contempt, to anyone")
    found = terminal.json("responses", "history", "sexism-space")
    assert [(one["revision"], one["state"], one["written_by"], one["why"]) for one in found] == [
        (2, "live", "mara", "It was cold."),
        (1, "past", "the file", "Found in the file at a start."),
    ]
    assert found[0]["reviewed_by"] == "mara"
    assert "It was cold." in terminal.type("responses", "history", "sexism-space").stdout
    unknown = terminal.type("responses", "history", "nonsense")
    assert (unknown.exit_code, "The database has no response nonsense" in unknown.stderr) == (1, True)


def test_restored_response_is_a_draft_that_waits_and_changes_nothing_yet(terminal: Terminal) -> None:
    change_a_response(terminal, "Sexism, to anyone", "Contempt, to anyone")
    restore = ("responses", "restore", "sexism-space", "1", "--as")
    nobody = terminal.type(*restore, "tom")
    assert (nobody.exit_code, "Only an admin" in nobody.stderr) == (1, True)
    said = terminal.type(*restore, "mara", "--why", "It was clearer.")
    assert (said.exit_code, "revision 3 of sexism-space reads as 1 did" in said.stdout) == (0, True), said.stderr
    found = terminal.json("responses", "history", "sexism-space")
    assert [(one["state"], one["why"]) for one in found][:2] == [("draft", "It was clearer."), ("live", "It was cold.")]
    again = terminal.type(*restore, "mara")
    assert (again.exit_code, "waits already" in again.stderr) == (1, True)
    written = (terminal.folder / "responses" / "sexism-space.yaml").read_text(encoding="utf-8")
    assert "Contempt, to anyone" in written


def test_broken_rule_stops_neither_the_queue_nor_the_stop_switch(terminal: Terminal) -> None:
    (terminal.folder / "packs" / "made-up.yaml").write_text("lang: en\nrules: nonsense\n", encoding="utf-8")
    for words in (("queue",), ("pause", "--as", "mara"), ("status",), ("audit", "verify")):
        assert terminal.type(*words, given=b"").exit_code == 0, words


def test_testing_runs_every_example_of_the_rules_named(terminal: Terminal) -> None:
    result = terminal.type("rules", "test", "made-up-insult")
    assert (result.exit_code, "1 rule with" in result.stdout, "all judged as they should be" in result.stdout) == (
        0,
        True,
        True,
    )


def test_testing_names_an_example_that_fails_with_its_place(terminal: Terminal) -> None:
    pack = next(path for path in terminal.folder.rglob("*.yaml") if "made-up-insult" in path.read_text("utf-8"))
    pack.write_text(
        pack.read_text("utf-8").replace("id: made-up-insult", "id: made-up-insult\n    unless: [you]"), "utf-8"
    )
    result = terminal.type("rules", "test")
    assert result.exit_code == 1
    assert "rule “made-up-insult” should hold for its example 1 but does not" in result.stdout


def test_a_rule_that_is_not_there_is_refused_with_the_nearest(terminal: Terminal) -> None:
    result = terminal.type("rules", "test", "made-up-insul")
    assert (result.exit_code, "did you mean “made-up-insult”?" in result.stderr) == (2, True)


def test_the_schema_is_json(terminal: Terminal) -> None:
    result = CliRunner().invoke(main, ["rules", "schema"])
    assert "RuleSection" in json.loads(result.stdout)["$defs"]
