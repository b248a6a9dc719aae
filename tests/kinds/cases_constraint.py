"""Cases of constraints of tables."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("constraint",)

CASES = (
    Case(
        "primary-key-and-unique",
        """
        create table t (a integer, b text, c integer, d integer);
        alter table t add constraint pk primary key (a) include (b) with (fillfactor = 50);
        alter table t add constraint u unique (c, b) deferrable initially deferred;
        """,
        {
            "constraint pk on public.t": {
                "type": "primary key",
                "columns": ["a"],
                "include": ["b"],
                "options": {"fillfactor": "50"},
            },
            "constraint u on public.t": {
                "type": "unique",
                "columns": ["c", "b"],
                "deferrable": True,
                "initially_deferred": True,
            },
        },
        [
            Change("constraint pk on public.t", "options", "alter index pk reset (fillfactor)", ABSENT),
            Change("constraint pk on public.t", "tablespace", "alter index pk set tablespace kc_space", "kc_space"),
            Change(
                "constraint u on public.t",
                "initially_deferred",
                "alter table t drop constraint u, add constraint u unique (c, b) deferrable",
                ABSENT,
            ),
            Change(
                "constraint u on public.t",
                "deferrable",
                "alter table t drop constraint u, add constraint u unique (c, b)",
                ABSENT,
            ),
            Change(
                "constraint u on public.t",
                "columns",
                "alter table t drop constraint u, add constraint u unique (b, c)",
                ["b", "c"],
            ),
            Change(
                "constraint u on public.t",
                "include",
                "alter table t drop constraint u, add constraint u unique (b, c) include (d)",
                ["d"],
            ),
            Change(
                "constraint u on public.t",
                "nulls_not_distinct",
                "alter table t drop constraint u, add constraint u unique nulls not distinct (b, c) include (d)",
                True,
                since=15,
            ),
        ],
        tablespaces=("kc_space",),
    ),
    Case(
        "constraint-kinds",
        "create table t (a integer); alter table t add constraint c unique (a)",
        {"constraint c on public.t": {"type": "unique", "columns": ["a"]}},
        [
            Change(
                "constraint c on public.t",
                "type",
                "alter table t drop constraint c, add constraint c primary key (a)",
                "primary key",
            )
        ],
    ),
    Case(
        "constraint-hostile",
        f"""
        create schema {SCHEMA};
        create table {SCHEMA}."t.t" ({NAME} integer, constraint {NAME} unique ({NAME}),
          constraint "c ""on"" x" check ({NAME} > 0), constraint fk foreign key ({NAME}) references {SCHEMA}."t.t" ({NAME}));
        """,
        {
            f'constraint {NAME} on {SCHEMA}."t.t"': {"type": "unique", "columns": [BARE]},
            f'constraint "c ""on"" x" on {SCHEMA}."t.t"': {"type": "check", "expression": f"({NAME} > 0)"},
        },
    ),
    Case(
        "check",
        "create table t (a integer); alter table t add constraint c check (a > 0)",
        {"constraint c on public.t": {"type": "check", "expression": "(a > 0)"}},
        [
            Change(
                "constraint c on public.t",
                "not_valid",
                "alter table t drop constraint c, add constraint c check (a > 0) not valid",
                True,
            ),
            Change("constraint c on public.t", "not_valid", "alter table t validate constraint c", ABSENT),
            Change(
                "constraint c on public.t",
                "expression",
                "alter table t drop constraint c, add constraint c check (a > 1)",
                "(a > 1)",
            ),
            Change(
                "constraint c on public.t",
                "no_inherit",
                "alter table t drop constraint c, add constraint c check (a > 1) no inherit",
                True,
            ),
            Change(
                "constraint c on public.t",
                "not_enforced",
                "alter table t drop constraint c, add constraint c check (a > 1) no inherit not enforced",
                True,
                since=18,
            ),
        ],
    ),
    Case(
        "check-inherited",
        """
        create table p (a integer, constraint c check (a > 0), constraint twice check (a < 9));
        create table k (constraint twice check (a < 9)) inherits (p);
        """,
        {
            "constraint c on public.p": {"type": "check", "expression": "(a > 0)"},
            "constraint twice on public.k": {"type": "check", "expression": "(a < 9)", "local": True},
        },
        [Change("constraint twice on public.k", "local", "alter table k no inherit p", ABSENT)],
        absent=("constraint c on public.k",),
    ),
    Case(
        "foreign-key",
        """
        create table r (x integer, y integer, z integer, unique (x, y), unique (x, z));
        create table other (x integer, y integer, unique (x, y));
        create table t (a integer, b integer, c integer);
        alter table t add constraint f foreign key (a, b) references r (x, y);
        """,
        {
            "constraint f on public.t": {
                "type": "foreign key",
                "columns": ["a", "b"],
                "references": "public.r",
                "referenced_columns": ["x", "y"],
            }
        },
        [
            Change("constraint f on public.t", "deferrable", "alter table t alter constraint f deferrable", True),
            Change(
                "constraint f on public.t",
                "initially_deferred",
                "alter table t alter constraint f initially deferred",
                True,
            ),
            Change(
                "constraint f on public.t",
                "references",
                "alter table t drop constraint f, add constraint f foreign key (a, b) references other (x, y)"
                " deferrable initially deferred",
                "public.other",
            ),
            Change(
                "constraint f on public.t",
                "match",
                "alter table t drop constraint f, add constraint f foreign key (a, b) references other (x, y) match full"
                " deferrable initially deferred",
                "full",
            ),
            Change(
                "constraint f on public.t",
                "on_update",
                "alter table t drop constraint f, add constraint f foreign key (a, b) references other (x, y) match full"
                " on update cascade deferrable initially deferred",
                "cascade",
            ),
            Change(
                "constraint f on public.t",
                "on_delete",
                "alter table t drop constraint f, add constraint f foreign key (a, b) references other (x, y) match full"
                " on update cascade on delete set null deferrable initially deferred",
                "set null",
            ),
            Change(
                "constraint f on public.t",
                "columns",
                "alter table t drop constraint f, add constraint f foreign key (a, c) references other (x, y) match full"
                " on update cascade on delete set null deferrable initially deferred",
                ["a", "c"],
            ),
            Change(
                "constraint f on public.t",
                "on_delete_columns",
                "alter table t drop constraint f, add constraint f foreign key (a, c) references other (x, y) match full"
                " on update cascade on delete set null (c) deferrable initially deferred",
                ["c"],
                since=15,
            ),
        ],
    ),
    Case(
        "foreign-key-columns",
        """
        create table r (x integer, y integer, z integer, unique (x, y), unique (x, z));
        create table t (a integer, b integer, constraint f foreign key (a, b) references r (x, y) on delete set default not valid);
        """,
        {
            "constraint f on public.t": {
                "type": "foreign key",
                "columns": ["a", "b"],
                "references": "public.r",
                "referenced_columns": ["x", "y"],
                "on_delete": "set default",
            }
        },
        [
            Change(
                "constraint f on public.t",
                "referenced_columns",
                "alter table t drop constraint f, add constraint f foreign key (a, b) references r (x, z) on delete set default",
                ["x", "z"],
            ),
            Change(
                "constraint f on public.t",
                "not_enforced",
                "alter table t alter constraint f not enforced",
                True,
                since=18,
            ),
        ],
    ),
    Case(
        "foreign-key-partitioned",
        """
        create table r (x integer primary key) partition by range (x);
        create table r1 partition of r for values from (1) to (10);
        create table t (a integer constraint f references r) partition by range (a);
        create table t1 partition of t for values from (1) to (10);
        """,
        {
            "constraint r_pkey on public.r": {"type": "primary key", "columns": ["x"]},
            "constraint r1_pkey on public.r1": {
                "type": "primary key",
                "columns": ["x"],
                "parent": "r_pkey on public.r",
            },
            "constraint f on public.t": {
                "type": "foreign key",
                "columns": ["a"],
                "references": "public.r",
                "referenced_columns": ["x"],
            },
        },
        absent=("constraint f on public.t1",),
    ),
    Case(
        "constraint-attached",
        """
        create schema "S";
        create table "S".p (a integer) partition by list (a); create table p1 partition of "S".p for values in (1);
        alter table only "S".p add constraint "U" unique (a); alter table p1 add constraint u1 unique (a);
        """,
        {
            'constraint "U" on "S".p': {"type": "unique", "columns": ["a"]},
            "constraint u1 on public.p1": {"type": "unique", "columns": ["a"]},
        },
        [
            Change(
                "constraint u1 on public.p1",
                "parent",
                'alter index "S"."U" attach partition u1',
                '"U" on "S".p',
            )
        ],
    ),
    Case(
        "exclusion",
        """
        create table t (r int4range, s int4range, a integer);
        alter table t add constraint x exclude using gist (r with &&, s range_ops with -|-) where (a > 0);
        """,
        {
            "constraint x on public.t": {
                "type": "exclude",
                "method": "gist",
                "elements": [
                    {"column": "r", "operator": "OPERATOR(pg_catalog.&&)"},
                    {"column": "s", "operator": "OPERATOR(pg_catalog.-|-)"},
                ],
                "where": "(a > 0)",
            }
        },
        [
            Change(
                "constraint x on public.t",
                "where",
                "alter table t drop constraint x, add constraint x exclude using gist (r with &&, s with -|-)",
                ABSENT,
            ),
            Change(
                "constraint x on public.t",
                "elements",
                "alter table t drop constraint x, add constraint x exclude using gist (r with =)",
                [{"column": "r", "operator": "OPERATOR(pg_catalog.=)"}],
            ),
            Change(
                "constraint x on public.t",
                "method",
                "alter table t drop constraint x, add constraint x exclude using btree (r with =)",
                "btree",
            ),
        ],
    ),
    Case(
        "temporal-18",
        """
        create table r (x int4range, p daterange, constraint k primary key (x, p without overlaps));
        create table t (a int4range, q daterange, constraint f foreign key (a, period q) references r (x, period p));
        create table u (x int4range, p daterange, constraint k2 unique (x, p));
        """,
        {
            "constraint k on public.r": {"type": "primary key", "columns": ["x", "p"], "without_overlaps": True},
            "constraint f on public.t": {
                "type": "foreign key",
                "columns": ["a", "q"],
                "references": "public.r",
                "referenced_columns": ["x", "p"],
                "period": True,
            },
        },
        [
            Change(
                "constraint k2 on public.u",
                "without_overlaps",
                "alter table u drop constraint k2, add constraint k2 unique (x, p without overlaps)",
                True,
            ),
            Change(
                "constraint f on public.t",
                "period",
                "alter table t drop constraint f; alter table r drop constraint k, add unique (x, p);"
                "alter table t add constraint f foreign key (a, q) references r (x, p)",
                ABSENT,
            ),
        ],
        since=18,
    ),
)
