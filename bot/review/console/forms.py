"""What the console's forms may post. Checked here, at the border, before anything else reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, ValidationError

from bot.model import Reason

if TYPE_CHECKING:
    from starlette.datastructures import FormData

Shape = TypeVar("Shape", bound="Form")


def _none_when_empty(value: object) -> object:
    return None if value == "" else value


class Form(BaseModel):
    """A form post: frozen, and a field it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class DecisionForm(Form):
    """A decision, with what the reviewer was looking at."""

    version: Annotated[int, Field(ge=1)]
    seen: Annotated[int, Field(ge=0)]
    """How many steps of its history they saw."""
    reason: Annotated[Reason | None, BeforeValidator(_none_when_empty)] = None
    text: Annotated[str | None, Field(max_length=5000)] = None
    note: Annotated[str, Field(max_length=2000)] = ""
    ground: Annotated[str | None, Field(max_length=40), BeforeValidator(_none_when_empty)] = None
    """The policy whose clause was broken, where it goes to the disciplinary body."""
    approve: bool = False
    """Whether the wording that is saved is approved with the same press."""
    whole: bool = False
    """Every post of the pile-on that waits."""


class LengthForm(Form):
    """A wording to be measured while it is being typed."""

    text: Annotated[str, Field(max_length=20000)]


class ShownForm(Form):
    """That a reader has uncovered the post of a case."""

    mention_version: Annotated[int, Field(ge=1)]


class HoldForm(Form):
    """Why a case must be kept."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class LiftForm(Form):
    """Which hold is lifted."""

    hold: Annotated[str, Field(min_length=1, max_length=64)]


class LinkForm(Form):
    """The address of a post that a person reports."""

    url: Annotated[HttpUrl, Field(max_length=2000)]


class BrakeForm(Form):
    """The pause switch."""

    scope: Annotated[str, Field(min_length=1, max_length=40)] = "all"
    reason: Annotated[str, Field(max_length=300)] = ""


class StepForm(Form):
    """A step of a checklist."""

    step: Annotated[str, Field(min_length=1, max_length=40)]
    done: bool


class HandoverForm(Form):
    """A note for the next shift."""

    text: Annotated[str, Field(max_length=5000)]
    safety: bool = False


class RuleForm(Form):
    """A rule that the brake has stopped."""

    rule: Annotated[str, Field(min_length=1, max_length=40)]


class ReadingForm(Form):
    """Whether a reader wants strangers' words shown at once."""

    show: bool
    back: Annotated[str, Field(pattern=r"^/(\w[\w-]*(/\w[\w-]*)*)?$", max_length=200)] = "/"


class SessionForm(Form):
    """A session to be ended."""

    session: Annotated[str, Field(min_length=1, max_length=40)]


class PersonForm(Form):
    """A reviewer whom something is to be done for."""

    reviewer: Annotated[str, Field(min_length=1, max_length=40)]


class EndAllForm(PersonForm):
    """A reviewer who is to be signed out everywhere; with their passkeys, where somebody else may have one."""

    passkeys: bool = False


class NewPasskeyForm(Form):
    """A passkey that a browser has made."""

    credential: Annotated[str, Field(min_length=1, max_length=20000)]
    name: Annotated[str, Field(max_length=200)] = ""


class PasskeyForm(Form):
    """A passkey to be removed."""

    passkey: Annotated[str, Field(min_length=1, max_length=1500)]


class ChoicesForm(Form):
    """How a reader wants to read."""

    shown: bool
    grey: bool


class PolicyForm(Form):
    """A policy that a reader is spared, or is not any more."""

    policy: Annotated[str, Field(min_length=1, max_length=40)]


def whole_number(text: str, *, most: int = 999_999_999) -> int | None:
    """The number that plain digits say; `None` for anything else, and for what is larger than any that there is."""
    plain = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    return int(text) if plain and int(text) <= most else None


def read_form(shape: type[Shape], form: FormData) -> Shape | str:
    """The form in its shape, or a sentence that says what is wrong with it."""
    try:
        # No database holds a NUL, and nobody types one.
        typed = {name: value.replace("\0", "") for name, value in form.items() if isinstance(value, str)}
        return shape.model_validate(typed)
    except ValidationError as error:
        faults = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
        return f"The form could not be read ({'; '.join(faults)}). Nothing was changed; go back and try again."
