"""Cases of range types."""

from kinds.cases import ABSENT, NAME, SCHEMA, Case, Change, anew

KINDS = ("range",)

R = "range public.r"
_CANONICAL = """
create type r;
create function canon(r) returns r language internal immutable strict as 'int4range_canonical';
create type r as range (subtype = int, canonical = canon);
"""

CASES = (
    Case(
        "range",
        'create type r as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops)',
        {R: {"subtype": "text", "opclass": "pg_catalog.text_pattern_ops", "collation": 'pg_catalog."C"'}},
        [
            *anew(
                R,
                "create type r as range",
                {"subtype": "text", "collation": '"C"', "subtype_opclass": "text_pattern_ops"},
                [
                    ("opclass", {"subtype_opclass": None}, ABSENT),
                    ("collation", {"collation": None}, ABSENT),
                    ("subtype", {"subtype": "varchar"}, "character varying"),
                    ("subtype", {"subtype": "float8"}, "double precision"),
                    ("subtype_diff", {"subtype_diff": "float8mi"}, "float8mi"),
                ],
                drop="drop type r",
            ),
            Change(
                R,
                "multirange",
                "drop type r; create type r as range (subtype = float8, subtype_diff = float8mi, multirange_type_name = many)",
                "public.many",
                since=14,
            ),
        ],
        absent=(
            "cast (public.r AS public.r_multirange)",
            "base type public.r_multirange",
            "base type public._r",
            "function public.r(text,text)",
            "function public.r_multirange()",
        ),
    ),
    Case(
        "range-names",
        "create type my_range_of_ranges as range (subtype = int);"
        "create type r as range (subtype = int); alter type r rename to s;",
        lambda major: {
            "range public.my_range_of_ranges": {"subtype": "integer"},
            "range public.s": {"subtype": "integer"} | ({"multirange": "public.r_multirange"} if major >= 14 else {}),
        },
    ),
    Case(
        "range-canonical",
        _CANONICAL,
        {
            R: {"subtype": "integer", "canonical": "public.canon"},
            "function public.canon(public.r)": {
                "language": "internal",
                "arguments": [{"type": "public.r"}],
                "returns": "public.r",
                "volatility": "immutable",
                "strict": True,
                "body": "int4range_canonical",
            },
        },
        [
            Change(
                R,
                "canonical",
                "drop type r cascade; create type r as range (subtype = int)",
                ABSENT,
            )
        ],
    ),
    Case(
        "range-hostile",
        f"create schema {SCHEMA}; create type {SCHEMA}.{NAME} as range (subtype = int)",
        {f"range {SCHEMA}.{NAME}": {"subtype": "integer"}},
    ),
)
