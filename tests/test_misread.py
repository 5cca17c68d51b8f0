"""What is wrong with a line is said in words, of which the library that read it has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judge import DECODER
from bot.misread import UNREADABLE, why


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"text": "x"}', "“id” is missing: a number or a name by which you know the answer again"),
        (b'{"id": 1}', "“text” is missing: what was written"),
        (b'{"id": 1, "text": 5}', "“text”: expected text in quotation marks, found a whole number"),
        (b'{"id": 1, "text": null}', "“text”: expected text in quotation marks, found null"),
        (
            b'{"id": 1, "text": "x", "author": {"followers": "many"}}',
            "“author.followers”: expected a whole number, found text in quotation marks",
        ),
        (b'{"id": 1, "text": "x", "mentions": [7]}', "“mentions[0]”: expected text in quotation marks, found a whole"),
        (
            b'{"id": 1, "text": "x", "author": {"followers": 1e400}}',
            "“author.followers”: a number that is out of range",
        ),
        (b"7", "expected keys and values in { }, found a whole number; a line looks like {"),
        (b'{"id" 1}', "not JSON, from byte 7 on; a line looks like {"),
    ],
)
def test_a_line_that_is_no_mention_is_told_what_it_lacks(raw: bytes, says: str) -> None:
    with pytest.raises(UNREADABLE) as raised:
        DECODER.decode(raw)
    assert why(raised.value).startswith(says)


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: b'{"id": 1, "text": "' + text.encode() + b'"}'))
def test_whatever_a_line_holds_it_is_read_or_told_off_in_our_words(raw: bytes) -> None:
    said = "read"
    try:
        DECODER.decode(raw)
    except UNREADABLE as error:
        said = why(error)
    assert said
    assert "`" not in said
