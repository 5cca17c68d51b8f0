"""Words come in from a CSV file, and each line is looked at before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.review.console.rule_csv import MOST_TYPED
from bot.store import TextKind
from bot.web.guard import LARGEST_UPLOAD
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.review.console.conftest import Console

PEST = "/rules/lists/en/pest/csv"
PACK = """
lang: en
lists: {pest: [gnat, "{moths}"], moths: [moth]}
rules:
  - {id: called-a-pest, policy: personal_abuse, severity: 2, phrases: ["you {pest}"], matches: [you gnat], ignores: [a]}
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Files with a list."""
    config_file = write_files(tmp_path / "files")
    (tmp_path / "files" / "packs" / "pest.yaml").write_text(PACK, encoding="utf-8")
    return Files.read(config_file)


@pytest.fixture(autouse=True)
async def started(console: Console) -> None:
    """What is in the files is live."""
    await console.texts.start()


async def given(browser: httpx.AsyncClient, raw: bytes) -> httpx.Response:
    return await browser.post(PEST, files={"file": ("words.csv", raw, "text/csv")})


async def test_a_list_is_taken_away_as_csv_by_whoever_reads_rules(console: Console) -> None:
    async with console.signed_in("wyn") as browser:
        answer = await browser.get(PEST)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="en-pest.csv"'
    assert answer.text.splitlines() == ["word", "gnat", "{moths}"]
    async with console.signed_in("rosa") as browser:
        assert (await browser.get(PEST)).status_code == 403


async def test_each_line_of_a_file_is_told_and_nothing_is_done(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        page = (await given(browser, b"word\ngnat\ntick\ntick\n{moth}\n<b>\n")).text
        assert "2 words: would be added" in page
        assert "1 word: is there already" in page
        assert "1 word: stands twice in the file" in page
        assert "there is no list “moth”" in page
        assert "line 5" in page
        assert "<b>" not in page
        assert await console.office.store.revisions.drafts(TextKind.RULES) == {}
        effect = await browser.post("/rules/lists/en/pest/change", data={"add": "tick", "press": "effect"})
        assert "1 rule reads otherwise." in effect.text


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "No file was chosen, or it is empty."),
        ("word\ncafé".encode("latin-1"), "Line 2 is not in UTF-8."),
        (b"a,b\nc,d\n", "No column is called “word”"),
        (b"word\n" + b"".join(b"%d\n" % number for number in range(1_000_000)), "more than 20,000 words"),
    ],
    ids=["empty", "encoding", "columns", "a million rows"],
)
async def test_a_file_that_cannot_be_used_is_answered_in_a_sentence(
    console: Console, raw: bytes, sentence: str
) -> None:
    async with console.signed_in("mara") as browser:
        answer = await given(browser, raw)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Nothing was changed." in answer.text


async def test_a_form_without_a_file_is_answered_too(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        answer = await browser.post(PEST, data={"file": "words"})
    assert answer.status_code == 422
    assert "No file was chosen" in answer.text


async def test_what_one_form_cannot_carry_is_left_for_another_time(console: Console) -> None:
    raw = "word\n" + "\n".join(f"pest number {number}" for number in range(4_000))
    async with console.signed_in("mara") as browser:
        page = (await given(browser, raw.encode())).text
    assert "4,000 words: would be added" in page
    carried = page.partition('name="add" hidden aria-label="Words to add">')[2].partition("</textarea>")[0]
    assert 0 < len(carried) < MOST_TYPED
    assert "of them are left" in page


async def test_only_this_address_takes_more_than_a_form_and_even_it_not_everything(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        large = {"file": ("words.csv", b"word\n" + b"x" * 100_000, "text/csv")}
        assert (await browser.post("/rules/lists/en/pest/change", files=large)).status_code == 413
        answer = await given(browser, b"x" * LARGEST_UPLOAD)
    assert answer.status_code == 413
    assert "more than a file here can have: 16 MB" in answer.text


async def test_only_an_admin_gives_a_file(console: Console) -> None:
    for person in ("tom", "wyn", "rosa"):
        async with console.signed_in(person) as browser:
            assert (await given(browser, b"word\ntick\n")).status_code == 403
