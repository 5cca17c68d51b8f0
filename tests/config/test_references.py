from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config import load
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Edit = tuple[str, str]
    Edited = Callable[..., Path]

CONSENT = "mode: live\n    consent: {given_by: Rosa, given_on: 2026-11-02, recorded_by: Mara}"
ONLY_CONSOLE = (
    ("  telegram:\n", "  # telegram:\n"),
    ("    token_env: TELEGRAM_TOKEN\n", ""),
    ("    staff_chat: -1001000000001\n", ""),
    ("    safety_chat: -1001000000002\n", ""),
)


def mistakes(path: Path) -> list[str]:
    with pytest.raises(BadFile) as caught:
        load(path)
    return [f"{problem.key}: {problem.message}" for problem in caught.value.problems]


PROVIDER = """session_hours: 10
    oidc:
      issuer: https://id.fernwick.example
      client_id: desk
      client_secret_env: SIGN_IN_SECRET"""
KNOWN = ("    telegram_id: 700000001", "    oidc: mara.bright")


PAGE = ("  # url: https://say.fernwick.example", "  url: https://say.fernwick.example")


@pytest.mark.parametrize(
    ("edits", "mistake"),
    [
        ([("session_hours: 10", PROVIDER)], "desks.console.oidc: no reviewer has an oidc"),
        (
            [KNOWN, ("    telegram_id: 700000002", "    oidc: mara.bright")],
            "reviewers[1].oidc: an earlier reviewer has the same",
        ),
        (
            [KNOWN, ("session_hours: 10", f"{PROVIDER}\n      roles_claim: groups")],
            "desks.console.oidc.roles_claim: no value of it is a role",
        ),
        (
            [KNOWN, ("session_hours: 10", f"{PROVIDER}\n      roles: {{it: admin}}")],
            "desks.console.oidc.roles: there is no roles_claim",
        ),
        (
            [KNOWN, ("session_hours: 10", PROVIDER.replace("https", "http"))],
            "desks.console.oidc.issuer: expected https",
        ),
        ([("id: deputy", "id: leader")], "accounts[2].id: an earlier account has the same"),
        ([("id: deputy", "id: system")], "accounts[2].id: “system” is a word that the bot uses itself; choose another"),
        (
            [('"@leader@fernwick.example"', '"@Party@Fernwick.example"')],
            "accounts[1].handle: an earlier account has the same",
        ),
        ([("LEADER_TOKEN", "PARTY_TOKEN")], "accounts[1].token_env: an earlier account has the same"),
        (
            [("approvers: [mara, tom]", "approvers: [mara, tomm]")],
            "accounts[0].approvers[1]: there is no reviewer “tomm”; did you mean “tom”?",
        ),
        (
            [("approvers: [mara, tom]", "approvers: [nadia]")],
            "accounts[0].approvers[0]: “nadia” does not have the role",
        ),
        ([("principal: rosa", "principal: rose")], "accounts[1].principal: there is no reviewer “rose”"),
        ([("principal: rosa", "principal: tom")], "accounts[1].principal: “tom” does not have the role principal"),
        (
            [("answered_by: [leader, party]", "answered_by: [lead]")],
            "accounts[0].answered_by[0]: there is no account “lead”; did you mean “leader”?",
        ),
        (
            [("answered_by: [leader, party]", "answered_by: [leader, leader]")],
            "accounts[0].answered_by[1]: “leader” is named twice",
        ),
        (
            [("id: deputy\n    platform: mastodon", "id: deputy\n    platform: bluesky")],
            "accounts[2].answered_by[1]: “leader” is on mastodon, and cannot answer on bluesky",
        ),
        (
            [("approvers: [mara, tom]\n    approvals: 1", "approvers: [mara]\n    approvals: 2")],
            "accounts[0].approvals: two different people must approve, and only mara may",
        ),
        (
            [("approvers: [mara, tom]\n    approvals: 1", "approvals: 1")],
            "accounts[0].approvers: this account answers, and nobody may approve for it",
        ),
        (
            [("    approvals: 1\n    # Who", "    approvals: 1\n    principal_approves: true\n    # Who")],
            "accounts[0].principal_approves: there is no principal whose approval it could be: name one",
        ),
        (
            [
                ("principal: idris\n", "principal: idris\n    principal_approves: true\n"),
                ("enabled: true", "enabled: false"),
            ],
            "accounts[2].principal_approves: “idris” can reach no desk: give them a telegram_id, or enable the console",
        ),
        ([("mode: dry_run\n    approvers", "mode: live\n    approvers")], "accounts[0].mode: live needs the recorded"),
        ([("id: tom", "id: mara"), ("[mara, tom]", "[mara]")], "reviewers[1].id: an earlier reviewer has the same"),
        ([("id: wyn", "id: bot")], "reviewers[5].id: “bot” is a word that the bot uses itself; choose another"),
        ([("700000002", "700000001")], "reviewers[1].telegram_id: an earlier reviewer has the same"),
        ([("roles: [safety]", "roles: [auditor]")], "reviewers: nobody has the role safety: nobody would see a threat"),
        ([("TELEGRAM_TOKEN", "PARTY_TOKEN")], "desks.telegram.token_env: an account names the same variable"),
        ([*ONLY_CONSOLE, ("enabled: true", "enabled: false")], "desks.console.enabled: there is no other desk"),
        ([("    4: Danger. Somebody could come to harm.\n", "")], "policies.severities: no words for severity 4"),
        ([("verdict: escalate", "verdict: respond")], "policies.clauses.threat.verdict: must be escalate: threat goes"),
        (
            [("pass_on_after_minutes: 60", "pass_on_after_minutes: 20")],
            "schedule.pass_on_after_minutes: expected no less",
        ),
        ([("expire_after_hours: 24", "expire_after_hours: 1")], "schedule.expire_after_hours: expected more than"),
        ([("health_port: 8310", "health_port: 8311")], "server.health_port: is the port of the console too"),
        ([("  # port: 8314", "  port: 8311"), PAGE], "public.port: is the port of the console too"),
    ],
)
def test_what_does_not_fit_together_is_named_at_its_place(edited: Edited, edits: list[Edit], mistake: str) -> None:
    found = mistakes(edited(*edits))
    assert any(one.startswith(mistake) for one in found), found


