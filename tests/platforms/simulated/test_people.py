from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.platforms.simulated.people import Person, Token

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("granted", "wanted", "permitted"),
    [
        ({"read"}, ["read:statuses"], True),
        ({"read:statuses"}, ["read:statuses"], True),
        ({"read:statuses"}, ["read:notifications"], False),
        ({"read"}, ["write:statuses"], False),
        ({"profile"}, ["profile", "read:accounts"], True),
        (set(), ["read"], False),
    ],
)
def test_a_scope_covers_what_lies_under_it(granted: set[str], wanted: list[str], *, permitted: bool) -> None:
    token = Token(secret="s", person=None, scopes=frozenset(granted), created_at=NOW)
    assert token.permits(*wanted) is permitted


def test_a_token_does_not_show_its_secret() -> None:
    assert "hush" not in repr(Token(secret="hush", person=None, scopes=frozenset(), created_at=NOW))


def test_a_person_has_one_name_everywhere() -> None:
    person = Person(username="sam", domain="elsewhere.example", created_at=NOW)
    assert (person.handle, person.uri) == ("@sam@elsewhere.example", "https://elsewhere.example/users/sam")
