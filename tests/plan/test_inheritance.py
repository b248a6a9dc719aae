"""Plans that change parents, children and partitions."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from plan.pairs import planned
from servers import TestServer


@dataclass(frozen=True)
class Pair:
    """Two schemas; rows for each of them; ``never``: pieces of SQL that no plan between them may have."""

    name: str
    a: str
    b: str
    rows_a: str = ""
    rows_b: str = ""
    since: int = 13
    never: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


_NOT_NULL = (
    Pair(
        "attached-keeps-name",
        "create table p (a integer constraint pn not null, b integer not null) partition by list (a);"
        "create table c (a integer constraint cn not null, b integer not null)",
        "create table p (a integer constraint pn not null, b integer not null) partition by list (a);"
        "create table c (a integer constraint dn not null, b integer not null);"
        "alter table p attach partition c for values in (1)",
        "insert into c values (1, 1)",
        "insert into c values (1, 1)",
        since=18,
        never=("set not null", "drop not null"),
    ),
    Pair(
        "detached-takes-name",
        "create table p (a integer not null, b integer not null) partition by list (a);"
        "create table c partition of p for values in (1)",
        "create table p (a integer not null, b integer not null) partition by list (a);"
        "create table c (a integer not null, b integer)",
        "insert into c values (1, 1)",
        "insert into c values (1, 1)",
    ),
    Pair(
        "new-partitions",
        "create table p (a integer not null, b integer primary key) partition by list (b)",
        "create table p (a integer not null, b integer primary key) partition by list (b);"
        "create table c partition of p for values in (1); create table d (a integer not null, b integer primary key);"
        "alter table p attach partition d for values in (2)",
    ),
    Pair(
        "new-parent-and-partitions",
        "select",
        "create table p (a integer not null, b integer primary key) partition by list (b);"
        "create table c partition of p for values in (1); create table d (a integer not null, b integer primary key);"
        "alter table p attach partition d for values in (2)",
    ),
    Pair(
        "name-of-attached",
        "create table p (a integer not null) partition by list (a);create table c partition of p for values in (1)",
        "create table p (a integer not null) partition by list (a);"
        "create table c (a integer not null); alter table p attach partition c for values in (1)",
        "insert into p values (1)",
        "insert into p values (1)",
    ),
    Pair(
        "parent-gains",
        "create table p (a integer, b integer) partition by list (a); create table c partition of p (b not null) for values in (1);"
        "create table q (a integer); create table r () inherits (q); create table s (a integer) inherits (q)",
        "create table p (a integer not null, b integer not null) partition by list (a);"
        "create table c partition of p (b not null) for values in (1);"
        "create table q (a integer not null); create table r () inherits (q); create table s (a integer not null) inherits (q)",
    ),
    Pair(
        "parent-renames",
        "create table p (a integer not null) partition by list (a); create table c partition of p for values in (1);"
        "create table q (a integer not null); create table r () inherits (q)",
        "create table p (a integer constraint x not null) partition by list (a); create table c partition of p for values in (1);"
        "create table q (a integer constraint x not null); create table r () inherits (q)",
        since=18,
    ),
    Pair(
        "validated-in-children",
        "create table q (a integer); create table r () inherits (q); alter table q add constraint x not null a not valid",
        "create table q (a integer constraint x not null); create table r () inherits (q)",
        since=18,
    ),
)
_COLUMNS = (
    Pair(
        "retyped-along",
        "create table p (a integer, b integer default 1) partition by list (a);"
        "create table c partition of p (b default 2) for values in (1); create view v as select b from c;"
        "create table q (a integer default 1); create table r (a integer default 5) inherits (q); create view w as select a from r",
        "create table p (a integer, b text default 'x') partition by list (a);"
        "create table c partition of p (b default 'y') for values in (1); create view v as select b from c;"
        "create table q (a text default 'x'); create table r (a text default 'y') inherits (q); create view w as select a from r",
        "insert into p values (1, 2); insert into r values (2)",
        "insert into p values (1, '2'); insert into r values (2)",
    ),
    Pair(
        "own-settings-beside",
        "create table q (a text); create table r () inherits (q)",
        "create table q (a varchar(30)); create table r () inherits (q); alter table r alter a set statistics 7",
    ),
)


@pytest.mark.parametrize("direction", ["there", "back"])
@pytest.mark.parametrize("pair", [*_NOT_NULL, *_COLUMNS], ids=str)
def test_pairs(server: TestServer, pair: Pair, direction: str) -> None:
    if server.version < pair.since:
        pytest.skip(f"needs PostgreSQL {pair.since}")
    a, b, rows = (pair.a, pair.b, pair.rows_a) if direction == "there" else (pair.b, pair.a, pair.rows_b)
    with planned(server, a, b, rows) as (_, plan):
        told = "\n".join(statement.sql for statement in plan.statements)
    assert not [piece for piece in pair.never if piece in told], told
