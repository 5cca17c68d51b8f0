"""Every shipped rule says what it finds and why it is here."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import bot.rules

PACKS = sorted((Path(bot.rules.__file__).parent / "packs").rglob("*.yaml"))


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_shipped_rule_says_what_it_finds_and_why_it_is_here(pack: Path) -> None:
    plain = yaml.load(pack.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506  makes strings and nothing else
    rules = plain.get("rules", [])
    assert [rule["id"] for rule in rules if not (rule.get("title") and rule.get("why"))] == []
