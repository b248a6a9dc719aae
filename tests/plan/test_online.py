"""Online changes lead to the same state as plain ones, with rows there, and no strong lock while rows are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import pytest

from kinds.rebuild import definitions
from pggit.core.state import State
from pggit.kinds import Object, Render, kind_of_key
from pggit.kinds.reader import read_state
from pggit.kinds.write import create, drop
from pggit.plan.action import Action, Scene, Size
from pggit.plan.effects import effects
from pggit.plan.effects.found import STRENGTH, STRONG
from pggit.plan.model import Statement
from pggit.plan.online import online
from plan.observing import groups, locks_of
from servers import Database, TestServer

MakeDatabase = Callable[..., Database]
_READ = "select coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0)::bigint from pg_class as c where c.oid = any (%s) and c.relkind in ('r', 'm')"
_FILES = "select coalesce(jsonb_object_agg(oid, pg_relation_filenode(oid)), '{}') from pg_class where oid = any (%s)"


@dataclass(frozen=True)
class Case:
    """A change: what is there, what shall be, and the actions by key (SQL where no kind writes it)."""

    before: str
    after: str
    actions: dict[str, tuple[str, ...]]
    steps: dict[int, list[str]] = field(default_factory=dict)
    since: int = 13
    rows: str = "insert into t select i, i, 'b' || i from generate_series(1, 12000) as i"
    online: bool = False


_TABLE = "create table t (id integer not null, a integer, b text);"
_U = "create table u (id integer primary key); insert into u select generate_series(1, 12000);"
_PART = (
    "create table t (id integer not null, a integer, b text) partition by range (id);"
    "create table t1 partition of t for values from (0) to (100000);"
)

_ATTACHED = {
    13: [
        "alter table public.t add constraint pggit_bound_",
        "alter table public.t validate",
        "alter table public.p attach",
        "alter table public.t drop constraint pggit_bound_",
    ]
}

CASES = {
    "index": Case(
        _TABLE,
        "create index i on t (a) where a > 5; alter index i set (fillfactor = 80)",
        {"index public.i": ()},
        {13: ["create index concurrently i on public.t"]},
    ),
    "unique index": Case(_TABLE, "create unique index i on t (a) include (b)", {"index public.i": ()}),
    "index with target": Case(
        _TABLE, "create index i on t ((a + 1)); alter index i alter column 1 set statistics 7", {"index public.i": ()}
    ),
    "index of materialized view": Case(
        _TABLE + "create materialized view m as select 1 as a, 'x'::text as b;",
        "create index i on m (a)",
        {"index public.i": ()},
    ),
    "drop index": Case(
        _TABLE + "create index i on t (a);",
        "drop index i",
        {"index public.i": ()},
        {13: ["drop index concurrently if exists public.i"]},
    ),
    "changed index": Case(
        _TABLE + "create index i on t (a);",
        "drop index i; create unique index i on t (a, b)",
        {"index public.i": ()},
        {
            13: [
                "create unique index concurrently pggit_index_",
                "drop index concurrently",
                "alter index public.pggit_index_",
            ]
        },
    ),
    "index of partition": Case(
        _PART,
        "create index i on t (a)",
        {"index public.i": (), "index public.t1_a_idx": ()},
        {13: ["create index i on only public.t", "create index concurrently t1_a_idx", "alter index public.i attach"]},
    ),
    "check": Case(
        _TABLE,
        "alter table t add constraint c check (a > 0)",
        {"constraint c on public.t": ()},
        {13: ["alter table public.t add constraint c check", "alter table public.t validate constraint c"]},
    ),
    "check of partitioned": Case(
        _PART, "alter table t add constraint c check (a > 0)", {"constraint c on public.t": ()}
    ),
    "not valid check": Case(
        _TABLE,
        "alter table t add constraint c check (a > 0) not valid",
        {"constraint c on public.t": ()},
        {13: []},
    ),
    "foreign key": Case(
        _TABLE + _U,
        "alter table t add constraint c foreign key (a) references u (id) on delete cascade deferrable",
        {"constraint c on public.t": ()},
        {13: ["alter table public.t add constraint c foreign key", "alter table public.t validate constraint c"]},
    ),
    "foreign key of partitioned": Case(
        _PART + _U,
        "alter table t add constraint c foreign key (a) references u (id)",
        {"constraint c on public.t": ()},
        {13: [], 18: ["alter table public.t add constraint c", "alter table public.t validate constraint c"]},
    ),
    "unique": Case(
        _TABLE,
        "alter table t add constraint c unique (a) include (b) with (fillfactor = 80) deferrable initially deferred",
        {"constraint c on public.t": ()},
        {13: ["create unique index concurrently c on", "alter table public.t add constraint c unique using index c"]},
    ),
    "unique, nulls not distinct": Case(
        _TABLE,
        "alter table t add constraint c unique nulls not distinct (a)",
        {"constraint c on public.t": ()},
        since=15,
    ),
    "changed unique": Case(
        _TABLE + "alter table t add constraint c unique (a);",
        "alter table t drop constraint c; alter table t add constraint c unique (a, b)",
        {"constraint c on public.t": ()},
        {13: ["create unique index concurrently pggit_key_", "alter table public.t drop constraint c", "alter table"]},
    ),
    "primary key": Case(
        _TABLE,
        'alter table t add constraint "C" primary key (id, a)',
        {'constraint "C" on public.t': ()},
        {
            13: [
                "alter table public.t add constraint pggit_not_null_",
                "alter table public.t validate",
                "alter table public.t alter",
                "alter table public.t drop constraint pggit_",
                "create unique index concurrently",
                "alter table",
            ],
            18: [
                "alter table public.t add constraint t_a_not_null not null a not valid",
                "alter table public.t validate",
                "create unique index concurrently",
                "alter table",
            ],
        },
    ),
    "primary key, column first": Case(
        _TABLE,
        "alter table t alter column a set not null; alter table t add constraint c primary key (id, a)",
        {"column public.t.a": ("alter table public.t alter column a set not null",), "constraint c on public.t": ()},
    ),
    "not null": Case(
        _TABLE,
        "alter table t alter column a set not null",
        {"column public.t.a": ("alter table only public.t alter column a set not null",)},
        {
            13: [
                "alter table only public.t add constraint",
                "alter table public.t validate",
                "alter table only",
                "alter table only",
            ],
            18: [
                "alter table public.t add constraint t_a_not_null not null a not valid",
                "alter table public.t validate",
            ],
        },
    ),
    "not null, named": Case(
        _TABLE,
        "alter table t add constraint n not null a no inherit",
        {"column public.t.a": ("alter table public.t add constraint n not null a no inherit",)},
        since=18,
    ),
    "not null of partitioned": Case(
        _PART,
        "alter table t alter column a set not null",
        {"column public.t.a": ("alter table public.t alter column a set not null",)},
    ),
    "not null, proven": Case(
        _TABLE + "alter table t add check (a is not null);",
        "alter table t alter column a set not null",
        {"column public.t.a": ("alter table public.t alter column a set not null",)},
        {13: []},
    ),
    "volatile default": Case(
        _TABLE,
        "alter table t add column c text default md5(random()::text) not null",
        {"column public.t.c": ()},
        {
            13: [
                "alter table public.t add column c text",
                "alter table public.t alter column c set default",
                "update public.t",
            ]
        },
    ),
    "volatile default, nullable": Case(
        _TABLE + "create sequence s;",
        'alter table t add column "C 1" bigint default nextval(\'s\'); alter table t alter column "C 1" set statistics 5',
        {'column public.t."C 1"': ()},
    ),
    "attach to range": Case(
        "create table p (id integer not null, a integer, b text) partition by range (id);" + _TABLE,
        "alter table p attach partition t for values from (minvalue) to (20000)",
        {"table public.t": ("alter table public.p attach partition public.t FOR VALUES FROM (MINVALUE) TO (20000)",)},
        _ATTACHED,
    ),
    "attach to list": Case(
        "create table p (id integer not null, a integer, b text) partition by list (b);" + _TABLE,
        "alter table p attach partition t for values in ('x', 'y')",
        {"table public.t": ("alter table public.p attach partition public.t FOR VALUES IN ('x', 'y')",)},
        _ATTACHED,
        rows="insert into t select i, i, 'x' from generate_series(1, 12000) as i",
    ),
    "attach to two columns": Case(
        "create table p (id integer not null, a integer, b text) partition by range (id, a);" + _TABLE,
        "alter table p attach partition t for values from (0, 0) to (20000, 0)",
        {"table public.t": ("alter table public.p attach partition public.t FOR VALUES FROM (0, 0) TO (20000, 0)",)},
        {13: []},
    ),
    "volatile default of partitioned": Case(
        _PART,
        "alter table t add column c text default 'x'",
        {
            "column public.t.c": (
                "alter table public.t add column c text default md5(random()::text)",
                "alter table public.t alter column c set default 'x'::text",
            )
        },
        {13: []},
        rows="select 1",
    ),
    "constant default": Case(
        _TABLE, "alter table t add column c integer default 1 not null", {"column public.t.c": ()}, {13: []}
    ),
}


def _scene(a: State, b: State, major: int, **more) -> Scene:
    return Scene(a, b, major, {key: Size(12000, 1 << 20) for key in a.groups}, **more)


def _action(key: str, sql: tuple[str, ...], a: State, b: State, scene: Scene) -> Action:
    group = scene.groups_of[key]
    old = Object(*kind_of_key(key), a.definition(group, key)) if key in a.groups.get(group, {}) else None
    new = Object(*kind_of_key(key), b.definition(group, key)) if key in b.groups.get(group, {}) else None
    verb = "create" if old is None else "drop" if new is None else "alter" if sql else "replace"
    statements = list(sql)
    if not sql:
        gone = _drop(old, Render(scene.before(group), scene.major)) if old else []
        statements = gone + (create(new, Render(scene.after(group), scene.major)) if new else [])
    return Action(verb, group, key, old, new, statements)


def _drop(obj: Object, render: Render) -> list[str]:
    if obj.kind == "constraint":
        constraint, _, table = obj.identity.partition(" on ")
        return [f"alter table {table} drop constraint {constraint}"]
    return drop(obj, render)


def _statements(case: Case, a: State, b: State, major: int) -> tuple[list[Statement], list[Statement]]:
    """All statements, and those of them that a technique made."""
    scene = _scene(a, b, major, online=case.online)
    every, made = [], []
    for key, sql in case.actions.items():
        action = _action(key, sql, a, b, scene)
        found = online(action, scene)
        made += found or []
        every += found if found is not None else [effects(one, action, scene) for one in action.sql]
    return every, made


def run(connection: psycopg.Connection, statement: Statement) -> list[tuple[dict[str, str], int]]:
    """Run a statement as it asks to be run; return locks and rows read in each of its transactions."""
    if statement.transaction == "none":
        connection.execute(statement.sql)
        return []
    seen = []
    known = groups(connection)
    while True:
        with connection.transaction():
            before = connection.execute(_READ, (list(known),)).fetchone()[0]
            done = connection.execute(statement.sql).rowcount
            read = connection.execute(_READ, (list(known),)).fetchone()[0] - before
            seen.append((locks_of(connection, connection.info.backend_pid, known), read))
        if not statement.repeat or done == 0:
            return seen


@pytest.mark.parametrize("name", CASES)
def test_technique(name: str, make_database: MakeDatabase, server: TestServer) -> None:
    """It leads to the state that the plain statements lead to; what it says of locks is so; nothing is rewritten."""
    case = CASES[name]
    if server.version < case.since:
        pytest.skip(f"not for PostgreSQL {server.version}")
    one, other = make_database().connect(), make_database().connect()
    for connection in (one, other):
        connection.execute(case.before)
        connection.execute(case.rows)
    other.execute(case.after)
    a, b = read_state(one), read_state(other)
    every, made = _statements(case, a, b, server.version)
    expected = next((case.steps[v] for v in sorted(case.steps, reverse=True) if v <= server.version), None)
    if expected is not None:
        shown = [statement.sql for statement in (made or every)] if expected else [s.sql for s in made]
        begins = [statement.sql for statement in every] if expected else shown
        assert len(begins) >= len(expected) and (expected or not made), begins
        for sql, begin in zip(begins, expected, strict=False):
            assert sql.startswith(begin), begins
    oids = [oid for oid, group in groups(one).items() if group.startswith("table ")]
    tables = [oid for (oid,) in one.execute("select oid from pg_class where relkind = 'r' and oid = any (%s)", (oids,))]
    files = one.execute(_FILES, (tables,)).fetchone()
    for statement in every:
        for locks, read in run(one, statement):
            existing = [mode for group, mode in locks.items() if group in a.groups]
            modes = [mode for mode in existing if STRENGTH.index(mode) > STRENGTH.index("RowShareLock")]
            assert max(modes, key=STRENGTH.index, default=None) == statement.lock, (statement, locks)
            if made:
                assert read == 0 or statement.lock not in STRONG, (statement.sql, locks, read)
    assert definitions(read_state(one)) == definitions(b)
    if made:
        assert one.execute(_FILES, (tables,)).fetchone() == files


_RETYPED = """
create table t (id integer not null, a integer default 3 not null, b text, constraint t_pkey primary key (a));
create index t_i on t (b, a desc); create index t_other on t (b); create unique index t_w on t (id) include (a);
comment on column t.a is 'what it is'; grant select (a) on t to pg_monitor; alter table t alter column a set statistics 7;
"""
_PLAIN = (
    "alter table only public.t alter column a drop default",
    "alter table public.t alter column a type {type}",
    "alter table only public.t alter column a set default {default}",
)


@pytest.mark.parametrize(
    ("kind", "cast", "default"), [("bigint", "", "3"), ("text", "", "'3'::text"), ("numeric", " using a::numeric", "3")]
)
def test_retype(kind: str, cast: str, default: str, make_database: MakeDatabase, server: TestServer) -> None:
    """A column gets another type while another session writes: no row is lost, none stays as it was, no rewrite."""
    one, other = make_database().connect(), make_database().connect()
    for connection in (one, other):
        connection.execute(_RETYPED)
        connection.execute("insert into t select i, i, 'b' || i from generate_series(1, 12000) as i")
    sql = tuple(part.format(type=kind + cast, default=default) for part in _PLAIN)
    for part in sql:
        other.execute(part)
    a, b = read_state(one), read_state(other)
    action = _action("column public.t.a", sql, a, b, _scene(a, b, server.version))
    assert online(action, _scene(a, b, server.version)) is None  # not asked for
    statements = online(action, _scene(a, b, server.version, online=True))
    assert statements
    batches = 0
    for number, statement in enumerate(statements):
        seen = run(one, statement)
        for locks, read in seen:
            assert read == 0 or locks["table public.t"] not in STRONG, statement.sql
            assert statement.lock is None or locks["table public.t"] == statement.lock, statement.sql
        if statement.verb == "backfill":
            batches = len(seen)
        if statement.verb != "swap":
            one.execute(f"insert into t values ({-number}, {-number - 1}, 'new')")
            one.execute(f"update t set a = a + 100000 where id = {number + 1}")
    assert batches == 4  # 12,000 rows in batches of 5,000, and one that finds nothing
    assert definitions(read_state(one)) == definitions(b)
    written = sum(statement.verb != "swap" for statement in statements)
    right = "select count(*), count(*) filter (where a::bigint = case when id > 12000 or id > %s then id when id > 0 then id + 100000 else id - 1 end) from t"
    assert one.execute(right, (written,)).fetchone() == (12000 + written, 12000 + written)


@pytest.mark.parametrize(
    "setup",
    [
        "create view v as select a from t",
        "create table u (x integer references t (a))",
        "alter table t add constraint c check (a > 0)",
        "create index x on t ((a + 1))",
        "create function f() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger f before update on t for each row execute function f()",
        "create table heir () inherits (t)",
        "alter table t add column z integer generated always as (a + 1) stored",
        "alter table t cluster on t_pkey",
    ],
)
def test_retype_refused(setup: str, make_database: MakeDatabase, server: TestServer) -> None:
    """Where something hangs on the column that would be lost, or awakened, it is left to the plain way."""
    connection = make_database().connect()
    connection.execute(_RETYPED)
    connection.execute(setup)
    a, b = read_state(connection), read_state(connection)
    definition = b.definition("table public.t", "column public.t.a") | {"type": "bigint"}
    b.put("table public.t", "column public.t.a", definition)
    scene = _scene(a, b, server.version, online=True)
    action = _action("column public.t.a", ("alter table public.t alter column a type bigint",), a, b, scene)
    assert online(action, scene) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("bigint", "integer"),
        ("text", "varchar(5)"),
        ("timestamp", "timestamptz"),
        ("date", "timestamptz"),
        ("date", "text"),
    ],
)
def test_retype_risky(old: str, new: str, make_database: MakeDatabase, server: TestServer) -> None:
    """Where a value may have no counterpart, or one that depends on the session, writers are not bothered with it."""
    one, other = make_database().connect(), make_database().connect()
    for connection, kind in ((one, old), (other, new)):
        connection.execute(f"create table t (a {kind})")
    a, b = read_state(one), read_state(other)
    scene = _scene(a, b, server.version, online=True)
    action = _action("column public.t.a", (f"alter table public.t alter column a type {new}",), a, b, scene)
    assert online(action, scene) is None


def test_undo(make_database: MakeDatabase, server: TestServer) -> None:
    """What a failed build leaves behind is removed, and then it can be built."""
    one, other = make_database().connect(), make_database().connect()
    for connection in (one, other):
        connection.execute(_TABLE)
        connection.execute("insert into t values (1, 1), (2, 1)")
    other.execute("delete from t where id = 2; alter table t add constraint c unique (a)")
    case = Case("", "", {"constraint c on public.t": ()})
    every, _ = _statements(case, read_state(one), read_state(other), server.version)
    build, attach = every
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(one, build)
    assert one.execute("select indisvalid from pg_index where indrelid = 't'::regclass").fetchone() == (False,)
    one.execute(build.undo)
    one.execute("delete from t where id = 2")
    run(one, build)
    run(one, attach)
    assert definitions(read_state(one)) == definitions(read_state(other))


def test_only_where_rows_are(make_database: MakeDatabase, server: TestServer) -> None:
    """Tables without rows, and new ones, are changed the plain way."""
    one, other = make_database().connect(), make_database().connect()
    for connection in (one, other):
        connection.execute(_TABLE)
    other.execute("create index i on t (a); create table fresh (a integer); create index fresh_i on fresh (a)")
    a, b = read_state(one), read_state(other)
    scene = Scene(a, b, server.version, {"table public.t": Size(empty=True)})
    for key in ("index public.i", "index public.fresh_i"):
        assert online(_action(key, (), a, b, scene), scene) is None
    assert online(_action("index public.i", (), a, b, Scene(a, b, server.version)), Scene(a, b, server.version))
