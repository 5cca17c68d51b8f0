from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bot import platforms
from bot.platforms import UnknownPlatformError
from bot.platforms.mastodon import MastodonPublisher, MastodonWatcher
from tests.platforms.mastodon.conftest import PARTY, account, clock

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import Account


@pytest.fixture
def party() -> Account:
    return account(PARTY, "http://127.0.0.1:9")


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of somebody else's that brings three platforms, of which one works."""
    (tmp_path / "pigeon_post.py").write_text(
        "from bot.platforms import Platform\n"
        "PIGEONS = Platform(watcher=lambda *a, **k: 'a watcher', publisher=lambda *a, **k: 'a publisher')\n"
        "SHAPELESS = 'pigeons'\n"
    )
    registered = tmp_path / "pigeon_post-1.0.dist-info"
    registered.mkdir()
    (registered / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    (registered / "entry_points.txt").write_text(
        f"[{platforms.GROUP}]\n"
        "pigeons = pigeon_post:PIGEONS\nshapeless = pigeon_post:SHAPELESS\nlost = pigeon_post:LOST\n"
        "mastodon = pigeon_post:PIGEONS\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pigeon_post", raising=False)
    return tmp_path


async def test_mastodon_comes_with_us(party: Account) -> None:
    watcher = platforms.watcher(party, "a-token", now=clock)
    publisher = platforms.publisher(party, "a-token", now=clock)
    assert (type(watcher), type(publisher)) == (MastodonWatcher, MastodonPublisher)
    await watcher.close()
    await publisher.close()


@pytest.mark.usefixtures("outside")
def test_a_platform_from_outside_is_imported_only_when_it_is_named() -> None:
    assert platforms.names() == {"mastodon", "pigeons", "shapeless", "lost"}
    assert "pigeon_post" not in sys.modules
    assert platforms.load("pigeons").watcher is not None
    assert "pigeon_post" in sys.modules


@pytest.mark.usefixtures("outside")
def test_nobody_takes_the_place_of_a_platform_that_comes_with_us() -> None:
    assert platforms.load("mastodon").watcher is MastodonWatcher


@pytest.mark.usefixtures("outside")
@pytest.mark.parametrize(("name", "words"), [("lost", "cannot be loaded"), ("shapeless", "is not a")])
def test_a_platform_that_does_not_work_is_told_by_name(name: str, words: str) -> None:
    with pytest.raises(UnknownPlatformError, match=f"'{name}'.*{words}"):
        platforms.load(name)


def test_an_unknown_platform_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownPlatformError, match=r"'mastodn'.*mastodon"):
        platforms.load("mastodn")
