"""Seals bind a report to its chains and tell nobody a number."""

from __future__ import annotations

from bot.report.sealing import new_salt, sealed, seals
from bot.store import ChainHead


def test_the_same_figures_under_the_same_salt_have_the_same_seal_whatever_their_order() -> None:
    salt = new_salt()
    assert sealed({"b": 1, "a": 2}, salt) == sealed({"a": 2, "b": 1}, salt)
    assert sealed({"a": 3}, salt) != sealed({"a": 2}, salt)


def test_a_seal_cannot_be_found_by_trying_small_numbers_without_the_salt() -> None:
    salts = {new_salt() for _ in range(50)}
    assert len(salts) == 50
    assert all(len(salt) == 64 for salt in salts)
    assert len({sealed({"judged": 3}, salt) for salt in salts}) == 50


def test_each_chain_is_sealed_with_its_last_event_and_its_number() -> None:
    salt = new_salt()
    heads = [ChainHead(stream="party", seq=7, digest="ab"), ChainHead(stream="system", seq=1, digest="cd")]
    found = seals({}, heads, salt)
    assert found.heads == {"party": sealed(["party", 7, "ab"], salt), "system": sealed(["system", 1, "cd"], salt)}
    assert seals({}, [ChainHead(stream="party", seq=8, digest="ab")], salt).heads["party"] != found.heads["party"]
