"""The page needs nothing from elsewhere, escapes what is put into it, and says plainly what it does not tell."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from bot.report.page import capitalized, in_words, page, percent, span
from tests.report.conftest import AUTUMN, TOLD

if TYPE_CHECKING:
    from tests.report.conftest import Month


async def test_the_page_stands_alone_and_runs_nothing(month: Month) -> None:
    html = page(await month.make())
    assert not re.search(
        r"<script|<link|<img|<iframe|javascript:|@import|url\(|\bon\w+=|https?://(?!www\.w3\.org)", html
    )
    assert html.count("<h1") == 1
    assert '<html lang="en">' in html


async def test_a_name_is_words_and_never_markup(month: Month) -> None:
    html = page(await month.make(party="<b>Us</b> & them"))
    assert "<b>Us" not in html
    assert "&lt;b&gt;Us&lt;/b&gt; &amp; them" in html


async def test_every_table_has_a_caption_or_says_why_it_is_not_told(month: Month) -> None:
    made = await month.make()
    told = unescape(page(made))
    for each in made.report.tables:
        assert each.table.title in told or each.table.name == "judged"
    assert "No effect is shown." in told
    assert told.count("<table>") == told.count("<caption>")


async def test_why_something_is_not_told_is_said_once(month: Month) -> None:
    told = unescape(page(await month.make()))
    assert told.count(': <span class="untold">not told</span></h3>') > 1
    assert told.count("would give away another that small") == 1
    assert told.count("is told only when each of its numbers") == 1


async def test_what_the_compliance_office_told_stands_under_its_own_heading(month: Month) -> None:
    told = " ".join(unescape(re.sub(r"<[^>]+>", " ", page(await month.make(AUTUMN, ages=TOLD)))).split())
    section = told.partition("What the compliance office tells of itself")[2].partition("For the safety team")[0]
    assert "The fourth quarter of 2026 4 days not told" in section
    assert TOLD[0].sha256 in section
    assert "is not in this report" not in section


async def test_without_the_office_s_file_the_page_says_how_the_ages_come_in(month: Month) -> None:
    told = unescape(page(await month.make()))
    assert "what was referred to it is not in this report" in told
    assert "<code>report --compliance</code> takes it in" in told


async def test_no_name_of_staff_and_no_handle_is_in_it(month: Month) -> None:
    html = page(await month.make())
    staff = [person.name for person in month.office.files.reviewers.values()]
    assert not [word for word in (*staff, "florp", "@sam", "@fernwick") if word in html]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "under a minute"), (12, "12 min"), (119, "119 min"), (180, "3 h"), (2_880, "2 days"), (9_000, "6 days")],
)
def test_a_time_is_said_in_the_largest_unit_that_says_enough(minutes: int, words: str) -> None:
    assert span(minutes) == words


def test_small_words() -> None:
    assert percent(0.126) == "13\N{NO-BREAK SPACE}%"
    assert percent(0.0314) == "3.1\N{NO-BREAK SPACE}%"
    assert capitalized("the fourth quarter of 2026") == "The fourth quarter of 2026"
    assert in_words("personal_abuse") == "personal abuse"
    assert in_words("none") == "no clause"
