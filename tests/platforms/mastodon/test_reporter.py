"""A report says what a person decided, to the moderators of our own server, and whatever comes of it is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.model import DecidedReport, ReportText
from bot.ports import Fault, PlatformError
from tests.platforms.mastodon.conftest import LEADER, PARTY, REPORT, SAM, clock

if TYPE_CHECKING:
    from bot.model import Mention
    from bot.platforms.mastodon import MastodonReporter
    from tests.platforms.mastodon.conftest import Network

REPORTS = "/api/v1/reports"
WORDS = "A person has read this post and asks you to look at it: Threat."


def of(mention: Mention, *, rules: tuple[str, ...] = ("1",), account: str = "leader") -> DecidedReport:
    return DecidedReport(
        id="r1",
        case_id="c1",
        account=account,
        mention_uri=mention.uri,
        native_id=mention.native_id if mention.account == account else None,
        text=ReportText(words=WORDS, rules=rules),
        decision="d1",
        attempts=1,
        doubtful=0,
    )


async def refusal(reporter: MastodonReporter, report: DecidedReport) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await reporter.report(report)
    return caught.value


def kept(network: Network) -> list[dict[str, Any]]:
    """What the servers' own record says was reported."""
    reports: list[dict[str, Any]] = network.world.record()["reports"]
    return reports


@pytest.mark.parametrize("who", [PARTY, LEADER])
async def test_report_arrives_as_it_was_decided_on_whichever_server_has_seen_the_post(
    network: Network, who: str
) -> None:
    mention = await network.mention()
    receipt = await network.reporter(who).report(of(mention, account=who.split("@")[1]))
    (report,) = kept(network)
    assert receipt.native_id == report["id"]
    assert (report["by"], report["to"]) == (who, who.rpartition("@")[2])
    assert (report["against"], report["posts"], report["comment"]) == (SAM, [mention.uri], WORDS)
    assert (report["category"], report["rules"]) == ("violation", ["1"])
    assert receipt.forwarded
    assert report["forwarded"]
    assert abs((receipt.at - clock()).total_seconds()) < 60


async def test_report_of_somebody_at_home_on_our_server_goes_nowhere_else(network: Network) -> None:
    network.world.add_person("@al@fernwick.example")
    watcher = network.watcher()
    cursor = (await watcher.fetch(None)).cursor
    network.world.post("@al@fernwick.example", f"{PARTY} a word")
    (mention,) = (await watcher.fetch(cursor)).mentions
    receipt = await network.reporter(PARTY).report(of(mention, account="party"))
    assert not receipt.forwarded
    assert not kept(network)[0]["forwarded"]


async def test_report_without_a_rule_is_of_the_category_other(network: Network) -> None:
    await network.reporter().report(of(await network.mention(), rules=()))
    (report,) = kept(network)
    assert (report["category"], report["rules"]) == ("other", [])


async def test_rule_that_the_server_knows_no_more_does_not_stop_the_report(network: Network) -> None:
    receipt = await network.reporter().report(of(await network.mention(), rules=("1", "7")))
    (report,) = kept(network)
    assert (report["category"], receipt.rules_taken) == ("other", False)


async def test_post_that_is_gone_is_refused_for_good(network: Network) -> None:
    mention = await network.mention()
    network.world.delete(mention.uri)
    error = await refusal(network.reporter(), of(mention))
    assert (error.fault, error.code) == (Fault.PERMANENT, "not_found")
    assert kept(network) == []


async def test_missing_scope_is_told_with_those_that_are_needed(network: Network) -> None:
    error = await refusal(network.reporter(scopes="read write:statuses"), of(await network.mention()))
    assert (error.fault, error.code) == (Fault.PERMANENT, "scope_missing")
    assert REPORT in str(error)


async def test_token_that_may_report_cannot_post(network: Network) -> None:
    token = network.world.token(network.world.grant(LEADER, REPORT))
    assert token is not None
    assert not token.permits("write:statuses")


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize(
    ("fault", "code"),
    [("cut", "unreachable"), ("hang", "timed_out"), ("html", "not_json"), ("status", "server_error")],
)
async def test_without_a_clear_answer_it_is_unknown_whether_it_arrived(
    network: Network, fault: str, code: str, *, acts: bool
) -> None:
    mention = await network.mention()
    network.host(LEADER).faults.add(fault, method="POST", path=REPORTS, acts=acts)
    error = await refusal(network.reporter(), of(mention))
    assert (error.fault, error.code) == (Fault.UNKNOWN, code)
    assert len(kept(network)) == acts


async def test_too_many_reports_are_without_effect_and_say_when(network: Network) -> None:
    mention = await network.mention()
    network.host(LEADER).faults.add("status", status=429, reset_after=60, method="POST", path=REPORTS)
    error = await refusal(network.reporter(), of(mention))
    assert (error.fault, error.code) == (Fault.TRANSIENT, "rate_limited")
    assert error.retry_at is not None
    assert 30 < (error.retry_at - clock()).total_seconds() < 90


async def test_refused_connections_are_proof_that_nothing_arrived(network: Network) -> None:
    mention = await network.mention()
    door = network.host(LEADER).door
    assert door is not None
    reporter = network.reporter()
    door.refuse()
    assert (await refusal(reporter, of(mention))).fault is Fault.TRANSIENT
    await door.open()
    await reporter.report(of(mention))
    assert len(kept(network)) == 1
