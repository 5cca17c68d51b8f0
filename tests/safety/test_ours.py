"""What we said is known by who said it, where it stands, and its words; what only names us is not ours."""

from __future__ import annotations

import json

import pytest

from bot.safety.ours import holds_ours

OURS = ("@Party@fernwick.example", "@leader@fernwick.example")
SAID = ("@sam@tidewater.example Argue with us about the buses instead, please. https://party.example/r/1",)
NAMED: dict[str, object] = {
    "content": '<p><a href="https://fernwick.example/@party">@party</a> you florp</p>',
    "url": "https://tidewater.example/@sam/12",
    "mentions": [{"acct": "party", "url": "https://fernwick.example/@party"}],
    "account": {"acct": "sam@tidewater.example"},
}


def thread(*posts: dict[str, object]) -> bytes:
    return json.dumps({"ancestors": [], "descendants": list(posts)}).encode()


def page(text: str) -> bytes:
    return f'<article><a href="/@party">@party</a> you florp</article><article>{text}</article>'.encode()


@pytest.mark.parametrize(
    "body",
    [
        thread(NAMED, {"content": "We answer by hand.", "account": {"acct": "party"}}),
        thread(NAMED, {"content": "We answer.", "account": {"acct": "leader@fernwick.example"}}),
        thread(NAMED, {**NAMED, "reblog": {"account": {"acct": "Party"}}}),
        thread({**NAMED, "uri": "https://fernwick.example/users/party/statuses/7"}),
        thread(NAMED).replace(b"12", b"12 Argue with us about the\\u00a0buses \\u003cbr\\u003einstead"),
        page('<a href="/@party/7">7:30</a>'),
        page('<a href="https://fernwick.example/@Party/7">7:30</a>'),
        page('{"url":"https:\\/\\/fernwick.example\\/@party\\/7"}'),
        page("<p>Argue with us <b>about</b> the buses&nbsp;instead,\n please.</p>"),
    ],
)
def test_post_or_reply_of_ours_is_found(body: bytes) -> None:
    said = (SAID[0].replace("instead, please", "instead"), *SAID)
    assert holds_ours(body, OURS, said)


@pytest.mark.parametrize(
    "body",
    [
        thread(NAMED),
        thread(NAMED, {"content": "Me too.", "account": {"acct": "party@elsewhere.example"}}),
        page('<a href="https://elsewhere.example/@party/7">7:30</a> <a href="/@party/media">pictures</a>'),
        page("<p>Argue with us!</p> https://party.example/r/1"),
        b"\xff\x00",
        b"[" * 200_000,
        b"",
    ],
)
def test_what_only_names_us_is_not_ours(body: bytes) -> None:
    assert not holds_ours(body, OURS, SAID)
