"""What packs say of emoji adds up."""

from __future__ import annotations

from bot.rules.disguise.shape import Sign, Signs


def test_two_files_add_up() -> None:
    rat, cat = Sign(signs=("🐀",), read="rat"), Sign(signs=("🐈",), read="cat")
    both = Signs(words=(rat,), one_after=("a",)).with_those_of(Signs(words=(cat,), done_after=("be",)))
    assert both == Signs(words=(rat, cat), one_after=("a",), done_after=("be",))
