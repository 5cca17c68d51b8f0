"""A token of a sign-in is good once, for five minutes, and in the browser that asked for it."""

from __future__ import annotations

from starlette.requests import Request

from bot.web.once import SECONDS, Once


def browser() -> Request:
    return Request({"type": "http", "session": {}, "headers": []})


def test_token_is_taken_once_with_what_was_kept_beside_it() -> None:
    once, mine = Once("challenge", lambda: 0.0), browser()
    token = once.make(mine, reviewer="ann")
    assert once.take(browser()) is None
    assert once.take(mine) == {"token": token, "reviewer": "ann"}
    assert once.take(mine) is None


def test_cookie_that_is_put_back_is_worth_nothing() -> None:
    once, mine = Once("challenge", lambda: 0.0), browser()
    once.make(mine)
    copied = dict(mine.session)
    assert once.take(mine) is not None
    mine.session.update(copied)
    assert once.take(mine) is None


def test_old_token_is_worth_nothing() -> None:
    seconds = [0.0]
    once, mine = Once("challenge", lambda: seconds[0]), browser()
    once.make(mine)
    seconds[0] = SECONDS + 1.0
    assert once.take(mine) is None
