"""The published schema is that of the language, and takes what the loader takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema
import pytest

from bot import yaml_file
from bot.rules import pack_files
from bot.rules.schema import PUBLISHED, schema

if TYPE_CHECKING:
    from pathlib import Path


def test_the_published_schema_is_the_one_that_the_code_gives() -> None:
    assert PUBLISHED.read_text("utf-8") == schema(), "run: not-in-our-name rules schema > bot/rules/schema.json"


@pytest.mark.parametrize("pack", sorted(pack_files.SHIPPED.rglob("*.yaml")), ids=lambda pack: pack.stem)
def test_our_own_packs_fit_the_schema(pack: Path) -> None:
    jsonschema.validate(yaml_file.parse(pack).content, json.loads(schema()))


def test_what_is_misspelt_does_not_fit() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"lang": "en", "rulez": []}, json.loads(schema()))


def test_every_key_is_explained_where_its_name_does_not() -> None:
    properties = json.loads(schema())["$defs"]["RuleSection"]["properties"]
    unexplained = {key for key, found in properties.items() if "description" not in found}
    assert unexplained <= {"id", "policy", "severity", "state", "patterns", "near"}
