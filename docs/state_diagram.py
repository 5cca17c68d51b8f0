"""Draws the life of a case from the table in `bot.model`, into bot/README.md between its two markers.

Run: `python docs/state_diagram.py`. A test compares the drawing with the table.
"""

# ruff: noqa: INP001 -- a script beside the documents, not a package

from __future__ import annotations

from pathlib import Path

from bot.model import TRANSITIONS, Event, State

README = Path(__file__).parents[1] / "bot" / "README.md"
BEGIN, END = "<!-- state diagram: begin -->\n", "<!-- state diagram: end -->\n"
FIRST = {State.OPEN: "verdict respond", State.ESCALATED: "verdict escalate"}
"""The states in which a case opens, by its verdict."""


def diagram() -> str:
    """The table as a Mermaid diagram in a code block: one arrow for each pair of states, with all its events."""
    arrows: dict[tuple[State, State], list[Event]] = {}
    for (state, event), to in TRANSITIONS.items():
        arrows.setdefault((state, to), []).append(event)
    left = {state for state, _ in TRANSITIONS}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state} : {verdict}" for state, verdict in FIRST.items()]
    lines += [f"    {state} --> {to} : {', '.join(events)}" for (state, to), events in arrows.items()]
    lines += [f"    {state} --> [*]" for state in State if state not in left]
    return "\n".join([*lines, "```", ""])


def drawn(text: str) -> str:
    """The text with the diagram between its markers."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + diagram() + END + rest.partition(END)[2]


if __name__ == "__main__":
    README.write_text(drawn(README.read_text(encoding="utf-8")), encoding="utf-8")
