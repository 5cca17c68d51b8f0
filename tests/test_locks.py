"""The three locks on publication, held by the structure of the code itself: what no refactoring may quietly undo."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

import bot
from bot.config import Config
from bot.loops import Loops
from bot.model import (
    TRANSITIONS,
    Approval,
    Case,
    Event,
    Mode,
    Reviewer,
    Role,
    State,
    Verb,
    VerdictKind,
)
from bot.platforms.mastodon import MastodonPublisher, MastodonWatcher
from bot.ports import Publisher, Watcher
from bot.review.room import Room
from bot.rights import VERBS, verbs_for
from tests.fakes.cases import LEADER, approval, case

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT = Path(bot.__file__).parent
NOBODYS = replace(LEADER, approvers=frozenset(), principal=None)
SPEAKS = frozenset({State.APPROVED, State.PUBLISHING, State.PUBLISHED})
PURE = ["model.py", "rights.py", "limits.py", "rules"]
INPUT_AND_OUTPUT = {
    "asyncio",
    "concurrent",
    "http",
    "httpx",
    "logging",
    "mastodon",
    "multiprocessing",
    "os",
    "random",
    "requests",
    "secrets",
    "shutil",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "starlette",
    "structlog",
    "subprocess",
    "tempfile",
    "telegram",
    "threading",
    "time",
    "urllib",
    "uvicorn",
}


# ── reading the code ─────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the program by its path, parsed."""
    return {
        str(path.relative_to(BOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(BOT.rglob("*.py"))
    }


def calls(name: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Each call of a function or method of that name: the module, the function around it, the call."""
    for module, tree in sources().items():
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and name == called(node):
                    yield module, function.name, node


def called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def places(name: str) -> list[tuple[str, str]]:
    return [(module, function) for module, function, _ in calls(name)]


def imported(tree: ast.Module) -> set[str]:
    """The packages that a module imports, those for type checkers alone left out."""
    names: set[str] = set()
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for part in node.body
        for inner in ast.walk(part)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


# ── 1. type ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_approved_reply_is_made_in_exactly_one_place() -> None:
    [(module, _)] = places("ApprovedReply")
    assert module.startswith("store/")


def test_approved_reply_is_never_made_in_a_roundabout_way() -> None:
    for module, tree in sources().items():
        if module.startswith("store/") or module == "model.py":
            continue
        assert not any(name.endswith(".ApprovedReply") for name in imported(tree)), module
    for module, _, call in [found for name in ("replace", "copy", "deepcopy") for found in calls(name)]:
        first = call.args[0] if call.args else None
        assert not (isinstance(first, ast.Name) and first.id in {"reply", "approved"}), module


def test_publisher_is_asked_to_publish_in_exactly_one_place() -> None:
    asked = [place for place in places("publish") if not place[0].startswith("platforms/simulated")]
    assert asked == [("pipeline.py", "_post")]


def test_what_is_published_is_what_the_store_made_just_before() -> None:
    [(_, _, call)] = [found for found in calls("publish") if found[0] == "pipeline.py"]
    [argument] = call.args
    assert isinstance(argument, ast.Name)
    [made] = [
        node
        for node in ast.walk(sources()["pipeline.py"])
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == argument.id
        and isinstance(node.value, ast.Await)
        and isinstance(node.value.value, ast.Call)
        and called(node.value.value) == "intend"
    ]
    assert made.lineno < call.lineno


def test_publishing_needs_the_type_that_only_the_store_makes() -> None:
    for publisher in (Publisher, MastodonPublisher):
        [_, reply] = inspect.signature(publisher.publish).parameters.values()
        assert reply.annotation == "ApprovedReply"


def test_mastodon_is_written_to_by_its_publisher_alone() -> None:
    writing = [
        module
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"status_post", "status_reply", "status_update", "status_reblog", "toot"}
    ]
    assert writing == ["platforms/mastodon/publisher.py"]


# ── 2. decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_way_from_open_to_published_passes_an_approval() -> None:
    assert State.PUBLISHED not in reachable(State.OPEN, without={Event.APPROVED})
    assert not SPEAKS & reachable(State.OPEN, without={Event.APPROVED})
    assert State.PUBLISHED in reachable(State.OPEN, without=set())


def test_every_way_from_the_safety_desk_to_published_passes_a_release_and_an_approval() -> None:
    assert not SPEAKS & reachable(State.ESCALATED, without={Event.RELEASED})
    assert not SPEAKS & reachable(State.ESCALATED, without={Event.APPROVED})


def test_nothing_is_published_that_was_not_claimed() -> None:
    into = {(before, event) for (before, event), after in TRANSITIONS.items() if after is State.PUBLISHING}
    assert into == {(State.APPROVED, Event.CLAIMED), (State.PUBLISHING, Event.AWAITED)}
    assert {before for (before, event), after in TRANSITIONS.items() if event is Event.PUBLISHED} == {State.PUBLISHING}


def test_approval_stands_in_the_table_once() -> None:
    assert [before for before, event in TRANSITIONS if event is Event.APPROVED] == [State.OPEN]
    assert [event for (_, event), after in TRANSITIONS.items() if after is State.APPROVED] == [
        Event.APPROVED,
        Event.HELD,
        Event.POSTPONED,
    ]


def reachable(start: State, *, without: set[Event]) -> set[State]:
    found = {start}
    for _ in State:
        found |= {after for (before, event), after in TRANSITIONS.items() if before in found and event not in without}
    return found


def test_approval_comes_only_from_the_rulings_on_a_persons_decision() -> None:
    naming = {
        module
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "APPROVED"
        and isinstance(node.value, ast.Name)
        and node.value.id == "Event"
        and not module.startswith(("store/", "review/"))
        and module != "model.py"
    }
    assert naming == {"rights.py"}
    deciding = {
        module for module, _, call in calls("replace") for keyword in call.keywords if keyword.arg == "decides"
    } | {module for module, _, call in calls("Change") for keyword in call.keywords if keyword.arg == "decides"}
    assert deciding == {"rulings.py"}


def test_the_bot_is_never_a_reviewer() -> None:
    [bots] = [
        node
        for node in ast.walk(sources()["steps.py"])
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "take"
    ]
    taken = {argument.arg for argument in (*bots.args.args, *bots.args.kwonlyargs)}
    assert not taken & {"decides", "actor", "proposal", "reason"}


@pytest.mark.parametrize(("state", "kind"), list(product(State, VerdictKind)))
def test_no_role_can_bring_an_escalated_verdict_nearer_to_a_reply(state: State, kind: VerdictKind) -> None:
    """Every state, every verdict, every set of roles: a verdict of *escalate* never comes to speak."""
    for roles, named, approvals in product(role_sets(), (True, False), ((), (approval("mara"),))):
        person = Reviewer(id="mara", name="Mara", roles=roles)
        account = replace(LEADER, principal="mara") if named else NOBODYS
        for made in variants(state, kind, approvals):
            verbs = verbs_for(made, person, account)
            after = {TRANSITIONS[state, VERBS[verb][0]] for verb in verbs}
            if kind is VerdictKind.ESCALATE:
                # Whatever stood in the books before: no verb leads an escalated verdict to words of ours.
                assert not verbs & {Verb.APPROVE, Verb.REWORD, Verb.EDIT, Verb.RELEASE}
                if state in {State.ESCALATED, State.CLOSED}:
                    assert after <= {State.ESCALATED, State.CLOSED}
            if State.APPROVED in after:
                assert (state, kind) == (State.OPEN, VerdictKind.RESPOND)
                assert roles & {Role.APPROVER, Role.PRINCIPAL}
                assert "mara" not in {given.reviewer_id for given in approvals}
                assert named
                assert made.draft_is_current


def role_sets() -> list[frozenset[Role]]:
    return [
        frozenset(role for role, has in zip(Role, chosen, strict=True) if has)
        for chosen in product((True, False), repeat=len(Role))
    ]


def variants(state: State, kind: VerdictKind, approvals: tuple[Approval, ...]) -> list[Case]:
    """The case as it should be, and as it would be were the store to have let a draft slip onto it."""
    drafted = case(state, VerdictKind.RESPOND)
    verdict = replace(drafted.verdict, kind=kind)
    return [
        case(state, kind, approvals=approvals),
        replace(drafted, verdict=verdict, approvals=approvals),
        replace(drafted, verdict=verdict, approvals=approvals, mention_version=2),
    ]


# ── 3. capability ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_watch_loops_hold_no_publisher() -> None:
    held = {field.name: str(field.type) for field in fields(Loops)}
    assert not [name for name, kind in held.items() if "Publisher" in name or "Publisher" in kind]
    assert "Publisher" not in " ".join(imported(sources()["loops.py"]))


@pytest.mark.parametrize("watcher", [Watcher, MastodonWatcher])
def test_watcher_can_not_post(watcher: type) -> None:
    names = {name for name, _ in inspect.getmembers(watcher) if not name.startswith("_")}
    assert not names & {"publish", "retract", "post", "reply", "status_post"}


def test_desk_is_handed_no_publisher() -> None:
    held = {field.name: str(field.type) for field in fields(Room)}
    assert not [name for name, kind in held.items() if "publish" in name.lower() or "Publisher" in kind]
    for module, tree in sources().items():
        if module.startswith(("review/", "web/")):
            assert "Publisher" not in " ".join(imported(tree)), module


def test_publishers_are_made_in_one_place_for_live_accounts_alone() -> None:
    made = [(module, function) for module, function, _ in calls("publisher") if not module.startswith("platforms/")]
    assert made == [("app.py", "connect")]
    [connect] = [
        node for node in ast.walk(sources()["app.py"]) if isinstance(node, ast.FunctionDef) and node.name == "connect"
    ]
    [guard] = [node for node in ast.walk(connect) if isinstance(node, ast.If) and "publisher" in ast.dump(node.body[0])]
    assert "attr='LIVE'" in ast.dump(guard.test)
    assert "id='publishing'" in ast.dump(guard.test)


def test_commands_beside_the_bot_can_not_publish_and_of_its_processes_only_one_with_that_duty() -> None:
    connecting = [
        (module, function, ast.unparse(keyword.value))
        for module, function, call in calls("connect")
        for keyword in call.keywords
        if keyword.arg == "publishing"
    ]
    assert sorted(connecting) == [("app.py", "beside", "False"), ("app.py", "run", "Duty.PUBLISH in self.duties")]
    assert not [place for place in places("publish_due") if place[0].startswith(("commands/", "review/", "web/"))]


# ── and no way round them ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("part", PURE)
def test_what_judges_does_no_input_and_no_output(part: str) -> None:
    for module, tree in sources().items():
        if module == part or module.startswith(f"{part}/"):
            found = {name for name in imported(tree) if name.partition(".")[0] in INPUT_AND_OUTPUT}
            assert found == set(), module
            opening = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == "open"]
            assert opening == [], module


def test_model_needs_the_standard_library_alone() -> None:
    assert {name.partition(".")[0] for name in imported(sources()["model.py"])} <= {
        "__future__",
        "dataclasses",
        "email",  # its dates are those of HTTP
        "enum",
        "hashlib",
        "typing",
    }


def test_no_key_of_the_configuration_speaks_of_posting_by_itself() -> None:
    forbidden = ("auto", "unattended", "skip", "bypass", "force", "without", "no_approval")
    assert not [key for key in keys(Config) if any(word in key.rpartition(".")[2] for word in forbidden)]


def test_no_account_can_be_set_to_need_no_approval() -> None:
    [approvals] = [info for model in models(Config) for name, info in model.model_fields.items() if name == "approvals"]
    assert get_args(approvals.annotation) == (1, 2)
    assert set(Mode) == {"watch", "dry_run", "live"}


def keys(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        yield f"{before}{name}"
        for inner in inside(info.annotation):
            yield from keys(inner, f"{before}{name}.")


def models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for info in model.model_fields.values():
        for inner in inside(info.annotation):
            found |= models(inner)
    return found


def inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from inside(part)
