"""Cases of tables and their columns and defaults."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("table", "column", "default")

_HOSTILE = f"{SCHEMA}.{NAME}"


def _inherited(major: int) -> dict:
    """Since 18 NOT NULL is a constraint, which a child may have from its parent only."""
    not_null = {"name": "parent_a_not_null", "inherited": True} if major >= 18 else True
    return {
        "table public.child": {"inherits": ["public.parent", "public.other"]},
        "column public.child.a": {"type": "integer", "not_null": not_null, "inherited": True},
        "column public.child.b": {"type": "text", "inherited": True, "local": True},
        "column public.child.c": {"type": "text", "inherited": True},
        "column public.child.own": {"type": "integer", "not_null": True},
        "default public.child.a": {"expression": "2"},
        "default public.parent.b": {"expression": "'p'::text"},
    }


def _partitioned(major: int) -> dict:
    not_null = {"name": "p_a_not_null", "inherited": True} if major >= 18 else True
    return {
        "table public.p": {"partition_key": "RANGE (a, lower(b))"},
        "table public.p1": {"partition_of": "public.p", "bound": "FOR VALUES FROM (1, 'a') TO (2, 'b')"},
        "table public.p2": {"partition_of": "public.p", "bound": "DEFAULT", "partition_key": "HASH (b)"},
        "table public.p21": {"partition_of": "public.p2", "bound": "FOR VALUES WITH (modulus 2, remainder 0)"},
        "column public.p1.a": {"type": "integer", "not_null": not_null, "inherited": True},
        "column public.p1.b": {"type": "text", "inherited": True},
        "default public.p1.a": {"expression": "5"},
        "default public.p.b": {"expression": "'x'::text"},
    }


CASES = (
    Case(
        "table",
        """
        create table t (a integer, b text, c integer);
        create index i on t (b); create unique index u on t (a); alter table t alter a set not null;
        """,
        {
            "table public.t": {},
            "column public.t.a": {"type": "integer", "not_null": True},
            "column public.t.b": {"type": "text"},
            "column public.t.c": {"type": "integer"},
        },
        [
            Change("table public.t", "persistence", "alter table t set unlogged", "unlogged"),
            Change("table public.t", "options", "alter table t set (fillfactor = 70)", {"fillfactor": "70"}),
            Change(
                "table public.t",
                "toast_options",
                "alter table t set (toast.autovacuum_enabled = false)",
                {"autovacuum_enabled": "false"},
            ),
            Change("table public.t", "row_security", "alter table t enable row level security", True),
            Change("table public.t", "force_row_security", "alter table t force row level security", True),
            Change("table public.t", "replica_identity", "alter table t replica identity full", "full"),
            Change("table public.t", "replica_identity", "alter table t replica identity nothing", "nothing"),
            Change(
                "table public.t", "replica_identity", "alter table t replica identity using index u", {"index": "u"}
            ),
            Change("table public.t", "cluster_on", "alter table t cluster on i", "i"),
            Change("table public.t", "cluster_on", "alter table t set without cluster", ABSENT),
            Change("table public.t", "tablespace", "alter table t set tablespace kc_space", "kc_space"),
        ],
        tablespaces=("kc_space",),
    ),
    Case(
        "table-hostile",
        f"""
        create schema {SCHEMA};
        create table {_HOSTILE} ({NAME} integer default 1, "b ""B" text collate "C" not null default $$it's \\ so$$, "select" integer)
          with (fillfactor = 10);
        """,
        {
            f"table {_HOSTILE}": {"options": {"fillfactor": "10"}},
            f"column {_HOSTILE}.{NAME}": {"type": "integer"},
            f'column {_HOSTILE}."b ""B"': {
                "type": "text",
                "collation": 'pg_catalog."C"',
                "not_null": True,
            },
            f'column {_HOSTILE}."select"': {"type": "integer"},
            f"default {_HOSTILE}.{NAME}": {"expression": "1"},
            f'default {_HOSTILE}."b ""B"': {"expression": "'it''s \\ so'::text"},
        },
        before=18,
    ),
    Case(
        "table-hostile-18",
        f"""
        create schema {SCHEMA};
        create table {_HOSTILE} ({NAME} integer default 1, "b ""B" text collate "C" constraint {NAME} not null, "select" integer);
        """,
        {
            f"table {_HOSTILE}": {},
            f"column {_HOSTILE}.{NAME}": {"type": "integer"},
            f'column {_HOSTILE}."b ""B"': {
                "type": "text",
                "collation": 'pg_catalog."C"',
                "not_null": {"name": BARE},
            },
            f"default {_HOSTILE}.{NAME}": {"expression": "1"},
        },
        since=18,
    ),
    Case(
        "table-everything-at-once",
        """
        create unlogged table t (a integer not null, b text) with (fillfactor = 70, toast.autovacuum_enabled = false);
        alter table t enable row level security, force row level security;
        create unique index u on t (a); alter table t replica identity using index u; alter table t cluster on u;
        create table nothing (); create table f (a integer); alter table f replica identity full;
        """,
        {
            "table public.t": {
                "persistence": "unlogged",
                "options": {"fillfactor": "70"},
                "toast_options": {"autovacuum_enabled": "false"},
                "row_security": True,
                "force_row_security": True,
                "replica_identity": {"index": "u"},
                "cluster_on": "u",
            },
            "table public.nothing": {},
            "table public.f": {"replica_identity": "full"},
        },
    ),
    Case(
        "table-inherits",
        """
        create table parent (a integer not null default 1, b text default 'p');
        create table other (c text default 'o');
        create table child (b text, own integer not null) inherits (parent, other);
        alter table child alter a set default 2, alter c drop default, alter b drop default;
        """,
        _inherited,
        [
            Change("table public.child", "inherits", "alter table child no inherit other", ["public.parent"]),
            Change("default public.child.a", "expression", "alter table child alter a set default 3", "3"),
        ],
    ),
    Case(
        "table-partitions",
        """
        create table p (a integer not null, b text default 'x') partition by range (a, lower(b));
        create table p1 partition of p (a default 5) for values from (1, 'a') to (2, 'b');
        create table p2 partition of p default partition by hash (b);
        create table p21 partition of p2 for values with (modulus 2, remainder 0);
        """,
        _partitioned,
        [
            Change(
                "table public.p1",
                "bound",
                "alter table p detach partition p1; alter table p attach partition p1 for values from (1, 'a') to (3, 'b')",
                "FOR VALUES FROM (1, 'a') TO (3, 'b')",
            ),
        ],
    ),
    Case(
        "table-becomes-partition",
        "create table p (a integer) partition by list (a); create table p1 (a integer)",
        {"table public.p1": {}, "column public.p1.a": {"type": "integer"}},
        [
            Change(
                "table public.p", "partition_key", "drop table p; create table p (a integer) partition by range (a)"
            ),
        ],
    ),
    Case(
        "table-detached",
        "create table p (a integer) partition by list (a); create table q (a integer) partition by list (a);"
        "create table p1 partition of p for values in (1)",
        {"table public.p1": {"partition_of": "public.p", "bound": "FOR VALUES IN (1)"}},
        [
            Change(
                "table public.p1",
                "partition_of",
                "alter table p detach partition p1; alter table q attach partition p1 for values in (1)",
                "public.q",
            ),
        ],
    ),
    Case(
        "table-typed",
        """
        create type y as (a integer, b text); create type z as (a integer, b text);
        create table t of y (b default 'x', a with options not null);
        """,
        {
            "table public.t": {"type": "public.y"},
            "column public.t.a": {"type": "integer", "not_null": True},
            "column public.t.b": {"type": "text"},
            "default public.t.b": {"expression": "'x'::text"},
        },
        [Change("table public.t", "type", "alter table t of z", "public.z")],
    ),
    Case(
        "table-access-method",
        "create table t (a integer); create table h (a integer) using other",
        {"table public.h": {"access_method": "other"}, "table public.t": {}},
        [Change("table public.t", "access_method", "drop table t; create table t (a integer) using other", "other")],
        given="create access method other type table handler heap_tableam_handler",
    ),
    Case(
        "column",
        """
        create table t (a integer, b text, i integer not null, s integer, k text collate "C");
        create table p (a integer, b integer); create table c (b integer) inherits (p); create table d () inherits (p);
        """,
        {
            "column public.t.a": {"type": "integer"},
            "column public.t.b": {"type": "text"},
            "column public.t.k": {"type": "text", "collation": 'pg_catalog."C"'},
            "column public.c.a": {"type": "integer", "inherited": True},
            "column public.c.b": {"type": "integer", "inherited": True, "local": True},
        },
        [
            Change("column public.t.a", "type", "alter table t alter a type numeric(10, 2)", "numeric(10,2)"),
            Change(
                "column public.t.b",
                "collation",
                'alter table t alter b type text collate "POSIX"',
                'pg_catalog."POSIX"',
            ),
            Change("column public.t.b", "not_null", "alter table t alter b set not null", True),
            Change("column public.t.b", "storage", "alter table t alter b set storage external", "external"),
            Change("column public.t.b", "compression", "alter table t alter b set compression pglz", "pglz", since=14),
            Change("column public.t.b", "statistics", "alter table t alter b set statistics 7", 7),
            Change("column public.t.b", "options", "alter table t alter b set (n_distinct = 5)", {"n_distinct": "5"}),
            Change(
                "column public.t.i",
                "identity",
                "alter table t alter i add generated by default as identity (start 5 increment 2 cycle)",
                {
                    "generated": "by default",
                    "start": 5,
                    "increment": 2,
                    "min": 1,
                    "max": 2147483647,
                    "cache": 1,
                    "cycle": True,
                },
            ),
            Change(
                "column public.t.s",
                "generated",
                "alter table t drop s; alter table t add s integer generated always as (i + 1) stored",
                {"stored": True, "expression": "(i + 1)"},
            ),
            Change("column public.t.b", "not_null", "alter table t alter b drop not null", ABSENT),
            Change("column public.c.a", "local", "alter table c no inherit p; alter table c inherit p", True),
            Change("column public.d.a", "inherited", "alter table d no inherit p", ABSENT),
        ],
    ),
    Case(
        "column-becomes-inherited",
        "create table p (a integer); create table c (a integer) inherits (p); alter table c no inherit p",
        {"column public.c.a": {"type": "integer"}},
    ),
    Case(
        "column-everything-at-once",
        """
        create sequence q;
        create table t (
          a bigint generated always as identity (sequence name "Odd Name" start 3 increment -1 minvalue -9 maxvalue 9 cache 4),
          b varchar(10) collate "C" default 'x' not null,
          c integer generated always as (length(b)) stored,
          d integer default nextval('q'),
          e jsonb
        );
        alter sequence q owned by t.d;
        alter table t alter b set storage main, alter b set statistics 0, alter b set (n_distinct = -0.5), alter e set storage external;
        """,
        {
            "column public.t.a": {
                "type": "bigint",
                "not_null": True,
                "identity": {
                    "generated": "always",
                    "start": 3,
                    "increment": -1,
                    "min": -9,
                    "max": 9,
                    "cache": 4,
                    "sequence": 'public."Odd Name"',
                },
            },
            "column public.t.b": {
                "type": "character varying(10)",
                "collation": 'pg_catalog."C"',
                "not_null": True,
                "storage": "main",
                "statistics": 0,
                "options": {"n_distinct": "-0.5"},
            },
            "column public.t.c": {"type": "integer", "generated": {"stored": True, "expression": "length((b)::text)"}},
            "column public.t.d": {"type": "integer"},
            "column public.t.e": {"type": "jsonb", "storage": "external"},
            "default public.t.b": {"expression": "'x'::character varying"},
            "default public.t.d": {"expression": "nextval('public.q'::regclass)"},
        },
    ),
    Case(
        "column-18",
        """
        create table t (a integer, v integer generated always as (a * 2), n integer constraint nn not null no inherit, w integer);
        alter table t add constraint later not null w not valid;
        """,
        {
            "column public.t.v": {"type": "integer", "generated": {"stored": False, "expression": "(a * 2)"}},
            "column public.t.n": {"type": "integer", "not_null": {"name": "nn", "no_inherit": True}},
            "column public.t.w": {"type": "integer", "not_null": {"name": "later", "not_valid": True}},
        },
        [
            Change("column public.t.w", "not_null", "alter table t validate constraint later", {"name": "later"}),
            Change("column public.t.w", "not_null", "alter table t rename constraint later to t_w_not_null", True),
        ],
        since=18,
    ),
    Case(
        "identity-unlogged-15",
        "create unlogged table t (a integer generated always as identity); alter sequence t_a_seq set logged",
        {
            "column public.t.a": {
                "type": "integer",
                "not_null": True,
                "identity": {
                    "generated": "always",
                    "start": 1,
                    "increment": 1,
                    "min": 1,
                    "max": 2147483647,
                    "cache": 1,
                    "persistence": "logged",
                },
            }
        },
        since=15,
    ),
    Case(
        "default-of-view",
        "create view v as select 1 as a; alter view v alter a set default 7",
        {"default public.v.a": {"expression": "7"}},
    ),
)
