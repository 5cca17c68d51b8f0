"""What a screen would obey is spelt out, and everything else stays as it is."""

from __future__ import annotations

import json

import pytest

from bot.visible import visible, visible_json

ORDINARY = "Grüße, 你好 😀\n\tnext line"


@pytest.mark.parametrize(
    "odd", ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\u061c", "\u200e", "\u202e", "\u2067", "\ufeff"]
)
def test_what_a_screen_would_obey_is_spelt_out(odd: str) -> None:
    assert visible(f"a{odd}b") == f"a\\u{ord(odd):04x}b"


def test_what_a_screen_shows_stays_as_it_is() -> None:
    assert visible(ORDINARY) == ORDINARY


def test_json_says_the_same_with_nothing_in_it_that_a_screen_would_obey() -> None:
    said = f"{ORDINARY}\x1b[31m\x9b\u202e"
    document = visible_json(json.dumps(said, ensure_ascii=False))
    assert json.loads(document) == said
    assert visible(document) == document
