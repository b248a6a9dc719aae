"""A few rows for every table of a clone: values by type, after what foreign keys lead to, tried until one is taken.

What no row could be made for is told, and counts as not exercised.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pggit.apply.prove.values import Type, values
from pggit.core.identity import split_name, unquote
from pggit.db import resources
from pggit.db.attempt import Failure, attempt
from pggit.db.restricted import Run, less_trusted_owner, restricted
from pggit.db.session import run
from pggit.db.sqlstate import translated

if TYPE_CHECKING:
    from psycopg import Connection

    from pggit.sandbox.sandbox import Sandbox

_TRIGGERS = """
select format('%I.%I', n.nspname, c.relname), quote_ident(t.tgname), t.tgenabled
from pg_catalog.pg_trigger as t join pg_catalog.pg_class as c on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where not t.tgisinternal and t.tgenabled in ('O', 'A') and c.relkind in ('r', 'p', 'f')
order by t.oid
"""

ROWS = 3
"""How many rows a table gets; in the last one everything is NULL that may be."""

_ATTEMPTS = 80
_SELF = "(itself)"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What seeding did.

    Attributes:
        rows: how many rows were made.
        tables: how many tables have rows now.
        empty: tables without a row, each with the reason.
    """

    rows: int
    tables: int
    empty: tuple[str, ...]


@dataclass(slots=True)
class _Column:
    """A column of a table, as `seed.sql` tells of it; ``counted``: a sequence gives its value."""

    name: str
    number: int
    type: int
    written: str
    not_null: bool
    counted: bool


@dataclass(slots=True)
class _Constraint:
    """A constraint: ``form`` as ``pg_constraint.contype``, ``b`` for a partition's bound."""

    name: str
    form: str
    columns: list[int]
    of: int
    of_columns: list[int]
    definition: str


@dataclass(slots=True)
class _Table:
    oid: int
    name: str
    columns: dict[int, _Column] = field(default_factory=dict)
    constraints: list[_Constraint] = field(default_factory=list)

    def needs(self) -> set[int]:
        """The other tables that its foreign keys lead to."""
        return {c.of for c in self.constraints if c.form == "f" and c.of != self.oid}


@dataclass(slots=True)
class _Dial:
    """Columns whose values are chosen together, and what there is to choose from: an expression for each column."""

    columns: list[int]
    choices: list[list[str]]
    nullable: bool


def seed(connection: Connection, *, filled: Collection[str] = (), seconds: float = 30.0) -> Seeded:
    """Make rows in every table that has none.

    Triggers do not fire where the role may set ``session_replication_role``.

    Args:
        connection: to the clone, in autocommit mode and in no transaction.
        filled: columns that get no NULL though they may have it, as ``public.users.email``: they are to be NOT NULL.
        seconds: after that long no further table is begun.
    """
    end = time.monotonic() + seconds
    with translated(), connection.transaction():
        attempt(connection, "set local session_replication_role = replica")
        seeding = _Seeding(connection, filled)
        for table in _in_order(seeding.tables):
            if time.monotonic() > end:
                seeding.empty.append(f"{table.name}: there was no time left")
            else:
                seeding.fill(table)
    return Seeded(seeding.rows, seeding.filled, tuple(sorted(seeding.empty)))


@contextmanager
def quiet(clone: Sandbox) -> Iterator[None]:
    """Let no trigger of a clone fire for the length of a block, which only superusers can have otherwise."""
    if clone.unprotected:
        yield
        return
    with translated():
        found = clone.own.execute(_TRIGGERS).fetchall()
        for table, trigger, _ in found:
            run(clone.own, f"alter table only {table} disable trigger {trigger}")
    try:
        yield
    finally:
        for table, trigger, enabled in found:
            run(clone.own, f"alter table only {table} enable {'always ' if enabled == 'A' else ''}trigger {trigger}")


def _in_order(tables: dict[int, _Table]) -> Iterator[_Table]:
    """Yield tables after those that their foreign keys lead to; those in a ring, and behind a ring, come last."""
    pending = dict(tables)
    while ready := [table for table in pending.values() if not table.needs() & pending.keys()]:
        # a partitioned table has the rows of its partitions: who leads there comes after them
        for table in sorted(ready, key=lambda table: bool(table.needs() - tables.keys())):
            del pending[table.oid]
            yield table
            if table.needs() - tables.keys():
                break
    yield from pending.values()


