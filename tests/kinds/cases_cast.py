"""Cases of casts."""

from kinds.cases import ABSENT, HAS_HSTORE, NAME, SCHEMA, Case, Change

KINDS = ("cast",)

C = "cast (public.m AS integer)"
_MADE = """
create type m as enum ('a');
create function f(m) returns int language sql as 'select 1';
create function g(m, int) returns int language sql as 'select 1';
"""

CASES = (
    Case(
        "cast",
        "create cast (m as int) with function f(m) as implicit",
        {C: {"method": "function", "function": "public.f(public.m)", "context": "implicit"}},
        [
            Change(C, "context", f"drop {C}; create {C} with function f(m) as assignment", "assignment"),
            Change(C, "context", f"drop {C}; create {C} with function f(m)", ABSENT),
            Change(C, "function", f"drop {C}; create {C} with function g(m, int)", "public.g(public.m,integer)"),
            Change(C, "method", f"drop {C}; create {C} with inout", "inout", along=("function",)),
        ],
        given=_MADE,
    ),
    Case(
        "cast-binary",
        "create cast (bytea as json) without function; create cast (m as varchar) with inout as assignment;"
        "create cast (character as m) with inout",
        {
            "cast (bytea AS json)": {"method": "binary"},
            "cast (public.m AS character varying)": {"method": "inout", "context": "assignment"},
            "cast (character AS public.m)": {"method": "inout"},
        },
        given=_MADE,
    ),
    Case(
        "cast-of-an-extension",
        "create extension hstore",
        {},
        absent=("cast (text[] AS public.hstore)", "base type public.hstore", "function public.hstore(text[])"),
        needs=HAS_HSTORE,
    ),
    Case(
        "cast-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum (); create cast ({SCHEMA}.{NAME} as int) with inout",
        {f"cast ({SCHEMA}.{NAME} AS integer)": {"method": "inout"}},
    ),
)
