from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from bot.model import LONGEST_ADDRESS, Visibility
from bot.platforms.mastodon.decode import handle, mention_of, parent_of, profile_text, reread
from bot.platforms.mastodon.entities import Status
from tests.platforms.mastodon.conftest import LEADER, PARTY, account, status_json

ACCOUNT = account(PARTY, "https://social.fernwick.example")


def status(**changed: object) -> Status:
    return msgspec.convert(status_json(**changed), Status)  # type: ignore[arg-type]  # fields by name


def test_every_text_that_the_author_chose_is_read() -> None:
    poll = {"id": "5", "options": [{"title": "yes", "votes_count": 1}, {"title": "no"}]}
    media = [{"type": "image", "description": "a sign"}, {"type": "image", "description": None}]
    mention = mention_of(
        status(
            content="<p>text</p>",
            spoiler_text="warning",
            poll=poll,
            media_attachments=media,
            emojis=[{"shortcode": "rose"}],
        ),
        ACCOUNT,
    )
    assert dict(mention.fields()) == {
        "text": "text",
        "content_warning": "warning",
        "display_name": "Sam",
        "poll.0": "yes",
        "poll.1": "no",
        "media.0": "a sign",
        "emoji.0": "rose",
    }


def test_the_author_is_told_with_profile_fields_and_server() -> None:
    author = mention_of(status(), ACCOUNT).author
    assert (author.handle, author.followers) == ("@sam@elsewhere.example", 40)
    assert author.bio == "member since 2015\nParty: Fernwick Greens"
    assert author.created_at == datetime(2021, 3, 16, tzinfo=UTC)


def test_who_is_at_home_on_our_server_gets_its_name() -> None:
    assert mention_of(status(), ACCOUNT).addressed == (PARTY,)
    assert handle("kim", PARTY) == "@kim@fernwick.example"
    assert handle("@kim@brindle.example", PARTY) == "@kim@brindle.example"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("public", Visibility.PUBLIC),
        ("unlisted", Visibility.UNLISTED),
        ("private", Visibility.FOLLOWERS),
        ("direct", Visibility.DIRECT),
        ("mutuals_only", Visibility.DIRECT),
        (None, Visibility.DIRECT),
    ],
)
def test_visibility_is_translated_and_an_unknown_one_is_the_narrowest(theirs: str | None, ours: Visibility) -> None:
    assert mention_of(status(visibility=theirs), ACCOUNT).visibility is ours


@pytest.mark.parametrize("spelt", ["2026-11-20T12:00:00+02:00", "2026-11-20T10:00:00", "2026-11-20T10:00:00.000Z"])
def test_times_are_in_utc_whatever_zone_they_came_in(spelt: str) -> None:
    mention = mention_of(status(created_at=spelt, edited_at=spelt), ACCOUNT)
    assert mention.created_at == mention.edited_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert mention.created_at.tzinfo is UTC


@pytest.mark.parametrize("spelt", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_the_calendar_do_not_cost_the_post(spelt: str) -> None:
    assert mention_of(status(created_at=spelt), ACCOUNT).created_at.tzinfo is UTC


def test_a_strange_date_of_registration_does_not_cost_the_post() -> None:
    sam = status_json()["account"] | {"created_at": "long ago"}  # type: ignore[operator]  # it is a dict
    assert mention_of(status(account=sam), ACCOUNT).author.created_at is None


def test_an_edit_shows_in_the_digest_and_a_new_display_name_does_not() -> None:
    before = mention_of(status(), ACCOUNT)
    renamed = status_json()["account"] | {"display_name": "Sam!"}  # type: ignore[operator]  # it is a dict
    assert mention_of(status(account=renamed), ACCOUNT).digest == before.digest
    assert mention_of(status(content="<p>Hello!</p>"), ACCOUNT).digest != before.digest
    assert mention_of(status(spoiler_text="new"), ACCOUNT).digest != before.digest


def test_the_same_words_on_another_server_are_no_edit() -> None:
    first = mention_of(status(content="<p>one</p><p>two</p>", emojis=[{"shortcode": "rose"}]), ACCOUNT)
    leader = account(LEADER, "https://brindle.example")
    again = reread(first, status(native_id="77", content="one<br>two", emojis=[]), leader)
    assert again.digest == first.digest
    assert (again.account, again.native_id) == (first.account, first.native_id)


def test_other_words_on_another_server_are_an_edit() -> None:
    first = mention_of(status(content="<p>one two</p>"), ACCOUNT)
    edited = reread(first, status(content="<p>one three</p>", edited_at="2026-11-20T11:00:00Z"), ACCOUNT)
    assert edited.text == "one three"
    assert edited.digest != first.digest


def test_what_a_mention_answers_is_kept_when_it_is_read_again() -> None:
    parent = parent_of(status(native_id="0"), ACCOUNT)
    first = replace(mention_of(status(), ACCOUNT), parent=parent, thread="https://root.example/1")
    again = reread(first, status(content="<p>edited</p>"), ACCOUNT)
    assert (again.parent, again.thread) == (parent, "https://root.example/1")


def test_a_parent_is_read_with_its_content_warning() -> None:
    parent = parent_of(status(spoiler_text="Budget"), ACCOUNT)
    assert (parent.author, parent.text) == ("@sam@elsewhere.example", "Budget\n\nHello")


def test_a_profile_is_read_line_by_line() -> None:
    assert profile_text(status().account) == "member since 2015\nParty: Fernwick Greens"


def test_endless_addresses_are_known_by_a_digest() -> None:
    endless, profile = "https://tidewater.example/" + "a" * 6_000, status_json()["account"]
    assert isinstance(profile, dict)
    one, other = (
        mention_of(status(uri=f"{endless}{name}", account=profile | {"uri": f"{endless}{name}"}), ACCOUNT)
        for name in ("sam", "vic")
    )
    assert one.author.uri != other.author.uri
    assert one.conversation != other.conversation
    assert max(len(name) for name in (one.author.uri, one.conversation)) < LONGEST_ADDRESS
