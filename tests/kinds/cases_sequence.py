"""Cases of sequences and of views."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("sequence", "materialized view", "view")

_HOSTILE = f"{SCHEMA}.{NAME}"
_USUAL = {"type": "bigint", "start": 1, "increment": 1, "min": 1, "max": 9223372036854775807, "cache": 1}


def _query(major: int) -> str:
    """Before 16 every column is told with its table."""
    return " SELECT a,\n    b\n   FROM public.t" if major >= 16 else " SELECT t.a,\n    t.b\n   FROM public.t"


CASES = (
    Case(
        "sequence",
        "create sequence s; create table t (a bigint); create table serials (a serial, b bigserial)",
        {
            "sequence public.s": _USUAL,
            "sequence public.serials_a_seq": {
                **_USUAL,
                "type": "integer",
                "max": 2147483647,
                "owned_by": "public.serials.a",
            },
            "default public.serials.a": {"expression": "nextval('public.serials_a_seq'::regclass)"},
        },
        [
            Change("sequence public.s", "start", "alter sequence s start 5", 5),
            Change("sequence public.s", "increment", "alter sequence s increment 3", 3),
            Change("sequence public.s", "min", "alter sequence s minvalue -7", -7),
            Change("sequence public.s", "max", "alter sequence s maxvalue 30000", 30000),
            Change("sequence public.s", "cache", "alter sequence s cache 4", 4),
            Change("sequence public.s", "cycle", "alter sequence s cycle", True),
            Change("sequence public.s", "type", "alter sequence s as smallint", "smallint"),
            Change("sequence public.s", "owned_by", "alter sequence s owned by t.a", "public.t.a"),
            Change("sequence public.s", "owned_by", "alter sequence s owned by none", ABSENT),
            Change("sequence public.s", "persistence", "alter sequence s set unlogged", "unlogged", since=15),
        ],
    ),
    Case(
        "sequence-hostile",
        f"create schema {SCHEMA}; create sequence {_HOSTILE} increment -1; create table {SCHEMA}.t ({NAME} integer);"
        f"alter sequence {_HOSTILE} owned by {SCHEMA}.t.{NAME}",
        {
            f"sequence {_HOSTILE}": {
                **_USUAL,
                "start": -1,
                "increment": -1,
                "min": -9223372036854775808,
                "max": -1,
                "owned_by": f"{SCHEMA}.t.{NAME}",
            }
        },
    ),
    Case(
        "view",
        "create table t (a integer, b text); create view v as select a, b from t",
        lambda major: {"view public.v": {"query": _query(major), "columns": [["a", "integer"], ["b", "text"]]}},
        [
            Change(
                "view public.v", "options", "alter view v set (security_barrier = true)", {"security_barrier": "true"}
            ),
            Change(
                "view public.v",
                "query",
                "create or replace view v with (security_barrier = true) as select a, b from t where a > 1",
            ),
            Change("view public.v", "options", "alter view v reset (security_barrier)", ABSENT),
            Change(
                "view public.v",
                "columns",
                "drop view v; alter table t alter a type bigint; create view v as select a, b from t where a > 1",
                [["a", "bigint"], ["b", "text"]],
            ),
        ],
    ),
    Case(
        "view-columns",
        'create view v (x, "Y y") as select 1::integer as x, \'a\'::text as "Y y"',
        {
            "view public.v": {
                "query": " SELECT 1 AS x,\n    'a'::text AS \"Y y\"",
                "columns": [["x", "integer"], ["Y y", "text"]],
            }
        },
    ),
    Case(
        "view-hostile",
        f"create schema {SCHEMA}; create view {_HOSTILE} ({NAME}) as select 1;"
        f"create materialized view {SCHEMA}.m ({NAME}) as select 1",
        {
            f"view {_HOSTILE}": {"query": f" SELECT 1 AS {NAME}", "columns": [[BARE, "integer"]]},
        },
    ),
    Case(
        "materialized-view-hostile",
        f"create schema {SCHEMA}; create materialized view {_HOSTILE} ({NAME}) as select 1",
        {f"materialized view {_HOSTILE}": {"query": f" SELECT 1 AS {NAME}", "columns": [[BARE, "integer"]]}},
    ),
    Case(
        "materialized-view",
        "create table t (a integer, b text); create materialized view v as select a, b from t; create index i on v (a)",
        lambda major: {
            "materialized view public.v": {"query": _query(major), "columns": [["a", "integer"], ["b", "text"]]}
        },
        [
            Change(
                "materialized view public.v",
                "options",
                "alter materialized view v set (fillfactor = 50)",
                {"fillfactor": "50"},
            ),
            Change(
                "materialized view public.v",
                "toast_options",
                "alter materialized view v set (toast.autovacuum_enabled = false)",
                {"autovacuum_enabled": "false"},
            ),
            Change("materialized view public.v", "cluster_on", "alter materialized view v cluster on i", "i"),
            Change(
                "materialized view public.v",
                "tablespace",
                "alter materialized view v set tablespace kc_space",
                "kc_space",
            ),
            Change(
                "materialized view public.v",
                "column_settings",
                "alter materialized view v alter a set statistics 4, alter b set storage external, alter b set (n_distinct = 3)",
                {"a": {"statistics": 4}, "b": {"storage": "external", "options": {"n_distinct": "3"}}},
            ),
        ],
        tablespaces=("kc_space",),
    ),
    Case(
        "materialized-view-made-anew",
        "create table t (a integer); create materialized view v as select 1 as a",
        {"materialized view public.v": {"query": " SELECT 1 AS a", "columns": [["a", "integer"]]}},
        [
            Change(
                "materialized view public.v",
                "query",
                "drop materialized view v; create materialized view v as select a from t",
            ),
            Change(
                "materialized view public.v",
                "columns",
                "drop materialized view v; alter table t alter a type bigint; create materialized view v as select a from t",
                [["a", "bigint"]],
            ),
            Change(
                "materialized view public.v",
                "query",
                "drop materialized view v; create materialized view v as select 2::bigint as a",
            ),
            Change(
                "materialized view public.v",
                "access_method",
                "drop materialized view v; create materialized view v using other as select 2::bigint as a",
                "other",
            ),
        ],
        given="create access method other type table handler heap_tableam_handler",
    ),
)
