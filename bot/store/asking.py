"""What is asked differently of SQLite and of PostgreSQL: the time between two moments, and what a judgement holds.

A judgement is canonical JSON with words of strangers in it. PostgreSQL refuses to take apart JSON in which one of them
wrote NUL or half a surrogate pair, so that it is read there as text: an unescaped quotation mark is never a stranger's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, Float, Text, column, func, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from bot.store.tables import mention_versions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, FromClause
    from sqlalchemy.sql.compiler import SQLCompiler


class seconds_between(FunctionElement[float]):  # noqa: N801 - in a query it reads as the function that it is
    """Seconds from the first moment to the second."""

    inherit_cache = True
    type = Float()


class characteristic_of(FunctionElement[str]):  # noqa: N801 - as above
    """The protected characteristic that the abuse of a judgement uses; null when there is none, or it was purged."""

    inherit_cache = True
    type = Text()


class protected_in(FunctionElement[str]):  # noqa: N801 - as above
    """The handle of the protected person whom the abuse of a judgement is aimed at; null when it is no such person."""

    inherit_cache = True
    type = Text()


def _compiled(function: FunctionElement[object], compiler: SQLCompiler) -> list[str]:
    return [compiler.process(clause) for clause in function.clauses]


@compiles(seconds_between, "sqlite")
def _seconds_in_sqlite(function: FunctionElement[object], compiler: SQLCompiler, **_: object) -> str:
    start, end = _compiled(function, compiler)
    return f"((julianday({end}) - julianday({start})) * 86400.0)"


@compiles(seconds_between, "postgresql")
def _seconds_in_postgresql(function: FunctionElement[object], compiler: SQLCompiler, **_: object) -> str:
    start, end = _compiled(function, compiler)
    return f"extract(epoch from (cast({end} as timestamptz) - cast({start} as timestamptz)))::float"


@compiles(characteristic_of, "sqlite")
def _characteristic_in_sqlite(function: FunctionElement[object], compiler: SQLCompiler, **_: object) -> str:
    [judgement] = _compiled(function, compiler)
    return f"json_extract({judgement}, '$.target.characteristic')"


@compiles(characteristic_of, "postgresql")
def _characteristic_in_postgresql(function: FunctionElement[object], compiler: SQLCompiler, **_: object) -> str:
    [judgement] = _compiled(function, compiler)
    return f"""substring({judgement} from '"target":\\{{"characteristic":"([^"]*)"')"""


@compiles(protected_in, "sqlite")
def _protected_in_sqlite(function: FunctionElement[object], compiler: SQLCompiler, **_: object) -> str:
    [judgement] = _compiled(function, compiler)
    kind, handle = (f"json_extract({judgement}, '$.target.{name}')" for name in ("kind", "handle"))
    return f"(CASE WHEN {kind} = 'protected' THEN {handle} END)"


@compiles(protected_in, "postgresql")
def _protected_in_postgresql(function: FunctionElement[object], compiler: SQLCompiler, **_: object) -> str:
    [judgement] = _compiled(function, compiler)
    pattern = '"target":\\{"characteristic":("[^"]*"|null),"handle":"([^"]*)","kind":"protected"\\}'
    return f"((regexp_match({judgement}, '{pattern}'))[2])"


def rules_of(connection: Connection) -> tuple[FromClause, ColumnElement[str], ColumnElement[bool]]:
    """The live rules that held in a judgement, a row for each match: what to join, the rule's id, and the condition."""
    judgement = mention_versions.c.judgement
    if connection.dialect.name == "sqlite":
        each = func.json_each(judgement, "$.matches").table_valued(column("value", Text), name="held")
        return each, func.json_extract(each.c.value, "$.rule", type_=Text), true()
    live = func.split_part(judgement, '"shadow":[', 1)
    each = (
        func.regexp_matches(live, '"rule":"([^"]*)"', "g")
        .table_valued(column("value", ARRAY(Text)), name="held")
        .render_derived()
    )
    return each, func.array_to_string(each.c.value, "", type_=Text), true()
