"""Where the disciplinary body's own system acknowledges what was handed over to it: one address, signed like ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.compliance.handing import LONGEST_REFERENCE, SIGNATURE, is_signed
from bot.compliance.view import number_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

    from bot.store.compliance import ComplianceStore

LARGEST = 4_096
NO_CONTENT, UNAUTHORISED, NOT_FOUND, TOO_LARGE, UNREADABLE = 204, 401, 404, 413, 422


class Acknowledgement(BaseModel):
    """What the body's system says."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    number: int
    """Of the referral, so that a signature for one is worth nothing for another."""
    reference: str = Field(default="", max_length=LONGEST_REFERENCE)


def answering_app(store: ComplianceStore, *, secret: str, now: Callable[[], datetime]) -> Starlette:
    """`POST /handover/NUMBER/acknowledged` with `{"number": …, "reference": …}`, signed; safe to repeat."""

    async def acknowledged(request: Request) -> Response:
        number = number_in(request.path_params["number"])
        if not number:
            return Response(status_code=NOT_FOUND)
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            return Response(status_code=TOO_LARGE)
        body = await request.body()
        if not is_signed(body, request.headers.get(SIGNATURE, ""), secret, now=now()):
            return Response(status_code=UNAUTHORISED)
        try:
            said = Acknowledgement.model_validate_json(body)
        except ValidationError:
            return Response(status_code=UNREADABLE)
        if said.number != number:
            return Response(status_code=UNREADABLE)
        known = await store.note_answered(number, reference=said.reference)
        return Response(status_code=NO_CONTENT if known else NOT_FOUND)

    return Starlette(routes=[Route("/handover/{number}/acknowledged", acknowledged, methods=["POST"])])
