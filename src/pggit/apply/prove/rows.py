"""Fingerprints of rows: taken before a plan, compared after it. No row leaves the server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pggit.apply.prove.survivors import Column, Table
from pggit.apply.rights import send_as_owner
from pggit.core.errors import PgGitError
from pggit.db.sqlstate import translated
from pggit.kinds.reader import pin

if TYPE_CHECKING:
    from psycopg import Connection

_AT_ONCE = 500
"""How many columns one query looks at: PostgreSQL has a limit of 1664 columns a query, and there are two of each."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a column holds: how many values that are not NULL, a sum of hashes of their text, and its type."""

    count: int
    sum: int
    type: str


@dataclass(frozen=True, slots=True)
class Print:
    """The fingerprint of a table: how many rows, a sum of hashes of whole rows as far as types stay, its columns'."""

    rows: int
    sum: int
    columns: dict[str, Values]


@dataclass(frozen=True, slots=True)
class Survival:
    """Which rows were looked at, and what became of them.

    Attributes:
        rows: how many there were.
        lost: what is not as it was, a sentence each.
        converted: columns whose values are others because their type is: only how many there are was compared.
    """

    rows: int
    lost: tuple[str, ...]
    converted: tuple[str, ...]


def fingerprints(connection: Connection, tables: Iterable[Table]) -> dict[str, Print]:
    """Take the fingerprint of each table, by its name before.

    Args:
        connection: to the database before the plan, in no transaction.
        tables: of `survivors`.
    """
    with connection.transaction():
        pin(connection)
        return {
            table.before: _taken(connection, table.before, [(c.before, c.before, c.steady) for c in table.columns])
            for table in tables
        }


def compare(connection: Connection, tables: Iterable[Table], before: dict[str, Print]) -> Survival:
    """Look whether the rows are there.

    Args:
        connection: to the database after the plan, in no transaction.
        tables: as they were given to `fingerprints`.
        before: what that returned.
    """
    lost: list[str] = []
    converted: list[str] = []
    rows = 0
    for table in tables:
        was = before[table.before]
        rows += was.rows
        if was.rows:
            _compare(connection, table, was, lost, converted)
    return Survival(rows, tuple(lost), tuple(converted))


def _compare(connection: Connection, table: Table, was: Print, lost: list[str], converted: list[str]) -> None:
    try:
        with connection.transaction(), translated():
            pin(connection)
            now = _taken(connection, table.after, [(c.before, c.after, c.steady) for c in table.columns])
    except PgGitError as error:
        lost.append(f"the {was.rows} rows of {table.before} are not there: {error.message}")
        return
    if now.rows != was.rows:
        lost.append(f"{table.before} had {was.rows} rows, {table.after} has {now.rows}")
        return
    bad = len(lost)
    for column in table.columns:
        before, after = was.columns[column.before], now.columns[column.before]
        if before.count != after.count:
            lost.append(
                f"{table.before}.{column.before} had {before.count} values, {table.after}.{column.after} has"
                f" {after.count}"
            )
        elif before.sum != after.sum and column.steady:
            lost.append(f"values of {table.before}.{column.before} changed")
        elif before.sum != after.sum and not _same_in_old_type(connection, table, column, before):
            converted.append(f"{table.before}.{column.before} from {before.type} to {after.type}")
    if len(lost) == bad and now.sum != was.sum:
        lost.append(f"values of {table.before} are in other rows than they were")


def _taken(connection: Connection, table: str, columns: Sequence[tuple[str, str, bool]]) -> Print:
    """Read a table's fingerprint: of each column the name to tell it by, its name now, whether it is steady."""
    steady = ", ".join(f"t.{name}" for _, name, is_steady in columns if is_steady)
    of_rows = _sum(f"row({steady})::text") if steady else "0"
    (rows, total), *_ = connection.execute(f"select count(*), {of_rows} from only {table} as t").fetchall()
    found: dict[str, Values] = {}
    for start in range(0, len(columns), _AT_ONCE):
        part = columns[start : start + _AT_ONCE]
        asked = ", ".join(f"count({_text(f't.{name}')}), {_sum(_text(f't.{name}'))}" for _, name, _ in part)
        types = ", ".join(f"{_type(table, name)}" for _, name, _ in part)
        if not part:
            continue
        (values,) = connection.execute(f"select {asked} from only {table} as t").fetchall()
        (said,) = connection.execute(f"select {types}").fetchall()
        for number, (told, _, _) in enumerate(part):
            found[told] = Values(values[2 * number], int(values[2 * number + 1]), said[number])
    return Print(rows, int(total), found)


def _text(value: str) -> str:
    # by the type's own output: a cast to text may be a function of anybody. A row of which all is null "is null", its
    # text is not.
    return f"case when {value} is distinct from null then concat({value}) end"


def _sum(text: str) -> str:
    return f"coalesce(sum(hashtextextended({text}, 0)), 0)"


def _type(table: str, column: str) -> str:
    literal = (table.replace("'", "''"), column.replace("'", "''"))
    return (
        "(select format_type(a.atttypid, a.atttypmod) from pg_attribute as a"
        f" where a.attrelid = '{literal[0]}'::regclass and quote_ident(a.attname) = '{literal[1]}')"
    )


def _same_in_old_type(connection: Connection, table: Table, column: Column, before: Values) -> bool:
    """Whether the values, cast back to the type that they had, are what they were."""
    query = (
        f"select from (select {_sum(_text(f't.{column.after}::{before.type}'))} as sum from only {table.after} as t)"
    )
    try:
        with connection.transaction():
            pin(connection)
            # the cast may be a function of the table's owner
            return send_as_owner(connection, table.after, f"{query} as now where now.sum = {before.sum}") == 1
    except PgGitError:
        return False
