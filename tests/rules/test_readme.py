"""The worked examples of the guide are rules that work."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.rules import pack_files

if TYPE_CHECKING:
    from tests.rules.conftest import Book

GUIDE = (Path(pack_files.__file__).parent / "README.md").read_text("utf-8")
EXAMPLES = [textwrap.dedent(found) for found in re.findall(r"^ *```yaml\n(.*?)^ *```", GUIDE, re.MULTILINE | re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: (re.findall(r"id: (\S+)", text) or ["changes"])[0])
def test_an_example_of_the_guide_passes_its_own_examples(book: Book, example: str) -> None:
    wanted = re.findall(r"id: (\S+)", example)
    assert set(wanted) <= {rule.id for rule in book(example, shipped=True).rules}
    assert wanted or "amended:" in example


def test_every_key_of_a_rule_is_in_the_guide() -> None:
    from bot.rules.language import RuleSection, When  # noqa: PLC0415  beside what it is compared with

    keys = {info.alias or name for shape in (RuleSection, When) for name, info in shape.model_fields.items()}
    assert {key for key in keys - {"where"} if f"`{key}" not in GUIDE and f"{key}:" not in GUIDE} == set()
