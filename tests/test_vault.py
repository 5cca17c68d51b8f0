"""What goes in comes out, under any key that has served; what was altered does not come out at all."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vault import BadKeyError, CannotOpenError, Vault, encrypted, new_key

OLD, NEW = new_key(), new_key()


@given(st.binary())
def test_what_goes_in_comes_out_with_a_key_and_without(body: bytes) -> None:
    for vault in (Vault(), Vault([OLD])):
        assert vault.open(vault.seal(body)) == body


def test_a_new_key_in_front_opens_what_the_old_one_sealed_and_seals_for_itself() -> None:
    kept = Vault([OLD]).seal(b"words")
    both = Vault([NEW, OLD])
    assert both.open(kept) == b"words"
    again = both.seal(both.open(kept))
    assert Vault([NEW]).open(again) == b"words"
    with pytest.raises(CannotOpenError, match="None of the keys"):
        Vault([OLD]).open(again)


def test_what_is_encrypted_says_so_and_holds_no_word_of_it() -> None:
    kept = Vault([OLD]).seal(b"a name that nobody may read" * 3)
    assert encrypted(kept)
    assert not encrypted(Vault().seal(b"x"))
    assert b"name" not in kept
    with pytest.raises(CannotOpenError, match="no key"):
        Vault().open(kept)


def test_a_locked_vault_says_why_and_takes_nothing_in_unencrypted() -> None:
    for attempt in (Vault(locked="The key is not set.").seal, Vault(locked="The key is not set.").open):
        with pytest.raises(CannotOpenError, match="key is not set"):
            attempt(b"P")


@given(st.binary(min_size=1, max_size=200), st.integers(0, 10_000), st.integers(0, 7))
def test_one_altered_bit_under_a_key_is_never_opened(body: bytes, place: int, bit: int) -> None:
    vault = Vault([OLD])
    kept = bytearray(vault.seal(body))
    kept[place % len(kept)] ^= 1 << bit
    with pytest.raises(CannotOpenError):
        vault.open(bytes(kept))


@given(st.binary())
def test_anything_at_all_either_opens_or_says_that_it_does_not(kept: bytes) -> None:
    try:
        Vault().open(kept)
    except CannotOpenError:
        return
    assert kept[:1] == b"P" or kept == b"P"


def test_what_would_unpack_to_more_than_is_ever_kept_is_refused() -> None:
    bomb = b"P" + zlib.compress(bytes(65 * 1024 * 1024), 9)
    with pytest.raises(CannotOpenError):
        Vault().open(bomb)


@pytest.mark.parametrize("bad", ["short", "ä" * 44, "A" * 44 + "="])
def test_what_is_no_key_is_refused_and_not_quoted(bad: str) -> None:
    with pytest.raises(BadKeyError) as caught:
        Vault([bad])
    assert bad not in str(caught.value)
