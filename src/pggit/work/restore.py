"""What is kept in schema ``pggit_stash``, and its way back into the tables and columns that are made again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from pggit.apply.steps import steps
from pggit.core.identity import unquote
from pggit.core.state import State
from pggit.db.session import run, transaction
from pggit.db.sqlstate import translated
from pggit.kinds import kind_of_key
from pggit.kinds.ddl import literal
from pggit.kinds.relation import relation_of
from pggit.plan.model import Plan, Statement
from pggit.work.results import Kept

if TYPE_CHECKING:
    from psycopg import Connection

_TYPES = ("schema ", "extension ", "enum ", "domain ", "composite ", "range ")
_LATER = ("not_null", "identity")
"""What a column that gets its values back becomes only when it has them."""


def kept(connection: Connection) -> list[Kept]:
    """Return what is kept, oldest first."""
    with translated():
        rows = connection.execute("select name, about, owner, bytes from pggit.kept()").fetchall()
    return [one for row in rows if (one := _kept(*row)) is not None]


def _kept(name: str, about: Any, owner: str, size: int) -> Kept | None:
    """Return one that is kept; None if its record does not say what it was: who may keep can write one."""
    try:
        return Kept(
            name,
            str(about["key"]),
            about["branch"],
            about["commit"],
            datetime.fromisoformat(about["at"]),
            str(about["by"]),
            owner,
            size,
            dict(about.get("columns", {})),
            about.get("type"),
            tuple(about.get("key_columns", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def drop_kept(connection: Connection, name: str) -> None:
    """Delete what is kept under a name, for good.

    Raises:
        NotFound: nothing is.
    """
    with transaction(connection):
        run(connection, f"select pggit.drop_kept({literal(name)})")


_MOST = 999_999_999
"""The greatest number that the engine takes (`pggit.record_kept`)."""


def free_names(connection: Connection, there: Iterable[Kept]) -> Iterator[str]:
    """Return names for what will be kept: later ones than what is kept has, and none that is taken in the schema.

    Whoever may keep something can make other relations and types there, recorded or not.
    """
    with translated():
        rows = connection.execute(
            "with home as (select n.oid from pg_namespace as n where n.nspname = 'pggit_stash')"
            " select c.relname::text from pg_class as c where c.relnamespace in (select h.oid from home as h)"
            " union all select t.typname::text from pg_type as t where t.typnamespace in (select h.oid from home as h)"
        ).fetchall()
    taken = {name for (name,) in rows}
    last = max((int(one.name.removeprefix("kept_")) for one in there), default=0)
    numbers = chain(range(last + 1, _MOST + 1), range(1, last))
    return (name for number in numbers if (name := f"kept_{number}") not in taken)


def fitting(
    there: Iterable[Kept], before: State, after: State, branch: str | None, believed: Collection[str]
) -> dict[str, Kept]:
    """Return what comes back when one state becomes another, by key.

    Of several the one that was kept last of this branch, or else of any. What another role owns than the object has in
    the end does not come back, unless the role is believed: its owner can have put anything into it.

    A table fits where it has all the columns, of the same types, and needs none besides; a column where it has the
    same type and the table has the key.
    """
    found = {}
    for one in sorted(there, key=lambda one: one.branch == branch):  # the last one stays
        group = _group(one)
        if one.owner not in believed and one.owner != _owner(after, group):
            continue
        if one.key in after.groups.get(group, {}) and one.key not in before.groups.get(group, {}):
            kind = kind_of_key(one.key)[0]
            fits = _column_fits if kind == "column" else _table_fits if kind == "table" else _always_fits
            if fits(one, before, after):
                found[one.key] = one
    return found


def made_again(kept: Mapping[str, str], before: State, after: State) -> dict[str, str]:
    """Return which of what a plan keeps (key → name) it makes again itself, so that it comes back at once."""
    found = {}
    for key, name in kept.items():
        if key not in after.groups.get(key, {}):
            continue
        if key.startswith("sequence ") or _holds(_types(before, key), key, after):
            found[key] = name
    return found


def _group(one: Kept) -> str:
    kind, identity = kind_of_key(one.key)
    return f"table {relation_of(identity)[0]}" if kind == "column" else one.key


def _owner(state: State, group: str) -> str | None:
    """Return the owner of an object by a state; None if the state has none."""
    key = f"owner {group}"
    return unquote(state.definition(group, key)["role"]) if key in state.groups.get(group, {}) else None


def _columns(state: State, group: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the columns of a table by name, but for generated ones."""
    members = {key: kind_of_key(key) for key in state.groups.get(group, {}) if key.startswith("column ")}
    definitions = {relation_of(identity)[1]: state.definition(group, key) for key, (_, identity) in members.items()}
    return {name: definition for name, definition in definitions.items() if "generated" not in definition}


