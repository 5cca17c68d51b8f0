"""Who may see what, and the words that every page uses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.model import Case, Reason, Reviewer, Role, State
from bot.review.console.view import console_templates, may_see, sees_safety

MakeCase = Callable[..., Case]


@pytest.mark.parametrize("role", list(Role))
def test_escalated_cases_exist_for_safety_and_auditor_alone(make_case: MakeCase, role: Role) -> None:
    reviewer = Reviewer(id="x", name="X", roles=frozenset({role}))
    assert sees_safety(reviewer) is (role in {Role.SAFETY, Role.AUDITOR})
    assert may_see(make_case(state=State.ESCALATED), reviewer) is sees_safety(reviewer)
    assert may_see(make_case(), reviewer)


def test_templates_escape_whatever_is_put_in() -> None:
    environment = console_templates().env
    assert environment.from_string("{{ words }}").render(words="<b>'\"&") == "&lt;b&gt;&#39;&#34;&amp;"


def test_handle_breaks_before_its_second_at_and_after_its_dots_and_stays_escaped() -> None:
    environment = console_templates().env
    said = environment.from_string("{{ name | breaking }}").render(name="@a<b>@fernwick.example")
    assert said == "@a&lt;b&gt;@fernwick.<wbr>example"
    assert environment.from_string("{{ '@a@b.c' | breaking }}").render() == "@a<wbr>@b.<wbr>c"


@pytest.mark.parametrize("reason", list(Reason))
def test_reason_needs_no_heading_twice(reason: Reason) -> None:
    words = console_templates().env.from_string("{{ reason | reason }}").render(reason=reason)
    assert words
    assert ":" not in words
