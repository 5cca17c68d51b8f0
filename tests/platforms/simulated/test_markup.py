from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.platforms.simulated.markup import counted_length, hashtags_in, mentioned_in, to_html

KNOWN = {"sam": ("https://x.example/@sam", "sam"), "jo@y.example": ("https://y.example/@jo", "jo")}


def html(text: str, *, loose: bool = False) -> str:
    return str(
        to_html(text, person=lambda name: KNOWN.get(name.lower()), tag_url="https://x.example/tags/", loose=loose)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("one\ntwo", "<p>one<br />two</p>"),
        ("one\n\n\ntwo", "<p>one</p><p>two</p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        (
            "@sam hi",
            (
                '<p><span class="h-card" translate="no"><a href="https://x.example/@sam" class="u-url mention">'
                "@<span>sam</span></a></span> hi</p>"
            ),
        ),
        ("@stranger hi", "<p>@stranger hi</p>"),
        ("mail jo@y.example", "<p>mail jo@y.example</p>"),
        (
            "#Buses!",
            '<p><a href="https://x.example/tags/buses" class="mention hashtag" rel="tag">#<span>Buses</span></a>!</p>',
        ),
        ("#1 of all", "<p>#1 of all</p>"),
    ],
)
def test_text_is_shown_as_mastodon_shows_it(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_long_link_is_cut_for_the_eye_and_whole_for_the_reader() -> None:
    shown = html("see https://www.example.org/a/path/that/goes/on/and/on, ok")
    assert (
        '<span class="invisible">https://www.</span><span class="ellipsis">example.org/a/path/that/goes/o</span>'
        in shown
    )
    assert LexborHTMLParser(shown).text() == "see https://www.example.org/a/path/that/goes/on/and/on, ok"


def test_a_mention_loses_its_server_in_the_html() -> None:
    assert LexborHTMLParser(html("@jo@y.example hi")).text() == "@jo hi"


def test_loose_servers_leave_ampersands_bare_and_use_breaks() -> None:
    assert html("a & b > c\n\nd < e", loose=True) == "<p>a & b > c<br><br>d &lt; e</p>"


@given(text=st.text(max_size=200), loose=st.booleans())
def test_no_text_can_make_a_tag_of_its_own(text: str, loose: bool) -> None:  # noqa: FBT001  # Hypothesis passes it by name
    tree = LexborHTMLParser(html(f"<script>alert(1)</script><img src=x onerror=alert(1)>{text}", loose=loose))
    assert not tree.css("script, img, iframe, style, svg")
    assert not tree.css("[onerror], [onclick]")


def test_names_and_tags_are_found_in_order() -> None:
    assert list(mentioned_in("@sam and @jo@y.example, not a@b.example")) == ["sam", "jo@y.example"]
    assert list(hashtags_in("#Buses and #trains2")) == ["Buses", "trains2"]


def test_length_counts_links_as_23_and_mentions_without_their_server() -> None:
    assert counted_length("https://www.example.org/" + "x" * 300) == 23
    assert counted_length("@jo@a-very-long-name.example hi") == len("@jo hi")
    assert counted_length("👩‍👩‍👧") == 1
