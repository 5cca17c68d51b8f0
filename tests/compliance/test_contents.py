"""Whatever a box says can give somebody away: posts, words of a rule, addresses, and the bytes of a capture."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from bot.compliance.contents import contents_of
from bot.safety.wall import PassedExhibit
from bot.store import Captured
from bot.store.encoding import evidence_of, sha256
from bot.store.needles import Needles
from tests.fakes.cases import MENTION
from tests.safety.test_wall import AT, EXHIBIT, passed

AL = Needles.of(["@al@other.example"], [])


def captured(**said: Any) -> Captured:
    evidence = evidence_of(replace(MENTION, **said))
    return Captured(number=1, at=AT, evidence=evidence, sha256=sha256(evidence))


def exhibit(**facts: Any) -> PassedExhibit:
    return PassedExhibit(**{**EXHIBIT, "content": "", **facts})


def names_al(box: Any) -> bool:
    return any(map(AL.identify, contents_of(box.model_dump_json()).texts))


def test_author_is_whoever_wrote_any_version_under_each_name() -> None:
    later = replace(MENTION.author, handle="@Samuel@tidewater.example", display_name="Samuel")
    box = passed(captured=[captured(), captured(author=later)])
    author = contents_of(box.model_dump_json()).author
    assert author.handles == {"sam@tidewater.example", "samuel@tidewater.example"}
    assert "Samuel" in author.names
    assert MENTION.uri in author.posts


def test_author_without_handle_and_address_is_the_same_as_nobody() -> None:
    nobody = replace(MENTION.author, handle="@", uri="", display_name="")
    author = contents_of(passed(captured=[captured(author=nobody)]).model_dump_json()).author
    assert (author.handles, author.uris, author.names) == (frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    "changes",
    [
        {"captured": [captured(text="Ask @al@other.example.")]},
        {"captured": [captured(thread="https://other.example/@al/1")]},
    ],
)
def test_post_of_somebody_else_names_them(changes: dict[str, Any]) -> None:
    assert names_al(passed(**changes))
    assert not names_al(passed())


@pytest.mark.parametrize(
    "facts",
    [
        {"url": "https://other.example/@al/7"},
        {"headers": (("link", "<https://other.example/users/al>"),)},
        {"content": base64.b64encode(b'\xff{"acct":"al@other.example"}').decode()},
    ],
)
def test_capture_names_them_by_where_it_is_from_and_by_its_bytes(facts: dict[str, Any]) -> None:
    box = passed().model_copy(update={"exhibits": (exhibit(**facts),)})
    assert names_al(box)
    assert not names_al(passed().model_copy(update={"exhibits": (exhibit(),)}))
