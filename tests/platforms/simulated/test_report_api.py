"""The simulated server takes reports as a real one does, and keeps them in its record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from tests.platforms.simulated.conftest import Network

GREETING = f"{PARTY} hello"


async def reported(network: Network, **said: Any) -> Any:
    """What the party's server answers to a report of the newest post that names it."""
    (notice, *_) = await network.asks(PARTY, "notifications")
    return await network.asks(PARTY, "report", notice.account.id, said.pop("posts", [notice.status.id]), **said)


async def test_a_report_is_kept_with_what_it_names(network: Network) -> None:
    mention = network.world.post(SAM, GREETING)
    made = await reported(network, comment="a threat", forward=True, category="violation")
    assert (made.category, made.action_taken) == ("violation", False)
    (kept,) = network.world.record()["reports"]
    assert (kept["against"], kept["posts"], kept["comment"], kept["forwarded"]) == (
        SAM,
        [mention.uri],
        "a threat",
        True,
    )


async def test_rules_that_are_cited_must_be_rules_of_the_server(network: Network) -> None:
    host = network.world.hosts[PARTY.rpartition("@")[2]]
    host.settings = replace(host.settings, rules=("Be kind.",))
    network.world.post(SAM, GREETING)
    with pytest.raises(MastodonAPIError) as refused:
        await reported(network, rule_ids=["2"])
    assert refused.value.args[1] == 422
    await reported(network, rule_ids=["1"])
    (kept,) = network.world.record()["reports"]
    assert (kept["category"], kept["rules"]) == ("violation", ["1"])


async def test_post_of_somebody_else_and_a_comment_that_is_too_long_are_refused(network: Network) -> None:
    network.world.post(SAM, GREETING)
    with pytest.raises(MastodonNotFoundError):
        await reported(network, posts=["1"])
    with pytest.raises(MastodonAPIError):
        await reported(network, comment="x" * 1_001)
    assert network.world.record()["reports"] == []
