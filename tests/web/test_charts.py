"""Charts can stand in a page with a strict policy, and say in words what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from bot.web.charts import LABELS, lying_bars, standing_bars

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = "\"'><script>alert(1)</script>&amp;{{ 7*7 }}"
ALLOWED = {"svg", "title", "desc", "g", "rect", "path", "text"}


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own drawing


def tags(root: ET.Element) -> set[str]:
    return {element.tag.partition("}")[2] for element in root.iter()}


def test_chart_has_a_title_and_a_sentence_for_whoever_cannot_see_it() -> None:
    root = drawn(standing_bars("days", "Cases, by day", "3 cases; the most, 2, on 2 Nov.", ["1 Nov"], {"Cases": [3]}))
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    assert [named[name] for name in (root.get("aria-labelledby") or "").split()] == [
        "Cases, by day",
        "3 cases; the most, 2, on 2 Nov.",
    ]


@pytest.mark.parametrize("draw", [standing_bars, lying_bars])
def test_chart_holds_no_style_no_script_and_no_reference(draw: Callable[..., str]) -> None:
    text = draw("c", HOSTILE, HOSTILE, [HOSTILE, "two"], {HOSTILE: [1, 2], "other": [0, 4]})
    root = drawn(text)
    assert tags(root) <= ALLOWED
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or name in {"style", "href"} or "}" in name}
    assert "<script" not in text
    assert "http" not in text.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_each_number_is_a_bar_and_nought_is_none() -> None:
    root = drawn(standing_bars("c", "t", "s", ["a", "b", "c"], {"one": [1, 0, 3], "other": [0, 0, 2]}))
    bars = [element for element in root.iter() if element.get("class") == "bar" and "rect" in element.tag]
    assert len(bars) == 3


def test_first_label_of_lying_bars_is_on_top() -> None:
    root = drawn(lying_bars("c", "t", "s", ["first", "second"], {"one": [1, 2]}))
    heights = {
        element.text: float(element.get("y", 0)) for element in root.iter() if element.text in {"first", "second"}
    }
    assert heights["first"] < heights["second"]


def test_many_days_are_not_all_named() -> None:
    labels = [f"{day} Nov" for day in range(1, 29)]
    root = drawn(standing_bars("c", "t", "s", labels, {"one": list(range(28))}))
    assert len([element for element in root.iter() if element.text in labels]) <= LABELS


def test_chart_of_a_quiet_week_is_drawn_all_the_same() -> None:
    assert drawn(standing_bars("c", "t", "s", ["a", "b"], {"one": [0, 0]})).get("role") == "img"
