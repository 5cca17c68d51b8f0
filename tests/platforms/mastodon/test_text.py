from __future__ import annotations

import html

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.mastodon.text import plain, tidy


def test_paragraphs_are_a_blank_line_apart_however_they_are_written() -> None:
    assert plain("<p>one</p><p>two<br>three</p>") == "one\n\ntwo\nthree"
    assert plain("one<br><br>two<br/>three") == "one\n\ntwo\nthree"


def test_bare_ampersands_and_angles_stay() -> None:
    assert plain("<p>salt & pepper > sugar &amp; spice &lt;3</p>") == "salt & pepper > sugar & spice <3"


def test_the_hidden_parts_of_a_link_are_kept() -> None:
    link = (
        '<a href="https://fernwick.example/long/page"><span class="invisible">https://</span>'
        '<span class="ellipsis">fernwick.example/long</span><span class="invisible">/page</span></a>'
    )
    assert plain(f"<p>see {link}</p>") == "see https://fernwick.example/long/page"


def test_a_handle_reads_as_it_was_typed() -> None:
    link = '<a href="https://fernwick.example/@party" class="u-url mention">@<span>party</span></a>'
    assert plain(f'<p><span class="h-card">{link}</span> no</p>') == "@party no"


def test_a_quoted_passage_is_marked_line_by_line() -> None:
    assert (
        plain("<p>They wrote:</p><blockquote><p>go<br>away</p></blockquote>Why?")
        == "They wrote:\n\n> go\n> away\n\nWhy?"
    )


def test_a_quote_inside_a_quote_is_marked_once() -> None:
    assert plain("<blockquote>a<blockquote>b</blockquote></blockquote>") == "> a\n>\n> b"


def test_list_items_stand_on_lines_of_their_own() -> None:
    assert plain("<ul><li>one</li><li>two</li></ul>after") == "- one\n- two\n\nafter"


def test_scripts_and_styles_say_nothing_and_pictures_say_what_they_are_called() -> None:
    assert plain("<script>x()</script><style>p{}</style>hi <img alt=':rose:' src='x'>") == "hi :rose:"


def test_line_breaks_of_the_source_are_kept_as_servers_show_them() -> None:
    assert plain("<pre>a\n  b</pre>") == "a\n  b"


def test_markup_nested_deeper_than_any_stack_gives_a_text() -> None:
    assert plain("<b>" * 20_000 + "x") == "x"
    assert plain("<blockquote>" * 5_000 + "x").endswith("x")


def test_what_is_no_markup_at_all_is_only_tidied() -> None:
    assert plain("  just words  \n\n\n\nmore\x00 ") == "just words\n\nmore\ufffd"


@given(st.text())
def test_any_text_survives_escaping_into_html(text: str) -> None:
    escaped = html.escape(text)
    assert plain(escaped).split() == tidy(text).replace("\r", "\n").split() or "\x00" in text


@given(st.text(alphabet="<>/&;pblockquote r=\"'!-\n", max_size=200))
def test_no_markup_raises(markup: str) -> None:
    assert isinstance(plain(markup), str)
