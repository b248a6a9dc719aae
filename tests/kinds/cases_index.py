"""Cases of indexes and statistics objects."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("index", "statistics")

_HOSTILE = f"{SCHEMA}.{NAME}"
_A = [{"column": "a"}]

CASES = (
    Case(
        "index",
        "create table t (a integer, b text, c integer); create index i on t (a)",
        {"index public.i": {"method": "btree", "columns": _A}},
        [
            Change("index public.i", "unique", "drop index i; create unique index i on t (a)", True),
            Change("index public.i", "options", "alter index i set (fillfactor = 50)", {"fillfactor": "50"}),
            Change("index public.i", "tablespace", "alter index i set tablespace kc_space", "kc_space"),
            Change("index public.i", "tablespace", "alter index i set tablespace pg_default", ABSENT),
            Change(
                "index public.i",
                "include",
                "drop index i; create unique index i on t (a) include (c) with (fillfactor = 50)",
                ["c"],
            ),
            Change(
                "index public.i",
                "where",
                "drop index i; create unique index i on t (a) include (c) with (fillfactor = 50) where b is not null",
                "(b IS NOT NULL)",
            ),
            Change(
                "index public.i",
                "nulls_not_distinct",
                "drop index i; create unique index i on t (a) include (c) nulls not distinct with (fillfactor = 50) where b is not null",
                True,
                since=15,
            ),
        ],
        tablespaces=("kc_space",),
    ),
    Case(
        "index-columns",
        """
        create table t (a integer, b text, c text collate "POSIX", v tsvector);
        create index i on t (a desc, b nulls first, c desc nulls last, lower(b), (a + 1), b collate "C" text_pattern_ops);
        alter index i alter column 5 set statistics 9;
        create index g on t using gist (v tsvector_ops (siglen = 100));
        create index h on t using hash (b);
        """,
        {
            "index public.i": {
                "method": "btree",
                "columns": [
                    {"column": "a", "order": "desc"},
                    {"column": "b", "nulls": "first"},
                    {"column": "c", "order": "desc", "nulls": "last"},
                    {"expression": "lower(b)"},
                    {"expression": "((a + 1))", "statistics": 9},
                    {"column": "b", "collation": 'pg_catalog."C"', "opclass": "pg_catalog.text_pattern_ops"},
                ],
            },
            "index public.g": {
                "method": "gist",
                "columns": [
                    {"column": "v", "opclass": "pg_catalog.tsvector_ops", "opclass_options": {"siglen": "100"}}
                ],
            },
            "index public.h": {"method": "hash", "columns": [{"column": "b"}]},
        },
        [
            Change("index public.h", "method", "drop index h; create index h on t using btree (b)", "btree"),
            Change(
                "index public.h",
                "columns",
                "drop index h; create index h on t (b desc)",
                [{"column": "b", "order": "desc"}],
            ),
        ],
    ),
    Case(
        "index-hostile",
        f"""
        create schema {SCHEMA}; create table {SCHEMA}."t t" ({NAME} integer, "b ""b" text);
        create index {NAME} on {SCHEMA}."t t" ({NAME}) include ("b ""b") where "b ""b" = 'x';
        create statistics {_HOSTILE} on {NAME}, "b ""b" from {SCHEMA}."t t";
        """,
        {
            f"index {_HOSTILE}": {
                "method": "btree",
                "columns": [{"column": BARE}],
                "include": ['b "b'],
                "where": '("b ""b" = \'x\'::text)',
            },
            f"statistics {_HOSTILE}": {"kinds": ["dependencies", "mcv", "ndistinct"], "columns": [BARE, 'b "b']},
        },
    ),
    Case(
        "index-partitioned",
        """
        create table p (a integer, b text) partition by list (a);
        create table p1 partition of p for values in (1); create table p2 partition of p for values in (2) partition by list (a);
        create table p21 partition of p2 for values in (2);
        create index i on p (b); create index lone on only p (a); create index waits on p1 (a);
        """,
        {
            "index public.i": {"method": "btree", "columns": [{"column": "b"}]},
            "index public.p1_b_idx": {"method": "btree", "columns": [{"column": "b"}], "parent": "public.i"},
            "index public.p21_b_idx": {"method": "btree", "columns": [{"column": "b"}], "parent": "public.p2_b_idx"},
        },
        [Change("index public.waits", "parent", "alter index lone attach partition waits", "public.lone")],
    ),
    Case(
        "index-of-materialized-view",
        "create materialized view v as select 1 as a; create unique index i on v (a)",
        {"index public.i": {"method": "btree", "unique": True, "columns": _A}},
    ),
    Case(
        "statistics",
        "create table t (a integer, b integer, c integer); create statistics s (ndistinct) on b, a from t",
        {"statistics public.s": {"kinds": ["ndistinct"], "columns": ["a", "b"]}},
        [
            Change("statistics public.s", "target", "alter statistics s set statistics 5", 5),
            Change("statistics public.s", "target", "alter statistics s set statistics -1", ABSENT),
            Change(
                "statistics public.s", "kinds", "drop statistics s; create statistics s (mcv) on a, b from t", ["mcv"]
            ),
            Change(
                "statistics public.s",
                "columns",
                "drop statistics s; create statistics s (mcv) on a, c from t",
                ["a", "c"],
            ),
        ],
    ),
    Case(
        "statistics-of-expressions",
        "create table t (a integer, b text); create statistics s on lower(b) from t; create statistics u on a, (a + 1), lower(b) from t",
        {
            "statistics public.s": {"expressions": ["lower(b)"]},
            "statistics public.u": {
                "kinds": ["dependencies", "mcv", "ndistinct"],
                "columns": ["a"],
                "expressions": ["(a + 1)", "lower(b)"],
            },
        },
        [
            Change(
                "statistics public.s",
                "expressions",
                "drop statistics s; create statistics s on upper(b) from t",
                ["upper(b)"],
            )
        ],
        since=14,
    ),
)
