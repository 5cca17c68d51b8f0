"""The commands, gathered. Each says what it did in one line; each is imported when it is asked for.

Exit status: 0 done, 1 the answer is no, 2 wrong usage or configuration. Errors go to standard error.
"""

from __future__ import annotations

import click

from bot.commands.common import LazyGroup

COMMANDS = {
    "demo": "running",
    "run": "running",
    "check": "running",
    "judge": "rules",
    "evaluate": "lab",
    "backtest": "lab",
    "queue": "cases",
    "rules": "rules",
    "responses": "rules",
    "intake": "cases",
    "report": "reports",
    "evidence": "evidence",
    "audit": "records",
    "pause": "running",
    "resume": "running",
    "status": "running",
    "db": "records",
    "subject": "subjects",
    "hold": "subjects",
    "compliance": "compliance",
    "protected": "protected",
}
"""In which module of `bot.commands` each command is."""


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="not-in-our-name", prog_name="not-in-our-name")
def main() -> None:
    """Answer abuse sent in a party's name: judged by rules, approved by a named person, posted by a leader."""


if __name__ == "__main__":
    main()
