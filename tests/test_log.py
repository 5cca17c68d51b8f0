from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import log

if TYPE_CHECKING:
    from collections.abc import Iterator

BOT_TOKEN = "7000000001:AAHinventedInventedInventedInvented_1234"


@pytest.fixture(autouse=True)
def logging_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Puts back what `set_up` and `register_secret` change for the whole process."""
    monkeypatch.setattr(log, "_secrets", set())
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level, raising = root.handlers, root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in log.TALKATIVE}
    yield
    root.handlers, logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_own_lines_and_the_libraries_come_out_alike() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream)
    structlog.get_logger("bot.pipeline").info("case.opened", case="c1")
    logging.getLogger("some.library").warning("%s is slow", "it")
    ours, theirs = lines(stream)
    assert (ours["event"], ours["case"], ours["level"], ours["logger"]) == ("case.opened", "c1", "info", "bot.pipeline")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("it is slow", "warning", "some.library")
    assert str(ours["timestamp"]).endswith("Z")


def test_a_level_below_the_chosen_one_is_silent() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, level="WARNING")
    structlog.get_logger().info("quiet")
    structlog.get_logger().error("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


@pytest.mark.parametrize("name", log.TALKATIVE)
def test_a_talkative_library_is_heard_from_warning_on_even_when_we_debug(name: str) -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, level="DEBUG")
    logging.getLogger(f"{name}.deep").info("chatter")
    logging.getLogger(f"{name}.deep").warning("trouble")
    assert [line["event"] for line in lines(stream)] == ["trouble"]


async def test_httpx_does_not_print_the_address_that_holds_telegrams_token() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, level="DEBUG")
    transport = httpx.MockTransport(lambda _: httpx.Response(401))
    async with httpx.AsyncClient(transport=transport) as client:
        response = await client.get(f"https://api.telegram.example/bot{BOT_TOKEN}/getMe")
        try:
            response.raise_for_status()
        except httpx.HTTPStatusError:
            structlog.get_logger().exception("telegram.refused")
    assert "telegram.refused" in stream.getvalue()
    assert "HTTPStatusError" in stream.getvalue()
    assert BOT_TOKEN not in stream.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_a_registered_secret_is_left_out_wherever_it_stands(*, as_json: bool) -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, as_json=as_json)
    secret = 'mast"odon/tok\\en+1'
    log.register_secret(secret)
    logger = structlog.get_logger()
    logger.warning("said %s", secret, inside={"deep": [secret]}, quoted=repr(secret), thing={secret})
    logging.getLogger("library").warning("%r and %s", secret, secret)
    try:
        os.environ[secret]
    except KeyError:
        logger.exception("failed", cause=KeyError(secret))
    assert "failed" in stream.getvalue()
    for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], "odon/", "en+1"):
        assert form not in stream.getvalue(), form


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=st.text(min_size=log.SHORTEST).filter(lambda text: len(text.strip()) >= log.SHORTEST))
def test_no_secret_that_is_known_survives_redaction(secret: str) -> None:
    log.register_secret(secret)
    assert secret not in log.redacted(f"before {secret} after").replace(log.HIDDEN, "\x00")


@pytest.mark.parametrize(
    "text",
    [
        f"GET /bot{BOT_TOKEN}/getMe",
        f"token {BOT_TOKEN.replace(':', '%3A')}",
        "Authorization: Bearer abcdefgh-12345678",
        "https://s.example/oauth?access_token=abcdefgh12345678&x=1",
    ],
)
def test_what_looks_like_a_token_is_left_out_though_nobody_registered_it(text: str) -> None:
    assert log.HIDDEN in log.redacted(text)
    assert "Invented" not in log.redacted(text)
    assert "12345678" not in log.redacted(text)


def test_ordinary_words_are_left_alone() -> None:
    text = "config.yaml:12: accounts[0].token_env: PARTY_TOKEN is not set at 12:30:00, case 1234567:open"
    assert log.redacted(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "the post of @al@other.example was refused",
        "KeyError: '@Al.Bo-1@other.example:8080'",
        "https://other.example/users/al.bo/statuses/7 answered 404",
        "https://other.example/@al/7, again",
    ],
)
def test_no_handle_and_no_profile_stands_in_a_line_but_those_of_our_accounts(text: str) -> None:
    stream = io.StringIO()
    log.register_account("@Party@fernwick.example")
    log.set_up(stream=stream)
    structlog.get_logger().warning(f"{text} while reading for @party@fernwick.example")
    (line,) = lines(stream)
    said = str(line["event"])
    assert "al" not in re.split(r"\W+", said.lower())
    assert log.SOMEBODY in said
    assert said.endswith("while reading for @party@fernwick.example")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("before", ["\n", "\t", "\x1b", "\u202e", "\x9b"])
def test_no_handle_hides_behind_what_is_spelt_out(before: str, *, as_json: bool) -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, as_json=as_json)
    words = f"said{before}@al@other.example"
    structlog.get_logger().warning(words, why=words, error=KeyError(words))
    assert stream.getvalue().count(log.SOMEBODY) == 3
    assert "@al" not in stream.getvalue()


def test_a_value_under_a_key_that_holds_secrets_is_left_out() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream)
    structlog.get_logger().warning("x", token="abc", headers={"Authorization": "abc"}, token_env="PARTY_TOKEN")
    (line,) = lines(stream)
    assert line["token"] == log.HIDDEN
    assert line["headers"] == {"Authorization": log.HIDDEN}
    assert line["token_env"] == "PARTY_TOKEN"


def test_a_traceback_on_a_terminal_shows_no_local_variables() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, as_json=False)

    def inner() -> None:
        local = "a-value-that-nobody-registered"
        raise RuntimeError(str(len(local)))

    try:
        inner()
    except RuntimeError:
        structlog.get_logger().exception("failed")
    assert "RuntimeError" in stream.getvalue()
    assert "a-value-that" not in stream.getvalue().replace('local = "a-value-that', "")


def test_a_terminal_obeys_nothing_that_others_wrote() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream, as_json=False)
    obeyed = "\x1b[2J\x9b31m\u202e\r\x07"
    logger = structlog.get_logger()
    logger.warning("one %s", obeyed, why=obeyed, whom=[obeyed])
    logging.getLogger("library").warning("two %s\nthree", obeyed)
    try:
        int(obeyed)
    except ValueError as error:
        error.args = (obeyed,)
        logger.exception("four")
        logging.getLogger("library").exception("five", stack_info=True)
    written = re.sub(r"\x1b\[\d*m", "", stream.getvalue())  # the colours are the renderer's own
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", written)
    assert r"\u001b[2J\u009b31m\u202e\u000d\u0007\nthree" in written
    assert written.count("ValueError: \\u001b[2J") == 2


def test_a_line_of_json_holds_nothing_that_a_terminal_would_obey() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream)
    structlog.get_logger().warning("one", why="\x1b[2J\x9b31m\u202e")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", stream.getvalue())
    assert lines(stream)[0]["why"] == "\x1b[2J\x9b31m\u202e"


def test_an_error_that_nobody_caught_is_logged_without_its_secrets() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream)
    log.register_secret("uncaught-secret")
    error = RuntimeError("with uncaught-secret inside")
    sys.excepthook(RuntimeError, error, None)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(error))
    thread.start()
    thread.join()
    assert [line["event"] for line in lines(stream)] == ["stopped by an error"] * 2
    assert "uncaught-secret" not in stream.getvalue()


def test_a_warning_becomes_a_line() -> None:
    stream = io.StringIO()
    log.set_up(stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("old habit", stacklevel=1)
    assert "old habit" in stream.getvalue()


def test_a_line_that_cannot_be_formatted_is_not_printed_raw(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(stream=io.StringIO())
    logging.getLogger("library").warning("%d", "not-a-number-but-a-secret")
    captured = capsys.readouterr()
    assert "not-a-number" not in captured.err + captured.out
