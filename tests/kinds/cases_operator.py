"""Cases of operators, operator classes and operator families."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change, anew

KINDS = ("operator", "operator class", "operator family")

OPERATOR = "operator public.===(integer,integer)"
_START = {"function": "int4eq", "leftarg": "int", "rightarg": "int"}
C = "operator class public.oc USING gin"
F = "operator family public.f USING btree"
_LESS = {"strategy": 1, "operator": "<(integer,bigint)"}
_COMPARE = {"number": 1, "types": ["integer", "bigint"], "function": "btint48cmp(integer,bigint)"}


def _class(attribute: str, text: str, to: object) -> Change:
    return Change(C, attribute, f"drop operator class oc using gin; create operator class oc {text}", to)


def _gist(major: int) -> dict[str, dict]:
    """From 14 on a GiST class leaves its operators to the family, on which they depend loosely."""
    operators = [
        {"strategy": 1, "operator": "<<(point,point)"},
        {"strategy": 15, "operator": "<->(point,point)", "order_by": "pg_catalog.float_ops"},
    ]
    functions = [
        {
            "number": 1,
            "types": ["point", "point"],
            "function": "gist_point_consistent(internal,point,smallint,oid,internal)",
        }
    ]
    own = {"type": "point", "family": "public.gf", "functions": functions}
    return {
        "operator class public.gc USING gist": own if major >= 14 else own | {"operators": operators},
        "operator family public.gf USING gist": {"operators": operators} if major >= 14 else {},
    }


def _hostile(major: int) -> dict[str, dict]:
    """From 14 on an operator on other types than the class's is the family's."""
    kind = f"{SCHEMA}.{NAME}"
    own = {
        "type": kind,
        "default": True,
        "functions": [{"number": 1, "types": [kind, kind], "function": "enum_cmp(anyenum,anyenum)"}],
    }
    operators = {"operators": [{"strategy": 1, "operator": "<(anyenum,anyenum)"}]}
    return {
        f"operator class {kind} USING btree": own if major >= 14 else own | operators,
        f"operator family {kind} USING btree": operators if major >= 14 else {},
    }


CASES = (
    Case(
        "operator",
        "create operator === (function = int4eq, leftarg = int, rightarg = int)",
        {OPERATOR: {"function": "int4eq"}},
        anew(
            OPERATOR,
            "create operator ===",
            _START,
            [
                ("function", {"function": "int4ne"}, "int4ne"),
                ("commutator", {"commutator": "==="}, "public.==="),
                ("negator", {"negator": "operator(public.!==)"}, "public.!=="),
                ("restrict", {"restrict": "eqsel"}, "eqsel"),
                ("join", {"join": "eqjoinsel"}, "eqjoinsel"),
                ("hashes", {"hashes": "true"}, True),
                ("merges", {"merges": "true"}, True),
            ],
        )
        + [
            Change(OPERATOR, "restrict", "alter operator === (int, int) set (restrict = none)", ABSENT),
            Change(OPERATOR, "join", "alter operator === (int, int) set (join = none)", ABSENT),
        ],
        absent=("operator public.!==(integer,integer)",),
    ),
    Case(
        "operator-pairs",
        """
        create operator ## (function = int4lt, leftarg = int, rightarg = int, commutator = @@@, negator = !!);
        create operator @@@ (function = int4gt, leftarg = int, rightarg = int, commutator = ##);
        create operator !! (function = int4ge, leftarg = int, rightarg = int, negator = ##);
        create operator @ (function = int4abs, rightarg = int);
        """,
        {
            "operator public.##(integer,integer)": {
                "function": "int4lt",
                "commutator": "public.@@@",
                "negator": "public.!!",
            },
            "operator public.@@@(integer,integer)": {"function": "int4gt", "commutator": "public.##"},
            "operator public.!!(integer,integer)": {"function": "int4ge", "negator": "public.##"},
            "operator public.@(NONE,integer)": {"function": "int4abs"},
        },
    ),
    Case(
        "operator-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum (); create function {SCHEMA}.{NAME}"
        f"({SCHEMA}.{NAME}, {SCHEMA}.{NAME}[]) returns int language sql as 'select 1';"
        f"create operator {SCHEMA}.=@ (function = {SCHEMA}.{NAME}, leftarg = {SCHEMA}.{NAME}, rightarg = {SCHEMA}.{NAME}[])",
        {f"operator {SCHEMA}.=@({SCHEMA}.{NAME},{SCHEMA}.{NAME}[])": {"function": f"{SCHEMA}.{NAME}"}},
    ),
    Case(
        "operator-class",
        "create operator class oc for type int[] using gin as storage bigint",
        {C: {"type": "integer[]", "storage": "bigint"}, "operator family public.oc USING gin": {}},
        [
            _class("type", "for type bigint[] using gin as storage bigint", "bigint[]"),
            _class("storage", "for type bigint[] using gin as storage text", "text"),
            _class("storage", "for type bigint[] using gin as storage bigint[]", ABSENT),
            _class("type", "for type m using gin as storage m", "public.m"),
            _class("default", "default for type m using gin as storage m", True),
            _class("family", "default for type m using gin family other as storage m", "public.other"),
        ],
        given="create type m as enum (); create operator family other using gin",
    ),
    Case(
        "operator-class-members",
        "create operator class bc for type int using btree family f as operator 1 <, operator 3 =, function 1 btint4cmp(int, int)",
        {
            "operator class public.bc USING btree": {
                "type": "integer",
                "family": "public.f",
                "operators": [
                    {"strategy": 1, "operator": "<(integer,integer)"},
                    {"strategy": 3, "operator": "=(integer,integer)"},
                ],
                "functions": [{"number": 1, "types": ["integer", "integer"], "function": "btint4cmp(integer,integer)"}],
            },
        },
        [
            Change(
                "operator class public.bc USING btree",
                "operators",
                "drop operator class bc using btree; create operator class bc for type int using btree family f as"
                " operator 1 <, function 1 btint4cmp(int, int)",
                [{"strategy": 1, "operator": "<(integer,integer)"}],
            ),
            Change(
                "operator class public.bc USING btree",
                "functions",
                "drop operator class bc using btree; create operator class bc for type int using btree family f as operator 1 <",
                ABSENT,
            ),
        ],
        given="create operator family f using btree",
    ),
    Case(
        "operator-class-gist",
        """
        create operator family gf using gist;
        create operator class gc for type point using gist family gf as operator 1 <<, operator 15 <-> for order by float_ops,
          function 1 gist_point_consistent(internal, point, int2, oid, internal);
        """,
        _gist,
    ),
    Case(
        "operator-class-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as enum ();"
        f"create operator class {SCHEMA}.{NAME} default for type {SCHEMA}.{NAME} using btree as"
        f" operator 1 <(anyenum, anyenum), function 1 ({SCHEMA}.{NAME}, {SCHEMA}.{NAME}) enum_cmp(anyenum, anyenum)",
        _hostile,
    ),
    Case(
        "operator-family",
        "create operator family f using btree; alter operator family f using btree add operator 1 <(int, bigint)",
        {F: {"operators": [_LESS]}},
        [
            Change(
                F,
                "functions",
                "alter operator family f using btree add function 1 (int, bigint) btint48cmp(int, bigint)",
                [_COMPARE],
            ),
            Change(F, "operators", "alter operator family f using btree drop operator 1 (int, bigint)", ABSENT),
        ],
    ),
    Case(
        "operator-family-hostile",
        f"create schema {SCHEMA}; create operator family {SCHEMA}.{NAME} using hash",
        {f"operator family {SCHEMA}.{NAME} USING hash": {}},
    ),
)
