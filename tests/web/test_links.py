"""A link opens once, for a quarter of an hour, and its token is kept nowhere."""

from __future__ import annotations

import pickle

from bot.model import Role
from bot.web.links import KEPT_SECONDS, LINK_SECONDS, LinkState, SignInLinks


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_link_is_used_up_by_its_first_use_and_not_by_looking() -> None:
    links = SignInLinks(Clock())
    token = links.make("asha")
    assert links.look(token) == links.look(token) == (LinkState.GOOD, "asha")
    assert links.use(token) == (LinkState.GOOD, "asha")
    assert links.use(token) == (LinkState.USED, "asha")


def test_link_goes_stale() -> None:
    clock = Clock()
    links = SignInLinks(clock)
    token = links.make("asha")
    clock.now = LINK_SECONDS
    assert links.look(token)[0] is LinkState.GOOD
    clock.now += 1
    assert links.use(token)[0] is LinkState.STALE


def test_stranger_token_is_unknown_and_odd_text_harmless() -> None:
    links = SignInLinks(Clock())
    assert links.use("nonsense") == (LinkState.UNKNOWN, None)
    assert links.use("\udc80") == (LinkState.UNKNOWN, None)


def test_token_is_kept_as_a_digest_only() -> None:
    links = SignInLinks(Clock())
    token = links.make("asha")
    assert len(token) >= 40
    kept = pickle.dumps({name: value for name, value in vars(links).items() if name != "_clock"})
    assert token.encode() not in kept


def test_old_links_are_forgotten_when_new_ones_are_made() -> None:
    clock = Clock()
    links = SignInLinks(clock)
    token = links.make("asha")
    clock.now = KEPT_SECONDS + 1.0
    links.make("tom")
    assert links.look(token) == (LinkState.UNKNOWN, None)


def test_link_is_forgotten_for_one_person_and_opens_no_more_than_it_was_made_for() -> None:
    links = SignInLinks(Clock())
    hers, his = links.make("asha", frozenset({Role.AUDITOR})), links.make("ben")
    assert (links.roles(hers), links.roles(his)) == (frozenset({Role.AUDITOR}), None)
    links.forget("asha")
    assert links.use(hers) == (LinkState.UNKNOWN, None)
    assert links.use(his) == (LinkState.GOOD, "ben")
