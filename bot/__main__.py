"""The commands, gathered. Each says what it did in one line; what is heavy is imported by the command that needs it.

Exit status: 0 done, 1 the answer is no, 2 wrong usage or configuration. Errors go to standard error.
"""

from __future__ import annotations

import click

from bot.commands import (
    cases,
    compliance,
    compliance_subjects,
    evidence,
    lab,
    protected,
    records,
    reports,
    rules,
    running,
    subjects,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="not-in-our-name", prog_name="not-in-our-name")
def main() -> None:
    """Answer abuse sent in a party's name: judged by rules, approved by a named person, posted by a leader."""


for command in (
    running.demo,
    running.run,
    running.check,
    rules.judge,
    lab.evaluate,
    lab.backtest,
    cases.queue,
    rules.rules,
    rules.responses,
    cases.intake,
    reports.report,
    evidence.evidence,
    records.audit,
    running.pause,
    running.resume,
    running.status,
    records.db,
    subjects.subject,
    subjects.hold,
    compliance.compliance,
    protected.protected,
):
    main.add_command(command)

compliance.compliance.add_command(compliance_subjects.subject)

if __name__ == "__main__":
    main()