class _Seeding:
    def __init__(self, connection: Connection, filled: Collection[str]) -> None:
        self.connection = connection
        self.never_null = filled
        self.run: Run | None = None  # with the rights of the table's owner, unless these are the session's own
        self.rows = 0
        self.filled = 0
        self.empty: list[str] = []
        self.tables: dict[int, _Table] = {}
        self.names: dict[tuple[int, int], str] = {}
        self.valid: dict[tuple[str, ...], list[str]] = {}
        self._read()

    def _read(self) -> None:
        sql = resources.blocks("pggit.apply.prove", "seed.sql")
        major = self.connection.info.server_version // 10000
        for oid, name, *column in self.connection.execute(sql["columns"]).fetchall():
            table = self.tables.setdefault(oid, _Table(oid, name))
            if column[0] is not None:  # else it has none
                found = _Column(*column)
                found.not_null |= f"{name}.{found.name}" in self.never_null
                table.columns[found.number] = found
        for oid, name, number, column_name in self.connection.execute(sql["keys"]).fetchall():
            self.names[oid, number] = column_name
            self.names.setdefault((oid, 0), name)
        for oid, *constraint in self.connection.execute(resources.for_version(sql["constraints"], major)).fetchall():
            if oid in self.tables:
                self.tables[oid].constraints.append(_Constraint(*constraint))
        self.types = {
            oid: Type(form, name, written, of, category, base, tuple(labels), tuple(attributes), tuple(checks))
            for oid, form, name, written, of, category, base, labels, attributes, checks in self.connection.execute(
                sql["types"]
            ).fetchall()
        }

    def fill(self, table: _Table) -> None:
        """Make rows in one table, or note why not."""
        if self.connection.execute(f"select exists (select from only {table.name})").fetchall() == [(True,)]:
            self.filled += 1
            return
        owner = less_trusted_owner(self.connection, relation=table.name)
        if owner is None:
            self._rows(table)
            return
        with restricted(self.connection, owner) as self.run:
            self._rows(table)
        self.run = None

    def _rows(self, table: _Table) -> None:
        dials = self._dials(table)
        for row in range(ROWS):
            reason = self._row(table, dials, row)
            if reason and row == 0:
                self.empty.append(f"{table.name}: {reason}")
                return
            self.rows += not reason
        self.filled += 1

    def _row(self, table: _Table, dials: list[_Dial], row: int) -> str | None:
        """Make one row; returns why not."""
        start = [_start(dial, row) for dial in dials]
        at = list(start)
        turned: dict[tuple[int, ...], int] = defaultdict(int)
        failure: Failure | None = None
        for _ in range(_ATTEMPTS):
            failure = attempt(self.connection, _insert(table, dials, at), self.run)
            if failure is None:
                return None
            which = tuple(self._to_turn(table, dials, failure))
            turned[which] += 1
            if not which or not _turn(dials, at, start, which, turned[which]):
                break
        return failure.message if failure else None

    def _dials(self, table: _Table) -> list[_Dial]:
        free = {number for number, column in table.columns.items() if not column.counted}
        dials = []
        for constraint in table.constraints:
            if constraint.form == "f" and set(constraint.columns) <= free:
                dials.append(self._reference(table, constraint))
                free -= set(constraint.columns)
        for number in sorted(free):
            column = table.columns[number]
            choices = [[value] for value in self._values(column, _hints(table, column))]
            dials.append(_Dial([number], choices + [["null"]] * (not column.not_null), not column.not_null))
        return [dial for dial in dials if dial.choices]  # PostgreSQL says what it thinks of a column without

    def _reference(self, table: _Table, key: _Constraint) -> _Dial:
        """Choose the rows that a foreign key leads to: the first ones; in the table itself also the one being made."""
        named = [self.names[key.of, number] for number in key.of_columns]
        order = ", ".join(named)
        choices = [
            [f"(select {name} from {self.names[key.of, 0]} order by {order} offset {n} limit 1)" for name in named]
            for n in range(ROWS)
        ]
        if key.of == table.oid:
            choices.insert(0, [f"{_SELF}{number}" for number in key.of_columns])
        nullable = not all(table.columns[number].not_null for number in key.columns)
        if nullable:
            nulls = ["null" if not table.columns[n].not_null else choices[0][i] for i, n in enumerate(key.columns)]
            choices.append(nulls)
        return _Dial(list(key.columns), choices, nullable)

    def _values(self, column: _Column, hints: list[str]) -> list[str]:
        """Return the values that PostgreSQL takes for the type."""
        key = (column.written, *hints)
        if key not in self.valid:
            made = values(column.type, column.written, self.types, hints)
            if attempt(self.connection, f"select {', '.join(made)}", self.run) is not None:
                made = [value for value in made if attempt(self.connection, f"select {value}", self.run) is None]
            self.valid[key] = made
        return self.valid[key]

    def _to_turn(self, table: _Table, dials: list[_Dial], failure: Failure) -> Iterator[int]:
        """Yield the dials that a failure is about."""
        numbers: set[int] = set()
        for constraint in table.constraints:
            if failure.constraint and constraint.name == failure.constraint:
                numbers |= set(constraint.columns)
            elif constraint.form == "b" and failure.sqlstate == "23514" and not failure.constraint:
                numbers |= {n for n, column in table.columns.items() if _mentions(constraint.definition, column.name)}
        for number, column in table.columns.items():
            of = self.types[column.type]
            if unquote(column.name) == failure.column or (failure.type and failure.type in (of.name, of.base)):
                numbers.add(number)
        yield from (index for index, dial in enumerate(dials) if numbers & set(dial.columns))


def _start(dial: _Dial, row: int) -> int:
    last = len(dial.choices) - 1
    return last if dial.nullable and row == ROWS - 1 else row % max(1, last + 1 - dial.nullable)


def _turn(dials: Sequence[_Dial], at: list[int], start: Sequence[int], which: Sequence[int], times: int) -> bool:
    """Turn some dials as an odometer turns; False when they are through."""
    for index in which:
        size = len(dials[index].choices)
        at[index] = (start[index] + times % size) % size
        times //= size
    return times == 0


def _insert(table: _Table, dials: Sequence[_Dial], at: Sequence[int]) -> str:
    given: dict[int, str] = {}
    for dial, position in zip(dials, at, strict=True):
        given |= dict(zip(dial.columns, dial.choices[position], strict=True))
    for number, value in given.items():
        if value.startswith(_SELF):
            given[number] = given.get(int(value.removeprefix(_SELF)), "null")
    if not given:
        return f"insert into {table.name} default values"
    columns = ", ".join(table.columns[number].name for number in given)
    return f"insert into {table.name} ({columns}) values ({', '.join(given.values())})"


def _hints(table: _Table, column: _Column) -> list[str]:
    return [
        constraint.definition
        for constraint in table.constraints
        if constraint.definition
        and (column.number in constraint.columns or _mentions(constraint.definition, column.name))
    ]


def _mentions(definition: str, column: str) -> bool:
    bare = re.escape(split_name(column)[-1])
    return re.search(rf"(?<![\w\"]){bare}(?![\w\"])", definition) is not None
