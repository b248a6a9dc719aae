"""Cases of aggregates."""

from kinds.cases import ABSENT, BARE, NAME, SCHEMA, Case, Change, anew

KINDS = ("aggregate",)

A = "aggregate public.a(integer)"
_FUNCTIONS = """
create function s(int, int) returns int language sql as 'select $1';
create function s(bigint, int) returns bigint language sql as 'select $1';
create function fin(int) returns int language sql as 'select $1';
create function fin(bigint) returns int language sql as 'select 1';
create function fin(bigint, int) returns int language sql as 'select 1';
"""
_RANK = "(sfunc = st, stype = int, finalfunc = fi, finalfunc_extra)"
_RANK_FUNCTIONS = """
create function st(int, int) returns int language sql as 'select $1';
create function st(int, int, int) returns int language sql as 'select $1';
create function fi(int, int, int) returns int language sql as 'select $1';
create function fi(int, int, int, int) returns int language sql as 'select $1';
"""

CASES = (
    Case(
        "aggregate",
        "create aggregate a(int) (sfunc = s, stype = int)",
        {A: {"arguments": [{"type": "integer"}], "sfunc": "public.s", "stype": "integer"}},
        anew(
            A,
            "create aggregate a(int)",
            {"sfunc": "s", "stype": "int"},
            [
                ("finalfunc", {"finalfunc": "fin"}, "public.fin"),
                ("stype", {"stype": "bigint"}, "bigint"),
                ("finalfunc_extra", {"finalfunc_extra": "true"}, True),
                ("finalfunc_modify", {"finalfunc_modify": "read_write"}, "read_write"),
                ("finalfunc_modify", {"finalfunc_modify": "shareable"}, "shareable"),
                ("finalfunc_modify", {"finalfunc_modify": "read_only"}, ABSENT),
                ("finalfunc_extra", {"finalfunc_extra": None}, ABSENT),
                ("stype", {"stype": "int"}, "integer"),
                ("finalfunc", {"finalfunc": None}, ABSENT),
                ("sfunc", {"sfunc": "int4pl"}, "int4pl"),
                ("sspace", {"sspace": "100"}, 100),
                ("combinefunc", {"combinefunc": "int4pl"}, "int4pl"),
                ("initcond", {"initcond": "' 1'"}, " 1"),
                ("sortop", {"sortop": "operator(pg_catalog.<)"}, "pg_catalog.<"),
                ("parallel", {"parallel": "safe"}, "safe"),
                ("parallel", {"parallel": "restricted"}, "restricted"),
            ],
        )
        + [
            Change(
                A,
                "arguments",
                "create or replace aggregate a(x int) (sfunc = int4pl, stype = int, sspace = 100, combinefunc = int4pl,"
                " initcond = ' 1', sortop = operator(pg_catalog.<), parallel = restricted)",
                [{"name": "x", "type": "integer"}],
            )
        ],
        given=_FUNCTIONS,
    ),
    Case(
        "aggregate-direct-arguments",
        f"create aggregate a(int order by int, int) {_RANK}",
        {
            "aggregate public.a(integer,integer,integer)": {
                "arguments": [{"type": "integer"}, {"type": "integer"}, {"type": "integer"}],
                "kind": "ordered-set",
                "direct_arguments": 1,
                "sfunc": "public.st",
                "stype": "integer",
                "finalfunc": "public.fi",
                "finalfunc_extra": True,
            }
        },
        [
            Change(
                "aggregate public.a(integer,integer,integer)",
                "direct_arguments",
                f"drop aggregate a(int order by int, int); create aggregate a(int, int order by int) {_RANK}",
                2,
            ),
        ],
        given=_RANK_FUNCTIONS,
    ),
    Case(
        "aggregate-kind",
        f"create aggregate a(int order by int) {_RANK}",
        {},
        [
            Change(
                "aggregate public.a(integer,integer)",
                "kind",
                "drop aggregate a(int order by int); create aggregate a(int order by int) "
                + _RANK.replace(")", ", hypothetical)"),
                "hypothetical",
            ),
        ],
        given=_RANK_FUNCTIONS,
    ),
    Case(
        "aggregate-moving",
        "create aggregate a(int) (sfunc = s, stype = int, finalfunc = fin, msfunc = s, minvfunc = s, mstype = int, mfinalfunc = fin)",
        {
            A: {
                "arguments": [{"type": "integer"}],
                "sfunc": "public.s",
                "stype": "integer",
                "finalfunc": "public.fin",
                "msfunc": "public.s",
                "minvfunc": "public.s",
                "mstype": "integer",
                "mfinalfunc": "public.fin",
            }
        },
        anew(
            A,
            "create aggregate a(int)",
            {
                "sfunc": "s",
                "stype": "int",
                "finalfunc": "fin",
                "msfunc": "s",
                "minvfunc": "s",
                "mstype": "int",
                "mfinalfunc": "fin",
            },
            [
                ("mstype", {"mstype": "bigint"}, "bigint"),
                ("mfinalfunc_extra", {"mfinalfunc_extra": "true"}, True),
                ("mfinalfunc_modify", {"mfinalfunc_modify": "read_write"}, "read_write"),
                ("minitcond", {"minitcond": "'2'"}, "2"),
                ("msspace", {"msspace": "8"}, 8),
                ("mfinalfunc_extra", {"mfinalfunc_extra": None}, ABSENT),
                ("mstype", {"mstype": "int"}, "integer"),
                ("mfinalfunc", {"mfinalfunc": None}, ABSENT),
                ("msfunc", {"msfunc": "other"}, "public.other"),
                ("minvfunc", {"minvfunc": "other"}, "public.other"),
            ],
        ),
        given=_FUNCTIONS + "create function other(int, int) returns int language sql as 'select $1';",
    ),
    Case(
        "aggregate-serialized",
        "create aggregate a(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg,"
        " combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize)",
        {
            "aggregate public.a(numeric)": {
                "arguments": [{"type": "numeric"}],
                "sfunc": "numeric_avg_accum",
                "stype": "internal",
                "finalfunc": "numeric_avg",
                "combinefunc": "numeric_avg_combine",
                "serialfunc": "numeric_avg_serialize",
                "deserialfunc": "numeric_avg_deserialize",
            }
        },
        anew(
            "aggregate public.a(numeric)",
            "create aggregate a(numeric)",
            {
                "sfunc": "numeric_avg_accum",
                "stype": "internal",
                "finalfunc": "numeric_avg",
                "combinefunc": "numeric_avg_combine",
                "serialfunc": "numeric_avg_serialize",
                "deserialfunc": "numeric_avg_deserialize",
            },
            [
                ("serialfunc", {"serialfunc": "int8_avg_serialize"}, "int8_avg_serialize"),
                ("deserialfunc", {"deserialfunc": "int8_avg_deserialize"}, "int8_avg_deserialize"),
            ],
        ),
    ),
    Case(
        "aggregate-ordered-set",
        """
        create aggregate d(p float8 order by x anyelement) (
          sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
        create aggregate r(variadic "any" order by variadic "any") (
          sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
        create aggregate o(order by int) (sfunc = int4pl, stype = int);
        create aggregate c(*) (sfunc = int8inc, stype = bigint, initcond = 0);
        create aggregate v(variadic text[]) (sfunc = array_cat, stype = text[]);
        """,
        {
            "aggregate public.d(double precision,anyelement)": {
                "arguments": [{"name": "p", "type": "double precision"}, {"name": "x", "type": "anyelement"}],
                "kind": "ordered-set",
                "direct_arguments": 1,
                "sfunc": "ordered_set_transition",
                "stype": "internal",
                "finalfunc": "percentile_disc_final",
                "finalfunc_extra": True,
            },
            'aggregate public.r("any")': {
                "arguments": [{"mode": "variadic", "type": '"any"'}],
                "kind": "hypothetical",
                "direct_arguments": 1,
                "sfunc": "ordered_set_transition_multi",
                "stype": "internal",
                "finalfunc": "rank_final",
                "finalfunc_extra": True,
            },
            "aggregate public.o(integer)": {
                "arguments": [{"type": "integer"}],
                "kind": "ordered-set",
                "direct_arguments": 0,
                "sfunc": "int4pl",
                "stype": "integer",
            },
            "aggregate public.c()": {"sfunc": "int8inc", "stype": "bigint", "initcond": "0"},
            "aggregate public.v(text[])": {
                "arguments": [{"mode": "variadic", "type": "text[]"}],
                "sfunc": "array_cat",
                "stype": "text[]",
            },
        },
    ),
    Case(
        "aggregate-hostile",
        f"create aggregate {SCHEMA}.{NAME}({NAME} {SCHEMA}.{NAME}) (sfunc = {SCHEMA}.{NAME}, stype = {SCHEMA}.{NAME})",
        {
            f"aggregate {SCHEMA}.{NAME}({SCHEMA}.{NAME})": {
                "arguments": [{"name": BARE, "type": f"{SCHEMA}.{NAME}"}],
                "sfunc": f"{SCHEMA}.{NAME}",
                "stype": f"{SCHEMA}.{NAME}",
            }
        },
        given=f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum ();"
        f"create function {SCHEMA}.{NAME}({SCHEMA}.{NAME}, {SCHEMA}.{NAME}) returns {SCHEMA}.{NAME} language sql as 'select $1'",
    ),
)
