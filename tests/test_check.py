from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.check import ask_tokens, check
from bot.files import Files
from bot.platforms.simulated.running import running
from bot.platforms.simulated.world import World
from bot.ports import AccountFacts, Fault, PlatformError
from bot.review.installation import Token
from bot.store import Store
from bot.vault import new_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bot.model import Account, ExhibitKind, Found, Mention
    from bot.ports import Page, Sighting

    Edited = Callable[..., Path]

PROJECT = Path(__file__).parents[1]
TOKENS = {
    "PARTY_TOKEN": "t-party-1",
    "LEADER_TOKEN": "t-leader-1",
    "DEPUTY_TOKEN": "t-deputy-1",
    "TELEGRAM_TOKEN": "t",
    "NADIA_RING": "json://127.0.0.1:9/ring",
}
IMPRINT = "Published by The Fernwick Party, 1 Bridge Street, Fernwick"
DISCLOSURE = "Software suggests replies to abuse;\n a named member of staff approves each one."
LIVE = "mode: live\n    consent: {given_by: Rosa, given_on: 2026-11-02, recorded_by: Mara}"
ADA = (
    '{name: Ada, handle: "@ada@fernwick.example", watched_through: party, '
    "consent: {given_by: Ada, given_on: 2026-11-02, recorded_by: Mara}}"
)
ALL_SCOPES = frozenset(
    {"read:notifications", "read:statuses", "write:statuses", "read:accounts", "read:follows", "read:search"}
)
GOOD = AccountFacts(
    handle="", scopes=ALL_SCOPES, profile_text=f"{IMPRINT} · {DISCLOSURE}", bot=True, character_limit=500
)


@dataclass
class Servers:
    """Every account's server, as its watcher tells of it."""

    facts: AccountFacts = GOOD
    error: PlatformError | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    closed: int = 0

    def __call__(self, account: Account, token: str, *, now: Callable[[], datetime]) -> Watching:
        self.tokens[account.id] = token
        return Watching(self, account)


