"""What is stored at each start and on the stop switch: accounts, reviewers, the configuration, pauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from bot.model import State
from bot.store import passkeys, sessions
from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import from_json, sha256, to_json
from bot.store.records import Pause
from bot.store.tables import accounts, cases, configurations, pauses, reviewers
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from bot.model import Account, Reviewer
    from bot.store.engine import Transaction

_PERSONAL = ("exempt", "protected", "reviewers")
"""Parts of the configuration that speak of people: the audit holds digests of their values."""
_ABSENT = object()


def seed(tx: Transaction, ours: Iterable[Account], people: Iterable[Reviewer], *, only_missing: bool = False) -> None:
    """Stores the accounts and reviewers of the configuration; those no longer named stay, inactive and signed out.

    With `only_missing` whoever is stored already stays exactly as they are.
    """
    people = list(people)
    store = _add_missing if only_missing else _replace
    store(
        tx,
        accounts,
        [
            {
                "id": account.id,
                "platform": account.platform,
                "handle": account.handle,
                "server": account.server,
                "mode": account.mode.value,
                "approvals": account.approvals,
                "principal_id": account.own_approval,
                "active": True,
            }
            for account in ours
        ],
    )
    store(
        tx,
        reviewers,
        [
            {
                "id": person.id,
                "name": person.name,
                "roles": to_json(sorted(person.roles)),
                "telegram_id": person.telegram_id,
                "active": True,
            }
            for person in people
        ],
    )
    if not only_missing:
        staying = [person.id for person in people]
        sessions.end_those_of_leavers(tx, staying)
        passkeys.remove_those_of_leavers(tx, staying)


def configuration_changes(connection: Connection, snapshot: Mapping[str, object]) -> tuple[str, ...]:
    """What differs from the configuration that was stored last; a short line for each change."""
    last, after = _last(connection), dict(_flat(from_json(to_json(snapshot))))
    if last is None:
        return (f"first configuration: {len(after)} settings",)
    before = dict(_flat(from_json(last)))
    return tuple(f"{path}: {_in_words(path, before)} → {_in_words(path, after)}" for path in _differ(before, after))


def note_configuration(tx: Transaction, snapshot: Mapping[str, object]) -> None:
    """Stores the configuration if it differs from the last one, with an audit event."""
    last, new = _last(tx.connection), to_json(snapshot)
    if new == last:
        return
    tx.connection.execute(insert(configurations).values(at=tx.now, snapshot=new))
    if last is None:
        append(tx, [Entry(stream=SYSTEM, kind="configuration.stored", detail={"sha256": sha256(new)})])
        return
    before, after = dict(_flat(from_json(last))), dict(_flat(from_json(new)))
    changed = {path: [_for_audit(path, before), _for_audit(path, after)] for path in _differ(before, after)}
    detail = {"changed": changed, "sha256": sha256(new)}
    append(tx, [Entry(stream=SYSTEM, kind="configuration.changed", detail=detail)])


def _differ(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The paths whose values are not the same in both, in order."""
    return [path for path in sorted({*before, *after}) if before.get(path, _ABSENT) != after.get(path, _ABSENT)]


def configured_at(connection: Connection) -> datetime | None:
    """When the configuration that holds was stored; `None` before the first."""
    at: datetime | None = connection.execute(select(func.max(configurations.c.at))).scalar_one()
    return at


def same_configuration(connection: Connection, snapshot: Mapping[str, object]) -> bool:
    """Whether it is the one that was stored last."""
    return _last(connection) == to_json(snapshot)


def _last(connection: Connection) -> str | None:
    return connection.execute(
        select(configurations.c.snapshot).order_by(configurations.c.id.desc()).limit(1)
    ).scalar_one_or_none()


def pause(tx: Transaction, scope: str, *, actor: str, reason: str = "") -> tuple[str, ...]:
    """Pulls the stop switch for an account's id, or for `all`; once pulled it stays as it was first pulled.

    The ids of the cases that were claimed before, and may still be posted; none is claimed from here on.
    """
    if scope not in paused(tx.connection):
        tx.connection.execute(insert(pauses).values(scope=scope, by=actor, at=tx.now, reason=reason))
        append(tx, [Entry(stream=_stream(scope), kind="account.paused", actor=actor, detail={"scope": scope})])
    query = select(cases.c.id).where(cases.c.state == State.PUBLISHING.value).order_by(cases.c.id)
    if scope != "all":
        query = query.where(cases.c.account_id == scope)
    return tuple(tx.connection.execute(query).scalars())


def resume(tx: Transaction, scope: str, *, actor: str) -> None:
    """Lets go of the stop switch; nothing when it was not pulled."""
    found = tx.connection.execute(delete(pauses).where(pauses.c.scope == scope))
    if found.rowcount:
        append(tx, [Entry(stream=_stream(scope), kind="account.resumed", actor=actor, detail={"scope": scope})])


def paused(connection: Connection) -> dict[str, Pause]:
    """The pauses in force, by scope."""
    return {
        row.scope: Pause(scope=row.scope, by=row.by, at=row.at, reason=row.reason)
        for row in connection.execute(select(pauses).order_by(pauses.c.at))
    }


def _replace(tx: Transaction, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    tx.connection.execute(update(table).values(active=False))
    if rows:
        statement = upsert(tx.connection, table)
        changed = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        tx.connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), list(rows))


def _add_missing(tx: Transaction, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        tx.connection.execute(upsert(tx.connection, table).on_conflict_do_nothing(index_elements=["id"]), list(rows))


def _stream(scope: str) -> str:
    return SYSTEM if scope == "all" else scope


def _flat(value: object, path: str = "") -> Iterable[tuple[str, object]]:
    """Every setting with its dotted path; members of a list are named by their id or handle where they have one."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value and all(isinstance(inner, Mapping) for inner in value):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}.{inner.get('id') or inner.get('handle') or index}")
    else:
        yield path, value


def _for_audit(path: str, settings: Mapping[str, object]) -> object:
    if path not in settings:
        return None
    value = settings[path]
    return {"sha256": sha256(to_json(value))} if path.startswith(_PERSONAL) else value


def _in_words(path: str, settings: Mapping[str, object]) -> str:
    return to_json(settings[path]) if path in settings else "absent"
