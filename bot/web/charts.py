"""Charts as SVG that stands in the page itself: no style, no script and no reference of its own.

The page's style sheet colours them, so that they are light and dark with it; series differ by being filled or hollow.
Whoever cannot see them hears a title and one sentence, and finds the same numbers in the table below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pygal
from markupsafe import Markup
from pygal.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 340, 190
"""In units of the drawing: about as many pixels as a phone has room for."""
BAR = 30
"""Height of a lying bar with its label."""
FRAME = 44
"""Height of what stands around lying bars."""
LETTERS = 13
LONGEST_LABEL = 22
LABELS = 4
"""So many days are named below a chart, at most."""
STEPS = 4

_STYLE = Style(label_font_size=LETTERS, major_label_font_size=LETTERS, font_family="sans-serif")
_NEEDLESS = {"defs", "desc", "script", "style", "title"}
_DRAWN = {"path", "rect", "text"}
_FRACTION = re.compile(r"(\d+\.\d)\d+")


def standing_bars(
    name: str, title: str, sentence: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]
) -> Markup:
    """A bar for each label, the series on top of each other; `name` is the chart's own on its page."""
    every = -(-len(labels) // LABELS)
    chart = pygal.StackedBar(
        width=WIDTH,
        height=HEIGHT,
        x_labels_major_every=every,
        show_minor_x_labels=every == 1,
        truncate_label=LONGEST_LABEL,
        **_plain(),
    )
    chart.x_labels = list(labels)
    return _drawn(chart, name, title, sentence, series)


def lying_bars(
    name: str, title: str, sentence: str, labels: Sequence[str], series: Mapping[str, Sequence[int]]
) -> Markup:
    """The same with the bars below each other, the first label on top: for labels that are words."""
    chart = pygal.HorizontalStackedBar(
        width=WIDTH, height=FRAME + BAR * len(labels), truncate_label=LONGEST_LABEL, **_plain()
    )
    chart.x_labels = list(reversed(labels))
    return _drawn(chart, name, title, sentence, {word: list(reversed(values)) for word, values in series.items()})


def _plain() -> dict[str, object]:
    return {
        "style": _STYLE,
        "js": (),
        "css": (),
        "classes": ("chart",),
        "no_prefix": True,
        "show_legend": False,
        "order_min": 0,
        "min_scale": 1,
        "max_scale": STEPS,
        "range": None,
        "margin": 6,
        "spacing": 6,
        "value_formatter": lambda value: f"{value:,.0f}",
    }


def _drawn(
    chart: pygal.graph.graph.Graph, name: str, title: str, sentence: str, series: Mapping[str, Sequence[int]]
) -> Markup:
    for word, values in series.items():
        chart.add(word, list(values))
    root = chart.render_tree()
    _clear(root)
    root.attrib.pop("id", None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-sentence"}
    for number, (tag, words) in enumerate((("title", title), ("desc", sentence))):
        element = ET.Element(tag, id=f"{name}-{'title' if tag == 'title' else 'sentence'}")
        element.text = words
        root.insert(number, element)
    return Markup(_FRACTION.sub(r"\1", ET.tostring(root, encoding="unicode")))  # noqa: S704 - written by ElementTree, which escapes


def _clear(element: ET.Element) -> bool:
    """Take away what carries no meaning here; whether anything that is drawn is left."""
    for child in list(element):
        if child.tag in _NEEDLESS or callable(child.tag) or _is_empty(child) or not _clear(child):  # a comment's is
            element.remove(child)
    element.attrib.pop("style", None)
    if element.tag == "rect":
        element.attrib.pop("rx", None)
        element.attrib.pop("ry", None)
        element.attrib["class"] = "ground" if "background" in element.get("class", "") else "bar"
    return element.tag in _DRAWN or len(element) > 0


def _is_empty(element: ET.Element) -> bool:
    """A bar of nothing, and the frame of what a script would show."""
    sizes = [float(element.get(side, 0)) for side in ("width", "height")]
    return "tooltip" in element.get("class", "").split() or (element.tag == "rect" and min(sizes) <= 0)
