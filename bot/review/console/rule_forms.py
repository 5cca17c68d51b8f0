"""What the forms of the rules' pages may post."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.review.console.forms import Form

LONGEST_TRIED = 20_000
"""Characters of a text that somebody tries: more than any platform lets anybody post, but for long servers."""


class TryForm(Form):
    """A text to be judged, and nothing kept of it."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TRIED)]
    bio: Annotated[str, Field(max_length=2000)] = ""
    handle: Annotated[str, Field(max_length=200)] = ""
    to: Annotated[str, Field(max_length=200)] = ""
    parent: Annotated[str, Field(max_length=LONGEST_TRIED)] = ""
