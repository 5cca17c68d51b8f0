from __future__ import annotations

from bot.platforms.simulated.picture import drawn


def test_a_picture_is_a_png_and_the_same_for_the_same() -> None:
    assert drawn("a", 1).startswith(b"\x89PNG")
    assert drawn("a", 1) == drawn("a", 1) != drawn("a", 2)
