"""Cases of functions and procedures."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change

KINDS = ("function", "procedure")

F = "function public.f(integer)"
P = "procedure public.p(integer)"
_INTERNAL = {"language": "internal", "returns": "integer", "volatility": "immutable", "strict": True}


def _f(attribute: str, statement: str, to: object, **versions: int) -> Change:
    return Change(F, attribute, f"alter function f(int) {statement}", to, **versions)


def _anew(key: str, attribute: str, statement: str, to: object, **versions: int) -> Change:
    return Change(key, attribute, f"drop {key}; create {statement}", to, **versions)


CASES = (
    Case(
        "function",
        "create function f(int) returns int language sql as 'select 1'",
        {F: {"language": "sql", "arguments": [{"type": "integer"}], "returns": "integer", "body": "select 1"}},
        [
            _f("volatility", "stable", "stable"),
            _f("volatility", "immutable", "immutable"),
            _f("volatility", "volatile", ABSENT),
            _f("strict", "strict", True),
            _f("security_definer", "security definer", True),
            _f("leakproof", "leakproof", True),
            _f("parallel", "parallel safe", "safe"),
            _f("parallel", "parallel restricted", "restricted"),
            _f("cost", "cost 12345678", 12345678),
            _f("cost", "cost 0.5", "0.5"),
            _f("cost", "cost 1e30", "1e+30"),
            _f("cost", "cost 100", ABSENT),
            _f("config", "set search_path to public, \"My, Schema\", ''", {"search_path": 'public, "My, Schema", ""'}),
            _f("config", "reset search_path", ABSENT),
            _f("config", "set my.thing to 'a, \"b\"=c'", {"my.thing": 'a, "b"=c'}),
            Change(
                F,
                "body",
                "create or replace function f(int) returns int language sql strict leakproof security definer"
                " parallel restricted set my.thing to 'a, \"b\"=c' as $_$select '$$'::text::int$_$",
                "select '$$'::text::int",
            ),
            _anew(
                F,
                "config",
                "function f(int) returns int language sql strict leakproof security definer"
                " parallel restricted as $_$select '$$'::text::int$_$",
                ABSENT,
            ),
            Change(
                F,
                "returns",
                f"drop {F}; create function f(int) returns bigint language sql strict leakproof"
                " security definer parallel restricted as $_$select '$$'::text::int$_$",
                "bigint",
            ),
            Change(
                F,
                "arguments",
                "create or replace function f(x int default 1 + 1) returns bigint language sql strict"
                " leakproof security definer parallel restricted as $_$select '$$'::text::int$_$",
                [{"name": "x", "type": "integer", "default": "(1 + 1)"}],
            ),
            Change(
                F,
                "language",
                "set check_function_bodies = off; create or replace function f(x int default 1 + 1) returns bigint language plpgsql strict"
                " leakproof security definer parallel restricted as $_$select '$$'::text::int$_$",
                "plpgsql",
            ),
        ],
    ),
    Case(
        "function-set",
        "create function f(int) returns setof int language sql as 'select 1'",
        {
            F: {
                "language": "sql",
                "arguments": [{"type": "integer"}],
                "returns": "integer",
                "set": True,
                "body": "select 1",
            }
        },
        [
            _f("rows", "rows 5", 5),
            _f("rows", "rows 1000", ABSENT),
            _f("support", "support generate_series_int4_support", "generate_series_int4_support"),
            _anew(F, "support", "function f(int) returns setof int language sql as 'select 1'", ABSENT),
            _anew(F, "set", "function f(int) returns int language sql as 'select 1'", ABSENT),
        ],
    ),
    Case(
        "function-arguments",
        """
        create function a(in x int, out y text, inout "Z" numeric(5,2), variadic w int[] default '{}') language sql as 'select null, 1.0';
        create function b(out x int) returns setof int language sql as 'select 1';
        create function c(int) returns table ("select" int, b text[]) language sql as 'select 1, null::text[]';
        create function d() returns record language sql as 'select 1, 2';
        create function e(character, bit, "char", varchar(3), timestamp(2) with time zone, int[][]) returns void language sql as '';
        create function g(out int, out int) returns setof record language sql as 'select 1, 2';
        create function h(anyelement, a int = 3, "b c" text = $$it's \\ so$$) returns anyelement language sql as 'select $1';
        """,
        {
            "function public.a(integer,numeric,integer[])": {
                "language": "sql",
                "arguments": [
                    {"name": "x", "type": "integer"},
                    {"name": "y", "mode": "out", "type": "text"},
                    {"name": "Z", "mode": "inout", "type": "numeric"},
                    {"name": "w", "mode": "variadic", "type": "integer[]", "default": "'{}'::integer[]"},
                ],
                "body": "select null, 1.0",
            },
            "function public.b()": {
                "language": "sql",
                "arguments": [{"name": "x", "mode": "out", "type": "integer"}],
                "set": True,
                "body": "select 1",
            },
            "function public.c(integer)": {
                "language": "sql",
                "arguments": [
                    {"type": "integer"},
                    {"name": "select", "mode": "table", "type": "integer"},
                    {"name": "b", "mode": "table", "type": "text[]"},
                ],
                "body": "select 1, null::text[]",
            },
            "function public.d()": {"language": "sql", "returns": "record", "body": "select 1, 2"},
            'function public.e(character,bit,"char",character varying,timestamp with time zone,integer[])': {
                "language": "sql",
                "arguments": [
                    {"type": "character"},
                    {"type": "bit"},
                    {"type": '"char"'},
                    {"type": "character varying"},
                    {"type": "timestamp with time zone"},
                    {"type": "integer[]"},
                ],
                "returns": "void",
                "body": "",
            },
            "function public.g()": {
                "language": "sql",
                "arguments": [{"mode": "out", "type": "integer"}, {"mode": "out", "type": "integer"}],
                "set": True,
                "body": "select 1, 2",
            },
            "function public.h(anyelement,integer,text)": {
                "language": "sql",
                "arguments": [
                    {"type": "anyelement"},
                    {"name": "a", "type": "integer", "default": "3"},
                    {"name": "b c", "type": "text", "default": "'it''s \\ so'::text"},
                ],
                "returns": "anyelement",
                "body": "select $1",
            },
        },
    ),
    Case(
        "function-internal-and-window",
        "create function f(int) returns int language internal immutable strict as 'int4abs';"
        "create function w() returns bigint language internal window as 'window_row_number'",
        {
            F: _INTERNAL | {"arguments": [{"type": "integer"}], "body": "int4abs"},
            "function public.w()": {
                "language": "internal",
                "returns": "bigint",
                "window": True,
                "body": "window_row_number",
            },
        },
        [
            _f("cost", "cost 100", 100),
            _f("cost", "cost 1", ABSENT),
            _anew(
                "function public.w()",
                "window",
                "function w() returns bigint language internal as 'window_row_number'",
                ABSENT,
            ),
        ],
    ),
    Case(
        "function-c",
        "create function f(internal) returns internal language c as '$libdir/utf8_and_win', 'win_to_utf8'",
        {
            "function public.f(internal)": {
                "language": "c",
                "arguments": [{"type": "internal"}],
                "returns": "internal",
                "library": "$libdir/utf8_and_win",
                "body": "win_to_utf8",
            }
        },
        [
            Change(
                "function public.f(internal)",
                "library",
                "create or replace function f(internal) returns internal language c as 'utf8_and_win', 'win_to_utf8'",
                "utf8_and_win",
            ),
        ],
    ),
    Case(
        "function-sql-body",
        "create function f(x int) returns bigint begin atomic insert into t values (x); select count(*) from t; end;"
        "create function g(x int) returns int return x + 1",
        {
            F: {
                "language": "sql",
                "arguments": [{"name": "x", "type": "integer"}],
                "returns": "bigint",
                "sql_body": "BEGIN ATOMIC\n INSERT INTO public.t (a)\n   VALUES (f.x);\n SELECT count(*) AS count\n    FROM public.t;\nEND",
            },
            "function public.g(integer)": {
                "language": "sql",
                "arguments": [{"name": "x", "type": "integer"}],
                "returns": "integer",
                "sql_body": "RETURN (x + 1)",
            },
        },
        [
            Change(
                "function public.g(integer)",
                "sql_body",
                "create or replace function g(x int) returns int return x + 2",
                "RETURN (x + 2)",
            ),
        ],
        given="create table t (a int)",
        since=14,
    ),
    Case(
        "function-transforms",
        "create function f(t) returns t transform for type t language sql as 'select $1'",
        {
            "function public.f(public.t)": {
                "language": "sql",
                "arguments": [{"type": "public.t"}],
                "returns": "public.t",
                "transforms": ["public.t"],
                "body": "select $1",
            }
        },
        [
            Change(
                "function public.f(public.t)",
                "transforms",
                "create or replace function f(t) returns t language sql as 'select $1'",
                ABSENT,
            )
        ],
        given="""
        create type t as enum ();
        create function from_sql(internal) returns internal language internal immutable as 'generate_series_int4_support';
        create transform for t language sql (from sql with function from_sql(internal));
        """,
    ),
    Case(
        "function-extension",
        "create function f(int) returns int language sql as 'select 1'; alter function f(int) depends on extension plpgsql;"
        "create procedure p(int) language sql as ''",
        {
            F: {
                "language": "sql",
                "arguments": [{"type": "integer"}],
                "returns": "integer",
                "body": "select 1",
                "depends_on_extensions": ["plpgsql"],
            },
            P: {"language": "sql", "arguments": [{"type": "integer"}], "body": ""},
        },
        [
            Change(F, "depends_on_extensions", "alter function f(int) no depends on extension plpgsql", ABSENT),
            Change(P, "depends_on_extensions", "alter procedure p(int) depends on extension plpgsql", ["plpgsql"]),
        ],
    ),
    Case(
        "function-made-by-range",
        "create type r as range (subtype = int)",
        {},
        absent=("function public.r(integer,integer)", "function public.r(integer,integer,text)"),
    ),
    Case(
        "function-hostile",
        f"create function {SCHEMA}.{NAME}({NAME} {SCHEMA}.{NAME}) returns {SCHEMA}.{NAME}[] language plpgsql"
        f" set a.b to $${BARE}$$ as $x$begin end -- $$ $body$ '\\\r\n$x$",
        {
            f"function {SCHEMA}.{NAME}({SCHEMA}.{NAME})": {
                "language": "plpgsql",
                "arguments": [{"name": BARE, "type": f"{SCHEMA}.{NAME}"}],
                "returns": f"{SCHEMA}.{NAME}[]",
                "config": {"a.b": BARE},
                "body": "begin end -- $$ $body$ '\\\r\n",
            }
        },
        given=f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum ()",
    ),
    Case(
        "procedure",
        "create procedure p(int) language sql as 'select 1'",
        {P: {"language": "sql", "arguments": [{"type": "integer"}], "body": "select 1"}},
        [
            Change(P, "security_definer", "alter procedure p(int) security definer", True),
            Change(P, "security_definer", "alter procedure p(int) security invoker", ABSENT),
            Change(P, "config", "alter procedure p(int) set work_mem to '4MB'", {"work_mem": "4MB"}),
            Change(
                P, "config", "alter procedure p(int) set search_path to ''", {"work_mem": "4MB", "search_path": '""'}
            ),
            Change(P, "config", "alter procedure p(int) reset all", ABSENT),
            Change(P, "body", "create or replace procedure p(int) language sql as 'select 2'", "select 2"),
            Change(
                P,
                "arguments",
                "create or replace procedure p(a int) language sql as 'select 2'",
                [{"name": "a", "type": "integer"}],
            ),
            Change(
                P,
                "language",
                "set check_function_bodies = off; create or replace procedure p(a int) language plpgsql as 'select 2'",
                "plpgsql",
            ),
        ],
    ),
    Case(
        "procedure-sql-body",
        "create procedure p(int) begin atomic; select 1; end",
        {P: {"language": "sql", "arguments": [{"type": "integer"}], "sql_body": "BEGIN ATOMIC\n SELECT 1;\nEND"}},
        [Change(P, "sql_body", "create or replace procedure p(int) begin atomic; select 2; end")],
        since=14,
    ),
    Case(
        "procedure-c-and-transforms",
        "create procedure p(int) language c as 'utf8_and_win', 'win_to_utf8'; "
        "create procedure q(t) transform for type t language sql as ''",
        {
            P: {"language": "c", "arguments": [{"type": "integer"}], "library": "utf8_and_win", "body": "win_to_utf8"},
            "procedure public.q(public.t)": {
                "language": "sql",
                "arguments": [{"type": "public.t"}],
                "transforms": ["public.t"],
                "body": "",
            },
        },
        [
            Change(
                P, "library", "create or replace procedure p(int) language c as '$libdir/utf8_and_win', 'win_to_utf8'"
            ),
            Change(
                "procedure public.q(public.t)",
                "transforms",
                "create or replace procedure q(t) language sql as ''",
                ABSENT,
            ),
        ],
        given="""
        create type t as enum ();
        create function from_sql(internal) returns internal language internal immutable as 'generate_series_int4_support';
        create transform for t language sql (from sql with function from_sql(internal));
        """,
    ),
    Case(
        "procedure-inout",
        "create procedure p(inout a int, in b text default null) language sql as 'select 1'",
        {
            "procedure public.p(integer,text)": {
                "language": "sql",
                "arguments": [
                    {"name": "a", "mode": "inout", "type": "integer"},
                    {"name": "b", "type": "text", "default": "NULL::text"},
                ],
                "body": "select 1",
            }
        },
    ),
    Case(
        "procedure-hostile",
        f"create schema {SCHEMA}; create procedure {SCHEMA}.{NAME}({NAME} int) language sql as ''",
        {
            f"procedure {SCHEMA}.{NAME}(integer)": {
                "language": "sql",
                "arguments": [{"name": BARE, "type": "integer"}],
                "body": "",
            }
        },
    ),
)
