"""The parameters of a request, from the query, a form or a JSON body alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.platforms.simulated.people import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

_TRUE = frozenset({"1", "true", "t", "on", "yes"})


class Fields:
    """Named values; a name that ends in `[]` is a list, and the brackets are not part of the name."""

    def __init__(self, query: list[tuple[str, str]], body: dict[str, Any] | None = None) -> None:
        self._query = query
        self._body = body or {}

    def one(self, name: str) -> str | None:
        """The value as text; `None` when it is not there."""
        if name in self._body and not isinstance(self._body[name], (list, dict)):
            value = self._body[name]
            return value if isinstance(value, str) or value is None else json.dumps(value)
        return next((value for key, value in reversed(self._query) if key == name), None)

    def many(self, name: str) -> list[str]:
        """Every value of a list."""
        listed = self._body.get(name)
        if isinstance(listed, list):
            return [str(value) for value in listed]
        return [value for key, value in self._query if key in {name, f"{name}[]"}]

    def inner(self, name: str) -> Fields:
        """The values nested under a name, as in `poll[options][]`."""
        nested = self._body.get(name)
        start = f"{name}["
        pairs = [(key[len(start) :].replace("]", "", 1), value) for key, value in self._query if key.startswith(start)]
        return Fields(pairs, nested if isinstance(nested, dict) else None)

    def has(self, name: str) -> bool:
        """Whether the value was sent at all."""
        return name in self._body or any(key in {name, f"{name}[]"} for key, _ in self._query)

    def true(self, name: str) -> bool:
        """Whether the value was sent and says yes."""
        return (self.one(name) or "").lower() in _TRUE

    def pairs(self) -> list[tuple[str, str]]:
        """Every pair of the query or form, in order."""
        return list(self._query)


async def read(request: Request) -> Fields:
    """The parameters of this request; refused with 400 when its body is not what it says to be."""
    query = list(request.query_params.multi_items())
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise Refused(400, "There was a problem in the JSON you submitted") from None
        if not isinstance(body, dict):
            raise Refused(400, "There was a problem in the JSON you submitted")
        return Fields(query, body)
    if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        form = await request.form(max_fields=200)
        query += [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return Fields(query)