@dataclass
class Watching:
    servers: Servers
    account: Account

    async def facts(self) -> AccountFacts:
        if self.servers.error is not None:
            raise self.servers.error
        return replace(self.servers.facts, handle=self.servers.facts.handle or self.account.handle)

    async def close(self) -> None:
        self.servers.closed += 1

    async def fetch(self, cursor: str | None) -> Page:
        raise NotImplementedError

    async def look(self, mentions: Sequence[Mention]) -> Sequence[Sighting]:
        raise NotImplementedError

    async def surroundings(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Sequence[Found]:
        return ()

    async def find(self, url: str) -> Mention | None:
        raise NotImplementedError


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Writes the shipped configuration without the shipped rules and with some words replaced, and its responses."""

    def write(*edits: tuple[str, str]) -> Path:
        text = (PROJECT / "config.yaml").read_text(encoding="utf-8")
        for old, new in (("shipped: true", "shipped: false"), *edits):
            assert old in text, f"the shipped configuration has no “{old}”"
            text = text.replace(old, new, 1)
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        shutil.copytree(PROJECT / "responses", tmp_path / "responses", dirs_exist_ok=True)
        return tmp_path / "config.yaml"

    return write


async def findings(
    path: Path,
    *,
    offline: bool = True,
    environment: Mapping[str, str] = TOKENS,
    servers: Servers | None = None,
) -> list[str]:
    """Each finding as `level key: message`."""
    found = await check(
        path,
        offline=offline,
        environment=environment,
        now=lambda: datetime(2026, 11, 20, tzinfo=UTC),
        open_watcher=servers or Servers(),
    )
    return [f"{finding.level} {finding.key}: {finding.message}" for finding in found]


REPORTS = ("    mode: dry_run\n", "    mode: dry_run\n    reports: {rules: {threat: [2]}}\n")
LIVE_REPORTS = (
    "    mode: dry_run\n",
    (
        "    mode: live\n    consent: {given_by: A, given_on: 2026-11-02, recorded_by: B}\n"
        "    reports: {rules: {threat: [2]}}\n"
    ),
)


async def test_reports_of_an_account_that_is_not_live_are_warned_of(edited: Edited) -> None:
    (found,) = await findings(edited(REPORTS))
    assert found.startswith("warning accounts[0].reports: is for accounts that are live")


async def test_token_that_may_not_report_is_told_with_what_to_do(edited: Edited) -> None:
    servers = Servers(facts=replace(GOOD, rules={"2": "No threats."}))
    said = [line for line in await findings(edited(LIVE_REPORTS), offline=False, servers=servers) if "reports" in line]
    assert said == [
        (
            "error accounts[0].reports: the token cannot report: it lacks the scopes write:reports. Give them to the"
            " application on the server and renew its token, or leave reports out and report by hand"
        )
    ]


async def test_rule_that_the_server_does_not_have_is_told_with_those_that_it_has(edited: Edited) -> None:
    able = replace(GOOD, scopes=ALL_SCOPES | {"write:reports"})
    servers = Servers(facts=replace(able, rules={"1": "Be kind.", "7": "No   threats."}))
    said = [line for line in await findings(edited(LIVE_REPORTS), offline=False, servers=servers) if "reports" in line]
    assert said == [
        (
            "error accounts[0].reports: for threat it cites 2, which is no rule there."
            " The server's rules are 1: Be kind.; 7: No threats."
        )
    ]
    silent = await findings(edited(LIVE_REPORTS), offline=False, servers=Servers(facts=able))
    assert any("does not tell its rules" in line for line in silent)


async def test_the_shipped_files_are_right_as_they_stand() -> None:
    found = await check(PROJECT / "config.yaml", offline=True, environment=TOKENS)
    assert found == []


async def test_ten_different_mistakes_are_all_named_with_their_lines(edited: Edited) -> None:
    edits = [
        ("  name: The Fernwick Party", "  nmae: The Fernwick Party"),
        ("mode: dry_run", "mode: dry-run"),
        ("approvers: [mara, tom]", "approvers: [mara, tim]"),
        ("answered_by: [leader, party]", "answered_by: [leadr, party]"),
        ("principal: idris", "principal: wyn"),
        ("telegram_id: 700000002", "telegram_id: tom"),
        ("safety_chat: -1001000000002", "safety_chat: -1001000000001"),
        ("    2: Abuse.", "    5: Abuse."),
        ("undo_seconds: 60", "undo_seconds: a minute"),
        ("sqlite:///bot.db", "mysql://db/bot"),
    ]
    path = edited(*edits)
    text = path.read_text(encoding="utf-8")
    found = await check(path, offline=True, environment={})
    lines = {finding.line for finding in found if finding.level == "error"}
    for _, new in edits:
        assert text.split(new)[0].count("\n") + 1 in lines, new
    assert all(str(finding).startswith(f"{path}:{finding.line}: error: ") for finding in found)


async def test_mistakes_in_rules_and_in_responses_are_named_together(edited: Edited, tmp_path: Path) -> None:
    path = edited(("states: {}", "states: {no-such-rule: off}"))
    next((tmp_path / "responses").glob("*.yaml")).write_text("id: 1\n", encoding="utf-8")
    found = await check(path, offline=True, environment=TOKENS)
    wrong = {(Path(finding.file).name, finding.key) for finding in found}
    assert ("config.yaml", "rules.states.no-such-rule") in wrong
    assert any(name != "config.yaml" for name, _ in wrong)
    (rule,) = (finding for finding in found if finding.key.startswith("rules.states"))
    assert rule.line == path.read_text(encoding="utf-8").split("states:")[0].count("\n") + 1


async def test_a_finding_is_plain_enough_for_json(edited: Edited) -> None:
    found = await check(edited(), offline=True, environment={})
    assert json.loads(json.dumps([finding.as_dict() for finding in found]))[0]["level"] == "warning"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "mode: dry_run\n    # Fill",
            LIVE.replace("2026-11-02", "2027-11-02") + "\n    # Fill",
            "error accounts[1].consent.given_on: lies in the future",
        ),
        (
            "mode: dry_run\n    # Fill",
            "mode: watch\n    # Fill",
            "warning accounts[1].mode: answered_by names this account, yet in mode watch it cannot answer",
        ),
        (
            "staff_chat: -1001000000001",
            "staff_chat: 1001000000001",
            "warning desks.telegram.staff_chat: is not the number of a group, which is negative",
        ),
        (
            "    telegram_id: 700000003\n",
            "",
            "warning reviewers[2]: Nadia Sorrel has no telegram_id: no button in the chat will work for them",
        ),
        (
            "    ring_env: NADIA_RING\n",
            "",
            "warning reviewers: nobody has a ring_env: when somebody is in danger, the chat alone rings",
        ),
        (
            "protected: []",
            f"protected: [{ADA}]",
            "warning protected[0].handle: is not in exempt.protected: what this person writes could be answered",
        ),
        (
            "sqlite:///bot.db",
            "sqlite:////nowhere/at/all/bot.db",
            "error database: /nowhere/at/all/bot.db: its folder does not exist, or may not be written",
        ),
    ],
)
async def test_what_may_not_be_meant_is_said(edited: Edited, old: str, new: str, finding: str) -> None:
    assert finding in await findings(edited((old, new)))


@pytest.mark.parametrize("state", ["off", "shadow", "live"])
async def test_a_rule_against_threats_that_is_not_live_is_said(edited: Edited, tmp_path: Path, state: str) -> None:
    (tmp_path / "packs").mkdir()
    rule = "  - {{id: {0}, policy: {1}, severity: 4, words: [{0}], matches: [{0}], ignores: [other]}}\n"
    rules = rule.format("menace", "threat") + rule.format("insult", "personal_abuse")
    (tmp_path / "packs" / "ours.yaml").write_text(f"lang: en\nrules:\n{rules}", encoding="utf-8")
    path = edited(("packs: []", "packs: [packs]"), ("states: {}", f"states: {{menace: {state}, insult: off}}"))
    message = f"menace guards against threats; while it is {state} a threat may be taken for an insult"
    wanted = [] if state == "live" else [f"warning rules.states: {message}"]
    assert [finding for finding in await findings(path) if "rules" in finding] == wanted


async def test_a_platform_that_nobody_knows_is_an_error_with_the_nearest_one(edited: Edited) -> None:
    path = edited(
        ("id: deputy\n    platform: mastodon", "id: deputy\n    platform: mastodn"), ("[deputy, leader]", "[deputy]")
    )
    assert await findings(path) == [
        "error accounts[2].platform: there is no such platform; there is mastodon; did you mean “mastodon”?"
    ]


async def test_a_live_account_that_answers_nothing_is_said(edited: Edited) -> None:
    path = edited(
        ("principal: idris\n    mode: dry_run", f"principal: idris\n    {LIVE}"),
        ("[deputy, leader]", "[leader]"),
        KEYED,
    )
    assert await findings(path, environment=TOKENS | {"EVIDENCE_KEY": new_key()}) == [
        "warning accounts[2].mode: live, yet no answered_by names this account"
    ]


async def test_an_installation_that_answers_nothing_is_said(edited: Edited) -> None:
    path = edited(("[leader, party]", "[]"), ("[leader, party]", "[]"), ("[deputy, leader]", "[]"))
    assert await findings(path) == ["warning accounts: no account is answered by any: no reply will ever be proposed"]


async def test_a_missing_token_is_an_error_unless_we_are_offline(edited: Edited) -> None:
    offline = await findings(edited(), environment={"LEADER_TOKEN": " "})
    assert offline[1] == (
        "warning accounts[1].token_env: the environment variable LEADER_TOKEN is not set: it must hold the access token"
    )
    assert [finding.split(" ")[0] for finding in offline] == ["warning"] * 5
    online = await findings(edited(), environment={}, offline=False)
    assert [finding.split(" ")[0] for finding in online] == ["error"] * 3 + ["warning"] * 2
    assert online[4].endswith("TELEGRAM_TOKEN is not set: without it the bot works with the console alone")


async def test_an_address_to_ring_that_is_none_is_an_error_which_does_not_repeat_it(edited: Edited) -> None:
    (found,) = await findings(edited(), environment={**TOKENS, "NADIA_RING": "s3cret"})
    assert found == (
        "error reviewers[2].ring_env: address 1 in NADIA_RING is none that Apprise knows; "
        "they look like mailto://… or ntfy://…"
    )


async def test_a_file_that_is_not_a_database_is_said(edited: Edited, tmp_path: Path) -> None:
    path = edited()
    (tmp_path / "bot.db").write_text("not a database, and long enough to be taken for one" * 100)
    (found,) = await findings(path)
    assert found.startswith(f"error database: {tmp_path / 'bot.db'}: ")


async def test_a_whole_database_is_looked_at_and_left_as_it_is(edited: Edited, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'bot.db'}", now=lambda: datetime(2026, 11, 20, tzinfo=UTC))
    await store.note("bot.started", actor="bot")
    before = await store.audit_events()
    assert await findings(edited()) == [], "even while the bot has it open"
    assert await store.audit_events() == before
    await store.close()


async def test_servers_that_are_content_leave_nothing_to_say(edited: Edited) -> None:
    servers = Servers()
    assert await findings(edited(), offline=False, servers=servers) == []
    assert servers.tokens == {"party": "t-party-1", "leader": "t-leader-1", "deputy": "t-deputy-1"}
    assert servers.closed == 3, "connections are let go of"


@pytest.mark.parametrize(
    ("facts", "finding"),
    [
        (replace(GOOD, handle="@other@fernwick.example"), "error accounts[1].token_env: the token is that of @other@"),
        (replace(GOOD, scopes=None), "warning accounts[1].token_env: the server does not tell what the token may do"),
        (
            replace(GOOD, scopes=ALL_SCOPES - {"read:notifications"}),
            "error accounts[1].token_env: the token cannot watch: it lacks the scopes read:notifications",
        ),
        (
            replace(GOOD, scopes=ALL_SCOPES - {"write:statuses", "read:search"}),
            "error accounts[1].token_env: the token cannot post: it lacks the scopes write:statuses read:search",
        ),
        (
            replace(GOOD, scopes=frozenset({"read", "write"})),
            "warning accounts[1].token_env: the token may do more than the bot needs (write)",
        ),
        (replace(GOOD, profile_text=DISCLOSURE), "error accounts[1].handle: the profile lacks the imprint"),
        (
            replace(GOOD, profile_text=IMPRINT),
            "error accounts[1].handle: the profile does not say how replies are made",
        ),
        (replace(GOOD, bot=False), "warning accounts[0].handle: the profile is not marked as automated"),
        (replace(GOOD, character_limit=280), "error accounts[1].server: posts may have 280 characters there"),
    ],
)
async def test_what_a_live_account_lacks_is_named(edited: Edited, facts: AccountFacts, finding: str) -> None:
    path = edited(("mode: dry_run\n    # Fill", f"{LIVE}\n    # Fill"))
    found = await findings(path, offline=False, servers=Servers(facts))
    assert any(one.startswith(finding) for one in found), found


async def test_what_an_account_in_dry_run_lacks_is_only_a_warning(edited: Edited) -> None:
    facts = replace(GOOD, scopes=frozenset({"read"}), profile_text="")
    found = await findings(edited(), offline=False, servers=Servers(facts))
    assert found
    assert all(finding.startswith("warning ") for finding in found), found


async def test_broad_scopes_of_reading_are_enough_to_watch_and_no_more_is_asked(edited: Edited) -> None:
    path = edited(("answered_by: [leader, party]", "answered_by: [leader]"), ("[leader, party]", "[leader]"))
    found = await findings(path, offline=False, servers=Servers(replace(GOOD, scopes=frozenset({"read"}))))
    assert not any("accounts[0]" in finding for finding in found), found


async def test_a_server_that_refuses_is_a_finding_in_its_own_words(edited: Edited) -> None:
    error = PlatformError(Fault.PERMANENT, "fernwick.example refused the token: make a new one", code="token_revoked")
    servers = Servers(error=error)
    found = await findings(edited(), offline=False, servers=servers)
    assert found == [f"error accounts[{index}]: {error}" for index in range(3)]
    assert servers.closed == 3


async def test_no_token_stands_in_any_finding(edited: Edited) -> None:
    secret = "a-very-secret-token-1234"
    tokens = dict.fromkeys(TOKENS, secret)
    for facts in (replace(GOOD, scopes=None, profile_text="", handle="@x@y.example"), GOOD):
        found = await findings(edited(), offline=False, environment=tokens, servers=Servers(facts))
        assert secret not in "".join(found)


async def test_real_watchers_tell_the_same_over_http(edited: Edited) -> None:
    world = World()
    for domain in ("fernwick.example", "parlour.example"):
        world.add_server(domain)
    tokens = {}
    for name, handle, scopes in (
        ("PARTY_TOKEN", "@party@fernwick.example", " ".join(sorted(ALL_SCOPES))),
        ("LEADER_TOKEN", "@leader@fernwick.example", "read:notifications read:statuses"),
        ("DEPUTY_TOKEN", "@deputy@parlour.example", "read write"),
    ):
        world.add_person(handle, bio=f"{IMPRINT}. {DISCLOSURE}", bot=True)
        tokens[name] = world.grant(handle, scopes)
    world.revoke(tokens["DEPUTY_TOKEN"])
    async with running(world) as addresses:
        path = edited(
            ("server: https://fernwick.example", f"server: {addresses['fernwick.example']}"),
            ("server: https://fernwick.example", f"server: {addresses['fernwick.example']}"),
            ("server: https://parlour.example", f"server: {addresses['parlour.example']}"),
        )
        found = await check(path, environment={**TOKENS, **tokens})
    said = [f"{finding.level} {finding.key}: {finding.message}" for finding in found]
    assert said[0].startswith("error accounts[2]: "), said
    assert "token" in said[0], "a revoked token is told apart"
    assert any(one.startswith("warning accounts[1].token_env: the token cannot post: it lacks") for one in said), said
    assert not any("accounts[0]" in one for one in said), said
    assert not any(token in one for token in tokens.values() for one in said)


async def test_a_running_bot_can_ask_what_its_tokens_may_do(edited: Edited) -> None:
    settings = Files.open(edited()).config
    now = datetime(2026, 11, 20, tzinfo=UTC)
    narrow = Servers(replace(GOOD, scopes=frozenset({"read"})))
    silent = Servers(error=PlatformError(Fault.TRANSIENT, "parlour.example did not answer", code="unreachable"))
    accounts = settings.accounts_by_id()
    watchers = {"party": Watching(Servers(), accounts["party"]), "leader": Watching(narrow, accounts["leader"])}
    watchers["deputy"] = Watching(silent, accounts["deputy"])
    found = await ask_tokens(settings, watchers, now=lambda: now)
    assert found["party"] == Token(at=now, scopes=tuple(sorted(ALL_SCOPES)))
    assert found["leader"].scopes == ("read",)
    assert found["leader"].wrong == ("the token cannot post: it lacks the scopes write:statuses",)
    assert found["deputy"] == Token(at=now, wrong=("parlour.example did not answer",))
    assert await ask_tokens(settings, {}, now=lambda: now) == {}


KEYED = ("  key_env:\n", "  key_env: EVIDENCE_KEY\n")


async def test_a_live_account_without_a_key_for_its_evidence_is_warned_of(edited: Edited) -> None:
    live = ("mode: dry_run\n    # Fill", LIVE + "\n    # Fill")
    assert any("is not encrypted" in found for found in await findings(edited(live)))
    assert not any("encrypted" in found for found in await findings(edited()))


async def test_a_key_of_the_evidence_that_is_missing_or_none_is_said_without_quoting_it(edited: Edited) -> None:
    (missing,) = await findings(edited(KEYED))
    assert missing.startswith("warning evidence.key_env: the environment variable EVIDENCE_KEY is not set")
    (wrong,) = await findings(edited(KEYED), environment=TOKENS | {"EVIDENCE_KEY": "secret-but-none"})
    assert wrong.startswith("error evidence.key_env: EVIDENCE_KEY: what stands there is not a key")
    assert "secret-but-none" not in wrong
    assert await findings(edited(KEYED), environment=TOKENS | {"EVIDENCE_KEY": new_key()}) == []


NEAR = "election:\n  # from: 2027-04-01\n  # to: 2027-05-06\n  # wording: [vote for, our candidate]"


def near(first: str, last: str, *words: str) -> tuple[str, str]:
    """The example's election, set going."""
    return NEAR, f"election: {{from: {first}, to: {last}, wording: [{', '.join(words)}]}}"


async def test_before_an_election_a_profile_without_imprint_is_an_error_whatever_the_account_does(
    edited: Edited,
) -> None:
    facts = replace(GOOD, profile_text=DISCLOSURE)
    for first, level in (("2020-01-01", "error"), ("2098-01-01", "warning")):
        found = await findings(edited(near(first, "2099-01-01")), offline=False, servers=Servers(facts))
        said = [one for one in found if "lacks the imprint" in one]
        assert len(said) == 3
        assert all(one.startswith(level) for one in said), said


async def test_an_account_that_one_person_alone_can_approve_for_is_named_before_the_election(edited: Edited) -> None:
    path = edited(near("2098-01-01", "2099-01-01"), ("approvers: [mara, tom]\n    approvals: 1", "approvers: [mara]"))
    found = await findings(path)
    assert any("before the election two people approve each reply" in one and "error" in one for one in found), found


async def test_responses_that_say_what_may_not_be_said_then_are_named(edited: Edited) -> None:
    found = await findings(edited(near("2098-01-01", "2099-01-01", "not in our name")))
    said = [one for one in found if "says one of them in" in one]
    assert any("personal_abuse-in-group" in one for one in said), found
    assert all(one.startswith("warning election.wording") for one in said)
