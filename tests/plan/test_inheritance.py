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
        "usual-name-of-what-goes",
        "create table t (z integer not null, k integer)",
        "create table t (k integer, b text constraint t_z_not_null not null)",
        since=18,
    ),
    Pair(
        "name-of-a-table-that-is-like-it",
        "select",
        "create table t (a integer not null); create table l (like t including all)",
        since=18,
    ),
    Pair(
        "name-of-what-goes",
        "create table t (a integer constraint n not null, k integer)",
        "create table t (k integer, b text constraint n not null)",
        since=18,
    ),
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
        "kept-by-a-child",
        "create table p (a integer not null, b integer); create table c () inherits (p); create table d () inherits (p);"
        "create table e () inherits (d)",
        "create table p (b integer); create table c (a integer not null) inherits (p); create table d () inherits (p);"
        "create table e () inherits (d)",
        "insert into c values (7, 8)",
        never=("public.c drop", "public.c add"),
    ),
    Pair(
        "own-settings-beside",
        "create table q (a text); create table r () inherits (q)",
        "create table q (a varchar(30)); create table r () inherits (q); alter table r alter a set statistics 7",
    ),
)


_TRIGGER = "create function f() returns trigger language plpgsql as 'begin return new; end';"
_PARENT = "create table p (a integer, b integer check (b > 0)) partition by list (a);"
_LEAVING = (
    Pair(
        "partition-moves",
        "create table q (a integer, b integer) partition by list (a); create table p (a integer, b integer) partition by list (a);"
        "create table c partition of p for values in (1); create index on p (b); alter table p add unique (a)",
        "create table q (a integer, b integer) partition by list (a); create table p (a integer, b integer) partition by list (a);"
        "create table c partition of q for values in (1); create index on q (b); alter table q add unique (a)",
        "insert into p values (1, 2)",
        "insert into q values (1, 2)",
    ),
    Pair(
        "bound-changes",
        _PARENT + "create table c partition of p for values in (1); create index on p (b)",
        _PARENT + "create table c partition of p for values in (1, 2); create index on p (b)",
        "insert into p values (1, 2)",
        "insert into p values (1, 2)",
    ),
    Pair(
        "detached-with-all-that-it-had",
        _TRIGGER + _PARENT + "create table o (i integer primary key); alter table p add foreign key (b) references o;"
        "create table c partition of p for values in (1); create index on p (b); alter table p add primary key (a);"
        "create trigger t before insert on p for each row execute function f()",
        _TRIGGER + _PARENT + "create table o (i integer primary key); alter table p add foreign key (b) references o;"
        "create table c (a integer, b integer); create index on p (b); alter table p add primary key (a);"
        "create trigger t before insert on p for each row execute function f()",
        "insert into o values (2); insert into p values (1, 2)",
        "insert into o values (2); insert into c values (1, 2)",
    ),
    Pair(
        "attached-with-its-own",
        _TRIGGER
        + _PARENT
        + "create table o (i integer primary key); alter table p add constraint k foreign key (b) references o;"
        "create table c (a integer, b integer constraint p_b_check check (b > 0)); alter table c add constraint k foreign key (b) references o;"
        "create trigger t before insert on p for each row execute function f();"
        "create trigger t after update on c for each row execute function f()",
        _TRIGGER
        + _PARENT
        + "create table o (i integer primary key); alter table p add constraint k foreign key (b) references o;"
        "create table c partition of p for values in (1);"
        "create trigger t before insert on p for each row execute function f()",
        "insert into o values (2); insert into c values (1, 2)",
        "insert into o values (2); insert into c values (1, 2)",
    ),
    Pair(
        "keeps-what-it-inherited",
        _PARENT + "create table o (i integer primary key); alter table p add constraint k foreign key (b) references o;"
        "create table c partition of p for values in (1); create index ix on p (b); alter table p add primary key (a)",
        _PARENT + "create table o (i integer primary key); alter table p add constraint k foreign key (b) references o;"
        "create table c (a integer, b integer constraint p_b_check check (b > 0)); alter table c add constraint k foreign key (b) references o;"
        "create index c_b_idx on c (b); alter table c add primary key (a); create index ix on p (b); alter table p add primary key (a)",
        "insert into o values (2); insert into c values (1, 2)",
        "insert into o values (2); insert into c values (1, 2)",
    ),
    Pair(
        "trigger-of-parent-changes",
        _TRIGGER + "create table p (a integer) partition by list (a); create table c partition of p for values in (1);"
        "create table d partition of p for values in (2); create trigger t before insert on p for each row execute function f();"
        "alter table c disable trigger t",
        _TRIGGER + "create table p (a integer) partition by list (a); create table c partition of p for values in (1);"
        "create table d partition of p for values in (2); create trigger t after update on p for each row execute function f();"
        "alter table c disable trigger t",
    ),
    Pair(
        "trigger-enabled",
        _TRIGGER + "create table p (a integer) partition by list (a); create table c partition of p for values in (1);"
        "create table d partition of p for values in (2); create trigger t before insert on p for each row execute function f();"
        "alter table c disable trigger t",
        _TRIGGER + "create table p (a integer) partition by list (a); create table c partition of p for values in (1);"
        "create table d partition of p for values in (2); create trigger t before insert on p for each row execute function f();"
        "alter table p enable always trigger t; alter table c disable trigger t",
    ),
    Pair(
        "bound-changes-under-a-trigger",
        _TRIGGER + "create table p (a integer) partition by list (a); create table c partition of p for values in (1);"
        "create trigger t before insert on p for each row execute function f(); alter table c disable trigger t",
        _TRIGGER + "create table p (a integer) partition by list (a); create table c partition of p for values in (2);"
        "create trigger t before insert on p for each row execute function f(); alter table c disable trigger t",
    ),
    Pair(
        "inherits-comes-and-goes",
        "create table p (a integer not null check (a > 0), b integer default 4);"
        "create table c (a integer not null constraint p_a_check check (a > 0), b integer, d integer)",
        "create table p (a integer not null check (a > 0), b integer default 4, d integer);"
        "create table c (a integer not null constraint p_a_check check (a > 0), b integer, d integer) inherits (p)",
        "insert into c values (1, 2, 3)",
        "insert into c values (1, 2, 3)",
        since=14,
    ),
    Pair(
        "all-dropped",
        "create table p (a integer primary key) partition by list (a); create table c partition of p for values in (1) partition by list (a);"
        "create table d partition of c for values in (1); create table q (a integer); create table r () inherits (q); create table s () inherits (r)",
        "select",
    ),
    Pair(
        "key-and-not-null",
        "create table p (a integer primary key, b integer generated always as identity primary key)".replace(
            "a integer primary key", "a integer"
        ),
        "create table p (a integer primary key, b integer)",
        "insert into p values (1)",
        "insert into p values (1, 1)",
    ),
    Pair(
        "column-renamed-in-the-parent",
        "create table p (a integer not null, b integer default 1) partition by list (a); create table c partition of p for values in (1)"
        " partition by list (a); create table d partition of c for values in (1); create index on p (b); alter table d add check (b > 0);"
        "create table q (a integer not null, b text); create table r () inherits (q); create index on r (b); comment on column r.b is 'x'",
        "create table p (a integer not null, x integer default 1) partition by list (a); create table c partition of p for values in (1)"
        " partition by list (a); create table d partition of c for values in (1); create index p_b_idx on p (x); alter table d add check (x > 0);"
        "alter index c_x_idx rename to c_b_idx; alter index d_x_idx rename to d_b_idx; alter table d rename constraint d_x_check to d_b_check;"
        "create table q (a integer not null, x text); create table r () inherits (q); create index r_b_idx on r (x); comment on column r.x is 'x'",
        "insert into p values (1, 2)",
        "insert into p values (1, 2)",
        never=("drop column", "add column"),
    ),
    Pair(
        "partitions-renamed-index",
        "create table p (a integer, b integer) partition by list (a); create table c partition of p for values in (1); create index ix on p (b)",
        "create table p (a integer, b integer) partition by list (a); create table c (a integer, b integer); create index own on c (b);"
        "alter table p attach partition c for values in (1); create table d partition of p for values in (2); create index ix on p (b)",
    ),
)


_ONE_WAY = {"kept-by-a-child"}


@pytest.mark.parametrize("direction", ["there", "back"])
@pytest.mark.parametrize("pair", [*_NOT_NULL, *_COLUMNS, *_LEAVING], ids=str)
def test_pairs(server: TestServer, pair: Pair, direction: str) -> None:
    if direction == "back" and pair.name in _ONE_WAY:
        pytest.skip("there is no way back")
    if server.version < pair.since:
        pytest.skip(f"needs PostgreSQL {pair.since}")
    a, b, rows = (pair.a, pair.b, pair.rows_a) if direction == "there" else (pair.b, pair.a, pair.rows_b)
    with planned(server, a, b, rows) as (_, plan):
        told = "\n".join(statement.sql for statement in plan.statements)
    assert not [piece for piece in pair.never if piece in told], told
