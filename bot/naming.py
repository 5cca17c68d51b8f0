"""What people call a policy, the same on every page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "at_risk": "somebody at risk",
    "child": "children",
    "homophobia_transphobia": "homophobia and transphobia",
    "self_harm": "self-harm",
}
"""Those whose ids are no words that one would say."""


def policy_name(policy: str) -> str:
    """A policy as it stands within a sentence: `personal_abuse` is `personal abuse`."""
    return NAMES.get(policy) or policy.replace("_", " ").replace("-", " ")
