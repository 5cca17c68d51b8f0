"""The page of settings: for those who answer for the installation, with nothing secret and nothing pretended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_admin_principal_and_auditor_read_it_and_nobody_else(console: Console) -> None:
    for who, status in (("ada", 200), ("rosa", 200), ("wyn", 200), ("tom", 403), ("nadia", 403)):
        async with console.signed_in(who) as browser:
            assert (await browser.get("/settings")).status_code == status
            assert ('href="/settings"' in (await browser.get("/more")).text) is (status == 200)
            assert ('action="/settings/tokens"' in (await browser.get("/settings")).text) is (who == "ada")
            if who != "ada":
                assert (await browser.post("/settings/tokens")).status_code == 403


async def test_page_tells_what_runs_and_no_path_and_no_secret(console: Console) -> None:
    async with console.signed_in("wyn") as browser:
        page = (await browser.get("/settings")).text
    assert "abababababababab…" in page
    assert "one SQLite file" in page
    for account in console.room.accounts.values():
        assert account.handle in page
    assert "TOKEN" not in page
    assert console.office.database not in page
    assert page.count("not checked since the start") == len(console.room.accounts)
    assert 'action="/pause"' not in page


async def test_token_scopes_are_shown_once_somebody_asked(console: Console) -> None:
    async with console.signed_in("ada") as browser:
        page = (await browser.post("/settings/tokens", follow_redirects=True)).text
    assert "Asked. What each server said stands beside its account." in page
    assert "asked 18:30 UTC: read, write:statuses" in page
    assert "it lacks the scopes write:statuses" in page
    assert "asked 18:30 UTC, without an answer" in page
    assert "parlour.example did not answer" in page
    assert "not checked since the start" not in page


async def test_what_fails_stands_beside_its_account(console: Console) -> None:
    console.loops.troubles.now["poll:leader"] = "Reading mentions of <the leader> fails."
    async with console.signed_in("ada") as browser:
        page = (await browser.get("/settings")).text
        article = page.partition('id="account-leader"')[2].partition("</article>")[0]
        assert "Reading mentions of &lt;the leader&gt; fails." in article
        assert "not yet" in article


async def test_account_is_paused_and_resumed_from_here(console: Console) -> None:
    async with console.signed_in("ada") as browser:
        await browser.post("/pause", data={"scope": "leader", "reason": "A mistake in the last reply."})
        page = (await browser.get("/settings")).text
        article = page.partition('id="account-leader"')[2].partition("</article>")[0]
        assert "Paused by Ada Moss" in article
        assert "A mistake in the last reply." in article
        await browser.post("/resume", data={"scope": "leader"})
        page = (await browser.get("/settings")).text
        article = page.partition('id="account-leader"')[2].partition("</article>")[0]
        assert "Paused by" not in article
