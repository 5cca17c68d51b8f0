"""Every module has a test file in the same place, and every test file a module: nothing is tested by accident."""

from __future__ import annotations

import ast
from pathlib import Path

import bot

BOT, TESTS = Path(bot.__file__).parent, Path(__file__).parent
UNTESTED: dict[str, str] = {}
"""Modules without a test file of their own, each with where it is tested instead."""
BESIDES = {
    "test_mirror.py": "looks at the tests themselves",
    "test_locks.py": "holds the three locks across all modules",
    "store/migrations/test_further_refusals.py": "what the database refuses beyond test_r0001_first_schema",
    "rules/disguise/test_names.py": "holds the whole rulebook to lists of names and words",
    "rules/test_metamorphic.py": "promises across all rules, kept through every disguise",
    "rules/test_readme.py": "holds the guide to writing rules to the loader",
    "test_docs.py": "holds the documents to the program",
    "test_dockerfile.py": "the Dockerfile is no module",
}
"""Test files without a module, each with why it stands here."""
APART = ("browser/", "story/", "fakes/", "rules/packs/")
"""Folders of tests that mirror nothing: what is told across modules or rules, and what tests stand on."""


def modules() -> set[str]:
    """Every module that holds code: a package's `__init__` counts when it defines something."""
    return {
        str(path.relative_to(BOT))
        for path in BOT.rglob("*.py")
        if "__pycache__" not in path.parts and (path.name != "__init__.py" or defines(path))
    }


def defines(path: Path) -> bool:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in body)


def mirror(module: str) -> str:
    """Where a module is tested: `x/y.py` in `x/test_y.py`, a package `x` in `x/test_x.py`."""
    path = Path(module)
    if module == "__main__.py":
        return "test_main.py"
    name = path.parent.name if path.name == "__init__.py" else path.stem
    return str(path.parent / f"test_{name}.py")


def written() -> set[str]:
    return {found for path in TESTS.rglob("test_*.py") if not (found := str(path.relative_to(TESTS))).startswith(APART)}


def test_every_module_has_its_test_file() -> None:
    found = written()
    assert sorted(module for module in modules() if mirror(module) not in found and module not in UNTESTED) == []


def test_every_test_file_has_its_module() -> None:
    mirrors = {mirror(module) for module in modules()}
    assert sorted(name for name in written() if name not in mirrors and name not in BESIDES) == []


def test_no_exception_outlives_its_reason() -> None:
    found = written()
    assert [module for module in UNTESTED if module not in modules() or mirror(module) in found] == []
    assert [name for name in BESIDES if name not in found] == []
