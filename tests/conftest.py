"""What most tests stand on: an office of their own, with its files read once for all."""

from __future__ import annotations

import gc
import os
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from bot.files import Files
from tests.fakes.databases import dropped_afterwards
from tests.fakes.memory import folder_in_memory
from tests.fakes.office import Office, write_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


# What is remembered between starts is the user's; a test must not find it there, and must not leave anything. The
# workers of a run share one folder.
if "PYTEST_XDIST_WORKER" not in os.environ:
    _CACHE = tempfile.TemporaryDirectory(prefix="not-in-our-name-")
    os.environ["XDG_CACHE_HOME"] = _CACHE.name

# Each test has a folder, and most have a database in it that is to be safe from a power cut.
if folder := folder_in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))

# How long an example takes says something about the machine, and nothing about the promise. Where a change is let in or
# not, the examples are the same for everybody; elsewhere each run looks for new ones.
settings.register_profile(
    "promises", deadline=None, derandomize="CI" in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("promises")


@pytest.fixture(scope="session", autouse=True)
def _what_is_imported_stays() -> None:
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _no_rulebook_stays() -> Iterator[None]:
    """What one compiles to is of few objects and many megabytes, and the collector counts objects alone."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _no_database_stays() -> Iterator[None]:
    with dropped_afterwards():
        yield


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The example configuration, live, with made-up rules."""
    return Files.read(write_files(tmp_path_factory.mktemp("files")))


@pytest.fixture
async def office(tmp_path: Path, files: Files) -> AsyncIterator[Office]:
    """A bot without a network."""
    office = await Office.open(tmp_path, files=files)
    yield office
    await office.store.close()
