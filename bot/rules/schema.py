"""The JSON Schema of a rule pack, by which editors complete and check what is written."""

from __future__ import annotations

import json
from pathlib import Path

from bot.rules.language import Pack, Said

PUBLISHED = Path(__file__).with_name("schema.json")
"""The schema as it is shipped; a test compares it with what `schema` gives."""


def schema() -> str:
    """The schema of a pack as JSON text, the same every time."""
    found = Pack.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["title"] = "Rule pack"
    found["$defs"]["Said"] = _as_example(found["$defs"].get("Said") or Said.model_json_schema())
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _as_example(said: dict[str, object]) -> dict[str, object]:
    """An example may be a text alone, which stands for its `text`."""
    return {"anyOf": [{"type": "string", "minLength": 1}, said], "description": said.get("description", "")}
