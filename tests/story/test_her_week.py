"""The person attacked need not look: her week comes by mail in figures, and kind words wait on a page of her own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.config import database_address
from bot.platforms.simulated.world import utc_now
from bot.store import ReplyWish, Store, digest_of
from tests.fakes.postbox import postbox
from tests.fakes.terminal import free_port
from tests.fakes.town import town, until
from tests.public.test_choices import BOX, HER, PROTECTED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fakes.town import Town

PASSWORD = "correct horse battery"
WORDS = "What was said to you is not who we are."
HOST = "127.0.0.1"


def settings(mail_port: int, public_port: int) -> Mapping[str, Any]:
    mail = {"sender": "no-reply@fernwick.example", "host": HOST, "port": mail_port, "security": "none"}
    mail |= {"user": "bot", "password_env": "MAIL_PASSWORD"}
    return {
        "protected": PROTECTED,
        "public": {"url": f"http://{HOST}:{public_port}", "port": public_port},
        "weekly_digest": {"mail": mail},
    }


async def wished(streets: Town) -> str:
    """She opened her page a fortnight ago and wished to be told of her week by mail; the path of that page."""
    before = utc_now() - timedelta(days=14)
    store = Store.open(database_address(streets.files().loaded), now=lambda: before)
    await store.seed(streets.files().accounts.values(), streets.files().reviewers.values())
    page = await store.protected.open_link(await store.protected.make_link(HER, actor="nadia"))
    await store.protected.choose(digest_of(HER), reply=ReplyWish.FOR_ME, shown=False, weekly=True, mail=BOX)
    await store.close()
    assert page is not None
    return f"/mine/{page}"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # on loopback nobody reads along
async def test_letter_comes_once_kind_words_wait_and_no_line_of_the_log_tells_of_it(tmp_path: Path) -> None:
    given: list[tuple[bytes, bytes]] = []

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any) -> Any:
        from aiosmtpd.smtp import AuthResult  # noqa: PLC0415  beside its only use

        given.append((said.login, said.password))
        return AuthResult(success=True)

    port = free_port()
    with capture_logs() as logged, postbox(authenticator=knows, auth_required=True, auth_require_tls=False) as box:
        async with town(tmp_path, **settings(box.port, port)) as streets:
            page, text = await wished(streets), ""
            for _ in range(2):  # and again after a new start
                async with streets.bot(MAIL_PASSWORD=PASSWORD) as app:
                    assert app.console is not None
                    await until(lambda: _sent(box.letters))
                    await app.store.protected.support(digest_of(HER), WORDS, actor="mara")
                    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as browser:
                        text = (await browser.get(page)).text
            assert "By mail too, on Mondays" in text
            assert WORDS in text
    assert [letter["To"] for letter in box.letters] == [BOX]
    assert given == [(b"bot", PASSWORD.encode())]
    assert [word for word in (BOX, PASSWORD, HER, WORDS, page) if word in str(logged)] == []


async def test_without_the_password_letters_are_not_offered_and_everything_else_runs(tmp_path: Path) -> None:
    port = free_port()
    with capture_logs() as logged, postbox() as box:
        async with town(tmp_path, **settings(box.port, port)) as streets:
            page = await wished(streets)
            async with streets.bot(), httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as browser:
                text = (await browser.get(page)).text
    assert "Telling you by mail is not set up here." in text
    assert {"event": "weekly.off", "log_level": "warning", "reason": "MAIL_PASSWORD is not set"} in logged
    assert box.letters == []


async def _sent(letters: list[Any]) -> bool:
    return bool(letters)
