"""Cases of languages, transforms and access methods."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change

KINDS = ("language", "transform", "access method")

L = "language l"
T = "transform for public.t language sql"
A = "access method a"
_HANDLERS = """
create function h() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function i(internal) returns void language c as '$libdir/plpgsql', 'plpgsql_inline_handler';
create function v(oid) returns void language c as '$libdir/plpgsql', 'plpgsql_validator';
"""
_FUNCTIONS = """
create type t as enum ();
create function f(internal) returns internal language internal immutable as 'generate_series_int4_support';
create function g(internal) returns internal language internal immutable as 'generate_series_int4_support';
create function from_f(internal) returns t language internal immutable as 'generate_series_int4_support';
create function from_g(internal) returns t language internal immutable as 'generate_series_int4_support';
"""


def _language(attribute: str, clauses: str, to: object, trusted: str = "") -> Change:
    return Change(L, attribute, f"drop language l; create {trusted} language l {clauses}", to)


CASES = (
    Case(
        "language",
        "create language l handler plpgsql_call_handler",
        {L: {"handler": "plpgsql_call_handler"}},
        [
            _language("inline", "handler plpgsql_call_handler inline i", "public.i"),
            _language("validator", "handler plpgsql_call_handler inline i validator v", "public.v"),
            _language("handler", "handler h inline i validator v", "public.h"),
            _language("trusted", "handler h inline i validator v", True, "trusted"),
        ],
        given=_HANDLERS,
        absent=("language plpgsql", "language sql", "function pg_catalog.plpgsql_call_handler()"),
    ),
    Case(
        "language-hostile",
        f"create trusted language {NAME} handler plpgsql_call_handler validator plpgsql_validator",
        {f"language {NAME}": {"handler": "plpgsql_call_handler", "validator": "plpgsql_validator", "trusted": True}},
    ),
    Case(
        "transform",
        "create transform for t language sql (from sql with function f(internal), to sql with function from_f(internal))",
        {T: {"from_sql": "public.f(internal)", "to_sql": "public.from_f(internal)"}},
        [
            Change(
                T,
                "from_sql",
                "create or replace transform for t language sql"
                " (from sql with function g(internal), to sql with function from_f(internal))",
                "public.g(internal)",
            ),
            Change(
                T,
                "to_sql",
                "create or replace transform for t language sql"
                " (from sql with function g(internal), to sql with function from_g(internal))",
                "public.from_g(internal)",
            ),
            Change(
                T,
                "from_sql",
                "create or replace transform for t language sql (to sql with function from_g(internal))",
                ABSENT,
            ),
        ],
        given=_FUNCTIONS,
    ),
    Case(
        "transform-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum ();"
        f"create language {NAME} handler plpgsql_call_handler;"
        f"create transform for {SCHEMA}.{NAME} language {NAME} (from sql with function f(internal))",
        {f"transform for {SCHEMA}.{NAME} language {NAME}": {"from_sql": "public.f(internal)"}},
        given=_FUNCTIONS,
    ),
    Case(
        "access-method",
        "create access method a type index handler bthandler",
        {A: {"type": "index", "handler": "bthandler"}},
        [
            Change(
                A,
                "handler",
                "drop access method a; create access method a type index handler hashhandler",
                "hashhandler",
            ),
            Change(
                A,
                "type",
                "drop access method a; create access method a type table handler heap_tableam_handler",
                "table",
                along=("handler",),
            ),
        ],
    ),
    Case(
        "access-method-hostile",
        f"create access method {NAME} type table handler heap_tableam_handler",
        {f"access method {NAME}": {"type": "table", "handler": "heap_tableam_handler"}},
    ),
)
