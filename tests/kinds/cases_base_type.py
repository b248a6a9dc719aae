"""Cases of base types and shell types."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change, anew

KINDS = ("base type", "shell type")

B = "base type public.b"


def _functions(name: str) -> str:
    return f"""
        create type {name};
        create function b_in(cstring) returns {name} language internal immutable strict as 'int4in';
        create function b_out({name}) returns cstring language internal immutable strict as 'int4out';
        create function b_recv(internal) returns {name} language internal immutable strict as 'int4recv';
        create function b_send({name}) returns bytea language internal immutable strict as 'int4send';
        create function c_in(cstring) returns {name} language internal immutable strict as 'int4in';
        create function c_out({name}) returns cstring language internal immutable strict as 'int4out'"""


_START = {"input": "b_in", "output": "b_out", "internallength": "4"}

CASES = (
    Case(
        "base-type",
        f"{_functions('b')}; create type b (input = b_in, output = b_out, internallength = 4)",
        {B: {"input": "public.b_in", "output": "public.b_out", "length": 4}},
        anew(
            B,
            "create type b",
            _START,
            [
                ("input", {"input": "c_in"}, "public.c_in"),
                ("output", {"output": "c_out"}, "public.c_out"),
                ("passed_by_value", {"passedbyvalue": "true"}, True),
                ("passed_by_value", {"passedbyvalue": None}, ABSENT),
                ("length", {"internallength": "16"}, 16),
                ("alignment", {"alignment": "char"}, "char"),
                ("alignment", {"alignment": "double"}, "double"),
                ("length", {"internallength": "variable"}, ABSENT),
                ("storage", {"storage": "external"}, "external"),
                ("storage", {"storage": "extended"}, "extended"),
                ("category", {"category": "'x'"}, "x"),
                ("preferred", {"preferred": "true"}, True),
                ("default", {"default": "'it''s'"}, "it's"),
                ("delimiter", {"delimiter": "';'"}, ";"),
                ("collatable", {"collatable": "true"}, True),
            ],
            drop=f"drop type b cascade; {_functions('b')}",
        )
        + [
            Change(B, "storage", "alter type b set (storage = main)", "main"),
            Change(B, "receive", "alter type b set (receive = b_recv)", "public.b_recv"),
            Change(B, "send", "alter type b set (send = b_send)", "public.b_send"),
            Change(B, "typmod_in", "alter type b set (typmod_in = numerictypmodin)", "numerictypmodin"),
            Change(B, "typmod_out", "alter type b set (typmod_out = numerictypmodout)", "numerictypmodout"),
            Change(B, "analyze", "alter type b set (analyze = array_typanalyze)", "array_typanalyze"),
            Change(
                B,
                "subscript",
                "alter type b set (subscript = jsonb_subscript_handler)",
                "jsonb_subscript_handler",
                since=14,
            ),
        ],
        absent=("base type public._b", "shell type public.b"),
    ),
    Case(
        "base-type-element",
        f"{_functions('b')}; create type b (input = b_in, output = b_out, internallength = 4, element = int2)",
        lambda major: {
            B: {"input": "public.b_in", "output": "public.b_out", "length": 4, "element": "smallint"}
            | ({"subscript": "raw_array_subscript_handler"} if major >= 14 else {})
        },
        anew(
            B,
            "create type b",
            _START,
            [("element", {"element": "bool"}, "boolean")],
            drop=f"drop type b cascade; {_functions('b')}",
        ),
    ),
    Case("shell-type", "create type s", {"shell type public.s": {}}),
    Case(
        "base-type-hostile",
        f"create schema {SCHEMA}; {_functions(f'{SCHEMA}.{NAME}')};"
        f"create type {SCHEMA}.{NAME} (input = b_in, output = b_out, like = int4)",
        {
            f"base type {SCHEMA}.{NAME}": {
                "input": "public.b_in",
                "output": "public.b_out",
                "length": 4,
                "passed_by_value": True,
            },
        },
    ),
    Case(
        "shell-type-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME}",
        {f"shell type {SCHEMA}.{NAME}": {}},
    ),
)