def _types(state: State, group: str) -> dict[str, str]:
    return {name: definition["type"] for name, definition in _columns(state, group).items()}


def _table_fits(one: Kept, before: State, after: State) -> bool:
    return _holds(one.columns, one.key, after)


def _holds(columns: Mapping[str, str], group: str, after: State) -> bool:
    """Whether a table can take rows with these columns."""
    there = _columns(after, group)
    if any(there.get(name, {}).get("type") != type_ for name, type_ in columns.items()):
        return False
    relation = kind_of_key(group)[1]
    return all(
        name in columns
        or not definition.get("not_null")
        or "identity" in definition
        or f"default {relation}.{name}" in after.groups[group]
        for name, definition in there.items()
    )


def _column_fits(one: Kept, before: State, after: State) -> bool:
    group, name = _group(one), relation_of(kind_of_key(one.key)[1])[1]
    if _columns(after, group).get(name, {}).get("type") != one.type:
        return False
    there = ({unquote(column) for column in _columns(state, group)} for state in (before, after))
    return all(set(one.key_columns) <= columns for columns in there)


def _always_fits(*_: object) -> bool:
    return True


def with_columns(before: State, after: State, back: Mapping[str, Kept]) -> State:
    """Return the state in which columns get their values back: as before, with them added, and types that they need.

    They may be null there: NOT NULL, keys and indexes come when the values are there.
    """
    found = State({group: dict(members) for group, members in before.groups.items()}, {}, {})
    for state in (before, after):
        found.blobs |= state.blobs
        found.meanings |= state.meanings
    for group in after.groups:
        if group.startswith(_TYPES) and group not in found.groups:
            found.groups[group] = dict(after.groups[group])
    for key, one in back.items():
        group = _group(one)
        definition = after.definition(group, key)
        found.put(group, key, {name: value for name, value in definition.items() if name not in _LATER})
    return found


def return_columns(plan: Plan, back: Mapping[str, Kept]) -> Plan:
    """Put behind each statement that adds a column the one that gives it its values, in one transaction."""
    found: list[Statement] = []
    for statement in plan.statements:
        one = back.get(statement.key)
        if one is None or " add column " not in statement.sql:
            found.append(statement)
            continue
        relation, column = relation_of(kind_of_key(one.key)[1])
        found.append(replace(statement, transaction="shared"))
        sql = f"select pggit.return_values({_literals(one.name, relation, unquote(column))})"
        found.append(_returning(statement, sql))
    return replace(plan, statements=tuple(found))


def return_tables(plan: Plan, back: Mapping[str, str]) -> Plan:
    """Put behind each statement that makes a table or a sequence the one that returns what is kept under a name.

    Args:
        plan: that makes them.
        back: key → name.
    """
    found: list[Statement] = []
    for step in steps(plan.statements):
        ended = []
        for statement in step.statements:
            found.append(statement)
            kind, identity = kind_of_key(statement.key)
            name = back.get(statement.key)
            if name is None or not statement.sql.startswith("create "):
                continue
            arguments = _literals(name, identity)
            if kind == "sequence":
                found.append(_returning(statement, f"select pggit.return_place({arguments})"))
                continue
            found.append(_returning(statement, f"select pggit.return_rows({arguments})"))
            ended.append(_returning(statement, f"select pggit.return_places({arguments})"))
        found += ended
    return replace(plan, statements=tuple(found))


def _returning(statement: Statement, sql: str) -> Statement:
    """The user's own search_path holds while rows are written (``scans``): functions in constraints may count on it."""
    return Statement(
        sql,
        "alter",
        statement.key,
        statement.lock,
        statement.relation,
        scans=True,
        lock_timeout=statement.lock_timeout,
    )


def _literals(*texts: str) -> str:
    return ", ".join(literal(text) for text in texts)