def test_a_protected_person_is_watched_through_an_account_that_exists(edited: Edited) -> None:
    person = (
        'protected:\n  - {name: Ada, handle: "@ada@fernwick.example", watched_through: prty, '
        "consent: {given_by: Ada, given_on: 2026-11-02, recorded_by: Mara}}"
    )
    assert mistakes(edited(("protected: []", person))) == [
        "protected[0].watched_through: there is no account “prty”; did you mean “party”?"
    ]
    load(edited(("protected: []", person.replace("prty", "party"))))


def test_two_protected_people_cannot_share_a_handle(edited: Edited) -> None:
    person = (
        '\n  - {name: Ada, handle: "@ada@fernwick.example", watched_through: party, '
        "consent: {given_by: Ada, given_on: 2026-11-02, recorded_by: Mara}}"
    )
    assert mistakes(edited(("protected: []", f"protected:{person}{person}"))) == [
        "protected[1].handle: an earlier person has the same"
    ]


@pytest.mark.parametrize(
    "edits",
    [
        [("principal: idris", "principal: rosa")],
        [("answered_by: [leader, party]", "answered_by: [party]")],
        [("answered_by: [leader, party]", "answered_by: []")],
        [("approvers: [mara, tom]\n    # The deputy", "approvers: [mara]\n    # The deputy")],
        [("mode: dry_run\n    # Fill", f"{CONSENT}\n    # Fill")],
        [*ONLY_CONSOLE],
        [("verdict: respond", "verdict: record")],
    ],
)
def test_what_is_unusual_and_not_wrong_is_accepted(edited: Edited, edits: list[Edit]) -> None:
    load(edited(*edits))


def test_safeguarding_lead_is_one_of_the_safety_team(edited: Edited) -> None:
    assert mistakes(edited(("safeguarding_lead: nadia", "safeguarding_lead: mara"))) == [
        "safety.safeguarding_lead: “mara” does not have the role safety: give it under reviewers, or name another"
    ]
    assert mistakes(edited(("safeguarding_lead: nadia", "safeguarding_lead: nadja"))) == [
        "safety.safeguarding_lead: there is no reviewer “nadja”; did you mean “nadia”?"
    ]


def test_rules_that_reports_cite_are_of_policies_that_there_are(edited: Edited) -> None:
    said = (
        "    answered_by: [leader, party]\n",
        "    answered_by: [leader, party]\n    reports: {rules: {thret: [1]}}\n",
    )
    (mistake,) = mistakes(edited(said))
    assert "there is no policy “thret”" in mistake


MAIL = """mail:
    sender: no-reply@fernwick.example
    host: mail.fernwick.example"""
PAGE = ("  # url: https://say.fernwick.example", "  url: https://say.fernwick.example")
AT = 'day: mon\n  at: "09:00"'


def test_letters_of_the_week_need_a_page_on_which_somebody_can_ask_for_them(edited: Edited) -> None:
    assert mistakes(edited((AT, f"day: fri\n  {MAIL}"))) == [
        "weekly_digest.mail: there is no page on which anybody could ask for it: set public.url"
    ]
    mail = load(edited((AT, f"day: fri\n  {MAIL}"), PAGE)).value.weekly_digest.mail
    assert mail is not None
    assert (mail.port, mail.security) == (587, "starttls")


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ("security: none", "is for a server on this machine alone"),
        ("user: bot", "name both, or neither"),
        ("password_env: MAIL_PASSWORD", "name both, or neither"),
    ],
)
def test_addresses_of_protected_people_travel_where_nobody_reads_along(edited: Edited, more: str, mistake: str) -> None:
    [found] = mistakes(edited((AT, f"day: fri\n  {MAIL}\n    {more}"), PAGE))
    assert mistake in found
